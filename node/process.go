package node

import (
	"slices"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/term"
)

// Bits of Process.flags.
const (
	flagDoomed uint32 = 1 << iota // a kill signal is in the inbox
	flagEnding
	flagNamed
	flagWatching // has an entry in node.watchers
	flagTimed    // has timers that send to it
	flagPeers    // stands in node.remotes
	flagOwner    // a builtin module keeps something for it
	flagBlocking // in Blocking: it looks at no signal before that is over
	flagLow
	flagHigh
	flagMax

	priorityBits = flagLow | flagHigh | flagMax
)

// The priorities, the most urgent first.
const (
	levelMax = iota
	levelHigh
	levelNormal
	levelLow
)

// Process is one Erlang process. What is not atomic and has no other guard belongs to the goroutine that runs the process.
type Process struct {
	node    *Node
	id      *term.Pid // nil: a port
	state   atomic.Uint32
	flags   atomic.Uint32
	inbox   inbox
	worker  *worker // while it runs; nil when the goroutine has none
	mailbox mailbox
	exiting *exitReason
	extra   *extra
	leader  *term.Pid
	parent  *term.Pid
	initial *code.Entry // nil: erlang:apply/2
	timers  *timer      // guarded by node.timersMu: those that send to it

	trapExit bool
	pinned   bool // its goroutine waits inside a native, or for a worker
	parked   bool // the last slice ended in a receive
	suspends int32

	reductions uint64
	machine    eval.Machine
}

// extra is what only some processes have.
type extra struct {
	links              smallMap[pidKey, link]
	monitors           refMap[*monitor] // those this process set
	aliases            refMap[term.Term]
	requests           refMap[*pendingSpawn]
	watches, lastWatch *monitor                  // those set on this process by others of this node, the oldest first
	watchers           smallMap[refKey, watcher] // those set on it from elsewhere

	dictionary *term.Map
	flags      map[term.Term]term.Term
	bound      *heapBound // max_heap_size; nil: none
	marks      marks
	clock      *clock
	tracer     *tracer
	counted    bool         // calls are counted
	meters     int          // calls of Meter that stand
	resume     chan *worker // has room for one: where a pinned goroutine waits
	peers      []term.Term  // nodes that links, monitors and requests tie it to

	handler     func(p *Process, message term.Term)
	resident    bool
	loop        code.MFA // of a server written in Go: what it is said to run
	interrupted bool
	tasks       []task
	done        func(term.Term, *term.Exception)
	suspending  smallMap[pidKey, suspension]
	resumed     func(error) // ends the wait for a busy connection
	free        bool        // it has ended
}

// more returns the part of the process that is made when it is needed.
func (p *Process) more() *extra {
	if p.extra == nil {
		p.extra = new(extra)
	}
	return p.extra
}

type task struct {
	function *code.Function
	args     []term.Term
	done     func(term.Term, *term.Exception)
}

// exitReason is why a process ends. rest are the letters that came in behind the signal that ended it.
type exitReason struct {
	reason term.Term
	rest   *letter
}

// SpawnOptions describe a process to be. It runs Fun, or Module:Function, with Args; or it is a server written in Go, with Handler;
// or it waits for what Invoke gives it, with Resident.
type SpawnOptions struct {
	Fun              term.Term
	Module, Function term.Term
	Args             []term.Term
	Handler          func(p *Process, message term.Term)
	Resident         bool
	As               Shown

	Parent         *Process
	Link           bool
	Monitor        bool
	MonitorOptions MonitorOptions
	GroupLeader    term.Term // None: that of Parent
	Name           term.Term
	Priority       term.Term
	MaxHeap        term.Term               // as Node.MaxHeap returns it; None: the node's
	Flags          map[term.Term]term.Term // process flags that are kept and change nothing
}

// Shown is how process_info shows a server written in Go: as its counterpart in OTP.
type Shown struct {
	Server string   // the callback module of a gen_server; "" for none
	Loop   code.MFA // where it waits, if it is no gen_server
	First  code.MFA // its initial call, if it is no gen_server
}

// show keeps how a server written in Go is shown.
func (p *Process) show(s Shown) {
	p.more().loop = s.Loop
	if !s.First.Module.None() {
		p.initial = p.Code().Entry(s.First.Module, s.First.Name, s.First.Arity)
	}
	if s.Server != "" {
		p.extra.loop = code.MFA{Module: term.Atom("gen_server"), Name: term.Atom("loop"), Arity: 7}
		p.initial = p.Code().Entry(term.Atom("proc_lib"), term.Atom("init_p"), 5)
		p.Put(atomInitialCall, term.Tuple(term.Atom(s.Server), term.Atom("init"), term.Int(1)))
	}
}

// Spawn starts a process.
func (n *Node) Spawn(o SpawnOptions) *Process {
	p := n.prepare(o)
	if !o.Name.None() {
		_ = n.Register(o.Name, p.Self())
	}
	n.put(nil, p)
	return p
}

// prepare makes a process that does not run yet.
func (n *Node) prepare(o SpawnOptions) *Process {
	p := &Process{node: n}
	p.state.Store(stateReady)
	if o.Handler != nil || o.Resident {
		x := p.more()
		x.handler, x.resident = o.Handler, o.Resident
		p.show(o.As)
	}
	p.leader, _ = o.GroupLeader.Pid()
	if o.Parent != nil {
		p.parent = o.Parent.id
		if p.leader == nil {
			p.leader = o.Parent.leader
		}
	}
	if !o.Priority.None() {
		p.setPriority(o.Priority)
	}
	if m := n.maxHeap.Load(); m != nil || !o.MaxHeap.None() {
		p.setMaxHeap(m, o.MaxHeap)
	}
	if o.Flags != nil {
		p.keep(o.Flags)
	}
	n.table.add(p, n.origin)
	if p.leader == nil {
		p.leader = p.id
	}
	if t := n.tracing.newcomers.Load(); t != nil {
		p.traceNewcomer(t, o)
	}
	if o.Parent != nil && o.Parent.extra != nil && o.Parent.extra.tracer != nil {
		if t := o.Parent.heirloom(o); t != nil {
			p.setTracer(t, true)
		}
	}
	switch {
	case !o.Module.None():
		p.initial = n.Code().Entry(o.Module, o.Function, len(o.Args))
		if f := p.initial.Function(); f != nil {
			p.machine.BeginFunction(p, f, o.Args)
			break
		}
		p.later(task{args: append([]term.Term{externalFun(o.Module, o.Function, len(o.Args))}, o.Args...)})
	case !o.Fun.None():
		if p.machine.Begin(p, o.Fun, o.Args) != nil {
			p.later(task{args: append([]term.Term{o.Fun}, o.Args...)})
		}
	}
	return p
}

func externalFun(module, function term.Term, arity int) term.Term {
	return (&term.Fun{Module: module, Name: function, Arity: arity, External: true}).Term()
}

// later leaves a task to the first turn of the process: loading a module takes time, and failing belongs to the process.
func (p *Process) later(t task) { p.more().tasks = append(p.extra.tasks, t) }

// next starts the next task; false when there is none.
func (p *Process) next() bool {
	x := p.extra
	if x == nil || len(x.tasks) == 0 {
		return false
	}
	t := x.tasks[0]
	x.tasks = x.tasks[1:]
	x.done = t.done
	if t.function != nil {
		p.machine.BeginFunction(p, t.function, t.args)
		return true
	}
	if err := p.machine.Begin(p, t.args[0], t.args[1:]); err != nil {
		e, _ := err.(*term.Exception)
		if e = complete(e); e.Stack.IsNil() {
			e.Stack = term.List(term.Tuple(atom.Erlang, atom.Apply, term.Int(2), term.Nil))
		}
		p.finished(term.None, e)
		return p.exiting == nil && p.next()
	}
	return true
}

func complete(e *term.Exception) *term.Exception {
	c := *e
	if c.Stack.None() {
		c.Stack = term.Nil
	}
	c.Complete = true
	return &c
}

// finished takes the end of a task: a resident process goes on, any other one ends.
func (p *Process) finished(value term.Term, e *term.Exception) {
	if x := p.extra; x != nil && x.resident {
		done := x.done
		x.done = nil
		p.Rewind()
		if done != nil {
			done(value, e)
		}
		return
	}
	if e == nil {
		p.exiting = &exitReason{reason: atom.Normal}
		return
	}
	p.exiting = &exitReason{reason: p.crash(e)}
}

// crash reports an uncaught exception and returns the exit reason it becomes: errors and throws carry their stack trace.
func (p *Process) crash(e *term.Exception) term.Term {
	reason := e.Reason
	switch e.Class {
	case term.ClassExit:
		return reason
	case term.ClassThrow:
		reason = term.Tuple(atom.Nocatch, reason)
	}
	stack := e.Stack
	if stack.None() {
		stack = term.Nil
	}
	reason = term.Tuple(reason, stack)
	format, args := "Error in process ~p with exit value:~n~p~n", []term.Term{p.Self()}
	if p.node.Alive() {
		format, args = "Error in process ~p on node ~p with exit value:~n~p~n", append(args, p.node.Name())
	}
	p.node.Report(Report{
		Level: term.ClassError, Format: format, Args: append(args, reason), Pid: p.Self(), GroupLeader: p.GroupLeader(),
	})
	return reason
}

// Node returns the node of the process.
func (p *Process) Node() *Node { return p.node }

// Self returns the pid.
func (p *Process) Self() term.Term {
	if p.id == nil {
		return p.node.ports.identity(p)
	}
	return p.id.Term()
}

// Code returns the table of modules of the node.
func (p *Process) Code() *code.Table { return p.node.options.Table }

// Spend charges n reductions.
func (p *Process) Spend(n int) { p.machine.Spend(n) }

// Hurried reports, once, that the watch has looked at the clock since it was asked last.
func (p *Process) Hurried() bool {
	w := p.worker
	return w != nil && w.hurry.Load() && w.hurry.CompareAndSwap(true, false)
}

// GroupLeader returns the group leader.
func (p *Process) GroupLeader() term.Term { return p.leader.Term() }

// SetGroupLeader makes leader the group leader of a process, here or elsewhere. The error is badarg.
func (p *Process) SetGroupLeader(leader, pid term.Term) error {
	id, ok := leader.Pid()
	if !ok {
		return term.Badarg()
	}
	if _, elsewhere := p.node.receiver(pid); elsewhere {
		p.deliver(&GroupLeader{Leader: leader, To: pid})
		return nil
	}
	if !p.Ask(pid, func(q *Process) { q.leader = id }) {
		return term.Badarg()
	}
	return nil
}

// SetGroupLeader makes leader the group leader of a process, here or elsewhere, and does not wait until it is. The error is badarg.
func (n *Node) SetGroupLeader(leader, pid term.Term) error {
	if _, ok := leader.Pid(); !ok {
		return term.Badarg()
	}
	n.Deliver(&GroupLeader{Leader: leader, To: pid})
	return nil
}

// Get returns the value of a key of the process dictionary, None when it has none.
func (p *Process) Get(key term.Term) term.Term {
	if p.extra == nil || p.extra.dictionary == nil {
		return term.None
	}
	v, _ := p.extra.dictionary.Get(key)
	return v
}

// Put sets a key of the process dictionary and returns the old value, or None.
func (p *Process) Put(key, value term.Term) term.Term {
	x := p.more()
	if x.dictionary == nil {
		x.dictionary, _ = term.EmptyMap.Map()
	}
	old, _ := x.dictionary.Get(key)
	x.dictionary = x.dictionary.Put(key, value)
	return old
}

// Erase removes a key of the process dictionary and returns its value, or None.
func (p *Process) Erase(key term.Term) term.Term {
	old := p.Get(key)
	if !old.None() {
		p.extra.dictionary = p.extra.dictionary.Remove(key)
	}
	return old
}

// Dictionary returns the pairs of the process dictionary.
func (p *Process) Dictionary() [][2]term.Term {
	var out [][2]term.Term
	if p.extra != nil && p.extra.dictionary != nil {
		for k, v := range p.extra.dictionary.All() {
			out = append(out, [2]term.Term{k, v})
		}
	}
	// (sic) What proc_lib puts into the dictionary of every process comes in this order in OTP.
	a := slices.IndexFunc(out, func(p [2]term.Term) bool { return p[0] == atomAncestors })
	i := slices.IndexFunc(out, func(p [2]term.Term) bool { return p[0] == atomInitialCall })
	if a >= 0 && a < i {
		out[a], out[i] = out[i], out[a]
	}
	return out
}

var (
	atomAncestors   = term.Atom("$ancestors")
	atomInitialCall = term.Atom("$initial_call")
)

// EraseAll empties the process dictionary and returns what it held.
func (p *Process) EraseAll() [][2]term.Term {
	out := p.Dictionary()
	if p.extra != nil {
		p.extra.dictionary = nil
	}
	return out
}
