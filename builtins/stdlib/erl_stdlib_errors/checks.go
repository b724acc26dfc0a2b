package erl_stdlib_errors

import (
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// check returns what is wrong with an argument, "" when nothing is.
type check func(c *call, t term.Term) string

const (
	notInteger = "not an integer"
	outOfRange = "out of range"
)

// checks are the words of the table.
var checks = map[string]check{
	"list":      list,
	"position":  atLeast(1),
	"count":     atLeast(0),
	"place":     place,
	"length":    length,
	"integer":   must(term.Term.IsInteger, notInteger),
	"increment": increment,
	"number":    must(term.Term.IsNumber, "not a number"),
	"domain":    domain,
	"map":       must(isMap, "not a map"),
	"pairs":     pairs,
	"iterator":  must(func(term.Term) bool { return false }, "not a valid iterator"),
	"order":     must(func(term.Term) bool { return false }, "not a valid order"),
	"key":       key,
	"fun1":      fun(1, "not a fun that takes one argument"),
	"fun2":      fun(2, "not a fun that takes two arguments"),
	"fun3":      fun(3, "not a fun that takes three arguments"),
	"binary":    binary,
	"some":      some,
	"bits":      must(term.Term.IsBinary, "not a binary"),
	"binaries":  must(isBinaries, "not a flat list of binaries"),
	"pattern":   must(isPattern, "not a valid pattern"),
	"poslen":    poslen,
	"endian":    must(func(t term.Term) bool { return t.AtomName() == "big" || t.AtomName() == "little" }, "must be 'big' or 'little'"),
	"rest":      func(*call, term.Term) string { return "" },
	"iodata":    must(isIodata, "not an iodata term"),
	"iolist":    must(func(t term.Term) bool { return t.IsList() && isIodata(t) }, "not an iodata term"),
	"hex":       hexDigits,
	"chars":     must(isChars, "not valid character data (an iodata term)"),
	"encoding":  must(isEncoding, "not a valid encoding"),
	"options":   options,
	"source":    source,
	"compiled":  compiled,
	"item":      must(func(t term.Term) bool { return t.AtomName() == "namelist" }, "not a valid item"),
	"expression": func(c *call, t term.Term) string {
		switch {
		case isCompiled(c, t):
			return ""
		case !isIodata(t):
			return "neither an iodata term nor a compiled regular expression"
		}
		return source(c, t)
	},
}

func must(is func(t term.Term) bool, text string) check {
	return func(_ *call, t term.Term) string {
		if is(t) {
			return ""
		}
		return text
	}
}

func list(_ *call, t term.Term) string {
	if !t.IsList() {
		return "not a list"
	}
	if _, ok := t.Length(); !ok {
		return "not a proper list"
	}
	return ""
}

func atLeast(low int64) check {
	return func(_ *call, t term.Term) string {
		if !t.IsInteger() {
			return notInteger
		}
		if term.Compare(t, term.Int(low)) < 0 {
			return outOfRange
		}
		return ""
	}
}

// place is a position in the binary that is the first argument.
func place(c *call, t term.Term) string {
	b, _ := c.args[0].Binary()
	n, small := t.Int()
	switch {
	case !t.IsInteger():
		return notInteger
	case !small && len(c.args) == 2 || small && n < 0:
		return outOfRange
	case len(c.args) == 2 || !c.args[0].IsBinary() || !c.args[2].IsInteger():
		return ""
	case !small || n > int64(len(b)):
		return outOfRange
	}
	return ""
}

// length goes with a place before it.
func length(c *call, t term.Term) string {
	b, _ := c.args[0].Binary()
	at, ok := c.args[1].Int()
	n, small := t.Int()
	switch {
	case !t.IsInteger():
		return notInteger
	case !ok || !c.args[0].IsBinary() || at < 0 || at > int64(len(b)):
		return ""
	case !small || at+n < 0 || at+n > int64(len(b)):
		return outOfRange
	}
	return ""
}

func poslen(c *call, t term.Term) string {
	e, ok := t.Tuple()
	if !ok || len(e) != 2 || !e[0].IsInteger() || !e[1].IsInteger() {
		return "not a valid {Pos,Length} tuple"
	}
	if c.args[0].IsBinary() {
		return outOfRange
	}
	return ""
}

func increment(c *call, t term.Term) string {
	if !t.IsInteger() {
		return notInteger
	}
	if !c.args[0].IsInteger() || !c.args[1].IsInteger() {
		return ""
	}
	if term.Compare(c.args[0], c.args[1]) > 0 {
		return "not a negative increment"
	}
	return "not a positive increment"
}

func domain(c *call, t term.Term) string {
	switch {
	case !t.IsNumber():
		return "not a number"
	case c.reason == atom.Badarith:
		return "is outside the domain for this function"
	}
	return ""
}

func isMap(t term.Term) bool {
	_, ok := t.Map()
	return ok
}

// pairs takes all pairs out of an iterator, to hear whether it is one.
func pairs(c *call, t term.Term) string {
	next := (&term.Fun{Module: term.Atom("maps"), Name: term.Atom("next"), Arity: 1, External: true}).Term()
	for !isMap(t) && t != atom.None {
		v, err := c.process.Call(next, t)
		if err != nil {
			return "not a map or an iterator"
		}
		for t = v; t != atom.None; {
			e, ok := t.Tuple()
			if !ok {
				break
			}
			t = e[2]
		}
	}
	return ""
}

func key(c *call, _ term.Term) string {
	if c.reason == atom.Badkey {
		return "not present in map"
	}
	return ""
}

func fun(arity int, text string) check {
	return must(func(t term.Term) bool {
		f, ok := t.Fun()
		return ok && f.Arity == arity
	}, text)
}

func binary(_ *call, t term.Term) string {
	switch {
	case t.IsBinary():
		return ""
	case t.IsBitstring():
		return "is a bitstring (expected a binary)"
	}
	return "not a binary"
}

// hexDigits tells the first pair that is no number.
func hexDigits(c *call, t term.Term) string {
	b, ok := t.Binary()
	if !ok {
		return binary(c, t)
	}
	if len(b)%2 != 0 {
		return "must contain an even number of bytes"
	}
	for ; len(b) > 0; b = b[2:] {
		if _, err := hex.DecodeString(string(b[:2])); err != nil && utf8.Valid(b[:2]) {
			return string(b[:2]) + " is not a valid hex"
		} else if err != nil {
			return ""
		}
	}
	return ""
}

func some(c *call, t term.Term) string {
	if b, ok := t.Binary(); ok && len(b) == 0 {
		return "a zero-sized binary is not allowed"
	}
	return binary(c, t)
}

func isBinaries(t term.Term) bool {
	elements, ok := t.Slice()
	for _, e := range elements {
		ok = ok && e.IsBinary()
	}
	return ok && len(elements) > 0
}

func isPattern(t term.Term) bool {
	if e, ok := t.Tuple(); ok && len(e) == 2 {
		return (e[0].AtomName() == "bm" || e[0].AtomName() == "ac") && isPattern(e[1])
	}
	if b, ok := t.Binary(); ok {
		return len(b) > 0
	}
	elements, _ := t.Slice()
	for _, e := range elements {
		if e == term.EmptyBinary {
			return false
		}
	}
	return isBinaries(t)
}

func isIodata(t term.Term) bool {
	_, ok := bif.Iodata(nil, t)
	return ok
}

// isChars does not look at what code points there are.
func isChars(t term.Term) bool {
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		if !c.Head.IsInteger() && !isChars(c.Head) {
			return false
		}
		t = c.Tail
	}
	return t.IsNil() || t.IsBinary()
}

func isEncoding(t term.Term) bool {
	if e, ok := t.Tuple(); ok && len(e) == 2 {
		order := e[1].AtomName()
		return (e[0].AtomName() == "utf16" || e[0].AtomName() == "utf32") && (order == "big" || order == "little")
	}
	switch t.AtomName() {
	case "latin1", "unicode", "utf8", "utf16", "utf32":
		return true
	}
	return false
}

// isCompiled asks re, which alone can tell what is inside.
func isCompiled(c *call, t term.Term) bool {
	inspect := (&term.Fun{Module: term.Atom("re"), Name: term.Atom("inspect"), Arity: 2, External: true}).Term()
	_, err := c.process.Call(inspect, t, term.Atom("namelist"))
	return err == nil
}

func compiled(c *call, t term.Term) string {
	if isCompiled(c, t) {
		return ""
	}
	return "not a compiled regular expression"
}

func options(c *call, t term.Term) string {
	if _, ok := t.Length(); !ok || c.cause == "badopt" {
		return "invalid options"
	}
	return ""
}

// source compiles a regular expression again, to hear what was wrong with it.
func source(c *call, t term.Term) string {
	if !isIodata(t) {
		return "not an iodata term"
	}
	compile := (&term.Fun{Module: term.Atom("re"), Name: term.Atom("compile"), Arity: 1, External: true}).Term()
	v, err := c.process.Call(compile, t)
	if err != nil {
		return ""
	}
	e, ok := v.Tagged(atom.ErrorAtom, 2)
	if !ok {
		return ""
	}
	what, _ := e[1].Tuple()
	text, _ := bif.Text(what[0])
	at, _ := what[1].Int()
	return fmt.Sprintf("could not parse regular expression\n%s on character %d", text, at)
}
