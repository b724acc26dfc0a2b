package dist

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRawIsNotPolled: the thread of Go's poller sleeps while a connection has a reading thread of its own.
func TestRawIsNotPolled(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	w := newRaw(c)
	if w == nil {
		t.Fatal("the socket was not taken over")
	}
	defer func() { _ = w.Close() }()
	var fd uintptr
	_ = w.c.Control(func(n uintptr) { fd = n })
	polled := 0
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, link := range links {
		if target, _ := os.Readlink(link); target != "anon_inode:[eventpoll]" {
			continue
		}
		info, err := os.ReadFile(filepath.Join("/proc/self/fdinfo", filepath.Base(link)))
		if err != nil {
			t.Fatal(err)
		}
		polled += strings.Count(string(info), "tfd:")
		if strings.Contains(string(info), fmt.Sprintf("tfd: %8d ", fd)) {
			t.Errorf("the poller watches it:\n%s", info)
		}
	}
	if polled == 0 {
		t.Error("nothing is polled, not even the socket that listens: the test sees nothing")
	}
}
