package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
}

// macro is one definition; params is nil for one without a parameter list.
type macro struct {
	params []string
	body   []Token
	called bool // has a parameter list, be it empty
}

// preprocessor reads the forms of a module: Erlang reference manual, "Preprocessor".
type preprocessor struct {
	options  PreprocessOptions
	file     string // as errors and ?FILE name it
	source   string // what is really read
	macros   map[string][]macro
	skipping []bool // one for each -if that is open: whether its present branch is left out
	taken    []bool // whether a branch of it was taken already
	forms    []Form
	errors   []*Error
	function string // the function that is being read, for ?FUNCTION_NAME
	arity    int
	depth    int
	shift    int // what -file adds to the lines that follow
}

// ParseModule preprocesses and parses a module. An error does not stop it: all forms that are right and all errors come back.
func ParseModule(text, file string, o PreprocessOptions) ([]Form, []*Error) {
	p := &preprocessor{options: o, file: file, source: file, macros: map[string][]macro{}}
	for name, value := range o.Defines {
		tokens, _, _ := Scan(value, Position{1, 1})
		p.macros[name] = []macro{{body: tokens}}
	}
	for name, value := range map[string]string{"MACHINE": "'BEAM'", "BEAM": "true", "OTP_RELEASE": "25"} {
		tokens, _, _ := Scan(value, Position{1, 1})
		p.macros[name] = []macro{{body: tokens}}
	}
	p.enter(file, Position{1, 1}, 1)
	end := p.read(text)
	p.forms = append(p.forms, &EndOfFile{end})
	if len(p.skipping) > 0 {
		p.fail(Position{}, "unterminated 'if'")
	}
	return p.forms, p.errors
}

func (p *preprocessor) fail(at Position, format string, args ...any) {
	p.errors = append(p.errors, &Error{At: at, File: p.file, Text: fmt.Sprintf(format, args...), Module: term.Atom("epp")})
}

// enter notes that what follows stands at a line of a file.
func (p *preprocessor) enter(file string, at Position, line int) {
	p.file = file
	value := term.Tuple(term.String(file), term.Int(int64(line)))
	p.forms = append(p.forms, &Attribute{at, "file", value})
}

// read reads the forms of a text and returns where it ends.
func (p *preprocessor) read(text string) Position {
	at := Position{1, 1}
	for text != "" {
		tokens, rest, restAt, err := Next(text, at)
		if e, ok := err.(*Error); ok {
			if e.Incomplete && len(tokens) == 0 && rest == "" && e.Text == "" {
				break
			}
			e.File = p.file
			p.errors = append(p.errors, e)
			if rest == text || e.Incomplete {
				break
			}
			text, at = skipForm(rest, restAt)
			continue
		}
		text, at = rest, restAt
		p.form(tokens)
		at.Line += p.shift
		p.shift = 0
	}
	return at
}

// skipForm leaves out the rest of a form that did not scan.
func skipForm(text string, at Position) (string, Position) {
	for text != "" {
		_, rest, restAt, err := Next(text, at)
		if err == nil || rest == text {
			return rest, restAt
		}
		text, at = rest, restAt
	}
	return text, at
}

func (p *preprocessor) active() bool { return !slices.Contains(p.skipping, true) }

// form carries out a directive, or expands and parses a form.
func (p *preprocessor) form(tokens []Token) {
	if len(tokens) > 2 && tokens[0].Is("-") && p.directive(tokens) {
		return
	}
	if !p.active() {
		return
	}
	p.function, p.arity = "", 0
	if len(tokens) > 2 && tokens[0].Kind == AtomToken && tokens[1].Is("(") {
		p.function, p.arity = tokens[0].Value.AtomName(), parameters(tokens[1:])
	}
	expanded, ok := p.expand(tokens, nil)
	if !ok {
		return
	}
	f, err := ParseForm(expanded, Options{})
	if e, ok := err.(*Error); ok {
		e.File = p.file
		p.errors = append(p.errors, e)
		return
	}
	if a, ok := f.(*Attribute); ok && a.Name == "module" {
		name := a.Value.AtomName()
		p.define("MODULE", Token{Kind: AtomToken, Text: quoteAtom(name), Value: a.Value})
		p.define("MODULE_STRING", Token{Kind: StringToken, Text: `"` + name + `"`, Value: term.String(name)})
	}
	p.forms = append(p.forms, f)
}

func (p *preprocessor) define(name string, t Token) { p.macros[name] = []macro{{body: []Token{t}}} }

// directive carries a directive out and reports whether the form was one.
func (p *preprocessor) directive(tokens []Token) bool {
	name := tokens[1].Text
	args := tokens[2:]
	at := tokens[1].Position
	switch name {
	case "ifdef", "ifndef", "if":
		hide := false
		if p.active() {
			hide = !p.condition(name, args)
		}
		p.skipping, p.taken = append(p.skipping, hide), append(p.taken, !hide)
		return true
	case "elif", "else", "endif":
		p.branch(name, args, at)
		return true
	}
	if !p.active() {
		return true
	}
	switch name {
	case "define":
		p.defineMacro(args, at)
	case "undef":
		if len(args) > 1 {
			delete(p.macros, args[1].name())
		}
	case "include", "include_lib":
		p.include(name, args, at)
	case "error":
		p.fail(at, "-error(%s).", joinTokens(unwrap(args)))
	case "warning":
	case "file":
		p.setFile(args, at)
	case "feature":
	default:
		return false
	}
	return true
}

// setFile carries out -file(Name, Line): the line of the form itself is Line.
func (p *preprocessor) setFile(args []Token, at Position) {
	t := unwrap(args)
	if len(t) != 3 || t[0].Kind != StringToken || t[2].Kind != IntegerToken {
		p.fail(at, "badly formed 'file'")
		return
	}
	line, _ := t[2].Value.Int()
	p.shift = int(line) - at.Line
	p.enter(textOf(t[0].Value), at, int(line))
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

// name is the name of a macro, an atom or a variable.
func (t Token) name() string {
	if t.Kind == AtomToken {
		return t.Value.AtomName()
	}
	return t.Text
}

func (p *preprocessor) condition(name string, args []Token) bool {
	if name == "if" {
		return p.truth(args)
	}
	if len(args) < 2 {
		return false
	}
	_, defined := p.macros[args[1].name()]
	return defined == (name == "ifdef")
}

func (p *preprocessor) branch(name string, args []Token, at Position) {
	n := len(p.skipping) - 1
	if n < 0 {
		p.fail(at, "'%s' without a matching 'if'", name)
		return
	}
	if name == "endif" {
		p.skipping, p.taken = p.skipping[:n], p.taken[:n]
		return
	}
	take := !p.taken[n]
	p.skipping[n] = false
	if take && name == "elif" && p.active() {
		take = p.truth(args)
	}
	p.skipping[n] = !take
	p.taken[n] = p.taken[n] || take
}

// truth evaluates the condition of -if: constants, comparisons, and, or, not, andalso, orelse, and defined(Name).
func (p *preprocessor) truth(args []Token) bool {
	var tokens []Token
	for i := 0; i < len(args); i++ {
		if args[i].Kind == AtomToken && args[i].Text == "defined" && i+3 < len(args) && args[i+1].Is("(") {
			_, ok := p.macros[args[i+2].name()]
			tokens = append(tokens, Token{Kind: AtomToken, Text: fmt.Sprint(ok), Value: term.Bool(ok), Position: args[i].Position})
			i += 3
			continue
		}
		tokens = append(tokens, args[i])
	}
	expanded, ok := p.expand(tokens, nil)
	if !ok {
		return false
	}
	body, err := ParseExprs(expanded, Options{})
	return err == nil && len(body) == 1 && fold(body[0]) == term.True
}

// fold evaluates a constant condition; None where it is none.
func fold(e Expr) term.Term {
	switch e := e.(type) {
	case *Unary:
		v := fold(e.Operand)
		if e.Op == "not" {
			return term.Bool(v != term.True)
		}
	case *BinaryOp:
		return foldOp(e.Op, fold(e.Left), fold(e.Right))
	}
	v, _ := Constant(e)
	return v
}

func foldOp(op string, a, b term.Term) term.Term {
	if a.None() || b.None() {
		return term.False
	}
	c := term.Compare(a, b)
	switch op {
	case "and", "andalso":
		return term.Bool(a == term.True && b == term.True)
	case "or", "orelse":
		return term.Bool(a == term.True || b == term.True)
	case "==", "=:=":
		return term.Bool(c == 0)
	case "/=", "=/=":
		return term.Bool(c != 0)
	case "<":
		return term.Bool(c < 0)
	case ">":
		return term.Bool(c > 0)
	case "=<":
		return term.Bool(c <= 0)
	case ">=":
		return term.Bool(c >= 0)
	}
	return term.False
}

func (p *preprocessor) defineMacro(args []Token, at Position) {
	if len(args) < 4 || !args[0].Is("(") {
		p.fail(at, "badly formed 'define'")
		return
	}
	name, m, i := args[1].name(), macro{}, 2
	if args[i].Is("(") && args[i].Offset == args[1].Offset+len(args[1].Text) {
		m.called = true
		for i++; i < len(args) && !args[i].Is(")"); i++ {
			if args[i].Kind == VarToken || args[i].Kind == AtomToken {
				m.params = append(m.params, args[i].name())
			}
		}
		i++
	}
	if i >= len(args) || !args[i].Is(",") || len(args) < i+3 {
		p.fail(at, "badly formed 'define'")
		return
	}
	m.body = args[i+1 : len(args)-2]
	p.macros[name] = append(slices.DeleteFunc(p.macros[name], func(o macro) bool {
		return o.called == m.called && len(o.params) == len(m.params)
	}), m)
}

func (p *preprocessor) include(kind string, args []Token, at Position) {
	tokens := unwrap(args)
	if len(tokens) != 1 || tokens[0].Kind != StringToken {
		p.fail(at, "badly formed '%s'", kind)
		return
	}
	name := textOf(tokens[0].Value)
	text, path, ok := p.find(kind, name)
	if !ok {
		p.fail(at, "can't find include %s \"%s\"", map[string]string{"include": "file", "include_lib": "lib"}[kind], name)
		return
	}
	if p.depth++; p.depth > 20 {
		p.fail(at, "include nested too deep")
		return
	}
	file, source := p.file, p.source
	p.source = path
	p.enter(path, Position{1, 1}, 1)
	p.read(text)
	p.shift, p.source = 0, source
	p.enter(file, at, at.Line)
	p.depth--
}

func (p *preprocessor) find(kind, name string) (text, path string, ok bool) {
	read := p.options.Read
	if read == nil {
		read = func(path string) (string, error) {
			b, err := os.ReadFile(path)
			return string(b), err
		}
	}
	var tries []string
	if kind == "include_lib" && p.options.Library != nil {
		if app, rest, ok := strings.Cut(name, "/"); ok {
			if dir := p.options.Library(app); dir != "" {
				tries = append(tries, filepath.Join(dir, rest))
			}
		}
	}
	for _, dir := range append([]string{filepath.Dir(p.source), "."}, p.options.Include...) {
		tries = append(tries, filepath.Join(dir, name))
	}
	for _, path := range tries {
		if text, err := read(path); err == nil {
			return text, path, true
		}
	}
	if text, ok := libraryHeaders[name]; ok && kind == "include_lib" {
		return text, name, true
	}
	return "", "", false
}

// libraryHeaders are those that modules include for what they say to the compiler.
var libraryHeaders = map[string]string{"stdlib/include/ms_transform.hrl": "-compile({parse_transform,ms_transform}).\n"}

// expand replaces the macros of a token list. active holds the names that are being expanded, which may not come again.
func (p *preprocessor) expand(tokens []Token, active []string) ([]Token, bool) {
	if !slices.ContainsFunc(tokens, func(t Token) bool { return t.Is("?") || t.Is("??") }) {
		return tokens, true
	}
	var out []Token
	for i := 0; i < len(tokens); i++ {
		if !tokens[i].Is("?") || i+1 >= len(tokens) {
			out = append(out, tokens[i])
			continue
		}
		at := tokens[i+1].Position
		name := tokens[i+1].name()
		if t, ok := p.builtin(name, at); ok {
			out = append(out, t)
			i++
			continue
		}
		body, arity, used, ok := p.call(name, tokens[i+2:], at, active)
		if !ok {
			return nil, false
		}
		key := fmt.Sprint(name, "/", arity)
		if slices.Contains(active, key) {
			p.fail(at, "circular macro '%s'", name)
			return nil, false
		}
		body, ok = p.expand(body, append(slices.Clip(active), key))
		if !ok {
			return nil, false
		}
		out = append(out, body...)
		i += 1 + used
	}
	return out, true
}

func (p *preprocessor) builtin(name string, at Position) (Token, bool) {
	t := Token{Position: at}
	switch name {
	case "LINE":
		t.Kind, t.Text, t.Value = IntegerToken, fmt.Sprint(at.Line), term.Int(int64(at.Line))
	case "FILE":
		t.Kind, t.Text, t.Value = StringToken, `"`+p.file+`"`, term.String(p.file)
	case "FUNCTION_NAME":
		t.Kind, t.Text, t.Value = AtomToken, quoteAtom(p.function), term.Atom(p.function)
	case "FUNCTION_ARITY":
		t.Kind, t.Text, t.Value = IntegerToken, fmt.Sprint(p.arity), term.Int(int64(p.arity))
	default:
		return t, false
	}
	return t, true
}

// call finds the definition that fits a use and puts the arguments in; arity is -1 for a macro
// without parameters, used is how many tokens the arguments took.
func (p *preprocessor) call(name string, after []Token, at Position, active []string) (body []Token, arity, used int, ok bool) {
	all, defined := p.macros[name]
	if !defined {
		p.fail(at, "undefined macro '%s'", name)
		return nil, 0, 0, false
	}
	if len(after) > 0 && after[0].Is("(") {
		args, n := macroArgs(after)
		for i := range args { // arguments are expanded where they stand, before they go into the body
			if args[i], ok = p.expand(args[i], active); !ok {
				return nil, 0, 0, false
			}
		}
		for _, m := range all {
			if m.called && (len(m.params) == len(args) || len(m.params) == 0 && len(args) == 1 && len(args[0]) == 0) {
				return substitute(m, args, at), len(m.params), n, true
			}
		}
	}
	for _, m := range all {
		if !m.called {
			return substitute(m, nil, at), -1, 0, true
		}
	}
	p.fail(at, "argument mismatch for macro '%s'", name)
	return nil, 0, 0, false
}

// macroArgs splits (A, B, ...) at the commas outside of brackets and of fun ... end and the like.
func macroArgs(tokens []Token) (args [][]Token, used int) {
	depth, from := 0, 1
	for i, t := range tokens {
		switch {
		case t.Is("("), t.Is("{"), t.Is("["), t.Is("<<"), t.Is("begin"), t.Is("case"), t.Is("if"), t.Is("receive"), t.Is("try"), t.Is("maybe"):
			depth++
		case t.Is("fun") && i+1 < len(tokens) && (tokens[i+1].Is("(") || tokens[i+1].Kind == VarToken && i+2 < len(tokens) && tokens[i+2].Is("(")):
			depth++
		case t.Is(")"), t.Is("}"), t.Is("]"), t.Is(">>"), t.Is("end"):
			if depth--; depth == 0 {
				return append(args, tokens[from:i]), i + 1
			}
		case t.Is(",") && depth == 1:
			args = append(args, tokens[from:i])
			from = i + 1
		}
	}
	return args, len(tokens)
}

// substitute puts arguments in the place of parameters; ??Param is the text of its argument. Tokens of the body stand where the
// macro is used, those of arguments where they were written.
func substitute(m macro, args [][]Token, used Position) []Token {
	var out []Token
	for i := 0; i < len(m.body); i++ {
		t := m.body[i]
		t.Position = used
		if t.Is("??") && i+1 < len(m.body) {
			if at := slices.Index(m.params, m.body[i+1].Text); at >= 0 {
				text := spaced(args[at])
				out = append(out, Token{Kind: StringToken, Text: quoteString(text), Value: term.String(text), Position: t.Position})
				i++
				continue
			}
		}
		if at := slices.Index(m.params, t.Text); at >= 0 && t.Kind == VarToken {
			out = append(out, args[at]...)
			if n := len(args[at]); n > 0 {
				used = args[at][n-1].Position // (sic) as epp: what follows an argument stands where that ends
			}
			continue
		}
		out = append(out, t)
	}
	return out
}

func spaced(tokens []Token) string {
	parts := make([]string, len(tokens))
	for i, t := range tokens {
		parts[i] = t.Text
	}
	return strings.Join(parts, " ")
}

func quoteString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
