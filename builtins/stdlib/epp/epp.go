// Package epp is module epp: source files through the preprocessor into the abstract format.
package epp

import (
	"os"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "epp",
		Doc:  "The preprocessor: reads source files and returns their forms.",
		Functions: []bif.Function{
			{
				Spec: "parse_file(FileName :: file:name(), Options :: [tuple()]) -> {ok, [abstract_form()]} | {error, term()}",
				Doc: "Returns the forms of a source file, with `{error,Info}` where something is wrong. Options are `{includes,Directories}`, " +
					"`{macros,[Macro | {Macro,Value}]}` and `{location,{1,1}}`, without which positions are lines.",
				Proc: parseFile,
			},
			{
				Spec: "parse_file(FileName :: file:name(), IncludePath :: [file:name()], Predefined :: [term()]) -> {ok, [abstract_form()]} | {error, term()}",
				Doc:  "The same, with the directories of included files and macros as arguments of their own.", Proc: parseFile,
			},
			{
				Spec: "format_error(ErrorDescriptor :: term()) -> io_lib:chars()", Doc: "Explains the reason of an error.",
				Example: "1> epp:format_error({undefined,'X',none}).\n\"undefined macro 'X'\"", Pure: formatError,
			},
			{
				Spec: "default_encoding() -> utf8", Doc: "Returns the encoding of files that do not name one.",
				Example: "1> epp:default_encoding().\nutf8",
				Pure:    func([]term.Term) (term.Term, error) { return term.Atom("utf8"), nil },
			},
		},
	}
}

func parseFile(p *node.Process, args []term.Term) (term.Term, error) {
	path, ok := bif.Text(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	o := syntax.PreprocessOptions{Defines: map[string]string{}}
	columns := false
	if len(args) == 3 {
		o.Include = paths(args[1])
		defines(o.Defines, args[2])
	} else {
		list, _ := args[1].Slice()
		for _, x := range list {
			e, ok := x.Tuple()
			if !ok || len(e) != 2 {
				continue
			}
			switch e[0].AtomName() {
			case "includes":
				o.Include = paths(e[1])
			case "macros":
				defines(o.Defines, e[1])
			case "location":
				_, columns = e[1].Tuple()
			}
		}
	}
	var text []byte
	var err error
	p.Blocking(func() { text, err = os.ReadFile(path) })
	if err != nil {
		return bif.ErrorTuple(err), nil
	}
	forms, _ := syntax.ParseModule(string(text), path, o)
	var out term.Builder
	for _, f := range forms {
		t := abstract(f)
		if a, ok := f.(*syntax.Attribute); ok && !columns {
			t = term.Tuple(term.Atom("attribute"), term.Int(int64(a.Line)), term.Atom(a.Name), a.Value)
		} else if !columns {
			t = lines(t)
		}
		out.Add(t)
	}
	return term.Tuple(atom.OK, out.List(term.Nil)), nil
}

func abstract(f syntax.Form) term.Term {
	e, ok := f.(*syntax.ErrorForm)
	if !ok {
		return syntax.AbstractForm(f)
	}
	tag := atom.ErrorAtom
	if e.Warning {
		tag = term.Atom("warning")
	}
	module, reason := e.Descriptor()
	return term.Tuple(tag, term.Tuple(syntax.AbstractAnno(e.At), module, reason))
}

// lines makes lines of the positions of a form: those are where an annotation stands, second in a tuple that begins with an atom.
func lines(t term.Term) term.Term {
	if e, ok := t.Tuple(); ok {
		out := make([]term.Term, len(e))
		for i, x := range e {
			at, isPlace := x.Tuple()
			switch {
			case i == 1 && isPlace && len(at) == 2 && at[0].IsInteger() && at[1].IsInteger() && e[0].IsAtom():
				out[i] = at[0]
			case i == 0 && isPlace && len(at) == 2 && at[0].IsInteger() && at[1].IsInteger() && len(e) == 3 && e[1].IsAtom():
				out[i] = at[0]
			default:
				out[i] = lines(x)
			}
		}
		return term.Tuple(out...)
	}
	if list, ok := t.Slice(); ok {
		out := make([]term.Term, len(list))
		for i, x := range list {
			out[i] = lines(x)
		}
		return term.List(out...)
	}
	return t
}

func paths(t term.Term) []string {
	list, _ := t.Slice()
	var out []string
	for _, x := range list {
		if path, ok := bif.Text(x); ok {
			out = append(out, path)
		}
	}
	return out
}

func defines(to map[string]string, t term.Term) {
	list, _ := t.Slice()
	for _, x := range list {
		if name, ok := x.Atom(); ok {
			to[name] = "true"
		} else if e, ok := x.Tuple(); ok && len(e) >= 2 {
			to[e[0].AtomName()] = format.Write(e[1], format.Options{})
		}
	}
}

func formatError(args []term.Term) (term.Term, error) {
	if text, ok := syntax.ExplainPreprocessor(args[0]); ok {
		return term.String(text), nil
	}
	return term.String("unknown POSIX error"), nil
}
