package syntax

import "github.com/erlsh/erlsh/lang/term"

// AbstractText returns definitions and a fun as a term: {Fun, [{Name, Arity, Clauses}], [{Record, [{Field, Default}]}]}, with code in
// the abstract format. Fun is none where fun is nil, and a field without a default has the atom none.
func AbstractText(fun *Fun, functions []*Function, records []*RecordDef) term.Term {
	text := atomNone
	if fun != nil {
		text = Abstract(fun)
	}
	var fs, rs term.Builder
	for _, f := range functions {
		fs.Add(term.Tuple(term.Atom(f.Name), term.Int(int64(f.Arity)), AbstractClauses(f.Clauses)))
	}
	for _, r := range records {
		var fields term.Builder
		for _, f := range r.Fields {
			value := atomNone
			if f.Value != nil {
				value = Abstract(f.Value)
			}
			fields.Add(term.Tuple(term.Atom(f.Name), value))
		}
		name := term.Atom(r.Name)
		if r.Native {
			name = term.Tuple(atomNative, name)
		}
		rs.Add(term.Tuple(name, fields.List(term.Nil)))
	}
	return term.Tuple(text, fs.List(term.Nil), rs.List(term.Nil))
}

var atomNative = term.Atom("native")

var atomNone = term.Atom("none")

// FromAbstractText reads what AbstractText gave. The error names the part that is none.
func FromAbstractText(t term.Term) (fun *Fun, functions []*Function, records []*RecordDef, err error) {
	defer rescue(&err)
	r := reader{}
	e, ok := t.Tuple()
	if !ok || len(e) != 3 {
		r.bad(t)
	}
	if e[0] != atomNone {
		f, ok := r.expr(e[0]).(*Fun)
		if !ok {
			r.bad(e[0])
		}
		fun = f
	}
	for _, x := range r.list(e[1]) {
		functions = append(functions, r.definition(x))
	}
	for _, x := range r.list(e[2]) {
		records = append(records, r.record(x))
	}
	return fun, functions, records, nil
}

func (r reader) definition(t term.Term) *Function {
	e, ok := t.Tuple()
	if !ok || len(e) != 3 {
		r.bad(t)
	}
	f := &Function{Name: r.name(e[0]), Clauses: r.clauses(e[2])}
	n, ok := e[1].Int()
	if !ok || len(f.Clauses) == 0 {
		r.bad(t)
	}
	f.Arity = int(n)
	for _, c := range f.Clauses {
		if len(c.Patterns) != f.Arity {
			r.bad(t)
		}
	}
	return f
}

func (r reader) record(t term.Term) *RecordDef {
	e, ok := t.Tuple()
	if !ok || len(e) != 2 {
		r.bad(t)
	}
	native, isNative := e[0].Tagged(atomNative, 2)
	if isNative {
		e = []term.Term{native[1], e[1]}
	}
	d := &RecordDef{Name: r.name(e[0]), Native: isNative}
	for _, x := range r.list(e[1]) {
		p, ok := x.Tuple()
		if !ok || len(p) != 2 {
			r.bad(x)
		}
		f := RecordField{Name: r.name(p[0])}
		if p[1] != atomNone {
			f.Value = r.expr(p[1])
		}
		d.Fields = append(d.Fields, f)
	}
	return d
}
