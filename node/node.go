package node

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
)

// Options say what a node is made of.
type Options struct {
	Table   *code.Table
	Workers int               // goroutines that run processes; 0: one for each processor
	Report  func(Report)      // what the node has to say: crashed processes, warnings; nil drops it
	Notice  func(text string) // one-line explanations for a person; nil drops them
	Halt    func(status int)  // ends the program at once; nil ends nothing
	Stop    func(status int)  // ends the program when what runs at the prompt has run; nil: as Halt
	// MemoryBound returns how many bytes the program may take, 0 for no bound. It is asked once, when the program has grown; nil: no bound.
	MemoryBound func() int64
	Unicode     bool // every character of Unicode counts as printable, not only those of Latin-1 (erl +pc unicode)
}

// Node is one Erlang node.
type Node struct {
	options Options
	origin  *term.Origin
	start   time.Time
	refs    atomic.Uint64
	refBase uint32
	closed  atomic.Bool
	maxHeap atomic.Pointer[term.Term] // the max_heap_size of processes that are spawned without one; nil: none

	table table
	ports ports
	sched scheduler

	memory     memory
	memoryOnce sync.Once

	namesMu sync.RWMutex
	names   map[term.Term]*Process // guarded by namesMu
	nameOf  map[*Process]term.Term // guarded by namesMu

	timersMu sync.RWMutex
	timers   refMap[*timer] // guarded by timersMu: by the number of the reference
	wheel    wheel          // guarded by timersMu

	slots   slots
	tracing tracing
	sysmon  atomic.Pointer[SystemMonitor] // nil: none

	mu       sync.RWMutex
	network  Network                             // guarded by mu
	watchers map[*Process]*nodeWatcher           // guarded by mu: monitor_nodes and monitor_node
	onExit   []func(*Process)                    // guarded by mu
	remotes  map[term.Term]map[*Process]struct{} // guarded by mu: who has links, monitors or requests with which node
}

// New returns a running node without a name.
func New(o Options) *Node {
	n := &Node{
		options:  o,
		origin:   term.NewOrigin(atom.NonodeNohost, 0),
		start:    time.Now(),
		refBase:  rand.Uint32(),
		names:    map[term.Term]*Process{},
		nameOf:   map[*Process]term.Term{},
		watchers: map[*Process]*nodeWatcher{},
		remotes:  map[term.Term]map[*Process]struct{}{},
	}
	workers := o.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	n.startWorkers(workers)
	return n
}

// Close ends the node: its processes stop where they are.
func (n *Node) Close() {
	if n.closed.Swap(true) {
		return
	}
	n.timersMu.Lock()
	if n.wheel.alarm != nil {
		n.wheel.alarm.Stop()
	}
	n.timersMu.Unlock()
	n.closePorts()
	n.stopWorkers()
}

// Workers returns how many processes run at a time at most, which is the number of schedulers that the node shows.
func (n *Node) Workers() int { return len(n.sched.workers) }

// Origin returns the identity that pids, ports and references of this node carry.
func (n *Node) Origin() *term.Origin { return n.origin }

// Name returns the name, nonode@nohost while the node has none.
func (n *Node) Name() term.Term { return n.origin.Name() }

// Alive reports whether the node is part of a network.
func (n *Node) Alive() bool {
	if n.origin.Name() != atom.NonodeNohost {
		return true
	}
	w := n.Network() // a node that waits for its name is alive too
	return w != nil && w.Standing().Alive
}

// Code returns the table of modules.
func (n *Node) Code() *code.Table { return n.options.Table }

// Network returns the distribution, nil for a node that was given none.
func (n *Node) Network() Network {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.network
}

// SetNetwork gives the node its distribution.
func (n *Node) SetNetwork(w Network) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.network = w
}

// Stop ends the program with a status, as init:stop does: what runs at the prompt may finish.
func (n *Node) Stop(status int) {
	if n.options.Stop != nil {
		n.options.Stop(status)
	} else if n.options.Halt != nil {
		n.options.Halt(status)
	}
}

// Halt ends the program with a status. Where there is a program to end it does not return before the process is ended too, and then
// with an error.
func (p *Process) Halt(status int) error {
	if p.node.options.Halt == nil {
		return nil
	}
	p.node.options.Halt(status)
	_, _, err := p.Receive(func(term.Term) bool { return false }, -1)
	return err
}

// Unicode reports whether every character of Unicode counts as printable; otherwise only those of Latin-1 do.
func (n *Node) Unicode() bool { return n.options.Unicode }

// Started returns when the node began.
func (n *Node) Started() time.Time { return n.start }

// Monotonic returns the time since the node began.
func (n *Node) Monotonic() time.Duration { return time.Since(n.start) }

// Report hands a log event out: to the process named logger, where there is one.
func (n *Node) Report(r Report) {
	r.Time = time.Now()
	if logger := n.Whereis(atomLogger); !logger.None() {
		_ = n.Send(r.Pid, logger, r.message())
		return
	}
	if n.options.Report != nil {
		n.options.Report(r)
	}
}

// Notice explains something to the person at the prompt.
func (n *Node) Notice(text string) {
	if n.options.Notice != nil {
		n.options.Notice(text)
	}
}

// MakeRef returns a reference that the node has not made before.
func (n *Node) MakeRef() term.Term { return n.makeRef(0) }

// makeRef notes in the last word which process makes the reference, for it may be an alias.
func (n *Node) makeRef(id uint32) term.Term {
	c := n.refs.Add(1)
	r := &term.Ref{Origin: n.origin, Len: 3}
	r.Words = [5]uint32{uint32(c) & (1<<18 - 1), n.refBase ^ uint32(c>>18), n.refBase ^ id}
	return r.Term()
}

// maker returns the process that made a reference of this node, nil when that is unknown or it is gone.
func (n *Node) maker(r *term.Ref) *Process {
	if r.Len != 3 {
		return nil
	}
	id := r.Words[2] ^ n.refBase
	if id>>kindShift != 0 {
		return nil
	}
	return n.table.get(id)
}

// number returns the number of a reference of this node, 0 for any other.
func (n *Node) number(ref term.Term) uint64 {
	r, ok := ref.Ref()
	if !ok || r.Len != 3 || !n.local(r.Origin) {
		return 0
	}
	return uint64(r.Words[1]^n.refBase)<<18 | uint64(r.Words[0])
}

// Process returns a local process that lives; nil otherwise.
func (n *Node) Process(pid term.Term) *Process {
	p, ok := pid.Pid()
	if !ok || !n.local(p.Origin) {
		return nil
	}
	return n.byID(p)
}

func (n *Node) byID(id *term.Pid) *Process {
	if q := n.table.get(id.ID); q != nil && q.id.Serial == id.Serial {
		return q
	}
	return nil
}

func (n *Node) local(o *term.Origin) bool { return o == n.origin || o.Is(n.origin) }

// Local reports whether a pid, port or reference is of this node.
func (n *Node) Local(t term.Term) bool {
	o := originOf(t)
	return o != nil && n.local(o)
}

func originOf(t term.Term) *term.Origin {
	if p, ok := t.Pid(); ok {
		return p.Origin
	}
	if p, ok := t.Port(); ok {
		return p.Origin
	}
	if r, ok := t.Ref(); ok {
		return r.Origin
	}
	return nil
}

// Processes returns the pids of all processes, the oldest first.
func (n *Node) Processes() []term.Term {
	out := make([]term.Term, 0, n.Count())
	n.table.all(func(p *Process) { out = append(out, p.Self()) })
	return out
}

// Count returns the number of processes.
func (n *Node) Count() int { return int(n.table.count.Load()) }

// Register gives a local process a name. The error is badarg: no atom, the name undefined or taken, no such process, or one that has
// a name.
func (n *Node) Register(name, pid term.Term) error {
	p, _ := n.receiver(pid)
	if !name.IsAtom() || name == atom.Undefined || p == nil {
		return term.Badarg()
	}
	n.namesMu.Lock()
	defer n.namesMu.Unlock()
	if n.names[name] != nil || !n.nameOf[p].None() || !p.flagUnlessEnding(flagNamed) {
		return term.Badarg()
	}
	n.names[name], n.nameOf[p] = p, name
	return nil
}

// Unregister frees a name. The error is badarg when nobody has it.
func (n *Node) Unregister(name term.Term) error {
	n.namesMu.Lock()
	defer n.namesMu.Unlock()
	p := n.names[name]
	if p == nil {
		return term.Badarg()
	}
	delete(n.names, name)
	delete(n.nameOf, p)
	return nil
}

// named returns the process of a name, nil when nobody has it.
func (n *Node) named(name term.Term) *Process {
	n.namesMu.RLock()
	defer n.namesMu.RUnlock()
	return n.names[name]
}

// Whereis returns the process of a name, None when nobody has it.
func (n *Node) Whereis(name term.Term) term.Term {
	if p := n.named(name); p != nil {
		return p.Self()
	}
	return term.None
}

// Registered returns all names.
func (n *Node) Registered() []term.Term {
	n.namesMu.RLock()
	defer n.namesMu.RUnlock()
	out := make([]term.Term, 0, len(n.names))
	for name := range n.names {
		out = append(out, name)
	}
	return out
}

// refKey and pidKey make identifiers comparable by value.
type refKey struct {
	name  term.Term
	words [5]uint32
}

type pidKey struct {
	name                 term.Term
	creation, id, serial uint32
}

func keyOfRef(t term.Term) refKey {
	r, ok := t.Ref()
	if !ok {
		return refKey{}
	}
	return refKey{r.Origin.Name(), r.Words}
}

func (n *Node) keyOfPid(t term.Term) pidKey {
	if port, ok := t.Port(); ok {
		return pidKey{port.Origin.Name(), port.Origin.Creation(), uint32(port.ID), ^uint32(port.ID >> 32)}
	}
	p, ok := t.Pid()
	if !ok {
		return pidKey{name: t}
	}
	if n.local(p.Origin) {
		return pidKey{id: p.ID, serial: p.Serial}
	}
	return pidKey{p.Origin.Name(), p.Origin.Creation(), p.ID, p.Serial}
}
