package erl_stdlib_errors

import (
	"github.com/erlsh/erlsh/lang/term"
)

// sequenceTypes are what the arguments of each control sequence have to be.
var sequenceTypes = map[rune][]argument{
	'~': nil, 'n': nil, 'c': {integer}, 'f': {float}, 'e': {float}, 'g': {float}, 's': {str}, 'w': {anyTerm}, 'p': {anyTerm},
	'W': {anyTerm, integer}, 'P': {anyTerm, integer}, 'b': {integer}, 'B': {integer}, 'x': {integer, str}, 'X': {integer, str},
	'+': {anyTerm}, '#': {anyTerm}, 'i': {anyTerm},
}

// argumentTypes returns the types of the arguments that a format wants, or what is wrong with it.
func argumentTypes(fmt term.Term) (all []argument, wrong string) {
	c := formatChecker{}
	switch {
	case fmt.IsAtom():
		c.text = []rune(fmt.AtomName())
	case fmt.IsBinary():
		b, _ := fmt.Binary()
		for _, octet := range b {
			c.text = append(c.text, rune(octet))
		}
	default:
		list, _ := fmt.Slice()
		for _, t := range list {
			i, _ := t.Int()
			c.text = append(c.text, rune(i))
		}
	}
	for len(c.text) > 0 {
		if !c.accept('~') {
			c.text = c.text[1:]
			continue
		}
		if wrong := c.sequence(); wrong != "" {
			return nil, wrong
		}
	}
	return c.types, ""
}

// formatChecker reads a format without arguments.
type formatChecker struct {
	text  []rune
	types []argument
}

func (c *formatChecker) accept(r rune) bool {
	if len(c.text) == 0 || c.text[0] != r {
		return false
	}
	c.text = c.text[1:]
	return true
}

// number reads digits, or a star for an argument.
func (c *formatChecker) number() {
	if c.accept('*') {
		c.types = append(c.types, integer)
		return
	}
	for len(c.text) > 0 && c.text[0] >= '0' && c.text[0] <= '9' {
		c.text = c.text[1:]
	}
}

func (c *formatChecker) sequence() (wrong string) {
	if len(c.text) > 1 && c.text[0] == '-' && (c.text[1] == '*' || c.text[1] >= '0' && c.text[1] <= '9') {
		c.text = c.text[1:]
	}
	c.number()
	if c.accept('.') {
		c.number()
		if len(c.text) > 1 && c.accept('.') && !c.star() {
			c.text = c.text[1:]
		}
	}
	modifiers := ""
	for c.accept('t') {
		modifiers = "t"
	}
	allowed := "cspPwW"
	if c.accept('l') {
		allowed = "pP"
		modifiers = "l"
		if c.accept('t') {
			modifiers = "lt"
		}
	}
	if len(c.text) == 0 {
		return "truncated"
	}
	control := c.text[0]
	c.text = c.text[1:]
	want, known := sequenceTypes[control]
	if !known || modifiers != "" && !in(allowed, control) {
		return "invalid control ~" + modifiers + string(control)
	}
	c.types = append(c.types, want...)
	return ""
}

func (c *formatChecker) star() bool {
	if !c.accept('*') {
		return false
	}
	c.types = append(c.types, integer)
	return true
}

func in(set string, r rune) bool {
	for _, s := range set {
		if s == r {
			return true
		}
	}
	return false
}
