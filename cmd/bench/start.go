package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// start measures whole programs, from the start of the process to its end: wall time and peak memory.
var start = Suite{Name: "start", Run: runStart}

// startRounds is how often each program runs; the best time and the least memory count.
const startRounds = 20

func runStart() error {
	dir, err := os.MkdirTemp("", "erlsh-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary := filepath.Join(dir, "erlsh")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./cmd/erlsh")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	fmt.Printf("%-36s %10s %10s\n", "start", "wall", "peak KiB")
	var wall [2]time.Duration
	var peak [2]int64
	for i, command := range [][]string{{binary, "-e", "1+1."}, {"erl", "-noshell", "-eval", "halt()."}} {
		for range startRounds {
			t, m, err := once(command)
			if err != nil {
				return err
			}
			if wall[i] == 0 || t < wall[i] {
				wall[i] = t
			}
			if peak[i] == 0 || m < peak[i] {
				peak[i] = m
			}
		}
		fmt.Printf("%-36s %10s %10d\n", filepath.Base(command[0])+" "+fmt.Sprint(command[1:]), wall[i].Round(10*time.Microsecond), peak[i])
	}
	fmt.Printf("%-36s %10.3f %10.3f   goals 0.1, 0.5\n", "ratio", float64(wall[0])/float64(wall[1]), float64(peak[0])/float64(peak[1]))
	return nil
}

func once(command []string) (time.Duration, int64, error) {
	c := exec.Command(command[0], command[1:]...)
	began := time.Now()
	if err := c.Run(); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", command[0], err)
	}
	took := time.Since(began)
	usage, _ := c.ProcessState.SysUsage().(*syscall.Rusage)
	return took, usage.Maxrss, nil
}
