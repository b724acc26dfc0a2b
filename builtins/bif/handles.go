package bif

import (
	"runtime"
	"sync"

	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Handles are Go values behind references, as the states of digests and streams are: a value lives as long as its reference does. A
// package variable of this type is the key of one kind of values; each node has its own.
type Handles[T any] struct {
	slot node.Slot[*handles[T]]
}

type handles[T any] struct {
	mu   sync.RWMutex
	rows map[[5]uint32]T // guarded by mu: by the words of the reference
}

func (h *Handles[T]) of(n *node.Node) *handles[T] {
	return h.slot.Of(n, func(*node.Node) *handles[T] { return &handles[T]{rows: map[[5]uint32]T{}} })
}

// New returns a new reference that stands for value.
func (h *Handles[T]) New(n *node.Node, value T) term.Term {
	t := n.MakeRef()
	ref, _ := t.Ref()
	table := h.of(n)
	table.mu.Lock()
	table.rows[ref.Words] = value
	table.mu.Unlock()
	runtime.AddCleanup(ref, func(words [5]uint32) {
		table.mu.Lock()
		delete(table.rows, words)
		table.mu.Unlock()
	}, ref.Words)
	return t
}

// Get returns the value behind a reference; false when there is none.
func (h *Handles[T]) Get(n *node.Node, t term.Term) (T, bool) {
	ref, ok := t.Ref()
	if !ok || !n.Local(t) {
		var none T
		return none, false
	}
	table := h.of(n)
	table.mu.RLock()
	defer table.mu.RUnlock()
	v, ok := table.rows[ref.Words]
	return v, ok
}
