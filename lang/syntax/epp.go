package syntax

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/term"
)

// PreprocessOptions say what the preprocessor knows of the world.
type PreprocessOptions struct {
	Include []string          // directories searched by -include, after that of the file
	Defines map[string]string // macros without arguments, as -D gives them
	// Read returns the text of an included file, nil for os.ReadFile.
	Read func(path string) (string, error)
	// Library returns the directory of an application for -include_lib, "" when there is none. It may be nil.
	Library func(application string) string
	// Getenv returns the value of a variable in front of the path of an included file, "$HOME/x.hrl". It may be nil.
	Getenv func(name string) string
}

// preprocessor reads the forms of a module: Erlang reference manual, "Preprocessor".
type preprocessor struct {
	options PreprocessOptions
	file    string // as errors and ?FILE name it
	source  string // what is really read
	macros  map[string]*macro
	ifs     []conditional // those that are open in the present file
	skip    int           // how many of ifs leave their present branch out
	forms   []Form
	errors  []*Error
	depth   int
	shift   int // what -file adds to the lines that follow
	next    Position
	name    string // of the present file, whatever -file calls it
	delta   int    // what to add to a line for the one that is really read
}

// ErrorForm stands where a form is wrong, and where -error and -warning are.
type ErrorForm struct {
	*Error
	Warning bool
}

// Pos returns the place of the error.
func (e *ErrorForm) Pos() Position { return e.At }

// ParseModule preprocesses and parses a module. An error does not stop it: all forms that are right and all errors come back, and each
// error stands among the forms too.
func ParseModule(text, file string, o PreprocessOptions) ([]Form, []*Error) {
	p := newPreprocessor(file, o)
	p.enter(file, Position{1, 1}, 1)
	end := p.read(Decoded(text))
	p.forms = append(p.forms, &EndOfFile{end})
	return p.forms, p.errors
}

// newPreprocessor returns one that knows the macros that are always there.
func newPreprocessor(file string, o PreprocessOptions) *preprocessor {
	p := &preprocessor{options: o, file: file, source: file, name: file}
	p.predefine()
	return p
}

var latin1 = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)coding\s*[:=]\s*latin-1\b`) })

// Decoded returns a source text as UTF-8: a comment in the first two lines may say that it is in Latin-1.
func Decoded(text string) string {
	head := text
	if i := strings.IndexByte(head, '\n'); i >= 0 {
		if j := strings.IndexByte(head[i+1:], '\n'); j >= 0 {
			head = head[:i+1+j]
		}
	}
	if utf8.ValidString(text) || !strings.Contains(head, "%") || !latin1().MatchString(head) {
		return text
	}
	runes := make([]rune, len(text))
	for i := range len(text) {
		runes[i] = rune(text[i])
	}
	return string(runes)
}

func (p *preprocessor) report(e *Error) {
	e.File = p.file
	p.errors = append(p.errors, e)
	p.forms = append(p.forms, &ErrorForm{Error: e})
}

// fail reports an error of the preprocessor by its descriptor.
func (p *preprocessor) fail(at Position, descriptor term.Term) { p.report(eppError(at, descriptor)) }

// enter notes that what follows stands at a line of a file.
func (p *preprocessor) enter(file string, at Position, line int) {
	p.file = file
	value := term.Tuple(term.String(file), term.Int(int64(line)))
	p.forms = append(p.forms, &Attribute{at, "file", value})
}

// read reads the forms of a text and returns where it ends.
func (p *preprocessor) read(text string) Position {
	at := Position{1, 1}
	outer := p.ifs
	p.ifs = nil
	for text != "" {
		tokens, rest, restAt, err := Next(text, at)
		if e, ok := err.(*Error); ok {
			if e.Incomplete && len(tokens) == 0 && rest == "" && e.Text == "" {
				at = restAt
				break
			}
			if p.skip == 0 {
				p.report(endsEarly(e, tokens))
			}
			if rest == text || e.Incomplete {
				at = restAt
				break
			}
			text, at = rest, restAt // (sic) what follows the bad token is read as a form of its own
			continue
		}
		text, at = rest, restAt
		p.next = afterDot(rest, restAt)
		p.form(tokens)
		at.Line += p.shift
		p.shift = 0
	}
	for i := len(p.ifs) - 1; i >= 0; i-- {
		p.fail(at, tuple("illegal", term.String("unterminated"), term.Atom(p.ifs[i].branch)))
		if p.ifs[i].hidden {
			p.skip--
		}
	}
	p.ifs = outer
	return at
}

// afterDot is the place behind a form, whose dot takes one blank with it.
func afterDot(rest string, at Position) Position {
	switch {
	case strings.HasPrefix(rest, "\n"):
		return Position{at.Line + 1, 1}
	case rest != "" && rest[0] <= ' ':
		return Position{at.Line, at.Column + 1}
	}
	return at
}

// endsEarly puts the error of a file that ends in the middle of a form where the parser sees it: at a token that is wrong, or at the
// last one.
func endsEarly(e *Error, tokens []Token) *Error {
	if !e.Incomplete || len(tokens) == 0 || e.Text != "syntax error before: " {
		return e
	}
	last := tokens[len(tokens)-1].Position
	dot := Token{Kind: DotToken, Text: ".", Position: Position{Line: last.Line + 1, Column: 1}}
	_, err := ParseForm(append(slices.Clone(tokens), dot), Options{})
	if wrong, ok := err.(*Error); ok && wrong.At.Line <= last.Line && wrong.Text != e.Text {
		return wrong
	}
	e.At = last
	return e
}

// form carries out a directive, or expands and parses a form.
func (p *preprocessor) form(tokens []Token) {
	if len(tokens) > 2 && tokens[0].Is("-") && p.directive(tokens) {
		return
	}
	if p.skip > 0 {
		return
	}
	expanded, err := p.expand(tokens, &formName{tokens: tokens})
	if err != nil {
		p.report(err)
		return
	}
	f, parseErr := ParseForm(expanded, Options{})
	if e, ok := parseErr.(*Error); ok {
		p.report(e)
		return
	}
	if a, ok := f.(*Attribute); ok && a.Name == "module" {
		p.nameModule(a.Value)
	}
	p.forms = append(p.forms, f)
}

// directive carries a directive out and reports whether the form was one.
func (p *preprocessor) directive(tokens []Token) bool {
	word, args := tokens[1], tokens[2:]
	name := word.Text
	if p.conditional(name, word, args) {
		return true
	}
	if p.skip > 0 {
		return true
	}
	switch name {
	case "define":
		p.defineMacro(args, word)
	case "undef":
		if t, ok := mismatch(args, word, "(", "name", ")", "."); !ok {
			p.fail(t.Position, bad(name))
			return true
		}
		delete(p.macros, args[1].name())
	case "include", "include_lib":
		p.include(name, args, word)
	case "error", "warning":
		p.errorDirective(name, args, word)
	case "file":
		expanded, err := p.expand(args, &formName{})
		if err != nil {
			p.report(err)
			return true
		}
		p.setFile(coalesce(expanded), word)
	case "feature":
		if t, ok := mismatch(args, word, "(", "name", ",", "name", ")", "."); !ok {
			p.fail(t.Position, bad(name))
		}
	default:
		return false
	}
	return true
}

// errorDirective carries out -error(Term) and -warning(Term).
func (p *preprocessor) errorDirective(name string, args []Token, word Token) {
	if !args[0].Is("(") {
		p.fail(args[0].Position, bad(name))
		return
	}
	expanded, err := p.expand(args, &formName{})
	var t term.Term
	failed := err != nil
	if !failed {
		v, err := ParseTerm(expanded)
		t, failed = v, err != nil
	}
	switch {
	case failed:
		p.fail(word.Position, bad(name))
	case name == "error":
		p.fail(word.Position, tuple("error", t))
	default:
		e := eppError(word.Position, tuple("warning", t))
		e.File = p.file
		p.forms = append(p.forms, &ErrorForm{Error: e, Warning: true})
	}
}

// setFile carries out -file(Name, Line): the line of the form itself is Line.
func (p *preprocessor) setFile(args []Token, word Token) {
	if t, ok := mismatch(args, word, "(", "string", ",", "integer", ")", "."); !ok {
		p.fail(t.Position, bad("file"))
		return
	}
	line, _ := args[3].Value.Int()
	p.shift = int(line) - word.Line
	p.delta -= p.shift
	p.enter(textOf(args[1].Value), word.Position, int(line))
}

func textOf(list term.Term) string {
	chars, _ := list.Slice()
	var b strings.Builder
	for _, c := range chars {
		n, _ := c.Int()
		b.WriteRune(rune(n))
	}
	return b.String()
}

// mismatch compares tokens with a list of kinds, in which name means an atom or a variable, and returns the first one that does not
// fit: the last of all when they end too early.
func mismatch(tokens []Token, before Token, kinds ...string) (Token, bool) {
	for i, k := range kinds {
		if i == len(tokens) {
			return before, false
		}
		t := tokens[i]
		fits := t.Is(k)
		switch k {
		case "name":
			fits = t.isName()
		case "string":
			fits = t.Kind == StringToken
		case "integer":
			fits = t.Kind == IntegerToken
		case ".":
			fits = t.Kind == DotToken
		}
		if !fits {
			return t, false
		}
		before = t
	}
	return before, true
}

// coalesce joins string literals that stand side by side.
func coalesce(tokens []Token) []Token {
	var out []Token
	for _, t := range tokens {
		if n := len(out); n > 0 && t.Kind == StringToken && out[n-1].Kind == StringToken {
			out[n-1].Value = term.String(textOf(out[n-1].Value) + textOf(t.Value))
			continue
		}
		out = append(out, t)
	}
	return out
}

// maxIncludes is how deep includes may nest.
const maxIncludes = 8

func (p *preprocessor) include(kind string, args []Token, word Token) {
	tokens := coalesce(args)
	if t, ok := mismatch(tokens, word, "(", "string", ")", "."); !ok {
		p.fail(t.Position, bad(kind))
		return
	}
	at, name := tokens[1].Position, p.expandVariable(textOf(tokens[1].Value))
	if p.depth >= maxIncludes {
		if kind == "include_lib" {
			at = word.Position
		}
		p.fail(at, tuple("depth", term.String(kind)))
		return
	}
	text, path, ok := p.find(kind, name)
	if !ok {
		what := map[string]string{"include": "file", "include_lib": "lib"}[kind]
		p.fail(at, tuple("include", term.Atom(what), term.String(name)))
		return
	}
	p.depth++
	file, source, name, delta, back := p.file, p.source, p.name, p.delta, p.next
	p.source, p.name, p.delta = path, path, 0
	p.enter(path, Position{1, 1}, 1)
	p.read(Decoded(text))
	p.shift, p.source, p.name, p.delta = 0, source, name, delta
	real := Position{back.Line + delta, back.Column}
	p.enter(name, real, real.Line)
	if file != name {
		p.enter(file, real, back.Line)
	}
	p.depth--
}

// expandVariable replaces the name of a variable of the system that a path begins with.
func (p *preprocessor) expandVariable(path string) string {
	name, rest, _ := strings.Cut(path, "/")
	if !strings.HasPrefix(name, "$") || p.options.Getenv == nil {
		return path
	}
	if value := p.options.Getenv(name[1:]); value != "" {
		return value + "/" + rest
	}
	return path
}

func (p *preprocessor) find(kind, name string) (text, path string, ok bool) {
	read := p.options.Read
	if read == nil {
		read = func(path string) (string, error) {
			b, err := os.ReadFile(path)
			return string(b), err
		}
	}
	tries := []string{name}
	if !strings.HasPrefix(name, "/") {
		tries = nil
		for _, dir := range append([]string{dirname(p.source)}, p.options.Include...) {
			tries = append(tries, joinPath(dir, name))
		}
	}
	if kind == "include_lib" && p.options.Library != nil {
		if app, rest, ok := strings.Cut(name, "/"); ok {
			if dir := p.options.Library(app); dir != "" {
				tries = append(tries, joinPath(dir, rest))
			}
		}
	}
	for _, path := range tries {
		if text, err := read(path); err == nil {
			return text, path, true
		}
	}
	if kind == "include_lib" {
		text, ok = header(name)
		return text, name, ok
	}
	return "", "", false
}

func dirname(path string) string {
	i := strings.LastIndexByte(path, '/')
	switch {
	case i < 0:
		return "."
	case i == 0:
		return "/"
	}
	return path[:i]
}

// joinPath joins without cleaning, as filename:join/2 does: the path shows in -file.
func joinPath(dir, name string) string {
	if dir == "." {
		return name
	}
	return strings.TrimSuffix(dir, "/") + "/" + name
}
