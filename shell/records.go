package shell

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

var atomNofile = term.Atom("nofile")

// typedRecord keeps the definition in a call of rd, which is no expression, and returns the call that takes it in when it runs.
func (s *Session) typedRecord(call *syntax.Call) syntax.Expr {
	name, ok := call.Args[0].(*syntax.Literal)
	index := int64(-1)
	if ok && name.Form == syntax.AtomLiteral {
		index = int64(len(s.typed))
		s.typed = append(s.typed, call.Args[1])
	} else {
		name = &syntax.Literal{Position: call.Position, Form: syntax.AtomLiteral, Value: atom.ErrorAtom}
	}
	return &syntax.Call{Position: call.Position, Callee: call.Callee, Args: []syntax.Expr{name,
		&syntax.Literal{Position: call.Position, Form: syntax.IntegerLiteral, Value: term.Int(index)}}}
}

// defineRecord is rd(Name, {Fields}).
func (s *Session) defineRecord(args []term.Term) (term.Term, error) {
	index, ok := args[1].Int()
	if !ok || index < 0 || int(index) >= len(s.typed) {
		return term.None, commandClause("rd", 2)
	}
	text := "-record(" + format.Atom(args[0].AtomName()) + "," + s.source(s.typed[index:index+1], 0) + ").\n"
	tokens, _, _, err := syntax.Next(text, start1)
	if err == nil {
		var f syntax.Form
		if f, err = syntax.ParseForm(tokens, syntax.Options{}); err == nil {
			if r, isRecord := f.(*syntax.RecordDef); isRecord {
				if bad := s.addRecord(r); bad != nil {
					return term.None, term.Exit(term.String(bad.Text))
				}
				return args[0], nil
			}
		}
	}
	return term.None, term.Exit(term.String(err.Error()))
}

// named returns the records that an argument selects: a name, or a list of names.
func named(t term.Term) []term.Term {
	if list, ok := t.Slice(); ok {
		return list
	}
	return []term.Term{t}
}

func (s *Session) printRecords(names []string) (term.Term, error) {
	for _, name := range names {
		if r := s.records[name]; r != nil {
			s.group.Write(syntax.PrintForm(r, s.treeOptions()))
		}
	}
	return atom.OK, nil
}

func (s *Session) recordNames() []string { return slices.Sorted(maps.Keys(s.records)) }

func (s *Session) printSomeRecords(args []term.Term) (term.Term, error) {
	var names []string
	for _, t := range named(args[0]) {
		names = append(names, t.AtomName())
	}
	return s.printRecords(names)
}

// printLocalRecords is lr(), with an empty line behind each.
func (s *Session) printLocalRecords() (term.Term, error) {
	for _, name := range s.recordNames() {
		s.group.Write(syntax.PrintForm(s.records[name], s.treeOptions()) + "\n")
	}
	return atom.OK, nil
}

func (s *Session) forgetRecords(args []term.Term) (term.Term, error) {
	if args[0] == term.Atom("_") {
		s.records = map[string]*syntax.RecordDef{}
	}
	for _, t := range named(args[0]) {
		s.records = maps.Clone(s.records) // funs of the session may look at the old one
		delete(s.records, t.AtomName())
	}
	return atom.OK, nil
}

func (s *Session) printDeep(args []term.Term) (term.Term, error) {
	s.group.Write(s.theme.Value(s.prettyDeep(args[0], 1, 0)) + "\n")
	return atom.OK, nil
}

// readRecords is rr(FileOrModule, Names, Options): it takes in the records of source files.
func (s *Session) readRecords(args []term.Term) (term.Term, error) {
	files, ok := s.recordFiles(args[0])
	if !ok {
		return term.Tuple(atom.ErrorAtom, atomNofile), nil
	}
	wanted := map[string]bool{}
	all := len(args) < 2 || args[1] == term.Atom("_")
	if !all {
		for _, t := range named(args[1]) {
			wanted[t.AtomName()] = true
		}
	}
	options := syntax.PreprocessOptions{Defines: map[string]string{}}
	if len(args) > 2 {
		recordOptions(&options, args[2])
	}
	read := map[string]bool{}
	for _, file := range files {
		o := options
		o.Include = append([]string{".", filepath.Dir(file)}, o.Include...)
		forms, _ := syntax.ParseModule(recordText(file), file, o)
		for _, f := range forms {
			if r, ok := f.(*syntax.RecordDef); ok && (all || wanted[r.Name]) {
				s.records = maps.Clone(s.records)
				s.records[r.Name] = r
				read[r.Name] = true
			}
		}
	}
	var b term.Builder
	for _, name := range slices.Sorted(maps.Keys(read)) {
		b.Add(term.Atom(name))
	}
	return b.List(term.Nil), nil
}

// recordText is what a source file says, or that a header which comes along is to be read.
func recordText(file string) string {
	if library, ok := strings.CutPrefix(file, libraryHeader); ok {
		return fmt.Sprintf("-include_lib(%q).\n", library)
	}
	text, _ := os.ReadFile(file)
	return string(text)
}

// libraryHeader stands in front of the name of a header that comes along.
const libraryHeader = "lib:"

// recordOptions takes {i, Dir}, {d, Macro} and {d, Macro, Value} in.
func recordOptions(o *syntax.PreprocessOptions, t term.Term) {
	for _, x := range named(t) {
		e, _ := x.Tuple()
		switch {
		case len(e) == 2 && e[0] == term.Atom("i"):
			o.Include = append(o.Include, textOf(e[1]))
		case len(e) == 2 && e[0] == term.Atom("d"):
			o.Defines[e[1].AtomName()] = "true"
		case len(e) == 3 && e[0] == term.Atom("d"):
			o.Defines[e[1].AtomName()] = format.Write(e[2], format.Options{})
		}
	}
}

// recordFiles returns the source files that an argument names: those of a pattern, or that of a module. False means that a module has
// none.
func (s *Session) recordFiles(t term.Term) ([]string, bool) {
	if !t.IsAtom() {
		files, _ := filepath.Glob(textOf(t))
		return files, true
	}
	if m := s.node.Code().Module(t); m != nil && strings.HasSuffix(m.Path, ".erl") {
		return []string{m.Path}, true
	}
	if syntax.HasHeader("kernel/include/" + t.AtomName() + ".hrl") {
		return []string{libraryHeader + "kernel/include/" + t.AtomName() + ".hrl"}, true
	}
	file := t.AtomName() + ".erl"
	_, err := os.Stat(file)
	return []string{file}, err == nil
}

// textOf returns the characters of a string, or the name of an atom.
func textOf(t term.Term) string {
	if name, ok := t.Atom(); ok {
		return name
	}
	list, _ := t.Slice()
	var b strings.Builder
	for _, c := range list {
		n, _ := c.Int()
		b.WriteRune(rune(n))
	}
	return b.String()
}
