package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func distRows() []bif.Function {
	return []bif.Function{
		{Spec: "node() -> node()", Doc: "Returns the name of this node, `nonode@nohost` when it has none.",
			Example: "1> node().\nnonode@nohost", Auto: true, Guard: true, Proc: node0},
		{Spec: "node(Arg :: pid() | port() | reference()) -> node()", Doc: "Returns the node that Arg comes from.",
			Example: "1> node(self()).\nnonode@nohost", Auto: true, Guard: true, Pure: node1},
		{Spec: "nodes() -> [node()]", Doc: "Returns the visible nodes to which there is a connection.",
			Example: "1> nodes().\n[]", Auto: true, Proc: nodes},
		{Spec: "nodes(Arg :: visible | hidden | connected | this | known | [visible | hidden | connected | this | known]) -> [node()]",
			Doc:     "Returns the nodes of one or several kinds.",
			Example: "1> nodes(this).\n[nonode@nohost]", Auto: true, Proc: nodes},
		{Spec: "nodes(Arg :: atom() | [atom()], Options :: #{connection_id => boolean(), node_type => boolean()}) -> [{node(), map()}]",
			Doc:     "As `nodes/1`, each node with a map of what Options asks for.",
			Example: "1> nodes(this, #{node_type => true}).\n[{nonode@nohost,#{node_type => this}}]", Auto: true, Proc: nodes2},
		{Spec: "is_alive() -> boolean()", Doc: "Tells whether this node is part of a network.",
			Example: "1> is_alive().\nfalse", Auto: true, Proc: func(p *node.Process, _ []term.Term) (term.Term, error) { return term.Bool(p.Node().Alive()), nil }},
		{Spec: "monitor_node(Node :: node(), Flag :: boolean()) -> true",
			Doc:     "Asks for the message `{nodedown, Node}` when the connection to Node is lost, or takes that back.",
			Example: "1> monitor_node(node(), false).\ntrue", Auto: true, Proc: monitorNode},
		{Spec: "monitor_node(Node :: node(), Flag :: boolean(), Options :: [allow_passive_connect]) -> true", Doc: "As `monitor_node/2`, with options.",
			Example: "1> monitor_node(node(), false).\ntrue", Proc: monitorNode},
		{Spec: "disconnect_node(Node :: node()) -> boolean() | ignored", Doc: "Closes the connection to Node.",
			Example: "1> disconnect_node(nosuch@host).\nignored", Auto: true, Proc: disconnectNode},
		{Spec: "get_cookie() -> atom()", Doc: "Returns the cookie of this node.",
			Example: "1> erlang:get_cookie().\nnocookie", Proc: getCookie},
		{Spec: "get_cookie(Node :: node()) -> atom()", Doc: "Returns the cookie that is used towards Node.",
			Example: "1> erlang:get_cookie(nosuch@host).\nnocookie", Proc: getCookie},
		{Spec: "set_cookie(Cookie :: atom()) -> true", Doc: "Sets the cookie of this node.", Proc: setCookie},
		{Spec: "set_cookie(Node :: node(), Cookie :: atom()) -> true", Doc: "Sets the cookie that is used towards Node.", Proc: setCookie},
	}
}

func node0(p *node.Process, _ []term.Term) (term.Term, error) { return p.Node().Name(), nil }

func node1(args []term.Term) (term.Term, error) {
	if p, ok := args[0].Pid(); ok {
		return p.Origin.Name(), nil
	}
	if r, ok := args[0].Ref(); ok {
		return r.Origin.Name(), nil
	}
	if p, ok := args[0].Port(); ok {
		return p.Origin.Name(), nil
	}
	return term.None, term.Badarg()
}

func nodes(p *node.Process, args []term.Term) (term.Term, error) {
	kinds := []term.Term{term.Atom("visible")}
	if len(args) == 1 {
		kinds = args
		if list, ok := args[0].Slice(); ok {
			kinds = list
		}
	}
	n := p.Node()
	var out []term.Term
	seen := map[term.Term]bool{}
	add := func(name term.Term) {
		if !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	for _, kind := range kinds {
		if !nodesOfKind(n, kind.AtomName(), add) {
			return term.None, term.Badarg()
		}
	}
	return term.List(out...), nil
}

// nodesOfKind names the nodes of one kind; false for a kind that does not exist.
func nodesOfKind(n *node.Node, kind string, add func(name term.Term)) bool {
	w := n.Network()
	switch kind {
	case "this":
		add(n.Name())
	case "known":
		add(n.Name())
		if w != nil {
			for _, name := range w.Known() {
				add(name)
			}
		}
	case "visible", "hidden", "connected":
		if w == nil {
			return true
		}
		for _, peer := range w.Peers() {
			if kind == "connected" || peer.Hidden == (kind == "hidden") {
				add(peer.Name)
			}
		}
	default:
		return false
	}
	return true
}

// nodes2 tells of each node what the options ask for.
func nodes2(p *node.Process, args []term.Term) (term.Term, error) {
	m, ok := args[1].Map()
	if !ok {
		return term.None, term.Badarg()
	}
	asked := map[string]bool{}
	for k, v := range m.All() {
		if k.AtomName() != "node_type" && k.AtomName() != "connection_id" || v != term.True && v != term.False {
			return term.None, term.Badarg()
		}
		asked[k.AtomName()] = v == term.True
	}
	names, err := nodes(p, args[:1])
	if err != nil {
		return term.None, err
	}
	var b term.Builder
	list, _ := names.Slice()
	for _, name := range list {
		kind, id := connectionOf(p.Node(), name)
		info, _ := term.EmptyMap.Map()
		if asked["node_type"] {
			info = info.Put(term.Atom("node_type"), kind)
		}
		if asked["connection_id"] {
			info = info.Put(term.Atom("connection_id"), id)
		}
		b.Add(term.Tuple(name, info.Term()))
	}
	return b.List(term.Nil), nil
}

// connectionOf returns what kind of node a name is, and the number of its connection.
func connectionOf(n *node.Node, name term.Term) (kind, id term.Term) {
	if name == n.Name() {
		return term.Atom("this"), atom.Undefined
	}
	if w := n.Network(); w != nil {
		for _, peer := range w.Peers() {
			if peer.Name != name {
				continue
			}
			kind = term.Atom("visible")
			if peer.Hidden {
				kind = term.Atom("hidden")
			}
			return kind, term.Uint(peer.Connection)
		}
	}
	return term.Atom("known"), atom.Undefined
}

func monitorNode(p *node.Process, args []term.Term) (term.Term, error) {
	on := args[1] == term.True
	if len(args) == 3 {
		list, ok := args[2].Slice()
		for _, o := range list {
			ok = ok && o.AtomName() == "allow_passive_connect"
		}
		if !ok {
			return term.None, badopt()
		}
	}
	if !args[0].IsAtom() || !on && args[1] != term.False {
		return term.None, term.Badarg()
	}
	if !p.Node().Alive() && args[0] != p.Node().Name() {
		return term.None, term.Error(term.Atom("notalive"))
	}
	p.MonitorNode(args[0], on)
	return term.True, nil
}

func disconnectNode(p *node.Process, args []term.Term) (term.Term, error) {
	w := p.Node().Network()
	switch {
	case !args[0].IsAtom():
		return term.None, term.Badarg()
	case w == nil || !p.Node().Alive():
		return term.Atom("ignored"), nil
	}
	return term.Bool(w.Disconnect(args[0])), nil
}

func getCookie(p *node.Process, args []term.Term) (term.Term, error) {
	name := term.None
	if len(args) == 1 {
		if name = args[0]; !name.IsAtom() {
			return term.None, term.Badarg()
		}
	}
	w := p.Node().Network()
	if w == nil || !p.Node().Alive() {
		return term.Atom("nocookie"), nil
	}
	return w.Cookie(name), nil
}

func setCookie(p *node.Process, args []term.Term) (term.Term, error) {
	name, cookie := term.None, args[len(args)-1]
	if len(args) == 2 {
		name = args[0]
	}
	w := p.Node().Network()
	switch {
	case !cookie.IsAtom() || !name.None() && !name.IsAtom() || name == atom.NonodeNohost:
		return term.None, term.Badarg()
	case w == nil || !p.Node().Alive():
		return term.None, bif.ErrorOf(term.Atom("distribution_not_started"), "auth", "set_cookie", term.Int(int64(len(args))))
	}
	if name == p.Node().Name() {
		name = term.None
	}
	w.SetCookie(name, cookie)
	return term.True, nil
}
