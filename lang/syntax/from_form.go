package syntax

import "github.com/erlsh/erlsh/lang/term"

// FromAbstractForm makes a form of a module of the abstract format. The error names the part that is none.
func FromAbstractForm(t term.Term) (f Form, err error) {
	defer rescue(&err)
	return reader{}.form(t), nil
}

// FromAbstractForms makes the forms of a module of a list in the abstract format.
func FromAbstractForms(t term.Term) ([]Form, error) {
	list, ok := t.Slice()
	if !ok {
		return nil, &Error{Text: "bad forms", Reason: t, Module: term.Atom("erl_parse")}
	}
	var out []Form
	for _, x := range list {
		f, err := FromAbstractForm(x)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func (r reader) form(t term.Term) Form {
	e, ok := t.Tuple()
	if ok && len(e) == 2 && (e[0] == term.Atom("error") || e[0] == term.Atom("warning")) {
		return r.errorForm(e)
	}
	tag, p, a := r.parts(t)
	switch {
	case tag == "eof":
		return &EndOfFile{p}
	case tag == "function" && len(a) == 3:
		n, _ := a[1].Int()
		return &Function{Position: p, Name: r.name(a[0]), Arity: int(n), Clauses: r.clauses(a[2])}
	case tag == "attribute" && len(a) == 2:
		return r.attribute(t, p, r.name(a[0]), a[1])
	}
	r.bad(t)
	return nil
}

// errorForm reads {error, {Location, Module, Descriptor}} and the like.
func (r reader) errorForm(e []term.Term) Form {
	info, ok := e[1].Tuple()
	if !ok || len(info) != 3 {
		r.bad(e[1])
	}
	x := &Error{At: AnnoPosition(info[0]), Module: info[1], Reason: info[2]}
	if text, ok := ExplainPreprocessor(info[2]); ok && info[1] == atomEpp {
		x.Text = text
	} else {
		x.Text = flatText(info[2])
	}
	return &ErrorForm{Error: x, Warning: e[0] == term.Atom("warning")}
}

// flatText joins the strings of a list of strings.
func flatText(t term.Term) string {
	list, ok := t.Slice()
	if !ok {
		return shownTerm(t)
	}
	out := ""
	for _, x := range list {
		if n, ok := x.Int(); ok {
			out += string(rune(n))
		} else {
			out += flatText(x)
		}
	}
	return out
}

func (r reader) attribute(whole term.Term, p Position, name string, value term.Term) Form {
	switch name {
	case "record", "native_record":
		e, ok := value.Tuple()
		if !ok || len(e) != 2 {
			r.bad(whole)
		}
		d := &RecordDef{Position: p, Name: r.name(e[0]), Native: name == "native_record"}
		for _, x := range r.list(e[1]) {
			d.Fields = append(d.Fields, r.definedField(x))
		}
		return d
	case "type", "opaque", "nominal":
		e, ok := value.Tuple()
		if !ok || len(e) != 3 {
			r.bad(whole)
		}
		vars := r.list(e[2])
		return &TypeDef{Position: p, Kind: name, Name: r.name(e[0]), Arity: len(vars), Abstract: value}
	case "spec", "callback":
		e, ok := value.Tuple()
		if !ok || len(e) != 2 {
			r.bad(whole)
		}
		id, ok := e[0].Tuple()
		if !ok || len(id) < 2 {
			r.bad(whole)
		}
		n, _ := id[len(id)-1].Int()
		return &Spec{Position: p, Kind: name, Name: r.name(id[len(id)-2]), Arity: int(n), Abstract: value}
	}
	return &Attribute{Position: p, Name: name, Value: value}
}

// definedField reads a field of a definition, with a value and a type or without.
func (r reader) definedField(t term.Term) RecordField {
	typ := term.None
	if e, ok := t.Tagged(term.Atom("typed_record_field"), 3); ok {
		t, typ = e[1], e[2]
	}
	tag, p, a := r.parts(t)
	if tag != "record_field" || len(a) < 1 {
		r.bad(t)
	}
	f := RecordField{Position: p, Name: r.literalName(a[0]), Type: typ}
	if len(a) == 2 {
		f.Value = r.expr(a[1])
	}
	return f
}
