package eval

import (
	"fmt"
	"slices"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Inlined returns a fun made here as an expression in the abstract format that another node's interpreter can run by itself, and the
// names and values of what it captured. Functions of the prompt that it calls become named funs where they are called, and records become
// tuples. False is for a fun without a text, and for one that would grow out of bounds.
func Inlined(f *term.Fun) (form term.Term, names []string, values []term.Term, ok bool) {
	p, ok := Export(f)
	if !ok || f.Module != atomErlEval && f.Module != atomShell {
		return term.None, nil, nil, false
	}
	if p.Text != nil && len(p.Functions)+len(p.Records) == 0 {
		return syntax.Abstract(p.Text), p.Names, f.Env, true
	}
	in := &inliner{functions: map[code.NameArity]*syntax.Function{}, records: map[string]*syntax.RecordDef{}}
	for _, fn := range p.Functions {
		in.functions[code.NameArity{Name: term.Atom(fn.Name), Arity: fn.Arity}] = fn
	}
	for _, r := range p.Records {
		in.records[r.Name] = r
	}
	if p.Text == nil { // fun Name/Arity
		form = in.function(term.Int(1), code.NameArity{Name: p.Name, Arity: p.Arity})
	} else {
		form = in.rewrite(syntax.Abstract(p.Text), asValue)
	}
	return form, p.Names, f.Env, in.size <= maxInlined
}

// maxInlined bounds how often functions are written out.
const maxInlined = 500

// where a form stands
type position int

const (
	asValue position = iota
	asPattern
	asGuard
)

// inliner rewrites the abstract format.
type inliner struct {
	functions map[code.NameArity]*syntax.Function
	records   map[string]*syntax.RecordDef
	path      []code.NameArity // functions in whose text the form stands, which are funs with names there
	prefix    string           // of the variables of the innermost of these: its own, whatever is bound where it is written out
	size      int
	fresh     int
	tests     []term.Term // for the guard that is being rewritten: what must be a record
}

var (
	tagVar, tagAtom, tagInteger, tagTuple = term.Atom("var"), term.Atom("atom"), term.Atom("integer"), term.Atom("tuple")
	tagCall, tagRemote, tagCase           = term.Atom("call"), term.Atom("remote"), term.Atom("case")
	tagClause, tagFunction                = term.Atom("clause"), term.Atom("function")
	tagNamedFun, tagClauses               = term.Atom("named_fun"), term.Atom("clauses")
	atomIsRecord, atomElement             = term.Atom("is_record"), term.Atom("element")
	atomUnderscore                        = term.Atom("_")
)

func (in *inliner) all(list term.Term, at position) term.Term {
	forms, ok := list.Slice()
	if !ok {
		return list
	}
	out := make([]term.Term, len(forms))
	for i, f := range forms {
		out[i] = in.rewrite(f, at)
	}
	return term.List(out...)
}

func (in *inliner) rewrite(t term.Term, at position) term.Term {
	if t.IsList() {
		return in.all(t, at)
	}
	e, ok := t.Tuple()
	if !ok || len(e) < 2 || !e[0].IsAtom() {
		return t
	}
	switch e[0].AtomName() {
	case "var":
		if in.prefix != "" && e[2] != atomUnderscore {
			return term.Tuple(tagVar, e[1], term.Atom(in.prefix+e[2].AtomName()))
		}
		return t
	case "atom", "integer", "float", "char", "string", "value":
		return t
	case "clause":
		return term.Tuple(tagClause, e[1], in.all(e[2], asPattern), in.guards(e[3]), in.all(e[4], asValue))
	case "match", "maybe_match", "generate", "b_generate", "m_generate", "generate_strict", "b_generate_strict", "m_generate_strict":
		return term.Tuple(e[0], e[1], in.rewrite(e[2], asPattern), in.rewrite(e[3], at))
	case "record", "record_field", "record_index":
		return in.record(e, t, at)
	case "call":
		return in.call(e, at)
	case "fun":
		if ref, ok := e[2].Tagged(tagFunction, 3); ok {
			if n, ok := ref[2].Int(); ok && ref[1].IsAtom() && in.functions[code.NameArity{Name: ref[1], Arity: int(n)}] != nil {
				return in.function(e[1], code.NameArity{Name: ref[1], Arity: int(n)})
			}
			return t
		}
		if c, ok := e[2].Tagged(tagClauses, 2); ok {
			return term.Tuple(e[0], e[1], term.Tuple(tagClauses, in.all(c[1], at)))
		}
	case "named_fun":
		name := term.Atom(in.prefix + e[2].AtomName())
		return term.Tuple(tagNamedFun, e[1], name, in.all(e[3], at))
	}
	out := slices.Clone(e)
	for i, x := range e[2:] {
		out[i+2] = in.rewrite(x, at)
	}
	return term.Tuple(out...)
}

// guards rewrites alternatives of tests; a field of a record in one demands that there is such a record.
func (in *inliner) guards(t term.Term) term.Term {
	alternatives, _ := t.Slice()
	out := make([]term.Term, len(alternatives))
	for i, g := range alternatives {
		outer := in.tests
		in.tests = nil
		tests, _ := in.all(g, asGuard).Slice()
		out[i] = term.List(append(in.tests, tests...)...)
		in.tests = outer
	}
	return term.List(out...)
}

func (in *inliner) call(e []term.Term, at position) term.Term {
	args, _ := in.all(e[3], at).Slice()
	name, ok := e[2].Tagged(tagAtom, 3)
	if !ok {
		if r, isRemote := e[2].Tagged(tagRemote, 4); isRemote && len(args) == 2 {
			if f, isAtom := r[3].Tagged(tagAtom, 3); isAtom && f[2] == atomIsRecord {
				return in.recordTest(e, args)
			}
		}
		return term.Tuple(tagCall, e[1], in.rewrite(e[2], at), term.List(args...))
	}
	key := code.NameArity{Name: name[2], Arity: len(args)}
	switch {
	case in.functions[key] != nil:
		return term.Tuple(tagCall, e[1], in.function(e[1], key), term.List(args...))
	case name[2] == atomIsRecord && len(args) == 2:
		return in.recordTest(e, args)
	case name[2] == term.Atom("record_info") && len(args) == 2:
		if v, ok := in.recordInfo(e[1], args); ok {
			return v
		}
	}
	return term.Tuple(tagCall, e[1], e[2], term.List(args...))
}

// function is a function as an expression: by its name inside its own text, else written out.
func (in *inliner) function(anno term.Term, key code.NameArity) term.Term {
	name := term.Atom(fmt.Sprintf("%s/%d", key.Name.AtomName(), key.Arity))
	if slices.Contains(in.path, key) {
		return term.Tuple(tagVar, anno, name)
	}
	if in.size++; in.size > maxInlined || key.Arity > maxInlinedArity {
		in.size = maxInlined + 1
		return term.Tuple(tagVar, anno, name)
	}
	path, prefix := in.path, in.prefix
	in.path = append(slices.Clip(path), key)
	in.prefix = fmt.Sprintf("%d ", in.size)
	clauses := in.all(syntax.AbstractClauses(in.functions[key].Clauses), asValue)
	in.path, in.prefix = path, prefix
	return term.Tuple(tagNamedFun, anno, name, clauses)
}

// maxInlinedArity is how many arguments a fun of an interpreter can take.
const maxInlinedArity = 20
