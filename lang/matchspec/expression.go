package matchspec

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
)

func constant(t term.Term) expression { return func(*Runner) term.Term { return t } }

// expression compiles a part of a guard or body; nil when something is wrong with it.
func (c *compiler) expression(t term.Term) expression {
	switch t.Kind() {
	case term.KindAtom:
		return c.atom(t)
	case term.KindCons:
		if !special(t) {
			return constant(t)
		}
		cell, _ := t.Cons()
		head, tail := c.expression(cell.Head), c.expression(cell.Tail)
		if head == nil || tail == nil {
			return nil
		}
		return func(r *Runner) term.Term {
			h := head(r)
			if h.None() {
				return h
			}
			rest := tail(r)
			if rest.None() {
				return rest
			}
			return term.NewCons(h, rest)
		}
	case term.KindTuple:
		return c.form(t)
	case term.KindMap:
		return c.mapExpression(t)
	}
	return constant(t)
}

// special reports whether a term is more than a constant.
func special(t term.Term) bool {
	found := false
	var look func(t term.Term)
	look = func(t term.Term) {
		for cell, ok := t.Cons(); ok; cell, ok = t.Cons() {
			look(cell.Head)
			t = cell.Tail
		}
		switch t.Kind() {
		case term.KindTuple, term.KindMap:
			found = true
		case term.KindAtom:
			name := t.AtomName()
			found = found || name == "$_" || name == "$$" || Variable(t) >= 0
		}
	}
	look(t)
	return found
}

func (c *compiler) atom(t term.Term) expression {
	switch t.AtomName() {
	case "$_":
		return func(r *Runner) term.Term { return r.object }
	case "$$":
		return func(r *Runner) term.Term { return term.List(r.vars...) }
	}
	n := Variable(t)
	if n < 0 {
		return constant(t)
	}
	slot := c.slot(n)
	if slot < 0 {
		c.wrong("Variable %s is unbound.", t.AtomName())
		return nil
	}
	return func(r *Runner) term.Term { return r.vars[slot] }
}

func (c *compiler) mapExpression(t term.Term) expression {
	m, _ := t.Map()
	var keys, values []expression
	for k, v := range m.All() {
		keys, values = append(keys, c.expression(k)), append(values, c.expression(v))
	}
	for i := range keys {
		if keys[i] == nil || values[i] == nil {
			return nil
		}
	}
	return func(r *Runner) term.Term {
		var b term.MapBuilder
		for i := range keys {
			k := keys[i](r)
			if k.None() {
				return k
			}
			v := values[i](r)
			if v.None() {
				return v
			}
			b.Put(k, v)
		}
		return b.Map().Term()
	}
}

// form compiles a tuple: a tuple in a tuple, or a call.
func (c *compiler) form(t term.Term) expression {
	e, _ := t.Tuple()
	if len(e) == 1 && e[0].Kind() == term.KindTuple {
		return c.tuple(e[0])
	}
	if len(e) == 0 || !e[0].IsAtom() {
		c.wrong("%s is neither a function call, nor a tuple (tuples are written {{ ... }}).", write(t))
		return nil
	}
	name, n := e[0].AtomName(), len(e)-1
	switch name {
	case "const":
		if n != 1 {
			c.wrong("Special form 'const' called with more than one argument in %s.", writeForm(e))
			return nil
		}
		return constant(e[1])
	case "and", "or", "andalso", "orelse":
		if n == 0 {
			c.wrong("Special form '%s' called without arguments in %s.", name, writeForm(e))
			return nil
		}
		args, ok := c.all(e[1:])
		if !ok {
			return nil
		}
		return logical(name, args, c.failure())
	case "self":
		if n != 0 {
			c.wrong("Special form 'self' called with arguments in %s.", writeForm(e))
			return nil
		}
		return func(r *Runner) term.Term { return r.Host.Self() }
	case "node":
		if n == 0 {
			return func(r *Runner) term.Term { return r.Host.NodeName() }
		}
	case "is_record":
		if n == 3 {
			return c.isRecord(e)
		}
	}
	if a, ok := actions[name]; ok {
		return c.action(a, name, e, e[1:])
	}
	f := c.function(name, n)
	if f == nil {
		c.wrong("Function %s/%d does_not_exist.", write(e[0]), n)
		return nil
	}
	args, ok := c.all(e[1:])
	if !ok {
		return nil
	}
	return call(f, args, c.failure())
}

func (c *compiler) all(list []term.Term) ([]expression, bool) {
	out, ok := make([]expression, len(list)), true
	for i, x := range list {
		if out[i] = c.expression(x); out[i] == nil {
			ok = false
		}
	}
	return out, ok
}

func (c *compiler) tuple(t term.Term) expression {
	e, _ := t.Tuple()
	parts, ok := c.all(e)
	if !ok {
		return nil
	}
	return func(r *Runner) term.Term {
		out := make([]term.Term, len(parts))
		for i, p := range parts {
			if out[i] = p(r); out[i].None() {
				return term.None
			}
		}
		return term.Tuple(out...)
	}
}

// isRecord is {is_record, Value, Name, Size}.
func (c *compiler) isRecord(e []term.Term) expression {
	value, name, size := c.expression(e[1]), c.expression(e[2]), c.expression(e[3])
	if value == nil || name == nil || size == nil {
		return nil
	}
	failure := c.failure()
	return func(r *Runner) term.Term {
		v, tag, n := value(r), name(r), size(r)
		if v.None() || !tag.IsAtom() || n.None() {
			return failure
		}
		count, ok := n.Int()
		if !ok || count < 0 {
			return failure
		}
		have, ok := v.Tuple()
		return term.Bool(ok && int64(len(have)) == count && count > 0 && have[0] == tag)
	}
}

// logical compiles the operators that take any number of arguments.
func logical(name string, args []expression, failure term.Term) expression {
	if len(args) == 1 && (name == "andalso" || name == "orelse") {
		return args[0]
	}
	short := term.False
	if name == "or" || name == "orelse" {
		short = term.True
	}
	if name == "and" || name == "or" {
		return func(r *Runner) term.Term {
			out := term.Bool(short == term.False)
			for _, a := range args {
				switch v := a(r); v {
				case short:
					out = short
				case term.True, term.False:
				default:
					return failure
				}
			}
			return out
		}
	}
	last := len(args) - 1
	return func(r *Runner) term.Term {
		for _, a := range args[:last] {
			switch v := a(r); v {
			case short:
				return short
			case term.True, term.False:
			default:
				return failure
			}
		}
		return args[last](r)
	}
}

// functions are those that a specification may call besides the operators, with their numbers of arguments.
var functions = map[string][]int{
	"*": {2}, "+": {1, 2}, "-": {1, 2}, "/": {2}, "div": {2}, "rem": {2}, "band": {2}, "bor": {2}, "bxor": {2}, "bnot": {1}, "bsl": {2},
	"bsr": {2}, "==": {2}, "/=": {2}, "=:=": {2}, "=/=": {2}, "<": {2}, "=<": {2}, ">": {2}, ">=": {2}, "not": {1}, "xor": {2},
	"abs": {1}, "binary_part": {2, 3}, "bit_size": {1}, "byte_size": {1}, "ceil": {1}, "element": {2}, "float": {1}, "floor": {1},
	"hd": {1}, "is_atom": {1}, "is_binary": {1}, "is_bitstring": {1}, "is_boolean": {1}, "is_float": {1}, "is_function": {1, 2},
	"is_integer": {1}, "is_list": {1}, "is_map": {1}, "is_map_key": {2}, "is_number": {1}, "is_pid": {1}, "is_port": {1},
	"is_reference": {1}, "is_tuple": {1}, "length": {1}, "map_get": {2}, "map_size": {1}, "max": {2}, "min": {2}, "node": {1},
	"round": {1}, "size": {1}, "tl": {1}, "trunc": {1}, "tuple_size": {1},
}

type function = func(args []term.Term) (term.Term, error)

func (c *compiler) function(name string, arity int) function {
	for _, n := range functions[name] {
		if n != arity {
			continue
		}
		if f, ok := quick[name]; ok && arity == 2 {
			return f
		}
		return pure(c.table.Lookup(atom.Erlang, term.Atom(name), arity))
	}
	return nil
}

func pure(f *code.Function) function {
	if f == nil {
		return nil
	}
	return f.Pure
}

// quick are the functions of two arguments that are used most.
var quick = map[string]function{
	"==":  func(a []term.Term) (term.Term, error) { return term.Bool(term.Same(a[0], a[1])), nil },
	"/=":  func(a []term.Term) (term.Term, error) { return term.Bool(!term.Same(a[0], a[1])), nil },
	"=:=": func(a []term.Term) (term.Term, error) { return term.Bool(term.Equal(a[0], a[1])), nil },
	"=/=": func(a []term.Term) (term.Term, error) { return term.Bool(!term.Equal(a[0], a[1])), nil },
	"<":   func(a []term.Term) (term.Term, error) { return term.Bool(term.Compare(a[0], a[1]) < 0), nil },
	"=<":  func(a []term.Term) (term.Term, error) { return term.Bool(term.Compare(a[0], a[1]) <= 0), nil },
	">":   func(a []term.Term) (term.Term, error) { return term.Bool(term.Compare(a[0], a[1]) > 0), nil },
	">=":  func(a []term.Term) (term.Term, error) { return term.Bool(term.Compare(a[0], a[1]) >= 0), nil },
	"+":   func(a []term.Term) (term.Term, error) { return term.Add(a[0], a[1]) },
	"-":   func(a []term.Term) (term.Term, error) { return term.Sub(a[0], a[1]) },
	"*":   func(a []term.Term) (term.Term, error) { return term.Mul(a[0], a[1]) },
}

// failure is the value of a call that fails: in a body 'EXIT', while a guard as a whole fails.
func (c *compiler) failure() term.Term {
	if c.guard {
		return term.None
	}
	return atom.ExitSignal
}

// call compiles the call of a function.
func call(f function, args []expression, failure term.Term) expression {
	return func(r *Runner) term.Term {
		var few [3]term.Term
		base := len(r.args)
		for i, a := range args {
			v := a(r)
			if v.None() {
				return v
			}
			few[i] = v
		}
		r.args = append(r.args, few[:len(args)]...)
		v, err := f(r.args[base:])
		r.args = r.args[:base]
		if err != nil {
			return failure
		}
		return v
	}
}
