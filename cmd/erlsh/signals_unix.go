//go:build unix

package main

import "syscall"

// dumping is the signal at which erl writes a crash dump and ends.
const dumping = syscall.SIGUSR1
