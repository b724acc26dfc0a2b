package format

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/term"
)

var (
	cases = flag.Int("cases", 2000, "how many random cases to compare with a real erl")
	seed  = flag.Uint64("seed", 1, "which random cases")
)

func call(module, function string, args ...term.Term) term.Term {
	return term.Tuple(term.Atom(module), term.Atom(function), term.List(args...))
}

// compare reports where our answers differ from those of a real erl.
func compare(t *testing.T, asked []term.Term, ours [][]byte, flags ...string) {
	t.Helper()
	shown := 0
	for i, want := range ask(t, asked, flags...) {
		if bytes.Equal(want, ours[i]) {
			continue
		}
		if shown++; shown > 4 {
			t.Fatal("and more")
		}
		what := "text"
		if bytes.Equal(plain(want), plain(ours[i])) {
			what = "nesting"
		}
		t.Errorf("case %d: %s differs for %.400s\n got ...%.300q\nwant ...%.300q", i, what, Write(asked[i], Options{}), near(ours[i], want), near(want, ours[i]))
	}
}

// near is a from shortly before where it differs from b.
func near(a, b []byte) string {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	return show(a[max(at-60, 0):])
}

func plain(b []byte) []byte {
	s := sink{text: bytes.Clone(b)}
	s.flatten(0)
	return s.text
}

func show(b []byte) string {
	return strings.NewReplacer("\xf8", "⟦", "\xf9", "⟧").Replace(string(b))
}

func pairOf(name string, value term.Term) term.Term { return term.Tuple(term.Atom(name), value) }

// TestPrettyOTP prints random terms with random options as io_lib_pretty does.
func TestPrettyOTP(t *testing.T) {
	for _, unicode := range []bool{false, true} {
		r := maker{rand.New(rand.NewPCG(*seed, 1)), true, false}
		var asked []term.Term
		var ours [][]byte
		for range *cases / 2 {
			x := r.term(r.IntN(6))
			o := Options{Unicode: unicode, Column: 1, LineLength: 80}
			if r.IntN(2) == 0 {
				o.LineLength = 1 + r.IntN(120)
				o.Column = 1 + r.IntN(40)
			}
			if r.IntN(2) == 0 {
				o.Depth = 1 + r.IntN(30)
			}
			if r.IntN(2) == 0 {
				o.Ribbon = 1 + r.IntN(80)
			}
			o.Latin1 = r.IntN(2) == 0
			o.NoStrings = r.IntN(8) == 0
			encoding := "unicode"
			if o.Latin1 {
				encoding = "latin1"
			}
			asked = append(asked, call("io_lib_pretty", "print", x, term.List(
				pairOf("column", term.Int(int64(o.Column))), pairOf("line_length", term.Int(int64(o.LineLength))),
				pairOf("depth", term.Int(int64(unlimited(o.Depth)))), pairOf("line_max_chars", term.Int(int64(unlimited(o.Ribbon)))),
				pairOf("encoding", term.Atom(encoding)), pairOf("strings", term.Bool(!o.NoStrings)))))
			s := sink{nested: true}
			pretty(&s, x, &o)
			ours = append(ours, s.text)
		}
		flags := []string{"+pc", "latin1"}
		if unicode {
			flags[1] = "unicode"
		}
		compare(t, asked, ours, flags...)
	}
}

// TestWriteOTP writes random terms as io_lib:write does.
func TestWriteOTP(t *testing.T) {
	r := maker{rand.New(rand.NewPCG(*seed, 2)), true, false}
	var asked []term.Term
	var ours [][]byte
	for range *cases {
		x := r.term(r.IntN(6))
		o := Options{Latin1: r.IntN(2) == 0}
		if r.IntN(2) == 0 {
			o.Depth = 1 + r.IntN(12)
		}
		encoding := "unicode"
		if o.Latin1 {
			encoding = "latin1"
		}
		asked = append(asked, call("io_lib", "write", x, term.List(
			pairOf("depth", term.Int(int64(unlimited(o.Depth)))), pairOf("encoding", term.Atom(encoding)))))
		w := writer{sink: sink{nested: true}, o: &o}
		w.write(x, unlimited(o.Depth))
		ours = append(ours, w.text)
	}
	compare(t, asked, ours)
}
