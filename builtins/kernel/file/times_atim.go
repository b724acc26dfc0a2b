//go:build linux || openbsd || dragonfly || solaris

package file

import (
	"syscall"
	"time"
)

// times returns when a file was read last and when its inode changed last.
func times(s *syscall.Stat_t) (read, changed time.Time) {
	return time.Unix(s.Atim.Unix()), time.Unix(s.Ctim.Unix())
}
