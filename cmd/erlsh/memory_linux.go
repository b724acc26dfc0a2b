package main

import (
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
)

// memoryBound returns how many bytes the program may take: the least of what is free in the machine, what its control groups allow, and
// what ulimit -v leaves. It has Go's collector work harder on the way there. 0 means that there is no telling.
func memoryBound() int64 {
	bound := int64(math.MaxInt64)
	for _, n := range append(groupLimits(), freeMemory(), addressSpace(), debug.SetMemoryLimit(-1)) {
		if n > 0 {
			bound = min(bound, n)
		}
	}
	if bound == math.MaxInt64 {
		return 0
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(bound / 100 * 80)
	}
	return bound
}

// freeMemory is what the machine has left, and what this program takes already.
func freeMemory() int64 {
	for line := range strings.Lines(readText("/proc/meminfo")) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "MemAvailable:" {
			n, _ := strconv.ParseInt(f[1], 10, 64)
			return n<<10 + pages(1)
		}
	}
	return 0
}

// groupLimits are the limits of the control groups of this process, of either version.
func groupLimits() []int64 {
	files := []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}
	for line := range strings.Lines(readText("/proc/self/cgroup")) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(f) < 3 {
			continue
		}
		root, name := "/sys/fs/cgroup", "memory.max"
		if strings.Contains(f[1], "memory") {
			root, name = "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
		}
		for dir := f[2]; dir != "/" && dir != "."; dir = filepath.Dir(dir) {
			files = append(files, filepath.Join(root, dir, name))
		}
	}
	var limits []int64
	for _, f := range files {
		if n, err := strconv.ParseInt(strings.TrimSpace(readText(f)), 10, 64); err == nil && n < 1<<60 {
			limits = append(limits, n)
		}
	}
	return limits
}

// addressSpace is what ulimit -v leaves for the heap, without a part that falls between the pieces: Go gives no addresses back.
func addressSpace() int64 {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_AS, &limit) != nil || limit.Cur >= 1<<60 {
		return 0
	}
	return max(int64(limit.Cur)-pages(0)+pages(1), 1) / 100 * 65
}

// pages returns what a field of /proc/self/statm counts, in bytes: all addresses, or what is in memory.
func pages(field int) int64 {
	f := strings.Fields(readText("/proc/self/statm"))
	if len(f) <= field {
		return 0
	}
	n, _ := strconv.ParseInt(f[field], 10, 64)
	return n * int64(os.Getpagesize())
}

func readText(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	return string(b)
}
