package syntax

import (
	"fmt"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/term"
)

// noArguments is the arity of a macro without a parameter list.
const noArguments = -1

// macro is what a name stands for.
type macro struct {
	predefined bool // may not be defined again
	undefined  bool // known, without a value yet
	all        []meaning
}

// meaning is one of the definitions of a macro, which differ in arity.
type meaning struct {
	arity  int
	params []string
	body   []Token
	uses   []use
}

// use is a macro that another one mentions.
type use struct {
	name  string
	arity int
}

// predefine makes the macros that every module has: Erlang reference manual, "Predefined Macros".
func (p *preprocessor) predefine() {
	p.macros = map[string]*macro{}
	for _, name := range []string{"FUNCTION_NAME", "FUNCTION_ARITY", "MODULE", "MODULE_STRING", "BASE_MODULE", "BASE_MODULE_STRING"} {
		p.macros[name] = &macro{predefined: true, undefined: true}
	}
	for name, value := range map[string]string{"MACHINE": "'BEAM'", "BEAM": "true", "OTP_RELEASE": "25", "LINE": "1", "FILE": `""`} {
		p.macros[name] = &macro{predefined: true, all: []meaning{{arity: noArguments, body: scanned(value)}}}
	}
	feature := scanned("(X) == maybe_expr")
	for _, name := range []string{"FEATURE_AVAILABLE", "FEATURE_ENABLED"} {
		p.macros[name] = &macro{all: []meaning{{arity: 1, params: []string{"X"}, body: feature}}}
	}
	for name, value := range p.options.Defines {
		p.macros[name] = &macro{all: []meaning{{arity: noArguments, body: scanned(value)}}}
	}
}

func scanned(text string) []Token {
	tokens, _, _ := Scan(text, Position{1, 1})
	return slices.DeleteFunc(tokens, func(t Token) bool { return t.Kind == DotToken })
}

// nameModule defines ?MODULE and ?MODULE_STRING.
func (p *preprocessor) nameModule(name term.Term) {
	text := name.AtomName()
	p.setPredefined("MODULE", Token{Kind: AtomToken, Text: quoteAtom(text), Value: name})
	p.setPredefined("MODULE_STRING", Token{Kind: StringToken, Text: quoteString(text), Value: term.String(text)})
}

func (p *preprocessor) setPredefined(name string, t Token) {
	p.macros[name] = &macro{predefined: true, all: []meaning{{arity: noArguments, body: []Token{t}}}}
}

// isName reports whether a token may name a macro.
func (t Token) isName() bool {
	return t.Kind == AtomToken || t.Kind == VarToken || t.Is("maybe") || t.Is("else")
}

// name is the name of a macro, an atom or a variable.
func (t Token) name() string {
	if t.Kind == AtomToken {
		return t.Value.AtomName()
	}
	return t.Text
}

func (p *preprocessor) defineMacro(args []Token, word Token) {
	if t, ok := mismatch(args, word, "(", "name"); !ok {
		p.fail(t.Position, bad("define"))
		return
	}
	name, d := args[1], meaning{arity: noArguments}
	rest := args[2:]
	var before Token
	switch {
	case rest[0].Is("("):
		var err *Error
		if rest, before, err = d.parameters(rest); err != nil {
			p.report(err)
			return
		}
	case rest[0].Is(","):
		rest, before = rest[1:], rest[0]
	default:
		p.fail(rest[0].Position, bad("define"))
		return
	}
	if err := d.take(rest, before); err != nil {
		p.report(err)
		return
	}
	p.add(name, d)
}

// parameters reads the parameter list of a definition, and the comma behind it.
func (d *meaning) parameters(tokens []Token) (rest []Token, before Token, err *Error) {
	d.arity = 0
	t := tokens[0]
	tokens = tokens[1:]
	next := func() Token { t = tokens[0]; tokens = tokens[1:]; return t }
	for first := true; !tokens[0].Is(")"); first = false {
		if !first && !next().Is(",") || tokens[0].Kind != VarToken {
			if first {
				t = tokens[0]
			}
			return nil, t, eppError(t.Position, bad("define"))
		}
		name := next().Text
		if slices.Contains(d.params, name) {
			return nil, t, eppError(t.Position, tuple("duplicated_argument", term.Atom(name)))
		}
		d.params = append(d.params, name)
		d.arity++
		if !tokens[0].Is(")") && !tokens[0].Is(",") {
			return nil, t, eppError(tokens[0].Position, bad("define"))
		}
	}
	next()
	if len(tokens) == 0 || !tokens[0].Is(",") {
		if len(tokens) > 0 {
			t = tokens[0]
		}
		return nil, t, eppError(t.Position, term.Atom("missing_comma"))
	}
	return tokens[1:], tokens[0], nil
}

// take reads the replacement of a definition, up to the parenthesis that closes it.
func (d *meaning) take(tokens []Token, before Token) *Error {
	n := len(tokens)
	if n == 0 {
		return eppError(before.Position, term.Atom("premature_end"))
	}
	if n < 2 || !tokens[n-2].Is(")") {
		return eppError(tokens[n-1].Position, term.Atom("missing_parenthesis"))
	}
	d.body = tokens[:n-2]
	return nil
}

// add makes a definition known.
func (p *preprocessor) add(name Token, d meaning) {
	key := name.name()
	m := p.macros[key]
	switch {
	case m == nil:
		m = &macro{}
		p.macros[key] = m
	case m.predefined:
		p.fail(name.Position, tuple("redefine_predef", term.Atom(key)))
		return
	case slices.ContainsFunc(m.all, func(o meaning) bool { return o.arity == d.arity }):
		p.fail(name.Position, tuple("redefine", term.Atom(key)))
		return
	}
	uses, err := macroUses(d.body)
	d.uses = uses
	m.all = append([]meaning{d}, m.all...)
	if err != nil {
		p.report(err)
	}
}

// macroUses lists what macros a text mentions.
func macroUses(tokens []Token) ([]use, *Error) {
	var out []use
	for i := 0; i+1 < len(tokens); i++ {
		if !tokens[i].Is("?") || !tokens[i+1].isName() {
			continue
		}
		t := tokens[i+1]
		n, err := countArguments(tokens[i+2:], t)
		if err != nil {
			return nil, err
		}
		out = append(out, use{t.name(), n})
		i++
	}
	return out, nil
}

// circular reports whether a macro comes back to itself, and which one does.
func (p *preprocessor) circular(u use, above []use) (use, bool) {
	if slices.Contains(above, u) {
		return u, true
	}
	m := p.macros[u.name]
	if m == nil {
		return u, false
	}
	i := slices.IndexFunc(m.all, func(d meaning) bool { return d.arity == u.arity })
	if i < 0 {
		i = slices.IndexFunc(m.all, func(d meaning) bool { return d.arity == noArguments })
	}
	if i < 0 {
		return u, false
	}
	above = append(slices.Clip(above), u)
	for _, inner := range m.all[i].uses {
		if c, bad := p.circular(inner, above); bad {
			return c, true
		}
	}
	return u, false
}

// formName finds the function whose text is expanded, for ?FUNCTION_NAME and ?FUNCTION_ARITY, when one of these is met.
type formName struct {
	tokens []Token
	known  bool
	name   string
	arity  int
	off    bool // leave them as they are
}

// expand replaces the macros of a token list, as if the text of each were there: what an expansion begins, what follows may end.
func (p *preprocessor) expand(tokens []Token, f *formName) ([]Token, *Error) {
	if !slices.ContainsFunc(tokens, func(t Token) bool { return t.Is("?") || t.Is("??") }) {
		return tokens, nil
	}
	var out []Token
	for len(tokens) > 0 {
		t := tokens[0]
		if t.Is("??") {
			return nil, eppError(Position{t.Line, t.Column + 1}, tuple("call", term.String("?'?'")))
		}
		if !t.Is("?") || len(tokens) == 1 {
			out, tokens = append(out, t), tokens[1:]
			continue
		}
		name := tokens[1]
		if !name.isName() {
			return nil, eppError(name.Position, tuple("call", term.String("?"+symbol(name))))
		}
		if b, ok, err := p.special(name, f); err != nil {
			return nil, err
		} else if ok {
			out, tokens = append(out, b...), tokens[2:]
			continue
		}
		rest, err := p.call(name, tokens[2:], f)
		if err != nil {
			return nil, err
		}
		tokens = rest
	}
	return out, nil
}

// symbol is how an error names a token that is no macro.
func symbol(t Token) string {
	switch t.Kind {
	case DotToken:
		return "dot"
	case IntegerToken, FloatToken, CharToken, StringToken:
		return t.Text
	}
	return quoteAtom(t.Text)
}

// special expands the macros that depend on where they stand.
func (p *preprocessor) special(name Token, f *formName) ([]Token, bool, *Error) {
	if name.Kind != VarToken {
		return nil, false, nil
	}
	t := Token{Position: name.Position}
	switch name.Text {
	case "LINE":
		t.Kind, t.Text, t.Value = IntegerToken, fmt.Sprint(name.Line), term.Int(int64(name.Line))
	case "FILE":
		t.Kind, t.Text, t.Value = StringToken, quoteString(p.file), term.String(p.file)
	case "FUNCTION_NAME", "FUNCTION_ARITY":
		if f.off {
			return []Token{{Kind: wordKinds["?"], Text: "?", Position: name.Position}, name}, true, nil
		}
		if err := p.nameFunction(name, f); err != nil {
			return nil, false, err
		}
		if name.Text == "FUNCTION_ARITY" {
			t.Kind, t.Text, t.Value = IntegerToken, fmt.Sprint(f.arity), term.Int(int64(f.arity))
		} else {
			t.Kind, t.Text, t.Value = AtomToken, quoteAtom(f.name), term.Atom(f.name)
		}
	default:
		return nil, false, nil
	}
	return []Token{t}, true, nil
}

// nameFunction finds the name and arity of the function that a form begins.
func (p *preprocessor) nameFunction(at Token, f *formName) *Error {
	if f.known {
		return nil
	}
	tokens, err := p.expand(f.tokens, &formName{off: true})
	switch {
	case err != nil: // which the caller meets too
		f.known, f.name = true, "_"
	case len(tokens) > 1 && tokens[0].Kind == AtomToken && tokens[1].Is("("):
		f.known, f.name, f.arity = true, tokens[0].Value.AtomName(), parameters(tokens[1:])
	case len(tokens) > 0 && tokens[0].Is("?"):
		return eppError(at.Position, tuple("illegal_function_usage", term.Atom(at.Text)))
	default:
		return eppError(at.Position, tuple("illegal_function", term.Atom(at.Text)))
	}
	return nil
}

// call expands one macro and returns its text with what follows it.
func (p *preprocessor) call(name Token, after []Token, f *formName) ([]Token, *Error) {
	key := name.name()
	arity, err := countArguments(after, name)
	if err != nil {
		return nil, err
	}
	m := p.macros[key]
	if m == nil || m.undefined {
		return nil, eppError(name.Position, tuple("undefined", term.Atom(key), arityTerm(arity)))
	}
	d := m.all[0]
	if len(m.all) > 1 || d.arity != noArguments {
		i := slices.IndexFunc(m.all, func(d meaning) bool { return d.arity == arity })
		if i < 0 {
			return nil, eppError(name.Position, tuple("mismatch", term.Atom(key)))
		}
		d = m.all[i]
	}
	if u, bad := p.circular(use{key, d.arity}, nil); bad {
		return nil, eppError(name.Position, tuple("circular", term.Atom(u.name), arityTerm(u.arity)))
	}
	if d.arity == noArguments {
		body, err := p.expand(substitute(d, nil, name.Position), f)
		return append(slices.Clip(body), after...), err
	}
	args, rest := macroArguments(after)
	if d.arity > 0 && slices.ContainsFunc(args, func(a []Token) bool { return len(a) == 0 }) {
		return nil, eppError(name.Position, tuple("mismatch", term.Atom(key)))
	}
	return append(substitute(d, args, name.Position), rest...), nil
}

func arityTerm(n int) term.Term {
	if n == noArguments {
		return term.Atom("none")
	}
	return term.Int(int64(n))
}

// countArguments counts the arguments of a call.
func countArguments(tokens []Token, name Token) (int, *Error) {
	if len(tokens) < 2 || !tokens[0].Is("(") {
		if len(tokens) == 1 && tokens[0].Is("(") {
			return 0, eppError(name.Position, tuple("arg_error", term.Atom(name.name())))
		}
		return noArguments, nil
	}
	if tokens[1].Is(")") {
		return 0, nil
	}
	args, rest := macroArguments(tokens)
	last := len(args) - 1
	if rest == nil || len(args[0]) == 0 || len(args[last]) == 0 {
		return 0, eppError(name.Position, tuple("arg_error", term.Atom(name.name())))
	}
	return len(args), nil
}

// closing says which token ends what one begins.
var closing = map[string]string{"(": ")", "<<": ">>", "[": "]", "{": "}", "begin": "end", "if": "end", "case": "end", "receive": "end", "try": "end"}

// macroArguments splits (A, B, ...) at the commas outside of brackets and of fun ... end and the like. rest is nil when nothing closes.
func macroArguments(tokens []Token) (args [][]Token, rest []Token) {
	var open []string
	from := 1
	for i := 1; i < len(tokens); i++ {
		t := tokens[i]
		if n := len(open); n > 0 && t.Is(open[n-1]) {
			open = open[:n-1]
			continue
		}
		switch {
		case len(open) == 0 && t.Is(")"):
			return append(args, tokens[from:i]), tokens[i+1:]
		case len(open) == 0 && t.Is(","):
			args = append(args, tokens[from:i])
			from = i + 1
		case t.Is("fun") && i+1 < len(tokens) && (tokens[i+1].Is("(") || tokens[i+1].Kind == VarToken && i+2 < len(tokens) && tokens[i+2].Is("(")),
			t.Is("maybe") && i+1 < len(tokens) && maybeBegins(tokens[i+1]):
			open = append(open, "end")
		case t.Kind != StringToken && t.Kind != AtomToken && closing[t.Text] != "" && t.Is(t.Text):
			open = append(open, closing[t.Text])
		}
	}
	return append(args, tokens[from:]), nil
}

// maybeBegins reports whether what follows the word maybe makes it the beginning of an expression and not an atom.
func maybeBegins(next Token) bool {
	switch next.Kind {
	case AtomToken, VarToken, IntegerToken, FloatToken, CharToken, StringToken:
		return true
	}
	return next.Is("{") || next.Is("[") || next.Is("begin") || next.Is("case") || next.Is("#") || next.Is("<<") || next.Is("?")
}

// substitute puts arguments in the place of parameters; ??Param is the text of its argument. Tokens of the body stand where the
// macro is used, those of arguments where they were written.
func substitute(d meaning, args [][]Token, used Position) []Token {
	var out []Token
	for i := 0; i < len(d.body); i++ {
		t := d.body[i]
		t.Position = used
		if t.Is("??") && i+1 < len(d.body) && d.body[i+1].Kind == VarToken {
			i++
			if at := slices.Index(d.params, d.body[i].Text); at >= 0 {
				text := spaced(args[at])
				t = Token{Kind: StringToken, Text: quoteString(text), Value: term.String(text), Position: used}
			} else {
				t = d.body[i]
				t.Position = used
			}
		}
		if at := slices.Index(d.params, t.Text); at >= 0 && t.Kind == VarToken {
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

// spaced is the text of an argument, each token as epp writes it.
func spaced(tokens []Token) string {
	parts := make([]string, len(tokens))
	for i, t := range tokens {
		parts[i] = t.Text
		switch t.Kind {
		case AtomToken:
			parts[i] = QuoteAtom(t.Value.AtomName())
		case IntegerToken:
			n, _ := t.Value.Big()
			parts[i] = n.String()
		case StringToken:
			parts[i] = quoteString(textOf(t.Value))
		}
	}
	return strings.Join(parts, " ")
}

func quoteString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}
