package node

import (
	"time"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/term"
)

// maxNesting bounds calls from natives to funs to natives, which use Go's stack.
const maxNesting = 10_000

// standBy gives the worker away until it is the process's turn again; the goroutine stays with the native that runs.
func (p *Process) standBy(state uint32) {
	x := p.more()
	if x.resume == nil {
		x.resume = make(chan *worker, 1)
	}
	resume, w := x.resume, p.worker
	p.worker, p.pinned = nil, true
	p.state.Store(state)
	if state == stateReady {
		p.node.put(w, p)
	} else if !p.inbox.empty() && p.state.CompareAndSwap(stateWaiting, stateRunning) {
		p.worker, p.pinned = w, false
		return
	}
	if w != nil {
		p.node.handOff(w)
	}
	select {
	case w = <-resume:
	case <-p.node.sched.halted:
		w = nil
	}
	p.worker, p.pinned = w, false
	p.state.Store(stateRunning)
}

// waitPinned waits inside a native for something to come in.
func (p *Process) waitPinned() {
	p.spent()
	p.standBy(stateWaiting)
}

// pause lets others run when a slice ends inside a native.
func (p *Process) pause() {
	p.spent()
	w, s := p.worker, &p.node.sched
	if w == nil || w.load() == 0 && s.waiting.Load()+s.urgent.Load()+s.modest.Load() == 0 {
		return
	}
	p.standBy(stateReady)
}

// look carries out what came in meanwhile, inside a native; true when the native has to end because the process does.
func (p *Process) look() bool {
	p.drain()
	if p.node.memory.tight.Load() {
		p.halt()
	}
	for p.suspends > 0 && !p.stopped() {
		p.standBy(stateWaiting)
		p.drain()
	}
	if p.stopped() {
		p.machine.Abort()
		return true
	}
	return false
}

func (p *Process) stopped() bool {
	return p.exiting != nil || p.node.closed.Load() || p.extra != nil && p.extra.interrupted
}

// Doomed reports whether the process is to end: a native that runs long asks it between portions of its work, and returns what
// Process.Stop returns when it is so. It may be called at any time.
func (p *Process) Doomed() bool { return p.flags.Load()&flagDoomed != 0 }

// Stop returns the error with which a native ends whose process is doomed; nil when it may go on.
func (p *Process) Stop() error {
	if p.look() {
		return killed()
	}
	return nil
}

// Call calls a fun from inside a native and returns its result. It may wait for messages; then this goroutine belongs to the process,
// and another one does the worker's job.
func (p *Process) Call(fun term.Term, args ...term.Term) (term.Term, error) {
	m := &p.machine
	if m.Depth() > maxNesting {
		return term.None, term.SystemLimit()
	}
	if m.Left() <= 0 {
		if p.pause(); p.look() {
			return term.None, killed()
		}
		m.Refill(slice)
	}
	if v, ok := m.Quick(fun, args); ok {
		return v, nil
	}
	if v, ok := p.simpleCall(fun, args); ok {
		return v, nil
	}
	if err := m.Begin(p, fun, args); err != nil {
		return term.None, err
	}
	depth := m.Depth()
	left := m.Left()
	for {
		out := m.Run(p, left)
		switch out {
		case eval.Done, eval.Raised:
			if p.Doomed() && p.look() {
				return term.None, killed()
			}
			if out == eval.Raised {
				return term.None, m.Exception()
			}
			return m.Value(), nil
		case eval.Waiting:
			p.waitPinned()
		case eval.Yielded:
			p.pause()
		}
		if p.look() {
			for m.Depth() >= depth {
				m.Unwind()
			}
			return term.None, killed()
		}
		left = slice
	}
}

// Blocking runs f, which may take long, while another goroutine does the worker's job if there is one to do. f must not touch the
// process.
func (p *Process) Blocking(f func()) {
	w := p.worker
	if w == nil {
		f()
		return
	}
	s := &p.node.sched
	p.worker = nil
	p.flag(flagBlocking)
	defer p.unflag(flagBlocking)
	w.outbox.flush()
	if w.load() > 0 || s.waiting.Load() > 0 || w.lent {
		p.node.handOff(w)
		p.outside(nil, f)
		p.standBy(stateReady)
		return
	}
	s.blocked.Add(1)
	w.blocked.Store(1)
	if s.waiting.Load() > 0 { // it came in before the others could see that this worker is free
		p.node.retake()
	}
	kept := false
	p.outside(w, func() {
		f()
		kept = w.blocked.CompareAndSwap(1, 0)
	})
	if kept {
		s.blocked.Add(-1)
		p.worker = w
		s.resumes(w)
		return
	}
	p.standBy(stateReady)
}

// outside runs f in a goroutine for whose end the node does not wait: f may never come back.
func (p *Process) outside(w *worker, f func()) {
	s := &p.node.sched
	s.mu.Lock()
	if s.running--; s.running == 0 {
		s.over.Broadcast()
	}
	place := s.fallsAsleep(w)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.running++
		s.awakes(place)
		s.mu.Unlock()
	}()
	f()
}

// Receive returns the first message that match takes, waiting for it up to timeout (negative: for ever); false when the time is over.
// The error ends the native: the process is being ended.
func (p *Process) Receive(match func(term.Term) bool, timeout time.Duration) (term.Term, bool, error) {
	p.Rewind()
	if timeout >= 0 {
		p.Arm(timeout.Milliseconds())
	}
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
		if p.exiting == nil {
			p.waitPinned()
		}
		if p.look() {
			e := killed()
			if p.exiting != nil {
				e.Reason = p.exiting.reason
			}
			return term.None, false, e
		}
	}
}

// simpleCall calls a function that needs no machine, one that depends on its arguments alone. False for all others, and when it
// failed: the machine knows what to make of that.
func (p *Process) simpleCall(fun term.Term, args []term.Term) (term.Term, bool) {
	f, ok := fun.Fun()
	if !ok || !f.External || f.Arity != len(args) {
		return term.None, false
	}
	var target *code.Function
	if e, ok := f.Code.(*code.Entry); ok {
		target = e.Function()
	} else {
		target = p.Code().Lookup(f.Module, f.Name, f.Arity)
	}
	if target == nil || target.Pure == nil {
		return term.None, false
	}
	v, err := target.Pure(args)
	return v, err == nil && !v.None()
}
