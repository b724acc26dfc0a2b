package node

import (
	"fmt"
	"runtime/debug"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/term"
)

// The states of a process. Who changes waiting to another state owns the process from then on.
const (
	stateWaiting uint32 = iota
	stateReady          // in a queue
	stateRunning
	stateGone
)

// serveAtOnce is how many messages a server written in Go gets before it is another one's turn.
const serveAtOnce = 64

// turn runs a process until it waits, its slice is over, or it ends. It returns the worker with which the goroutine goes on, which
// need not be w; nil when there is none.
func (p *Process) turn(w *worker) (next *worker) {
	if p.pinned {
		p.extra.resume <- w
		return nil
	}
	defer func() {
		if r := recover(); r != nil {
			p.broke(r)
			next = p.worker
		}
	}()
	p.worker = w
	w.counted()
	p.state.Store(stateRunning)
	p.traceTurn(atomInEvent)
	for {
		p.drain()
		switch {
		case p.exiting != nil:
			p.end()
			return p.worker
		case p.node.closed.Load():
			return p.worker
		case p.extra != nil && p.extra.interrupted:
			p.interrupted()
			continue
		}
		if p.node.memory.tight.Load() {
			if w = p.worker; w != nil {
				p.worker = nil
				p.state.Store(stateReady)
				w.yielded(p)
			}
			return w
		}
		out := p.step()
		if p.exiting != nil || p.extra != nil && p.extra.interrupted {
			continue // what it has sent leaves together with what its end sends
		}
		if p.worker != nil {
			p.worker.outbox.flush()
		}
		p.parked = out == eval.Waiting
		switch out {
		case eval.Yielded:
			if w = p.worker; w == nil {
				return nil
			}
			p.traceTurn(atomOutEvent)
			p.worker = nil
			p.state.Store(stateReady)
			w.yielded(p)
			return w
		case eval.Waiting:
			p.traceTurn(atomOutEvent)
			w, p.worker = p.worker, nil
			p.state.Store(stateWaiting)
			if p.inbox.empty() || !p.state.CompareAndSwap(stateWaiting, stateRunning) {
				return w // from here on the process may run elsewhere
			}
			p.worker = w
		}
	}
}

// step runs the machine for a slice. A process without a program, a resident one between two of its tasks, waits.
func (p *Process) step() eval.Outcome {
	if p.suspends > 0 {
		return eval.Waiting
	}
	if x := p.extra; x != nil && x.handler != nil {
		return p.serve()
	}
	if p.machine.Depth() == 0 && !p.next() {
		if p.exiting != nil { // what was to begin cannot
			return eval.Done
		}
		return eval.Waiting
	}
	if p.extra != nil && p.extra.bound != nil {
		p.extra.bound.began = allocated()
	}
	if on := p.node.tracing.counts.Load() != nil; on || p.extra != nil && p.extra.counted {
		p.countCalls(on)
	}
	var watched *schedule
	if m := p.node.sysmon.Load(); m != nil {
		watched = p.beginSchedule(m)
	}
	out := p.machine.Run(p, slice)
	p.spent()
	if watched != nil {
		watched.end(p)
	}
	if p.exiting != nil {
		return eval.Done
	}
	switch out {
	case eval.Done:
		p.finished(p.machine.Value(), nil)
	case eval.Raised:
		p.finished(p.machine.Value(), p.machine.Exception())
	case eval.Waiting:
		p.machine.Park()
	}
	return out
}

// spent counts what the process has used of its slice.
func (p *Process) spent() {
	p.reductions += uint64(max(slice-p.machine.Left(), 1))
	if p.extra != nil && p.extra.bound != nil && p.exiting == nil {
		p.extra.bound.measure(p)
	}
}

// serve hands the messages of a server written in Go to it.
func (p *Process) serve() eval.Outcome {
	for range serveAtOnce {
		m, ok := p.Next()
		if !ok {
			return eval.Waiting
		}
		p.Accept()
		p.reductions++
		p.extra.handler(p, m)
		if p.exiting != nil {
			return eval.Done
		}
	}
	return eval.Yielded
}

// broke ends the process whose turn panicked: the bug is ours, and only this process pays for it.
func (p *Process) broke(r any) {
	p.node.Report(Report{
		Level: term.ClassError, Format: "Internal error in process ~p: ~ts~n~ts~n",
		Args: []term.Term{p.Self(), term.String(fmt.Sprint(r)), term.String(string(debug.Stack()))},
		Pid:  p.Self(), GroupLeader: p.GroupLeader(),
	})
	p.exiting = &exitReason{reason: term.Tuple(term.Atom("erlsh_internal"), term.String(fmt.Sprint(r)))}
	p.end()
}

// Invoke has a resident process run a function and tells done how it ended: with a value, or an exception that the process survives.
// A process that ends instead never calls done.
func (p *Process) Invoke(f *code.Function, args []term.Term, done func(term.Term, *term.Exception)) {
	p.post(nil, func(p *Process) { p.more().tasks = append(p.extra.tasks, task{f, args, done}) })
}

// Interrupt ends what a resident process runs, or is to run and has not begun, with exit:killed; the process survives.
func (p *Process) Interrupt() {
	p.flag(flagDoomed)
	p.post(nil, func(p *Process) {
		p.unflag(flagDoomed)
		x := p.more()
		x.interrupted = p.machine.Depth() > 0
		tasks := x.tasks
		x.tasks = nil
		for _, t := range tasks {
			if t.done != nil {
				t.done(term.None, killed())
			}
		}
	})
}

// interrupted carries Interrupt out, when no native of the process is on the stack any more.
func (p *Process) interrupted() {
	p.extra.interrupted = false
	p.machine.Reset()
	p.Rewind()
	p.finished(term.None, killed())
}

// killed is what natives return whose process is being ended.
func killed() *term.Exception {
	return &term.Exception{Class: term.ClassExit, Reason: atom.Killed, Stack: term.Nil, Complete: true}
}

// flag and unflag change bits that other goroutines look at.
func (p *Process) flag(bits uint32)   { p.flags.Or(bits) }
func (p *Process) unflag(bits uint32) { p.flags.And(^bits) }

// flagUnlessEnding sets a bit of a process that has not begun to end.
func (p *Process) flagUnlessEnding(bits uint32) bool {
	for {
		f := p.flags.Load()
		if f&flagEnding != 0 {
			return false
		}
		if p.flags.CompareAndSwap(f, f|bits) {
			return true
		}
	}
}

// post puts a signal into the inbox; false when the process is gone. w is the worker of the goroutine that calls, nil if it has none.
func (p *Process) post(w *worker, signal func(p *Process)) bool {
	return p.receive(w, &letter{signal: signal})
}

// tell puts a message into the inbox.
func (p *Process) tell(w *worker, m term.Term) bool {
	return p.receive(w, w.letter(m))
}

func (p *Process) receive(w *worker, l *letter) bool {
	if !p.inbox.push(l) {
		return false
	}
	if p.state.Load() == stateWaiting && p.state.CompareAndSwap(stateWaiting, stateReady) {
		p.node.put(w, p)
	}
	return true
}
