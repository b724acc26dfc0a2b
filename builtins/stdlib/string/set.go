package string

import (
	"github.com/erlsh/erlsh/lang/term"
)

// clusterSet is a set of grapheme clusters.
type clusterSet struct {
	single map[rune]bool
	longer map[string]bool
}

func newSet(t term.Term) (clusterSet, bool) {
	elements, ok := t.Slice()
	if !ok {
		return clusterSet{}, false
	}
	s := clusterSet{single: map[rune]bool{}}
	for _, e := range elements {
		if i, ok := e.Int(); ok {
			s.single[rune(i)] = true
			continue
		}
		runes, err := codepoints(e)
		if err != nil {
			return clusterSet{}, false
		}
		if s.longer == nil {
			s.longer = map[string]bool{}
		}
		s.longer[string(runes)] = true
	}
	return s, true
}

func setOf(runes string, longer ...string) clusterSet {
	s := clusterSet{single: map[rune]bool{}, longer: map[string]bool{}}
	for _, r := range runes {
		s.single[r] = true
	}
	for _, l := range longer {
		s.longer[l] = true
	}
	return s
}

// The characters of the Unicode property Pattern_White_Space, and the newlines.
var (
	whiteSpace = setOf("\t\n\v\f\r \u0085\u200e\u200f\u2028\u2029", "\r\n")
	newlines   = setOf("\n", "\r\n")
)

func (s clusterSet) empty() bool { return len(s.single)+len(s.longer) == 0 }

func (s clusterSet) has(runes []rune) bool {
	if len(runes) == 1 {
		return s.single[runes[0]]
	}
	return s.longer != nil && s.longer[string(runes)]
}

// span skips the clusters at the beginning that are in the set (or that are not, when in is false).
func (s clusterSet) span(t term.Term, in bool) (term.Term, *invalid) {
	var buffer [4]rune
	for {
		runes, rest, ok, err := s.cluster(t, buffer[:])
		if err != nil {
			return t, err
		}
		if !ok {
			return emptyLike(t), nil
		}
		if s.has(runes) != in {
			return t, nil
		}
		t = behindEmpty(rest)
	}
}

// behindEmpty passes over a binary in which there is nothing left.
func behindEmpty(t term.Term) term.Term {
	if c, ok := t.Cons(); ok {
		if b, isBinary := c.Head.Binary(); isBinary && len(b) == 0 {
			return c.Tail
		}
	}
	return t
}

// lastOther returns the rest behind the last cluster that is not in the set (or that is, when in is false).
func (s clusterSet) lastOther(t term.Term, in bool) (term.Term, *invalid) {
	var buffer [4]rune
	end := t
	for {
		runes, rest, ok, err := s.cluster(t, buffer[:])
		if err != nil {
			return t, err
		}
		if !ok {
			return end, nil
		}
		if s.has(runes) != in {
			end = rest
		}
		t = rest
	}
}

// cluster is the function of this name, with a byte of a binary that belongs to no character taken for one that is in no set.
func (s clusterSet) cluster(t term.Term, buffer []rune) ([]rune, term.Term, bool, *invalid) {
	runes, rest, ok, err := cluster(t, buffer)
	if err == nil || err.odd != nil {
		return runes, rest, ok, err
	}
	if b, isBinary := t.Binary(); isBinary {
		return append(buffer[:0], -1), term.Binary(b[1:]), true, nil
	}
	return runes, rest, ok, err
}
