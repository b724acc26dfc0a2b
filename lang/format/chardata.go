package format

import (
	"strings"

	"github.com/erlsh/erlsh/lang/term"
)

// chardata returns the characters of nested lists of characters and binaries, as far as t is that.
func chardata(t term.Term) string {
	var b strings.Builder
	for stack := []term.Term{t}; len(stack) > 0; {
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
