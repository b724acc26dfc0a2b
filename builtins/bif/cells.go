package bif

import (
	"math"
	"math/big"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Cells is an array of 64-bit integers behind a reference, which atomics and counters are made of. It lives as long as the reference.
type Cells struct {
	cells    []atomic.Int64
	unsigned bool
}

// cellTable is all the arrays of a node.
type cellTable struct {
	mu   sync.RWMutex
	rows map[[5]uint32]*Cells // guarded by mu: by the words of the reference
}

var cellTables node.Slot[*cellTable]

func cellsOf(n *node.Node) *cellTable {
	return cellTables.Of(n, func(*node.Node) *cellTable { return &cellTable{rows: map[[5]uint32]*Cells{}} })
}

// NewCells makes an array of n integers, all 0, and returns its reference.
func NewCells(on *node.Node, n int, unsigned bool) term.Term {
	t := on.MakeRef()
	ref, _ := t.Ref()
	table := cellsOf(on)
	table.mu.Lock()
	table.rows[ref.Words] = &Cells{make([]atomic.Int64, n), unsigned}
	table.mu.Unlock()
	runtime.AddCleanup(ref, func(words [5]uint32) {
		table.mu.Lock()
		delete(table.rows, words)
		table.mu.Unlock()
	}, ref.Words)
	return t
}

// CellsOf returns the array behind a reference, nil when there is none.
func CellsOf(on *node.Node, t term.Term) *Cells {
	ref, ok := t.Ref()
	if !ok || !on.Local(t) {
		return nil
	}
	table := cellsOf(on)
	table.mu.RLock()
	defer table.mu.RUnlock()
	return table.rows[ref.Words]
}

// Len returns the number of integers.
func (c *Cells) Len() int { return len(c.cells) }

// At returns the integer at an index that counts from 1; nil for an index that is none.
func (c *Cells) At(index term.Term) *atomic.Int64 {
	i, ok := index.Int()
	if !ok || i < 1 || i > int64(len(c.cells)) {
		return nil
	}
	return &c.cells[i-1]
}

// Read returns the bits of an integer that fits 64 bits: one that the array can hold, or, with either, any signed or unsigned one.
func (c *Cells) Read(t term.Term, either bool) (int64, bool) {
	n, small := t.Int()
	if small {
		return n, either || !c.unsigned || n >= 0
	}
	b, ok := t.Big()
	if !ok || !b.IsUint64() || !either && !c.unsigned {
		return 0, false
	}
	return int64(b.Uint64()), true
}

// Value returns the bits of an integer as the array counts.
func (c *Cells) Value(n int64) term.Term {
	if c.unsigned {
		return term.Uint(uint64(n))
	}
	return term.Int(n)
}

// Info returns the map of atomics:info/1; overhead is what the array takes besides its integers.
func (c *Cells) Info(overhead int64) term.Term {
	low, high := term.Int(math.MinInt64), term.Int(math.MaxInt64)
	if c.unsigned {
		low, high = term.Int(0), term.Big(new(big.Int).SetUint64(math.MaxUint64))
	}
	return term.NewMap(term.Atom("max"), high, term.Atom("min"), low, term.Atom("size"), term.Int(int64(c.Len())),
		term.Atom("memory"), term.Int(overhead+8*int64(c.Len())))
}
