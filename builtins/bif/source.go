package bif

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
)

// Source is a source file that was compiled.
type Source struct {
	Module           *code.Module // nil when there are errors
	Errors, Warnings []string     // as the compiler prints them, each with the line of the text that it is about
}

// SourceOptions say how to compile.
type SourceOptions struct {
	Include []string          // directories of -include
	Defines map[string]string // macros
}

// Compile compiles a source file for a table of modules, without loading it.
func Compile(path string, o SourceOptions, table *code.Table) Source {
	text, err := os.ReadFile(path)
	if err != nil {
		why := "no such file or directory"
		if !os.IsNotExist(err) {
			why = err.Error()
		}
		return Source{Errors: []string{path + ": " + why + "\n"}}
	}
	lines := strings.Split(string(text), "\n")
	forms, wrong := syntax.ParseModule(string(text), path, syntax.PreprocessOptions{
		Include: append([]string{filepath.Dir(path)}, o.Include...), Defines: o.Defines,
	})
	full, err := filepath.Abs(path)
	if err != nil {
		full = path
	}
	m, warned, more := eval.Module(forms, eval.ModuleOptions{File: path, Path: full, Table: table})
	s := Source{Warnings: messages(path, lines, warned, "Warning: "), Errors: messages(path, lines, append(wrong, more...), "")}
	name := strings.TrimSuffix(filepath.Base(path), ".erl")
	if len(s.Errors) == 0 && m.Name.AtomName() != name {
		s.Errors = []string{fmt.Sprintf("%s: Module name '%s' does not match file name '%s'\n", strings.TrimSuffix(path, ".erl")+".beam", m.Name.AtomName(), name)}
	}
	if len(s.Errors) == 0 {
		m.Loaded = time.Now()
		s.Module = m
	}
	return s
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
		if own && e.At.Line >= 1 && e.At.Line <= len(lines) && e.At.Column >= 1 {
			text += fmt.Sprintf("%%%5d| %s\n%%     | %s^\n\n", e.At.Line, lines[e.At.Line-1], strings.Repeat(" ", e.At.Column-1))
		}
		out = append(out, text)
	}
	return out
}
