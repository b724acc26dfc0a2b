package node

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// PortCommand is erlang:port_command/3: it sends bytes to what a port is connected with. It waits while the port is busy, unless
// nosuspend is set: then sent is false. open is false when there is no such port.
func (p *Process) PortCommand(to term.Term, data []byte, nosuspend bool) (sent, open bool) {
	t := p.node.portOf(to)
	if t == nil {
		return false, false
	}
	if t.gate != nil {
		return false, false
	}
	if t.writer.busy() {
		if nosuspend {
			return false, true
		}
		p.waitsFor(atomBusyPort, to)
		p.Blocking(t.writer.await)
	}
	return true, t.process.post(p.worker, func(q *Process) { t.send(q, data) })
}

// ClosePort is erlang:port_close/1; false when there is no such port.
func (p *Process) ClosePort(to term.Term) bool {
	t := p.node.portOf(to)
	if t == nil {
		return false
	}
	t.stop()
	p.node.forgetName(t.process)
	return t.process.post(p.worker, func(q *Process) { t.shut(q, atom.Normal) })
}

// ConnectPort is erlang:port_connect/2: it makes a local process the owner of a port. The old one stays linked. False when there is no
// such port or process.
func (p *Process) ConnectPort(to, owner term.Term) bool {
	t := p.node.portOf(to)
	if t == nil || p.node.Process(owner) == nil {
		return false
	}
	return p.askOf(t.process, func(q *Process) { t.connect(q, owner) })
}

// PortFacts is what is known of a port.
type PortFacts struct {
	Name                         string
	OSPid                        int
	ID                           uint64
	Owner, RegisteredName        term.Term
	Links, Monitors, MonitoredBy []term.Term
	Input, Output                uint64
	Queue                        int
}

// PortFacts returns what is known of a port, which may be given by its name; false when there is no such port.
func (p *Process) PortFacts(to term.Term) (PortFacts, bool) {
	t := p.node.portOf(to)
	if t == nil {
		return PortFacts{}, false
	}
	f := PortFacts{Name: t.o.Name, OSPid: t.o.OSPid, ID: t.id.ID, RegisteredName: t.process.RegisteredName(), Output: t.output.Load()}
	ok := p.askOf(t.process, func(q *Process) {
		f.Owner, f.Input = t.owner, t.input
		if t.gate != nil {
			f.Input, f.Output = t.gate.In.Load(), t.gate.Out.Load()
		}
		f.Links, f.Monitors, f.MonitoredBy = q.Links(), q.Monitors(), q.MonitoredBy()
	})
	t.writer.mu.Lock()
	f.Queue = t.writer.size
	t.writer.mu.Unlock()
	return f, ok
}

// MonitorPort sets a monitor on a port, or on a name, and returns its reference. The error is badarg.
func (p *Process) MonitorPort(to term.Term, o MonitorOptions) (term.Term, error) {
	m := &monitor{kind: atomPort, tag: o.Tag, to: to, node: p.node.Name(), item: to}
	if m.tag.None() {
		m.tag = atom.Down
	}
	switch {
	case to.IsAtom():
		m.item = term.Tuple(to, p.node.Name())
	case to.Kind() != term.KindPort || !p.node.Local(to):
		return term.None, term.Badarg()
	}
	m.ref = p.MakeRef()
	if !o.Alias.None() {
		p.addAlias(m.ref, o.Alias)
	}
	p.monitorFor(m)
	return m.ref, nil
}
