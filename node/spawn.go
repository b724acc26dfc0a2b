package node

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomSpawnReply = term.Atom("spawn_reply")
	atomTag        = term.Atom("tag")
	atomAlias      = term.Atom("alias")
	atomBadopt     = term.Atom("badopt")
	atomErrorOnly  = term.Atom("error_only")
	atomReply      = term.Atom("reply")
	atomReplyTag   = term.Atom("reply_tag")
	atomYes        = term.Atom("yes")
	atomNo         = term.Atom("no")
)

// pendingSpawn is a spawn request of ours that another node has not answered yet.
type pendingSpawn struct {
	from    term.Term
	ref     term.Term
	node    term.Term
	link    bool
	monitor *monitor
	tag     term.Term // of the answer message
	reply   term.Term // yes, no, error_only, success_only
	options MonitorOptions
}

// Spawn starts a process here whose parent is p. ref is that of the monitor, None without one.
func (p *Process) Spawn(o SpawnOptions) (pid, ref term.Term, err error) {
	o.Parent = p
	q := p.node.prepare(o)
	if !o.Name.None() {
		if err := p.node.Register(o.Name, q.pid); err != nil {
			return term.None, term.None, err
		}
	}
	if o.Link {
		p.addLink(q.pid)
		q.addLink(p.pid)
	}
	if o.Monitor {
		m := &monitor{ref: p.MakeRef(), to: q.pid, node: p.node.Name(), item: q.pid, tag: o.MonitorOptions.Tag}
		if m.tag.None() {
			m.tag = atom.Down
		}
		p.keepMonitor(m)
		if !o.MonitorOptions.Alias.None() {
			p.addAlias(m.ref, o.MonitorOptions.Alias)
		}
		q.watchers = map[refKey]watcher{keyOfRef(m.ref): {p.pid, m.ref, q.pid}}
		ref = m.ref
	}
	p.node.queue.put(q)
	return q.pid, ref, nil
}

// SpawnAsync is erlang:spawn_request/5: it asks node for a process and returns the reference of the request. Options are those of
// spawn_request: link, monitor, {monitor, [...]}, {reply, ...}, {reply_tag, ...}. The error is badarg.
func (p *Process) SpawnAsync(node, module, function, args, options term.Term) (term.Term, error) {
	list, ok := options.Slice()
	if !ok || !node.IsAtom() || !module.IsAtom() || !function.IsAtom() {
		return term.None, term.Badarg()
	}
	if _, ok := args.Slice(); !ok {
		return term.None, term.Badarg()
	}
	r := &pendingSpawn{from: p.pid, ref: p.MakeRef(), node: node, tag: atomSpawnReply, reply: atomYes}
	var wire term.Builder
	for _, o := range list {
		if !p.spawnOption(r, o, &wire) {
			return term.None, term.Badarg()
		}
	}
	if r.monitor != nil && !r.options.Alias.None() {
		p.addAlias(r.ref, r.options.Alias)
	}
	s := &SpawnRequest{Ref: r.ref, From: p.pid, GroupLeader: p.leader, Module: module, Function: function, Args: args, Options: wire.List(term.Nil)}
	n := p.node
	n.mu.Lock()
	n.pending[keyOfRef(r.ref)] = r
	n.mu.Unlock()
	switch {
	case node == n.Name():
		n.Deliver(s)
	case !n.forward(node, s):
		n.Deliver(&SpawnReply{Ref: r.ref, To: p.pid, Result: atom.Noconnection})
	}
	return r.ref, nil
}

// spawnOption takes one option: some stay here, the others go with the request.
func (p *Process) spawnOption(r *pendingSpawn, o term.Term, wire *term.Builder) bool {
	e, isTuple := o.Tuple()
	switch {
	case o == atom.Link:
		r.link = true
	case o == atom.Monitor:
		r.monitor = &monitor{ref: r.ref, tag: atom.Down}
	case isTuple && len(e) == 2 && e[0] == atom.Monitor:
		r.monitor = &monitor{ref: r.ref, tag: atom.Down}
		list, ok := e[1].Slice()
		if !ok {
			return false
		}
		for _, x := range list {
			if t, ok := x.Tagged(atomTag, 2); ok {
				r.monitor.tag = t[1]
			} else if t, ok := x.Tagged(atomAlias, 2); ok {
				r.options.Alias = t[1]
			} else {
				return false
			}
		}
		o = atom.Monitor
	case isTuple && len(e) == 2 && e[0] == atomReply:
		r.reply = e[1]
		return true
	case isTuple && len(e) == 2 && e[0] == atomReplyTag:
		r.tag = e[1]
		return true
	}
	wire.Add(o)
	return true
}

// AbandonSpawn is erlang:spawn_request_abandon/1: the answer of a request will not be delivered; false when it came already.
func (p *Process) AbandonSpawn(ref term.Term) bool {
	n := p.node
	n.mu.Lock()
	defer n.mu.Unlock()
	r := n.pending[keyOfRef(ref)]
	if r == nil || r.from != p.pid {
		return false
	}
	delete(n.pending, keyOfRef(ref))
	return true
}

// SpawnRemote asks another node for a process and waits for it. Where that fails the pid is one of a process that ended with the
// reason, as in OTP.
func (p *Process) SpawnRemote(node, module, function, args, options term.Term) (pid, ref term.Term, err error) {
	options = term.NewCons(term.Tuple(atomReplyTag, atomSpawnReply), options)
	request, err := p.SpawnAsync(node, module, function, args, options)
	if err != nil {
		return term.None, term.None, err
	}
	var result term.Term
	_, _, err = p.Receive(func(m term.Term) bool {
		e, ok := m.Tuple()
		if !ok || len(e) != 4 || e[0] != atomSpawnReply || !term.Equal(e[1], request) {
			return false
		}
		result = e[3]
		return true
	}, -1)
	if err != nil {
		return term.None, term.None, err
	}
	return result, request, nil
}

func (s *SpawnRequest) deliver(n *Node) {
	args, proper := s.Args.Slice()
	options, ok := s.Options.Slice()
	refuse := func(reason term.Term) { n.Deliver(&SpawnReply{Ref: s.Ref, To: s.From, Result: reason}) }
	if !proper || !ok || !s.Module.IsAtom() || !s.Function.IsAtom() {
		refuse(atom.Badarg)
		return
	}
	var link, monitored bool
	for _, o := range options {
		e, isTuple := o.Tuple()
		switch {
		case o == atom.Link:
			link = true
		case o == atom.Monitor, isTuple && len(e) == 2 && e[0] == atom.Monitor:
			monitored = true
		case isTuple && len(e) == 2 && e[0].IsAtom():
		default:
			refuse(atomBadopt)
			return
		}
	}
	q := n.prepare(SpawnOptions{Module: s.Module, Function: s.Function, Args: args, GroupLeader: s.GroupLeader})
	q.parent = s.From
	flags := 0
	if link {
		q.addLink(s.From)
		flags |= 1
	}
	if monitored {
		q.watchers = map[refKey]watcher{keyOfRef(s.Ref): {s.From, s.Ref, q.pid}}
		q.concern(nodeOf(s.From))
		flags |= 2
	}
	n.Deliver(&SpawnReply{Ref: s.Ref, To: s.From, Flags: flags, Result: q.pid})
	n.queue.put(q)
}

func (s *SpawnReply) deliver(n *Node) {
	if !n.isLocal(s.To) {
		n.forward(nodeOf(s.To), s)
		return
	}
	n.mu.Lock()
	r := n.pending[keyOfRef(s.Ref)]
	delete(n.pending, keyOfRef(s.Ref))
	n.mu.Unlock()
	p := n.Process(s.To)
	if r == nil || p == nil {
		n.disown(s)
		return
	}
	n.postTie(p, nodeOf(s.Result), item{signal: func(p *Process) { p.spawned(r, s) }})
}

// disown undoes what a late answer has set up for a request that nobody waits for any more.
func (n *Node) disown(s *SpawnReply) {
	if s.Flags&1 != 0 {
		n.Deliver(&Unlink{ID: n.refs.Add(1), From: s.To, To: s.Result})
	}
	if s.Flags&2 != 0 {
		n.Deliver(&Demonitor{From: s.To, To: s.Result, Ref: s.Ref})
	}
}

// spawned takes the answer of another node, or of this one, to a spawn request.
func (p *Process) spawned(r *pendingSpawn, s *SpawnReply) {
	outcome := atom.ErrorAtom
	if _, ok := s.Result.Pid(); ok {
		outcome = atom.OK
		if r.link && s.Flags&1 != 0 {
			p.addLink(s.Result)
		}
		if r.monitor != nil && s.Flags&2 != 0 {
			r.monitor.to, r.monitor.item, r.monitor.node = s.Result, s.Result, nodeOf(s.Result)
			p.keepMonitor(r.monitor)
		}
	} else {
		p.dropAlias(r.ref)
	}
	switch {
	case r.reply == atomNo, r.reply == atomErrorOnly && outcome == atom.OK, r.reply.AtomName() == "success_only" && outcome != atom.OK:
		return
	}
	p.enqueue(term.Tuple(r.tag, r.ref, outcome, s.Result))
}
