package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func portRows() []bif.Function {
	const port = "Port :: port() | atom()"
	const cat = "P = open_port({spawn,\"cat\"}, []), "
	return []bif.Function{
		{Spec: "open_port(Name :: {spawn, string()} | {spawn_executable, file:filename()}, Options :: [term()]) -> port()",
			Doc: "Starts a program and returns a port to it. What the program writes comes as `{Port, {data, Data}}`; `{Owner, {command, Data}}`, sent to the " +
				"port, is what it reads. Options: `binary`, `{line,N}`, `{packet,1|2|4}`, `stream`, `exit_status`, `eof`, `in`, `out`, `stderr_to_stdout`, " +
				"`nouse_stdio`, `{cd,Dir}`, `{env,[{Name,Value|false}]}`, and with `spawn_executable` `{args,Args}` and `{arg0,Name}`.",
			Example: "1> P = open_port({spawn,\"echo hello\"}, [binary]), receive {P, {data, D}} -> D end.\n<<\"hello\\n\">>", Auto: true, Proc: openPort},
		{Spec: "port_command(" + port + ", Data :: iodata()) -> true", Doc: "Sends Data to what Port is connected with.",
			Example: "1> " + cat + "port_command(P, \"hi\"), receive {P, {data, D}} -> D end.\n\"hi\"", Auto: true, Proc: portCommand},
		{Spec: "port_command(" + port + ", Data :: iodata(), Options :: [force | nosuspend]) -> boolean()",
			Doc: "As `port_command/2`; with `nosuspend` the result is `false` where the caller would have to wait.", Example: "1> " + cat + "port_command(P, \"hi\", [nosuspend]).\ntrue", Auto: true, Proc: portCommand},
		{Spec: "port_close(" + port + ") -> true", Doc: "Closes a port.", Example: "1> " + cat + "port_close(P).\ntrue", Auto: true, Proc: portClose},
		{Spec: "port_connect(" + port + ", Pid :: pid()) -> true", Doc: "Makes Pid the owner of Port. The old owner stays linked to it.",
			Example: "1> " + cat + "port_connect(P, self()).\ntrue", Auto: true, Proc: portConnect},
		{Spec: "port_control(" + port + ", Operation :: integer(), Data :: iodata()) -> iodata()", Doc: "Fails with badarg: no port here has operations.",
			Auto: true, Proc: noOperation},
		{Spec: "port_call(" + port + ", Operation :: integer(), Data :: term()) -> term()", Doc: "Fails with badarg: no port here has operations.", Proc: noOperation},
		{Spec: "ports() -> [port()]", Doc: "Returns the open ports of this node.", Example: "1> " + cat + "lists:member(P, erlang:ports()).\ntrue", Proc: portsOf},
		{Spec: "port_info(" + port + ") -> [{atom(), term()}] | undefined", Doc: "Returns what is known of a port.",
			Example: "1> " + cat + "hd(erlang:port_info(P)).\n{name,\"cat\"}", Proc: portInfo},
		{Spec: "port_info(" + port + ", Item :: atom()) -> {atom(), term()} | [] | undefined", Doc: "Returns one fact about a port.",
			Example: "1> " + cat + "erlang:port_info(P, input).\n{input,0}", Proc: portInfo},
	}
}

func openPort(p *node.Process, args []term.Term) (term.Term, error) {
	o := &portOptions{in: true, out: true, stdio: true, world: bif.WorldOf(p.Node())}
	if !o.read(args[1]) {
		return term.None, badopt()
	}
	if err := o.program(args[0]); err != nil {
		return term.None, err
	}
	var d *program
	var err error
	p.Blocking(func() { d, err = launch(o) })
	if err != nil {
		return term.None, posix(err)
	}
	return p.OpenPort(node.PortOptions{
		Name: o.name, OSPid: d.cmd.Process.Pid, Device: d, In: o.in, Out: o.out, EOF: o.eof, Status: o.status,
		Bytes: iodata, Receive: o.framer.receive, Frame: o.framer.frame,
	}), nil
}

// posix is error:enoent and the like.
func posix(err error) error { return term.Error(term.Atom(bif.PosixName(err))) }

func iodata(t term.Term) ([]byte, bool) {
	v, err := iolistToBinary([]term.Term{t})
	if err != nil {
		return nil, false
	}
	return v.Binary()
}

func isPortOrName(t term.Term) bool { return t.Kind() == term.KindPort || t.IsAtom() }

func portCommand(p *node.Process, args []term.Term) (term.Term, error) {
	nosuspend := false
	if len(args) == 3 {
		list, ok := args[2].Slice()
		for _, x := range list {
			nosuspend = nosuspend || x.AtomName() == "nosuspend"
			ok = ok && (x.AtomName() == "nosuspend" || x.AtomName() == "force")
		}
		if !ok {
			return term.None, badopt()
		}
	}
	data, ok := iodata(args[1])
	if !ok {
		if f, open := p.PortFacts(args[0]); open {
			p.Node().Report(node.Report{
				Level: term.ClassError, Format: "Bad value on output port '~ts'\n\n", Args: []term.Term{term.String(f.Name)},
				Pid: p.Self(), GroupLeader: p.GroupLeader(),
			})
		}
		return term.None, term.Badarg()
	}
	sent, open := p.PortCommand(args[0], data, nosuspend)
	if !open {
		return term.None, term.Badarg()
	}
	return term.Bool(sent), nil
}

func portClose(p *node.Process, args []term.Term) (term.Term, error) {
	if !p.ClosePort(args[0]) {
		return term.None, term.Badarg()
	}
	return term.True, nil
}

func portConnect(p *node.Process, args []term.Term) (term.Term, error) {
	if !p.ConnectPort(args[0], args[1]) {
		return term.None, term.Badarg()
	}
	return term.True, nil
}

func noOperation(*node.Process, []term.Term) (term.Term, error) { return term.None, term.Badarg() }

func portsOf(p *node.Process, _ []term.Term) (term.Term, error) {
	return term.List(append([]term.Term{forker(p)}, p.Node().Ports()...)...), nil
}

// forker is the port that every node has from the start: it is there to be listed, nobody can speak with it.
func forker(p *node.Process) term.Term {
	return (&term.Port{Origin: p.Node().Origin()}).Term()
}

// portItems are those that port_info/1 returns, registered_name in front where there is one.
var portItems = []string{"registered_name", "name", "links", "id", "connected", "input", "output", "os_pid"}

func portInfo(p *node.Process, args []term.Term) (term.Term, error) {
	if !isPortOrName(args[0]) {
		return term.None, term.Badarg()
	}
	if len(args) == 2 {
		if _, known := portItem(node.PortFacts{}, args[1].AtomName()); !known {
			return term.None, term.Badarg()
		}
	}
	f, open := p.PortFacts(args[0])
	if !open && term.Equal(args[0], forker(p)) {
		system := (&term.Pid{Origin: p.Node().Origin()}).Term()
		f, open = node.PortFacts{Name: "forker", Owner: system}, true
	}
	if !open {
		return atom.Undefined, nil
	}
	if len(args) == 2 {
		v, _ := portItem(f, args[1].AtomName())
		if v.IsNil() && args[1].AtomName() == "registered_name" {
			return v, nil
		}
		return term.Tuple(args[1], v), nil
	}
	var b term.Builder
	for _, item := range portItems {
		if v, _ := portItem(f, item); !v.IsNil() || item != "registered_name" {
			b.Add(term.Tuple(term.Atom(item), v))
		}
	}
	return b.List(term.Nil), nil
}

func portItem(f node.PortFacts, item string) (term.Term, bool) {
	number := func(n uint64) (term.Term, bool) { return term.Int(int64(n)), true }
	switch item {
	case "registered_name":
		if f.RegisteredName.None() {
			return term.Nil, true
		}
		return f.RegisteredName, true
	case "name":
		return term.String(f.Name), true
	case "links":
		return term.List(f.Links...), true
	case "id":
		return number(f.ID << 3) // (sic) OTP counts them in steps
	case "connected":
		return f.Owner, true
	case "input":
		return number(f.Input)
	case "output":
		return number(f.Output)
	case "os_pid":
		if f.OSPid == 0 {
			return atom.Undefined, true
		}
		return number(uint64(f.OSPid))
	case "queue_size":
		return number(uint64(f.Queue))
	case "memory":
		return number(uint64(f.Queue) + 1000)
	case "monitors":
		return term.Nil, true
	case "monitored_by":
		return term.List(f.MonitoredBy...), true
	case "locking":
		return term.Atom("port_level"), true
	case "parallelism":
		return term.False, true
	}
	return term.None, false
}
