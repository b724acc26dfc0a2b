package erl_erts_errors

import (
	"strconv"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
)

// formatBsFail explains why a binary could not be built: the error_info of the topmost frame says which segment did not fit.
func formatBsFail(args []term.Term) (term.Term, error) {
	top, ok := args[1].Cons()
	if !ok {
		return term.None, term.FunctionClause()
	}
	frame, _ := top.Head.Tuple()
	if len(frame) != 4 {
		return term.None, term.FunctionClause()
	}
	info := errorInfo(frame[3])
	if info == nil {
		return term.EmptyMap, nil
	}
	given, _ := info.Get(term.Atom("cause"))
	cause, ok := given.Tuple()
	if !ok || len(cause) != 4 {
		return term.EmptyMap, nil
	}
	position := cause[0]
	if p, ok := info.Get(term.Atom("override_segment_position")); ok {
		position = p
	}
	kind := cause[1].AtomName()
	text := "segment " + position.String() + " of type '" + kind + "': " + segmentFault(args[0], kind, cause[2].AtomName(), cause[3])
	return term.NewMap(term.Atom("general"), term.BinaryString(text), term.Atom("reason"), term.BinaryString("construction of binary failed")), nil
}

// errorInfo finds the error_info of a frame.
func errorInfo(location term.Term) *term.Map {
	for c, ok := location.Cons(); ok; c, ok = c.Tail.Cons() {
		if e, ok := c.Head.Tagged(atom.ErrorInfo, 2); ok {
			m, _ := e[1].Map()
			return m
		}
	}
	return nil
}

var segmentKinds = map[string]string{"binary": " binary", "float": " float or an integer", "integer": "n integer"}

func segmentFault(reason term.Term, kind, fault string, value term.Term) string {
	if reason == term.Atom("system_limit") {
		return "the size " + pretty(value) + " is too large"
	}
	switch fault {
	case "invalid":
		return "expected one of the supported sizes 16, 32, or 64 but got: " + pretty(value)
	case "no_float":
		return "the value " + shortened(value) + " is outside the range expressible as a float"
	case "unit":
		return "the size of the value " + shortened(value) + " is not a multiple of the unit for the segment"
	case "short":
		return "the value " + shortened(value) + " is shorter than the size of the segment"
	case "size":
		return "expected a non-negative integer as size but got: " + shortened(value)
	}
	what, ok := segmentKinds[kind]
	if !ok {
		what = " non-negative integer encodable as " + kind
	}
	return "expected a" + what + " but got: " + shortened(value)
}

func pretty(t term.Term) string { return format.Pretty(t, format.Options{}) }

// shortened leaves the middle of long integers and binaries out, and the depths of other terms.
func shortened(t term.Term) string {
	if n, ok := t.Big(); ok {
		s := n.String()
		if len(s) < 48 {
			return s
		}
		return s[:12] + "..." + s[len(s)-12:]
	}
	b, ok := t.Bits()
	if !ok {
		return format.Pretty(t, format.Options{Depth: 20})
	}
	bytes := b.Bytes()
	whole := b.Len / 8
	if whole < 16 {
		return pretty(t)
	}
	var out strings.Builder
	out.WriteString("<<")
	for _, x := range bytes[:8] {
		out.WriteString(strconv.Itoa(int(x)) + ",")
	}
	out.WriteString("...,")
	tail := bytes[whole-2 : whole]
	out.WriteString(strconv.Itoa(int(tail[0])) + "," + strconv.Itoa(int(tail[1])))
	if odd := b.Len % 8; odd > 0 {
		out.WriteString("," + strconv.Itoa(int(bytes[whole]>>(8-odd))) + ":" + strconv.Itoa(odd))
	}
	return out.String() + ">>"
}
