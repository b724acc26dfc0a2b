package eval

import (
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// shellUniq stands where a real fun of the interpreter has the hash of its module.
const shellUniq = 3316493

// funExpr compiles a fun expression: its value captures the variables that the text of the fun mentions.
func (c *compiler) funExpr(e *syntax.Fun) simple {
	names, from := c.captures(e)
	arity := len(e.Clauses[0].Patterns)
	number := c.funs.number(e)
	name := term.Atom(fmt.Sprintf("-%s-fun-%d-", c.home, number))
	if e.Name != "" {
		name = term.Atom(fmt.Sprintf("-%s-%s/%d-%d-", c.home, e.Name, arity, number))
	}
	index := uint32(number)
	uniq := uint32(shellUniq)
	module := c.unit.module
	if c.unit.shell {
		module, name, index = atomErlEval, typedName(e, arity), typedIndex(e, arity)
	}
	b := c.funBody(e, name, names, arity)
	if len(from) == 0 {
		var last atomic.Pointer[term.Fun] // the one made last: a process that comes by again gets the same
		return func(m *Machine, _ []term.Term) term.Term {
			self := m.p.Self()
			if f := last.Load(); f != nil && f.Pid == self {
				return f.Term()
			}
			f := &term.Fun{Module: module, Name: name, Arity: arity, Code: b, Index: index, OldUniq: uniq, Pid: self}
			last.Store(f)
			return f.Term()
		}
	}
	return func(m *Machine, s []term.Term) term.Term {
		env := make([]term.Term, len(from))
		for i, slot := range from {
			env[i] = s[slot]
		}
		f := &term.Fun{Module: module, Name: name, Arity: arity, Code: b, Env: env, Index: index, OldUniq: uniq, Pid: m.p.Self()}
		return f.Term()
	}
}

// captures returns the variables that a fun mentions and that are bound where it stands, with their slots.
func (c *compiler) captures(e *syntax.Fun) (names []string, from []int) {
	syntax.Walk(e, func(x syntax.Expr) bool {
		if v, ok := x.(*syntax.Var); ok && !slices.Contains(names, v.Name) && v.Name != e.Name {
			if slot, bound := c.scope.slots[v.Name]; bound {
				names, from = append(names, v.Name), append(from, slot)
			}
		}
		return true
	})
	return names, from
}

// funBody compiles the clauses of a fun. Its window has the arguments, then what it captured, then itself if it has a name.
func (c *compiler) funBody(e *syntax.Fun, name term.Term, names []string, arity int) *body {
	inner := newCompiler(c.unit, name, arity)
	inner.funs, inner.home, inner.loopNumbers = c.funs, c.home, c.loopNumbers
	inner.site.inFun = true
	told := arity
	if !c.unit.shell { // compiled code has what a fun captured as arguments of its function
		inner.site.arity += len(names)
		told = inner.site.arity
	}
	for i, n := range names {
		inner.names[n] = arity + i
		inner.scope.slots[n] = arity + i
	}
	inner.size += len(names)
	if e.Name != "" {
		inner.names[e.Name] = inner.size
		inner.scope.slots[e.Name] = inner.size
		inner.self = inner.size
		inner.size++
	}
	for name, why := range c.scope.unsafe {
		inner.scope.unsafe[name] = why
	}
	inner.entry = &node{}
	inner.entry.run = inner.clauses(e.Clauses, inner.functionClause(told, e.Position), true).run
	b := inner.finish(inner.entry)
	b.fun, b.names, b.unit, b.owner = e, names, c.unit, c.unit.owner
	return b
}

// shadow makes the variables of patterns new ones, whatever they are outside: in the heads of funs and in generators.
func (c *compiler) shadow(patterns []syntax.Expr) {
	for _, p := range patterns {
		c.shadowIn(p)
	}
}

func (c *compiler) shadowIn(p syntax.Expr) {
	inSize := map[*syntax.Var]bool{} // sizes and map keys refer to what is bound already
	syntax.Walk(p, func(x syntax.Expr) bool {
		switch x := x.(type) {
		case *syntax.Binary:
			for _, e := range x.Elements {
				if v, ok := e.Size.(*syntax.Var); ok {
					inSize[v] = true
				}
			}
		case *syntax.MapExpr:
			for _, f := range x.Fields {
				if v, ok := f.Key.(*syntax.Var); ok {
					inSize[v] = true
				}
			}
		case *syntax.Var:
			if !inSize[x] {
				delete(c.scope.slots, x.Name)
				delete(c.scope.unsafe, x.Name)
				delete(c.names, x.Name)
			}
		}
		return true
	})
}

// simpleFunRef compiles fun Name/Arity, and fun Module:Name/Arity with constant or computed parts.
func (c *compiler) simpleFunRef(e *syntax.FunRef) simple {
	if e.Module != nil {
		if v, ok := syntax.Constant(e); ok {
			f, _ := v.Fun() // an arity out of range fails below
			if f.Arity >= 0 && f.Arity <= 255 {
				return constant(external(c.unit.table.Entry(f.Module, f.Name, f.Arity)))
			}
		}
		module, name, arity := c.simple(e.Module), c.simple(e.Name), c.simple(e.Arity)
		return func(m *Machine, s []term.Term) term.Term {
			mod, fn, ar := module(m, s), name(m, s), arity(m, s)
			n, ok := ar.Int()
			if !mod.IsAtom() || !fn.IsAtom() || !ok || n < 0 || n > 255 {
				return m.operatorFailed(term.Badarg(), term.Atom("make_fun"), mod, fn, ar)
			}
			return (&term.Fun{Module: mod, Name: fn, Arity: int(n), External: true}).Term()
		}
	}
	name, _ := syntax.Constant(e.Name)
	count, _ := syntax.Constant(e.Arity)
	n, _ := count.Int()
	t := c.target(&syntax.Call{Position: e.Position, Callee: e.Name, Args: make([]syntax.Expr, n)})
	switch {
	case t.entry != nil:
		return constant(external(t.entry))
	case t.function != nil:
		return constant((&term.Fun{Module: c.unit.module, Name: name, Arity: int(n), Code: t.function}).Term())
	}
	return func(m *Machine, s []term.Term) term.Term {
		v := t.value(m, s)
		if v.IsNil() {
			m.exc = undefinedCommand(name, int(n))
			return term.None
		}
		return v
	}
}

// external makes the fun of an entry, which finds its function without the table.
func external(e *code.Entry) term.Term {
	return (&term.Fun{Module: e.Module, Name: e.Name, Arity: e.Arity, External: true, Code: e}).Term()
}

// constantParts reports whether the parts of fun M:F/A are simple.
func (c *compiler) constantParts(e *syntax.FunRef) bool {
	return c.isSimple(e.Module) && c.isSimple(e.Name) && c.isSimple(e.Arity)
}

// FunSource returns the text of a fun that was made here, and the names and values of what it captured; false for any other fun.
func FunSource(f *term.Fun) (text *syntax.Fun, names []string, values []term.Term, ok bool) {
	b, ok := f.Code.(*body)
	if !ok || b.fun == nil {
		return nil, nil, nil, false
	}
	return b.fun, b.names, f.Env, true
}

// FunRecords returns the records that were known where a fun was typed at a prompt; nil for any other fun.
func FunRecords(f *term.Fun) map[string]*syntax.RecordDef {
	if b, ok := f.Code.(*body); ok && b.unit != nil {
		return b.unit.records
	}
	return nil
}

// TypedFun reports whether a fun was typed at a prompt, and not made by a module.
func TypedFun(f *term.Fun) bool { return f.Module == atomErlEval && !f.External }

// LocalFunction returns the function that fun Name/Arity of a module means; false for any other fun.
func LocalFunction(f *term.Fun) (*code.Function, bool) {
	c, ok := f.Code.(*code.Function)
	return c, ok
}

// MakeFun makes a fun of its text and of the variables that it captures, as if it had been typed at a prompt. What is wrong with the
// text shows when the fun is called, as with the interpreter of a real node.
func MakeFun(text *syntax.Fun, names []string, values []term.Term, table *code.Table) *term.Fun {
	c := newCompiler(&unit{module: atomErlEval, table: table, shell: true, typed: newTyped([]syntax.Expr{text}, table)}, atomExprName, 0)
	arity := len(text.Clauses[0].Patterns)
	name := typedName(text, arity)
	return &term.Fun{
		Module: atomErlEval, Name: name, Arity: arity, Code: c.funBody(text, name, names, arity),
		Env: values, Index: typedIndex(text, arity), OldUniq: shellUniq,
	}
}

// typedName is the name that a fun has which the interpreter of OTP 25 makes.
func typedName(e *syntax.Fun, arity int) term.Term {
	if e.Name != "" {
		return term.Atom(fmt.Sprintf("-expr/6-RF/%d-%d-", arity, 2+arity))
	}
	return term.Atom(fmt.Sprintf("-expr/6-fun-%d-", 2+arity))
}

// typedIndex is its number there.
func typedIndex(e *syntax.Fun, arity int) uint32 {
	if e.Name != "" {
		return uint32(20 - arity)
	}
	return uint32(43 - arity)
}

var atomExprName = term.Atom("expr")
