package syntax

import (
	"os"
	"path/filepath"
	"testing"
)

func TestExprErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"foo bar.", "1:5: syntax error before: bar"},
		{"f(.", "1:3: syntax error before: '.'"},
		{"{a,b.", "1:5: syntax error before: '.'"},
		{"1 2.", "1:3: syntax error before: 2"},
		{").", "1:1: syntax error before: ')'"},
		{"end.", "1:1: syntax error before: 'end'"},
		{"if true -> ok.", "1:14: syntax error before: '.'"},
		{"fun lists:map/a.", "1:15: syntax error before: a"},
		{"self() ! .", "1:10: syntax error before: '.'"},
		{"16#ZZ.", "1:1: illegal integer"},
		{"<<1.", "1:4: syntax error before: '.'"},
		{"A := 1.", "1:3: syntax error before: ':='"},
		{"fact(-1.0e400).", "1:7: illegal float"},
	} {
		tokens, _, _, err := Next(c.text, Position{1, 1})
		if err == nil {
			_, err = ParseExprs(tokens, Options{Extensions: true})
		}
		e, ok := err.(*Error)
		if !ok {
			t.Errorf("%s: no error", c.text)
			continue
		}
		if got := place(e); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}

func place(e *Error) string {
	return utoa(uint32(e.At.Line)) + ":" + utoa(uint32(e.At.Column)) + ": " + e.Text
}

func TestIncomplete(t *testing.T) {
	for _, text := range []string{"", "1 +", "\"abc", "'abc", "foo(\n", "$", "\"\"\"\nabc\n", "1.0"} {
		_, _, _, err := Next(text, Position{1, 1})
		if e, ok := err.(*Error); !ok || !e.Incomplete {
			t.Errorf("%q: %v, want incomplete", text, err)
		}
	}
}

// TestCorpus parses the Erlang sources of an installed OTP, where there is one.
func TestCorpus(t *testing.T) {
	files, _ := filepath.Glob("/usr/lib/erlang/lib/*/src/*.erl")
	if len(files) == 0 {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("no OTP sources: erlang-src is mandatory here")
		}
		t.Skip("SKIPPED: no OTP sources on this machine, install erlang-src to run this")
	}
	for _, f := range files {
		switch filepath.Base(filepath.Dir(filepath.Dir(f)))[:4] {
		case "stdl", "kern", "comp":
		default:
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		lib := func(app string) string {
			dirs, _ := filepath.Glob("/usr/lib/erlang/lib/" + app + "-*")
			if len(dirs) == 0 {
				return ""
			}
			return dirs[0]
		}
		base := filepath.Dir(filepath.Dir(f))
		_, errs := ParseModule(string(text), f, PreprocessOptions{Library: lib, Include: []string{base + "/include", lib("kernel") + "/src", lib("stdlib") + "/include", lib("kernel") + "/include"}, Defines: map[string]string{"COMPILER_VSN": `"8"`}})
		if len(errs) > 0 {
			t.Errorf("%s:%s", f, place(errs[0]))
		}
	}
}
