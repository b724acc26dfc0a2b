package format

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/erlsh/erlsh/lang/term"
)

// external is t in the external term format, for a real erl to read; only what the tests make.
func external(b []byte, t term.Term) []byte {
	switch t.Kind() {
	case term.KindInt, term.KindBig:
		n, _ := t.Big()
		magnitude := new(big.Int).Abs(n).Bytes()
		sign := byte(0)
		if n.Sign() < 0 {
			sign = 1
		}
		b = binary.BigEndian.AppendUint32(append(b, 111), uint32(len(magnitude)))
		b = append(b, sign)
		for i := len(magnitude) - 1; i >= 0; i-- {
			b = append(b, magnitude[i])
		}
		return b
	case term.KindFloat:
		f, _ := t.Float()
		return binary.BigEndian.AppendUint64(append(b, 70), math.Float64bits(f))
	case term.KindAtom:
		name := t.AtomName()
		b = binary.BigEndian.AppendUint16(append(b, 118), uint16(len(name)))
		return append(b, name...)
	case term.KindNil:
		return append(b, 106)
	case term.KindCons:
		var elements []term.Term
		for c, ok := t.Cons(); ok; c, ok = t.Cons() {
			elements = append(elements, c.Head)
			t = c.Tail
		}
		b = binary.BigEndian.AppendUint32(append(b, 108), uint32(len(elements)))
		return external(externals(b, elements), t)
	case term.KindTuple:
		elements, _ := t.Tuple()
		b = binary.BigEndian.AppendUint32(append(b, 105), uint32(len(elements)))
		return externals(b, elements)
	case term.KindBinary, term.KindBits:
		bits, _ := t.Bits()
		data := bits.Bytes()
		b = binary.BigEndian.AppendUint32(append(b, 77), uint32(len(data)))
		last := byte(8)
		if bits.Len%8 != 0 {
			last = byte(bits.Len % 8)
		}
		if len(data) == 0 {
			last = 0
		}
		return append(append(b, last), data...)
	case term.KindMap:
		m, _ := t.Map()
		b = binary.BigEndian.AppendUint32(append(b, 116), uint32(m.Len()))
		for k, v := range m.All() {
			b = external(external(b, k), v)
		}
		return b
	case term.KindFun:
		f, _ := t.Fun()
		b = external(external(append(b, 113), f.Module), f.Name)
		return append(b, 97, byte(f.Arity))
	}
	panic("no external form for " + t.String())
}

func externals(b []byte, elements []term.Term) []byte {
	for _, e := range elements {
		b = external(b, e)
	}
	return b
}

// oracle answers each case, {Function, Args}, with the characters that OTP's function returns: the nested list in the notation of
// sink, or "!" where it raises badarg.
const oracle = `
-module(oracle).
-export([main/0]).
main() ->
    {ok, [[In]]} = init:get_argument(in),
    {ok, [[Out]]} = init:get_argument(out),
    {ok, Bin} = file:read_file(In),
    Lines = binary:split(Bin, <<"\n">>, [global, trim_all]),
    {ok, Fd} = file:open(Out, [write, raw, {delayed_write, 1000000, 1000}]),
    [ok = file:write(Fd, [base64:encode(answer(binary_to_term(base64:decode(L)))), $\n]) || L <- Lines],
    ok = file:close(Fd),
    halt().
answer({M, F, As}) ->
    try bytes(apply(M, F, As))
    catch error:badarg -> <<"!">>; error:function_clause -> <<"!">>
    end.
bytes(L) when is_list(L) -> iolist_to_binary([byte(X) || X <- L]).
byte(C) when is_integer(C), C >= 0, C < 16#d800; is_integer(C), C > 16#dfff, C =< 16#10ffff -> <<C/utf8>>;
byte(L) when is_list(L) -> [16#f8, bytes(L), 16#f9];
byte(X) -> [16#fa, io_lib:write(X), $.].
`

// ask has a real erl answer the cases.
func ask(t *testing.T, cases []term.Term, flags ...string) [][]byte {
	t.Helper()
	erl, err := exec.LookPath("erl")
	if err != nil {
		if os.Getenv("ERLSH_INTEROP") != "" {
			t.Fatal("no erl here")
		}
		t.Skip("SKIPPED: no erl here to compare with")
	}
	dir := t.TempDir()
	var in bytes.Buffer
	for _, c := range cases {
		in.WriteString(base64.StdEncoding.EncodeToString(external([]byte{131}, c)))
		in.WriteByte('\n')
	}
	write(t, filepath.Join(dir, "oracle.erl"), []byte(oracle))
	write(t, filepath.Join(dir, "in"), in.Bytes())
	compile := exec.Command("erlc", "oracle.erl")
	compile.Dir = dir
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("erlc: %v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, erl, append(flags, "-noshell", "-pa", dir, "-in", filepath.Join(dir, "in"), "-out", filepath.Join(dir, "out"),
		"-s", "oracle", "main")...)
	run.Env = append(os.Environ(), "ERL_CRASH_DUMP="+filepath.Join(dir, "dump"))
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("erl: %v\n%s", err, out)
	}
	out, err := os.Open(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	var answers [][]byte
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		answer, err := base64.StdEncoding.DecodeString(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, answer)
	}
	if len(answers) != len(cases) {
		t.Fatalf("%d answers to %d cases", len(answers), len(cases))
	}
	return answers
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
