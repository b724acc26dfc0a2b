package node

import (
	"slices"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomNodeType     = term.Atom("node_type")
	atomVisible      = term.Atom("visible")
	atomHidden       = term.Atom("hidden")
	atomReason       = term.Atom("nodedown_reason")
	atomConnectionID = term.Atom("connection_id")
	atomUnknownOpts  = term.Atom("unknown_options")
	atomInvalidOpts  = term.Atom("invalid_options")
	atomBadValue     = term.Atom("bad_option_value")
	atomMismatch     = term.Atom("option_value_mismatch")
)

// nodeWatcher is what one process wants to know about nodes.
type nodeWatcher struct {
	p     *Process
	subs  []subscription
	nodes map[term.Term]int // monitor_node: how often for which name
}

// subscription is one kind of net_kernel:monitor_nodes; count is how often it was asked for.
type subscription struct {
	kind    term.Term // visible, hidden or all
	reason  bool
	id      bool
	list    bool // what is told comes as a list
	asMap   bool // or as a map; else not at all
	withTyp bool
	count   int
}

func (s subscription) same(t subscription) bool {
	s.count, t.count = 0, 0
	return s == t
}

// watcherOf returns the entry of a process, made if need be; mu is held.
func (n *Node) watcherOf(p *Process) *nodeWatcher {
	w := n.watchers[p]
	if w == nil {
		w = &nodeWatcher{p: p, nodes: map[term.Term]int{}}
		n.watchers[p] = w
		p.flag(flagWatching)
	}
	return w
}

// MonitorNodes subscribes the process to nodeup and nodedown messages, or takes back every subscription with the same options. It
// returns how many of them there were before. The error's reason is what is wrong with the options.
// Module net_kernel, monitor_nodes/2.
func (p *Process) MonitorNodes(on bool, options term.Term) (int, error) {
	s, err := parseSubscription(options)
	if err != nil {
		return 0, err
	}
	n := p.node
	n.mu.Lock()
	defer n.mu.Unlock()
	w := n.watcherOf(p)
	at := slices.IndexFunc(w.subs, s.same)
	before := 0
	if at >= 0 {
		before = w.subs[at].count
	}
	switch {
	case on && at >= 0:
		w.subs[at].count++
	case on:
		s.count = 1
		w.subs = append(w.subs, s)
	case at >= 0:
		w.subs = slices.Delete(w.subs, at, at+1)
	}
	return before, nil
}

func parseSubscription(options term.Term) (subscription, error) {
	if m, ok := options.Map(); ok {
		return mapSubscription(m)
	}
	s := subscription{kind: atomVisible}
	list, ok := options.Slice()
	if !ok {
		return s, term.Error(term.Tuple(atomInvalidOpts, options))
	}
	s.list = len(list) > 0
	var unknown []term.Term
	var kind term.Term
	for _, o := range list {
		switch e, _ := o.Tagged(atomNodeType, 2); {
		case o == atomReason:
			s.reason = true
		case e == nil:
			unknown = append(unknown, o)
		case !isNodeType(e[1]):
			return s, term.Error(term.Tuple(atomBadValue, o))
		case !kind.None() && kind != o && !term.Equal(kind, o):
			return s, term.Error(term.Tuple(atomMismatch, term.List(o, kind)))
		default:
			kind, s.kind, s.withTyp = o, e[1], true
		}
	}
	if len(unknown) > 0 {
		slices.Reverse(unknown) // (sic) as OTP lists them
		return s, term.Error(term.Tuple(atomUnknownOpts, term.List(unknown...)))
	}
	return s, nil
}

// mapSubscription reads options that are a map, which has more of them.
func mapSubscription(m *term.Map) (subscription, error) {
	s := subscription{kind: atomVisible, asMap: true}
	unknown, _ := term.EmptyMap.Map()
	bad := term.None
	for k, v := range m.All() {
		isFlag := v == term.True || v == term.False
		switch {
		case k == atomNodeType && isNodeType(v):
			s.kind, s.withTyp = v, true
		case k == atomReason && isFlag:
			s.reason = v == term.True
		case k == atomConnectionID && isFlag:
			s.id = v == term.True
		case k != atomNodeType && k != atomReason && k != atomConnectionID:
			unknown = unknown.Put(k, v)
		case bad.None() || term.Compare(k, bad) < 0:
			bad = k
		}
	}
	if !bad.None() {
		v, _ := m.Get(bad)
		return s, term.Error(term.Tuple(atomBadValue, term.NewMap(bad, v)))
	}
	if unknown.Len() > 0 {
		return s, term.Error(term.Tuple(atomUnknownOpts, unknown.Term()))
	}
	return s, nil
}

func isNodeType(t term.Term) bool { return t == atomVisible || t == atomHidden || t == atom.All }

// message returns what a subscriber is told; reason is None when a node comes up.
func (s subscription) message(event term.Term, peer Peer, reason term.Term) term.Term {
	if !s.list && !s.asMap {
		return term.Tuple(event, peer.Name)
	}
	var pairs []term.Term
	add := func(k, v term.Term) { pairs = append(pairs, k, v) }
	if s.reason && !reason.None() {
		add(atomReason, reason)
	}
	if s.withTyp {
		kind := atomVisible
		if peer.Hidden {
			kind = atomHidden
		}
		add(atomNodeType, kind)
	}
	if s.id {
		id := atom.Undefined // of this node itself
		if peer.Connection > 0 {
			id = term.Uint(peer.Connection)
		}
		add(atomConnectionID, id)
	}
	if s.asMap {
		return term.Tuple(event, peer.Name, term.NewMap(pairs...))
	}
	var list term.Builder
	for i := 0; i < len(pairs); i += 2 {
		list.Add(term.Tuple(pairs[i], pairs[i+1]))
	}
	return term.Tuple(event, peer.Name, list.List(term.Nil))
}

func (s subscription) wants(peer Peer) bool {
	return s.kind == atom.All || peer.Hidden == (s.kind == atomHidden)
}

// tell sends every subscriber its message.
func (n *Node) tell(event term.Term, peer Peer, reason term.Term) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	for _, w := range n.watchers {
		for _, s := range w.subs {
			if !s.wants(peer) {
				continue
			}
			for range s.count {
				w.p.tell(nil, s.message(event, peer, reason))
			}
		}
	}
}

// NodeUp is called by the network before anything of a newly connected node is delivered. Of this node itself, which gets or loses its
// name, watchers hear too; the peer has no connection then.
func (n *Node) NodeUp(peer Peer) { n.tell(atom.Nodeup, peer, term.None) }

// NodeDown is called by the network after everything of a node whose connection is gone has been delivered. Reason is that of
// nodedown_reason: connection_closed, disconnect, net_tick_timeout and so on.
func (n *Node) NodeDown(peer Peer, reason term.Term) {
	if peer.Name != n.Name() {
		n.Lost(peer.Name)
	}
	n.tell(atom.Nodedown, peer, reason)
}

// Lost undoes what depends on a node that is not, or no longer, connected: links and monitors break with noconnection, spawn requests
// fail, and monitor_node fires. The network calls it too when a connection could not be set up.
func (n *Node) Lost(name term.Term) {
	n.mu.Lock()
	concerned := n.remotes[name]
	delete(n.remotes, name)
	var watchers []*Process
	for _, w := range n.watchers {
		for range w.nodes[name] {
			watchers = append(watchers, w.p)
		}
		delete(w.nodes, name)
	}
	n.mu.Unlock()
	for p := range concerned {
		p.post(nil, func(p *Process) { p.lost(name) })
	}
	for _, p := range watchers {
		p.tell(nil, term.Tuple(atom.Nodedown, name))
	}
}

// concern notes that a process has a link, a monitor, on either side, or a spawn request with a node.
func (p *Process) concern(name term.Term) {
	n := p.node
	if name == n.Name() {
		return
	}
	x := p.more()
	if slices.Contains(x.peers, name) {
		return
	}
	x.peers = append(x.peers, name)
	p.flag(flagPeers)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.remotes[name] == nil {
		n.remotes[name] = map[*Process]struct{}{}
	}
	n.remotes[name][p] = struct{}{}
}

// postTie hands a signal of another node that ties p to that node to p. It notes the tie at once, not when p gets to it: the connection
// may be lost before. False when p is gone.
func (n *Node) postTie(p *Process, w *worker, name term.Term, signal func(p *Process)) bool {
	if name == n.Name() || name.None() {
		return p.post(w, signal)
	}
	n.mu.Lock()
	if n.remotes[name] == nil {
		n.remotes[name] = map[*Process]struct{}{}
	}
	_, known := n.remotes[name][p]
	n.remotes[name][p] = struct{}{}
	n.mu.Unlock()
	ok := p.post(w, signal)
	if !ok && !known {
		n.mu.Lock()
		delete(n.remotes[name], p)
		n.mu.Unlock()
	}
	return ok
}

// lost breaks what ties the process to a node.
func (p *Process) lost(name term.Term) {
	x := p.more()
	x.peers = slices.DeleteFunc(x.peers, func(t term.Term) bool { return t == name })
	for _, e := range x.links.entries() {
		if nodeOf(e.value.to) == name {
			p.linkBroke(&Exit{From: e.value.to, To: p.Self(), Reason: atom.Noconnection})
		}
	}
	for _, m := range x.monitors.all() {
		if m.watched == nil && m.node == name {
			p.down(&Down{From: m.to, To: p.Self(), Ref: m.ref, Reason: atom.Noconnection})
		}
	}
	for _, e := range x.watchers.entries() {
		if nodeOf(e.value.from) == name {
			x.watchers.remove(e.key)
		}
	}
	for _, r := range x.requests.all() {
		if r.node == name {
			x.requests.remove(p.node.number(r.ref))
			p.spawned(r, &SpawnReply{Ref: r.ref, To: p.Self(), Result: atom.Noconnection})
		}
	}
}

// MonitorNode is erlang:monitor_node/2: the process gets {nodedown, Name} once, for each time that it asked, when the node goes or
// cannot be reached.
func (p *Process) MonitorNode(name term.Term, on bool) {
	n := p.node
	n.mu.Lock()
	w := n.watcherOf(p)
	if on {
		w.nodes[name]++
	} else if w.nodes[name] > 1 {
		w.nodes[name]--
	} else {
		delete(w.nodes, name)
	}
	n.mu.Unlock()
	if on && name != n.Name() && !n.forward(nil, name, nil) {
		n.Lost(name)
	}
}

// forgetProcess drops what the node keeps for a process that ends.
func (n *Node) forgetProcess(p *Process) {
	n.stopTimers(p)
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.watchers, p)
	if p.extra == nil {
		return
	}
	for _, name := range p.extra.peers {
		delete(n.remotes[name], p)
		if len(n.remotes[name]) == 0 {
			delete(n.remotes, name)
		}
	}
}
