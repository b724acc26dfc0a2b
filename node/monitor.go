package node

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/term"
)

var machineZero eval.Machine

// monitor is one that a process set. Of a local process it stands in the list of those that watch it as well.
type monitor struct {
	ref  term.Term
	to   term.Term // pid, or registered name on another node
	node term.Term // of to
	kind term.Term // port, or None for a process
	item term.Term // what 'DOWN' names: a pid, or {Name, Node}
	tag  term.Term // 'DOWN' unless the option tag says otherwise

	owner      *Process
	watched    *Process // nil for one of another node
	prev, next *monitor // belong to watched
	listed     bool     // belongs to watched
}

// watcher is a monitor that a process of another node, or one that is none, has set. item is what it named: the pid or the name.
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
	m := &monitor{tag: o.Tag}
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
	if m.to.IsAtom() && m.node != self && !p.node.Alive() {
		return term.None, term.Badarg()
	}
	m.ref = p.MakeRef()
	if !o.Alias.None() {
		p.addAlias(m.ref, o.Alias)
	}
	p.monitorFor(m)
	return m.ref, nil
}

// MonitorTimeOffset asks to be told of changes of the time offset, which there are none, and returns the reference.
func (p *Process) MonitorTimeOffset() term.Term {
	m := &monitor{ref: p.MakeRef(), item: ClockService, node: p.node.Name(), tag: atom.Down}
	p.keepMonitor(m)
	return m.ref
}

// ClockService is what a monitor of the time offset names.
var ClockService = term.Atom("clock_service")

func (p *Process) keepMonitor(m *monitor) {
	m.owner = p
	p.more().monitors.put(p.node.number(m.ref), m)
	if m.watched == nil {
		p.concern(m.node)
	}
}

// monitorFor sends the request that a monitor needs, or notes its immediate end.
func (p *Process) monitorFor(m *monitor) {
	if m.node != p.node.Name() {
		p.keepMonitor(m)
		if !p.node.forward(p.worker, m.node, &Monitor{From: p.Self(), To: m.to, Ref: m.ref}) {
			p.deliver(&Down{From: m.to, To: p.Self(), Ref: m.ref, Reason: atom.Noconnection})
		}
		return
	}
	q, _ := p.node.receiver(m.to)
	if m.to.IsAtom() {
		q = p.node.named(m.to)
	}
	if q != nil && (q.id == nil) != (m.kind == atomPort) {
		q = nil
	} // a name may be another one's later
	if q == p {
		return // its own end no process sees
	}
	m.watched = q
	p.keepMonitor(m)
	if q == nil || !q.post(p.worker, func(q *Process) { q.watch(m) }) {
		p.post(p.worker, func(p *Process) { p.fired(m, atom.Noproc) })
	}
}

// watch puts a monitor of a local process into the list.
func (p *Process) watch(m *monitor) {
	x := p.more()
	m.listed = true
	if m.prev = x.lastWatch; m.prev != nil {
		m.prev.next = m
	} else {
		x.watches = m
	}
	x.lastWatch = m
}

func (p *Process) unwatch(m *monitor) {
	x := p.extra
	if !m.listed || x == nil {
		return
	}
	if m.prev != nil {
		m.prev.next = m.next
	} else {
		x.watches = m.next
	}
	if m.next != nil {
		m.next.prev = m.prev
	} else {
		x.lastWatch = m.prev
	}
	m.prev, m.next, m.listed = nil, nil, false
}

// Demonitor takes a monitor back; with flush a 'DOWN' that came already is taken out of the mailbox too. It reports whether there was
// a monitor.
func (p *Process) Demonitor(ref term.Term, flush bool) bool {
	x, k := p.extra, p.node.number(ref)
	if x == nil {
		return false
	}
	m, stood := x.monitors.remove(k)
	if stood {
		p.drop(m)
	}
	x.endAlias(k)
	if flush && !stood {
		p.drain()
		p.flushDown(ref)
	}
	return stood
}

func (p *Process) flushDown(ref term.Term) {
	var prev *letter
	for l := p.mailbox.head; l != nil; prev, l = l, l.next {
		if e, ok := l.message.Tuple(); ok && len(e) == 5 && term.Equal(e[1], ref) {
			p.Rewind()
			p.cut(prev, l)
			return
		}
	}
}

// drop tells the watched side that a monitor is no more.
func (p *Process) drop(m *monitor) {
	switch {
	case m.watched != nil:
		m.watched.post(p.worker, func(q *Process) { q.unwatch(m) })
	case m.node != p.node.Name():
		if w := p.node.Network(); w != nil {
			_ = w.Send(m.node, &Demonitor{From: p.Self(), To: m.to, Ref: m.ref}, SendOptions{NoConnect: true, Outbox: p.worker.out()})
		}
	}
}

// find returns the local process that a pid or a registered name means.
func (n *Node) find(to term.Term) *Process {
	if to.IsAtom() {
		return n.named(to)
	}
	return n.Process(to)
}

func (s *Monitor) deliver(n *Node, w *worker) {
	if to, ok := s.To.Pid(); ok && !n.local(to.Origin) {
		if !n.forward(w, to.Origin.Name(), s) {
			n.deliver(&Down{From: s.To, To: s.From, Ref: s.Ref, Reason: atom.Noconnection}, w)
		}
		return
	}
	q := n.find(s.To)
	if q == nil || !n.postTie(q, w, nodeOf(s.From), func(p *Process) {
		p.more().watchers.put(keyOfRef(s.Ref), watcher{s.From, s.Ref, s.To})
		p.concern(nodeOf(s.From))
	}) {
		n.deliver(&Down{From: s.To, To: s.From, Ref: s.Ref, Reason: atom.Noproc}, w)
	}
}

func (s *Demonitor) deliver(n *Node, w *worker) {
	if to, ok := s.To.Pid(); ok && !n.local(to.Origin) {
		n.forwardIfConnected(w, to.Origin.Name(), s)
		return
	}
	if q := n.find(s.To); q != nil {
		q.post(w, func(p *Process) {
			if p.extra != nil {
				p.extra.watchers.remove(keyOfRef(s.Ref))
			}
		})
	}
}

func (s *Down) deliver(n *Node, w *worker) {
	q, elsewhere := n.receiver(s.To)
	if elsewhere {
		n.forwardIfConnected(w, nodeOf(s.To), s)
		return
	}
	if q != nil {
		q.post(w, func(p *Process) { p.down(s) })
	}
}

// down takes the end of what is monitored on another node.
func (p *Process) down(s *Down) {
	if p.extra == nil {
		return
	}
	if m, ok := p.extra.monitors.get(p.node.number(s.Ref)); ok {
		p.fired(m, s.Reason)
	}
}

// fired turns the end of what is monitored into the message, if the monitor still stands.
func (p *Process) fired(m *monitor, reason term.Term) {
	k := p.node.number(m.ref)
	if p.extra == nil {
		return
	}
	if _, ok := p.extra.monitors.remove(k); !ok {
		return
	}
	p.extra.endAlias(k)
	kind := m.kind
	if kind.None() {
		kind = atom.Process
	}
	p.enqueue(term.Tuple(m.tag, m.ref, kind, m.item, reason))
}

// Alias makes an alias of the process; option is explicit_unalias or reply.
func (p *Process) Alias(option term.Term) term.Term {
	ref := p.MakeRef()
	p.addAlias(ref, option)
	return ref
}

func (p *Process) addAlias(ref, kind term.Term) { p.more().aliases.put(p.node.number(ref), kind) }

// endAlias ends an alias that goes with a monitor, when the monitor is no more.
func (x *extra) endAlias(k uint64) {
	if kind, _ := x.aliases.get(k); kind == atomDemonitor || kind == atomReplyDemonitor {
		x.aliases.remove(k)
	}
}

// Unalias ends an alias; false when it was none.
func (p *Process) Unalias(ref term.Term) bool {
	if p.extra == nil {
		return false
	}
	_, ok := p.extra.aliases.remove(p.node.number(ref))
	return ok
}

func (s *AliasSend) deliver(n *Node, w *worker) {
	r, ok := s.Alias.Ref()
	if !ok {
		return
	}
	if !n.local(r.Origin) {
		n.forward(w, r.Origin.Name(), s)
		return
	}
	if q := n.maker(r); q != nil {
		q.post(w, func(p *Process) { p.toAlias(s) })
	}
}

// toAlias takes a message to an alias, if it still is one; a reply ends the alias and the monitor it came with.
func (p *Process) toAlias(s *AliasSend) {
	x, k := p.extra, p.node.number(s.Alias)
	if x == nil {
		return
	}
	kind, ok := x.aliases.get(k)
	if !ok {
		return
	}
	switch kind {
	case atomReplyDemonitor:
		if m, ok := x.monitors.remove(k); ok {
			p.drop(m)
		}
		x.aliases.remove(k)
	case atomReplyAlias:
		x.aliases.remove(k)
	}
	p.enqueue(s.Message)
}
