// Package compile is module compile: it checks source files and tells what is wrong with them. Loading is the business of module
// code.
package compile

import (
	_ "embed"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed compile.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "compile",
		Doc:    "Compiles Erlang source files.",
		Source: source,
		Functions: []bif.Function{{
			Spec: "check(File :: file:filename(), Options :: [term()]) -> {ok, module(), [binary()]} | {error, [binary()], [binary()]}",
			Doc:  "Reads and checks a source file. Errors and warnings come as the texts that the compiler prints.",
			Proc: check,
		}},
	}
}

func check(p *node.Process, args []term.Term) (term.Term, error) {
	path, ok := bif.Text(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	if !strings.HasSuffix(path, ".erl") {
		path += ".erl"
	}
	list, ok := args[1].Slice()
	if !ok {
		return term.None, term.Badarg()
	}
	o := bif.SourceOptions{Defines: map[string]string{}}
	for _, x := range list {
		option(&o, x)
	}
	var s bif.Source
	p.Blocking(func() { s = bif.Compile(path, o, p.Code()) })
	if s.Module == nil {
		return term.Tuple(atom.ErrorAtom, texts(s.Errors), texts(s.Warnings)), nil
	}
	return term.Tuple(atom.OK, s.Module.Name, texts(s.Warnings)), nil
}

// option takes {i, Dir}, {d, Macro} and {d, Macro, Value} in; what it does not know makes no difference.
func option(o *bif.SourceOptions, t term.Term) {
	e, _ := t.Tuple()
	switch {
	case len(e) == 2 && e[0] == term.Atom("i"):
		if dir, ok := bif.Text(e[1]); ok {
			o.Include = append(o.Include, dir)
		}
	case len(e) == 2 && e[0] == term.Atom("d"):
		o.Defines[e[1].AtomName()] = "true"
	case len(e) == 3 && e[0] == term.Atom("d"):
		o.Defines[e[1].AtomName()] = format.Write(e[2], format.Options{})
	}
}

func texts(lines []string) term.Term {
	var b term.Builder
	for _, l := range lines {
		b.Add(term.BinaryString(l))
	}
	return b.List(term.Nil)
}
