package builtins

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
)

// mistakes are what TestExplanations hands to functions.
var mistakes = strings.Fields(`0 1 -1 2 3 36 255 1bsl64 -(1bsl64) 0.0 1.5 a ok true undefined utf8 latin1 second process nosuchname this
	[] [1] [a,b] [a|b] "abc" "12" "1.5" [[1,<<2>>]|<<3>>] [<<1:3>>,2] [{a,1}] [{2,x}] [flush] [foo] [this]
	{} {a} {a,b} {1,2} {0,7} {{2020,2,29},{12,30,59}} <<>> <<1,2,3>> <<"12">> <<1:3>> <<255>> #{} #{a=>1} fun_erlang:abs/1 self()
	list_to_pid("<0.9999.0>") make_ref()`)

const explainer = `-module(explainer).
-export([main/1]).
main([In, Out]) ->
    {ok, [Values, Calls]} = file:consult(In),
    V = list_to_tuple([value(T) || T <- Values]),
    {ok, F} = file:open(Out, [write, raw, delayed_write]),
    lists:foreach(fun([M, Name, Reason, Cause | Is]) ->
        Args = [element(I, V) || I <- Is],
        Line = try erl_erts_errors:format_error(Reason, [{M, Name, Args, [{error_info, Cause}]}]) catch _:_ -> crash end,
        file:write(F, io_lib:format("~1000000p~n", [Line]))
    end, Calls),
    file:close(F),
    halt(0).
value(Text) ->
    {ok, Ts, _} = erl_scan:string(Text),
    {ok, Es} = erl_parse:parse_exprs(Ts),
    {value, V, _} = erl_eval:exprs(Es, []),
    V.
`

// question is a call that might have failed with badarg.
type question struct {
	module, name, cause string
	args                []int
}

// questions makes n calls of every function of the modules that erl_erts_errors explains, the same ones every time.
func questions(table *code.Table, n int) []question {
	var all []question
	r := rand.New(rand.NewPCG(3, 4))
	for _, module := range []string{"erlang", "atomics", "counters", "persistent_term"} {
		m := table.Module(term.Atom(module))
		keys := slices.SortedFunc(maps.Keys(m.Functions), func(a, b nameArity) int {
			return strings.Compare(fmt.Sprint(a.Name, a.Arity), fmt.Sprint(b.Name, b.Arity))
		})
		for _, k := range keys {
			for i := 0; i < n && k.Arity > 0; i++ {
				q := question{module: module, name: k.Name.AtomName(), args: make([]int, k.Arity)}
				q.cause = []string{"#{}", "#{}", "#{cause => badopt}"}[r.IntN(3)]
				for i := range q.args {
					q.args[i] = r.IntN(len(mistakes))
				}
				all = append(all, q)
			}
		}
	}
	return all
}

// TestExplanations compares what erl_erts_errors says about calls that might have failed with what it says in a real erl.
func TestExplanations(t *testing.T) {
	erl := realErl(t)
	n := 40
	fmt.Sscan(envOr("ERLSH_COMPARE", "40"), &n)
	all := questions(Table(), n)
	var in bytes.Buffer
	for i, q := range all {
		fmt.Fprintf(&in, "[%s,%s,badarg,%s", q.module, format.Atom(q.name), q.cause)
		for _, a := range q.args {
			fmt.Fprintf(&in, ",%d", a+1)
		}
		in.WriteString(map[bool]string{true: "]", false: "],\n"}[i == len(all)-1])
	}
	values := make([]string, len(mistakes))
	for i := range mistakes {
		values[i] = expression(mistakes[i])
	}
	want := askErl(t, erl, "explainer", explainer, values, in.String())
	c := newConversation(t)
	for i, q := range all {
		var args []string
		for _, a := range q.args {
			args = append(args, values[a])
		}
		line := fmt.Sprintf("erl_erts_errors:format_error(badarg, [{%s, %s, [%s], [{error_info, %s}]}]).",
			q.module, format.Atom(q.name), strings.Join(args, ", "), q.cause)
		if got := format.Pretty(c.value(line), format.Options{LineLength: -1}); got != want[i] && want[i] != "crash" {
			t.Errorf("%s\n got: %s\nwant: %s", line, got, want[i])
		}
	}
}

// askErl runs a driver module in a real erl, hands it values and a list of questions, and returns its answers, one a line.
func askErl(t *testing.T, erl, module, driver string, values []string, questions string) []string {
	dir := t.TempDir()
	var in bytes.Buffer
	in.WriteString("%% -*- coding: utf-8 -*-\n[")
	for i, v := range values {
		if i > 0 {
			in.WriteString(",\n")
		}
		in.WriteString(format.String(v + "."))
	}
	fmt.Fprintf(&in, "].\n[%s].\n", questions)
	writeFile(t, filepath.Join(dir, module+".erl"), []byte(driver))
	input, output := filepath.Join(dir, "questions"), filepath.Join(dir, "answers")
	writeFile(t, input, in.Bytes())
	cmd := exec.Command(erl, "-noshell", "+pc", "unicode", "-eval", fmt.Sprintf(`{ok,%[1]s,B} = compile:file("%[1]s",[binary]), `+
		`code:load_binary(%[1]s,"%[1]s.erl",B), %[1]s:main(init:get_plain_arguments()).`, module), "-extra", input, output)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.Split(strings.TrimSuffix(readFile(t, output), "\n"), "\n")
}
