package node

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/term"
)

// item is one entry of an inbox: a message, or a signal that its receiver carries out on its own turn.
type item struct {
	message term.Term
	signal  func(p *Process)
}

// Process is one Erlang process. What mu does not guard belongs to the goroutine that runs the process.
type Process struct {
	node *Node
	pid  term.Term
	id   *term.Pid

	mu     sync.Mutex
	state  uint8         // guarded by mu
	inbox  []item        // guarded by mu
	woken  bool          // guarded by mu
	pinned chan struct{} // made when first needed; has room for one

	name        term.Term // guarded by node.mu
	machine     eval.Machine
	queue       []term.Term // messages not yet received, from head on
	head        int
	cursor      int // of the receive that runs, from head
	removed     int // how many messages were ever taken out
	mark        refKey
	markAt      int
	timer       *time.Timer
	timerID     int
	timedOut    bool
	handler     func(p *Process, message term.Term)
	resident    bool
	tasks       []task
	done        func(term.Term, *term.Exception)
	exiting     *exitReason
	trapExit    bool
	priority    term.Term
	flags       map[term.Term]term.Term
	dictionary  *term.Map
	leader      term.Term
	parent      term.Term
	initial     code.MFA
	links       map[pidKey]*link
	monitors    map[refKey]*monitor // those this process set
	watchers    map[refKey]watcher  // those set on this process
	aliases     map[refKey]term.Term
	peers       []term.Term         // nodes that links and monitors, on either side, tie it to
	timers      map[refKey]struct{} // guarded by node.mu: those that send to it
	reductions  int
	hibernating bool
	suspended   int            // how often others have suspended the process
	suspending  map[pidKey]int // whom the process has suspended how often
}

type task struct {
	function *code.Function
	args     []term.Term
	done     func(term.Term, *term.Exception)
}

type exitReason struct {
	reason term.Term
	killed bool
}

// SpawnOptions describe a process to be. It runs Fun, or Module:Function, with Args; or it is a server written in Go, with Handler;
// or it waits for what Invoke gives it, with Resident.
type SpawnOptions struct {
	Fun              term.Term
	Module, Function term.Term
	Args             []term.Term
	Handler          func(p *Process, message term.Term)
	Resident         bool

	Parent         *Process
	Link           bool
	Monitor        bool
	MonitorOptions MonitorOptions
	GroupLeader    term.Term // None: that of Parent
	Name           term.Term
	Priority       term.Term
}

// Spawn starts a process.
func (n *Node) Spawn(o SpawnOptions) *Process {
	p := n.prepare(o)
	if !o.Name.None() {
		_ = n.Register(o.Name, p.pid)
	}
	n.queue.put(p)
	return p
}

// prepare makes a process that does not run yet.
func (n *Node) prepare(o SpawnOptions) *Process {
	p := &Process{node: n, state: stateReady, handler: o.Handler, resident: o.Resident, leader: o.GroupLeader, priority: o.Priority}
	if o.Parent != nil {
		p.parent = o.Parent.pid
		if p.leader.None() {
			p.leader = o.Parent.leader
		}
	}
	n.mu.Lock()
	n.lastID++
	p.id = &term.Pid{Origin: n.origin, ID: n.lastID & (1<<28 - 1), Serial: n.lastID >> 28}
	p.pid = p.id.Term()
	n.processes[p.id.ID] = p
	n.mu.Unlock()
	if p.leader.None() {
		p.leader = p.pid
	}
	switch {
	case !o.Module.None():
		p.initial = code.MFA{Module: o.Module, Name: o.Function, Arity: len(o.Args)}
		fun := (&term.Fun{Module: o.Module, Name: o.Function, Arity: len(o.Args), External: true}).Term()
		p.tasks = append(p.tasks, task{args: append([]term.Term{fun}, o.Args...)})
	case !o.Fun.None():
		p.initial = code.MFA{Module: atom.Erlang, Name: atom.Apply, Arity: 2}
		p.tasks = append(p.tasks, task{args: append([]term.Term{o.Fun}, o.Args...)})
	default:
		p.initial = code.MFA{Module: atom.Erlang, Name: atom.Apply, Arity: 2}
	}
	return p
}

// next starts the next task; false when there is none.
func (p *Process) next() bool {
	if len(p.tasks) == 0 {
		return false
	}
	t := p.tasks[0]
	p.tasks = p.tasks[1:]
	p.done = t.done
	if t.function != nil {
		p.machine.BeginFunction(p, t.function, t.args)
		return true
	}
	if err := p.machine.Begin(p, t.args[0], t.args[1:]); err != nil {
		e, _ := err.(*term.Exception)
		p.finished(term.None, complete(e))
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
	if p.resident {
		done := p.done
		p.done = nil
		p.cursor = 0
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
	r := Report{
		Level: term.ClassError, Format: "Error in process ~p with exit value:~n~p~n", Args: []term.Term{p.pid, reason},
		Pid: p.pid, GroupLeader: p.leader,
	}
	if p.node.Alive() {
		r.Format, r.Args = "Error in process ~p on node ~p with exit value:~n~p~n", []term.Term{p.pid, p.node.Name(), reason}
	}
	p.node.Report(r)
	return reason
}

// rescue ends the process whose turn panicked: the bug is ours, and only this process pays for it.
func (p *Process) rescue() {
	r := recover()
	if r == nil {
		return
	}
	p.node.Report(Report{
		Level: term.ClassError, Format: "Internal error in process ~p: ~ts~n~ts~n",
		Args: []term.Term{p.pid, term.String(fmt.Sprint(r)), term.String(string(debug.Stack()))}, Pid: p.pid, GroupLeader: p.leader,
	})
	p.exiting = &exitReason{reason: term.Tuple(term.Atom("erlsh_internal"), term.String(fmt.Sprint(r)))}
	p.end()
}

// Invoke has a resident process run a function and tells done how it ended: with a value, or an exception that the process survives.
// A process that ends instead never calls done.
func (p *Process) Invoke(f *code.Function, args []term.Term, done func(term.Term, *term.Exception)) {
	p.post(item{signal: func(p *Process) { p.tasks = append(p.tasks, task{f, args, done}) }})
}

// Interrupt ends what a resident process runs with exit:killed; the process survives.
func (p *Process) Interrupt() {
	p.post(item{signal: func(p *Process) {
		if p.machine.Depth() == 0 {
			return
		}
		for p.machine.Depth() > 0 {
			p.machine.Unwind()
		}
		p.Rewind()
		p.finished(term.None, &term.Exception{Class: term.ClassExit, Reason: atom.Killed, Stack: term.Nil, Complete: true})
	}})
}

// serve hands the messages of a server written in Go to it.
func (p *Process) serve() {
	for p.exiting == nil {
		m, ok := p.Next()
		if !ok {
			return
		}
		p.Accept()
		p.handler(p, m)
	}
}

// Node returns the node of the process.
func (p *Process) Node() *Node { return p.node }

// Self returns the pid.
func (p *Process) Self() term.Term { return p.pid }

// Code returns the table of modules of the node.
func (p *Process) Code() *code.Table { return p.node.options.Table }

// Spend charges n reductions.
func (p *Process) Spend(n int) { p.machine.Spend(n) }

// GroupLeader returns the group leader.
func (p *Process) GroupLeader() term.Term { return p.leader }

// SetGroupLeader makes leader the group leader of a process, here or elsewhere. The error is badarg.
func (n *Node) SetGroupLeader(leader, pid term.Term) error {
	if _, ok := leader.Pid(); !ok {
		return term.Badarg()
	}
	if !n.Local(pid) {
		n.Deliver(&GroupLeader{Leader: leader, To: pid})
		return nil
	}
	p := n.Process(pid)
	if p == nil {
		return term.Badarg()
	}
	p.post(item{signal: func(p *Process) { p.leader = leader }})
	return nil
}

// Get returns the value of a key of the process dictionary, None when it has none.
func (p *Process) Get(key term.Term) term.Term {
	if p.dictionary == nil {
		return term.None
	}
	v, _ := p.dictionary.Get(key)
	return v
}

// Put sets a key of the process dictionary and returns the old value, or None.
func (p *Process) Put(key, value term.Term) term.Term {
	old := p.Get(key)
	if p.dictionary == nil {
		p.dictionary, _ = term.EmptyMap.Map()
	}
	p.dictionary = p.dictionary.Put(key, value)
	return old
}

// Erase removes a key of the process dictionary and returns its value, or None.
func (p *Process) Erase(key term.Term) term.Term {
	old := p.Get(key)
	if !old.None() {
		p.dictionary = p.dictionary.Remove(key)
	}
	return old
}

// Dictionary returns the pairs of the process dictionary.
func (p *Process) Dictionary() [][2]term.Term {
	var out [][2]term.Term
	if p.dictionary != nil {
		for k, v := range p.dictionary.All() {
			out = append(out, [2]term.Term{k, v})
		}
	}
	return out
}

// EraseAll empties the process dictionary and returns what it held.
func (p *Process) EraseAll() [][2]term.Term {
	out := p.Dictionary()
	p.dictionary = nil
	return out
}

// maxNesting bounds calls from natives to funs to natives, which use Go's stack.
const maxNesting = 10_000

// Call calls a fun from inside a native and returns its result. It may wait for messages; then this goroutine belongs to the process,
// and another one does the worker's job.
func (p *Process) Call(fun term.Term, args ...term.Term) (term.Term, error) {
	if p.machine.Depth() > maxNesting {
		return term.None, term.SystemLimit()
	}
	if err := p.machine.Begin(p, fun, args); err != nil {
		return term.None, err
	}
	depth := p.machine.Depth()
	pinned := false
	defer func() {
		if pinned {
			p.node.unpin()
		}
	}()
	for {
		out := p.machine.Run(p, slice)
		switch out {
		case eval.Done:
			return p.machine.Value(), nil
		case eval.Raised:
			return term.None, p.machine.Exception()
		}
		if !pinned {
			p.node.pin()
			pinned = true
		}
		if out == eval.Waiting {
			p.waitPinned()
		}
		p.drain()
		if p.exiting != nil || p.machine.Depth() < depth || p.node.closed.Load() {
			return term.None, &term.Exception{Class: term.ClassExit, Reason: atom.Killed, Stack: term.Nil, Complete: true}
		}
	}
}

// waitPinned waits inside a native for something to come in.
func (p *Process) waitPinned() {
	p.mu.Lock()
	if p.pinned == nil {
		p.pinned = make(chan struct{}, 1)
	}
	if len(p.inbox) > 0 || p.woken {
		p.woken = false
		p.mu.Unlock()
		return
	}
	p.state = statePinned
	p.mu.Unlock()
	<-p.pinned
	p.mu.Lock()
	p.state = stateRunning
	p.woken = false
	p.mu.Unlock()
}

// Blocking runs f, which may take long, while another goroutine does the worker's job.
func (p *Process) Blocking(f func()) {
	p.node.pin()
	defer p.node.unpin()
	f()
}

// Receive returns the first message that match takes, waiting for it up to timeout (negative: for ever); false when the time is over.
// The error ends the native: the process is being ended.
func (p *Process) Receive(match func(term.Term) bool, timeout time.Duration) (term.Term, bool, error) {
	if timeout >= 0 {
		p.Arm(timeout.Milliseconds())
	}
	pinned := false
	defer func() {
		if pinned {
			p.node.unpin()
		}
	}()
	p.cursor = 0
	for {
		for {
			m, ok := p.Next()
			if !ok {
				break
			}
			if match(m) {
				p.Accept()
				return m, true, nil
			}
		}
		if timeout >= 0 && p.TimedOut() {
			p.Rewind()
			return term.None, false, nil
		}
		if !pinned {
			p.node.pin()
			pinned = true
		}
		p.waitPinned()
		p.drain()
		if p.node.closed.Load() {
			p.exiting = &exitReason{reason: atom.Killed}
		}
		if p.exiting != nil {
			return term.None, false, &term.Exception{Class: term.ClassExit, Reason: p.exiting.reason, Stack: term.Nil, Complete: true}
		}
	}
}
