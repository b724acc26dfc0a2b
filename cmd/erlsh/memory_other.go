//go:build !linux

package main

import "runtime/debug"

// memoryBound returns how many bytes the program may take: what GOMEMLIMIT says, else 0 for no bound.
func memoryBound() int64 {
	if n := debug.SetMemoryLimit(-1); n < 1<<60 {
		return n
	}
	return 0
}
