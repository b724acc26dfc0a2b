package chars

import (
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/erlsh/erlsh/lang/term"
)

// Form is one of the normal forms.
type Form struct {
	Name             string
	compose, compat  bool
	unchanged        int64 // below this no code point changes
	firstDecomposing norm.Form
}

// Forms returns the normal forms.
func Forms() []Form {
	return []Form{
		{"nfd", false, false, 0x80, norm.NFD},
		{"nfc", true, false, 0x100, norm.NFD},
		{"nfkd", false, true, 0x80, norm.NFKD},
		{"nfkc", true, true, 0x80, norm.NFKD},
	}
}

// Of brings a cluster, as Cluster takes it off, into the form. Where compatible characters are several clusters in their
// simple form, they make up one list here as well.
func (f Form) Of(cluster term.Term) term.Term {
	if below(cluster, f.unchanged) {
		return cluster
	}
	all, isList := cluster.Slice()
	if !isList {
		all = []term.Term{cluster}
	}
	plain := f.decompose(all)
	if !f.compose || len(plain) == 1 {
		return oneOrMore(plain)
	}
	if !f.compat {
		return oneOrMore(composed(plain))
	}
	var out []term.Term
	for rest := term.List(plain...); ; {
		s := Cluster(rest)
		if s.Outcome != Taken {
			return term.List(out...)
		}
		part, isList := s.Head.Slice()
		if !isList {
			part = []term.Term{s.Head}
		}
		out = append(out, composed(part)...)
		rest = s.Rest
	}
}

// oneOrMore is a code point, or a list of several.
func oneOrMore(all []term.Term) term.Term {
	if len(all) == 1 {
		return all[0]
	}
	return term.List(all...)
}

// decompose takes code points apart and brings the marks among them into their order.
func (f Form) decompose(all []term.Term) []term.Term {
	var out []term.Term
	for _, t := range all {
		out = append(out, f.apart(t)...)
	}
	for i := 0; i < len(out); {
		if Marking(out[i]) == 0 {
			i++
			continue
		}
		j := i
		for j < len(out) && Marking(out[j]) > 0 {
			j++
		}
		slices.SortStableFunc(out[i:j], func(a, b term.Term) int { return int(Marking(a)) - int(Marking(b)) })
		i = j
	}
	return out
}

// Syllables of Hangul are made of these by computation.
const (
	firstSyllable = 0xac00
	lastSyllable  = 0xd7a3
	firstLeading  = 0x1100
	lastLeading   = 0x1112
	firstVowel    = 0x1161
	lastVowel     = 0x1175
	noTrailing    = 0x11a7
	lastTrailing  = 0x11c2
	trailings     = 28
	vowels        = 21
)

func (f Form) apart(t term.Term) []term.Term {
	r := Rune(t)
	if r >= firstSyllable && r <= lastSyllable {
		n := r - firstSyllable
		out := []rune{firstLeading + n/(vowels*trailings), firstVowel + n%(vowels*trailings)/trailings}
		if n%trailings > 0 {
			out = append(out, noTrailing+n%trailings)
		}
		return terms(out)
	}
	if !utf8.ValidRune(r) {
		return []term.Term{t}
	}
	d := f.firstDecomposing.PropertiesString(string(r)).Decomposition()
	if len(d) == 0 {
		return []term.Term{t}
	}
	return terms([]rune(string(d)))
}

func terms(runes []rune) []term.Term {
	out := make([]term.Term, len(runes))
	for i, r := range runes {
		out[i] = term.Int(int64(r))
	}
	return out
}

// Canonical returns what a code point is made of, or nothing.
func Canonical(t term.Term) []term.Term { return partsOf(norm.NFD, t) }

func partsOf(form norm.Form, t term.Term) []term.Term {
	r := Rune(t)
	if !utf8.ValidRune(r) {
		return nil
	}
	return terms([]rune(string(form.PropertiesString(string(r)).Decomposition())))
}

// Marking is the canonical combining class of a code point: 0 for what is no mark.
func Marking(t term.Term) uint8 {
	r := Rune(t)
	if !utf8.ValidRune(r) {
		return 0
	}
	return norm.NFD.PropertiesString(string(r)).CCC()
}

// composed puts the code points of a cluster together, as far as there are characters for them.
func composed(all []term.Term) []term.Term {
	if len(all) < 2 {
		return all
	}
	lead, mid := Rune(all[0]), Rune(all[1])
	if lead < firstLeading || lead > lastLeading {
		return marked(all)
	}
	if mid < firstVowel || mid > lastVowel {
		return append([]term.Term{all[0]}, composed(all[1:])...)
	}
	whole := firstSyllable + ((lead-firstLeading)*vowels+mid-firstVowel)*trailings
	rest := all[2:]
	if len(rest) > 0 {
		if last := Rune(rest[0]); last >= noTrailing && last <= lastTrailing {
			whole += last - noTrailing
			rest = rest[1:]
		}
	}
	return append(terms([]rune{whole}), rest...)
}

// marked joins a base with those marks behind it that no mark of the same class keeps apart from it.
func marked(all []term.Term) []term.Term {
	base, kept := all[0], []term.Term(nil)
	last := Marking(base)
	for _, mark := range all[1:] {
		c := Marking(mark)
		if last == 0 || last < c {
			if whole, ok := pair(base, mark); ok {
				base = whole
				continue
			}
		}
		kept, last = append(kept, mark), c
	}
	return append([]term.Term{base}, kept...)
}

func pair(base, mark term.Term) (term.Term, bool) {
	a, b := Rune(base), Rune(mark)
	if !utf8.ValidRune(a) || !utf8.ValidRune(b) || b >= firstLeading && b <= lastTrailing {
		return term.None, false
	}
	text := norm.NFC.String(string([]rune{a, b}))
	r, n := utf8.DecodeRuneInString(text)
	return term.Int(int64(r)), n == len(text)
}
