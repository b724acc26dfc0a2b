package eval

import (
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// simpleCall compiles a call of a function that guards allow.
func (c *compiler) simpleCall(f *code.Function, e *syntax.Call) simple {
	if is := c.typeTest(e); is != nil {
		return c.simpleTypeTest(is, e.Args[0])
	}
	parts := c.simples(e.Args)
	switch len(parts) {
	case 1:
		return quickBIF1(f, parts[0])
	case 2:
		return quickBIF2(f, parts[0], parts[1])
	}
	pure, name := f.Pure, f.Name
	if pure == nil { // self/0 and node/0, which ask the process
		return func(m *Machine, _ []term.Term) term.Term {
			v, err := f.Native(m.p, nil)
			if err != nil {
				return m.operatorFailed(err, name)
			}
			return v
		}
	}
	return func(m *Machine, s []term.Term) term.Term {
		in := make([]term.Term, len(parts))
		for i, p := range parts {
			if in[i] = p(m, s); in[i].None() {
				return term.None
			}
		}
		v, err := pure(in)
		if err != nil {
			return m.operatorFailed(err, name, in...)
		}
		return v
	}
}

func (c *compiler) simpleTypeTest(is func(term.Term) bool, arg syntax.Expr) simple {
	v := c.simple(arg)
	return func(m *Machine, s []term.Term) term.Term {
		t := v(m, s)
		if t.None() {
			return t
		}
		return term.Bool(is(t))
	}
}

// quick are short ways of frequent guard functions: the zero Term when the function itself has to decide.
var quick = map[string]func(term.Term) term.Term{
	"hd": func(t term.Term) term.Term {
		if c, ok := t.Cons(); ok {
			return c.Head
		}
		return term.None
	},
	"tl": func(t term.Term) term.Term {
		if c, ok := t.Cons(); ok {
			return c.Tail
		}
		return term.None
	},
	"byte_size": func(t term.Term) term.Term {
		if t.Kind() == term.KindBinary {
			b, _ := t.Binary()
			return term.Int(int64(len(b)))
		}
		return term.None
	},
	"tuple_size": func(t term.Term) term.Term {
		if e, ok := t.Tuple(); ok {
			return term.Int(int64(len(e)))
		}
		return term.None
	},
	"length": func(t term.Term) term.Term {
		if n, ok := t.Length(); ok {
			return term.Int(int64(n))
		}
		return term.None
	},
}

//go:noinline
func quickBIF1(f *code.Function, arg simple) simple {
	short, name, pure := quick[f.Name.AtomName()], f.Name, f.Pure
	return func(m *Machine, s []term.Term) term.Term {
		a := arg(m, s)
		if a.None() {
			return a
		}
		if short != nil {
			if v := short(a); !v.None() {
				return v
			}
		}
		in := m.scratch(1)
		in[0] = a
		v, err := pure(in)
		if err != nil {
			return m.operatorFailed(err, name, a)
		}
		return v
	}
}

//go:noinline
func quickBIF2(f *code.Function, left, right simple) simple {
	name, pure := f.Name, f.Pure
	element := name.AtomName() == "element"
	return func(m *Machine, s []term.Term) term.Term {
		a := left(m, s)
		if a.None() {
			return a
		}
		b := right(m, s)
		if b.None() {
			return b
		}
		if element {
			if i, ok := a.Int(); ok {
				if e, ok := b.Tuple(); ok && i > 0 && i <= int64(len(e)) {
					return e[i-1]
				}
			}
		}
		in := m.scratch(2)
		in[0], in[1] = a, b
		v, err := pure(in)
		if err != nil {
			return m.operatorFailed(err, name, a, b)
		}
		return v
	}
}

// scratch returns n slots behind the running window, for the arguments of a function that runs nothing on the machine.
func (m *Machine) scratch(n int) []term.Term {
	if len(m.chunks) > 0 {
		if c := m.chunks[m.end.chunk]; int(m.end.at)+n <= len(c) {
			return c[m.end.at : int(m.end.at)+n : int(m.end.at)+n]
		}
	}
	return make([]term.Term, n)
}
