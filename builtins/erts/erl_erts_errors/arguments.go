package erl_erts_errors

import (
	"math"
	"slices"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

func isSeason(t term.Term) bool { return isBoolean(t) || t.AtomName() == "undefined" }

func external(_ *call, t, _ term.Term) string {
	if !t.IsBinary() {
		return notBinary
	}
	return "invalid external representation of a term"
}

// unsafe is for a term that may not bring new atoms, if the options say so.
func unsafe(c *call, t, with term.Term) string {
	options, _ := c.args[1].Slice()
	if !t.IsBinary() || !slices.ContainsFunc(options, func(x term.Term) bool { return x.AtomName() == "safe" }) {
		return external(c, t, with)
	}
	return "invalid or unsafe external representation of a term"
}

func digest(_ *call, t, _ term.Term) string {
	if !t.IsBinary() {
		return notBinary
	}
	return "invalid MD5 context"
}

// index is a position in a tuple.
func index(c *call, t, with term.Term) string {
	if s := whole(1, math.MaxInt64)(c, t, with); s != "" {
		return s
	}
	e, ok := with.Tuple()
	if n, small := t.Int(); ok && (!small || n > int64(len(e))) {
		return outOfRange
	}
	return ""
}

func posLen(_ *call, t, with term.Term) string {
	e, ok := t.Tuple()
	if !ok || len(e) != 2 || !e[0].IsInteger() || !e[1].IsInteger() {
		return "not a valid {Pos,Length} tuple"
	}
	if with.IsBinary() {
		return outOfRange
	}
	return ""
}

func start(c *call, t, with term.Term) string {
	if s := whole(0, math.MaxInt64)(c, t, with); s != "" {
		return s
	}
	if len(c.args) == 3 && !c.args[2].IsInteger() {
		return ""
	}
	return beyond(t, with)
}

func split(c *call, t, with term.Term) string { return start(c, t, with) }

func key(_ *call, _, with term.Term) string {
	if with.Kind() != term.KindMap {
		return ""
	}
	return "not present in map"
}

func localPid(c *call, t, _ term.Term) string {
	if !c.forced && isPid(t) && c.process.Node().Local(t) {
		return ""
	}
	return notPid
}

func linkable(_ *call, t, _ term.Term) string {
	if !isPid(t) {
		return notPid
	}
	return deadProcess
}

func pidOrPort(c *call, t, _ term.Term) string {
	if isPid(t) || t.Kind() == term.KindPort {
		return ""
	}
	return "not a pid or port"
}

func newName(_ *call, t, with term.Term) string {
	switch {
	case !t.IsAtom():
		return "not an atom"
	case t.AtomName() == "undefined":
		return "'undefined' is not a valid name"
	case isPid(with), with.Kind() == term.KindPort:
		return "name is in use"
	}
	return ""
}

func name(_ *call, t, _ term.Term) string { return notPid }

func alive(c *call, t, _ term.Term) string {
	switch {
	case !isPid(t):
		return notPid
	case c.process.Node().Process(t) == nil:
		return deadProcess
	}
	return ""
}

// gone blames every pid.
func gone(_ *call, t, _ term.Term) string {
	if !isPid(t) {
		return notPid
	}
	return deadProcess
}

// packetOptions blames the options if there is a binary to decode, whatever the type is.
func packetOptions(c *call, t, with term.Term) string {
	if s := list(c, t, with); s != "" || !with.IsBinary() {
		return s
	}
	return badOption
}

func other(c *call, t, with term.Term) string {
	if s := alive(c, t, with); s != "" {
		return s
	}
	if term.Equal(t, c.process.Self()) {
		return "the pid refers to the current process"
	}
	return ""
}

func suspended(_ *call, t, _ term.Term) string {
	if !isPid(t) {
		return notPid
	}
	return "process is not suspended or is not alive"
}

func liveNode(_ *call, t, _ term.Term) string {
	switch {
	case !t.IsAtom():
		return "not an atom"
	case t.AtomName() == "nonode@nohost":
		return "the node name is not part of a distributed system"
	}
	return ""
}

func memory(_ *call, t, _ term.Term) string {
	switch {
	case t.IsAtom():
		return "invalid memory type option"
	}
	if _, proper := t.Length(); proper {
		return badOption
	}
	return "not an atom or a list of atoms"
}

var nodeKinds = []string{"visible", "hidden", "connected", "this", "known"}

func nodeTypes(c *call, t, _ term.Term) string {
	switch {
	case !c.forced && t.IsAtom() && slices.Contains(nodeKinds, t.AtomName()):
		return ""
	case t.IsAtom():
		return "not a valid node type"
	case !c.forced && isNodeTypes(t):
		return ""
	case t.IsList():
		return "not a list of valid node types"
	}
	return "not a valid node type or list of valid node types"
}

func nodeOptions(_ *call, t, _ term.Term) string {
	m, ok := t.Map()
	if !ok {
		return notMap
	}
	for k, v := range m.All() {
		if k.AtomName() != "connection_id" && k.AtomName() != "node_type" || !isBoolean(v) {
			return "invalid options in map"
		}
	}
	return ""
}

func funOrAtom(_ *call, t, with term.Term) string {
	switch {
	case isFun(t):
		return ""
	case isFun(with):
		return "not an atom"
	case t.IsAtom():
		return ""
	}
	return "not a fun or an atom"
}

func funFor(_ *call, t, with term.Term) string {
	if with.IsAtom() && !isFun(t) {
		return "not a fun"
	}
	return ""
}

// positive blames the first argument for a range that stands in the second one (sic), as in OTP 25.
func positive(c *call, _, with term.Term) string { return whole(1, math.MaxInt64)(c, with, term.None) }

func isNodeTypes(t term.Term) bool {
	list, ok := t.Slice()
	for _, x := range list {
		ok = ok && slices.Contains(nodeKinds, x.AtomName())
	}
	return ok
}

// isValidTime reports whether a date and time can be on a clock and in a calendar.
func isValidTime(t term.Term) bool {
	if !isDateTime(t) {
		return false
	}
	var n [6]int64
	both, _ := t.Tuple()
	for i, part := range both {
		three, _ := part.Tuple()
		for j, x := range three {
			n[3*i+j], _ = x.Int()
		}
	}
	at := time.Date(int(n[0]), time.Month(n[1]), int(n[2]), int(n[3]), int(n[4]), int(n[5]), 0, time.UTC)
	return int64(at.Month()) == n[1] && int64(at.Day()) == n[2] && int64(at.Hour()) == n[3] && int64(at.Minute()) == n[4] && int64(at.Second()) == n[5]
}

// isDateTime reports whether a term is shaped as a date and time; whether that exists is not asked.
func isDateTime(t term.Term) bool {
	e, ok := t.Tuple()
	if !ok || len(e) != 2 {
		return false
	}
	for _, part := range e {
		three, ok := part.Tuple()
		if !ok || len(three) != 3 {
			return false
		}
	}
	return true
}

// funcArgs is the list of arguments of spawn_request/4, which stands third or, behind a node, fourth.
func funcArgs(fourth bool) check {
	return func(c *call, t, with term.Term) string {
		if c.args[2].IsAtom() != fourth {
			return ""
		}
		return list(c, t, with)
	}
}

// from is the first position of binary_to_list/3; with is the last one.
func from(c *call, t, with term.Term) string {
	if s := whole(1, math.MaxInt64)(c, t, with); s != "" || !with.IsInteger() {
		return s
	}
	if c.args[0].IsBinary() && term.Compare(t, with) > 0 {
		return "start position greater than stop position"
	}
	return beyond(t, c.args[0])
}

func to(c *call, t, with term.Term) string {
	if s := whole(1, math.MaxInt64)(c, t, with); s != "" {
		return s
	}
	if !c.args[1].IsInteger() || term.Compare(c.args[1], t) > 0 {
		return ""
	}
	return beyond(t, with)
}

// beyond blames a position behind the end of a binary.
func beyond(t, binary term.Term) string {
	b, ok := binary.Binary()
	if n, small := t.Int(); ok && (!small || n > int64(len(b))) {
		return outOfRange
	}
	return ""
}

func monitored(c *call, t, _ term.Term) string {
	if c.args[0] != atom.Process || isPid(t) {
		return ""
	}
	return notPid
}

func requestOptions(c *call, t, with term.Term) string {
	if isFun(with) {
		return badOption
	}
	return funFor(c, t, with)
}

// fourth is the last argument of spawn_request/4 when its options are to blame, if it is one with options.
func fourth(c *call, t, with term.Term) string {
	if c.args[2].IsAtom() {
		return list(c, t, with)
	}
	return badOption
}

// third is the same for spawn_request/3.
func third(c *call, t, with term.Term) string {
	if isFun(c.args[1]) {
		return options(badOption)(c, t, with)
	}
	return list(c, t, with)
}

// partLength is the length of a part that begins at the second argument; it is to blame when that is right.
func partLength(c *call, t, _ term.Term) string {
	switch {
	case !t.IsInteger():
		return notInteger
	case c.args[0].IsBinary() && c.args[1].IsInteger() && start(c, c.args[1], c.args[0]) == "":
		return outOfRange
	}
	return ""
}

// timeOf is the time of a timer, which failed.
func timeOf(c *call, t, _ term.Term) string {
	if s := whole(0, math.MaxInt64)(c, t, term.None); s != "" && (!t.IsInteger() || negative(t)) {
		return s
	}
	return "exceeds the maximum supported time value"
}

func delivered(_ *call, t, _ term.Term) string {
	if isPid(t) {
		return "not a local pid"
	}
	return "not a pid or 'all'"
}
