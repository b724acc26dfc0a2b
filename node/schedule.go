package node

import (
	"sync"

	"github.com/erlsh/erlsh/lang/eval"
)

// slice is how many reductions a process gets before it is another one's turn.
const slice = 1000

// runQueue holds the processes that are ready to run.
type runQueue struct {
	mu     sync.Mutex
	ready  sync.Cond
	ring   []*Process // guarded by mu
	head   int        // guarded by mu
	idle   int        // guarded by mu: workers that wait
	extra  int        // guarded by mu: workers beyond those that the node began with
	closed bool       // guarded by mu
}

func (q *runQueue) init() { q.ready.L = &q.mu }

func (q *runQueue) put(p *Process) {
	q.mu.Lock()
	q.ring = append(q.ring, p)
	if q.idle > 0 {
		q.ready.Signal()
	}
	q.mu.Unlock()
}

// take returns the next process, nil when the worker has to end.
func (q *runQueue) take() *Process {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		switch {
		case q.closed:
			return nil
		case q.head < len(q.ring):
			p := q.ring[q.head]
			q.ring[q.head] = nil
			q.head++
			if q.head > 1024 && q.head*2 > len(q.ring) {
				q.ring = append(q.ring[:0], q.ring[q.head:]...)
				q.head = 0
			}
			return p
		case q.extra > 0:
			q.extra--
			return nil
		}
		q.ring, q.head = q.ring[:0], 0
		q.idle++
		q.ready.Wait()
		q.idle--
	}
}

func (q *runQueue) close() {
	q.mu.Lock()
	q.closed = true
	q.ready.Broadcast()
	q.mu.Unlock()
}

func (n *Node) addWorker() {
	n.workers.Add(1)
	go func() {
		defer n.workers.Done()
		for {
			p := n.queue.take()
			if p == nil {
				return
			}
			p.turn()
		}
	}()
}

// pin gives the node another worker while this one's goroutine belongs to a process that waits inside a native; unpin takes one away
// again.
func (n *Node) pin() { n.addWorker() }

func (n *Node) unpin() {
	n.queue.mu.Lock()
	n.queue.extra++
	n.queue.ready.Signal()
	n.queue.mu.Unlock()
}

// The states of a process.
const (
	stateWaiting uint8 = iota
	stateReady
	stateRunning
	statePinned // waits inside a native, its goroutine with it
	stateGone
)

// turn runs a process until it waits, its slice is over, or it ends.
func (p *Process) turn() {
	defer p.rescue()
	p.setState(stateRunning)
	for {
		p.drain()
		if p.exiting != nil {
			p.end()
			return
		}
		if p.suspended > 0 {
			if p.sleep() {
				return
			}
			continue
		}
		if p.handler != nil {
			p.serve()
			if p.exiting != nil {
				continue
			}
		} else {
			switch p.step() {
			case eval.Yielded:
				p.setState(stateReady)
				p.node.queue.put(p)
				return
			case eval.Done, eval.Raised:
				continue
			}
		}
		if p.sleep() {
			return
		}
	}
}

// step runs the machine for a slice. A process without a program, a resident one between two of its tasks, waits.
func (p *Process) step() eval.Outcome {
	if p.machine.Depth() == 0 {
		if !p.next() {
			if p.exiting != nil { // what was to begin cannot
				return eval.Done
			}
			return eval.Waiting
		}
	}
	out := p.machine.Run(p, slice)
	p.reductions += slice
	if p.exiting != nil {
		return eval.Done
	}
	switch out {
	case eval.Done:
		p.finished(p.machine.Value(), nil)
	case eval.Raised:
		p.finished(p.machine.Value(), p.machine.Exception())
	}
	return out
}

// sleep makes the process wait unless something came in meanwhile; true when it sleeps, and then nothing of it may be touched.
func (p *Process) sleep() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.inbox) > 0 || p.woken {
		p.woken = false
		return false
	}
	p.state = stateWaiting
	return true
}

func (p *Process) setState(s uint8) {
	p.mu.Lock()
	p.state = s
	p.mu.Unlock()
}

// wake makes a process that waits look again.
func (p *Process) wake() {
	p.mu.Lock()
	p.wakeLocked()
	p.mu.Unlock()
}

// wakeLocked wants mu held.
func (p *Process) wakeLocked() {
	p.woken = true
	switch p.state {
	case stateWaiting:
		p.state = stateReady
		p.woken = false
		p.node.queue.put(p)
	case statePinned:
		select {
		case p.pinned <- struct{}{}:
		default:
		}
	}
}

// post puts a signal, or a message, into the inbox; false when the process is gone.
func (p *Process) post(i item) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state == stateGone {
		return false
	}
	p.inbox = append(p.inbox, i)
	p.wakeLocked()
	p.woken = false
	return true
}
