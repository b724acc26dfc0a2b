package etf

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/term"
)

func atom(name string) term.Term { return term.Atom(name) }

func integer(t *testing.T, text string) term.Term {
	t.Helper()
	i, ok := new(big.Int).SetString(text, 10)
	if !ok {
		t.Fatalf("no integer: %s", text)
	}
	return term.Big(i)
}

func seq(n int) term.Term {
	var b term.Builder
	for i := range n {
		b.Add(term.Int(int64(i)))
	}
	return b.List(term.Nil)
}

// golden are expressions of Erlang, the term that we hold for them, and the bytes of OTP 25's term_to_binary(T, [{minor_version,2}])
// without the version.
func golden(t *testing.T) []struct {
	source string
	value  term.Term
} {
	return []struct {
		source string
		value  term.Term
	}{
		{"0", term.Int(0)}, {"255", term.Int(255)}, {"256", term.Int(256)}, {"-1", term.Int(-1)},
		{"2147483647", term.Int(2147483647)}, {"2147483648", term.Int(2147483648)},
		{"-2147483648", term.Int(-2147483648)}, {"-2147483649", term.Int(-2147483649)},
		{"9223372036854775807", term.Int(9223372036854775807)}, {"-9223372036854775808", term.Int(-9223372036854775808)},
		{"9223372036854775808", integer(t, "9223372036854775808")}, {"-9223372036854775809", integer(t, "-9223372036854775809")},
		{"1 bsl 2039", term.Big(new(big.Int).Lsh(big.NewInt(1), 2039))},
		{"1 bsl 2040", term.Big(new(big.Int).Lsh(big.NewInt(1), 2040))},
		{"-(1 bsl 5000) + 17", term.Big(new(big.Int).Add(new(big.Int).Neg(new(big.Int).Lsh(big.NewInt(1), 5000)), big.NewInt(17)))},
		{"0.0", term.Float(0)}, {"-1.5e300", term.Float(-1.5e300)}, {"3.141592653589793", term.Float(3.141592653589793)},
		{"ok", atom("ok")}, {"''", atom("")}, {"'hello world'", atom("hello world")}, {"'\\x{e5}'", atom("å")}, {"'\\x{3b1}\\x{1f600}'", atom("α😀")},
		{"list_to_atom(lists:duplicate(255, $a))", atom(strings.Repeat("a", 255))},
		{"list_to_atom(lists:duplicate(128, 16#e5))", atom(strings.Repeat("å", 128))},
		{"[]", term.Nil}, {"[1,2,3]", tail(seq(4))}, {"[256]", term.List(term.Int(256))}, {"[a|b]", term.NewCons(atom("a"), atom("b"))},
		{"[1,2|3]", term.ListTail([]term.Term{term.Int(1), term.Int(2)}, term.Int(3))}, {"lists:seq(0,299)", seq(300)},
		{"lists:duplicate(65535, 7)", repeat(65535)}, {"lists:duplicate(65536, 7)", repeat(65536)},
		{"{}", term.EmptyTuple}, {"{a,{b,1}}", term.Tuple(atom("a"), term.Tuple(atom("b"), term.Int(1)))},
		{"list_to_tuple(lists:seq(0,255))", tuple(256)}, {"list_to_tuple(lists:seq(0,254))", tuple(255)},
		{"<<>>", term.EmptyBinary}, {"<<\"abc\">>", term.BinaryString("abc")}, {"<<5:3>>", term.Bitstring([]byte{0xa0}, 0, 3)},
		{"<<1,2,3:7>>", term.Bitstring([]byte{1, 2, 6}, 0, 23)},
		{"#{}", term.EmptyMap}, {"#{b => 1, a => 2, 3 => c}", term.NewMap(atom("b"), term.Int(1), atom("a"), term.Int(2), term.Int(3), atom("c"))},
		{"fun lists:map/2", (&term.Fun{Module: atom("lists"), Name: atom("map"), Arity: 2, External: true}).Term()},
	}
}

func repeat(n int) term.Term {
	elements := make([]term.Term, n)
	for i := range elements {
		elements[i] = term.Int(7)
	}
	return term.List(elements...)
}

func tuple(n int) term.Term {
	elements, _ := seq(n).Slice()
	return term.Tuple(elements...)
}

func tail(list term.Term) term.Term {
	c, _ := list.Cons()
	return c.Tail
}

// TestAsErlang compares with a real erl: what it makes of each expression, and whether it reads what we write as the same term.
func TestAsErlang(t *testing.T) {
	cases := golden(t)
	var program strings.Builder
	program.WriteString("H = fun(B) -> io:format(\"~s~n\", [[io_lib:format(\"~2.16.0b\", [X]) || <<X>> <= B]]) end,")
	program.WriteString("B = fun(S) -> << <<(list_to_integer(X, 16))>> || X <- [[P, Q] || <<P, Q>> <= list_to_binary(S)] >> end,")
	for _, c := range cases {
		ours := encode(t, c.value, nil)
		check := "long"
		if len(ours) < 20000 {
			check = "binary_to_term(B(\"" + hex.EncodeToString(ours) + "\")) =:= (" + c.source + ")"
		}
		program.WriteString("H(term_to_binary(" + c.source + ",[{minor_version,2}])), H(term_to_binary(" + c.source + ",[{minor_version,1}])),")
		program.WriteString("io:format(\"~p~n\",[" + check + "]),")
	}
	program.WriteString("ok.")
	lines := erl(t, program.String())
	for i, c := range cases {
		name := c.source
		theirs, _ := hex.DecodeString(lines[3*i])
		if ours := encode(t, c.value, nil); !bytes.Equal(ours, theirs) {
			t.Errorf("%s: we write %s, Erlang %s", name, short(ours), short(theirs))
		}
		old, _ := hex.DecodeString(lines[3*i+1])
		if ours := encode(t, c.value, &Encoding{Latin1: true}); !bytes.Equal(ours, old) {
			t.Errorf("%s with minor_version 1: we write %s, Erlang %s", name, short(ours), short(old))
		}
		if answer := lines[3*i+2]; answer != "true" && answer != "long" {
			t.Errorf("%s: Erlang does not read what we write: %s", name, answer)
		}
		for _, b := range [][]byte{theirs, old} {
			got, used, err := Decode(b, nil)
			if err != nil || used != len(b) || !term.Equal(got, c.value) {
				t.Errorf("%s: read as %v, %d of %d bytes, %v", name, got, used, len(b), err)
			}
		}
	}
}

func short(b []byte) string {
	if len(b) > 40 {
		return hex.EncodeToString(b[:40]) + "..."
	}
	return hex.EncodeToString(b)
}

func encode(t *testing.T, v term.Term, o *Encoding) []byte {
	t.Helper()
	b, err := Encode(v, o)
	if err != nil {
		t.Fatalf("encode %v: %v", v, err)
	}
	return b
}

// erl evaluates expressions in one run of a real Erlang and returns the lines that they print.
func erl(t *testing.T, expressions string) []string {
	t.Helper()
	path, err := exec.LookPath("erl")
	if err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("ERLSH_INTEROP is set, and there is no erl")
		}
		t.Skip("NO erl HERE: not compared with real Erlang")
	}
	file := t.TempDir() + "/script"
	if err := os.WriteFile(file, []byte(expressions), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, "-noshell", "-eval",
		`case file:script("`+file+`") of {ok,_} -> ok; E -> io:format("~p~n",[E]) end, halt().`).CombinedOutput()
	if err != nil {
		t.Fatalf("erl: %v\n%s", err, out)
	}
	return strings.Split(string(out), "\n")
}
