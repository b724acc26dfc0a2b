package node

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomSpawnReply  = term.Atom("spawn_reply")
	atomTag         = term.Atom("tag")
	atomAlias       = term.Atom("alias")
	atomBadopt      = term.Atom("badopt")
	atomErrorOnly   = term.Atom("error_only")
	atomSuccessOnly = term.Atom("success_only")
	atomAbandoned   = term.Atom("abandoned")
	atomPriority    = term.Atom("priority")
	atomReply       = term.Atom("reply")
	atomReplyTag    = term.Atom("reply_tag")
	atomYes         = term.Atom("yes")
	atomNo          = term.Atom("no")
)

// pendingSpawn is a spawn request of a process that has not been answered yet.
type pendingSpawn struct {
	ref     term.Term
	node    term.Term
	link    bool
	monitor *monitor
	tag     term.Term // of the answer message
	reply   term.Term // yes, no, error_only, success_only
	options MonitorOptions
	value   func(result term.Term) (term.Term, error) // makes the message {spawn_reply, Ref, Value}; nil for the usual ones
}

// Spawn starts a process here whose parent is p. ref is that of the monitor, None without one.
func (p *Process) Spawn(o SpawnOptions) (pid, ref term.Term, err error) {
	o.Parent = p
	q := p.node.prepare(o)
	pid = q.Self()
	if !o.Name.None() {
		if err := p.node.Register(o.Name, pid); err != nil {
			p.node.table.remove(q)
			return term.None, term.None, err
		}
	}
	p.traceSpawn(q, o)
	if o.Link {
		p.addLink(pid)
		q.addLink(p.Self())
		p.trace(traceProcs, atomLinkEvent, pid)
		q.trace(traceProcs, atomLinkedEvent, p.Self())
	}
	if o.Monitor {
		m := &monitor{ref: p.MakeRef(), watched: q, to: pid, node: p.node.Name(), item: pid, tag: o.MonitorOptions.Tag}
		if m.tag.None() {
			m.tag = atom.Down
		}
		p.keepMonitor(m)
		if !o.MonitorOptions.Alias.None() {
			p.addAlias(m.ref, o.MonitorOptions.Alias)
		}
		q.watch(m)
		ref = m.ref
	}
	p.node.put(p.worker, q)
	return pid, ref, nil
}

// SpawnAsync is erlang:spawn_request/5: it asks node for a process and returns the reference of the request. Options are those of
// spawn_request: link, monitor, {monitor, [...]}, {reply, ...}, {reply_tag, ...}. The error is badarg.
func (p *Process) SpawnAsync(node, module, function, args, options term.Term) (term.Term, error) {
	return p.spawnAsync(node, module, function, args, options, nil)
}

func (p *Process) spawnAsync(node, module, function, args, options term.Term, value func(term.Term) (term.Term, error)) (term.Term, error) {
	list, ok := options.Slice()
	if !ok || !node.IsAtom() || !module.IsAtom() || !function.IsAtom() {
		return term.None, term.Badarg()
	}
	if _, ok := args.Slice(); !ok {
		return term.None, term.Badarg()
	}
	r := &pendingSpawn{ref: p.MakeRef(), node: node, tag: atomSpawnReply, reply: atomYes, value: value}
	var wire term.Builder
	for _, o := range list {
		if !p.spawnOption(r, o, &wire) {
			return term.None, term.Badarg()
		}
	}
	if r.monitor != nil && !r.options.Alias.None() {
		p.addAlias(r.ref, r.options.Alias)
	}
	p.more().requests.put(p.node.number(r.ref), r)
	p.concern(node)
	s := &SpawnRequest{Ref: r.ref, From: p.Self(), GroupLeader: p.GroupLeader(), Module: module, Function: function, Args: args, Options: wire.List(term.Nil)}
	switch {
	case node == p.node.Name():
		p.deliver(s)
	case !p.node.forward(p.worker, node, s):
		p.deliver(&SpawnReply{Ref: r.ref, To: p.Self(), Result: atom.Noconnection})
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
		if e[1] != atomYes && e[1] != atomNo && e[1] != atomErrorOnly && e[1] != atomSuccessOnly {
			r.reply = atomYes
			break // the other node refuses it
		}
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
	if p.extra == nil {
		return false
	}
	_, ok := p.extra.requests.remove(p.node.number(ref))
	return ok
}

// SpawnRemote asks another node for a process. The answer is the message {spawn_reply, Ref, Value}, whose value is what the function of
// that name makes of the pid or, where there is none, of the reason.
func (p *Process) SpawnRemote(node, module, function, args, options term.Term, value func(result term.Term) (term.Term, error)) (ref term.Term, err error) {
	return p.spawnAsync(node, module, function, args, options, value)
}

func (s *SpawnRequest) deliver(n *Node, w *worker) {
	args, proper := s.Args.Slice()
	options, ok := s.Options.Slice()
	refuse := func(reason term.Term) { n.deliver(&SpawnReply{Ref: s.Ref, To: s.From, Result: reason}, w) }
	if !proper || !ok || !s.Module.IsAtom() || !s.Function.IsAtom() {
		refuse(atom.Badarg)
		return
	}
	var link, monitored bool
	o := SpawnOptions{Module: s.Module, Function: s.Function, Args: args, GroupLeader: s.GroupLeader}
	for _, x := range options {
		e, isTuple := x.Tuple()
		switch {
		case x == atom.Link:
			link = true
		case x == atom.Monitor, isTuple && len(e) == 2 && e[0] == atom.Monitor:
			monitored = true
		case isTuple && len(e) == 2 && e[0] == atomPriority && isPriority(e[1]):
			o.Priority = e[1]
		case isTuple && len(e) == 2 && e[0].IsAtom() && e[0] != atomPriority && e[0] != atomReply:
		default:
			refuse(atomBadopt)
			return
		}
	}
	q := n.prepare(o)
	q.parent, _ = s.From.Pid()
	flags := 0
	if link {
		q.addLink(s.From)
		flags |= 1
	}
	if monitored {
		q.more().watchers.put(keyOfRef(s.Ref), watcher{s.From, s.Ref, q.Self()})
		q.concern(nodeOf(s.From))
		flags |= 2
	}
	n.deliver(&SpawnReply{Ref: s.Ref, To: s.From, Flags: flags, Result: q.Self()}, w)
	n.put(w, q)
}

func (s *SpawnReply) deliver(n *Node, w *worker) {
	q, elsewhere := n.receiver(s.To)
	if elsewhere {
		n.forwardIfConnected(w, nodeOf(s.To), s)
		return
	}
	if q == nil || !n.postTie(q, w, nodeOf(s.Result), func(p *Process) { p.answered(s) }) {
		s.disown(n, w, atom.Noproc)
	}
}

// answered takes the answer of a node to a spawn request.
func (p *Process) answered(s *SpawnReply) {
	r, ok := p.more().requests.remove(p.node.number(s.Ref))
	if !ok {
		s.disown(p.node, p.worker, atomAbandoned)
		return
	}
	p.spawned(r, s)
}

// disown undoes what an answer has set up for a request that nobody waits for any more.
func (s *SpawnReply) disown(n *Node, w *worker, reason term.Term) {
	if s.Flags&1 != 0 {
		n.deliver(&Exit{From: s.To, To: s.Result, Reason: reason}, w)
	}
	if s.Flags&2 != 0 {
		n.deliver(&Demonitor{From: s.To, To: s.Result, Ref: s.Ref}, w)
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
		p.extra.aliases.remove(p.node.number(r.ref))
	}
	if r.value != nil {
		if v, err := r.value(s.Result); err == nil {
			p.enqueue(term.Tuple(r.tag, r.ref, v))
		}
		return
	}
	switch {
	case r.reply == atomNo, r.reply == atomErrorOnly && outcome == atom.OK, r.reply == atomSuccessOnly && outcome != atom.OK:
		return
	}
	p.enqueue(term.Tuple(r.tag, r.ref, outcome, s.Result))
}
