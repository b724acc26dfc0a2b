package sockets

import "syscall"

// handle is a socket as package syscall takes it.
func handle(fd uintptr) syscall.Handle { return syscall.Handle(fd) }
