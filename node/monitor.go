package node

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/term"
)

var machineZero eval.Machine

// monitor is one that a process set. item is what 'DOWN' names: a pid, or {Name, Node}.
type monitor struct {
	ref  term.Term
	to   term.Term // pid, or registered name
	node term.Term // of to
	item term.Term
	tag  term.Term // 'DOWN' unless the option tag says otherwise
}

// watcher is a monitor as the process that is watched knows it. item is what the other side named: the pid or the name.
type watcher struct{ from, ref, item term.Term }

// MonitorOptions are those of erlang:monitor/3.
type MonitorOptions struct {
	Alias term.Term // None, or explicit_unalias, demonitor, reply_demonitor
	Tag   term.Term // None for 'DOWN'
}

var (
	atomReplyDemonitor = term.Atom("reply_demonitor")
	atomDemonitor      = term.Atom("demonitor")
	atomReplyAlias     = term.Atom("reply")
)

// Monitor sets a monitor on a pid, a registered name or {Name, Node} and returns its reference. The error is badarg.
func (p *Process) Monitor(to term.Term, o MonitorOptions) (term.Term, error) {
	m := &monitor{ref: p.MakeRef(), tag: o.Tag}
	if m.tag.None() {
		m.tag = atom.Down
	}
	self := p.node.Name()
	switch e, isTuple := to.Tuple(); {
	case to.Kind() == term.KindPid:
		m.to, m.node, m.item = to, nodeOf(to), to
	case to.IsAtom():
		m.to, m.node, m.item = to, self, term.Tuple(to, self)
	case isTuple && len(e) == 2 && e[0].IsAtom() && e[1].IsAtom():
		m.to, m.node, m.item = e[0], e[1], to
	default:
		return term.None, term.Badarg()
	}
	p.keepMonitor(m)
	if !o.Alias.None() {
		p.addAlias(m.ref, o.Alias)
	}
	p.node.monitorFor(p.pid, m)
	return m.ref, nil
}

func (p *Process) keepMonitor(m *monitor) {
	if p.monitors == nil {
		p.monitors = map[refKey]*monitor{}
	}
	p.monitors[keyOfRef(m.ref)] = m
	p.concern(m.node)
}

// monitorFor sends the request that a monitor needs, or its immediate end.
func (n *Node) monitorFor(from term.Term, m *monitor) {
	s := &Monitor{From: from, To: m.to, Ref: m.ref}
	if m.node == n.Name() {
		n.Deliver(s)
		return
	}
	if !n.forward(m.node, s) {
		n.Deliver(&Down{From: m.to, To: from, Ref: m.ref, Reason: atom.Noconnection})
	}
}

// Demonitor takes a monitor back; with flush a 'DOWN' that came already is taken out of the mailbox too. It reports whether there was
// a monitor.
func (p *Process) Demonitor(ref term.Term, flush bool) bool {
	k := keyOfRef(ref)
	m := p.monitors[k]
	if m != nil {
		delete(p.monitors, k)
		p.node.drop(p, k, m)
	}
	if kind := p.aliases[k]; kind == atomDemonitor || kind == atomReplyDemonitor {
		p.dropAlias(ref)
	}
	if flush {
		p.drain()
		p.flushDown(ref)
	}
	return m != nil
}

func (p *Process) flushDown(ref term.Term) {
	for i, m := range p.messages() {
		if e, ok := m.Tuple(); ok && len(e) == 5 && term.Equal(e[1], ref) {
			p.queue = append(p.queue[:p.head+i], p.queue[p.head+i+1:]...)
			return
		}
	}
}

// drop tells the watched side that a monitor is no more.
func (n *Node) drop(p *Process, _ refKey, m *monitor) {
	s := &Demonitor{From: p.pid, To: m.to, Ref: m.ref}
	if m.node == n.Name() || n.isLocal(m.to) {
		n.Deliver(s)
		return
	}
	if w := n.Network(); w != nil {
		_ = w.Send(m.node, s, SendOptions{NoConnect: true})
	}
}

// find returns the local process that a pid or a registered name means.
func (n *Node) find(to term.Term) *Process {
	if to.IsAtom() {
		to = n.Whereis(to)
	}
	return n.Process(to)
}

func (s *Monitor) deliver(n *Node) {
	if to, ok := s.To.Pid(); ok && !n.local(to.Origin) {
		if !n.forward(to.Origin.Name(), s) {
			n.Deliver(&Down{From: s.To, To: s.From, Ref: s.Ref, Reason: atom.Noconnection})
		}
		return
	}
	p := n.find(s.To)
	if p == nil || !n.postTie(p, nodeOf(s.From), item{signal: func(p *Process) {
		if p.watchers == nil {
			p.watchers = map[refKey]watcher{}
		}
		p.watchers[keyOfRef(s.Ref)] = watcher{s.From, s.Ref, s.To}
		p.concern(nodeOf(s.From))
	}}) {
		n.Deliver(&Down{From: s.To, To: s.From, Ref: s.Ref, Reason: atom.Noproc})
	}
}

func (s *Demonitor) deliver(n *Node) {
	if to, ok := s.To.Pid(); ok && !n.local(to.Origin) {
		n.forward(to.Origin.Name(), s)
		return
	}
	if p := n.find(s.To); p != nil {
		p.post(item{signal: func(p *Process) { delete(p.watchers, keyOfRef(s.Ref)) }})
	}
}

func (s *Down) deliver(n *Node) {
	if !n.isLocal(s.To) {
		n.forward(nodeOf(s.To), s)
		return
	}
	if p := n.Process(s.To); p != nil {
		p.post(item{signal: func(p *Process) { p.down(s) }})
	}
}

// down turns the end of what is monitored into the message, if the monitor still stands.
func (p *Process) down(s *Down) {
	k := keyOfRef(s.Ref)
	m := p.monitors[k]
	if m == nil {
		return
	}
	delete(p.monitors, k)
	if kind := p.aliases[k]; kind == atomDemonitor || kind == atomReplyDemonitor {
		p.dropAlias(m.ref)
	}
	p.enqueue(term.Tuple(m.tag, m.ref, atom.Process, m.item, s.Reason))
}

// Alias makes an alias of the process; option is explicit_unalias or reply.
func (p *Process) Alias(option term.Term) term.Term {
	ref := p.MakeRef()
	p.addAlias(ref, option)
	return ref
}

func (p *Process) addAlias(ref, kind term.Term) {
	if p.aliases == nil {
		p.aliases = map[refKey]term.Term{}
	}
	p.aliases[keyOfRef(ref)] = kind
	p.node.mu.Lock()
	p.node.aliasOwners()[keyOfRef(ref)] = p
	p.node.mu.Unlock()
}

// Unalias ends an alias; false when it was none.
func (p *Process) Unalias(ref term.Term) bool {
	_, ok := p.aliases[keyOfRef(ref)]
	p.dropAlias(ref)
	return ok
}

func (p *Process) dropAlias(ref term.Term) {
	delete(p.aliases, keyOfRef(ref))
	p.node.freeAlias(keyOfRef(ref))
}

func (n *Node) freeAlias(k refKey) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.aliasOwners(), k)
}

func (s *AliasSend) deliver(n *Node) {
	r, ok := s.Alias.Ref()
	if !ok {
		return
	}
	if !n.local(r.Origin) {
		n.forward(r.Origin.Name(), s)
		return
	}
	n.mu.Lock()
	p := n.aliasOwners()[keyOfRef(s.Alias)]
	n.mu.Unlock()
	if p != nil {
		p.post(item{signal: func(p *Process) { p.toAlias(s) }})
	}
}

// toAlias takes a message to an alias, if it still is one; a reply ends the alias and the monitor it came with.
func (p *Process) toAlias(s *AliasSend) {
	k := keyOfRef(s.Alias)
	kind, ok := p.aliases[k]
	if !ok {
		return
	}
	switch kind {
	case atomReplyDemonitor:
		if m := p.monitors[k]; m != nil {
			delete(p.monitors, k)
			p.node.drop(p, k, m)
		}
		p.dropAlias(s.Alias)
	case atomReplyAlias:
		p.dropAlias(s.Alias)
	}
	p.enqueue(s.Message)
}
