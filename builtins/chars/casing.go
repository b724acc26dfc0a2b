package chars

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/erlsh/erlsh/lang/term"
)

// Casing is one of the ways in which letters change.
type Casing struct {
	Name   string
	simple func(r rune) rune
	full   func() cases.Caser
	fold   bool
}

// Casings are all the ways.
type Casings struct{ Upper, Lower, Title, Fold Casing }

// AllCasings returns the ways in which letters change.
func AllCasings() Casings {
	return Casings{
		Upper: Casing{"uppercase", unicode.ToUpper, func() cases.Caser { return cases.Upper(language.Und) }, false},
		Lower: Casing{"lowercase", unicode.ToLower, func() cases.Caser { return cases.Lower(language.Und, cases.HandleFinalSigma(false)) }, false},
		Title: Casing{"titlecase", unicode.ToTitle, func() cases.Caser { return cases.Title(language.Und, cases.NoLower) }, false},
		Fold:  Casing{"casefold", unicode.ToLower, func() cases.Caser { return cases.Fold() }, true},
	}
}

// ASCII changes a code point below 128.
func (c Casing) ASCII(r rune) rune { return c.simple(r) }

// Append changes one code point, which may become several. Only letters above ASCII need the full tables, which look at each by itself.
func (c Casing) Append(out []rune, r rune) []rune {
	switch {
	case r >= 0 && r < utf8.RuneSelf:
		return append(out, c.simple(r))
	case !utf8.ValidRune(r):
		return append(out, r)
	case c.fold && (r >= 0x13a0 && r <= 0x13fd || r >= 0xab70 && r <= 0xabbf):
		return append(out, unicode.ToUpper(r)) // Cherokee folds to its capitals, which the library does not know
	}
	for _, x := range c.full().String(string(r)) {
		out = append(out, x)
	}
	return out
}

// Of changes one code point as a term: it may become a list of several. What is no code point stays.
func (c Casing) Of(t term.Term) term.Term {
	r := Rune(t)
	if r < 0 {
		return t
	}
	var buffer [3]rune
	switch out := c.Append(buffer[:0], r); {
	case len(out) != 1:
		return List(out, term.Nil)
	case out[0] != r:
		return term.Int(int64(out[0]))
	}
	return t
}
