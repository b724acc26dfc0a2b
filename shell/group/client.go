package group

import (
	"io"
	"sync"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
	"github.com/erlsh/erlsh/shell/tty"
)

var (
	atomAsk        = term.Atom("erlsh_ask")
	atomClose      = term.Atom("erlsh_close")
	atomTerminated = term.Atom("terminated")
	atomTrapExit   = term.Atom("trap_exit")
	atomInterrupts = term.Atom("interrupt")
)

// Client is a process that reads and writes at its group leader, which may be on another node, in the name of a session here. It ends
// with its group leader.
type Client struct {
	node    *node.Node
	process *node.Process

	asking  sync.Mutex // held by the one whose request is under way
	answers chan term.Term

	interrupts chan struct{}
	done       chan struct{} // closed when the process is gone
	over       sync.Once

	// What follows belongs to the process and is touched on its turn only.
	request, monitor term.Term // what is waited for
}

// NewClient starts a client whose group leader is leader until another one is set.
func NewClient(n *node.Node, leader term.Term) *Client {
	c := &Client{
		node: n, answers: make(chan term.Term, 1), interrupts: make(chan struct{}, 1), done: make(chan struct{}),
		request: term.None, monitor: term.None,
	}
	c.process = n.Spawn(node.SpawnOptions{Handler: c.handle, GroupLeader: leader})
	watcher := n.Spawn(node.SpawnOptions{Handler: func(p *node.Process, m term.Term) {
		if m == atom.Monitor {
			_, _ = p.Monitor(c.process.Self(), node.MonitorOptions{})
			return
		}
		c.finish()
		n.Deliver(&node.Exit2{From: p.Self(), To: p.Self(), Reason: atom.Kill})
	}})
	_ = n.Send(watcher.Self(), watcher.Self(), atom.Monitor)
	return c
}

func (c *Client) finish() { c.over.Do(func() { close(c.done) }) }

// Self returns the process.
func (c *Client) Self() term.Term { return c.process.Self() }

// Close ends the process.
func (c *Client) Close() {
	_ = c.node.Send(c.Self(), c.Self(), atomClose)
	c.finish()
}

func (c *Client) handle(p *node.Process, m term.Term) {
	if e, ok := m.Tagged(atomAsk, 2); ok {
		_, _ = p.Flag(atomTrapExit, atom.True)
		c.start(p, e[1])
		return
	}
	if m == atomClose {
		_, _ = p.Flag(atomTrapExit, atom.False)
		c.node.Deliver(&node.Exit2{From: p.Self(), To: p.Self(), Reason: atom.Normal})
		return
	}
	if e, ok := m.Tagged(atomIOReply, 3); ok && !c.request.None() && term.Equal(e[1], c.request) {
		p.Demonitor(c.monitor, true)
		c.answer(e[2])
		return
	}
	if e, ok := m.Tagged(atom.Down, 5); ok && !c.request.None() && term.Equal(e[1], c.monitor) {
		c.answer(term.Tuple(atom.ErrorAtom, atomTerminated))
		return
	}
	if e, ok := m.Tagged(atom.ExitSignal, 3); ok {
		if e[2] != atomInterrupts {
			c.finish()
			return
		}
		select {
		case c.interrupts <- struct{}{}:
		default: // one is on its way
		}
	}
}

// start sends a request to the group leader; for the atom group_leader it answers who that is.
func (c *Client) start(p *node.Process, request term.Term) {
	leader := p.GroupLeader()
	if request == atomGroupLeader {
		c.answer(leader)
		return
	}
	ref, err := p.Monitor(leader, node.MonitorOptions{})
	if err != nil {
		c.answer(term.Tuple(atom.ErrorAtom, atomTerminated))
		return
	}
	c.request, c.monitor = ref, ref
	_ = p.Send(leader, term.Tuple(atomIORequest, p.Self(), ref, request))
}

var atomGroupLeader = term.Atom("group_leader")

func (c *Client) answer(t term.Term) {
	c.request, c.monitor = term.None, term.None
	select {
	case c.answers <- t:
	default: // whoever asked has gone
	}
}

// ask carries a request out and returns the answer, {error, terminated} when there is nobody any more who could answer.
func (c *Client) ask(request term.Term) term.Term {
	c.asking.Lock()
	defer c.asking.Unlock()
	_ = c.node.Send(c.Self(), c.Self(), term.Tuple(atomAsk, request))
	select {
	case answer := <-c.answers:
		return answer
	case <-c.done:
		return term.Tuple(atom.ErrorAtom, atomTerminated)
	}
}

// Pid returns the group leader.
func (c *Client) Pid() term.Term {
	leader := c.ask(atomGroupLeader)
	if _, ok := leader.Pid(); ok {
		return leader
	}
	return c.Self() // nobody reads there any more
}

// Write writes text.
func (c *Client) Write(text string) {
	c.ask(term.Tuple(atomPutChars, atomUnicode, term.BinaryString(text)))
}

// Warn is Write: a group leader has one output.
func (c *Client) Warn(text string) { c.Write(text) }

// ReadLine reads a line. The error is tty.ErrInterrupt or io.EOF.
func (c *Client) ReadLine(prompt string) (string, error) {
	answer := c.ask(term.Tuple(atomGetLine, atomUnicode, term.BinaryString(prompt)))
	if e, ok := answer.Tagged(atom.ErrorAtom, 2); ok && e[1] == atomInterrupt {
		return "", tty.ErrInterrupt
	}
	line, ok := Text(answer, false)
	if !ok || answer == atom.EOF {
		return "", io.EOF
	}
	return line, nil
}

// Remember does nothing: the history is where the keyboard is.
func (c *Client) Remember(string) {}

// Size returns columns and rows of the terminal, false where there is none.
func (c *Client) Size() (columns, rows int, ok bool) {
	w, ok1 := c.ask(term.Tuple(atomGeometry, atomColumns)).Int()
	h, ok2 := c.ask(term.Tuple(atomGeometry, atomRows)).Int()
	return int(w), int(h), ok1 && ok2
}

// Interrupts delivers a value for every exit signal with the reason interrupt.
func (c *Client) Interrupts() <-chan struct{} { return c.interrupts }
