package tty

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// TestKeyboard has terminals of several kinds send their keys, in one piece and byte by byte.
func TestKeyboard(t *testing.T) {
	for _, c := range []struct{ name, sent, want string }{
		{"text", "äb漢\r", "äb漢\r"},
		{"home of xterm, rxvt, tmux", "\x1b[H\x1b[7~\x1b[1~\x1bOH", "\x01\x01\x01\x01"},
		{"end", "\x1b[F\x1b[8~\x1b[4~\x1bOF", "\x05\x05\x05\x05"},
		{"arrows", "\x1b[A\x1bOB\x1b[1;2C\x1b[D", "\x1b[A\x1b[B\x1b[C\x1b[D"},
		{"arrows by word", "\x1b[1;5D\x1b[1;3C\x1bOd\x1b[5C", "\x1bb\x1bf\x1bb\x1bf"},
		{"delete", "\x1b[3~\x1b[3;5~\x04", string(keyDelete) + "\x1bd\x04"},
		{"tab", "a\t", "a" + string(keyTab)},
		{"meta", "\x1bb\x1b\x7f", "\x1bb\x1b\x7f"},
		{"escape and an arrow", "\x1b\x1b[C", "\x1b[C"},
		{"keys that nobody knows", "\x1b[21~\x1b[1;9P\x1b[Ix\x1b[5~", "x"},
		{"where the cursor is", "\x1b[12;40R", "\x1b[12;40R"},
		{"pasted", "\x1b[200~f(X) ->\r\n\tX.\n\x1b[201~\t", "f(X) ->\r    X.\r" + string(keyTab)},
		{"pasted in quotes", "\x1b[200~\"a\tb\", $\", \t'\t', \"\\\"\t\"\x1b[201~", `"a\tb", $",     '\t', "\"\t"`},
		{"pasted control characters", "\x1b[200~a\x03\x04\x1b[A\x7fb\x1b[201~c", "abc"},
	} {
		for name, in := range map[string]io.Reader{"whole": strings.NewReader(c.sent), "bytes": iotest.OneByteReader(strings.NewReader(c.sent))} {
			got, err := io.ReadAll(&keyboard{in: in})
			if string(got) != c.want || err != nil {
				t.Errorf("%s, %s: %q, %v; want %q", c.name, name, got, err, c.want)
			}
		}
	}
}

// TestOneLine makes lines for the history out of forms of several lines.
func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"f(1).\n":                   "f(1).",
		"f(1,\n   2).":              "f(1, 2).",
		"f(%one\n\n  \"a%  b\"\n).": `f( "a%  b" ).`,
		"\"two\nlines\".":           `"two\nlines".`,
		"\"two\\\nlines\".":         `"two\nlines".`,
		"[$%,\n $\", $ ,\n'a\"b'].": `[$%, $", $ , 'a"b'].`,
		"\"\"\"\n text\n \"\"\".":   "",
	} {
		if got := oneLine(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestCompletions puts what could follow into a line.
func TestCompletions(t *testing.T) {
	if got := common([]string{"漢字a", "漢字b"}); got != "漢字" {
		t.Errorf("common: %q", got)
	}
	c := Completion{Candidates: []string{"p(", "x("}, Shared: 2}
	if got := names(c, []rune("lists:ma")); !slices.Equal(got, []string{"map(", "max("}) {
		t.Errorf("names: %q", got)
	}
}
