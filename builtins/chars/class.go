package chars

import (
	"sync"

	"github.com/rivo/uniseg"

	"github.com/erlsh/erlsh/lang/term"
)

// class is what a code point is to its neighbours (UAX 29, "Grapheme Cluster Break Property Values").
type class uint8

const (
	other class = iota
	carriageReturn
	lineFeed
	control
	extender
	joiner
	spacing
	prepended
	regional
	leading
	vowel
	trailing
	syllable     // leading and vowel
	fullSyllable // leading, vowel and trailing
	picture
)

// examples are one code point of each class.
var examples = [...]rune{
	other: 'a', carriageReturn: '\r', lineFeed: '\n', control: 1, extender: 0x300, joiner: 0x200d, spacing: 0x903, prepended: 0x600,
	regional: 0x1f1e6, leading: 0x1100, vowel: 0x1160, trailing: 0x11a8, syllable: 0xac00, fullSyllable: 0xac01, picture: 0x1f600,
}

// classes are the states in which the library is behind a single code point: they differ where the classes do.
var classes = sync.OnceValue(func() map[int]class {
	m := map[int]class{}
	for c, r := range examples {
		m[stateBehind(r)] = class(c)
	}
	return m
})

func stateBehind(r rune) int {
	_, _, _, state := uniseg.FirstGraphemeClusterInString(string(r), -1)
	return state
}

// combining is the first code point that joins with what stands before it.
const combining = 0x300

func classOf(t term.Term) class {
	r := Rune(t)
	switch {
	case r < 0:
		return other
	case r == '\r':
		return carriageReturn
	case r == '\n':
		return lineFeed
	case r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0xad:
		return control
	case r == 0xa9 || r == 0xae:
		return picture
	case r < combining:
		return other
	}
	return classes()[stateBehind(r)]
}

// isControl tells whether nothing joins with a code point of the class.
func (c class) isControl() bool { return c == control || c == lineFeed || c == carriageReturn }

// extends tells whether a code point of the class belongs to whatever stands before it.
func (c class) extends() bool { return c == extender || c == spacing || c == joiner }
