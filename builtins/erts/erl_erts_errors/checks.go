package erl_erts_errors

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// check returns what is wrong with an argument, "" when nothing is; with is the other argument that it has to fit.
type check func(c *call, t, with term.Term) string

// must makes a check of a test.
func must(is func(t term.Term) bool, text string) check {
	return func(c *call, t, _ term.Term) string {
		if !c.forced && is(t) {
			return ""
		}
		return text
	}
}

func kind(k term.Kind) func(t term.Term) bool { return func(t term.Term) bool { return t.Kind() == k } }

func always(text string) check { return func(*call, term.Term, term.Term) string { return text } }

// whole makes a check of an integer from low to high.
func whole(low, high int64) check {
	return func(c *call, t, _ term.Term) string {
		n, small := t.Int()
		switch {
		case !t.IsInteger():
			return notInteger
		case c.forced, small && (n < low || n > high), !small && (high < math.MaxInt64 || negative(t)):
			return outOfRange
		}
		return ""
	}
}

func negative(t term.Term) bool {
	b, ok := t.Big()
	return ok && b.Sign() < 0
}

const (
	notInteger  = "not an integer"
	outOfRange  = "out of range"
	badOption   = "invalid option in list"
	notBinary   = "not a binary"
	notTuple    = "not a tuple"
	notMap      = "not a map"
	notPid      = "not a pid"
	deadProcess = "the pid does not refer to an existing process"
)

// list says how a term that should be a proper list is none.
func list(_ *call, t, _ term.Term) string {
	_, proper := t.Length()
	switch {
	case proper:
		return ""
	case t.IsList():
		return "not a proper list"
	}
	return "not a list"
}

// options makes a check of a list whose elements are to blame if nothing else is.
func options(text string) check {
	return func(c *call, t, with term.Term) string {
		if s := list(c, t, with); s != "" || c.innocent {
			return s
		}
		return text
	}
}

// optionsOf is options for the last argument, where the blame goes to the third one (sic), as in OTP 25.
func optionsOf(c *call, _, with term.Term) string { return options(badOption)(c, with, term.None) }

// unless makes a check that blames an argument if no other one is to blame.
func unless(text string) check {
	return func(c *call, _, _ term.Term) string {
		if c.innocent {
			return ""
		}
		return text
	}
}

func base(_ *call, t, _ term.Term) string {
	if n, ok := t.Int(); ok && n >= 2 && n <= 36 {
		return ""
	}
	return "not an integer in the range 2 through 36"
}

func isFun(t term.Term) bool { return t.Kind() == term.KindFun }

func isPid(t term.Term) bool { return t.Kind() == term.KindPid }

func isUnit(t term.Term) bool {
	switch t.AtomName() {
	case "second", "millisecond", "microsecond", "nanosecond", "native", "perf_counter", "seconds", "milli_seconds", "micro_seconds", "nano_seconds":
		return true
	}
	b, ok := t.Big()
	return ok && b.Sign() > 0
}

func isIodata(t term.Term) bool {
	_, ok := bif.Iodata(nil, t)
	return ok
}

func isEncoding(t term.Term) bool {
	switch t.AtomName() {
	case "latin1", "utf8", "unicode":
		return true
	}
	return false
}

func isText(t term.Term) bool {
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		n, isInt := c.Head.Int()
		if !isInt || n < 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
			return false
		}
		t = c.Tail
	}
	return t.IsNil()
}

// utf8Name is for the name of an atom that must exist.
func utf8Name(_ *call, t, _ term.Term) string {
	b, ok := t.Binary()
	switch {
	case !ok:
		return notBinary
	case !utf8.Valid(b):
		return "invalid UTF8 encoding"
	}
	return "not an already existing atom"
}

func encoded(c *call, t, with term.Term) string {
	switch {
	case with.AtomName() == "latin1" && strings.Contains(c.name, "existing") && t.IsBinary():
		return "not an already existing atom"
	case !isEncoding(with) || with.AtomName() == "latin1":
		return must(term.Term.IsBinary, notBinary)(c, t, with)
	}
	return utf8Name(c, t, with)
}

func latin(_ *call, t, with term.Term) string {
	switch {
	case !t.IsAtom():
		return "not an atom"
	case with.AtomName() == "latin1":
		return "contains a character not expressible in latin1"
	}
	return ""
}

// listOf makes a check of the text of a value, which must be a list.
func listOf(what string) check {
	return func(c *call, t, with term.Term) string {
		switch _, proper := t.Length(); {
		case !proper:
			return "not a list"
		case c.innocent:
			return ""
		}
		return textual + what
	}
}

// listOf2 tells an improper list from what is no list.
func listOf2(c *call, t, with term.Term) string {
	if s := list(c, t, with); s != "" || c.innocent {
		return s
	}
	return textual + "an integer"
}

func binaryOf(what string) check {
	return func(c *call, t, _ term.Term) string {
		switch {
		case !t.IsBinary():
			return notBinary
		case c.innocent:
			return ""
		}
		return textual + what
	}
}

func listChars(c *call, t, with term.Term) string {
	if s := list(c, t, with); s != "" {
		return s
	}
	return "not a list of characters"
}

func existing(c *call, t, with term.Term) string {
	if s := listChars(c, t, with); s != "" && !isText(t) {
		return s
	}
	return "not an already existing atom"
}

func isBoolean(t term.Term) bool { return t == atom.True || t == atom.False }
