//go:build darwin || freebsd || netbsd

package file

import (
	"syscall"
	"time"
)

// times returns when a file was read last and when its inode changed last.
func times(s *syscall.Stat_t) (read, changed time.Time) {
	return time.Unix(s.Atimespec.Unix()), time.Unix(s.Ctimespec.Unix())
}
