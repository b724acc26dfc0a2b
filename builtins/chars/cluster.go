package chars

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// latin is where the code points end of which two that follow one another are looked at no further.
const latin = 0x100

// Cluster takes the first grapheme cluster off a text.
func Cluster(t term.Term) Step {
	for {
		if b, ok := t.Binary(); ok && len(b) > 0 {
			return ofBinary(t, b)
		}
		c, ok := t.Cons()
		switch {
		case ok && c.Head.IsInteger() && c.Tail.IsNil():
			return taken(c.Head, c.Tail)
		case ok && isReturn(c.Head):
			return behindReturn(c.Head, c.Tail)
		case ok && below(c.Head, latin):
			return ofLatin(c)
		case ok && c.Head.IsInteger():
			return grow(c.Head, c.Tail)
		}
		s := CodePoint(t)
		if s.Outcome != Taken {
			return s
		}
		t = s.List()
	}
}

func isReturn(t term.Term) bool {
	i, ok := t.Int()
	return ok && i == '\r'
}

// below tells whether t is a number below a limit: (sic) floats are let through where only that is asked.
func below(t term.Term, limit int64) bool {
	if i, ok := t.Int(); ok {
		return i < limit
	}
	return t.IsNumber() && term.Compare(t, term.Int(limit)) < 0
}

// ofBinary takes the first cluster off a binary that is not empty.
func ofBinary(t term.Term, b []byte) Step {
	s := lone(t)
	if s.Outcome != Taken {
		return s
	}
	rest, _ := s.Rest.Binary()
	if b[0] != '\r' && below(s.Head, latin) {
		if r, n := utf8.DecodeRune(rest); n > 0 && r < latin {
			return s
		}
	}
	return grow(s.Head, s.Rest)
}

// behindReturn goes on behind a carriage return in a list. (sic) Bytes behind it that are no UTF-8 leave an error for the rest.
func behindReturn(head, rest term.Term) Step {
	switch s := CodePoint(rest); s.Outcome {
	case Odd:
		return s
	case End:
		return taken(head, term.Nil)
	case Wrong:
		return taken(head, s.Error())
	default:
		if i, ok := s.Head.Int(); ok && i == '\n' {
			return taken(term.List(head, s.Head), s.Rest)
		}
		return taken(head, s.List())
	}
}

// Error is what stands for bytes that are no UTF-8: a tuple with the text from there on.
func (s Step) Error() term.Term { return term.Tuple(term.Atom("error"), s.Rest) }

// ofLatin takes the first cluster off a list that begins with a code point of Latin-1. A binary behind it stays one.
func ofLatin(c *term.Cons) Step {
	if d, ok := c.Tail.Cons(); ok && below(d.Head, latin) {
		return taken(c.Head, c.Tail)
	}
	if !inLists(c.Tail) {
		return grow(c.Head, c.Tail)
	}
	s := CodePoint(c.Tail)
	if s.Outcome == End {
		return taken(c.Head, term.Nil)
	}
	if below(s.Head, latin) {
		return taken(c.Head, s.List())
	}
	return grow(c.Head, s.List())
}

// inLists tells whether the first code point of a text stands in a list and no binary before it, not even an empty one.
func inLists(t term.Term) bool {
	found, ok := listed(t)
	return found || ok
}

func listed(t term.Term) (found, ok bool) {
	for c, more := t.Cons(); more; c, more = t.Cons() {
		if c.Head.IsInteger() {
			return true, true
		}
		if found, ok := listed(c.Head); found || !ok {
			return found, ok
		}
		t = c.Tail
	}
	return false, t.IsNil()
}

// grow takes the cluster that begins with head off a text.
func grow(head, rest term.Term) Step {
	g := growing{cluster: []term.Term{head}, rest: rest}
	switch classOf(head) {
	case carriageReturn:
		s := CodePoint(rest)
		if i, ok := s.Head.Int(); ok && i == '\n' {
			return taken(term.List(head, s.Head), s.Rest)
		}
		if s.Outcome == Odd {
			return s
		}
		return taken(head, rest)
	case lineFeed, control:
		return taken(head, rest)
	case prepended:
		return prepend(head, rest)
	case picture:
		return g.pictures()
	case regional:
		g.take(regional)
	case leading:
		g.syllables()
	case vowel, syllable:
		g.vowels()
	case trailing, fullSyllable:
		g.trailers()
	}
	return g.extend()
}

func prepend(head, rest term.Term) Step {
	s := CodePoint(rest)
	switch {
	case s.Outcome == Odd:
		return s
	case s.Outcome == End:
		return taken(head, term.Nil)
	case s.Outcome == Wrong:
		return taken(head, s.Rest)
	case classOf(s.Head).isControl():
		return taken(head, rest)
	}
	s = grow(s.Head, s.Rest)
	if s.Outcome == Odd {
		return s
	}
	if !s.Head.IsList() {
		s.Head = term.List(s.Head)
	}
	return taken(term.NewCons(head, s.Head), s.Rest)
}

// growing is a cluster with what stands behind it.
type growing struct {
	cluster []term.Term
	rest    term.Term
}

func (g *growing) add(s Step) {
	g.cluster, g.rest = append(g.cluster, s.Head), s.Rest
}

// take adds the next code point when it is of one of the classes, and returns which, or other.
func (g *growing) take(wanted ...class) class {
	s := CodePoint(g.rest)
	if s.Outcome != Taken {
		return other
	}
	c := classOf(s.Head)
	for _, w := range wanted {
		if c == w {
			g.add(s)
			return c
		}
	}
	return other
}

func (g *growing) syllables() {
	for {
		switch g.take(leading, vowel, syllable, fullSyllable) {
		case leading:
			continue
		case vowel, syllable:
			g.vowels()
		case fullSyllable:
			g.trailers()
		}
		return
	}
}

func (g *growing) vowels() {
	for {
		switch g.take(vowel, trailing) {
		case vowel:
			continue
		case trailing:
			g.trailers()
		}
		return
	}
}

func (g *growing) trailers() {
	for g.take(trailing) == trailing {
	}
}

// head is the cluster as a term.
func (g *growing) head() term.Term {
	if len(g.cluster) == 1 {
		return g.cluster[0]
	}
	return term.List(g.cluster...)
}

// extend adds what extends the cluster.
func (g *growing) extend() Step {
	for {
		s := CodePoint(g.rest)
		switch {
		case s.Outcome == Odd:
			return s
		case s.Outcome == Wrong && len(g.cluster) == 1:
			return taken(g.head(), s.Rest)
		case s.Outcome == Wrong: // (sic) one level deeper behind more than one
			return taken(g.head(), term.List(s.Rest))
		case s.Outcome == End || !classOf(s.Head).extends():
			return taken(g.head(), g.rest)
		}
		g.add(s)
	}
}

// pictures goes on behind a picture: with what extends it, and with more pictures, each behind a joiner.
func (g *growing) pictures() Step {
	joined := false
	for {
		s := CodePoint(g.rest)
		if s.Outcome == Odd {
			return s
		}
		if s.Outcome == Wrong {
			return g.broken(s.Rest)
		}
		c := classOf(s.Head)
		if s.Outcome == End || joined && c != picture || !joined && !c.extends() {
			return taken(g.head(), g.rest)
		}
		joined = c == joiner
		g.add(s)
	}
}

// broken ends a cluster of pictures at bytes that are no UTF-8: (sic) these stand behind the rest once more, which must be a list.
func (g *growing) broken(rest term.Term) Step {
	all, ok := g.rest.Slice()
	if !ok {
		text := term.NewCons(g.head(), g.rest)
		return Step{Outcome: Odd, Err: bif.ErtsError(term.Atom("badarg"), "++", text, term.List(rest))}
	}
	return taken(g.head(), term.ListTail(all, term.List(rest)))
}
