package eval

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomCause        = term.Atom("cause")
	atomFunctionKey  = term.Atom("function")
	atomFormatBsFail = term.Atom("format_bs_fail")
	atomOverride     = term.Atom("override_segment_position")
	atomSystemLimit  = term.Atom("system_limit")
	segmentNames     = [...]string{
		integerSegment: "integer", floatSegment: "float", binarySegment: "binary", utf8Segment: "utf8", utf16Segment: "utf16", utf32Segment: "utf32",
	}
)

// segmentFault is why an element of a binary cannot be built.
type segmentFault struct {
	reason term.Term // badarg or system_limit
	what   string    // type, size, short, unit, invalid, no_float
	value  term.Term
}

// bitsFailed notes the exception of a binary whose element at cannot be built; all are the values and sizes of all elements. A module
// computes the sizes of all elements before it builds anything.
func (m *Machine) bitsFailed(segments []segment, all []term.Term, at int, typed bool) term.Term {
	var value, size term.Term
	i := 0
	for n := range segments {
		g := &segments[n]
		v, own := all[i], term.None
		i++
		if g.size != nil {
			own = all[i]
			i++
		}
		if n == at {
			value, size = v, own
		}
		if f := g.badSize(own); f != nil && !typed {
			if g.text {
				return m.segmentFailed(f, g, 0)
			}
			return m.segmentFailed(f, g, g.position)
		}
	}
	g := &segments[at]
	if typed {
		return m.typedBitsFailed(g, value, size)
	}
	return m.segmentFailed(g.fault(value, size), g, g.position)
}

// badSize checks a computed size.
func (g *segment) badSize(size term.Term) *segmentFault {
	if size.None() {
		return nil
	}
	if b, ok := size.Big(); ok && b.Sign() > 0 {
		if n, small := size.Int(); !small || n > maxBits {
			return &segmentFault{atomSystemLimit, "size", size}
		}
	}
	if n, ok := size.Int(); !ok || n < 0 {
		return &segmentFault{atom.Badarg, "size", size}
	}
	return nil
}

// fault finds out why a value does not fit its element.
func (g *segment) fault(v, size term.Term) *segmentFault {
	if f := g.badSize(size); f != nil {
		return f
	}
	bits := g.fixed
	if n, ok := size.Int(); ok {
		bits = int(n) * g.unit
	}
	switch g.kind {
	case floatSegment:
		if bits != 16 && bits != 32 && bits != 64 {
			return &segmentFault{atom.Badarg, "invalid", term.Int(int64(bits))}
		}
		if v.IsNumber() {
			return &segmentFault{atom.Badarg, "no_float", v}
		}
	case binarySegment:
		if v.IsBitstring() {
			if g.rest {
				return &segmentFault{atom.Badarg, "unit", v}
			}
			return &segmentFault{atom.Badarg, "short", v}
		}
	}
	return &segmentFault{atom.Badarg, "type", v}
}

func (f *segmentFault) info(g *segment, position int) term.Term {
	cause := term.Tuple(term.Int(int64(position)), term.Atom(segmentNames[g.kind]), term.Atom(f.what), f.value)
	return term.NewMap(atomCause, cause, atomFunctionKey, atomFormatBsFail, atomModule, atomErtsErrs)
}

// segmentFailed notes the exception in the name of the function that builds the binary.
func (m *Machine) segmentFailed(f *segmentFault, g *segment, position int) term.Term {
	m.failing()
	m.top.name = term.None
	m.exc = &term.Exception{Class: term.ClassError, Reason: f.reason, Stack: term.Nil, Info: f.info(g, position)}
	return term.None
}

// typedBitsFailed notes the exception with the calls by which the interpreter of a prompt builds an element.
func (m *Machine) typedBitsFailed(g *segment, v, size term.Term) term.Term {
	m.failing()
	m.top.name = term.None
	position := term.Int(int64(g.position))
	called := func(name string, args ...term.Term) term.Term {
		info := term.NewMap(atomModule, atomErtsErrs, atomOverride, position)
		return stackFrame(atom.Erlang, term.Atom(name), term.List(args...), term.List(term.Tuple(atom.ErrorInfo, info)))
	}
	field := bitsFrame("eval_exp_field1", 9, 114)
	var frames []term.Term
	reason := atom.Badarg
	switch f := g.fault(v, size); {
	case f.what == "size" && f.reason == atom.Badarg && !size.IsInteger():
		frames = []term.Term{called("*", size, term.Int(int64(g.unit))), field}
	case g.rest && f.what == "type":
		frames = []term.Term{called("bit_size", v), field}
	case f.what == "unit":
		frames = []term.Term{bitsFrame("eval_exp_field", 6, 169)}
	default:
		reason = f.reason
		info, _ := f.info(g, 1).Map()
		line := term.Tuple(atomLine, term.Int(int64(g.interpreterLine())))
		where := term.List(term.Tuple(atomFile, term.String("eval_bits.erl")), line, term.Tuple(atom.ErrorInfo, info.Put(atomOverride, position).Term()))
		frames = []term.Term{stackFrame(atomEvalBits, term.Atom("eval_exp_field"), term.Int(6), where)}
	}
	if g.text {
		frames = append(frames, bitsFrame("-eval_field/5-lbc$^4/2-0-", 10, 93), bitsFrame("-eval_field/5-fun-5-", 9, 93))
	}
	m.exc = &term.Exception{Class: term.ClassError, Reason: reason, Stack: term.List(frames...)}
	m.shorter = m.exc
	return term.None
}

// interpreterLine is where the interpreter builds an element of this type.
func (g *segment) interpreterLine() int {
	endian := 2
	switch {
	case g.native:
		endian = 1
	case g.little:
		endian = 0
	}
	switch g.kind {
	case integerSegment:
		line := 135 + 4*endian
		if g.signed {
			line -= 2
		}
		return line
	case utf8Segment:
		return 145
	case utf16Segment:
		return [...]int{149, 151, 147}[endian]
	case utf32Segment:
		return [...]int{155, 157, 153}[endian]
	case floatSegment:
		return 159 + 2*endian
	default:
	}
	return 172
}

// notBits raises what a binary comprehension does when its template is no bitstring.
func (m *Machine) notBits(v term.Term, at *site) *node {
	g := &segment{kind: binarySegment}
	f := &segmentFault{atom.Badarg, "type", v}
	m.segmentFailed(f, g, 2)
	if !at.shell {
		return m.raise(m.exc, at)
	}
	info := f.info(g, 2)
	line := term.Tuple(atomLine, term.Int(798))
	where := term.List(term.Tuple(atomFile, term.String("erl_eval.erl")), line, term.Tuple(atom.ErrorInfo, info))
	m.exc = &term.Exception{
		Class: term.ClassError, Reason: atom.Badarg, Stack: term.List(stackFrame(atomErlEval, term.Atom("eval_bc1"), term.Int(7), where)),
	}
	return m.raise(m.exc, at.belowTemplate())
}

// belowTemplate is a site in the place of what calls the evaluation of a template.
func (s *site) belowTemplate() *site {
	if s.typing == nil || s.expr == nil {
		return s
	}
	at := *s
	at.typing = &typing{calls: s.typed.places[s.expr].calls}
	if at.calls != nil {
		at.calls = at.calls.outer
	}
	return &at
}
