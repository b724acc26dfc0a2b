// Package net_kernel is module net_kernel and the process of that name, which answers the pings of other nodes.
package net_kernel

import (
	"context"
	"fmt"
	"net"
	"strconv"
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
	}
}

func configuring() []bif.Function {
	return []bif.Function{
		{
			Spec: "start(Name :: [term()]) -> {ok, pid()} | {error, term()}",
			Doc: "Makes this a node that others can reach: `[Name]` or `[Name,shortnames|longnames]`, with the tick time in milliseconds as a " +
				"third element if wanted.",
			Proc: start1,
		},
		{
			Spec: "start(Name :: atom(), Options :: map()) -> {ok, pid()} | {error, term()}",
			Doc:  "Makes this a node that others can reach. Options: `name_domain` (`shortnames` or `longnames`), `net_ticktime` in seconds, `hidden`.",
			Proc: start2,
		},
		{
			Spec:    "stop() -> ok | {error, not_allowed | not_found}",
			Doc:     "Leaves the network that `start/1,2` joined.",
			Example: "1> net_kernel:stop().\n{error,not_found}",
			Proc:    stop,
		},
		{
			Spec:    "get_net_ticktime() -> integer() | ignored",
			Doc:     "Returns after how many seconds of silence a node counts as down.",
			Example: "1> net_kernel:get_net_ticktime().\nignored",
			Proc:    getTick,
		},
		{
			Spec:    "set_net_ticktime(Seconds :: pos_integer()) -> unchanged | change_initiated | ignored",
			Doc:     "Changes after how many seconds of silence a node counts as down.",
			Example: "1> net_kernel:set_net_ticktime(60).\nignored",
			Proc:    setTick,
		},
		{
			Spec:    "set_net_ticktime(Seconds :: pos_integer(), TransitionPeriod :: non_neg_integer()) -> unchanged | change_initiated | ignored",
			Doc:     "As `set_net_ticktime/1`. The change takes effect at once; the transition period is not needed.",
			Example: "1> net_kernel:set_net_ticktime(60, 10).\nignored",
			Proc:    setTick,
		},
		{
			Spec:    "allow(Nodes :: [node()]) -> ok | error",
			Doc:     "Restricts connections, in both directions, to Nodes and those allowed before.",
			Proc:    allow,
			Example: "1> net_kernel:allow(x).\nerror",
		},
		{
			Spec:    "allowed() -> {ok, [node()]} | ignored",
			Doc:     "Returns the nodes that `allow/1` named; none means that all are allowed.",
			Example: "1> net_kernel:allowed().\nignored",
			Proc:    allowed,
		},
		{
			Spec:    "longnames() -> boolean() | ignored",
			Doc:     "Tells whether this node has a long name.",
			Example: "1> net_kernel:longnames().\nfalse",
			Proc:    longnames,
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

func isAuth(p *node.Process, args []term.Term) (term.Term, error) {
	n := p.Node()
	if args[0] == n.Name() {
		return atomYes, nil
	}
	up, err := connect(p, args[0], false)
	if err != nil || up != term.True {
		return term.Atom("pang"), nil
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
		return term.Tuple(atom.ErrorAtom, term.Tuple(term.Atom("invalid_option"), flag)), nil
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
	return term.Tuple(term.Atom("net_address"), term.Tuple(term.Tuple(parts...), term.Int(int64(number))),
		term.String(name), term.Atom("tcp"), term.Atom(family))
}

func start1(p *node.Process, args []term.Term) (term.Term, error) {
	list, ok := args[0].Slice()
	if !ok || len(list) == 0 || len(list) > 3 || !list[0].IsAtom() {
		return term.None, term.Badarg()
	}
	o := node.StartOptions{Name: list[0].AtomName(), Long: true}
	if len(list) > 1 {
		if list[1] != atomShort && list[1] != atomLong {
			return term.None, term.Badarg()
		}
		o.Long = list[1] == atomLong
	}
	if len(list) == 3 {
		ms, ok := list[2].Int()
		if !ok || ms <= 0 {
			return term.None, term.Badarg()
		}
		o.Tick = 4 * time.Duration(ms) * time.Millisecond // the argument is a quarter: the interval between ticks
	}
	return begin(p, o)
}

func start2(p *node.Process, args []term.Term) (term.Term, error) {
	m, ok := args[1].Map()
	if !ok || !args[0].IsAtom() {
		return term.None, term.Badarg()
	}
	o := node.StartOptions{Name: args[0].AtomName(), Long: true}
	for key, value := range m.All() {
		seconds, isInt := value.Int()
		switch key.AtomName() {
		case "name_domain":
			o.Long = value != atomShort
		case "net_ticktime":
			if !isInt || seconds <= 0 {
				return term.None, term.Badarg()
			}
			o.Tick = time.Duration(seconds) * time.Second
		case "hidden":
			o.Hidden = value == term.True
		case "net_tickintensity", "dist_listen":
		default:
			return term.None, term.Badarg()
		}
	}
	return begin(p, o)
}

func begin(p *node.Process, o node.StartOptions) (term.Term, error) {
	n := p.Node()
	if n.Alive() {
		reason := term.Tuple(term.Atom("already_started"), n.Whereis(atomNetKernel))
		return term.Tuple(atom.ErrorAtom, reason), nil
	}
	var err error
	p.Blocking(func() { err = n.Network().Start(o) })
	if err != nil {
		n.Notice(fmt.Sprintf("cannot start distribution: %v", err))
		return term.Tuple(atom.ErrorAtom, term.Atom("nodistribution")), nil
	}
	return term.Tuple(atom.OK, n.Whereis(atomNetKernel)), nil
}

func stop(p *node.Process, _ []term.Term) (term.Term, error) {
	n := p.Node()
	if !n.Alive() {
		return term.Tuple(atom.ErrorAtom, term.Atom("not_found")), nil
	}
	stopped := false
	p.Blocking(func() { stopped = n.Network().Stop() })
	if !stopped {
		return term.Tuple(atom.ErrorAtom, term.Atom("not_allowed")), nil
	}
	return atom.OK, nil
}

func getTick(p *node.Process, _ []term.Term) (term.Term, error) {
	network := p.Node().Network()
	if network == nil || !p.Node().Alive() {
		return atomIgnored, nil
	}
	return term.Int(int64(network.Tick() / time.Second)), nil
}

func setTick(p *node.Process, args []term.Term) (term.Term, error) {
	seconds, ok := args[0].Int()
	if !ok || seconds <= 0 {
		return term.None, term.FunctionClause()
	}
	network := p.Node().Network()
	if network == nil || !p.Node().Alive() {
		return atomIgnored, nil
	}
	tick := time.Duration(seconds) * time.Second
	if tick == network.Tick() {
		return atomUnchanged, nil
	}
	network.SetTick(tick)
	return term.Atom("change_initiated"), nil
}

func allow(p *node.Process, args []term.Term) (term.Term, error) {
	names, ok := args[0].Slice()
	if !ok {
		return atom.ErrorAtom, nil
	}
	for _, name := range names {
		if !name.IsAtom() {
			return atom.ErrorAtom, nil
		}
	}
	if network := p.Node().Network(); network != nil {
		network.Allow(names)
	}
	return atom.OK, nil
}

func allowed(p *node.Process, _ []term.Term) (term.Term, error) {
	network := p.Node().Network()
	if network == nil || !p.Node().Alive() {
		return atomIgnored, nil
	}
	return term.Tuple(atom.OK, term.List(network.Allowed()...)), nil
}

func longnames(p *node.Process, _ []term.Term) (term.Term, error) {
	name := p.Node().Name().AtomName()
	for i := range name {
		if name[i] == '.' {
			return term.True, nil
		}
	}
	return term.False, nil
}
