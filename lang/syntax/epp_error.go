package syntax

import (
	"strings"

	"github.com/erlsh/erlsh/lang/term"
)

var atomEpp = term.Atom("epp")

func tuple(tag string, rest ...term.Term) term.Term {
	return term.Tuple(append([]term.Term{term.Atom(tag)}, rest...)...)
}

func bad(directive string) term.Term { return tuple("bad", term.Atom(directive)) }

// eppError makes an error of the preprocessor of its descriptor.
func eppError(at Position, descriptor term.Term) *Error {
	text, _ := ExplainPreprocessor(descriptor)
	return &Error{At: at, Text: text, Reason: descriptor, Module: atomEpp}
}

// eppTexts are the words for each descriptor: %1 is its second element, %2 its third.
var eppTexts = map[string]string{
	"bad": "badly formed '%1'", "duplicated_argument": "argument '%1' already used", "call": "illegal macro call '%1'",
	"depth": "%1 too deep", "mismatch": "argument mismatch for macro '%1'", "arg_error": "badly formed argument for macro '%1'",
	"redefine": "redefining macro '%1'", "redefine_predef": "redefining predefined macro '%1'", "include": `can't find include %1 "%2"`,
	"illegal": "%1 '-%2'", "illegal_function": "?%1 can only be used within a function", "illegal_function_usage": "?%1 must not begin a form",
	"NYI": "not yet implemented '%1'", "undefined": "undefined macro '%1/%2'", "circular": "circular macro '%1/%2'",
}

var eppWords = map[string]string{
	"cannot_parse":        "cannot parse file, giving up",
	"missing_parenthesis": "badly formed define: missing closing right parenthesis",
	"missing_comma":       "badly formed define: missing comma",
	"premature_end":       "premature end",
	"elif_after_else":     "'elif' following 'else'",
	"ftr_after_prefix":    "feature directive not allowed after exports or record definitions",
}

// ExplainPreprocessor returns the text of an error of the preprocessor, as epp:format_error/1 does; false for a descriptor that is none.
func ExplainPreprocessor(descriptor term.Term) (string, bool) {
	if name, ok := descriptor.Atom(); ok {
		text, ok := eppWords[name]
		return text, ok
	}
	e, ok := descriptor.Tuple()
	if !ok || len(e) < 2 || !e[0].IsAtom() {
		return "", false
	}
	tag := e[0].AtomName()
	if tag == "error" || tag == "warning" {
		return "-" + tag + "(" + shownArgument(e[1]) + ").", true
	}
	text, ok := eppTexts[tag]
	if len(e) > 2 && e[2] == term.Atom("none") {
		text = strings.ReplaceAll(text, "/%2", "")
	}
	out := strings.ReplaceAll(text, "%1", plainTerm(e[1]))
	if len(e) > 2 {
		out = strings.ReplaceAll(out, "%2", plainTerm(e[2]))
	}
	return out, ok
}

// plainTerm is an atom or a string as ~ts writes it, and anything else as shownTerm does.
func plainTerm(t term.Term) string {
	if name, ok := t.Atom(); ok {
		return name
	}
	if t.IsList() {
		return textOf(t)
	}
	return shownTerm(t)
}

// shownArgument writes a term with its strings as strings.
func shownArgument(t term.Term) string {
	if e, ok := t.Tuple(); ok {
		parts := make([]string, len(e))
		for i, x := range e {
			parts[i] = shownArgument(x)
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return shownTerm(t)
}

// shownTerm writes a term as a program has it.
func shownTerm(t term.Term) string {
	if e, ok := FromTerm(t, Position{}); ok {
		if l, ok := e.(*Literal); ok && l.Form == StringLiteral {
			return quoteString(textOf(t))
		}
	}
	return t.String()
}
