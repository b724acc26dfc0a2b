package eval

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// target is what a call goes to. One of function, entry and value is set.
type target struct {
	function *code.Function // in this module: calls stay in its version
	entry    *code.Entry    // of another module: calls see the newest version
	value    simple         // an expression that gives a fun
	module   simple         // with name: Module:Name(...) computed at run time
	name     simple
	missing  func(args []term.Term) *term.Exception // nothing has this name
}

// prepared is a call whose operands are simple.
type prepared struct {
	target
	args []simple
	site *site
}

// prepare makes the target and the arguments of a call all of whose operands are simple.
func (c *compiler) prepare(e *syntax.Call) *prepared {
	p := &prepared{site: c.at(e.Pos())}
	p.target = c.target(e)
	p.args = c.simples(e.Args)
	return p
}

func (c *compiler) target(e *syntax.Call) target {
	module, name, fixed := callee(e)
	if !fixed {
		if r, ok := e.Callee.(*syntax.Remote); ok {
			return target{module: c.simple(r.Module), name: c.simple(r.Name)}
		}
		return target{value: c.simple(e.Callee)}
	}
	n := len(e.Args)
	if !module.None() {
		return target{entry: c.unit.table.Entry(module, name, n)}
	}
	key := code.NameArity{Name: name, Arity: n}
	if f := c.unit.functions[key]; f != nil {
		return target{function: f}
	}
	if from, ok := c.unit.imports[key]; ok {
		return target{entry: c.unit.table.Entry(from, name, n)}
	}
	if f := c.unit.table.Lookup(atom.Erlang, name, n); f != nil && f.Auto {
		return target{entry: c.unit.table.Entry(atom.Erlang, name, n)}
	}
	if name == atomModuleInfo && n < 2 {
		return target{entry: c.unit.table.Entry(c.unit.module, name, n)}
	}
	if !c.unit.shell {
		c.unit.fail(e.Pos(), "function %s/%d undefined", name.AtomName(), n)
	}
	return c.localTarget(name, n)
}

var (
	atomModuleInfo = term.Atom("module_info")
	atomShellUndef = term.Atom("shell_undef")
)

// localTarget is for a name that only the prompt may know; it is asked at every call, since definitions come and go.
func (c *compiler) localTarget(name term.Term, arity int) target {
	locals := c.unit.locals
	return target{missing: func(args []term.Term) *term.Exception {
		return undefinedCommand(name, len(args))
	}, function: nil, entry: nil, value: func(m *Machine, _ []term.Term) term.Term {
		if locals != nil {
			if f, ok := locals.Local(name, arity); ok {
				return (&term.Fun{Module: f.Module, Name: name, Arity: arity, Code: f}).Term()
			}
		}
		return term.Nil
	}}
}

// call compiles a call whose value goes into slot dst.
func (c *compiler) call(e *syntax.Call, dst int, next *node) *node {
	if n := c.lift(e, func(e *syntax.Call) *node { return c.call(e, dst, next) }); n != nil {
		return n
	}
	p := c.prepare(e)
	if f := p.function; f != nil {
		return p.localCall(f, dst, next)
	}
	if p.entry != nil && isErlang(p.entry, "raise", 3) {
		return p.raiseCall(func(m *Machine, v term.Term) *node { m.s[dst] = v; return next })
	}
	if p.entry != nil {
		return p.remoteCall(dst, next)
	}
	self := &node{}
	self.run = func(m *Machine, s []term.Term) *node {
		f, ok := p.resolve(m, s)
		if !ok {
			return m.pending(p.site)
		}
		var few [8]term.Term
		args, ok := p.evaluate(m, s, few[:0])
		if !ok {
			return m.pending(p.site)
		}
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		return p.invoke(m, s, f, args, dst, next)
	}
	return self
}

// tailCall compiles a call whose value is the function's.
func (c *compiler) tailCall(e *syntax.Call) *node {
	if n := c.lift(e, func(e *syntax.Call) *node { return c.tailCall(e) }); n != nil {
		return n
	}
	p := c.prepare(e)
	p.site.tail = true
	if p.entry != nil && isErlang(p.entry, "raise", 3) {
		return p.raiseCall(func(m *Machine, v term.Term) *node { return m.ret(v) })
	}
	self := &node{}
	self.run = func(m *Machine, s []term.Term) *node {
		var few [8]term.Term
		f := callable{function: p.function}
		ok := true
		if f.function == nil {
			if f, ok = p.resolve(m, s); !ok {
				return m.pending(p.site)
			}
		}
		args, ok := p.evaluate(m, s, few[:0])
		if !ok {
			return m.pending(p.site)
		}
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		return p.become(m, f, args)
	}
	return self
}

// lift compiles a call some of whose operands are not simple; nil when all are.
func (c *compiler) lift(e *syntax.Call, then func(e *syntax.Call) *node) *node {
	for _, x := range operandsOf(shallow(e)) {
		if !c.isSimple(*x) {
			return c.lifted(e, func(e syntax.Expr) *node { return then(e.(*syntax.Call)) })
		}
	}
	return nil
}

func isErlang(e *code.Entry, name string, arity int) bool {
	return e.Module == atom.Erlang && e.Arity == arity && e.Name.AtomName() == name
}

// evaluate computes the arguments.
func (p *prepared) evaluate(m *Machine, s, out []term.Term) ([]term.Term, bool) {
	for _, a := range p.args {
		v := a(m, s)
		if v.None() {
			return nil, false
		}
		out = append(out, v)
	}
	return out, true
}

// callable is what a call found: a function, or the body of a fun with what it captured.
type callable struct {
	function *code.Function
	body     *body
	env      []term.Term
	self     term.Term // the fun itself
	fail     func(args []term.Term) *term.Exception
}

// resolve finds what is called. False means that an exception is pending.
func (p *prepared) resolve(m *Machine, s []term.Term) (callable, bool) {
	switch {
	case p.entry != nil:
		return m.byEntry(p.entry), true
	case p.module != nil:
		module, name := p.module(m, s), p.name(m, s)
		if module.None() || name.None() {
			return callable{}, false
		}
		if !module.IsAtom() || !name.IsAtom() {
			m.exc = term.Badarg()
			return callable{}, false
		}
		return m.byEntry(m.p.Code().Entry(module, name, len(p.args))), true
	}
	v := p.value(m, s)
	if v.None() {
		return callable{}, false
	}
	if v.IsNil() && p.missing != nil {
		return callable{fail: p.missing}, true
	}
	return m.byFun(v, len(p.args)), true
}

func (m *Machine) byEntry(e *code.Entry) callable {
	if f := e.Function(); f != nil {
		return callable{function: f}
	}
	if f := m.p.Code().Resolve(e); f != nil {
		return callable{function: f}
	}
	return callable{fail: func(args []term.Term) *term.Exception { return undefined(e.Module, e.Name, args) }}
}

func (m *Machine) byFun(v term.Term, arity int) callable {
	f, ok := v.Fun()
	switch {
	case !ok:
		return callable{fail: func([]term.Term) *term.Exception { return term.Error(term.Tuple(atom.Badfun, v)) }}
	case f.Arity != arity:
		return callable{fail: func(args []term.Term) *term.Exception {
			return term.Error(term.Tuple(atom.Badarity, term.Tuple(v, term.List(args...))))
		}}
	case f.External:
		return m.byEntry(m.p.Code().Entry(f.Module, f.Name, arity))
	}
	switch b := f.Code.(type) {
	case *body:
		return callable{body: b, env: f.Env, self: v}
	case *code.Function:
		return callable{function: b}
	}
	return callable{fail: func([]term.Term) *term.Exception { return term.Error(term.Tuple(atom.Badfun, v)) }}
}

// invoke calls; the value will go into slot dst.
func (p *prepared) invoke(m *Machine, s []term.Term, f callable, args []term.Term, dst int, next *node) *node {
	if f.fail != nil {
		return m.raise(f.fail(args), p.site)
	}
	b := f.body
	if b == nil {
		if f.function.Pure != nil || f.function.Native != nil {
			return p.native(m, f.function, args, dst, next)
		}
		b = bodyOf(f.function)
	}
	m.frames = append(m.frames, frame{next, s, dst, p.site, m.from})
	w := m.window(b.size)
	copy(w, args)
	b.capture(w[len(args):], f.env, f.self)
	m.s = w
	return b.entry
}

// native calls a Go function, which may run the machine itself meanwhile.
func (p *prepared) native(m *Machine, f *code.Function, args []term.Term, dst int, next *node) *node {
	var v term.Term
	var err error
	if f.Pure != nil {
		v, err = f.Pure(args)
	} else {
		at := len(m.frames)
		m.frames = append(m.frames, frame{next, m.s, dst, p.site, m.from}) // so that traces taken inside show the caller
		v, err = f.Native(m.p, args)
		m.frames = m.frames[:at]
	}
	if v, err = checked(f, v, err); err != nil {
		if t, ok := err.(*code.TailCall); ok {
			return p.instead(m, t, dst, next)
		}
		return m.nativeFailed(err, f, args, p.site)
	}
	m.s[dst] = v
	return next
}

// instead calls what a native wants to have called in its place; the value goes into slot dst, or is the function's when dst is
// negative.
func (p *prepared) instead(m *Machine, t *code.TailCall, dst int, next *node) *node {
	if t.Hibernate {
		m.forget()
		self := &node{}
		self.run = func(m *Machine, _ []term.Term) *node {
			if _, ok := m.p.Next(); !ok {
				return m.stop(Waiting, self)
			}
			m.p.Rewind()
			return p.become(m, m.byFun(t.Fun, len(t.Args)), t.Args)
		}
		return self
	}
	f := m.byFun(t.Fun, len(t.Args))
	if dst < 0 {
		return p.become(m, f, t.Args)
	}
	return p.invoke(m, m.s, f, t.Args, dst, next)
}

// become calls in tail position: nothing of the caller remains.
func (p *prepared) become(m *Machine, f callable, args []term.Term) *node {
	if f.fail != nil {
		return m.raise(f.fail(args), p.site.below())
	}
	b := f.body
	if b == nil {
		if f.function.Pure != nil || f.function.Native != nil {
			v, err := callNative(m, f.function, args)
			if t, ok := err.(*code.TailCall); ok {
				return p.instead(m, t, -1, nil)
			}
			if err != nil {
				return m.nativeFailed(err, f.function, args, p.site.below())
			}
			return m.ret(v)
		}
		b = bodyOf(f.function)
	}
	w := m.again(b.size)
	copy(w, args)
	b.capture(w[len(args):], f.env, f.self)
	m.s = w
	return b.entry
}

// localCall is the fast way to a function of the same module: the arguments go straight into its window.
func (p *prepared) localCall(f *code.Function, dst int, next *node) *node {
	if f.Pure != nil || f.Native != nil {
		return p.functionCall(func(*Machine) *code.Function { return f }, dst, next)
	}
	self := &node{}
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		b := bodyOf(f)
		from, end := m.from, m.end
		w := m.window(b.size)
		for i, a := range p.args {
			if w[i] = a(m, s); w[i].None() {
				m.from, m.end = from, end
				return m.pending(p.site)
			}
		}
		m.frames = append(m.frames, frame{next, s, dst, p.site, from})
		m.s = w
		return b.entry
	}
	return self
}

// remoteCall asks the entry at every call, so that new code is seen.
func (p *prepared) remoteCall(dst int, next *node) *node {
	e := p.entry
	return p.functionCall(func(m *Machine) *code.Function {
		if f := e.Function(); f != nil {
			return f
		}
		return m.p.Code().Resolve(e)
	}, dst, next)
}

func (p *prepared) functionCall(find func(m *Machine) *code.Function, dst int, next *node) *node {
	self := &node{}
	self.run = func(m *Machine, s []term.Term) *node {
		var few [8]term.Term
		args, ok := p.evaluate(m, s, few[:0])
		if !ok {
			return m.pending(p.site)
		}
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		f := find(m)
		if f == nil {
			return m.raise(undefined(p.entry.Module, p.entry.Name, args), p.site)
		}
		return p.invoke(m, s, callable{function: f}, args, dst, next)
	}
	return self
}

// raiseCall is erlang:raise/3, which gives the stack trace itself.
func (p *prepared) raiseCall(bad func(m *Machine, v term.Term) *node) *node {
	return &node{func(m *Machine, s []term.Term) *node {
		args, ok := p.evaluate(m, s, nil)
		if !ok {
			return m.pending(p.site)
		}
		class := args[0]
		if class != term.ClassError && class != term.ClassExit && class != term.ClassThrow || !isTrace(args[2]) {
			return bad(m, atom.Badarg)
		}
		return m.raise(&term.Exception{Class: class, Reason: args[1], Stack: args[2], Complete: true}, nil)
	}}
}

func isTrace(t term.Term) bool {
	list, ok := t.Slice()
	for _, f := range list {
		e, isTuple := f.Tuple()
		ok = ok && isTuple && len(e) >= 2 && len(e) <= 4
	}
	return ok
}
