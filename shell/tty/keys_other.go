//go:build !linux

package tty

import "os"

// keys is what was changed about the keys of a terminal: nothing.
type keys struct{}

// bindEscape leaves the keys as they are: Ctrl-G is heard only while a line is edited.
func bindEscape(*os.File, chan<- os.Signal) *keys { return nil }

func (*keys) release() {}
