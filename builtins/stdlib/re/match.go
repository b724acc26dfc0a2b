package re

import (
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// subject is what is searched: bytes, and the characters that the library sees. Without unicode each byte is one.
type subject struct {
	bytes   []byte
	runes   []rune
	offsets []int // of the characters in bytes, and the end; nil where they are the same
	unicode bool
}

func newSubject(t term.Term, unicode bool) (*subject, bool) {
	if !t.IsList() && !t.IsBinary() {
		return nil, false
	}
	s := &subject{unicode: unicode}
	if !unicode {
		b, isBinary := t.Binary()
		if !isBinary {
			if b, isBinary = bif.Iodata(nil, t); !isBinary {
				return nil, false
			}
		}
		s.bytes, s.runes = b, runesOf(b)
		return s, true
	}
	text, ok := bif.Text(t)
	if !ok {
		return nil, false
	}
	s.bytes, s.runes = []byte(text), []rune(text)
	if len(s.bytes) > len(s.runes) {
		s.offsets = make([]int, 0, len(s.runes)+1)
		for i := range text {
			s.offsets = append(s.offsets, i)
		}
		s.offsets = append(s.offsets, len(text))
	}
	return s, true
}

func (s *subject) byteAt(i int) int {
	if s.offsets == nil {
		return i
	}
	return s.offsets[i]
}

// start turns an offset in bytes into one in characters.
func (s *subject) start(offset int64) (int, bool) {
	if offset > int64(len(s.bytes)) {
		return 0, false
	}
	if s.offsets == nil {
		return int(offset), true
	}
	if offset < int64(len(s.bytes)) && !utf8.RuneStart(s.bytes[offset]) {
		return 0, false
	}
	return utf8.RuneCount(s.bytes[:offset]), true
}

// found is a match: the limits of the whole and of each group in characters, -1 for a group that took no part.
type found [][2]int

func (f found) empty() bool { return f[0][0] == f[0][1] }

// try runs a variant of the pattern from a place on.
func (c *compiled) try(s *subject, at int, kind string) found {
	r, err := c.regexp(kind)
	if err != nil {
		return nil
	}
	m, err := r.FindRunesMatchStartingAt(s.runes, at)
	if err != nil || m == nil {
		return nil
	}
	return limits(m, c.groups)
}

func limits(m *regexp2.Match, groups int) found {
	out := make(found, groups+1)
	for i := range out {
		out[i] = [2]int{-1, -1}
		if g := m.GroupByNumber(i); g != nil && len(g.Captures) > 0 {
			out[i] = [2]int{g.RuneIndex, g.RuneIndex + g.RuneLength}
		}
	}
	return out
}

// match finds the first match from a place on, as the options want it.
func (c *compiled) match(s *subject, at int, o *options) found {
	kind := plain
	if o.runAnchored {
		kind = anchored
	}
	if o.notemptyAtstart {
		if m := c.try(s, at, nonempty); m != nil {
			return m
		}
	}
	for at <= len(s.runes) {
		m := c.try(s, at, kind)
		switch {
		case m == nil:
			return nil
		case !m.empty() || !o.notempty && !(o.notemptyAtstart && m[0][0] == at):
			return m
		}
		if longer := c.try(s, m[0][0], nonempty); longer != nil {
			return longer
		}
		if kind == anchored {
			return nil
		}
		at = m[0][0] + 1
		o.notemptyAtstart = false
	}
	return nil
}

// all finds the matches one behind the other, at most limit ones unless that is negative. Behind an empty match the next may begin at
// the same place if it is not empty.
func (c *compiled) all(s *subject, at int, o *options, limit int) []found {
	var out []found
	for limit < 0 || len(out) < limit {
		m := c.match(s, at, o)
		if m == nil {
			return out
		}
		out = append(out, m)
		for m.empty() && (limit < 0 || len(out) < limit) {
			longer := c.try(s, m[0][1], nonempty)
			if longer == nil {
				break
			}
			m = longer
			out = append(out, m)
		}
		at = m[0][1]
		if m.empty() {
			at++
		}
		if at > len(s.runes) {
			return out
		}
	}
	return out
}

// captured is the list of what the options ask for.
func (o *options) captured(c *compiled, s *subject, m found) term.Term {
	var out term.Builder
	switch o.capture {
	case captureFirst:
		return term.List(s.value(m[0], o.kind))
	case captureAll, captureAllButFirst:
		last := len(m)
		for last > 1 && m[last-1][0] < 0 {
			last--
		}
		from := 0
		if o.capture == captureAllButFirst {
			from = 1
		}
		for _, g := range m[from:last] {
			out.Add(s.value(g, o.kind))
		}
	case captureNames:
		for _, name := range c.sortedNames() {
			out.Add(s.value(m.named(c, name), o.kind))
		}
	case captureList:
		for _, w := range o.which {
			out.Add(s.value(m.which(c, w), o.kind))
		}
	}
	return out.List(term.Nil)
}

// named returns the group of a name; of several the first that took part.
func (f found) named(c *compiled, name string) [2]int {
	for _, n := range c.names[name] {
		if f[n][0] >= 0 {
			return f[n]
		}
	}
	return [2]int{-1, -1}
}

// which returns the group of a number or name.
func (f found) which(c *compiled, t term.Term) [2]int {
	if n, ok := t.Int(); ok {
		if n < 0 || n >= int64(len(f)) {
			return [2]int{-1, -1}
		}
		return f[n]
	}
	name, ok := t.Atom()
	if !ok {
		name, _ = bif.Text(t)
	}
	return f.named(c, name)
}

func (s *subject) bytesOf(g [2]int) []byte {
	if g[0] < 0 {
		return nil
	}
	from, to := s.byteAt(g[0]), s.byteAt(g[1])
	return s.bytes[from:to:to]
}

func (s *subject) value(g [2]int, kind string) term.Term {
	switch kind {
	case "list":
		if g[0] < 0 {
			return term.Nil
		}
		elements := make([]term.Term, g[1]-g[0])
		for i, r := range s.runes[g[0]:g[1]] {
			elements[i] = term.Int(int64(r))
		}
		return term.List(elements...)
	case "index":
		if g[0] < 0 {
			return term.Tuple(term.Int(-1), term.Int(0))
		}
		from, to := s.byteAt(g[0]), s.byteAt(g[1])
		return term.Tuple(term.Int(int64(from)), term.Int(int64(to-from)))
	}
	return term.Binary(s.bytesOf(g))
}
