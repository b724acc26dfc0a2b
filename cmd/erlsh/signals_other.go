//go:build !unix

package main

import "syscall"

// dumping is the signal at which erl writes a crash dump and ends; this system has none, and SIGABRT comes only from the program itself.
const dumping = syscall.SIGABRT
