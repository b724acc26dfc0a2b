package net_kernel

import (
	"fmt"
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

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
			Doc: "Makes this a node that others can reach. Options: `name_domain` (`shortnames` or `longnames`), `net_ticktime` in seconds, " +
				"`net_tickintensity`, `hidden`, `dist_listen`. With the name `undefined` the first node to which a connection is made gives the name.",
			Proc: start2,
		},
		{
			Spec:    "get_state() -> #{started := no | static | dynamic, atom() => term()}",
			Doc:     "Tells whether the node is on a network, since its start (`static`) or by `start/2` (`dynamic`), and what kind of name it has.",
			Example: "1> net_kernel:get_state().\n#{started => no}",
			Proc:    getState,
		},
		{
			Spec:    "stop() -> ok | {error, not_allowed | not_found}",
			Doc:     "Leaves the network that `start/1,2` joined.",
			Example: "1> net_kernel:stop().\n{error,not_found}",
			Proc:    stop,
		},
		{
			Spec:    "get_net_ticktime() -> pos_integer() | {ongoing_change_to, pos_integer()} | ignored",
			Doc:     "Returns after how many seconds of silence a node counts as down.",
			Example: "1> net_kernel:get_net_ticktime().\nignored",
			Proc:    getTick,
		},
		{
			Spec:    "set_net_ticktime(Seconds :: pos_integer()) -> unchanged | change_initiated | ignored | {ongoing_change_to, pos_integer()}",
			Doc:     "The same as `set_net_ticktime(Seconds, 60)`.",
			Example: "1> net_kernel:set_net_ticktime(60).\nignored",
			Proc:    setTick1,
		},
		{
			Spec: "set_net_ticktime(Seconds :: pos_integer(), TransitionPeriod :: non_neg_integer()) -> " +
				"unchanged | change_initiated | ignored | {ongoing_change_to, pos_integer()}",
			Doc: "Changes after how many seconds of silence a node counts as down. For TransitionPeriod seconds, in which all nodes of a " +
				"cluster should be told, peers with the old value and with the new one are both content.",
			Example: "1> net_kernel:set_net_ticktime(60, 10).\nignored",
			Proc:    setTick,
		},
		{
			Spec:    "allow(Nodes :: [node()]) -> ok | error | ignored",
			Doc:     "Restricts connections, in both directions, to Nodes and those allowed before.",
			Proc:    allow,
			Example: "1> net_kernel:allow([x@host]).\nignored",
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
			Example: "1> net_kernel:longnames().\nignored",
			Proc:    longnames,
		},
	}
}

// start1 takes the older form of the options, a list.
func start1(p *node.Process, args []term.Term) (term.Term, error) {
	list, ok := args[0].Slice()
	if !ok || len(list) == 0 || len(list) > 3 || !list[0].IsAtom() {
		return term.None, term.FunctionClause()
	}
	options, _ := term.EmptyMap.Map()
	if len(list) > 1 {
		options = options.Put(atomDomain, list[1])
	}
	if len(list) == 3 {
		ms, ok := list[2].Int()
		if !ok || ms <= 0 {
			return term.None, term.FunctionClause()
		}
		// the argument is the time between ticks, of which four make a tick time
		options = options.Put(atomTicktime, term.Int((4*ms-1)/1000+1))
	}
	return start2(p, []term.Term{list[0], options.Term()})
}

var (
	atomDomain    = term.Atom("name_domain")
	atomTicktime  = term.Atom("net_ticktime")
	atomIntensity = term.Atom("net_tickintensity")
)

func start2(p *node.Process, args []term.Term) (term.Term, error) {
	wrong := func(reason term.Term) (term.Term, error) {
		return term.None, bif.ErrorOf(reason, "net_kernel", "start", term.List(args...))
	}
	if !args[0].IsAtom() {
		return wrong(term.Atom("invalid_name"))
	}
	m, ok := args[1].Map()
	if !ok {
		return wrong(term.Atom("invalid_options"))
	}
	o := node.StartOptions{Name: args[0].AtomName(), Long: true, Intensity: 4, Tick: time.Minute}
	for key, value := range m.All() {
		if !option(&o, key, value) {
			return wrong(term.Tuple(term.Atom("invalid_option"), key, value))
		}
	}
	return begin(p, o)
}

// option sets one of the options of start/2; false when it does not exist or the value is none for it.
func option(o *node.StartOptions, key, value term.Term) bool {
	n, isInt := value.Int()
	isFlag := value == term.True || value == term.False
	switch key {
	case atomDomain:
		o.Long = value == atomLong
		return value == atomShort || value == atomLong
	case atomTicktime:
		o.Tick = time.Duration(n) * time.Second
		return isInt && n > 0
	case atomIntensity:
		o.Intensity = int(n)
		return isInt && n >= 4 && n <= 1000
	case term.Atom("hidden"):
		o.Hidden = value == term.True
		return isFlag
	case term.Atom("dist_listen"):
		o.Silent = value == term.False
		return isFlag
	}
	return false
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
		return notStarted(o), nil
	}
	return term.Tuple(atom.OK, n.Whereis(atomNetKernel)), nil
}

// notStarted is what start/2 returns whatever has gone wrong: the report of a supervisor about its child, as OTP 25 has it.
func notStarted(o node.StartOptions) term.Term {
	dynamic, supervisor := term.Atom("net_sup_dynamic"), term.Atom("supervisor")
	domain := atomShort
	if o.Long {
		domain = atomLong
	}
	options := term.NewMap(term.Atom("clean_halt"), term.False, term.Atom("name"), term.Atom(o.Name), atomDomain, domain,
		atomIntensity, term.Int(int64(o.Intensity)), atomTicktime, term.Int(int64(o.Tick/time.Second)), supervisor, dynamic)
	m, _ := options.Map()
	if o.Hidden {
		m = m.Put(term.Atom("hidden"), term.True)
	}
	if o.Silent {
		m = m.Put(term.Atom("dist_listen"), term.False)
	}
	failed := term.Tuple(term.Atom("failed_to_start_child"), atomNetKernel, term.Tuple(term.Atom("EXIT"), term.Atom("nodistribution")))
	distribution := term.Atom("erl_distribution")
	child := term.Tuple(term.Atom("child"), atom.Undefined, dynamic,
		term.Tuple(distribution, term.Atom("start_link"), term.List(m.Term())), term.Atom("permanent"), term.False, term.Int(1000),
		supervisor, term.List(distribution))
	return term.Tuple(atom.ErrorAtom, term.Tuple(term.Tuple(term.Atom("shutdown"), failed), child))
}

func getState(p *node.Process, _ []term.Term) (term.Term, error) {
	started := term.Atom("started")
	var s node.Standing
	if network := p.Node().Network(); network != nil {
		s = network.Standing()
	}
	if !s.Alive {
		return term.NewMap(started, term.Atom("no")), nil
	}
	choose := func(first bool, yes, no term.Term) term.Term {
		if first {
			return yes
		}
		return no
	}
	static, dynamic := term.Atom("static"), term.Atom("dynamic")
	name := p.Node().Name()
	return term.NewMap(started, choose(s.Static, static, dynamic), atomDomain, choose(s.Long, atomLong, atomShort),
		term.Atom("name_type"), choose(s.Dynamic, dynamic, static),
		term.Atom("name"), choose(name == atom.NonodeNohost, atom.Undefined, name)), nil
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
	tick, changing := network.Tick()
	seconds := term.Int(int64(tick / time.Second))
	if changing {
		return term.Tuple(term.Atom("ongoing_change_to"), seconds), nil
	}
	return seconds, nil
}

func setTick1(p *node.Process, args []term.Term) (term.Term, error) {
	if n, ok := args[0].Int(); !ok {
		return term.None, term.FunctionClause()
	} else if n <= 0 { // (sic) the name of the function that has the clauses
		return term.None, bif.ClauseOf("net_kernel", "set_net_ticktime", args[0], term.Int(60))
	}
	return setTick(p, []term.Term{args[0], term.Int(60)})
}

func setTick(p *node.Process, args []term.Term) (term.Term, error) {
	seconds, ok := args[0].Int()
	transition, ok2 := args[1].Int()
	if !ok || !ok2 || seconds <= 0 || transition < 0 {
		return term.None, term.FunctionClause()
	}
	network := p.Node().Network()
	if network == nil || !p.Node().Alive() {
		return atomIgnored, nil
	}
	now, changing := network.Tick()
	tick := time.Duration(seconds) * time.Second
	switch {
	case changing:
		return getTick(p, nil)
	case tick == now:
		return atomUnchanged, nil
	}
	network.SetTick(tick, time.Duration(transition)*time.Second)
	return term.Atom("change_initiated"), nil
}

func allow(p *node.Process, args []term.Term) (term.Term, error) {
	network := p.Node().Network()
	if network == nil || !p.Node().Alive() {
		return atomIgnored, nil
	}
	names, ok := args[0].Slice()
	if !ok {
		return atom.ErrorAtom, nil
	}
	for _, name := range names {
		if !name.IsAtom() {
			return atom.ErrorAtom, nil
		}
	}
	network.Allow(names)
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
	network := p.Node().Network()
	if network == nil || !p.Node().Alive() {
		return atomIgnored, nil
	}
	return term.Bool(network.Standing().Long), nil
}
