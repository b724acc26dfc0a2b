package erlang

import (
	"strconv"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func identityRows() []bif.Function {
	return []bif.Function{
		{Spec: "pid_to_list(Pid :: pid()) -> string()", Doc: "Returns Pid as it prints.",
			Example: "1> list_to_pid(pid_to_list(self())) =:= self().\ntrue", Auto: true, Proc: pidToList},
		{Spec: "list_to_pid(String :: string()) -> pid()", Doc: "Returns the pid that prints as String: for debugging.",
			Example: "1> list_to_pid(\"<0.1.0>\").\n<0.1.0>", Auto: true, Proc: listToPid},
		{Spec: "ref_to_list(Ref :: reference()) -> string()", Doc: "Returns Ref as it prints.",
			Example: "1> R = make_ref(), list_to_ref(ref_to_list(R)) =:= R.\ntrue", Auto: true, Proc: refToList},
		{Spec: "list_to_ref(String :: string()) -> reference()", Doc: "Returns the reference that prints as String: for debugging.",
			Example: "1> list_to_ref(\"#Ref<0.1.2.3>\").\n#Ref<0.1.2.3>", Auto: true, Proc: listToRef},
		{Spec: "port_to_list(Port :: port()) -> string()", Doc: "Returns Port as it prints.",
			Example: "1> port_to_list(list_to_port(\"#Port<0.4>\")).\n\"#Port<0.4>\"", Auto: true, Proc: portToList},
		{Spec: "list_to_port(String :: string()) -> port()", Doc: "Returns the port that prints as String: for debugging.",
			Example: "1> list_to_port(\"#Port<0.4>\").\n#Port<0.4>", Auto: true, Proc: listToPort},
	}
}

// shown is how a node prints terms: identifiers of its own begin with 0, those of another node with the number of its name.
func shown(p *node.Process, t term.Term) term.Term {
	return term.String(format.Write(t, format.Options{Home: p.Node().Origin()}))
}

// originOf returns the node that the first number of an identifier stands for: this one, or one that is known.
func originOf(n *node.Node, number uint64) (*term.Origin, bool) {
	w := n.Network()
	switch {
	case number == 0:
		return n.Origin(), true
	case w == nil:
		return nil, false
	}
	for _, peer := range w.Peers() {
		if uint64(peer.Name.AtomIndex()) == number {
			return peer.Origin, true
		}
	}
	for _, name := range w.Known() {
		if uint64(name.AtomIndex()) == number {
			return n.OriginOf(name, 0), true
		}
	}
	return nil, false
}

func pidToList(p *node.Process, args []term.Term) (term.Term, error) {
	if args[0].Kind() != term.KindPid {
		return term.None, term.Badarg()
	}
	return shown(p, args[0]), nil
}

func refToList(p *node.Process, args []term.Term) (term.Term, error) {
	if args[0].Kind() != term.KindRef {
		return term.None, term.Badarg()
	}
	return shown(p, args[0]), nil
}

func portToList(p *node.Process, args []term.Term) (term.Term, error) {
	if args[0].Kind() != term.KindPort {
		return term.None, term.Badarg()
	}
	return shown(p, args[0]), nil
}

// numbers reads the numbers between the brackets of an identifier; the first one stands for the node.
func numbers(p *node.Process, t term.Term, prefix string, from, to int) (*term.Origin, []uint64, error) {
	b, ok := bif.Bytes(t)
	inner, ok1 := strings.CutPrefix(string(b), prefix)
	inner, ok2 := strings.CutSuffix(inner, ">")
	parts := strings.Split(inner, ".")
	if !ok || !ok1 || !ok2 || len(parts) < from || len(parts) > to {
		return nil, nil, term.Badarg()
	}
	out := make([]uint64, len(parts))
	for i, s := range parts {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil || s[0] == '+' {
			return nil, nil, term.Badarg()
		}
		out[i] = n
	}
	origin, ok := originOf(p.Node(), out[0])
	if !ok {
		return nil, nil, term.Badarg()
	}
	return origin, out[1:], nil
}

func listToPid(p *node.Process, args []term.Term) (term.Term, error) {
	origin, n, err := numbers(p, args[0], "<", 3, 3)
	if err != nil {
		return term.None, err
	}
	if n[0] >= 1<<28 || n[1] >= 1<<32 {
		return term.None, term.Badarg()
	}
	return (&term.Pid{Origin: origin, ID: uint32(n[0]), Serial: uint32(n[1])}).Term(), nil
}

func listToRef(p *node.Process, args []term.Term) (term.Term, error) {
	origin, n, err := numbers(p, args[0], "#Ref<", 4, 6)
	if err != nil {
		return term.None, err
	}
	r := &term.Ref{Origin: origin, Len: uint8(len(n))}
	for i, w := range n {
		if w >= 1<<32 {
			return term.None, term.Badarg()
		}
		r.Words[len(n)-1-i] = uint32(w)
	}
	return r.Term(), nil
}

func listToPort(p *node.Process, args []term.Term) (term.Term, error) {
	origin, n, err := numbers(p, args[0], "#Port<", 2, 2)
	if err != nil {
		return term.None, err
	}
	return (&term.Port{Origin: origin, ID: n[0]}).Term(), nil
}
