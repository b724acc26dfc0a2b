package eval

import (
	"fmt"
	"slices"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// record makes what records are made of out of an expression with one. A record that is not known here, a native one among them, stays.
func (in *inliner) record(e []term.Term, t term.Term, at position) term.Term {
	tag := e[0].AtomName()
	name := e[2]
	if len(e) == 5 { // {record,A,Base,Name,Fields} and {record_field,A,Base,Name,Field}
		name = e[3]
	}
	r := in.records[name.AtomName()]
	if r == nil || !name.IsAtom() {
		out := slices.Clone(e)
		for i, x := range e[2:] {
			out[i+2] = in.rewrite(x, at)
		}
		return term.Tuple(out...)
	}
	switch {
	case tag == "record_index":
		return term.Tuple(tagInteger, e[1], term.Int(int64(fieldAt(r, e[3]))))
	case tag == "record_field" && at == asGuard:
		base := in.rewrite(e[2], at)
		in.tests = append(in.tests, guardCall(e[1], atomIsRecord, base, literalAtom(e[1], name), literalInt(e[1], len(r.Fields)+1)))
		return guardCall(e[1], atomElement, literalInt(e[1], fieldAt(r, e[4])), base)
	case tag == "record_field":
		i := fieldAt(r, e[4])
		v := in.variable(e[1])
		parts := in.wildcards(e[1], r)
		parts[i-1] = v
		return in.taken(e[1], in.rewrite(e[2], at), parts, v)
	case len(e) == 5:
		return in.update(e, r, at)
	}
	return in.construct(e, r, at)
}

// fieldAt returns the position of a field in the tuple, counted from 1; one that does not exist has been refused long before.
func fieldAt(r *syntax.RecordDef, field term.Term) int {
	f, _ := field.Tagged(tagAtom, 3)
	if f == nil {
		return 0
	}
	return 2 + slices.IndexFunc(r.Fields, func(x syntax.RecordField) bool { return x.Name == f[2].AtomName() })
}

// given returns the rewritten values of an expression's fields by name; that of "_" is for all others.
func (in *inliner) given(fields term.Term, at position) map[string]term.Term {
	out := map[string]term.Term{}
	list, _ := fields.Slice()
	for _, x := range list {
		f, ok := x.Tuple()
		if !ok || len(f) != 4 {
			continue
		}
		if name, ok := f[2].Tagged(tagAtom, 3); ok {
			out[name[2].AtomName()] = in.rewrite(f[3], at)
		} else {
			out["_"] = in.rewrite(f[3], at)
		}
	}
	return out
}

// construct makes the tuple of #r{...}, as a value or a pattern.
func (in *inliner) construct(e []term.Term, r *syntax.RecordDef, at position) term.Term {
	given := in.given(e[3], at)
	parts := []term.Term{literalAtom(e[1], term.Atom(r.Name))}
	for _, f := range r.Fields {
		v, ok := given[f.Name]
		if !ok {
			v, ok = given["_"]
		}
		switch {
		case ok:
		case at == asPattern:
			v = term.Tuple(tagVar, e[1], atomUnderscore)
		case f.Value != nil:
			prefix := in.prefix
			in.prefix = ""
			v = in.rewrite(syntax.Abstract(f.Value), at)
			in.prefix = prefix
		default:
			v = literalAtom(e[1], atom.Undefined)
		}
		parts = append(parts, v)
	}
	return term.Tuple(tagTuple, e[1], term.List(parts...))
}

// update makes a case of Base#r{...}.
func (in *inliner) update(e []term.Term, r *syntax.RecordDef, at position) term.Term {
	given := in.given(e[4], at)
	pattern, value := in.wildcards(e[1], r), in.wildcards(e[1], r)
	for i, f := range r.Fields {
		v, ok := given[f.Name]
		if !ok {
			v = in.variable(e[1])
			pattern[i+1] = v
		}
		value[i+1] = v
	}
	return in.taken(e[1], in.rewrite(e[2], at), pattern, term.Tuple(tagTuple, e[1], term.List(value...)))
}

// taken is a case that takes a record apart, and raises badrecord for anything else.
func (in *inliner) taken(a, base term.Term, pattern []term.Term, value term.Term) term.Term {
	other := in.variable(a)
	fail := guardCall(a, atom.ErrorAtom, term.Tuple(tagTuple, a, term.List(literalAtom(a, atom.Badrecord), other)))
	return term.Tuple(tagCase, a, base, term.List(
		term.Tuple(tagClause, a, term.List(term.Tuple(tagTuple, a, term.List(pattern...))), term.Nil, term.List(value)),
		term.Tuple(tagClause, a, term.List(other), term.Nil, term.List(fail))))
}

// wildcards returns the parts of a pattern for any record.
func (in *inliner) wildcards(a term.Term, r *syntax.RecordDef) []term.Term {
	parts := []term.Term{literalAtom(a, term.Atom(r.Name))}
	for range r.Fields {
		parts = append(parts, term.Tuple(tagVar, a, atomUnderscore))
	}
	return parts
}

// variable returns a variable that nothing else has.
func (in *inliner) variable(a term.Term) term.Term {
	in.fresh++
	return term.Tuple(tagVar, a, term.Atom(fmt.Sprintf("rec%d", in.fresh)))
}

// recordTest makes is_record/3 of is_record(Value, Name) with a record that is known.
func (in *inliner) recordTest(e, args []term.Term) term.Term {
	if name, ok := args[1].Tagged(tagAtom, 3); ok {
		if r := in.records[name[2].AtomName()]; r != nil {
			args = append(slices.Clip(args), literalInt(e[1], len(r.Fields)+1))
		}
	}
	return term.Tuple(tagCall, e[1], e[2], term.List(args...))
}

// recordInfo is the value of record_info(fields | size, Name).
func (in *inliner) recordInfo(a term.Term, args []term.Term) (term.Term, bool) {
	what, ok1 := args[0].Tagged(tagAtom, 3)
	name, ok2 := args[1].Tagged(tagAtom, 3)
	if !ok1 || !ok2 || in.records[name[2].AtomName()] == nil {
		return term.None, false
	}
	r := in.records[name[2].AtomName()]
	if what[2].AtomName() == "size" {
		return literalInt(a, len(r.Fields)+1), true
	}
	list := term.Tuple(term.Atom("nil"), a)
	for i := len(r.Fields) - 1; i >= 0; i-- {
		list = term.Tuple(term.Atom("cons"), a, literalAtom(a, term.Atom(r.Fields[i].Name)), list)
	}
	return list, true
}

func literalAtom(a, name term.Term) term.Term { return term.Tuple(tagAtom, a, name) }

func literalInt(a term.Term, n int) term.Term { return term.Tuple(tagInteger, a, term.Int(int64(n))) }

// guardCall is a call of a function of module erlang.
func guardCall(a, name term.Term, args ...term.Term) term.Term {
	return term.Tuple(tagCall, a, term.Tuple(tagRemote, a, literalAtom(a, atom.Erlang), literalAtom(a, name)), term.List(args...))
}
