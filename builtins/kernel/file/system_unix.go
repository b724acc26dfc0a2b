//go:build unix

package file

import (
	"os"
	"syscall"
)

// access tells what this program may do with the file at path: read, write, read_write or none.
func access(path string) string {
	const readable, writable = 4, 2
	r, w := syscall.Access(path, readable) == nil, syscall.Access(path, writable) == nil
	switch {
	case r && w:
		return "read_write"
	case r:
		return "read"
	case w:
		return "write"
	}
	return "none"
}

// system returns what the inode of a file says besides its size.
func system(f os.FileInfo) inode {
	s, ok := f.Sys().(*syscall.Stat_t)
	if !ok {
		return plain(f)
	}
	read, changed := times(s)
	return inode{read: read, changed: changed, mode: uint64(s.Mode), links: uint64(s.Nlink), device: uint64(s.Dev), minor: uint64(s.Rdev), number: uint64(s.Ino),
		uid: uint64(s.Uid), gid: uint64(s.Gid)}
}
