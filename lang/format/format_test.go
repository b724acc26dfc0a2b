package format

import (
	"testing"

	"github.com/erlsh/erlsh/lang/term"
)

func TestPretty(t *testing.T) {
	atoms := func(names ...string) (out []term.Term) {
		for _, n := range names {
			out = append(out, term.Atom(n))
		}
		return out
	}
	for name, c := range map[string]struct {
		t    term.Term
		o    Options
		want string
	}{
		"string":      {term.String("a\"\n\x01"), Options{}, "[97,34,10,1]"},
		"printable":   {term.String("a\"\n\x1b"), Options{}, `"a\"\n\e"`},
		"latin1 only": {term.String("λ"), Options{}, "[955]"},
		"unicode":     {term.String("λ"), Options{Unicode: true}, `"λ"`},
		"no strings":  {term.String("ab"), Options{NoStrings: true}, "[97,98]"},
		"utf8 binary": {term.BinaryString("é"), Options{}, `<<"é"/utf8>>`},
		"list":        {term.List(atoms("abc", "def", "ghi")...), Options{LineLength: 9}, "[abc,\n def,\n ghi]"},
		"tagged":      {term.Tuple(atoms("tag", "one", "two")...), Options{LineLength: 12}, "{tag,one,\n    two}"},
		"ribbon":      {term.List(atoms("abc", "def", "ghi")...), Options{Ribbon: 9}, "[abc,def,\n ghi]"},
		"depth":       {term.List(atoms("a", "b", "c")...), Options{Depth: 2}, "[a|...]"},
		"limit":       {term.List(atoms("a", "b", "c", "d", "e", "f", "g")...), Options{Limit: 10}, "[a,b,c|...]"},
		"column":      {term.List(atoms("abc", "def")...), Options{LineLength: 12, Column: 4}, "[abc,\n    def]"},
		"record": {term.Tuple(term.Atom("p"), term.Int(1)), Options{Records: func(tag term.Term, fields int) ([]term.Term, bool) {
			return atoms("x"), tag == term.Atom("p") && fields == 1
		}}, "#p{x = 1}"},
	} {
		if got := Pretty(c.t, c.o); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestIdentifiers(t *testing.T) {
	home, away := term.NewOrigin(term.Atom("a@b"), 1), term.NewOrigin(term.Atom("c@d"), 1)
	o := Options{Home: home}
	if got := Write((&term.Pid{Origin: home, ID: 84}).Term(), o); got != "<0.84.0>" {
		t.Errorf("own pid: %s", got)
	}
	pid := Write((&term.Pid{Origin: away, ID: 84}).Term(), o)
	port := Write((&term.Port{Origin: away, ID: 84}).Term(), o)
	if pid == "<0.84.0>" || port != "#Port<"+pid[1:len(pid)-3]+">" {
		t.Errorf("pid %s and port %s of another node", pid, port)
	}
	if got := Write((&term.Fun{Module: term.Atom("erl_eval"), Index: 42, OldUniq: 7}).Term(), o); got != "#Fun<erl_eval.42.7>" {
		t.Errorf("fun: %s", got)
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		format string
		args   []term.Term
		want   string // "" for badarg
	}{
		{"~p ~w ~s~n", []term.Term{term.String("a"), term.String("a"), term.String("a")}, "\"a\" [97] a\n"},
		{"~5w|~-5w|~5..0w", []term.Term{term.Atom("a"), term.Atom("b"), term.Int(7)}, "    a|b    |00007"},
		{"~.3f ~e ~g", []term.Term{term.Float(1.0005), term.Float(1.5), term.Float(0.05)}, "1.000 1.50000e+0 5.00000e-2"},
		{"~.16B ~.16b ~.16# ~.2x", []term.Term{term.Int(255), term.Int(255), term.Int(255), term.Int(5), term.String("0b")}, "FF ff 16#FF 0b101"},
		{"~3c~~~i", []term.Term{term.Int('x'), term.Atom("gone")}, "xxx~"},
		{"~s", []term.Term{term.String("λ")}, ""},
		{"~ts", []term.Term{term.String("λ")}, "λ"},
		{"~p", nil, ""},
		{"~p", []term.Term{term.Nil, term.Nil}, ""},
		{"~q", []term.Term{term.Nil}, ""},
		{"abc ~p", []term.Term{term.List(term.Atom("first"), term.String("0123456789012345678901234567890123456789012345678901234567890123456789"))},
			"abc [first,\n     \"0123456789012345678901234567890123456789012345678901234567890123456789\"]"},
	} {
		got, err := Format(Options{}, c.format, c.args...)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: got %q, %v, want %q", c.format, got, err, c.want)
		}
	}
}

func BenchmarkPretty(b *testing.B) {
	small := term.Tuple(term.Atom("ok"), term.String("hello"), term.List(term.Int(1), term.Int(2)))
	var rows []term.Term
	for i := range 1000 {
		rows = append(rows, term.Tuple(term.Atom("row"), term.Int(int64(i)), term.BinaryString("some text"), term.Float(1.5)))
	}
	large := term.List(rows...)
	for name, t := range map[string]term.Term{"small": small, "1000 rows": large} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				buf = AppendPretty(buf[:0], t, Options{})
			}
		})
		b.Run("write "+name, func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				buf = Append(buf[:0], t, Options{})
			}
		})
	}
}
