package complete

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

func TestFind(t *testing.T) {
	lists := &code.Module{Name: term.Atom("lists"), Functions: map[code.NameArity]*code.Function{}}
	for _, name := range []string{"map", "max", "nth", "odd name"} {
		key := code.NameArity{Name: term.Atom(name), Arity: 1}
		lists.Functions[key] = &code.Function{Module: lists.Name, Name: key.Name, Arity: 1, Exported: true}
	}
	table := code.NewTable(nil)
	table.Load(lists)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "library"), 0o700); err != nil {
		t.Fatal(err)
	}
	source := Source{
		Table: table, Modules: []string{"lists", "list_util"}, Commands: []string{"length", "list_to_atom"},
		Variables: map[string]term.Term{"Map": term.NewMap(term.Atom("alpha"), term.Int(1)), "Max": term.Int(1)},
		Nodes:     []string{"b@host", "b@other-host"}, Names: []string{"worker_one"},
		Records: map[string]*syntax.RecordDef{"person": {Name: "person", Fields: []syntax.RecordField{{Name: "name"}, {Name: "age"}}}},
	}
	for _, c := range []struct {
		text   string
		want   []string
		shared int
	}{
		{"lists:ma", []string{"p(", "x("}, 2},
		{"X = lists:n", []string{"th("}, 1},
		{"lists:", []string{"'odd name'(", "map(", "max(", "nth("}, 0},
		{"li", []string{"st_to_atom(", "st_util:", "sts:"}, 2},
		{"foo(Ma", []string{"p", "x"}, 2},
		{"#per", []string{"son{"}, 3},
		{"#person{", []string{"age=", "name="}, 0},
		{"#person{name=1, a", []string{"ge="}, 1},
		{"#person{name=l", []string{"ength(", "ist_to_atom(", "ist_util:", "ists:"}, 1},
		{"Map#{", []string{"alpha=>"}, 0},
		{`file:open("` + dir + "/li", []string{"brary/"}, 2},
		{`"closed" li`, []string{"st_to_atom(", "st_util:", "sts:"}, 2},
		{"", nil, 0},
		{"nosuch:x", nil, 1},
		{"{echo, b@o", nil, 3},
		{"{echo, b@", []string{"host"}, 2},
		{"{echo, 'b@", []string{"host'", "other-host'"}, 3},
		{"whereis(work", []string{"er_one"}, 4},
		{"P#person.", []string{"age", "name"}, 0},
		{"P#person.n", []string{"ame"}, 1},
		{"f(1.n", nil, 1},
	} {
		got, shared := Find([]rune(c.text), source)
		if !slices.Equal(got, c.want) || shared != c.shared {
			t.Errorf("%q: %q, %d; want %q, %d", c.text, got, shared, c.want, c.shared)
		}
	}
}

// TestHint tells how a function is called, behind its parenthesis and nowhere else.
func TestHint(t *testing.T) {
	m := &code.Module{Name: term.Atom("hinted"), Functions: map[code.NameArity]*code.Function{}}
	for arity, spec := range map[int]string{1: "f(X :: a()) -> b()", 2: "f(X :: a(), Y :: b()) -> c()", 3: ""} {
		f := &code.Function{Module: m.Name, Name: term.Atom("f"), Arity: arity, Exported: true}
		if spec != "" {
			f.Doc = func() *code.Doc { return &code.Doc{Spec: spec} }
		}
		m.Functions[code.NameArity{Name: f.Name, Arity: arity}] = f
	}
	table := code.NewTable(nil)
	table.Load(m)
	for text, want := range map[string]string{
		"X = hinted:f(": "hinted:f/3\nhinted:f(X :: a()) -> b()\nhinted:f(X :: a(), Y :: b()) -> c()",
		"hinted:g(":     "",
		"hinted:f":      "",
		`"hinted:f(`:    "",
		"(":             "",
	} {
		if got := Hint([]rune(text), Source{Table: table}); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
