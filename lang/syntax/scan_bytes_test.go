package syntax

import (
	"errors"
	"testing"
)

// A byte that begins no character is one character wide, wherever it stands.
func TestBytesThatAreNoText(t *testing.T) {
	for _, text := range []string{
		"\"\xff", "'\xff", "\"\xff\".", "'\xff'.", "$\xff", "$\\\xff", "$\\^\xff", "\xff", "a\xff", "\"\\\xff", "\"\\^\xff", "\"\"\"\n\xff", "%\xff", "<<\"\xff",
	} {
		for rest, at := text, (Position{1, 1}); rest != ""; {
			_, next, nextAt, err := Next(rest, at)
			var e *Error
			if errors.As(err, &e) && e.Incomplete {
				break
			}
			if len(next) >= len(rest) {
				t.Errorf("%q: the scanner stands still at %q", text, rest)
				break
			}
			rest, at = next, nextAt
		}
	}
	for _, text := range []string{"\"\xff\".", "'\xff'.", "$\xff."} {
		if tokens, _, _, err := Next(text, Position{1, 1}); err != nil || len(tokens) != 2 {
			t.Errorf("%q: %d tokens and %v, want one and its dot", text, len(tokens), err)
		}
	}
}
