// Package net_kernel is module net_kernel and the process of that name, which answers the pings of other nodes.
package net_kernel

import (
	"context"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

var (
	atomNetKernel = term.Atom("net_kernel")
	atomGenCall   = term.Atom("$gen_call")
	atomIsAuth    = term.Atom("is_auth")
	atomYes       = term.Atom("yes")
	atomSpawn     = term.Atom("spawn")
	atomSpawnLink = term.Atom("spawn_link")
	atomIgnored   = term.Atom("ignored")
	atomUnchanged = term.Atom("unchanged")
	atomShort     = term.Atom("shortnames")
	atomLong      = term.Atom("longnames")
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:      "net_kernel",
		Doc:       "Connections to other nodes: making them, watching them, and being a node at all.",
		Functions: append(connecting(), configuring()...),
		Start: func(n *node.Node) error {
			n.Spawn(node.SpawnOptions{Name: atomNetKernel, Handler: serve, As: node.Shown{Server: "net_kernel"}})
			return nil
		},
	}
}

func connecting() []bif.Function {
	return []bif.Function{
		{
			Spec:    "connect_node(Node :: node()) -> boolean() | ignored",
			Doc:     "Sets up a connection to Node: `true` when there is one, `false` when there cannot be one, `ignored` when the local node has no name.",
			Example: "1> net_kernel:connect_node(node()).\ntrue",
			Proc:    func(p *node.Process, args []term.Term) (term.Term, error) { return connect(p, args[0], false) },
		},
		{
			Spec:    "hidden_connect_node(Node :: node()) -> boolean() | ignored",
			Doc:     "Sets up a hidden connection to Node, which `nodes()` does not show on either side.",
			Example: "1> net_kernel:hidden_connect_node(node()).\ntrue",
			Proc:    func(p *node.Process, args []term.Term) (term.Term, error) { return connect(p, args[0], true) },
		},
		{
			Spec:    "is_auth(Node :: node()) -> yes | pang",
			Doc:     "Asks the process net_kernel of Node whether it lets this node in; `net_adm:ping/1` is made of it.",
			Example: "1> net_kernel:is_auth(node()).\nyes",
			Proc:    isAuth,
		},
		{
			Spec:    "monitor_nodes(Flag :: boolean()) -> ok | {error, term()}",
			Doc:     "Subscribes the calling process to messages `{nodeup,Node}` and `{nodedown,Node}`, or with `false` takes one subscription back.",
			Example: "1> net_kernel:monitor_nodes(true).\nok",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return monitorNodes(p, args[0], term.Nil)
			},
		},
		{
			Spec:    "monitor_nodes(Flag :: boolean(), Options :: [term()]) -> ok | {error, term()}",
			Doc:     "As `monitor_nodes/1`, with options such as `nodedown_reason` and `{node_type,all}`; the messages are `{nodeup,Node,Info}` then.",
			Example: "1> net_kernel:monitor_nodes(true, [nodedown_reason]).\nok",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return monitorNodes(p, args[0], args[1])
			},
		},
		{
			Spec:    "nodes_info() -> {ok, [{node(), [{atom(), term()}]}]}",
			Doc:     "Returns what is known of each connected node: owner, state, address, type, and frames in and out.",
			Example: "1> net_kernel:nodes_info().\n{ok,[]}",
			Proc:    nodesInfo,
		},
		{
			Spec:    "node_info(Node :: node()) -> {ok, [{atom(), term()}]} | {error, bad_node}",
			Doc:     "Returns what is known of one connected node.",
			Example: "1> net_kernel:node_info(nosuch@host).\n{error,bad_node}",
			Proc:    nodeInfo,
		},
		{
			Spec:    "node_info(Node :: node(), Key :: atom()) -> {ok, term()} | {error, bad_node | invalid_key}",
			Doc:     "Returns one of the things known of a connected node: `owner`, `state`, `address`, `type`, `in` or `out`.",
			Example: "1> net_kernel:node_info(nosuch@host, type).\n{error,bad_node}",
			Proc:    nodeInfo2,
		},
	}
}

// patience bounds one attempt: seven seconds for the handshake, and the look-ups before it.
const patience = 15 * time.Second

func connect(p *node.Process, name term.Term, hidden bool) (term.Term, error) {
	if !name.IsAtom() {
		return term.None, term.FunctionClause()
	}
	n := p.Node()
	if name == n.Name() {
		return term.True, nil
	}
	if !n.Alive() {
		n.Notice("cannot connect to " + name.AtomName() +
			": this node has no name; start one with net_kernel:start([Name, shortnames]), or begin with erlsh -sname Name")
		return atomIgnored, nil
	}
	var err error
	p.Blocking(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		err = n.Network().Connect(ctx, name, hidden)
	})
	if err != nil {
		n.Notice(err.Error())
	}
	return term.Bool(err == nil), nil
}

func connected(w node.Network, name term.Term) bool {
	return slices.ContainsFunc(w.Peers(), func(p node.Peer) bool { return p.Name == name })
}

// portOf takes a name like b@host:25672 apart: the node is dialled at that port, without a port mapper.
func portOf(name string) (plain, port string, ok bool) {
	_, host, _ := strings.Cut(name, "@")
	if strings.Count(host, ":") != 1 {
		return name, "", false
	}
	i := strings.LastIndexByte(name, ':')
	return name[:i], name[i+1:], true
}

func isAuth(p *node.Process, args []term.Term) (term.Term, error) {
	n := p.Node()
	if args[0] == n.Name() {
		return atomYes, nil
	}
	if w := n.Network(); w != nil && n.Alive() && !w.MayConnect(args[0]) && !connected(w, args[0]) {
		return term.Atom("pang"), nil // dist_auto_connect forbids it, and nobody has asked for a connection
	}
	up, err := connect(p, args[0], false)
	if err != nil || up != term.True {
		return term.Atom("pang"), nil
	}
	if name, _, ok := portOf(args[0].AtomName()); ok {
		args = []term.Term{term.Atom(name)}
	}
	ref, err := p.Monitor(term.Tuple(atomNetKernel, args[0]), node.MonitorOptions{Alias: term.Atom("reply_demonitor")})
	if err != nil {
		return term.None, err
	}
	tag := term.NewCons(term.Atom("alias"), ref)
	request := term.Tuple(atomGenCall, term.Tuple(p.Self(), tag), term.Tuple(atomIsAuth, n.Name()))
	if err := p.Send(term.Tuple(atomNetKernel, args[0]), request); err != nil {
		return term.None, err
	}
	answer := term.Atom("pang")
	_, _, err = p.Receive(func(m term.Term) bool {
		if e, ok := m.Tuple(); ok && len(e) == 2 && term.Equal(e[0], tag) {
			answer = e[1]
			return true
		}
		e, ok := m.Tagged(atom.Down, 5)
		return ok && term.Equal(e[1], ref)
	}, -1)
	p.Demonitor(ref, true)
	return answer, err
}

// serve answers what other nodes ask of the process net_kernel.
func serve(p *node.Process, message term.Term) {
	e, ok := message.Tagged(atomGenCall, 3)
	if !ok {
		return
	}
	from, ok := e[1].Tuple()
	if !ok || len(from) != 2 {
		return
	}
	if _, ok := e[2].Tagged(atomIsAuth, 2); ok {
		_ = p.Send(replyTo(from), term.Tuple(from[1], atomYes))
		return
	}
	r, ok := e[2].Tuple()
	if !ok || len(r) != 5 || r[0] != atomSpawn && r[0] != atomSpawnLink {
		return
	}
	args, ok := r[3].Slice()
	if !ok {
		return
	}
	pid, _, err := p.Spawn(node.SpawnOptions{Module: r[1], Function: r[2], Args: args, GroupLeader: r[4]})
	if err != nil {
		return
	}
	if r[0] == atomSpawnLink {
		p.Node().Deliver(&node.Link{From: from[0], To: pid})
	}
	_ = p.Send(replyTo(from), term.Tuple(from[1], pid))
}

// replyTo returns where the answer of a gen call goes: to the alias that its tag carries, or else to the caller.
func replyTo(from []term.Term) term.Term {
	if c, ok := from[1].Cons(); ok && c.Head == term.Atom("alias") {
		return c.Tail
	}
	return from[0]
}

func monitorNodes(p *node.Process, flag, options term.Term) (term.Term, error) {
	if flag != term.True && flag != term.False {
		return atom.ErrorAtom, nil
	}
	if _, err := p.MonitorNodes(flag == term.True, options); err != nil {
		if e, ok := err.(*term.Exception); ok {
			return term.Tuple(atom.ErrorAtom, e.Reason), nil
		}
		return term.None, err
	}
	return atom.OK, nil
}

func nodesInfo(p *node.Process, _ []term.Term) (term.Term, error) {
	var list term.Builder
	if network := p.Node().Network(); network != nil {
		for _, peer := range network.Peers() {
			list.Add(term.Tuple(peer.Name, peerInfo(p, peer)))
		}
	}
	return term.Tuple(atom.OK, list.List(term.Nil)), nil
}

func nodeInfo(p *node.Process, args []term.Term) (term.Term, error) {
	if network := p.Node().Network(); network != nil {
		for _, peer := range network.Peers() {
			if peer.Name == args[0] {
				return term.Tuple(atom.OK, peerInfo(p, peer)), nil
			}
		}
	}
	return term.Tuple(atom.ErrorAtom, term.Atom("bad_node")), nil
}

func nodeInfo2(p *node.Process, args []term.Term) (term.Term, error) {
	info, err := nodeInfo(p, args)
	pair, ok := info.Tagged(atom.OK, 2)
	if err != nil || !ok {
		return info, err
	}
	list, _ := pair[1].Slice()
	for _, item := range list {
		if e, _ := item.Tuple(); e[0] == args[1] {
			return term.Tuple(atom.OK, e[1]), nil
		}
	}
	return term.Tuple(atom.ErrorAtom, term.Atom("invalid_key")), nil
}

// peerInfo is the property list of a connection, in the shape of OTP's.
func peerInfo(p *node.Process, peer node.Peer) term.Term {
	kind := atom.Normal
	if peer.Hidden {
		kind = term.Atom("hidden")
	}
	pair := func(name string, value term.Term) term.Term { return term.Tuple(term.Atom(name), value) }
	return term.List(
		pair("owner", p.Node().Whereis(atomNetKernel)),
		pair("state", term.Atom("up")),
		pair("address", address(peer)),
		pair("type", kind),
		pair("in", term.Uint(peer.In)),
		pair("out", term.Uint(peer.Out)))
}

func address(peer node.Peer) term.Term {
	host, port, err := net.SplitHostPort(peer.Address)
	if err != nil {
		return atom.Undefined
	}
	ip := net.ParseIP(host)
	number, _ := strconv.Atoi(port)
	family, parts := "inet6", []term.Term{}
	if v4 := ip.To4(); v4 != nil {
		family = "inet"
		for _, b := range v4 {
			parts = append(parts, term.Int(int64(b)))
		}
	} else {
		for i := 0; i+1 < len(ip); i += 2 {
			parts = append(parts, term.Int(int64(ip[i])<<8|int64(ip[i+1])))
		}
	}
	name := peer.Name.AtomName()
	for i := range name {
		if name[i] == '@' {
			name = name[i+1:]
			break
		}
	}
	protocol := "tcp"
	if peer.Secure {
		protocol = "tls"
	}
	return term.Tuple(term.Atom("net_address"), term.Tuple(term.Tuple(parts...), term.Int(int64(number))),
		term.String(name), term.Atom(protocol), term.Atom(family))
}
