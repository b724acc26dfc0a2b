package shell

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// An escript is a module without -module whose main/1 is called with the arguments: whatever a module may have may stand in it.
// Erlang's manual page of escript says what its first lines are.

// refusedStatus is the status of an escript that does not compile, or ends with an exception.
const refusedStatus = 127

var atomOptimiser = term.Atom("sys_core_fold")

// IsEscript reports whether a file is one for escript: its first line says so, or its name.
func IsEscript(file, text string) bool {
	first, _, _ := strings.Cut(text, "\n")
	return strings.HasPrefix(first, "#!") && strings.Contains(first, "escript") || strings.HasSuffix(file, ".escript")
}

// EscriptFlags returns the words of the line %%! among the first three lines of an escript.
func EscriptFlags(text string) []string {
	for _, line := range strings.SplitN(text, "\n", 4)[:min(3, strings.Count(text, "\n"))] {
		if flags, ok := strings.CutPrefix(line, "%%!"); ok {
			return strings.Fields(flags)
		}
	}
	return nil
}

// escript compiles an escript and calls its main/1.
func (s *Session) escript(file, text string) int {
	m, ok := s.compileEscript(file, text)
	if !ok {
		s.group.Warn("escript: There were compilation errors.\n")
		return refusedStatus
	}
	s.node.Code().Load(m)
	s.evaluating.Lock()
	defer s.evaluating.Unlock()
	plain := s.node.Code().Lookup(term.Atom("init"), term.Atom("get_plain_arguments"), 0)
	args, exception := s.invoke(plain, nil)
	if exception == nil {
		if c, isCons := args.Cons(); isCons {
			args = c.Tail // the name of the file stands in front
		}
		main := m.Functions[code.NameArity{Name: term.Atom("main"), Arity: 1}]
		_, exception = s.invoke(main, []term.Term{args})
	}
	s.printNotices()
	if exception == nil {
		return 0
	}
	s.group.Warn("escript: " + s.exception(exception, 1) + "\n")
	return refusedStatus
}

// compileEscript makes a module of an escript, and prints what is wrong with it.
func (s *Session) compileEscript(file, text string) (*code.Module, bool) {
	if strings.HasPrefix(text, "#!") {
		text = "%" + text
	}
	forms, wrong := syntax.ParseModule(text, file, syntax.PreprocessOptions{
		Include: []string{filepath.Dir(file)}, Defines: map[string]string{"MODULE": escriptName(file)},
	})
	if len(wrong) > 0 {
		s.escriptProblems(file, wrong, "")
		return nil, false
	}
	at := slices.IndexFunc(forms, func(f syntax.Form) bool { a, ok := f.(*syntax.Attribute); return ok && a.Name == "module" })
	if at < 0 {
		at = 1
		name := term.Atom(strings.Trim(escriptName(file), "'"))
		forms = slices.Insert(forms, at, syntax.Form(&syntax.Attribute{Position: start1, Name: "module", Value: name}))
	}
	main := term.Tuple(term.Atom("main"), term.Int(1))
	exported := slices.ContainsFunc(forms, func(f syntax.Form) bool {
		a, ok := f.(*syntax.Attribute)
		if !ok || a.Name != "export" {
			return false
		}
		list, _ := a.Value.Slice()
		return slices.ContainsFunc(list, func(t term.Term) bool { return term.Equal(t, main) })
	})
	if !exported {
		forms = slices.Insert(forms, at+1, syntax.Form(&syntax.Attribute{Name: "export", Value: term.List(main)}))
	}
	m, warnings, wrong := eval.Module(forms, eval.ModuleOptions{File: file, Path: file, Table: s.node.Code()})
	s.escriptProblems(file, wrong, "")
	warnings = slices.DeleteFunc(warnings, func(e *syntax.Error) bool { return e.Module == atomOptimiser }) // nothing is optimised
	s.escriptProblems(file, warnings, "Warning: ")
	return m, len(wrong) == 0
}

// escriptName is the name of the module of an escript, as it is written.
func escriptName(file string) string {
	return "'" + strings.NewReplacer("'", "_", `\`, "_").Replace(filepath.Base(file)) + "__escript__'"
}

func (s *Session) escriptProblems(file string, problems []*syntax.Error, lead string) {
	for _, e := range problems {
		name := file
		if e.File != "" && e.File != filepath.Base(file) {
			name = e.File
		}
		place := fmt.Sprintf("%s:%d", name, e.At.Line)
		if e.At.Column > 0 {
			place += fmt.Sprintf(":%d", e.At.Column)
		}
		s.group.Warn(place + ": " + lead + e.Text + "\n")
	}
}
