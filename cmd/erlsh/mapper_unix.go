//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// detach keeps a program alive when the terminal of this one closes.
func detach(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
