// Package os is module os: the operating system under the node.
package os

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "os", Doc: "The operating system under the node.", ErrorInfo: "erl_kernel_errors", Functions: append(environmentRows(), systemRows()...),
	}
}

func environmentRows() []bif.Function {
	return []bif.Function{
		{Spec: "getenv() -> [string()]", Doc: "Returns the environment as strings `NAME=value`.",
			Example: "1> is_list(os:getenv()).\ntrue", Proc: getenv0},
		{Spec: "getenv(Name :: string()) -> string() | false", Doc: "Returns the value of a variable of the environment.",
			Example: "1> os:getenv(\"NO_SUCH_VARIABLE\").\nfalse", Proc: getenv},
		{Spec: "getenv(Name :: string(), Default :: term()) -> string() | term()", Doc: "As `getenv/1`, Default when there is no such variable.",
			Example: "1> os:getenv(\"NO_SUCH_VARIABLE\", none).\nnone", Proc: getenv},
		{Spec: "putenv(Name :: string(), Value :: string()) -> true", Doc: "Sets a variable of the environment.",
			Example: "1> os:putenv(\"COLOUR\", \"red\"), os:getenv(\"COLOUR\").\n\"red\"", Proc: putenv},
		{Spec: "unsetenv(Name :: string()) -> true", Doc: "Takes a variable out of the environment.",
			Example: "1> os:putenv(\"COLOUR\", \"red\"), os:unsetenv(\"COLOUR\"), os:getenv(\"COLOUR\").\nfalse", Proc: unsetenv},
		{Spec: "env() -> [{string(), string()}]", Doc: "Returns the environment as pairs of name and value.",
			Example: "1> os:putenv(\"COLOUR\", \"red\"), lists:keyfind(\"COLOUR\", 1, os:env()).\n{\"COLOUR\",\"red\"}", Proc: env},
	}
}

func systemRows() []bif.Function {
	return []bif.Function{
		{Spec: "type() -> {Family :: unix | win32, Name :: atom()}", Doc: "Returns the family and the name of the operating system.",
			Example: "1> {unix, _} = os:type(), ok.\nok", Pure: osType},
		{Spec: "version() -> {integer(), integer(), integer()} | string()", Doc: "Returns the version of the operating system.",
			Example: "1> tuple_size(os:version()).\n3", Pure: version},
		{Spec: "getpid() -> string()", Doc: "Returns the number that the operating system gave to the program.",
			Example: "1> list_to_integer(os:getpid()) > 0.\ntrue", Pure: func([]term.Term) (term.Term, error) { return term.String(strconv.Itoa(os.Getpid())), nil }},
		{Spec: "cmd(Command :: iodata() | atom()) -> string()", Doc: "Runs a command in the shell of the operating system and returns what it wrote.",
			Example: "1> os:cmd(\"echo hello\").\n\"hello\\n\"", Proc: cmd},
		{Spec: "cmd(Command :: iodata() | atom(), Options :: #{max_size => non_neg_integer() | infinity}) -> string()",
			Doc:     "As `cmd/1`, at most `max_size` bytes of output.",
			Example: "1> os:cmd(\"echo hello\", #{max_size => 2}).\n\"he\"", Proc: cmd},
		{Spec: "find_executable(Name :: string()) -> string() | false", Doc: "Looks a program up in the directories of the variable PATH.",
			Example: "1> os:find_executable(\"no-such-program\").\nfalse", Proc: findExecutable},
		{Spec: "find_executable(Name :: string(), Path :: string()) -> string() | false", Doc: "Looks a program up in the directories of Path.",
			Example: "1> os:find_executable(\"sh\", \"/bin\").\n\"/bin/sh\"", Proc: findExecutable},
		{Spec: "timestamp() -> {integer(), integer(), integer()}", Doc: "Returns the time since 1970 as megaseconds, seconds and microseconds.",
			Example: "1> tuple_size(os:timestamp()).\n3", Pure: timestamp},
		{Spec: "system_time() -> integer()", Doc: "Returns the time since 1970 in nanoseconds, as the operating system has it.",
			Example: "1> is_integer(os:system_time()).\ntrue", Pure: systemTime},
		{Spec: "system_time(Unit :: time_unit()) -> integer()", Doc: "Returns the time since 1970 in Unit, as the operating system has it.",
			Example: "1> is_integer(os:system_time(second)).\ntrue", Pure: systemTime},
		{Spec: "perf_counter() -> integer()", Doc: "Returns a counter of nanoseconds, to measure short times with.",
			Example: "1> os:perf_counter() =< os:perf_counter().\ntrue", Proc: perfCounter},
		{Spec: "perf_counter(Unit :: time_unit()) -> integer()", Doc: "Returns a counter in Unit, to measure short times with.",
			Example: "1> is_integer(os:perf_counter(microsecond)).\ntrue", Proc: perfCounter},
	}
}

// name reads the name of a variable.
func name(t term.Term) (string, bool) {
	s, ok := text(t)
	return s, ok && !strings.Contains(s, "=")
}

// text reads a string of characters that the operating system can take.
func text(t term.Term) (string, bool) {
	s, ok := bif.Text(t)
	return s, ok && t.IsList() && !strings.Contains(s, "\x00")
}

func getenv0(p *node.Process, _ []term.Term) (term.Term, error) {
	var b term.Builder
	for _, pair := range bif.WorldOf(p.Node()).Environ() {
		b.Add(term.String(pair))
	}
	return b.List(term.Nil), nil
}

func getenv(p *node.Process, args []term.Term) (term.Term, error) {
	s, ok := text(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	if v, ok := bif.WorldOf(p.Node()).Getenv(s); ok {
		return term.String(v), nil
	}
	if len(args) == 2 {
		return args[1], nil
	}
	return term.False, nil
}

func putenv(p *node.Process, args []term.Term) (term.Term, error) {
	s, ok1 := name(args[0])
	v, ok2 := text(args[1])
	if !ok1 || !ok2 {
		return term.None, term.Badarg()
	}
	bif.WorldOf(p.Node()).Setenv(s, v)
	return term.True, nil
}

func unsetenv(p *node.Process, args []term.Term) (term.Term, error) {
	s, ok := name(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	bif.WorldOf(p.Node()).Unsetenv(s)
	return term.True, nil
}

func env(p *node.Process, _ []term.Term) (term.Term, error) {
	var b term.Builder
	for _, pair := range bif.WorldOf(p.Node()).Environ() {
		n, v, _ := strings.Cut(pair, "=")
		b.Add(term.Tuple(term.String(n), term.String(v)))
	}
	return b.List(term.Nil), nil
}

func osType([]term.Term) (term.Term, error) {
	family := "unix"
	if runtime.GOOS == "windows" {
		family = "win32"
	}
	return term.Tuple(term.Atom(family), term.Atom(runtime.GOOS)), nil
}

// version reads the release of the kernel, 6.1.0-28-amd64 for example.
func version([]term.Term) (term.Term, error) {
	b, err := os.ReadFile("/proc/sys/kernel/osrelease")
	numbers := [3]term.Term{term.Int(0), term.Int(0), term.Int(0)}
	if err == nil {
		release, _, _ := strings.Cut(strings.TrimSpace(string(b)), "-")
		for i, s := range strings.SplitN(release, ".", 3) {
			n, _ := strconv.Atoi(strings.TrimRight(s, "+"))
			numbers[i] = term.Int(int64(n))
		}
	}
	return term.Tuple(numbers[:]...), nil
}

// command reads what cmd/1 is to run.
func command(t term.Term) (string, bool) {
	if a, ok := t.Atom(); ok {
		return a, true
	}
	s, ok := bif.Text(t)
	return s, ok && t.IsList()
}

func cmd(p *node.Process, args []term.Term) (term.Term, error) {
	line, ok := command(args[0])
	limit := -1
	if len(args) == 2 {
		m, isMap := args[1].Map()
		if !isMap {
			return term.None, badopt()
		}
		if v, given := m.Get(term.Atom("max_size")); given {
			if n, isInt := v.Int(); isInt { // whatever else means no limit
				limit = int(n)
			}
		}
	}
	if !ok || strings.IndexByte(line, 0) >= 0 {
		return term.None, term.Badarg()
	}
	var b []byte
	p.Blocking(func() { b = output(bif.WorldOf(p.Node()), line, limit) })
	if utf8.Valid(b) {
		return term.String(string(b)), nil
	}
	bytes := make([]term.Term, len(b))
	for i, c := range b {
		bytes[i] = term.Int(int64(c))
	}
	return term.List(bytes...), nil
}

// badopt is badarg for options that are none.
func badopt() error {
	e := term.Badarg()
	e.Info = term.NewMap(term.Atom("module"), term.Atom("erl_kernel_errors"), term.Atom("cause"), term.Atom("badopt"))
	return e
}

// endOfOutput is what the shell writes when a command is done, for what the command has left behind may hold the output open.
const endOfOutput = 4

// output runs a command and returns what it wrote. That it failed, and how, is not told.
func output(w *bif.World, line string, limit int) []byte {
	r, out, err := os.Pipe()
	if err != nil {
		return nil
	}
	defer r.Close()
	c := exec.CommandContext(context.Background(), "/bin/sh", "-c", "("+line+"\n) </dev/null; printf '\\004'")
	c.Dir, c.Env, c.Stdout, c.Stderr = w.Directory(), w.Environ(), out, out
	err = c.Start()
	_ = out.Close()
	if err != nil {
		return nil
	}
	var all []byte
	buffer := make([]byte, 1<<14)
	for {
		n, err := r.Read(buffer)
		end := bytes.IndexByte(buffer[:n], endOfOutput)
		if end >= 0 {
			n = end
		}
		all = append(all, buffer[:n]...)
		if limit >= 0 && len(all) >= limit {
			_ = r.Close()
			_ = c.Process.Release()
			return all[:limit]
		}
		if end >= 0 || err != nil {
			break
		}
	}
	_ = c.Wait()
	return all
}

func findExecutable(p *node.Process, args []term.Term) (term.Term, error) {
	program, ok := bif.FileName(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	w := bif.WorldOf(p.Node())
	path, _ := w.Getenv("PATH")
	if len(args) == 2 {
		if path, ok = text(args[1]); !ok {
			return term.None, term.Badarg()
		}
	}
	candidates := []string{program}
	if !strings.Contains(program, "/") {
		candidates = nil
		for _, dir := range filepath.SplitList(path) {
			candidates = append(candidates, filepath.Join(dir, program))
		}
	}
	for _, c := range candidates {
		f, err := os.Stat(w.Path(c))
		if err == nil && f.Mode().IsRegular() && f.Mode()&0o111 != 0 {
			return term.String(w.Path(c)), nil
		}
	}
	return term.False, nil
}

func timestamp([]term.Term) (term.Term, error) {
	us := time.Now().UnixMicro()
	return term.Tuple(term.Int(us/1e12), term.Int(us/1e6%1e6), term.Int(us%1e6)), nil
}

// inUnit converts nanoseconds to the unit of the only argument, if there is one.
func inUnit(ns int64, args []term.Term) (term.Term, error) {
	if len(args) == 0 {
		return term.Int(ns), nil
	}
	n, ok := args[0].Int()
	if !ok {
		n = map[string]int64{"second": 1, "millisecond": 1e3, "microsecond": 1e6, "nanosecond": 1e9, "native": 1e9, "perf_counter": 1e9,
			"seconds": 1, "milli_seconds": 1e3, "micro_seconds": 1e6, "nano_seconds": 1e9}[args[0].AtomName()]
	}
	switch {
	case n <= 0:
		return term.None, term.Badarg()
	case n <= 1e9 && 1e9%n == 0:
		return term.Int(ns / (1e9 / n)), nil
	}
	return term.Int(int64(float64(ns) / 1e9 * float64(n))), nil
}

func systemTime(args []term.Term) (term.Term, error) { return inUnit(time.Now().UnixNano(), args) }

func perfCounter(p *node.Process, args []term.Term) (term.Term, error) {
	return inUnit(p.Node().Monotonic().Nanoseconds(), args)
}
