//go:build unix

package erlang

import (
	"syscall"
	"time"
)

// cpuTime returns how long the program has kept processors busy.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
