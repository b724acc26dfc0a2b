package style

import (
	"strings"
	"testing"
)

func TestOffChangesNothing(t *testing.T) {
	const text = "{a,\"b\",<0.1.0>,1.5}"
	off := New(false)
	if off.Value(text) != text || off.Failure(text) != text || off.Aside(text) != text {
		t.Error("a theme that is off changes text")
	}
}

func TestValue(t *testing.T) {
	on := New(true)
	for _, text := range []string{
		`{ok,"a \" b",<<"bin">>,'q a',<0.85.0>,#Ref<0.1.2.3>,-12,1.0e-5,X}`,
		"#{a => 1,\n  b => [97|b]}", "<<1,2,3:4>>", "",
	} {
		colored := on.Value(text)
		if plain := strip(colored); plain != text {
			t.Errorf("%q became %q", text, plain)
		}
		if text != "" && colored == text {
			t.Errorf("%q has no colour", text)
		}
	}
	for line := range strings.Lines(on.Failure("one\ntwo\n")) {
		if !strings.HasPrefix(line, "\x1b[") || !strings.HasSuffix(line, "m\n") {
			t.Errorf("colour runs over the end of %q", line)
		}
	}
}

// strip takes the colours out of a text.
func strip(text string) string {
	var b strings.Builder
	for text != "" {
		before, after, found := strings.Cut(text, "\x1b[")
		b.WriteString(before)
		if !found {
			break
		}
		_, text, _ = strings.Cut(after, "m")
	}
	return b.String()
}
