package eval

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// body is a compiled function: the arguments come first in its window, then captured values, then variables and temporaries.
type body struct {
	entry *node
	size  int
	early []option       // the clauses at the front that end without calls: see ends
	rest  *node          // where it goes on when none of these takes the arguments
	quick bool           // all clauses are such
	fun   *syntax.Fun    // the source of a fun
	names []string       // of what it captures
	typed bool           // typed at a prompt
	unit  *unit          // where its unqualified calls and its records belong
	of    *code.Function // whose body it is; nil for a fun
	owner *code.Module   // of a fun of a module
}

// gone reports whether the code of a fun has been purged.
func (b *body) gone() bool { return b.owner != nil && b.owner.Gone.Load() }

// purged reports whether the code has been purged that fun Name/Arity of a module means.
func purged(f *code.Function) bool { return f.InModule != nil && f.InModule.Gone.Load() }

// capture puts what a fun captured behind its arguments, and the fun itself if it has a name. (A fun that held itself could not be
// compared, printed or sent.)
func (b *body) capture(w, env []term.Term, self term.Term) {
	//lint:ignore S1001 quicker than copy for few
	for i, v := range env {
		w[i] = v
	}
	if b.fun != nil && b.fun.Name != "" {
		w[len(env)] = self
	}
}

// scope says which variables are bound where the compiler stands.
type scope struct {
	slots  map[string]int
	unsafe map[string]string // bound in some branches only: why
}

func (s scope) clone() scope { return scope{maps.Clone(s.slots), maps.Clone(s.unsafe)} }

// compiler compiles one function.
type compiler struct {
	unit  *unit
	scope scope
	names map[string]int // the slot that a name gets when it is bound
	size  int            // slots in use so far
	arity int            // of what is being compiled
	site  site           // what sites of this function have in common
	funs  *numbering     // of the funs of this function
	home  string         // the function, main/0, in the names of its funs
	// loopInfo is that of the comprehension that is compiled, loopFree what its generators so far have from outside, loopNumbers are the
	// numbers of the generators of the function, and loopTail is a comprehension in tail position.
	loopInfo    *loopInfo
	loopFree    map[string]bool
	loopNumbers map[*syntax.Generator]int
	loopTail    *syntax.Comprehension
	loopEffect  *syntax.Comprehension // one whose value nobody wants
	// function and entry are what is being compiled and where it begins, so that a call of itself is a loop.
	function *code.Function
	entry    *node
	conts    []*cont // of all calls; their size is known at the end
	// self is the slot of the fun itself where that has a name, -1 otherwise, and own its body.
	self int
	own  *body
	// value is the last simple expression that was compiled in tail position.
	value *operand
	// flags are slots that tell, for the variables of an expression at the prompt, whether it came to binding them; nil elsewhere.
	flags map[string]int
	// appended is 1 while the template of a binary comprehension is compiled: what there is already counts as the first element.
	appended int
}

// finish makes the body that begins at entry, when everything is compiled.
func (c *compiler) finish(entry *node) *body {
	for _, k := range c.conts {
		k.size = int32(c.size)
	}
	c.own.entry, c.own.size, c.own.typed = entry, c.size, c.unit.shell
	return c.own
}

// unit is what the functions of one module, or of one prompt line, share.
type unit struct {
	module    term.Term
	owner     *code.Module // what is compiled; nil at a prompt
	file      string
	functions map[code.NameArity]*code.Function
	imports   map[code.NameArity]term.Term
	records   map[string]*syntax.RecordDef
	// recordsFrom are the modules of native records that are imported, exportsRecord the own ones that are exported.
	recordsFrom   map[string]term.Term
	exportsRecord map[string]bool
	table         *code.Table
	locals        Locals
	shell         bool
	errors        []*syntax.Error
	seen          map[string]bool // texts of errors given already
	typed         *typed          // of what is typed at a prompt; nil for modules
	prepare       func()          // what is to be done before the first function is compiled; may be nil
	prepared      sync.Once
}

// Locals answers an unqualified call that is neither of a local function nor of a BIF: the shell's commands.
type Locals interface {
	Local(name term.Term, arity int) (*code.Function, bool)
}

func (u *unit) fail(at syntax.Position, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	key := fmt.Sprint(at, text)
	if u.seen[key] {
		return
	}
	if u.seen == nil {
		u.seen = map[string]bool{}
	}
	u.seen[key] = true
	u.errors = append(u.errors, &syntax.Error{At: at, File: u.file, Text: text, Module: term.Atom("erl_lint"), Reason: descriptor(format, args)})
}

func newCompiler(u *unit, name term.Term, arity int) *compiler {
	return &compiler{
		unit:  u,
		scope: scope{map[string]int{}, map[string]string{}},
		names: map[string]int{},
		size:  arity,
		arity: arity,
		site:  site{module: u.module, name: name, arity: arity, file: u.file, shell: u.shell, owner: u.owner},
		funs:  new(numbering),
		home:  fmt.Sprintf("%s/%d", name.AtomName(), arity),
		self:  -1,
		own:   &body{},
	}
}

// at returns the site of a position.
func (c *compiler) at(p syntax.Position) *site {
	s := c.site
	s.line = p.Line
	return &s
}

// temp returns a fresh slot.
func (c *compiler) temp() int {
	c.size++
	return c.size - 1
}

// bind gives a name a slot and marks it bound.
func (c *compiler) bind(name string) int {
	slot, ok := c.names[name]
	if !ok {
		slot = c.temp()
		c.names[name] = slot
	}
	c.scope.slots[name] = slot
	delete(c.scope.unsafe, name)
	return slot
}

// lookup returns the slot of a variable; an unbound one is an error of the text.
func (c *compiler) lookup(v *syntax.Var) int {
	if slot, ok := c.scope.slots[v.Name]; ok {
		return slot
	}
	if why, ok := c.scope.unsafe[v.Name]; ok {
		c.unit.fail(v.Position, "variable '%s' unsafe in %s", v.Name, why)
	} else {
		c.unit.fail(v.Position, "variable '%s' is unbound", v.Name)
	}
	return 0
}

// bodyOf returns the compiled body of a function, compiling it at the first call.
func bodyOf(f *code.Function) *body {
	if src, ok := f.Source.(*source); ok {
		return src.body(f)
	}
	return f.Body.Load().(*body)
}

// source is what a function of a module is compiled from.
type source struct {
	once  sync.Once
	ready atomic.Pointer[body]
	unit  *unit
	form  *syntax.Function
	read  func() *syntax.Function // where form is nil: how to get it
}

// body returns the compiled function f, compiling it at the first call.
func (s *source) body(f *code.Function) *body {
	if b := s.ready.Load(); b != nil {
		return b
	}
	return s.compile(f)
}

func (s *source) compile(f *code.Function) *body {
	s.once.Do(func() {
		c := newCompiler(s.unit, f.Name, f.Arity)
		c.function, c.entry = f, &node{}
		c.site.inFun = s.unit.shell
		form := s.form
		if form == nil {
			form = s.read()
		}
		if s.unit.prepare != nil {
			s.unit.prepared.Do(s.unit.prepare)
		}
		c.funs.clauses(form.Clauses)
		if !s.unit.shell {
			c.loopNumbers = loops(form.Clauses)
		}
		entry := c.clauses(form.Clauses, c.functionClause(f.Arity, form.Position), false)
		c.entry.run = entry.run
		b := c.finish(c.entry)
		b.of = f
		if f.Short != nil {
			b.early, b.quick = []option{{first: check{kind: checkAlways}, early: true, value: operand{kind: inCode, code: shortWay(f.Short, f.Arity)}}}, true
		}
		f.Body.Store(b)
		s.ready.Store(b)
	})
	return s.ready.Load()
}

// shortWay has a function in Go stand for the text of a function. A tracer is shown the text at work.
func shortWay(short func([]term.Term) term.Term, arity int) simple {
	return func(m *Machine, s []term.Term) term.Term {
		if m.calls != nil {
			return term.None
		}
		return short(s[:arity:arity])
	}
}

// functionClause is where a call goes that no clause takes: error:function_clause with the arguments.
func (c *compiler) functionClause(arity int, p syntax.Position) *node {
	at := c.clauseSite(p)
	return &node{run: func(m *Machine, s []term.Term) *node {
		e := term.FunctionClause()
		module, name, where := at.home(), at.name, location(at.file, at.line)
		if at.interpreter() {
			module, name, where = atomErlEval, atomInside, term.Nil
		}
		e.Stack = term.List(stackFrame(module, name, term.List(s[:arity]...), where))
		if at.interpreter() {
			return m.raise(e, at)
		}
		return m.raise(e, nil)
	}}
}

// body compiles expressions in tail position.
func (c *compiler) body(exprs []syntax.Expr) *node { return c.sequence(exprs, c.tail) }

// sequence compiles expressions one after the other; last says what to do with the last one. Since variables are bound from left to
// right and code is linked from right to left, each expression is compiled into a node that is filled in later.
func (c *compiler) sequence(exprs []syntax.Expr, last func(syntax.Expr) *node) *node {
	var first *node
	var link *node // where the next expression's code goes
	for i, e := range exprs {
		var n *node
		hole := &node{}
		if i == len(exprs)-1 {
			n = last(e)
		} else {
			n = c.effect(e, hole)
		}
		if link == nil {
			first = n
		} else {
			link.run = n.run
		}
		link = hole
	}
	return first
}

// effect compiles an expression whose value nobody wants.
func (c *compiler) effect(e syntax.Expr, next *node) *node {
	if x, ok := e.(*syntax.Comprehension); ok {
		c.loopEffect = x
	}
	return c.to(e, c.temp(), next)
}

// branches compiles alternatives: each runs in a scope of its own, and what all of them bind is bound afterwards. what names the
// construct for errors.
func (c *compiler) branches(n int, what string, p syntax.Position, compile func(i int)) {
	before := c.scope
	var after []scope
	for i := range n {
		c.scope = before.clone()
		compile(i)
		after = append(after, c.scope)
	}
	c.scope = before.clone()
	if n == 0 {
		return
	}
	for name, slot := range after[0].slots {
		if !slices.ContainsFunc(after[1:], func(s scope) bool { _, ok := s.slots[name]; return !ok }) {
			c.scope.slots[name] = slot
		}
	}
	for _, s := range after {
		for name := range s.slots {
			if _, ok := c.scope.slots[name]; !ok {
				c.scope.unsafe[name] = fmt.Sprintf("'%s' (line %d, column %d)", what, p.Line, p.Column)
			}
		}
		for name, why := range s.unsafe {
			if _, ok := c.scope.slots[name]; !ok {
				c.scope.unsafe[name] = why
			}
		}
	}
}
