package re

import "strings"

// lineEnds is what counts as the end of a line under an option {newline, _}: for looking back over one, for looking ahead to one, one as a
// whole, and any character but those that begin one. \r\n is one end where both are ends.
type lineEnds struct{ before, ahead, one, other string }

const unicodeEnds = `\n\v\f\x85\u2028\u2029`

var newlines = map[string]lineEnds{
	"lf":      {`(?<=\n)`, `(?=\n)`, `\n`, `.`}, // the library's own, which is the fastest
	"cr":      {`(?<=\r)`, `(?=\r)`, `\r`, `[^\r]`},
	"crlf":    {`(?<=\r\n)`, `(?=\r\n)`, `\r\n`, `(?:(?!\r\n)[\s\S])`},
	"anycrlf": {`(?<=\n|\r(?!\n))`, `(?=\r|(?<!\r)\n)`, `(?:\r\n|\n|\r)`, `[^\r\n]`},
	"any":     {`(?<=[` + unicodeEnds + `]|\r(?!\n))`, `(?=[\r\v\f\x85\u2028\u2029]|(?<!\r)\n)`, `(?:\r\n|[\r` + unicodeEnds + `])`, `[^\r` + unicodeEnds + `]`},
}

// verbs are the settings that stand in front of a pattern, with the option that each is.
var verbs = map[string]string{"LF": "lf", "CR": "cr", "CRLF": "crlf", "ANYCRLF": "anycrlf", "ANY": "any"}

func (t *translator) ends() lineEnds {
	if e, ok := newlines[t.o.newline]; ok {
		return e
	}
	return newlines["lf"]
}

// dot is any character, but for the end of a line unless that counts too.
func (t *translator) dot() string {
	if t.dotall {
		return `[\s\S]`
	}
	return t.ends().other
}

// caret is the start of the text, or with multiline that of a line, which an end of line at the end of the text does not begin.
func (t *translator) caret() string {
	first := `\A`
	if t.o.notbol {
		first = `(?!)`
	}
	if !t.multiline {
		return first
	}
	return `(?:` + first + `|` + t.ends().before + `(?!\z))`
}

// dollar is the end of the text, the place before an end of line that ends it, and with multiline the end of every line.
func (t *translator) dollar() string {
	e := t.ends()
	last := `\z`
	if t.o.noteol {
		last = `(?!)`
	}
	switch {
	case t.multiline:
		return `(?:` + last + `|` + e.ahead + `)`
	case t.o.noteol:
		return last
	case t.o.dollarEndonly:
		return `\z`
	}
	return t.beforeLast()
}

// beforeLast is the end of the text or the place before an end of line that ends it.
func (t *translator) beforeLast() string {
	e := t.ends()
	if e.one == `\n` {
		return `\Z`
	}
	return `(?:\z|` + e.ahead + `(?=` + e.one + `\z))`
}

// lineBreak is what \R matches.
func (t *translator) lineBreak() string {
	if t.o.bsrAnycrlf {
		return `(?>\r\n|[\n\r])`
	}
	return `(?>\r\n|[\r` + unicodeEnds + `])`
}

// verb takes in a setting in front of a pattern and tells whether it is one.
func (t *translator) verb(name string) bool {
	switch {
	case name == "UCP":
		t.o.ucp = true
	case name == "UTF" || name == "UTF8" || name == "NO_START_OPT":
	case strings.HasPrefix(name, "BSR_"):
		t.o.bsrAnycrlf = name == "BSR_ANYCRLF"
		return t.o.bsrAnycrlf || name == "BSR_UNICODE"
	case verbs[name] != "":
		t.o.newline = verbs[name]
	default:
		return false
	}
	return true
}
