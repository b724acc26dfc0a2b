//go:build !unix

package erlang

import "time"

// started is when the program began.
var started = time.Now()

// cpuTime returns how long the program has run, where the system does not say how long it kept processors busy.
func cpuTime() time.Duration { return time.Since(started) }
