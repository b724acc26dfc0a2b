package ets

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/tables"
	"github.com/erlsh/erlsh/lang/matchspec"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// selectRows are the functions that look at all objects.
func selectRows() []bif.Function {
	some := "1> T = ets:new(t, [ordered_set]), ets:insert(T, [{1,a},{2,b},{3,c}]), "
	keys := "[{{'$1','_'},[{'>','$1',1}],['$1']}]"
	next := "Returns what comes behind a continuation, as the function with a limit does."
	return []bif.Function{
		{Spec: "select(Table :: table(), MatchSpec :: match_spec()) -> [Match :: term()]",
			Doc:     "Returns what the match specification gives for the objects that it matches. fun2ms/1 makes one of a fun.",
			Example: some + "ets:select(T, " + keys + ").\n[2,3]", Proc: with(read, selecting(specOf, false))},
		{Spec: "select(Table :: table(), MatchSpec :: match_spec(), Limit :: pos_integer()) -> {[Match], Continuation} | '$end_of_table'",
			Doc:     "Returns at most Limit results and a continuation for select/1.",
			Example: some + "{L, _} = ets:select(T, [{{'$1','_'},[],['$1']}], 2), L.\n[1,2]", Proc: with(read, selecting(specOf, false))},
		{Spec: "select(Continuation :: continuation()) -> {[Match], Continuation} | '$end_of_table'", Doc: next, Proc: goOn(false),
			Example: some + "{_, C} = ets:select(T, [{{'$1','_'},[],['$1']}], 2), ets:select(C).\n{[3],'$end_of_table'}"},
		{Spec: "select_reverse(Table :: table(), MatchSpec :: match_spec()) -> [Match :: term()]", Doc: "As select/2, from the last object to the first.",
			Example: some + "ets:select_reverse(T, " + keys + ").\n[3,2]", Proc: with(read, selecting(specOf, true))},
		{Spec: "select_reverse(Table :: table(), MatchSpec :: match_spec(), Limit :: pos_integer()) -> {[Match], Continuation} | '$end_of_table'",
			Doc:     "As select/3, from the last object to the first.",
			Example: some + "{L, _} = ets:select_reverse(T, [{{'$1','_'},[],['$1']}], 2), L.\n[3,2]", Proc: with(read, selecting(specOf, true))},
		{Spec: "select_reverse(Continuation :: continuation()) -> {[Match], Continuation} | '$end_of_table'", Doc: next, Proc: goOn(true),
			Example: some + "{_, C} = ets:select_reverse(T, [{{'$1','_'},[],['$1']}], 2), ets:select_reverse(C).\n{[1],'$end_of_table'}"},
		{Spec: "match(Table :: table(), Pattern :: term()) -> [[Binding :: term()]]",
			Doc:     "Returns, for each object that matches the pattern, what its variables `'$1'`, `'$2'`... stand for, in the order of their numbers.",
			Example: some + "ets:match(T, {'$1',b}).\n[[2]]", Proc: with(read, selecting(bindingsOf, false))},
		{Spec: "match(Table :: table(), Pattern :: term(), Limit :: pos_integer()) -> {[[Binding]], Continuation} | '$end_of_table'",
			Doc:     "Returns at most Limit results and a continuation for match/1.",
			Example: some + "{L, _} = ets:match(T, {'$1','_'}, 2), L.\n[[1],[2]]", Proc: with(read, selecting(bindingsOf, false))},
		{Spec: "match(Continuation :: continuation()) -> {[[Binding]], Continuation} | '$end_of_table'", Doc: next, Proc: goOn(false),
			Example: some + "{_, C} = ets:match(T, {'$1','_'}, 2), ets:match(C).\n{[[3]],'$end_of_table'}"},
		{Spec: "match_object(Table :: table(), Pattern :: term()) -> [Object :: tuple()]", Doc: "Returns the objects that match the pattern.",
			Example: some + "ets:match_object(T, {'_',b}).\n[{2,b}]", Proc: with(read, selecting(objectsOf, false))},
		{Spec: "match_object(Table :: table(), Pattern :: term(), Limit :: pos_integer()) -> {[Object], Continuation} | '$end_of_table'",
			Doc:     "Returns at most Limit objects and a continuation for match_object/1.",
			Example: some + "{L, _} = ets:match_object(T, '_', 2), L.\n[{1,a},{2,b}]", Proc: with(read, selecting(objectsOf, false))},
		{Spec: "match_object(Continuation :: continuation()) -> {[Object], Continuation} | '$end_of_table'", Doc: next, Proc: goOn(false),
			Example: some + "{_, C} = ets:match_object(T, '_', 2), ets:match_object(C).\n{[{3,c}],'$end_of_table'}"},
		{Spec: "select_count(Table :: table(), MatchSpec :: match_spec()) -> non_neg_integer()", Doc: "Returns for how many objects the specification gives true.",
			Example: some + "ets:select_count(T, [{{'$1','_'},[{'>','$1',1}],[true]}]).\n2", Proc: with(read, selectCount)},
		{Spec: "internal_select_delete(Table :: table(), MatchSpec :: match_spec()) -> non_neg_integer()",
			Doc: "Deletes the objects for which the specification gives true: what select_delete/2 is made of.", Proc: with(write, selectDelete)},
		{Spec: "select_replace(Table :: table(), MatchSpec :: match_spec()) -> non_neg_integer()",
			Doc:     "Exchanges each object that is matched for the result, which has to have the same key, and returns how many were.",
			Example: some + "ets:select_replace(T, [{{'$1',b},[],[{{'$1',x}}]}]), ets:lookup(T, 2).\n[{2,x}]", Proc: with(write, selectReplace)},
	}
}

// specOf, bindingsOf and objectsOf make the specification of the second argument.
func specOf(x term.Term) term.Term { return x }

var (
	wholeBody    = term.List(term.Atom("$_"))
	bindingsBody = term.List(term.Atom("$$"))
)

func bindingsOf(pattern term.Term) term.Term {
	return term.List(term.Tuple(pattern, term.Nil, bindingsBody))
}
func objectsOf(pattern term.Term) term.Term {
	return term.List(term.Tuple(pattern, term.Nil, wholeBody))
}

// scan is a traversal with a specification.
type scan struct {
	p      *node.Process
	t      *tables.Table
	m      *matchspec.Program
	runner *matchspec.Runner
}

func newScan(p *node.Process, t *tables.Table, m *matchspec.Program) *scan {
	return &scan{p, t, m, m.Runner(host{p})}
}

// more charges for what was visited and tells whether the process still lives.
func (s *scan) more(visited int) bool {
	s.p.Spend(visited)
	return !s.p.Doomed()
}

// place returns where to begin: in front of the objects that the specification can match.
func (s *scan) place(reverse bool) *tables.Place {
	at := s.t.Start(reverse)
	if s.t.Kind == tables.OrderedSet {
		if k := s.m.Keys(s.t.KeyPos); !k.Prefix.None() {
			at.Within(func(key term.Term) int { return matchspec.ComparePrefix(key, k.Prefix) })
		}
	}
	return at
}

// each calls f for the objects that the specification may match.
func (s *scan) each(reverse bool, f func(o term.Term) bool) {
	k := s.m.Keys(s.t.KeyPos)
	if k.Some {
		s.t.Visit(s.place(reverse), s.more, f)
		return
	}
	for _, key := range s.t.Distinct(k.Exact, reverse) {
		if !s.t.Many() {
			if o := s.t.First(key); !o.None() && !f(o) {
				return
			}
			continue
		}
		all := s.t.Lookup(key)
		for i := len(all) - 1; i >= 0; i-- {
			if !f(all[i]) {
				return
			}
		}
	}
}

//go:noinline
func selecting(spec func(x term.Term) term.Term, reverse bool) operation {
	return func(p *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
		limit := int64(0)
		if len(args) == 3 {
			n, ok := args[2].Int()
			if !ok || n < 1 {
				return plain()
			}
			limit = n
		}
		written := spec(args[1])
		if written.IsNil() {
			if limit > 0 {
				return endOfTable, nil
			}
			return term.Nil, nil
		}
		m, err := compile(p, written)
		if err != nil {
			return plain()
		}
		s := newScan(p, t, m)
		if limit > 0 && s.m.Keys(t.KeyPos).Some {
			return s.some(args[0], s.place(reverse), limit, reverse, term.None)
		}
		var b term.Builder
		s.each(reverse, func(o term.Term) bool {
			if v := s.runner.Run(o); !v.None() {
				b.Add(v)
			}
			return true
		})
		if p.Doomed() {
			return term.None, p.Stop()
		}
		if limit > 0 {
			return s.portion(args[0], b.List(term.Nil), limit, term.None), nil
		}
		return b.List(term.Nil), nil
	}
}

// portion returns the first of results that are all known, with a continuation that holds the others.
func (s *scan) portion(id, results term.Term, limit int64, ref term.Term) term.Term {
	if results.IsNil() {
		return endOfTable
	}
	var b term.Builder
	for c, ok := results.Cons(); ok && int64(b.Len()) < limit; c, ok = results.Cons() {
		b.Add(c.Head)
		results = c.Tail
	}
	next := endOfTable
	if !results.IsNil() {
		if ref.None() {
			ref = keep(s.p.Node(), s.m)
		}
		next = term.Tuple(id, atHeld, term.Int(limit), ref, results, term.Int(0))
	}
	return term.Tuple(b.List(term.Nil), next)
}

// atHeld is the place in a continuation that holds its results.
var atHeld = term.Int(-1)

// some returns the next results, at most limit, with a continuation. ref stands for the specification; None when there is none yet.
func (s *scan) some(id term.Term, at *tables.Place, limit int64, reverse bool, ref term.Term) (term.Term, error) {
	var b term.Builder
	end := s.t.Visit(at, s.more, func(o term.Term) bool {
		if v := s.runner.Run(o); !v.None() {
			b.Add(v)
		}
		return int64(b.Len()) < limit
	})
	if s.p.Doomed() {
		return term.None, s.p.Stop()
	}
	if end && b.Len() == 0 {
		return endOfTable, nil
	}
	next := endOfTable
	if !end {
		if ref.None() {
			ref = keep(s.p.Node(), s.m)
		}
		next = continuation(s.t, id, at.State(), limit, reverse, ref)
	}
	return term.Tuple(b.List(term.Nil), next), nil
}

// continuation makes a term of where a traversal stands.
func continuation(t *tables.Table, id term.Term, at tables.State, limit int64, reverse bool, ref term.Term) term.Term {
	if t.Kind == tables.OrderedSet {
		backwards := int64(0)
		if reverse {
			backwards = 1
		}
		return term.Tuple(id, at.Key, term.Nil, term.Int(limit), ref, term.Nil, term.Int(backwards), term.Int(0))
	}
	key := at.Key
	if key.None() {
		key = term.Nil
	}
	return term.Tuple(id, term.Int(int64(at.At)), term.Int(limit), ref, term.NewCons(key, term.List(at.More...)), term.Int(int64(at.Epoch)))
}

// goOn are the functions that take a continuation.
//
//go:noinline
func goOn(bool) func(p *node.Process, args []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		if args[0] == endOfTable {
			return endOfTable, nil
		}
		e, ok := args[0].Tuple()
		if !ok {
			return plain()
		}
		if len(e) == 0 {
			return badarg(causeType)
		}
		t, err := find(p, e[0], read)
		if err != nil {
			return term.None, err
		}
		switch {
		case len(e) == 8 && t.Kind == tables.OrderedSet:
			limit, ok := e[3].Int()
			m := kept(p.Node(), e[4])
			if !ok || m == nil {
				return plain()
			}
			reverse := e[6] == term.Int(1)
			s := newScan(p, t, m)
			at := t.Resume(tables.State{Key: e[1]}, reverse)
			if k := m.Keys(t.KeyPos); !k.Prefix.None() {
				at.Within(func(key term.Term) int { return matchspec.ComparePrefix(key, k.Prefix) })
			}
			return s.some(e[0], at, limit, reverse, e[4])
		case len(e) == 6 && e[1] == atHeld:
			limit, ok := e[2].Int()
			_, isList := e[4].Length()
			m := kept(p.Node(), e[3])
			if !ok || !isList || m == nil {
				return plain()
			}
			return newScan(p, t, m).portion(e[0], e[4], limit, e[3]), nil
		case len(e) == 6 && t.Kind != tables.OrderedSet:
			return resumeHash(p, t, e)
		}
		return plain()
	}
}

func resumeHash(p *node.Process, t *tables.Table, e []term.Term) (term.Term, error) {
	at, ok1 := e[1].Int()
	limit, ok2 := e[2].Int()
	m := kept(p.Node(), e[3])
	left, ok3 := e[4].Cons()
	epoch, ok4 := e[5].Int()
	if !ok1 || !ok2 || !ok3 || !ok4 || m == nil || at < 0 {
		return plain()
	}
	more, ok := left.Tail.Slice()
	if !ok {
		return plain()
	}
	s := newScan(p, t, m)
	return s.some(e[0], t.Resume(tables.State{At: int(at), Epoch: uint64(epoch), Key: left.Head, More: more}, false), limit, false, e[3])
}

func selectCount(p *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	if args[1].IsNil() {
		return term.Int(0), nil
	}
	m, err := compile(p, args[1])
	if err != nil {
		return plain()
	}
	s, n := newScan(p, t, m), int64(0)
	s.each(false, func(o term.Term) bool {
		if s.runner.Run(o) == term.True {
			n++
		}
		return true
	})
	if p.Doomed() {
		return term.None, p.Stop()
	}
	return term.Int(n), nil
}

func selectDelete(p *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	return change(p, t, args[1], func(_, result term.Term) (term.Term, bool) { return term.None, result == term.True })
}

func selectReplace(p *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	if t.Kind == tables.Bag {
		return badarg(causeKind)
	}
	if !matchspec.KeepsKey(args[1], t.KeyPos) {
		return plain()
	}
	return change(p, t, args[1], func(o, result term.Term) (term.Term, bool) {
		was, _ := t.Key(o)
		is, ok := t.Key(result)
		return result, ok && term.Equal(was, is)
	})
}

// change runs a specification over all objects; with returns, for an object and a result, what comes in its place (None: nothing), and
// false to leave it.
func change(p *node.Process, t *tables.Table, spec term.Term, with func(o, result term.Term) (term.Term, bool)) (term.Term, error) {
	if spec.IsNil() {
		return term.Int(0), nil
	}
	m, err := compile(p, spec)
	if err != nil {
		return plain()
	}
	s, n := newScan(p, t, m), int64(0)
	one := func(o term.Term) term.Term {
		v := s.runner.Run(o)
		if v.None() {
			return o
		}
		instead, ok := with(o, v)
		if !ok {
			return o
		}
		n++
		return instead
	}
	if k := m.Keys(t.KeyPos); k.Some {
		t.Change(s.place(false), s.more, one)
	} else {
		t.ChangeKeys(k.Exact, one)
	}
	if p.Doomed() {
		return term.None, p.Stop()
	}
	return term.Int(n), nil
}
