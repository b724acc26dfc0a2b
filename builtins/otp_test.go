package builtins

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// operands are what the comparison with a real erl calls functions with: values of every type, and the edges of each.
var operands = strings.Fields(`
	0 1 -1 2 3 7 10 36 255 256 1000 -37 65536 1114111 1114112 16#d800 123456789 1bsl31 1bsl32 1bsl59 1bsl60 1bsl62 1bsl63 -(1bsl63) -(1bsl59)
	1bsl64 -(1bsl64) 1bsl100 -(1bsl100) 0.0 -0.0 1.0 -1.0 0.5 -0.5 1.5 -2.5 3.7 12.345 1.0e10 1.0e22 1.0e300 -1.0e-300 123456.789 9007199254740993.0
	a b ok true false undefined '' 'Hello' 'é' 'λ' utf8 latin1 unicode second millisecond nanosecond native infinity lists erlang
	[] [1] [a,b,c] [1,2,3] [a|b] [1|2] [[]] "abc" "12" "-12" "+7" "ff" "1.5" "-2.5e3" "1e5" "1." [228] [955] [1114112] [256] [-1]
	[[1,<<2>>]|<<3>>] [1,[2,[3]],"abc",<<"de">>] [<<1:3>>,2] [{2,x},{1,y}] [{a,1}] [{decimals,2}] [{decimals,4},compact] [{scientific,3}] [short] [compact]
	{} {a} {a,b} {a,b,c} {1,2} {0,1} {point,1,2} {{2020,2,29},{12,30,59}} {{2021,2,29},{12,30,59}} {1,-1} {1,1}
	<<>> <<1>> <<1,2,3>> <<"abc">> <<"12">> <<"-7">> <<"1.5">> <<"ff">> <<1:3>> <<1,2:4>> <<228>> <<206,187>> <<255,255>>
	#{} #{a=>1} #{1=>a,2=>b} #{1.0=>x,a=>#{}} fun_erlang:abs/1 fun_lists:foldl/3`)

// compared are the functions of module erlang whose results depend on their arguments alone.
var compared = strings.Fields(`+ - * / div rem band bor bxor bsl bsr bnot == /= =:= =/= < > =< >= and or xor not ++ -- append subtract
	abs float round trunc ceil floor max min is_atom is_binary is_bitstring is_boolean is_float is_function is_integer is_list is_map is_number is_pid
	is_port is_record is_reference is_tuple element setelement tuple_size size tuple_to_list list_to_tuple make_tuple append_element insert_element
	delete_element hd tl length atom_to_list list_to_atom atom_to_binary binary_to_atom integer_to_list integer_to_binary list_to_integer
	binary_to_integer float_to_list float_to_binary list_to_float binary_to_float byte_size bit_size binary_part split_binary binary_to_list
	bitstring_to_list list_to_binary iolist_to_binary iolist_to_iovec iolist_size list_to_bitstring md5 crc32 adler32 is_map_key map_get map_size
	phash2 phash convert_time_unit universaltime_to_posixtime make_fun raise
	crc32_combine adler32_combine md5_update md5_final external_size term_to_binary binary_to_term function_exported fun_info
	fun_to_list is_builtin`)

// driver reads the values, one a line, and calls, and writes what a real erl makes of each call.
const driver = `-module(driver).
-export([main/1]).
main([In, Out]) ->
    {ok, [Values, Calls]} = file:consult(In),
    V = list_to_tuple([value(T) || T <- Values]),
    {ok, F} = file:open(Out, [write, raw, delayed_write]),
    lists:foreach(fun([Name | Is]) -> file:write(F, line(Name, [element(I, V) || I <- Is])) end, Calls),
    file:close(F),
    halt(0).
value(Text) ->
    {ok, Ts, _} = erl_scan:string(Text),
    {ok, Es} = erl_parse:parse_exprs(Ts),
    {value, V, _} = erl_eval:exprs(Es, []),
    V.
line(Name, Args) ->
    unicode:characters_to_binary(io_lib:format("~tw~n", [
        try {ok, apply(erlang, Name, Args)}
        catch C:R:S -> {C, R, element(4, hd(S)), try erl_erts_errors:format_error(R, S) catch _:_ -> crash end} end])).
`

type call struct {
	name string
	args []int
}

// calls makes about n calls for each function and arity, the same ones for the same seed.
func calls(table *code.Table, n int) []call {
	r := rand.New(rand.NewPCG(1, 2))
	m := table.Module(term.Atom("erlang"))
	var out []call
	for _, name := range compared {
		for arity := range 4 {
			if m.Functions[code.NameArity{Name: term.Atom(name), Arity: arity}] == nil || name == "is_integer" && arity == 3 { // of OTP 29
				continue
			}
			if arity == 1 {
				for i := range operands {
					out = append(out, call{name, []int{i}})
				}
				continue
			}
			for range n {
				c := call{name, make([]int, arity)}
				for i := range c.args {
					c.args[i] = r.IntN(len(operands))
				}
				out = append(out, c)
			}
		}
	}
	return out
}

func operandText(i int) string { return expression(operands[i]) }

// expression puts the blanks back that the lists of operands cannot have.
func expression(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "fun_", "fun "), "bsl", " bsl ")
}

type nameArity = code.NameArity

// TestAsErlang calls functions with all sorts of arguments here and in a real erl, and compares value or exception, and the
// explanation of the exception.
func TestAsErlang(t *testing.T) {
	erl := realErl(t)
	n := 40
	fmt.Sscan(envOr("ERLSH_COMPARE", "40"), &n)
	table := Table()
	all := calls(table, n)
	want := realAnswers(t, erl, all)
	got := ourAnswers(t, table, all)
	failures := map[string]int{}
	for i, c := range all {
		if got[i] == want[i] || c.name == "is_record" && len(c.args) == 1 { // of OTP 29
			continue
		}
		key := fmt.Sprintf("%s/%d", c.name, len(c.args))
		if failures[key]++; failures[key] > 4 {
			continue
		}
		var args []string
		for _, a := range c.args {
			args = append(args, operandText(a))
		}
		t.Errorf("erlang:'%s'(%s)\n got: %s\nwant: %s", c.name, strings.Join(args, ", "), got[i], want[i])
	}
	if len(failures) > 0 {
		t.Logf("differences: %v", failures)
	}
}

func realAnswers(t *testing.T, erl string, all []call) []string {
	var in bytes.Buffer
	for i, c := range all {
		if i > 0 {
			in.WriteString(",\n")
		}
		fmt.Fprintf(&in, "[%s", format.Atom(c.name))
		for _, a := range c.args {
			fmt.Fprintf(&in, ",%d", a+1)
		}
		in.WriteString("]")
	}
	values := make([]string, len(operands))
	for i := range operands {
		values[i] = expression(operands[i])
	}
	return askErl(t, erl, "driver", driver, values, in.String())
}

// realErl returns the path of erl, and skips the test where there is none.
func realErl(t *testing.T) string {
	erl, err := exec.LookPath("erl")
	if err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("no erl")
		}
		t.Skip("no erl here: nothing is compared with the real one")
	}
	return erl
}

func envOr(name, value string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return value
}

func writeFile(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// attempt is what the real side does too.
const attempt = `fun(Name, Args) ->
	try {ok, apply(erlang, Name, Args)}
	catch C:R:S -> {C, R, element(4, hd(S)), try erl_erts_errors:format_error(R, S) catch _:_ -> crash end} end end.`

func ourAnswers(t *testing.T, table *code.Table, all []call) []string {
	n := node.New(node.Options{Table: table, Workers: 1})
	defer n.Close()
	p := n.Spawn(node.SpawnOptions{Resident: true})
	evaluate := func(text string) *code.Function {
		tokens, _, _, err := syntax.Next(text, syntax.Position{Line: 1, Column: 1})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		body, err := syntax.ParseExprs(tokens, syntax.Options{})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		program, errs := eval.Exprs(body, eval.Env{Table: table})
		if len(errs) > 0 {
			t.Fatalf("%s: %v", text, errs[0])
		}
		return program.Function
	}
	run := func(f *code.Function) term.Term {
		done := make(chan term.Term, 1)
		p.Invoke(f, nil, func(v term.Term, e *term.Exception) {
			if e != nil {
				t.Errorf("%v", e)
			}
			done <- v
		})
		return <-done
	}
	values := make([]term.Term, len(operands))
	for i := range operands {
		v, _ := run(evaluate(operandText(i) + ".")).Tuple()
		values[i] = v[0]
	}
	fun, _ := run(evaluate(attempt)).Tuple()
	var out []string
	run(&code.Function{Module: term.Atom("driver"), Name: term.Atom("main"), Native: func(p code.Process, _ []term.Term) (term.Term, error) {
		for _, c := range all {
			args := make([]term.Term, len(c.args))
			for i, a := range c.args {
				args[i] = values[a]
			}
			v, err := p.Call(fun[0], term.Atom(c.name), term.List(args...))
			if err != nil {
				return term.None, err
			}
			out = append(out, format.Write(v, format.Options{Home: n.Origin()}))
		}
		return term.True, nil
	}})
	return slices.Clip(out)
}
