package eval

import (
	"slices"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// isSimple reports whether an expression computes its value without a call that could wait and without binding variables.
func (c *compiler) isSimple(e syntax.Expr) bool {
	ok := true
	syntax.Walk(e, func(x syntax.Expr) bool {
		switch x := x.(type) {
		case *syntax.Call:
			if _, ok := c.recordInfo(x); ok {
				return false
			}
			if c.guardFunction(x) == nil && !c.recordTest(x) {
				ok = false
				return false
			}
			for _, a := range x.Args {
				ok = ok && c.isSimple(a)
			}
			return false
		case *syntax.Fun:
			return false // making one is simple, whatever is in it
		case *syntax.FunRef:
			ok = ok && (x.Module == nil || c.constantParts(x))
		case *syntax.Case, *syntax.If, *syntax.Receive, *syntax.Try, *syntax.Catch, *syntax.Block, *syntax.Comprehension, *syntax.Maybe,
			*syntax.Match, *syntax.MaybeMatch, *syntax.Generator, *syntax.Remote:
			ok = false
		case *syntax.BinaryOp:
			ok = ok && x.Op != "!"
		case *syntax.RecordExpr:
			if _, native := c.native(x.Module, x.Name); x.Base == nil && !native {
				ok = ok && c.isSimple(c.expandRecord(x))
				return false
			}
		}
		return ok
	})
	return ok
}

// simple compiles an expression that isSimple.
func (c *compiler) simple(e syntax.Expr) simple {
	v := c.anySimple(e)
	if c.unit.typed != nil {
		c.unit.typed.parts[e] = v
	}
	return v
}

func (c *compiler) anySimple(e syntax.Expr) simple {
	switch e := e.(type) {
	case *syntax.Literal:
		return constant(e.Value)
	case *syntax.NilExpr:
		return constant(term.Nil)
	case *syntax.Var:
		slot := c.lookup(e)
		return func(_ *Machine, s []term.Term) term.Term { return s[slot] }
	case *syntax.Slot:
		slot := e.Index
		return func(_ *Machine, s []term.Term) term.Term { return s[slot] }
	case *syntax.Cons:
		return c.simpleCons(e)
	case *syntax.Tuple:
		return c.simpleTuple(e)
	case *syntax.Unary:
		return c.simpleUnary(e)
	case *syntax.BinaryOp:
		return c.simpleOperator(e)
	case *syntax.Call:
		if v, ok := c.recordInfo(e); ok {
			return constant(v)
		}
		if n, native := c.nativeTest(e); native {
			return c.simpleNativeTest(n, e)
		}
		if f := c.guardFunction(e); f != nil {
			return c.simpleCall(f, e)
		}
		return c.simpleRecordTest(e)
	case *syntax.MapExpr:
		return c.simpleMap(e)
	case *syntax.Binary:
		return c.simpleBinary(e)
	case *syntax.RecordExpr, *syntax.RecordAccess, *syntax.RecordIndex:
		return c.simpleRecord(e)
	case *syntax.Fun:
		return c.funExpr(e)
	case *syntax.FunRef:
		return c.simpleFunRef(e)
	}
	c.unit.fail(e.Pos(), "illegal expression")
	return constant(term.Nil)
}

func constant(v term.Term) simple { return func(*Machine, []term.Term) term.Term { return v } }

func (c *compiler) simpleCons(e *syntax.Cons) simple {
	if v, ok := syntax.Constant(e); ok {
		return constant(v)
	}
	if n := chain(e); n > 1 && n <= manyCells {
		return c.simpleChain(e, n)
	}
	head, tail := c.operand(e.Head), c.operand(e.Tail)
	return func(m *Machine, s []term.Term) term.Term {
		h := head.get(m, s)
		if h.None() {
			return h
		}
		t := tail.get(m, s)
		if t.None() {
			return t
		}
		return term.NewCons(h, t)
	}
}

// manyCells is how many cells of a list that is written out are made in one piece: they stay in memory together.
const manyCells = 8

// chain returns how many cells an expression makes that begins with one, up to a tail that is constant or no cell.
func chain(e *syntax.Cons) int {
	n := 1
	for {
		next, ok := e.Tail.(*syntax.Cons)
		if !ok {
			return n
		}
		if _, ok := syntax.Constant(next); ok {
			return n
		}
		e = next
		n++
	}
}

func (c *compiler) simpleChain(e *syntax.Cons, n int) simple {
	heads := make([]operand, n)
	for i := range heads {
		heads[i] = c.operand(e.Head)
		if i < n-1 {
			e = e.Tail.(*syntax.Cons)
		}
	}
	last := c.operand(e.Tail)
	return func(m *Machine, s []term.Term) term.Term {
		cells := make([]term.Cons, n)
		for i := range heads {
			if cells[i].Head = heads[i].get(m, s); cells[i].Head.None() {
				return term.None
			}
		}
		tail := last.get(m, s)
		if tail.None() {
			return tail
		}
		for i := n - 1; i >= 0; i-- {
			cells[i].Tail = tail
			tail = cells[i].Term()
		}
		return tail
	}
}

func (c *compiler) simples(es []syntax.Expr) []simple {
	out := make([]simple, len(es))
	for i, e := range es {
		out[i] = c.simple(e)
	}
	return out
}

func (c *compiler) simpleTuple(e *syntax.Tuple) simple {
	if v, ok := syntax.Constant(e); ok {
		return constant(v)
	}
	parts := c.operands(e.Elements)
	return func(m *Machine, s []term.Term) term.Term {
		out := elements(len(parts))
		if !fill(m, s, out, parts) {
			return term.None
		}
		return term.Tuple(out...)
	}
}

// elements makes room for a tuple: sizes that are known take less time to allocate.
func elements(n int) []term.Term {
	switch n {
	case 2:
		return new([2]term.Term)[:]
	case 3:
		return new([3]term.Term)[:]
	case 4:
		return new([4]term.Term)[:]
	}
	return make([]term.Term, n)
}

// fill computes operands into w; false means that an exception is pending.
func fill(m *Machine, s, w []term.Term, operands []operand) bool {
	for i := range operands {
		switch o := &operands[i]; o.kind {
		case inSlot:
			w[i] = s[o.slot]
		case inConstant:
			w[i] = o.value
		default:
			v := o.get(m, s)
			if v.None() {
				return false
			}
			w[i] = v
		}
	}
	return true
}

// fewFields is how many pairs a map has room for that is made without detours.
const fewFields = 4

func (c *compiler) simpleMap(e *syntax.MapExpr) simple {
	base := constant(term.EmptyMap)
	if e.Base != nil {
		base = c.simple(e.Base)
	}
	type field struct {
		exact      bool
		key, value simple
	}
	fields := make([]field, len(e.Fields))
	shell := c.unit.shell
	for i, f := range e.Fields {
		fields[i] = field{f.Exact, c.simple(f.Key), c.simple(f.Value)}
		if f.Exact && e.Base == nil {
			c.unit.fail(f.Position, "only association operators '=>' are allowed in map construction")
		}
	}
	if e.Base == nil && len(fields) <= fewFields {
		return func(m *Machine, s []term.Term) term.Term {
			var few [2 * fewFields]term.Term
			pairs := few[:2*len(fields)]
			for i := range fields {
				if pairs[2*i] = fields[i].key(m, s); pairs[2*i].None() {
					return term.None
				}
				if pairs[2*i+1] = fields[i].value(m, s); pairs[2*i+1].None() {
					return term.None
				}
			}
			return term.NewMap(pairs...)
		}
	}
	return func(m *Machine, s []term.Term) term.Term {
		b := base(m, s)
		if b.None() {
			return b
		}
		var few [8]term.Term
		pairs := few[:]
		if 2*len(fields) > len(few) {
			pairs = make([]term.Term, 2*len(fields))
		}
		for i, f := range fields {
			if pairs[2*i] = f.key(m, s); pairs[2*i].None() {
				return term.None
			}
			if pairs[2*i+1] = f.value(m, s); pairs[2*i+1].None() {
				return term.None
			}
		}
		out, ok := b.Map()
		if !ok {
			return m.mapFailed(shell, term.Tuple(atom.Badmap, b), 0, "put", term.Atom("k"), term.Atom("v"), b)
		}
		for i, f := range fields {
			if !f.exact {
				out = out.Put(pairs[2*i], pairs[2*i+1])
			} else if out, ok = out.Replace(pairs[2*i], pairs[2*i+1]); !ok {
				return m.mapFailed(shell, term.Tuple(atom.Badkey, pairs[2*i]), i, "update", pairs[2*i], pairs[2*i+1], out.Term())
			}
		}
		return out.Term()
	}
}

// mapGuards are the functions of module maps that are compiled as the guard functions that do the same.
var mapGuards = map[code.NameArity]term.Term{
	{Name: term.Atom("get"), Arity: 2}:    term.Atom("map_get"),
	{Name: term.Atom("is_key"), Arity: 2}: term.Atom("is_map_key"),
	{Name: term.Atom("size"), Arity: 1}:   term.Atom("map_size"),
}

// guardFunction returns the function of module erlang that a call means, if it is one that guards allow; nil otherwise.
func (c *compiler) guardFunction(e *syntax.Call) *code.Function {
	module, name, ok := callee(e)
	if !ok {
		return nil
	}
	key := code.NameArity{Name: name, Arity: len(e.Args)}
	if module.None() {
		if c.unit.functions[key] != nil || c.unit.imports[key] != (term.Term{}) {
			return nil
		}
		module = atom.Erlang
	}
	if module == atomMaps && !c.unit.shell {
		if of, ok := mapGuards[key]; ok { // as the compiler of OTP does
			module, name = atom.Erlang, of
		}
	}
	if module != atom.Erlang || c.unit.table == nil {
		return nil
	}
	f := c.unit.table.Lookup(module, name, len(e.Args))
	if f == nil || !f.Guard {
		return nil
	}
	return f
}

// callee returns the names of a call of a fixed function; module is None for a call without one.
func callee(e *syntax.Call) (module, name term.Term, ok bool) {
	switch f := e.Callee.(type) {
	case *syntax.Literal:
		return term.None, f.Value, f.Form == syntax.AtomLiteral
	case *syntax.Remote:
		m, ok1 := f.Module.(*syntax.Literal)
		n, ok2 := f.Name.(*syntax.Literal)
		if ok1 && ok2 && m.Value.IsAtom() && n.Value.IsAtom() {
			return m.Value, n.Value, true
		}
	}
	return term.None, term.None, false
}

// to compiles an expression whose value goes into slot dst, after which next runs. It always returns a node of its own.
func (c *compiler) to(e syntax.Expr, dst int, next *node) *node {
	if c.isSimple(e) {
		v, at := c.simple(e), c.siteOf(e)
		return &node{run: func(m *Machine, s []term.Term) *node {
			x := v(m, s)
			if x.None() {
				return m.pending(at)
			}
			s[dst] = x
			return next.run(m, s)
		}}
	}
	switch e := e.(type) {
	case *syntax.Match:
		return c.match(e, dst, next)
	case *syntax.Call:
		return c.call(e, dst, next)
	case *syntax.Block:
		return c.sequence(e.Body, func(x syntax.Expr) *node { return c.to(x, dst, next) })
	case *syntax.Case, *syntax.If:
		return c.choose(e, func(body []syntax.Expr) *node {
			return c.sequence(body, func(x syntax.Expr) *node { return c.to(x, dst, next) })
		})
	case *syntax.Receive:
		return c.receive(e, func(body []syntax.Expr) *node {
			return c.sequence(body, func(x syntax.Expr) *node { return c.to(x, dst, next) })
		})
	case *syntax.Try:
		return c.try(e, dst, next, nil)
	case *syntax.Catch:
		return c.catch(e, dst, next)
	case *syntax.Maybe:
		return c.maybe(e, dst, next)
	case *syntax.Comprehension:
		return c.comprehension(e, dst, next)
	case *syntax.BinaryOp:
		if e.Op == "andalso" || e.Op == "orelse" {
			return c.shortCircuit(e, dst, next, func(x syntax.Expr) *node { return c.to(x, dst, next) })
		}
		if e.Op == "!" {
			return c.send(e, dst, next)
		}
	}
	return c.lifted(e, func(e syntax.Expr) *node { return c.to(e, dst, next) })
}

// tail compiles an expression whose value is the function's.
func (c *compiler) tail(e syntax.Expr) *node {
	if c.isSimple(e) {
		v, at := c.operand(e), c.siteOf(e)
		at.tail = true
		c.value = &v
		return v.returned(at)
	}
	switch e := e.(type) {
	case *syntax.Call:
		return c.tailCall(e)
	case *syntax.Block:
		return c.body(e.Body)
	case *syntax.Case, *syntax.If:
		return c.choose(e, c.body)
	case *syntax.Receive:
		return c.receive(e, c.body)
	case *syntax.Cons, *syntax.Tuple, *syntax.Unary, *syntax.MapExpr, *syntax.RecordExpr, *syntax.RecordAccess, *syntax.Binary:
		return c.lifted(e, c.tail)
	case *syntax.BinaryOp:
		if operators[e.Op] != nil {
			return c.lifted(e, c.tail)
		}
		if e.Op == "andalso" || e.Op == "orelse" {
			dst := c.temp()
			return c.shortCircuit(e, dst, c.returning(dst), c.tail)
		}
	case *syntax.Try:
		if len(e.After) == 0 {
			dst := c.temp()
			return c.try(e, dst, c.returning(dst), c.body)
		}
	}
	if x, ok := e.(*syntax.Comprehension); ok {
		c.loopTail = x
	}
	dst := c.temp()
	return c.to(e, dst, c.returning(dst))
}

// returning makes the node that returns what is in a slot.
func (c *compiler) returning(dst int) *node {
	return &node{run: func(m *Machine, s []term.Term) *node { return m.ret(s[dst]) }}
}

// lifted compiles an expression some of whose operands are not simple: these, and what stands left of them and may fail, are computed
// into slots first, from left to right; then compiles the rest.
func (c *compiler) lifted(e syntax.Expr, then func(syntax.Expr) *node) *node {
	original := e
	e = shallow(c.expandRecord(e))
	c.copied(original, e)
	operands := operandsOf(e)
	if op, ok := e.(*syntax.BinaryOp); ok && op.Op == "++" && !c.unit.shell {
		if _, ok := op.Left.(*syntax.Comprehension); ok { // (sic) compiled code builds the list in front of the rest
			slices.Reverse(operands)
		}
	}
	if r, ok := e.(*syntax.RecordExpr); ok && r.Base != nil {
		if _, native := c.native(r.Module, r.Name); native { // whose base comes first
			operands = slices.Concat(operands[len(operands)-1:], operands[:len(operands)-1])
		}
	}
	last := -1
	for i, x := range operands {
		if *x != nil && !c.isSimple(*x) {
			last = i
		}
	}
	if last < 0 {
		c.unit.fail(e.Pos(), "illegal expression")
		return then(&syntax.NilExpr{Position: e.Pos()})
	}
	var moves []syntax.Expr
	var slots []int
	for _, x := range operands[:last+1] {
		switch (*x).(type) {
		case nil, *syntax.Literal, *syntax.NilExpr, *syntax.Var, *syntax.Slot:
			continue
		}
		slot := c.temp()
		moves, slots = append(moves, *x), append(slots, slot)
		*x = &syntax.Slot{Position: (*x).Pos(), Index: slot}
	}
	var first, link *node
	for i, x := range moves {
		hole := &node{}
		n := c.to(x, slots[i], hole)
		if link == nil {
			first = n
		} else {
			link.run = n.run
		}
		link = hole
	}
	link.run = then(e).run
	return first
}

// operandsOf returns the places of the operands of a copy of e that it may change, in the order of evaluation.
func operandsOf(e syntax.Expr) []*syntax.Expr {
	switch e := e.(type) {
	case *syntax.Cons:
		return []*syntax.Expr{&e.Head, &e.Tail}
	case *syntax.Tuple:
		return places(e.Elements)
	case *syntax.Unary:
		return []*syntax.Expr{&e.Operand}
	case *syntax.BinaryOp:
		return []*syntax.Expr{&e.Left, &e.Right}
	case *syntax.Call:
		out := places(e.Args)
		if r, ok := e.Callee.(*syntax.Remote); ok {
			return append([]*syntax.Expr{&r.Module, &r.Name}, out...)
		}
		return append([]*syntax.Expr{&e.Callee}, out...)
	case *syntax.MapExpr:
		out := []*syntax.Expr{&e.Base}
		for i := range e.Fields {
			out = append(out, &e.Fields[i].Key, &e.Fields[i].Value)
		}
		return out
	case *syntax.RecordExpr: // the base comes last
		var out []*syntax.Expr
		for i := range e.Fields {
			out = append(out, &e.Fields[i].Value)
		}
		return append(out, &e.Base)
	case *syntax.RecordAccess:
		return []*syntax.Expr{&e.Base}
	case *syntax.Binary:
		var out []*syntax.Expr
		for i := range e.Elements {
			out = append(out, &e.Elements[i].Value, &e.Elements[i].Size)
		}
		return out
	case *syntax.FunRef:
		return []*syntax.Expr{&e.Module, &e.Name, &e.Arity}
	}
	return nil
}

// shallow copies an expression and the slices in it, so that its operands can be replaced: the tree itself is read only, for it is
// printed, sent to other nodes, and may be compiled more than once.
func shallow(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.Cons:
		c := *e
		return &c
	case *syntax.Tuple:
		return &syntax.Tuple{Position: e.Position, Elements: slices.Clone(e.Elements)}
	case *syntax.Unary:
		c := *e
		return &c
	case *syntax.BinaryOp:
		c := *e
		return &c
	case *syntax.Call:
		c := *e
		c.Args = slices.Clone(e.Args)
		if r, ok := e.Callee.(*syntax.Remote); ok {
			remote := *r
			c.Callee = &remote
		}
		return &c
	case *syntax.MapExpr:
		c := *e
		c.Fields = slices.Clone(e.Fields)
		return &c
	case *syntax.RecordExpr:
		c := *e
		c.Fields = slices.Clone(e.Fields)
		return &c
	case *syntax.RecordAccess:
		c := *e
		return &c
	case *syntax.Binary:
		return &syntax.Binary{Position: e.Position, Elements: slices.Clone(e.Elements)}
	case *syntax.FunRef:
		c := *e
		return &c
	}
	return e
}

func places(es []syntax.Expr) []*syntax.Expr {
	out := make([]*syntax.Expr, len(es))
	for i := range es {
		out[i] = &es[i]
	}
	return out
}

// match compiles Pattern = Value.
func (c *compiler) match(e *syntax.Match, dst int, next *node) *node {
	hole := &node{}
	first := c.to(e.Value, dst, hole)
	before := c.boundNames()
	p, at := c.pattern(e.Pattern), c.siteOf(e)
	next = c.flagged(c.freshNames(before), next)
	hole.run = func(m *Machine, s []term.Term) *node {
		if p.ok(m, s, s[dst]) {
			return next.run(m, s)
		}
		return m.raiseReason(term.Tuple(atom.Badmatch, s[dst]), at)
	}
	return first
}

// choose compiles case and if; body compiles the body of a clause.
func (c *compiler) choose(e syntax.Expr, body func([]syntax.Expr) *node) *node {
	at := c.siteOf(e)
	if i, ok := e.(*syntax.If); ok {
		none := &node{run: func(m *Machine, s []term.Term) *node { return m.raiseReason(atom.IfClause, at) }}
		return c.alternatives(i.Clauses, "if", e.Pos(), 0, none, body)
	}
	k := e.(*syntax.Case)
	slot, known := c.slotOf(k.Value)
	hole := &node{}
	first := hole
	if !known {
		slot = c.temp()
		first = c.to(k.Value, slot, hole)
	}
	none := &node{run: func(m *Machine, s []term.Term) *node { return m.raiseReason(term.Tuple(atom.CaseClause, s[slot]), at) }}
	hole.run = c.alternatives(k.Clauses, "case", e.Pos(), slot, none, body).run
	return first
}

// alternatives compiles clauses that try the value in slot one after the other; none runs when none takes it.
func (c *compiler) alternatives(clauses []*syntax.Clause, what string, p syntax.Position, slot int, none *node, body func([]syntax.Expr) *node) *node {
	return choice(c.branchOptions(clauses, what, p, slot, body), none)
}

// shortCircuit compiles andalso and orelse with operands that are not simple; last compiles the right one.
func (c *compiler) shortCircuit(e *syntax.BinaryOp, dst int, next *node, last func(syntax.Expr) *node) *node {
	stop, at := term.False, c.siteOf(e)
	if e.Op == "orelse" {
		stop = term.True
	}
	hole := &node{}
	first := c.to(e.Left, dst, hole)
	before, flags := c.scope.clone(), c.flags
	c.flags = nil // what the right side binds is gone behind it
	right := last(e.Right)
	c.scope, c.flags = before, flags
	hole.run = func(m *Machine, s []term.Term) *node {
		switch s[dst] {
		case stop:
			return next
		case term.True, term.False:
			return right
		}
		return m.raiseReason(term.Tuple(atom.Badarg, s[dst]), at)
	}
	return first
}

// send compiles To ! Message.
func (c *compiler) send(e *syntax.BinaryOp, dst int, next *node) *node {
	if !c.isSimple(e.Left) || !c.isSimple(e.Right) {
		copied := *e
		return c.lifted(&copied, func(e syntax.Expr) *node { return c.send(e.(*syntax.BinaryOp), dst, next) })
	}
	to, message, at := c.simple(e.Left), c.simple(e.Right), c.siteOf(e)
	name := atomSend
	if c.unit.shell {
		name = atomBang
	}
	return &node{run: func(m *Machine, s []term.Term) *node {
		t := to(m, s)
		if t.None() {
			return m.pending(at)
		}
		if s[dst] = message(m, s); s[dst].None() {
			return m.pending(at)
		}
		m.reds--
		if err := m.p.Send(t, s[dst]); err != nil {
			m.operatorFailed(err, name, t, s[dst])
			return m.pending(at)
		}
		return next
	}}
}

// The instruction of a compiled module fails in the name of erlang:send/2, the interpreter of the prompt in that of the operator.
var (
	atomSend = term.Atom("send")
	atomBang = term.Atom("!")
)
