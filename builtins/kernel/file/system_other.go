//go:build !unix

package file

import "os"

// access tells what the bits of permission say of the file at path.
func access(path string) string {
	f, err := os.Stat(path)
	switch {
	case err != nil:
		return "none"
	case f.Mode().Perm()&0o200 != 0:
		return "read_write"
	}
	return "read"
}

// system returns what a file says of itself where there are no inodes.
func system(f os.FileInfo) inode { return plain(f) }
