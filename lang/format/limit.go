package format

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/term"
)

// Under a limit of characters a term is cut so that all of its parts can still be seen: it is tried at growing depths until it gets too
// long, and then at depths in between. What was cut says how it is made again, so that a deeper trial does not begin anew.

// more makes a node, or the rest of its kids, again: so much deeper, with another limit.
type more struct {
	node func(deeper, limit int) node
	rest func(deeper, limit int) ([]node, *node)
}

func (p *planner) again(t term.Term, depth int) *more {
	return &more{node: func(deeper, limit int) node { return p.plan(t, depth+deeper, limit) }}
}

func (p *planner) whenLimited(limit int, again func(deeper, limit int) node) *more {
	if limit < 0 {
		return nil
	}
	return &more{node: again}
}

func (p *planner) restWhenLimited(limit int, again func(deeper, limit int) ([]node, *node)) *more {
	if limit < 0 {
		return nil
	}
	return &more{rest: again}
}

// within makes the tree of t so deep that about limit characters are printed, but not deeper than depth; below 0 that is no bound.
func (p *planner) within(t term.Term, depth, limit int) node {
	n := p.plan(t, 1, limit)
	if n.cut == 0 || n.size > limit || depth == 1 {
		return n
	}
	for reached, step := 1, 4; ; step *= 2 {
		next := reached + step
		if depth >= 0 {
			next = min(next, depth)
		}
		deeper := n.expand(limit, next-reached)
		switch {
		case deeper.cut == 0 || deeper.size == n.size:
			return deeper
		case deeper.size > limit || depth >= 0 && next >= depth:
			return between(n, deeper, limit, reached, next)
		}
		n, reached = deeper, next
	}
}

// between finds the depth from which on a term is longer than the limit: at low it is not, at high it is.
func between(short, long node, limit, low, high int) node {
	for high-low > 1 {
		middle := (low + high) / 2
		n := short.expand(limit, middle-low)
		if n.size > limit {
			long, high = n, middle
		} else {
			short, low = n, middle
		}
	}
	if short.size == limit {
		return short
	}
	return long
}

// expand returns n printed so much deeper.
func (n *node) expand(limit, deeper int) node {
	if n.more != nil {
		return n.more.node(deeper, limit)
	}
	if n.cut == 0 {
		return *n
	}
	out := *n
	switch n.form {
	case tuple, tagged:
		out.expandKids(limit, deeper, 2)
	case mapping:
		out.expandKids(limit, deeper, 3)
	case record:
		out.expandKids(limit, deeper, n.name+2)
	case field:
		value := n.kids[0].expand(less(limit, n.name), deeper)
		out.kids = []node{value}
		out.size, out.cut = n.name+value.size, value.cut
	case pair:
		key := n.kids[0].expand(less(limit, 1), deeper)
		value := n.kids[1].expand(less(limit, key.size+4), deeper)
		out = newPair(key, value)
	}
	return out
}

func (n *node) expandKids(limit, deeper, around int) {
	limit = less(limit, around)
	kids := make([]node, len(n.kids))
	for i := range n.kids {
		if i < len(n.kids)-1 || n.rest != nil {
			limit = less(limit, 1)
		}
		kids[i] = n.kids[i].expand(limit, deeper)
		limit = less(limit, kids[i].size)
	}
	if n.rest != nil && n.rest.more != nil {
		var others []node
		others, n.rest = n.rest.more.rest(deeper, limit)
		kids = append(kids, others...)
	}
	n.kids = kids
	n.measure(around)
}

// limitedString makes a string of as much of a list as the limit has room for; false where it is no string.
func (p *planner) limitedString(t term.Term, limit int) (node, bool) {
	room := less(limit, 2)
	text := p.latin1Prefix
	if !p.o.Latin1 {
		text = p.unicodePrefix
	}
	runes, whole, ok := text(t, room)
	if !ok {
		return node{}, false
	}
	start := len(p.text)
	if !whole {
		p.open()
	}
	p.byte('"')
	for _, r := range runes {
		p.text = AppendEscaped(p.text, r, '"', p.o.Latin1)
	}
	p.byte('"')
	if !whole {
		p.close()
		p.string("...")
	}
	return p.leaf(start), true
}

// latin1Prefix returns the first characters of a list, if all of them are printable, and whether these are all there are.
func (p *planner) latin1Prefix(t term.Term, room int) (text []rune, whole, ok bool) {
	for len(text) < room {
		c, isCons := t.Cons()
		if !isCons {
			break
		}
		i, isInt := c.Head.Int()
		if !isInt || i < 0 || i > 0xff || !PrintableLatin1(rune(i)) {
			return nil, false, false
		}
		text = append(text, rune(i))
		t = c.Tail
	}
	return text, t.IsNil(), t.IsNil() || len(text) == room
}

// unicodePrefix is latin1Prefix for characters of Unicode; what a reader takes for one character counts as one.
func (p *planner) unicodePrefix(t term.Term, room int) (text []rune, whole, ok bool) {
	var all []byte
	bad := false
	for {
		c, isCons := t.Cons()
		if !isCons {
			bad = !t.IsNil()
			break
		}
		i, isInt := c.Head.Int()
		if !isInt || i < 0 || i > utf8.MaxRune || !utf8.ValidRune(rune(i)) {
			bad = true
			break
		}
		all = utf8.AppendRune(all, rune(i))
		t = c.Tail
		if len(all) > 8*room+64 && clusters(all) > room+1 { // enough to know
			break
		}
	}
	at := prefix(all, room, true)
	if at == 0 || bad && at == len(all) {
		return nil, false, false
	}
	whole = at == len(all) && t.IsNil()
	for _, r := range string(all[:at]) {
		if !PrintableLatin1(r) && !(p.o.Unicode && PrintableUnicode(r)) {
			return nil, false, false
		}
		text = append(text, r)
	}
	return text, whole, true
}

// keptDots is how much may follow a limited text before dots stand for it, which would be as long.
const keptDots = 3

// limitedText adds as much of characters as a limit has room for, with dots for the rest; false where they are none.
func (s *sink) limitedText(t term.Term, unicode bool, limit int) bool {
	room := less(limit, keptDots)
	if unicode {
		return s.limitedClusters(t, room)
	}
	l := latin1Limiter{s: s, room: room, cut: -1}
	if !l.add(t) {
		return false
	}
	if l.cut < 0 {
		return true
	}
	if chars(s.text[l.cut:]) > keptDots {
		s.text = append(s.text[:l.cut], "..."...)
	}
	return true
}

// latin1Limiter adds characters up to a limit, and then a few more to know whether dots are needed. Lists are not nested in the result;
// binaries are lists of their own.
type latin1Limiter struct {
	s     *sink
	room  int
	cut   int // where the text is cut when there is more than the few; below 0: the limit is not reached
	after bool
}

// full reports that no more is needed, and notes where the limit was reached.
func (l *latin1Limiter) full() bool {
	if l.room > 0 {
		return false
	}
	if l.after {
		return true
	}
	l.after, l.cut, l.room = true, len(l.s.text), keptDots+1
	return false
}

func (l *latin1Limiter) add(t term.Term) bool {
	var tails []term.Term
	for {
		if l.full() {
			return true
		}
		switch t.Kind() {
		case term.KindNil:
			if len(tails) == 0 {
				return true
			}
			t, tails = tails[len(tails)-1], tails[:len(tails)-1]
			continue
		case term.KindBinary, term.KindBits:
			b, ok := t.Binary()
			if !ok {
				return false
			}
			l.bytes(b)
			t = term.Nil
			continue
		case term.KindCons:
		default:
			return false
		}
		c, _ := t.Cons()
		if i, ok := c.Head.Int(); ok && i >= 0 && i <= 0xff {
			l.s.rune(rune(i))
			l.room--
			t = c.Tail
			continue
		}
		tails = append(tails, c.Tail)
		t = c.Head
	}
}

func (l *latin1Limiter) bytes(b []byte) {
	for {
		n := min(len(b), l.room)
		l.s.open()
		l.s.bytes(b[:n], false)
		l.s.close()
		l.room -= n
		if b = b[n:]; len(b) == 0 || l.full() {
			return
		}
	}
}

// limitedClusters is limitedText for characters of Unicode, in which several may be one for a reader: a list of their own.
func (s *sink) limitedClusters(t term.Term, room int) bool {
	var flat sink
	ok := flat.loose(t)
	cut := prefix(flat.text, room, true)
	end := cut + prefix(flat.text[cut:], keptDots+1, true)
	if !ok && end == len(flat.text) {
		return false
	}
	if clusters(flat.text[cut:end]) > keptDots {
		s.clusters(flat.text[:cut])
		s.string("...")
		return true
	}
	s.clusters(flat.text[:end])
	return true
}

// clusters adds a text whose clusters of several characters are lists of their own.
func (s *sink) clusters(text []byte) {
	for len(text) > 0 {
		n := prefix(text, 1, true)
		if _, one := decodeRune(text); one == n {
			s.text = append(s.text, text[:n]...)
		} else {
			s.open()
			s.text = append(s.text, text[:n]...)
			s.close()
		}
		text = text[n:]
	}
}

// loose adds characters without nesting; a byte in a binary that is no UTF-8 is one of Latin-1. It ends with false at what is no
// character.
func (s *sink) loose(t term.Term) bool {
	for {
		switch t.Kind() {
		case term.KindNil:
			return true
		case term.KindBinary, term.KindBits:
			b, ok := t.Binary()
			for len(b) > 0 {
				r, n := utf8.DecodeRune(b)
				if r == utf8.RuneError && n == 1 {
					r = rune(b[0])
				}
				s.rune(r)
				b = b[n:]
			}
			return ok
		case term.KindCons:
		default:
			return false
		}
		c, _ := t.Cons()
		t = c.Tail
		if i, ok := c.Head.Int(); ok && i >= 0 && i <= utf8.MaxRune {
			s.rune(rune(i))
		} else if !s.loose(c.Head) {
			return false
		}
	}
}
