// Package complete says what could follow a text at a cursor: modules, functions, variables, commands, records and their fields, keys
// of maps, nodes, and files inside a string.
//
// Start with Find.
package complete

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Source is what there is to choose from. Every field may be empty.
type Source struct {
	Table     *code.Table
	Modules   []string // that can be called, loaded or not
	Variables map[string]term.Term
	Commands  []string // names that are called without a module
	Records   map[string]*syntax.RecordDef
	Nodes     []string
	Names     []string // of processes
}

// Find returns how the text before a cursor could go on: each candidate is what is to be inserted behind what stands there already,
// and shared is how many characters of each candidate's whole name that is.
func Find(before []rune, s Source) (candidates []string, shared int) {
	text := string(before)
	if path, ok := openString(text); ok {
		_, last := filepath.Split(path)
		return Suffixes(files(path), last)
	}
	word := Word(text)
	rest := text[:len(text)-len(word)]
	switch {
	case strings.HasSuffix(rest, ":"):
		module := Word(strings.TrimSuffix(rest, ":"))
		return Suffixes(s.functions(module), word)
	case strings.HasSuffix(rest, "#") && !strings.HasSuffix(rest, "16#"):
		return Suffixes(s.recordNames(), word)
	case strings.HasSuffix(rest, ".") && strings.Contains(rest, "#"):
		if fields := s.fieldsBehindDot(strings.TrimSuffix(rest, ".")); fields != nil {
			return Suffixes(fields, word)
		}
	case fileCommand(rest):
		if word == "" {
			return Suffixes(modules(), "")
		}
		return Suffixes(append(modules(), s.words()...), word)
	case inBraces(rest) != "":
		if found := s.fieldsOf(inBraces(rest)); found != nil && !startsUpper(word) {
			return Suffixes(found, word)
		}
	}
	if startsUpper(word) {
		return Suffixes(s.variables(), word)
	}
	if word == "" {
		return nil, 0
	}
	if word[0] == '\'' {
		return Suffixes(s.quoted(), word)
	}
	return Suffixes(s.words(), word)
}

// Hint returns what helps where nothing can be inserted: behind the parenthesis of a call, how the function is called.
func Hint(before []rune, s Source) string {
	text, ok := strings.CutSuffix(strings.TrimRight(string(before), " "), "(")
	if !ok || s.Table == nil {
		return ""
	}
	if _, inside := openString(text); inside {
		return ""
	}
	function := Word(text)
	module := "erlang"
	if rest, ok := strings.CutSuffix(text[:len(text)-len(function)], ":"); ok {
		module = Word(rest)
	} else if strings.HasSuffix(rest, "#") {
		return ""
	}
	name, known := term.ExistingAtom(strings.Trim(module, "'"))
	if !known || function == "" {
		return ""
	}
	m := s.Table.Given(name)
	if m == nil {
		return ""
	}
	var lines []string
	for _, f := range m.Functions {
		if !f.Exported || f.Name.AtomName() != strings.Trim(function, "'") {
			continue
		}
		line := fmt.Sprintf("%s:%s/%d", syntax.QuoteAtom(module), syntax.QuoteAtom(f.Name.AtomName()), f.Arity)
		if f.Doc != nil && f.Doc().Spec != "" {
			line = module + ":" + f.Doc().Spec
		}
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "::"), strings.Count(b, "::")), cmp.Compare(a, b))
	})
	return strings.Join(lines, "\n")
}

// fileCommand reports whether a text ends where a command takes a module whose source is in the current directory.
func fileCommand(text string) bool {
	name, ok := strings.CutSuffix(text, "(")
	word := Word(name)
	return ok && (word == "c" || word == "l" || word == "nc" || word == "nl") && !strings.HasSuffix(name, ":"+word)
}

// modules returns the names of the Erlang sources in the current directory.
func modules() []string {
	found, _ := filepath.Glob("*.erl")
	for i, f := range found {
		found[i] = syntax.QuoteAtom(strings.TrimSuffix(f, ".erl"))
	}
	return found
}

// fieldsBehindDot returns the fields of the record whose name a text ends with: Variable#name.
func (s Source) fieldsBehindDot(text string) []string {
	name := Word(text)
	if !strings.HasSuffix(text[:len(text)-len(name)], "#") || s.Records[strings.Trim(name, "'")] == nil {
		return nil
	}
	fields := s.fieldsOf("#" + name)
	for i, f := range fields {
		fields[i] = strings.TrimSuffix(f, "=")
	}
	return fields
}

// quoted returns the names that can be atoms, all in quotes.
func (s Source) quoted() []string {
	var out []string
	for _, n := range slices.Concat(s.Nodes, s.Names) {
		q := syntax.QuoteAtom(n)
		if q[0] != '\'' {
			q = "'" + q + "'"
		}
		out = append(out, q)
	}
	return out
}

func startsUpper(word string) bool {
	return word != "" && (unicode.IsUpper([]rune(word)[0]) || word[0] == '_')
}

// Suffixes keeps the names that begin with word and cuts word off them.
func Suffixes(names []string, word string) ([]string, int) {
	var out []string
	for _, n := range names {
		if rest, ok := strings.CutPrefix(n, word); ok && rest != "" {
			out = append(out, rest)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), len([]rune(word))
}

// Common returns what all names begin with.
func Common(names []string) string {
	if len(names) == 0 {
		return ""
	}
	common := []rune(names[0])
	for _, n := range names[1:] {
		r := []rune(n)
		common = common[:min(len(common), len(r))]
		for i := range common {
			if common[i] != r[i] {
				common = common[:i]
				break
			}
		}
	}
	return string(common)
}

// Word returns the name, plain or in quotes, that a text ends with.
func Word(text string) string {
	runes := []rune(text)
	i := len(runes)
	for i > 0 && (unicode.IsLetter(runes[i-1]) || unicode.IsDigit(runes[i-1]) || runes[i-1] == '_' || runes[i-1] == '@' || runes[i-1] == '\'') {
		i--
	}
	return string(runes[i:])
}

// openString returns what stands behind an opening double quote that is not closed.
func openString(text string) (string, bool) {
	inside, from := rune(0), 0
	escaped := false
	for i, r := range text {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && inside != 0, r == '$' && inside == 0:
			escaped = true
		case r == inside:
			inside = 0
		case inside == 0 && (r == '"' || r == '\''):
			inside, from = r, i+1
		case inside == 0 && r == '%':
			return "", false
		}
	}
	return text[min(from, len(text)):], inside == '"'
}

// files returns the names in a directory, for the last part of a path; directories end in a slash.
func files(path string) []string {
	dir, _ := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		name := e.Name()
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.IsDir() {
			name += "/"
		}
		out = append(out, name)
	}
	return out
}

func (s Source) functions(module string) []string {
	if s.Table == nil {
		return nil
	}
	name := strings.Trim(module, "'")
	known, ok := term.ExistingAtom(name)
	if !ok {
		return nil
	}
	m := s.Table.Given(known)
	if m == nil {
		return nil
	}
	var out []string
	for _, f := range m.Functions {
		if f.Exported {
			out = append(out, syntax.QuoteAtom(f.Name.AtomName())+"(")
		}
	}
	return out
}

func (s Source) recordNames() []string {
	var out []string
	for name := range s.Records {
		out = append(out, syntax.QuoteAtom(name)+"{")
	}
	return out
}

func (s Source) variables() []string {
	var out []string
	for name := range s.Variables {
		out = append(out, name)
	}
	return out
}

func (s Source) words() []string {
	var out []string
	for _, n := range slices.Concat(s.Nodes, s.Names) {
		out = append(out, syntax.QuoteAtom(n))
	}
	for _, m := range s.Modules {
		out = append(out, syntax.QuoteAtom(m)+":")
	}
	for _, c := range s.Commands {
		out = append(out, c+"(")
	}
	return out
}

// inBraces returns what stands before the innermost open brace of a record or a map: "#person", "M#"; "" outside of one, or behind
// the sign that a value follows.
func inBraces(text string) string {
	depth := 0
	for i := len(text) - 1; i >= 0; i-- {
		switch text[i] {
		case '}', ')', ']':
			depth++
		case '(', '[':
			if depth--; depth < 0 {
				return ""
			}
		case '=', '>':
			if depth == 0 && i == len(text)-1 {
				return ""
			}
		case '{':
			if depth--; depth >= 0 {
				continue
			}
			before := text[:i]
			name := Word(before)
			if strings.HasSuffix(before[:len(before)-len(name)], "#") {
				owner := Word(before[:len(before)-len(name)-1])
				return owner + "#" + name
			}
			return ""
		}
	}
	return ""
}

// fieldsOf returns the fields of a record, or the keys of the map in a variable.
func (s Source) fieldsOf(owner string) []string {
	variable, record, _ := strings.Cut(owner, "#")
	if record != "" {
		def := s.Records[strings.Trim(record, "'")]
		if def == nil {
			return nil
		}
		var out []string
		for _, f := range def.Fields {
			out = append(out, syntax.QuoteAtom(f.Name)+"=")
		}
		return out
	}
	m, ok := s.Variables[variable].Map()
	if !ok {
		return nil
	}
	var out []string
	for k := range m.All() {
		if name, ok := k.Atom(); ok {
			out = append(out, syntax.QuoteAtom(name)+"=>")
		}
	}
	return out
}
