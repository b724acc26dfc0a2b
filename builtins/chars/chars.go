// Package chars takes chardata apart, for the modules string, unicode and unicode_util: lists of code points, binaries in UTF-8 and other
// encodings, and lists of both as deep as one likes.
//
// CodePoint and Cluster take the first character off a text and say what is left of it, in the shape in which OTP's unicode_util leaves
// it: whatever is not text keeps its place there, and shows when its turn comes.
package chars

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// Outcome is how taking a character ended.
type Outcome uint8

// The outcomes.
const (
	Taken Outcome = iota // Head is the character, Rest what follows
	End                  // there is nothing left
	Wrong                // Rest begins with bytes that are no UTF-8
	Odd                  // what comes next is no chardata at all: Err says so
)

// Step is one character taken off a text: a code point, or a list of the code points of a cluster.
type Step struct {
	Head, Rest term.Term
	Outcome    Outcome
	Err        error
}

func taken(head, rest term.Term) Step { return Step{Head: head, Rest: rest} }

func odd(name string, args ...term.Term) Step {
	return Step{Outcome: Odd, Err: bif.ClauseOf("unicode_util", name, args...)}
}

// List is the text of a step that took something: its head and what follows.
func (s Step) List() term.Term { return term.NewCons(s.Head, s.Rest) }

// CodePoint takes the first code point off a text. Any integer in a list passes for one.
func CodePoint(t term.Term) Step {
	for {
		c, ok := t.Cons()
		switch {
		case !ok:
			return lone(t)
		case c.Head.IsInteger():
			return taken(c.Head, c.Tail)
		case c.Tail.IsNil():
			t = c.Head
		default:
			step, next := inner(c.Head, c.Tail)
			if next.None() {
				return step
			}
			t = next
		}
	}
}

// lone takes the first code point off what is no list with elements.
func lone(t term.Term) Step {
	if t.IsNil() {
		return Step{Outcome: End}
	}
	b, ok := t.Binary()
	if !ok {
		return odd("cp", t)
	}
	if len(b) == 0 {
		return Step{Outcome: End}
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n <= 1 {
		return Step{Rest: t, Outcome: Wrong}
	}
	return taken(term.Int(int64(r)), term.Binary(b[n:]))
}

// inner takes the first code point off t, behind which rest stands. When there is none in t, it returns the text to go on with.
func inner(t, rest term.Term) (Step, term.Term) {
	for {
		c, ok := t.Cons()
		switch {
		case !ok:
			return innermost(t, rest)
		case c.Head.IsInteger() && c.Tail.IsNil():
			return taken(c.Head, lifted(rest)), term.None
		case c.Head.IsInteger():
			return taken(c.Head, joined(c.Tail, rest)), term.None
		case c.Tail.IsNil():
			t = c.Head
		default:
			t, rest = c.Head, term.NewCons(c.Tail, rest)
		}
	}
}

func innermost(t, rest term.Term) (Step, term.Term) {
	if t.IsNil() {
		return Step{}, rest
	}
	b, ok := t.Binary()
	if !ok {
		return odd("cpl", t, rest), term.None
	}
	if len(b) == 0 {
		return Step{}, rest
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n <= 1 {
		return Step{Rest: term.NewCons(t, rest), Outcome: Wrong}, term.None
	}
	return taken(term.Int(int64(r)), term.NewCons(term.Binary(b[n:]), rest)), term.None
}

// lifter takes the next few code points out of their lists along with the first one, so that a text that is walked through has its
// nested lists looked at once for several.
type lifter struct {
	out   term.Builder
	level int
}

const levels = 3

func lifted(t term.Term) term.Term { return (&lifter{level: 1}).one(t) }

func joined(t, rest term.Term) term.Term { return (&lifter{level: 1}).two(t, rest) }

// one goes on in a text behind which nothing stands.
func (l *lifter) one(t term.Term) term.Term {
	for {
		c, ok := t.Cons()
		switch {
		case !ok, c.Head.IsInteger() && l.level == levels:
			return l.out.List(t)
		case c.Head.IsInteger():
			l.out.Add(c.Head)
			l.level++
			t = c.Tail
		case c.Tail.IsNil():
			t = c.Head
		default:
			return l.two(c.Head, c.Tail)
		}
	}
}

// two goes on in a text with another one behind it.
func (l *lifter) two(t, rest term.Term) term.Term {
	for {
		c, ok := t.Cons()
		switch {
		case t.IsNil():
			return l.one(rest)
		case !ok:
			return l.out.List(term.NewCons(t, rest))
		case c.Head.IsInteger() && l.level == levels && c.Tail.IsNil():
			return l.out.List(term.NewCons(c.Head, rest))
		case c.Head.IsInteger() && l.level == levels:
			return l.out.List(term.NewCons(c.Head, term.NewCons(c.Tail, rest)))
		case c.Head.IsInteger():
			l.out.Add(c.Head)
			l.level++
			t = c.Tail
		case c.Tail.IsNil():
			t = c.Head
		default:
			t, rest = c.Head, term.NewCons(c.Tail, rest)
		}
	}
}

// Rune is a code point for Go's tables; what is none is none there either.
func Rune(t term.Term) rune {
	if i, ok := t.Int(); ok && i >= 0 && i <= utf8.MaxRune {
		return rune(i)
	}
	return -1
}

// List is a list of code points.
func List(runes []rune, tail term.Term) term.Term {
	elements := make([]term.Term, len(runes))
	for i, r := range runes {
		elements[i] = term.Int(int64(r))
	}
	return term.ListTail(elements, tail)
}
