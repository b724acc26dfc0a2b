package eval

import (
	"slices"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// target is what a call goes to. One of function, entry and value is set, or module with name.
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
	args []operand
	site *site
	cont *cont // of a call that returns
	last atomic.Pointer[found]
}

// prepare makes the target and the arguments of a call all of whose operands are simple.
func (c *compiler) prepare(e *syntax.Call) *prepared {
	p := &prepared{site: c.siteOf(e)}
	p.target = c.target(e)
	p.args = c.operands(e.Args)
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
	if f := c.unit.table.Lookup(atom.Erlang, name, n); f != nil && f.Auto || isAbsent(name, n) {
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
	missing := func(args []term.Term) *term.Exception { return undefinedCommand(name, len(args)) }
	return target{missing: missing, value: func(m *Machine, _ []term.Term) term.Term {
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
	p.cont = &cont{n: next, dst: dst, site: p.site}
	c.conts = append(c.conts, p.cont)
	if p.function != nil && p.function.Source != nil {
		return p.localCall(p.function)
	}
	if c.callsItself(e) {
		return p.funCall(c.own, c.self+1)
	}
	if p.entry != nil {
		if n := p.raiser(c.unit.shell, func(m *Machine, v term.Term) *node { m.s[dst] = v; return next }); n != nil {
			return n
		}
	}
	return p.anyCall(dst, next)
}

// anyCall calls whatever the target is.
//
//go:noinline
func (p *prepared) anyCall(dst int, next *node) *node {
	self := &node{owner: p.site.ownerOf(), call: p}
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		if f := p.known(m, s); f != nil {
			switch {
			case f.Pure != nil:
				return p.callPure(m, s, f, dst, next)
			case f.Native != nil:
				return p.callProc(m, s, f, dst, next)
			}
			b := bodyOf(f)
			from, end := m.from, m.end
			w := m.enterAbove(s, b.size)
			if !p.evaluate(m, s, w) {
				m.from, m.end = from, end
				return m.pending(p.site)
			}
			return p.proceed(m, s, w, b, region{from, end})
		}
		f, ok := p.resolve(m, s)
		if !ok {
			return m.pending(p.site)
		}
		if f.body != nil {
			return p.enterBody(m, s, &f)
		}
		return p.callNative(m, s, &f, dst, next)
	}
	return self
}

// found is the entry that Module:Name meant last. Most places call the same function each time.
type found struct {
	table        *code.Table
	module, name term.Term
	entry        *code.Entry
}

// known returns the function that is called where an entry leads to it; nil where there is more to find out.
func (p *prepared) known(m *Machine, s []term.Term) *code.Function {
	if p.entry != nil {
		return p.entry.Function()
	}
	if p.module == nil {
		return nil
	}
	module, name := p.module(m, s), p.name(m, s)
	if !module.IsAtom() || !name.IsAtom() {
		return nil
	}
	return p.entryOf(m, module, name).Function()
}

// entryOf returns the entry of Module:Name.
func (p *prepared) entryOf(m *Machine, module, name term.Term) *code.Entry {
	table := m.p.Code()
	if last := p.last.Load(); last != nil && last.module == module && last.name == name && last.table == table {
		return last.entry
	}
	e := table.Entry(module, name, len(p.args))
	p.last.Store(&found{table, module, name, e})
	return e
}

// tailCall compiles a call whose value is the function's.
func (c *compiler) tailCall(e *syntax.Call) *node {
	if n := c.lift(e, func(e *syntax.Call) *node { return c.tailCall(e) }); n != nil {
		return n
	}
	p := c.prepare(e)
	p.site.tail = true
	if p.function != nil && p.function.Source != nil {
		if p.function == c.function {
			return p.selfCall(c.entry)
		}
		return p.localTail(p.function)
	}
	if c.callsItself(e) {
		return p.selfCall(c.entry)
	}
	if p.entry != nil {
		if n := p.raiser(c.unit.shell, func(m *Machine, v term.Term) *node { return m.ret(v) }); n != nil {
			return n
		}
	}
	if p.site.typing != nil {
		return c.typedTail(p)
	}
	self := &node{owner: p.site.ownerOf(), call: p}
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		if f := p.known(m, s); f != nil {
			switch {
			case f.Pure != nil:
				return p.becomePure(m, s, f)
			case f.Native == nil:
				return p.becomeLocal(m, s, bodyOf(f))
			}
		}
		f, ok := p.resolve(m, s)
		if !ok {
			return m.pending(p.site)
		}
		if f.body != nil {
			return p.becomeBody(m, s, &f)
		}
		return p.becomeNative(m, s, &f)
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

// callable is what a call found: the body of a function or fun, with what a fun captured; or a native function; or why there is neither.
type callable struct {
	body   *body
	env    []term.Term
	self   term.Term // the fun itself
	native *code.Function
	fail   func(args []term.Term) *term.Exception
	// undef: there is no such function, and a caller in tail position is gone when that shows.
	undef bool
}

// from is the caller at site as the trace of a failed tail call shows it.
func (f *callable) from(s *site) *site {
	if f.undef && !s.shell {
		return nil
	}
	return s
}

// resolve finds what is called. False means that an exception is pending.
func (p *prepared) resolve(m *Machine, s []term.Term) (callable, bool) {
	switch {
	case p.function != nil:
		return ofFunction(p.function), true
	case p.entry != nil:
		return m.byEntry(p.entry), true
	case p.module != nil:
		module, name := p.module(m, s), term.None
		if !module.None() {
			name = p.name(m, s)
		}
		if name.None() {
			return callable{}, false
		}
		if !module.IsAtom() || !name.IsAtom() {
			return callable{fail: func(args []term.Term) *term.Exception { return notCallable(module, name, args) }}, true
		}
		return m.byEntry(p.entryOf(m, module, name)), true
	}
	v := p.value(m, s)
	if v.None() {
		return callable{}, false
	}
	if v.IsNil() && p.missing != nil {
		return callable{fail: p.missing}, true
	}
	if pair, ok := v.Tuple(); ok && len(pair) == 2 && p.site.typing != nil && !(pair[0].IsAtom() && pair[1].IsAtom()) {
		return callable{fail: func(args []term.Term) *term.Exception { return notCallable(pair[0], pair[1], args) }}, true // (sic) as apply/2
	}
	return m.byFun(v, len(p.args)), true
}

func ofFunction(f *code.Function) callable {
	if f.Pure != nil || f.Native != nil {
		return callable{native: f}
	}
	return callable{body: bodyOf(f)}
}

func (m *Machine) byEntry(e *code.Entry) callable {
	f := e.Function()
	if f == nil {
		f = m.p.Code().Resolve(e)
	}
	if f == nil {
		return callable{undef: true, fail: func(args []term.Term) *term.Exception { return undefined(e.Module, e.Name, args) }}
	}
	return ofFunction(f)
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
		if e, ok := f.Code.(*code.Entry); ok {
			return m.byEntry(e)
		}
		return m.byEntry(m.p.Code().Entry(f.Module, f.Name, arity))
	}
	switch b := f.Code.(type) {
	case *body:
		if !b.gone() {
			return callable{body: b, env: f.Env, self: v}
		}
	case *code.Function:
		if !purged(b) {
			return ofFunction(b)
		}
	}
	return callable{fail: func([]term.Term) *term.Exception { return term.Error(term.Tuple(atom.Badfun, v)) }}
}

// evaluate computes the arguments into w; false means that an exception is pending.
func (p *prepared) evaluate(m *Machine, s, w []term.Term) bool { return fill(m, s, w, p.args) }

// enterBody calls the body of a function or fun: the arguments go straight into its window, and the value will go where p.cont says.
func (p *prepared) enterBody(m *Machine, s []term.Term, f *callable) *node {
	from, end := m.from, m.end
	w := m.window(f.body.size)
	if !p.evaluate(m, s, w) {
		m.from, m.end = from, end
		return m.pending(p.site)
	}
	if f.env != nil || !f.self.None() {
		f.body.capture(w[len(p.args):], f.env, f.self)
	}
	return p.proceed(m, s, w, f.body, region{from, end})
}

// proceed goes to a body whose window is filled. Where it ends without calls that takes no frame.
func (p *prepared) proceed(m *Machine, s, w []term.Term, b *body, at region) *node {
	entry := b.entry
	if len(b.early) > 0 {
		v, rest := b.ends(m, w)
		if rest == nil {
			m.from, m.end = at.from, at.end
			s[p.cont.dst] = v
			return p.cont.n
		}
		entry = rest
	}
	m.frames = append(m.frames, frame{p.cont, at.from})
	m.s = w
	return entry
}

// becomeBody calls in tail position: nothing of the caller remains.
func (p *prepared) becomeBody(m *Machine, s []term.Term, f *callable) *node {
	if f.body.quick {
		return p.becomeQuick(m, s, f)
	}
	var few [8]term.Term
	args := above(s, len(p.args), &few)
	if !p.evaluate(m, s, args) {
		return m.pending(p.site)
	}
	w := m.again(f.body.size)
	copy(w, args)
	if f.env != nil || !f.self.None() {
		f.body.capture(w[len(args):], f.env, f.self)
	}
	m.s = w
	return f.body.entry
}

// becomeQuick is becomeBody where the value is computed at once, if it takes no calls.
func (p *prepared) becomeQuick(m *Machine, s []term.Term, f *callable) *node {
	from, end := m.from, m.end
	w, n := m.enterAbove(s, f.body.size), len(p.args)
	if !p.evaluate(m, s, w) {
		m.from, m.end = from, end
		return m.pending(p.site)
	}
	if f.env != nil || !f.self.None() {
		f.body.capture(w[n:], f.env, f.self)
	}
	v, _ := f.body.ends(m, w)
	m.from, m.end = from, end
	if !v.None() {
		return m.ret(v)
	}
	args := w[:n]
	w = m.again(f.body.size)
	copy(w, args)
	if f.env != nil || !f.self.None() {
		f.body.capture(w[n:], f.env, f.self)
	}
	m.s = w
	return f.body.entry
}

// above returns n free slots behind the running window s, for values that are about to become its own. They are not reserved: what is
// computed in the meantime must not run the machine, and takes its own room behind them. few is where there is no room in the chunk.
func above(s []term.Term, n int, few *[8]term.Term) []term.Term {
	if at := len(s) + spareRoom; at+n <= cap(s) {
		return s[at : at+n]
	}
	if n <= len(few) {
		return few[:n]
	}
	return make([]term.Term, n)
}

// spareRoom is how many slots behind the running window functions of guards may use for their arguments.
const spareRoom = 4

// callNative calls a Go function. Its arguments lie behind the running window.
func (p *prepared) callNative(m *Machine, s []term.Term, f *callable, dst int, next *node) *node {
	from, end := m.from, m.end
	args := slices.Clip(m.window(len(p.args)))
	if !p.evaluate(m, s, args) {
		m.from, m.end = from, end
		return m.pending(p.site)
	}
	return p.native(m, s, f, args, region{from, end}, dst, next)
}

// callProc calls a Go function that may ask the process, or run the machine itself.
func (p *prepared) callProc(m *Machine, s []term.Term, f *code.Function, dst int, next *node) *node {
	from, end := m.from, m.end
	args := slices.Clip(m.enterAbove(s, len(p.args)))
	if !p.evaluate(m, s, args) {
		m.from, m.end = from, end
		return m.pending(p.site)
	}
	n := len(m.frames)
	m.frames = append(m.frames, frame{p.cont, from}) // so that traces taken inside show the caller
	v, err := f.Native(m.p, args)
	m.frames = m.frames[:n]
	m.from, m.end = from, end
	if err == nil && !v.None() {
		s[dst] = v
		return next
	}
	_, err = checked(f, v, err)
	if t, ok := err.(*code.TailCall); ok {
		return p.instead(m, t, dst, next)
	}
	return m.nativeFailed(err, f, args, p.site)
}

// callPure calls a Go function that depends on its arguments alone.
func (p *prepared) callPure(m *Machine, s []term.Term, f *code.Function, dst int, next *node) *node {
	from, end := m.from, m.end
	args := slices.Clip(m.enterAbove(s, len(p.args)))
	ok := p.evaluate(m, s, args)
	m.from, m.end = from, end
	if !ok {
		return m.pending(p.site)
	}
	v, err := f.Pure(args)
	m.lasted()
	if err == nil && !v.None() {
		s[dst] = v
		return next
	}
	_, err = checked(f, v, err)
	if t, ok := err.(*code.TailCall); ok {
		return p.instead(m, t, dst, next)
	}
	return m.nativeFailed(err, f, args, p.site)
}

// region is a window: where it begins and what is behind it.
type region struct{ from, end mark }

// native calls a Go function, which may run the machine itself meanwhile.
func (p *prepared) native(m *Machine, s []term.Term, f *callable, args []term.Term, at region, dst int, next *node) *node {
	if f.fail != nil {
		m.from, m.end = at.from, at.end
		return p.uncallable(m, f.fail(args), p.site)
	}
	var v term.Term
	var err error
	if f.native.Pure != nil {
		v, err = f.native.Pure(args)
	} else {
		n := len(m.frames)
		m.frames = append(m.frames, frame{p.cont, at.from}) // so that traces taken inside show the caller
		v, err = f.native.Native(m.p, args)
		m.frames = m.frames[:n]
	}
	m.lasted()
	m.from, m.end = at.from, at.end
	if v, err = checked(f.native, v, err); err != nil {
		if t, ok := err.(*code.TailCall); ok {
			return p.instead(m, t, dst, next)
		}
		return m.nativeFailed(err, f.native, args, p.site)
	}
	s[dst] = v
	return next
}

// instead calls what a native wants to have called in its place; the value goes into slot dst, or is the function's when dst is
// negative.
func (p *prepared) instead(m *Machine, t *code.TailCall, dst int, next *node) *node {
	if t.Hibernate {
		m.forget()
		self := &node{owner: p.site.ownerOf()}
		self.run = func(m *Machine, _ []term.Term) *node {
			if _, ok := m.p.Next(); !ok {
				return m.wait(self, hibernating)
			}
			m.p.Rewind()
			f := m.byFun(t.Fun, len(t.Args))
			return p.become(m, &f, t.Args)
		}
		return self
	}
	if t.Await {
		self := &node{owner: p.site.ownerOf()}
		self.run = func(m *Machine, _ []term.Term) *node {
			if _, ok := m.p.Next(); !ok {
				return m.wait(self, hibernating)
			}
			m.p.Rewind()
			return p.instead(m, &code.TailCall{Fun: t.Fun, Args: t.Args}, dst, next)
		}
		return self
	}
	f := m.byFun(t.Fun, len(t.Args))
	if dst < 0 {
		if m.calls != nil {
			m.entered(&f, t.Args)
		}
		return p.become(m, &f, t.Args)
	}
	if f.body == nil {
		return p.native(m, m.s, &f, t.Args, region{m.from, m.end}, dst, next)
	}
	m.frames = append(m.frames, frame{p.cont, m.from})
	if m.calls != nil {
		m.entered(&f, t.Args)
	}
	w := m.window(f.body.size)
	copy(w, t.Args)
	f.body.capture(w[len(t.Args):], f.env, f.self)
	m.s = w
	return f.body.entry
}

// becomeNative calls a Go function in tail position.
func (p *prepared) becomeNative(m *Machine, s []term.Term, f *callable) *node {
	from, end := m.from, m.end
	args := slices.Clip(m.window(len(p.args)))
	if !p.evaluate(m, s, args) {
		m.from, m.end = from, end
		return m.pending(p.site)
	}
	if f.fail != nil {
		m.from, m.end = from, end
		return p.uncallable(m, f.fail(args), f.from(p.site))
	}
	v, err := callNative(m, f.native, args)
	m.from, m.end = from, end
	return p.became(m, f, args, v, err)
}

// becomePure calls a Go function that depends on its arguments alone, in tail position.
func (p *prepared) becomePure(m *Machine, s []term.Term, f *code.Function) *node {
	from, end := m.from, m.end
	args := slices.Clip(m.enterAbove(s, len(p.args)))
	ok := p.evaluate(m, s, args)
	m.from, m.end = from, end
	if !ok {
		return m.pending(p.site)
	}
	v, err := f.Pure(args)
	m.lasted()
	if err == nil && !v.None() {
		return m.ret(v)
	}
	v, err = checked(f, v, err)
	c := callable{native: f}
	return p.became(m, &c, args, v, err)
}

// become calls with given arguments in tail position: nothing of the caller remains.
func (p *prepared) become(m *Machine, f *callable, args []term.Term) *node {
	switch {
	case f.fail != nil:
		return p.uncallable(m, f.fail(args), f.from(p.site))
	case f.native != nil:
		v, err := callNative(m, f.native, args)
		return p.became(m, f, args, v, err)
	}
	held := slices.Clone(args)
	w := m.again(f.body.size)
	copy(w, held)
	f.body.capture(w[len(held):], f.env, f.self)
	m.s = w
	return f.body.entry
}

func (p *prepared) became(m *Machine, f *callable, args []term.Term, v term.Term, err error) *node {
	if err == nil {
		return m.ret(v)
	}
	if t, ok := err.(*code.TailCall); ok {
		return p.instead(m, t, -1, nil)
	}
	return m.nativeFailed(err, f.native, args, p.site)
}

// raiser compiles calls of the functions whose only work is to raise; nil for any other, and for those that a prompt shows in a way of
// its own. ret takes the value of one that returns.
func (p *prepared) raiser(shell bool, ret func(m *Machine, v term.Term) *node) *node {
	if p.entry.Module != atom.Erlang {
		return nil
	}
	name, n := p.entry.Name.AtomName(), len(p.args)
	if name == "raise" && n == 3 {
		return p.raiseCall(ret)
	}
	class := map[string]term.Term{"throw": term.ClassThrow, "exit": term.ClassExit, "error": term.ClassError}[name]
	if class.None() || n != 1 || shell {
		return nil
	}
	reason := p.args[0].code
	return &node{run: func(m *Machine, s []term.Term) *node {
		v := reason(m, s)
		if v.None() {
			return m.pending(p.site)
		}
		m.reds--
		return m.raise(m.exception(class, v), p.site)
	}}
}

// raiseCall is erlang:raise/3, which gives the stack trace itself.
func (p *prepared) raiseCall(bad func(m *Machine, v term.Term) *node) *node {
	return &node{run: func(m *Machine, s []term.Term) *node {
		var args [3]term.Term
		if !p.evaluate(m, s, args[:]) {
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
