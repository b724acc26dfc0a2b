package bif

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// World is what a node has of its own and a program usually has once: the working directory and the environment.
type World struct {
	mu          sync.Mutex
	directory   string            // guarded by mu
	environment map[string]string // guarded by mu
}

var worlds node.Slot[*World]

// WorldOf returns the world of a node, which begins as the program's.
func WorldOf(n *node.Node) *World {
	return worlds.Of(n, func(*node.Node) *World {
		w := &World{environment: map[string]string{}}
		w.directory, _ = os.Getwd()
		for _, pair := range os.Environ() {
			name, value, _ := strings.Cut(pair, "=")
			w.environment[name] = value
		}
		return w
	})
}

// Directory returns the working directory.
func (w *World) Directory() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.directory
}

// SetDirectory changes the working directory; the error is that of the operating system.
func (w *World) SetDirectory(name string) error {
	path := w.Path(name)
	f, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !f.IsDir() {
		return &os.PathError{Op: "chdir", Path: path, Err: errNotDirectory}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.directory = path
	return nil
}

// Path returns the path of a name that is relative to the working directory, or absolute.
func (w *World) Path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(w.Directory(), name)
}

// Getenv returns the value of a variable of the environment.
func (w *World) Getenv(name string) (string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	v, ok := w.environment[name]
	return v, ok
}

// Setenv sets a variable of the environment.
func (w *World) Setenv(name, value string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.environment[name] = value
}

// Unsetenv takes a variable out of the environment.
func (w *World) Unsetenv(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.environment, name)
}

// Environ returns the environment as NAME=value, sorted.
func (w *World) Environ() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]string, 0, len(w.environment))
	for name, value := range w.environment {
		out = append(out, name+"="+value)
	}
	slices.Sort(out)
	return out
}

// FileName returns the text of a file name: an atom, a binary, or a deep list of characters and atoms; false for anything else.
func FileName(t term.Term) (string, bool) {
	var b strings.Builder
	ok := fileName(&b, t)
	s := b.String()
	return s, ok && !strings.Contains(s, "\x00")
}

func fileName(b *strings.Builder, t term.Term) bool {
	if bin, ok := t.Binary(); ok {
		b.Write(bin)
		return true
	}
	if name, ok := t.Atom(); ok {
		b.WriteString(name)
		return true
	}
	return t.IsList() && fileNameList(b, t)
}

func fileNameList(b *strings.Builder, t term.Term) bool {
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		if n, isInt := c.Head.Int(); isInt {
			if n < 0 || n > 0x10ffff {
				return false
			}
			b.WriteRune(rune(n))
		} else if name, isAtom := c.Head.Atom(); isAtom {
			b.WriteString(name)
		} else if !c.Head.IsList() || !fileNameList(b, c.Head) {
			return false
		}
		t = c.Tail
	}
	return t.IsNil()
}
