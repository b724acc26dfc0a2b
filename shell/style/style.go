// Package style says what has which colour at the prompt. Without a terminal, or with NO_COLOR set, nothing has one: a Theme that is
// off returns every text unchanged.
//
// Start with New and Theme.Value.
package style

import (
	"strings"
	"unicode"

	"github.com/fatih/color"
)

// Theme colours texts. The zero Theme is off.
type Theme struct {
	on                                           bool
	atom, number, text, identity, failure, aside *color.Color
}

// New returns a theme; off unless on.
func New(on bool) Theme {
	t := Theme{
		on:       on,
		atom:     color.New(color.FgCyan),
		number:   color.New(color.FgYellow),
		text:     color.New(color.FgGreen),
		identity: color.New(color.FgMagenta),
		failure:  color.New(color.FgRed),
		aside:    color.New(color.Faint),
	}
	for _, c := range []*color.Color{t.atom, t.number, t.text, t.identity, t.failure, t.aside} {
		if on {
			c.EnableColor() // the decision is New's caller's alone
		}
	}
	return t
}

// Failure colours an exception or an error text.
func (t Theme) Failure(text string) string { return t.lines(t.failure, text) }

// Aside colours an explanation that stands beside the result.
func (t Theme) Aside(text string) string { return t.lines(t.aside, text) }

// lines colours each line for itself, so that a pager or a cut line never bleeds.
func (t Theme) lines(c *color.Color, text string) string {
	if !t.on || text == "" {
		return text
	}
	parts := strings.Split(text, "\n")
	for i, p := range parts {
		if p != "" {
			parts[i] = c.Sprint(p)
		}
	}
	return strings.Join(parts, "\n")
}

// Value colours a printed term by what its parts are: atoms, numbers, strings, and the likes of <0.1.0> and #Ref<...>.
func (t Theme) Value(text string) string {
	if !t.on {
		return text
	}
	var out strings.Builder
	runes := []rune(text)
	for i := 0; i < len(runes); {
		end, c := t.token(runes, i)
		if c == nil {
			out.WriteRune(runes[i])
			i++
			continue
		}
		out.WriteString(t.lines(c, string(runes[i:end])))
		i = end
	}
	return out.String()
}

// token returns the end and the colour of the token at i; no colour for punctuation, white space and variables.
func (t Theme) token(r []rune, i int) (int, *color.Color) {
	switch c := r[i]; {
	case c == '"':
		return quoted(r, i), t.text
	case c == '\'':
		return quoted(r, i), t.atom
	case c == '#' && i+1 < len(r) && unicode.IsUpper(r[i+1]): // #Ref<0.1.2.3>, #Fun<m.1.2>, #Port<0.1>
		return past(r, i, '>'), t.identity
	case c == '<' && i+1 < len(r) && unicode.IsDigit(r[i+1]) && isPid(r, i):
		return past(r, i, '>'), t.identity
	case unicode.IsDigit(c), c == '-' && i+1 < len(r) && unicode.IsDigit(r[i+1]):
		return run(r, i+1, func(c rune) bool { return unicode.IsDigit(c) || c == '.' || c == 'e' || c == '#' }), t.number
	case unicode.IsLower(c):
		return run(r, i, wordRune), t.atom
	case unicode.IsUpper(c), c == '_':
		return run(r, i, wordRune), t.aside
	}
	return i, nil
}

func wordRune(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) || c == '_' || c == '@' }

func run(r []rune, i int, in func(rune) bool) int {
	for i < len(r) && in(r[i]) {
		i++
	}
	return i
}

func quoted(r []rune, i int) int {
	q := r[i]
	for i++; i < len(r); i++ {
		if r[i] == '\\' {
			i++
		} else if r[i] == q {
			return i + 1
		}
	}
	return len(r)
}

func past(r []rune, i int, c rune) int {
	for i < len(r) && r[i] != c {
		i++
	}
	return min(i+1, len(r))
}

// isPid tells <0.85.0> from the beginning of a binary.
func isPid(r []rune, i int) bool {
	dots := 0
	end := run(r, i+1, func(c rune) bool {
		if c == '.' {
			dots++
		}
		return unicode.IsDigit(c) || c == '.'
	})
	return dots == 2 && end < len(r) && r[end] == '>'
}
