package bif

import (
	"crypto/md5"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Source is a source file that was compiled.
type Source struct {
	Module           *code.Module // nil when there are errors
	Errors, Warnings []string     // as the compiler prints them, each with the line of the text that it is about
	Wrong, Warned    []*syntax.Error
	Forms            []syntax.Form
}

// SourceOptions say how to compile.
type SourceOptions struct {
	Directory string                          // where relative names begin; "" for that of the program
	Include   []string                        // directories of -include
	Defines   map[string]string               // macros
	Compile   []term.Term                     // what else -compile(...) could say
	All       []term.Term                     // all options, as parse transforms get them
	Strict    bool                            // warnings are errors
	Anywhere  bool                            // the name of the file does not matter
	Library   func(application string) string // for -include_lib; may be nil
}

// read is a source file that was read.
type read struct {
	path, text string
	forms      []syntax.Form
	wrong      []*syntax.Error
	failed     *Source // where it could not be
}

func readSource(path string, o SourceOptions) read {
	text, err := o.read(path)
	if err != nil {
		why := "no such file or directory"
		if !os.IsNotExist(err) {
			why = err.Error()
		}
		missing := &syntax.Error{File: path, Text: why, Reason: term.Tuple(term.Atom("epp"), term.Atom("enoent")), Module: term.Atom("compile")}
		return read{failed: &Source{Errors: []string{path + ": " + why + "\n"}, Wrong: []*syntax.Error{missing}}}
	}
	forms, wrong := syntax.ParseModule(text, path, syntax.PreprocessOptions{
		Read:    o.read,
		Include: append([]string{filepath.Dir(path)}, o.Include...), Defines: o.Defines, Library: o.Library,
	})
	return read{path: path, text: syntax.Decoded(text), forms: forms, wrong: wrong}
}

func (o SourceOptions) read(path string) (string, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(o.Directory, path)
	}
	b, err := os.ReadFile(path)
	return string(b), err
}

func readForms(path string, forms []syntax.Form) read {
	r := read{path: path, forms: forms}
	for _, f := range forms {
		if e, ok := f.(*syntax.ErrorForm); ok && !e.Warning {
			r.wrong = append(r.wrong, e.Error)
		}
	}
	return r
}

// CompileForms compiles forms for a table of modules, without calling parse transforms and without loading.
func CompileForms(path string, forms []syntax.Form, o SourceOptions, table *code.Table) Source {
	return readForms(path, forms).compile(o, table)
}

func (r read) compile(o SourceOptions, table *code.Table) Source {
	path, forms, wrong := r.path, r.forms, r.wrong
	full := path
	if !filepath.IsAbs(full) {
		full = filepath.Join(o.Directory, path)
	}
	if abs, err := filepath.Abs(full); err == nil {
		full = abs
	}
	s := Source{Forms: forms}
	if len(o.Compile) > 0 {
		forms = append([]syntax.Form{&syntax.Attribute{Name: "compile", Value: term.List(o.Compile...)}}, forms...)
	}
	m, warned, more := eval.Module(forms, eval.ModuleOptions{File: path, Path: full, Table: table})
	s.Warned, s.Wrong = warned, append(wrong, more...)
	lines := strings.Split(r.text, "\n")
	shown := slices.Clone(s.Warned)
	slices.SortStableFunc(shown, func(a, b *syntax.Error) int { return strings.Compare(a.Text, b.Text) })
	s.Warnings = messages(path, lines, shown, "Warning: ")
	s.Errors = append(messages(path, lines, wrong, ""), messages(path, lines, more, "")...)
	if len(s.Warnings) > 0 && (o.Strict || strict(forms)) {
		if len(s.Errors) == 0 {
			s.Errors = []string{"compile: warnings being treated as errors\n"}
		}
		s.Errors = append(s.Errors, messages(path, lines, shown, "")...)
		s.Warnings = nil
	}
	name := strings.TrimSuffix(filepath.Base(path), ".erl")
	if len(s.Errors) == 0 && m.Name.AtomName() != name && !o.Anywhere {
		beam := strings.TrimSuffix(path, ".erl") + ".beam"
		if !strings.Contains(beam, "/") {
			beam = "./" + beam
		}
		s.Errors = []string{fmt.Sprintf("%s: Module name '%s' does not match file name '%s'\n", beam, m.Name.AtomName(), name)}
		s.Wrong = []*syntax.Error{{File: path, Text: "module name", Module: term.Atom("compile"), Reason: term.Tuple(term.Atom("module_name"), m.Name, term.String(name))}}
	}
	if len(s.Errors) == 0 {
		m.Loaded = time.Now()
		m.Options = term.List(kept(o.All)...)
		if r.text != "" {
			sum := md5.Sum([]byte(r.text))
			m.MD5 = sum[:]
		}
		s.Module = m
	}
	return s
}

// kept are the options that a compiled module tells of: not those that say what is printed and where things go.
func kept(all []term.Term) []term.Term {
	return slices.DeleteFunc(slices.Clone(all), func(o term.Term) bool {
		name := o.AtomName()
		if e, ok := o.Tuple(); ok && len(e) > 0 {
			name = e[0].AtomName()
		}
		return slices.Contains([]string{"report", "report_errors", "report_warnings", "return", "return_errors", "return_warnings", "verbose", "binary", "outdir", "cwd"}, name)
	})
}

// strict reports whether a module wants its warnings to be errors.
func strict(forms []syntax.Form) bool {
	return slices.ContainsFunc(forms, func(f syntax.Form) bool {
		a, ok := f.(*syntax.Attribute)
		if !ok || a.Name != "compile" {
			return false
		}
		list, isList := a.Value.Slice()
		return a.Value == atomStrict || isList && slices.Contains(list, atomStrict)
	})
}

var atomStrict = term.Atom("warnings_as_errors")

// indent is as wide as the first n characters of a line, in which tabs stay tabs.
func indent(line string, n int) string {
	var b strings.Builder
	for _, r := range line {
		if n--; n < 0 {
			break
		}
		if r != '\t' {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String() + strings.Repeat(" ", max(n, 0))
}

// messages writes what was found in a file, those of its own text with the line and a caret under the place.
func messages(path string, lines []string, found []*syntax.Error, lead string) []string {
	found = slices.Clone(found)
	slices.SortStableFunc(found, func(a, b *syntax.Error) int {
		if a.At.Line != b.At.Line {
			return a.At.Line - b.At.Line
		}
		return a.At.Column - b.At.Column
	})
	var out []string
	for _, e := range found {
		file := e.File
		own := file == "" || file == path || file == filepath.Base(path)
		if own {
			file = path
		}
		text := fmt.Sprintf("%s:%d:%d: %s%s\n", file, e.At.Line, e.At.Column, lead, e.Text)
		if e.At.Line == 0 {
			text = fmt.Sprintf("%s: %s%s\n", file, lead, e.Text)
		} else if e.At.Column == 0 {
			text = fmt.Sprintf("%s:%d: %s%s\n", file, e.At.Line, lead, e.Text)
		}
		if own && e.At.Line >= 1 && e.At.Line <= len(lines) && e.At.Column >= 1 &&
			(e.At.Line < len(lines) || lines[e.At.Line-1] != "") {
			text += fmt.Sprintf("%%%5d| %s\n%%     | %s^\n\n", e.At.Line, lines[e.At.Line-1], indent(lines[e.At.Line-1], e.At.Column-1))
		}
		out = append(out, text)
	}
	return out
}
