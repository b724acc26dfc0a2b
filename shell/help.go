package shell

import (
	"fmt"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// help prints the commands: those of the session, and the functions of module c.
func (s *Session) help() (term.Term, error) {
	var b strings.Builder
	b.WriteString("** shell internal commands **\n")
	for _, c := range commands() {
		name, parameters := c.head()
		b.WriteString(helpLine(name, parameters, c.doc))
	}
	for _, f := range s.commandsOfC() {
		_, parameters := head(f.Doc().Spec)
		summary, _, _ := strings.Cut(f.Doc().Text, "\n")
		b.WriteString(helpLine(f.Name.AtomName(), parameters, summary))
	}
	s.group.Write(b.String())
	return atom.True, nil
}

func helpLine(name string, parameters []string, summary string) string {
	return fmt.Sprintf("%-10s -- %s\n", name+"("+strings.Join(parameters, ",")+")", summary)
}

// commandsOfC returns the documented functions of module c, in order.
func (s *Session) commandsOfC() []*code.Function {
	m := s.node.Code().Module(atomC)
	if m == nil {
		return nil
	}
	return documented(m, term.None)
}

// documented returns the exported functions of a module that have a spec, in order; those of one name unless that is None.
func documented(m *code.Module, name term.Term) []*code.Function {
	var out []*code.Function
	for _, f := range m.Functions {
		if f.Exported && f.Doc != nil && f.Doc().Spec != "" && (name.None() || f.Name == name) {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b *code.Function) int {
		return compareNames(code.NameArity{Name: a.Name, Arity: a.Arity}, code.NameArity{Name: b.Name, Arity: b.Arity})
	})
	return out
}

var (
	atomNonExisting     = term.Atom("non_existing")
	atomFunctionMissing = term.Atom("function_missing")
)

// describe is h/1,2,3: what the rows and specs of a module say about it, or about a function.
func (s *Session) describe(args []term.Term) (term.Term, error) {
	for _, a := range args[:min(len(args), 2)] {
		if !a.IsAtom() {
			return term.None, commandClause("h", len(args))
		}
	}
	m := s.node.Code().Module(args[0])
	if m == nil {
		return term.Tuple(atom.ErrorAtom, atomNonExisting), nil
	}
	if len(args) == 1 {
		s.group.Write(s.moduleText(m))
		return atom.OK, nil
	}
	found := documented(m, args[1])
	if len(args) == 3 {
		arity, _ := args[2].Int()
		found = slices.DeleteFunc(found, func(f *code.Function) bool { return f.Arity != int(arity) })
	}
	if len(found) == 0 {
		return term.Tuple(atom.ErrorAtom, atomFunctionMissing), nil
	}
	for _, f := range found {
		s.group.Write(s.functionText(f))
	}
	return atom.OK, nil
}

func (s *Session) moduleText(m *code.Module) string {
	var b strings.Builder
	b.WriteString("\n\t" + m.Name.AtomName() + "\n\n")
	if m.Doc != "" {
		b.WriteString(indented(m.Doc, s.columns()) + "\n")
	}
	for _, f := range documented(m, term.None) {
		name, parameters := head(f.Doc().Spec)
		b.WriteString("  " + name + "(" + strings.Join(parameters, ", ") + ")\n")
	}
	return b.String()
}

func (s *Session) functionText(f *code.Function) string {
	var b strings.Builder
	b.WriteString("\n")
	for line := range strings.Lines(s.specText(f.Doc().Spec)) {
		b.WriteString("  " + line)
	}
	b.WriteString("\n")
	switch {
	case f.Doc().Text != "":
		b.WriteString(indented(f.Doc().Text, s.columns()))
	default:
		fmt.Fprintf(&b, "  There is no documentation for %s/%d\n", f.Name.AtomName(), f.Arity)
	}
	if f.Doc().Example != "" {
		b.WriteString("\nExamples\n\n")
		for line := range strings.Lines(f.Doc().Example) {
			b.WriteString("    " + strings.TrimRight(line, "\n") + "\n")
		}
	}
	return b.String()
}

// specText lays a spec out over lines.
func (s *Session) specText(spec string) string {
	text := "-spec " + spec + ".\n"
	tokens, _, _, err := syntax.Next(text, start1)
	if err != nil {
		return text
	}
	f, err := syntax.ParseForm(tokens, syntax.Options{Extensions: true})
	if err != nil {
		return text
	}
	return syntax.PrintForm(f, s.treeOptions())
}

// indented fills paragraphs into lines that are indented by two columns. Lines that are indented themselves stay as they are.
func indented(text string, columns int) string {
	width := min(columns, 80) - 2
	var b strings.Builder
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		if strings.HasPrefix(paragraph, "    ") {
			for line := range strings.Lines(paragraph) {
				b.WriteString("  " + strings.TrimRight(line, "\n") + "\n")
			}
			continue
		}
		line := " "
		for word := range strings.FieldsSeq(paragraph) {
			if len(line)+1+len(word) > width && line != " " {
				b.WriteString(line + "\n")
				line = " "
			}
			line += " " + word
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
