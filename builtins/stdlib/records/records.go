// Package records is module records of OTP 29: what programs ask of native records whose names they do not know when they are written.
package records

import (
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "records",
		Doc:  "Native records: values with named fields.",
		Functions: []bif.Function{
			{Spec: "get(Field :: atom(), Record :: record()) -> term()", Doc: "Returns the value of a field of a record.",
				Example: "1> try records:get(x, no_record) catch error:badarg -> badarg end.\nbadarg", Pure: get},
			{Spec: "update(Record1 :: record(), Module :: module(), Name :: atom(), Fields :: #{atom() => term()}) -> Record2 :: record()",
				Doc:     "Returns the record with other values in the fields that the map names. It has to be a record Name of Module.",
				Example: "1> try records:update(no_record, m, pt, #{x => 1}) catch error:{badrecord, R} -> R end.\nno_record", Pure: update},
			{Spec: "get_field_names(Record :: record()) -> [atom()]", Doc: "Returns the names of the fields in the order of the definition.",
				Example: "1> try records:get_field_names(no_record) catch error:{badrecord, R} -> R end.\nno_record", Pure: fieldNames},
			{Spec: "get_name(Record :: record()) -> atom()", Doc: "Returns the name of a record.",
				Example: "1> try records:get_name(no_record) catch error:badarg -> badarg end.\nbadarg", Pure: name},
			{Spec: "get_module(Record :: record()) -> module()", Doc: "Returns the module that has defined a record.",
				Example: "1> try records:get_module(no_record) catch error:badarg -> badarg end.\nbadarg", Pure: module},
			{Spec: "is_exported(Record :: record()) -> boolean()", Doc: "Tells whether the module of a record exports it.",
				Example: "1> try records:is_exported(no_record) catch error:badarg -> badarg end.\nbadarg", Pure: isExported},
		},
	}
}

func get(args []term.Term) (term.Term, error) {
	r, ok := args[1].Record()
	if !ok {
		return term.None, term.Badarg()
	}
	at := slices.Index(r.Fields, args[0])
	if at < 0 {
		return term.None, term.Badarg()
	}
	return r.Values[at], nil
}

func update(args []term.Term) (term.Term, error) {
	r, ok := args[0].Record()
	if !ok || r.Module != args[1] || r.Name != args[2] {
		return term.None, term.Error(term.Tuple(atom.Badrecord, args[0]))
	}
	fields, ok := args[3].Map()
	if !ok {
		return term.None, term.Badarg()
	}
	changed := *r
	changed.Values = slices.Clone(r.Values)
	for k, v := range fields.All() {
		at := slices.Index(r.Fields, k)
		if at < 0 {
			return term.None, term.Error(term.Tuple(term.Atom("badfield"), term.Tuple(term.Tuple(r.Module, r.Name), k)))
		}
		changed.Values[at] = v
	}
	return changed.Term(), nil
}

func fieldNames(args []term.Term) (term.Term, error) {
	r, ok := args[0].Record()
	if !ok {
		return term.None, term.Error(term.Tuple(atom.Badrecord, args[0]))
	}
	return term.List(r.Fields...), nil
}

func name(args []term.Term) (term.Term, error) {
	r, ok := args[0].Record()
	if !ok {
		return term.None, term.Badarg()
	}
	return r.Name, nil
}

func module(args []term.Term) (term.Term, error) {
	r, ok := args[0].Record()
	if !ok {
		return term.None, term.Badarg()
	}
	return r.Module, nil
}

func isExported(args []term.Term) (term.Term, error) {
	r, ok := args[0].Record()
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Bool(r.Flags&1 != 0), nil
}
