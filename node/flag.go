package node

import (
	"maps"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// level returns the place of the process's priority among the queues.
func (p *Process) level() int {
	switch f := p.flags.Load(); {
	case f&flagMax != 0:
		return levelMax
	case f&flagHigh != 0:
		return levelHigh
	case f&flagLow != 0:
		return levelLow
	}
	return levelNormal
}

func (p *Process) priority() term.Term {
	return [...]term.Term{levelMax: atomMax, levelHigh: atomHigh, levelNormal: atom.Normal, levelLow: atomLow}[p.level()]
}

// setPriority takes low, normal, high and max; false for anything else.
func (p *Process) setPriority(value term.Term) bool {
	bits := uint32(0)
	switch value {
	case atom.Normal:
	case atomLow:
		bits = flagLow
	case atomHigh:
		bits = flagHigh
	case atomMax:
		bits = flagMax
	default:
		return false
	}
	p.unflag(priorityBits)
	p.flag(bits)
	return true
}

func isPriority(t term.Term) bool {
	return t == atom.Normal || t == atomLow || t == atomHigh || t == atomMax
}

var (
	atomLow  = term.Atom("low")
	atomHigh = term.Atom("high")
	atomMax  = term.Atom("max")
)

// Flag sets a process flag and returns its old value. The error is badarg.
func (p *Process) Flag(name, value term.Term) (term.Term, error) {
	switch name.AtomName() {
	case "trap_exit":
		if value != term.True && value != term.False {
			return term.None, term.Badarg()
		}
		old := term.Bool(p.trapExit)
		p.trapExit = value == term.True
		return old, nil
	case "priority":
		old := p.priority()
		if !p.setPriority(value) {
			return term.None, term.Badarg()
		}
		return old, nil
	}
	initial, ok := flagDefaults[name.AtomName()]
	if !ok {
		return term.None, term.Badarg()
	}
	x := p.more()
	old, set := x.flags[name]
	if !set {
		old = initial
	}
	if x.flags == nil {
		x.flags = map[term.Term]term.Term{}
	}
	x.flags[name] = HeapSize(name, value)
	if name == atomMaxHeapSize {
		p.setBound(value)
	}
	return old, nil
}

// HeapSize returns the value that a flag for the size of a heap gets when n words are asked for, as OTP has it: its heaps grow in steps,
// and have a least size. Other flags keep their value.
func HeapSize(flag, value term.Term) term.Term {
	least, sized := map[string]int64{"min_heap_size": leastHeap, "min_bin_vheap_size": leastBinaryHeap}[flag.AtomName()]
	n, isInt := value.Int()
	if !sized || !isInt {
		return value
	}
	size, next := int64(142), int64(leastHeap)
	for size < max(n, least) && size < 1<<40 {
		if next > lastFibonacci {
			size, next = next, next+next/5
		} else {
			size, next = next, size+next+1
		}
	}
	return term.Int(size)
}

// The least sizes of heaps in OTP, in words, and the last one before they grow by a fifth.
const (
	leastHeap       = 233
	leastBinaryHeap = 46422
	lastFibonacci   = 833025
)

// keep notes process flags that the process begins with.
func (p *Process) keep(flags map[term.Term]term.Term) {
	x := p.more()
	if x.flags == nil {
		x.flags = flags
		return
	}
	maps.Copy(x.flags, flags)
}

// flagDefaults are flags that are kept; but for max_heap_size they change nothing here.
var flagDefaults = map[string]term.Term{
	"error_handler": term.Atom("error_handler"), "message_queue_data": term.Atom("on_heap"), "min_heap_size": term.Int(233),
	"min_bin_vheap_size": term.Int(46422), "fullsweep_after": term.Int(65535), "save_calls": term.Int(0), "sensitive": term.False,
	"max_heap_size": noMaxHeap,
}
