package node

import (
	"sync"
	"sync/atomic"
)

// Slot keeps one value for each node, for a builtin module that has state: a variable of type Slot is the key.
type Slot[T any] struct{ number atomic.Int32 }

// slotNumbers counts the slots of the program. A slot gets its number at its first use and keeps it.
var slotNumbers atomic.Int32

// slots are the values of a node by the numbers of their slots.
type slots struct {
	mu     sync.Mutex
	values atomic.Pointer[[]any] // written with mu held, by exchange
}

// Of returns the value of the slot on a node, made by make when it is asked for first.
func (s *Slot[T]) Of(n *Node, make func(n *Node) T) T {
	if values := n.slots.values.Load(); values != nil {
		if i := s.number.Load(); int(i) < len(*values) && (*values)[i] != nil {
			return (*values)[i].(T)
		}
	}
	return s.fill(n, make)
}

func (s *Slot[T]) fill(n *Node, create func(n *Node) T) T {
	if s.number.Load() == 0 {
		s.number.CompareAndSwap(0, slotNumbers.Add(1))
	}
	i := int(s.number.Load())
	made := create(n)
	n.slots.mu.Lock()
	defer n.slots.mu.Unlock()
	var now []any
	if values := n.slots.values.Load(); values != nil {
		now = append(now, *values...)
	}
	for len(now) <= i {
		now = append(now, nil)
	}
	if now[i] != nil {
		return now[i].(T)
	}
	now[i] = made
	n.slots.values.Store(&now)
	return made
}
