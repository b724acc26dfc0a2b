package node

import (
	"runtime/metrics"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// All processes share one heap, so what one of them takes is found by walking over the terms that it reaches; what it shares with others
// counts for each of them. A process with a bound (max_heap_size) is weighed at the end of a slice when so much was allocated meanwhile
// that it could have passed the bound; a process without one costs nothing.

// heapBound is the flag max_heap_size as it is looked at.
type heapBound struct {
	size      int64 // words
	kill, log bool
	words     int64  // at the last weighing
	allocated uint64 // since then, in the program's slices
	began     uint64 // what the whole program had allocated when the slice began
}

// Weight is what a process takes.
type Weight struct {
	Heap, Stack int64 // words, as OTP counts them
	Bytes       int64 // here, large binaries included
}

// wordBytes is about how many bytes a word of OTP's heap takes here.
const wordBytes = 16

// Weigh returns what a process takes. It may be asked on the turn of the process: by itself, or through Ask. most bounds the bytes that
// are looked at; 0 for all.
func (p *Process) Weigh(most int64) Weight {
	s := term.Scale{Most: most}
	stack := p.machine.Weigh(&s)
	for l := p.mailbox.head; l != nil && !s.Full(); l = l.next {
		s.Words++
		s.Bytes += 48
		if !l.message.None() {
			s.Add(l.message)
		}
	}
	if x := p.extra; x != nil && x.dictionary != nil {
		s.Add(x.dictionary.Term())
	}
	return Weight{Heap: s.Words, Stack: stack, Bytes: s.Bytes}
}

// Collection describes the heap as OTP does after a collection: what there is no counterpart of is as in a process that has just begun.
func (w Weight) Collection() term.Term {
	item := func(name string, n int64) term.Term { return term.Tuple(term.Atom(name), term.Int(n)) }
	return term.List(item("old_heap_block_size", 0), item("heap_block_size", w.Heap+w.Stack), item("mbuf_size", 0),
		item("recent_size", 0), item("stack_size", w.Stack), item("old_heap_size", 0), item("heap_size", w.Heap), item("bin_vheap_size", 0),
		item("bin_vheap_block_size", 46422), item("bin_old_vheap_size", 0), item("bin_old_vheap_block_size", 46422))
}

var allocatedMetric = "/gc/heap/allocs:bytes"

// allocated returns how many bytes the program has allocated since it began.
func allocated() uint64 {
	sample := [1]metrics.Sample{{Name: allocatedMetric}}
	metrics.Read(sample[:])
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

var (
	atomMaxHeapSize = term.Atom("max_heap_size")
	atomSize        = term.Atom("size")
	noMaxHeap       = term.NewMap(atomErrorLogger, term.True, atom.Kill, term.True, atomSize, term.Int(0))
)

// minHeap is the least max_heap_size, in words.
const minHeap = 233

// MaxHeap returns the flag max_heap_size that value means, be it a number of words or a map; false when it means none. Processes that are
// spawned without the flag have the one given to SetMaxHeap.
func (n *Node) MaxHeap(value term.Term) (term.Term, bool) {
	base := n.DefaultMaxHeap()
	m, _ := base.Map()
	if words, ok := value.Int(); ok {
		return m.Put(atomSize, value).Term(), words == 0 || words >= minHeap
	}
	given, ok := value.Map()
	if !ok {
		return term.None, false
	}
	size, ok := given.Get(atomSize)
	words, isInt := size.Int()
	if !ok || !isInt || words != 0 && words < minHeap {
		return term.None, false
	}
	m = m.Put(atomSize, size)
	for _, key := range []term.Term{atom.Kill, atomErrorLogger} {
		if v, ok := given.Get(key); ok {
			m = m.Put(key, v)
			if v != term.True && v != term.False {
				return term.None, false
			}
		}
	}
	return m.Term(), true
}

// DefaultMaxHeap returns the flag max_heap_size of processes that are spawned without one.
func (n *Node) DefaultMaxHeap() term.Term {
	if m := n.maxHeap.Load(); m != nil {
		return *m
	}
	return noMaxHeap
}

// SetMaxHeap sets the flag max_heap_size of processes that are spawned without one. The value is one that MaxHeap returned.
func (n *Node) SetMaxHeap(value term.Term) { n.maxHeap.Store(&value) }

// setMaxHeap gives a process that does not run yet its flag.
func (p *Process) setMaxHeap(general *term.Term, own term.Term) {
	if own.None() {
		own = *general
	}
	_, _ = p.Flag(atomMaxHeapSize, own)
}

// setBound takes a new value of the flag.
func (p *Process) setBound(value term.Term) {
	x := p.more()
	x.bound = nil
	m, _ := value.Map()
	size, _ := m.Get(atomSize)
	kill, _ := m.Get(atom.Kill)
	log, _ := m.Get(atomErrorLogger)
	if n, ok := size.Int(); ok && n > 0 {
		x.bound = &heapBound{size: n, kill: kill == term.True, log: log == term.True, began: allocated()}
	}
}

// measure ends a process whose heap has passed its bound, or says so. It is called at the end of each slice.
func (b *heapBound) measure(p *Process) {
	now := allocated()
	b.allocated += now - b.began
	b.began = now
	room := max(b.size-b.words, b.size/8)
	if b.allocated < uint64(room)*wordBytes {
		return
	}
	w := p.Weigh(0)
	b.words, b.allocated = w.Heap+w.Stack, 0
	if b.words <= b.size {
		return
	}
	if b.log {
		b.report(p, w)
	}
	if b.kill {
		p.exiting = &exitReason{reason: atom.Killed}
	}
}

// report says what OTP says of a heap that has grown too large.
func (b *heapBound) report(p *Process, w Weight) {
	p.node.Report(Report{
		Level: term.ClassError,
		Format: "     Process:            ~p ~n     Context:            maximum heap size reached~n     Max Heap Size:      ~p~n" +
			"     Total Heap Size:    ~p~n     Kill:               ~p~n     Error Logger:       ~p~n     Message Queue Len:  ~p~n" +
			"     GC Info:            ~p~n",
		Args: []term.Term{p.Self(), term.Int(b.size), term.Int(w.Heap + w.Stack), term.Bool(b.kill), term.Bool(b.log),
			term.Int(int64(p.mailbox.count)), w.Collection()},
		Pid: p.Self(), GroupLeader: p.GroupLeader(),
	})
}
