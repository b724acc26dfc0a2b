package format

import (
	"strings"
	"unicode"

	"github.com/erlsh/erlsh/lang/term"
)

// atomText writes an atom as ~tw does.
func atomText(t term.Term) string {
	name, ok := t.Atom()
	if !ok {
		return t.String()
	}
	plain := name != ""
	for i, r := range name {
		if i == 0 && !unicode.IsLower(r) || r > 255 || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '@' {
			plain = false
		}
	}
	if plain {
		return name
	}
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\t", `\t`).Replace(name) + "'"
}

// chars returns the characters of chardata, as far as it is that.
func chardata(t term.Term) string {
	var b strings.Builder
	stack := []term.Term{t}
	for len(stack) > 0 {
		t := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if c, ok := t.Cons(); ok {
			stack = append(stack, c.Tail, c.Head)
		} else if n, ok := t.Int(); ok {
			b.WriteRune(rune(n))
		} else if bytes, ok := t.Binary(); ok {
			b.Write(bytes)
		}
	}
	return b.String()
}
