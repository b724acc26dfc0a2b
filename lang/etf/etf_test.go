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

// TestReads has forms that we do not write, and terms that only others make.
func TestReads(t *testing.T) {
	cases := []struct{ name, hex, want string }{
		{"an integer in too many bytes", "8362 00000005", "5"},
		{"a big integer that is none", "836e 04 00 01000000", "1"},
		{"a big integer with leading zeros", "836e 0a 01 01000000000000000000", "-1"},
		{"the least small integer", "836e 08 01 0000000000000080", "-9223372036854775808"},
		{"a list of nothing", "836c 00000000 6a", "[]"},
		{"a string of nothing", "836b 0000", "[]"},
		{"a small tuple with a large head", "8369 00000001 6101", "{1}"},
		{"an old atom", "8364 0001 e5", "å"},
		{"a small old atom", "8373 01 61", "a"},
		{"an old float", "8363 312e3530303030303030303030303030303030303030653030000000000000", "1.5"},
		{"an old pid", "8367 7703614062 0000000a 00000001 02", "<a@b.10.1>"},
		{"an old reference", "8372 0002 7703614062 02 00000001 00000002", "#Ref[1 2]"},
		{"the oldest reference", "8365 7703614062 00000007 02", "#Ref[7]"},
		{"a reference of five words", "835a 0005 7703614062 00000004 00000001 00000002 00000003 00000004 00000005", "#Ref[1 2 3 4 5]"},
		{"a port", "8378 7703614062 0000000100000002 00000004", "#Port<4294967298>"},
		{"an old port", "8366 7703614062 00000002 01", "#Port<2>"},
		{"a native record", "8343 00000001 01 77016d 770172 770166 6105", "#m:r{f=5}"},
	}
	for _, c := range cases {
		b := unhex(t, c.hex)
		got, used, err := Decode(b, nil)
		if err != nil || used != len(b) || got.String() != c.want {
			t.Errorf("%s: %v, %d of %d bytes, %v; want %s", c.name, got, used, len(b), err, c.want)
			continue
		}
		again, _, err := Decode(encode(t, got, nil), nil)
		if err != nil || !term.Equal(again, got) {
			t.Errorf("%s: written and read again it is %v, %v", c.name, again, err)
		}
	}
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRefuses(t *testing.T) {
	deep := append([]byte{131}, bytes.Repeat([]byte{104, 1}, 2*maxDepth)...)
	wide := []byte{131}
	for range maxDepth / 2 { // every head promises nearly all that follows
		wide = append(wide, 105, 0, 4, 0, 0)
	}
	cases := []struct {
		name string
		b    []byte
	}{
		{"nothing", nil},
		{"no version", unhex(t, "6101")},
		{"half an integer", unhex(t, "8362 0000")},
		{"an absurd binary", unhex(t, "836d ffffffff 00")},
		{"an absurd list", unhex(t, "836c ffffffff 6101")},
		{"an absurd tuple", unhex(t, "8369 ffffffff 6101")},
		{"an absurd map", unhex(t, "8374 ffffffff 6101")},
		{"an absurd integer", unhex(t, "836f ffffffff 00 01")},
		{"a list without its end", unhex(t, "836c 00000001 6101")},
		{"a key twice", unhex(t, "8374 00000002 6101 6101 6101 6102")},
		{"not a number", unhex(t, "8346 7ff8000000000000")},
		{"infinity", unhex(t, "8346 7ff0000000000000")},
		{"an atom that is no text", unhex(t, "8377 02 c328")},
		{"an atom of 256 characters", append([]byte{131, 118, 1, 0}, bytes.Repeat([]byte("a"), 256)...)},
		{"a reference of six words", unhex(t, "835a 0006 7703614062 00000004 000000010000000200000003000000040000000500000006")},
		{"a reference of none", unhex(t, "835a 0000 7703614062 00000004")},
		{"nine bits in a byte", unhex(t, "834d 00000001 09 00")},
		{"an atom of a cache", unhex(t, "8352 00")},
		{"a fun of the wrong size", unhex(t, "8370 00000010 01 00000000000000000000000000000000 00000000 00000000 77016d 6100 6100 587703614062 0000000a 00000001 00000002")},
		{"a pid of no atom", unhex(t, "8358 6101 0000000a 00000001 00000002")},
		{"a term kept by its maker", unhex(t, "8379 00000000 6101")},
		{"deep tuples", deep},
		{"heads that promise too much", wide},
		{"a packed term that is none", unhex(t, "8350 00000001 00")},
	}
	for _, c := range cases {
		if got, _, err := Decode(c.b, nil); err == nil {
			t.Errorf("%s: read as %v", c.name, got)
		}
	}
}

func TestFunsOfOthers(t *testing.T) {
	lines := erl(t, `H = fun(B) -> io:format("~s~n", [[io_lib:format("~2.16.0b", [X]) || <<X>> <= B]]) end,
		A = 5, H(term_to_binary(fun(X) -> X + A end)), H(term_to_binary({fun(X) -> X end, self(), make_ref()})), H(term_to_binary(fun F(0) -> 0; F(N) -> F(N-1) end)), ok.`)
	for _, line := range lines[:3] {
		b := unhex(t, line)
		v, _, err := Decode(b, nil)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if again := encode(t, v, nil); !bytes.Contains(again, b[3:]) && !bytes.Equal(again, b) && b[1] == tagNewFun {
			t.Errorf("comes out as %x, came in as %x", again, b)
		}
		f, ok := v.Fun()
		if !ok {
			continue
		}
		parsed, err := ParseFun(f.Wire, nil)
		if err != nil || len(parsed.Free) != 1 || parsed.Arity != 1 {
			t.Errorf("parsed as %+v, %v", parsed, err)
			continue
		}
		rebuilt, err := AppendFun(nil, parsed, &Encoding{Latin1: true})
		if err != nil || !bytes.Equal(rebuilt, b[1:]) {
			t.Errorf("rebuilt as %x, came in as %x (%v)", rebuilt, b[1:], err)
		}
	}
}

func TestOptions(t *testing.T) {
	long := term.BinaryString(strings.Repeat("erlang ", 1000))
	for level := range 10 {
		b := encode(t, long, &Encoding{Compress: level})
		if level > 0 && (len(b) > 500 || b[1] != tagCompressed) {
			t.Errorf("level %d: %d bytes", level, len(b))
		}
		got, used, err := Decode(append(b, 1, 2, 3), nil)
		if err != nil || used != len(b) || !term.Equal(got, long) {
			t.Errorf("level %d: read %d of %d bytes, %v", level, used, len(b), err)
		}
	}
	if b := encode(t, term.Int(1), &Encoding{Compress: 9}); len(b) != 3 {
		t.Errorf("what does not get smaller is written plainly, not as %x", b)
	}
	if _, _, err := Decode(unhex(t, "8377 0a 6e6f742079657420612062"), &Decoding{Safe: true}); err == nil {
		t.Error("a safe read has made an atom")
	}
	external := encode(t, (&term.Fun{Module: atom("m"), Name: atom("f"), Arity: 1, External: true}).Term(), nil)
	none := func(module, name term.Term, arity int) bool { return false }
	if _, _, err := Decode(external, &Decoding{Safe: true, Exported: none}); err == nil {
		t.Error("a safe read has made a fun of nothing")
	}
	if _, _, err := Decode(unhex(t, "8377 0a 6e6f742079657420612062"), &Decoding{MaxAtoms: 1}); err == nil {
		t.Error("more atoms than allowed")
	}
	if b := encode(t, term.Float(1.5), &Encoding{TextFloat: true}); !bytes.Equal(b[:24], append([]byte{131, 99}, "1.50000000000000000000"...)) {
		t.Errorf("a float as text: %q", b)
	}
	nested := term.Int(0)
	for range maxDepth + 10 {
		nested = term.Tuple(nested)
	}
	if _, err := Encode(nested, nil); err != ErrDepth {
		t.Errorf("a term of any depth was written: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, text := range []string{"836101", "836c000000016101 6a", "8370", "8343000000010177016d7701727701666105", "834d000000010501", "8350000000017801"} {
		b, _ := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		f.Add(b)
	}
	for _, v := range []term.Term{seq(300), tuple(3), term.NewMap(atom("a"), term.Float(1.5)), term.Bitstring([]byte{7}, 0, 3)} {
		b, _ := Encode(v, nil)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, used, err := Decode(b, &Decoding{MaxAtoms: 10000})
		if err != nil {
			return
		}
		if used < 1 || used > len(b) {
			t.Fatalf("used %d of %d bytes", used, len(b))
		}
		out, err := Encode(v, nil)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, _, err := Decode(out, nil)
		if err != nil || !term.Equal(again, v) {
			t.Fatalf("%x is read as %v, and written and read again as %v, %v", b, v, again, err)
		}
	})
}

// rowsOf is what the benchmarks write and read: 20,000 tuples with a binary, a list and a map.
func rowsOf(n int) term.Term {
	var b term.Builder
	for i := range n {
		b.Add(term.Tuple(atom("row"), term.Int(int64(i)), term.BinaryString("some text"), seq(5), term.NewMap(atom("k"), term.Int(int64(i)), atom("l"), term.Nil)))
	}
	return b.List(term.Nil)
}

func BenchmarkEncode(b *testing.B) {
	rows := rowsOf(20000)
	var buffer []byte
	b.ReportAllocs()
	for b.Loop() {
		buffer, _ = Append(buffer[:0], rows, nil)
	}
	b.SetBytes(int64(len(buffer)))
}

func BenchmarkDecode(b *testing.B) {
	bytes, _ := Encode(rowsOf(20000), nil)
	b.SetBytes(int64(len(bytes)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Decode(bytes, nil); err != nil {
			b.Fatal(err)
		}
	}
}
