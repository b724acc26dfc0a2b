package erl_stdlib_errors

import (
	"strings"

	"github.com/erlsh/erlsh/lang/matchspec"
	"github.com/erlsh/erlsh/lang/term"
)

// etsRows has a word for each argument but the first, which is a table, of the functions of ets; table is one that is no table.
var etsRows = map[string]string{
	"delete_object/2": "- tuple", "give_away/3": "- receiver -", "insert/2": "- objects", "insert_new/2": "- objects",
	"info/2": "- infoitem", "lookup_element/3": "- tablekey position3", "lookup_element/4": "- - position3 -",
	"match/1": "continuation", "match/3": "- - limit", "match_object/1": "continuation", "match_object/3": "- - limit",
	"select/1": "continuation", "select/2": "- spec", "select/3": "- spec limit", "select_count/2": "- spec",
	"select_reverse/1": "continuation", "select_reverse/2": "- spec", "select_reverse/3": "- spec limit",
	"select_replace/2": "- spec", "internal_select_delete/2": "- spec", "match_spec_compile/1": "specification",
	"next/2": "- tablekey1", "prev/2": "- tablekey1", "next_lookup/2": "- tablekey1", "prev_lookup/2": "- tablekey1",
	"slot/2": "- range", "rename/2": "- newname", "safe_fixtable/2": "- boolean", "setopts/2": "- invalid", "whereis/1": "tablename",
	"new/2": "newtable newoptions", "update_counter/3": "- tablekey counter", "update_counter/4": "- - counter default",
	"update_element/3": "- - element", "update_element/4": "- - element default", "match_spec_run_r/3": "any any any",
	"is_compiled_ms/1": "any", "all/0": "",
}

const (
	noTable     = "the table identifier does not refer to an existing ETS table"
	noAccess    = "the table identifier refers to an ETS table with insufficient access rights"
	wrongKind   = "the table identifier refers to an ETS table of a type not supported by this operation"
	noTableID   = "not a valid table identifier"
	neither     = "not an atom or a table identifier"
	noSpec      = "not a valid match specification"
	noSuchKey   = "not a key that exists in the table"
	noElement   = "is not a valid element specification"
	noOperation = "not a valid update operation"
	nameTaken   = "table name already exists"
	noName      = "invalid table name (must be an atom)"
)

// explainETS explains an error of ets.
func (c *call) explainETS(name string) term.Term {
	words := strings.Fields(etsRows[name])
	var out term.MapBuilder
	if text := c.tableText(); text != "" {
		out.Put(term.Int(1), term.BinaryString(text))
	}
	if len(words) > 0 && words[0] == "continuation" {
		return term.NewMap(term.Int(1), term.BinaryString("invalid continuation"))
	}
	for i, word := range words {
		if word == "-" {
			continue
		}
		if text := etsChecks[word](c, c.args[i]); text != "" {
			out.Put(term.Int(int64(i+1)), term.BinaryString(text))
		}
	}
	return out.Map().Term()
}

// tableText tells what was wrong with the table.
func (c *call) tableText() string {
	switch c.cause {
	case "id":
		return noTable
	case "access":
		return noAccess
	case "table_type":
		return wrongKind
	case "type":
		if c.args[0].Kind() == term.KindRef {
			return noTableID
		}
		return neither
	}
	return ""
}

// general is a check that blames an argument when nothing else is to blame.
func general(text string) check {
	return func(c *call, _ term.Term) string {
		if c.tableText() != "" {
			return ""
		}
		return text
	}
}

// etsChecks are the words of etsRows.
var etsChecks = map[string]check{
	"any":        func(*call, term.Term) string { return "" },
	"invalid":    general("invalid options"),
	"spec":       spec,
	"tuple":      tuple,
	"objects":    objects,
	"receiver":   receiver,
	"infoitem":   general("not a valid info item"),
	"tablekey":   func(c *call, _ term.Term) string { return onCause(c, "badkey", noSuchKey) },
	"tablekey1":  general(noSuchKey),
	"position3":  elementPosition,
	"limit":      atLeast(1),
	"range":      general(outOfRange),
	"newname":    newName,
	"boolean":    general("not a boolean value"),
	"tablename":  func(*call, term.Term) string { return noName },
	"newtable":   newTable,
	"newoptions": newOptions,
	"counter":    counter,
	"element":    element,
	"default": func(c *call, t term.Term) string {
		if c.tableText() != "" || isTuple(t) {
			return ""
		}
		return "not a tuple"
	},
	"specification": func(*call, term.Term) string { return noSpec },
}

func onCause(c *call, cause, text string) string {
	if c.cause == cause {
		return text
	}
	return ""
}

func isTuple(t term.Term) bool { return t.Kind() == term.KindTuple }

func tuple(_ *call, t term.Term) string {
	switch {
	case t == term.EmptyTuple:
		return "is an empty tuple"
	case !isTuple(t):
		return "not a tuple"
	}
	return ""
}

func objects(c *call, t term.Term) string {
	if !t.IsList() {
		return tuple(c, t)
	}
	list, ok := t.Slice()
	for _, x := range list {
		ok = ok && isTuple(x) && x != term.EmptyTuple
	}
	if !ok {
		return "not a non-empty tuple or a list of non-empty tuples"
	}
	return ""
}

func receiver(c *call, t term.Term) string {
	switch {
	case t.Kind() != term.KindPid:
		return "not a pid"
	case c.cause == "owner":
		return "the process is already the owner of the table"
	}
	return "the pid refers to a terminated process"
}

func elementPosition(c *call, t term.Term) string {
	switch {
	case c.cause == "badkey":
		return ""
	case !t.IsInteger():
		return notInteger
	case term.Compare(t, term.Int(1)) < 0:
		return outOfRange
	case c.tableText() != "":
		return ""
	}
	return "position is greater than the size of the object"
}

// spec is a match specification. One that is right on its own does not fit what the function does with it.
func spec(c *call, t term.Term) string {
	_, err := matchspec.Compile(t, matchspec.Table, c.process.Code())
	if len(c.args) == 3 && err == nil || len(c.args) == 2 && c.tableText() != "" || len(c.args) == 2 && t.IsNil() {
		return ""
	}
	return noSpec
}

func newName(c *call, t term.Term) string {
	switch {
	case !t.IsAtom():
		return noName
	case c.tableText() == "":
		return nameTaken
	}
	return ""
}

func newTable(c *call, t term.Term) string {
	switch {
	case c.cause == "already_exists":
		return nameTaken
	case !t.IsAtom():
		return "not an atom"
	}
	return ""
}

func newOptions(c *call, t term.Term) string {
	if c.cause == "already_exists" {
		return ""
	}
	if text := list(c, t); text != "" || !c.args[0].IsAtom() {
		return text
	}
	return "invalid options"
}

func counter(c *call, t term.Term) string {
	switch c.cause {
	case "keypos":
		return "the position is the same as the key position"
	case "position":
		return "the position in the update operation is out of range"
	}
	if len(c.args) == 4 && c.tableText() != "" {
		return ""
	}
	operations := []term.Term{t}
	ok := true
	if t.IsList() {
		operations, ok = t.Slice()
	}
	for _, x := range operations {
		e, _ := x.Tuple()
		ok = ok && (x.IsInteger() || len(e) == 2 || len(e) == 4)
		for _, n := range e {
			ok = ok && n.IsInteger()
		}
	}
	if !ok {
		return noOperation
	}
	if c.cause != "" || len(c.args) == 4 && !isTuple(c.args[3]) {
		return ""
	}
	return "the value in the given position, in the object, is not an integer"
}

func element(c *call, t term.Term) string {
	if c.cause == "keypos" {
		return "the position is the same as the key position"
	}
	pairs, ok := []term.Term{t}, true
	if t.IsList() {
		pairs, ok = t.Slice()
	}
	for _, x := range pairs {
		e, _ := x.Tuple()
		ok = ok && len(e) == 2 && e[0].IsInteger() && term.Compare(e[0], term.Int(1)) >= 0
	}
	if !ok {
		return noElement
	}
	if c.tableText() != "" {
		return ""
	}
	return outOfRange
}
