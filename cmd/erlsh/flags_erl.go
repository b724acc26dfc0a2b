package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/shell"
)

// The flags by which erl itself is started from scripts: without a prompt, with something to call or to evaluate first. Where one of
// them stands, the command line is read as erl reads it: flags that nobody knows belong to the program, and are left to
// init:get_argument/1.

// starting are flags that only a command line meant for erl has.
var starting = []string{"noshell", "noinput", "eval", "s", "run", "extra", "config", "boot", "user_flags"}

// carriedOut are flags that init:get_arguments/0 no longer knows, as in erl.
var carriedOut = []string{"eval", "s", "run"}

// others are those that do something wherever they stand.
var others = []string{"kernel", "stdlib", "pa", "pz", "env", "connect_all", "args_file"}

// ignored are flags of erl that change nothing here, with the number of their values.
var ignored = map[string]int{
	"mode": 1, "smp": 1, "boot": 1, "shutdown_time": 1, "code_path_choice": 1, "emu_type": 1, "emu_flavor": 1, "embedded": 0,
	"nostick": 0, "oldshell": 0, "newshell": 0, "init_debug": 0, "no_epmd": 0, "user_flags": 0, "noinp": 0, "start_erl": 0,
	"root": 1, "bindir": 1, "progname": 1, "home": 1, "rsh": 1, "id": 1, "boot_var": 2, "path": many, "profile_boot": 0, "instr": 0,
	"enable-feature": 1, "disable-feature": 1, "async_shell_start": 0, "emu_args": 0, "emu_args_exit": 0, "crash_dump_bytes": 1,
	"compile": many, "emu_qouted_cmd_exit": 0, "async_dist": 1, "no_dot_erlang": 0, "interactive": 0,
}

// many is the number of values of flags that may have any number.
const many = 1 << 20

// refused are flags of erl that would have to do something, and why they do not.
var refused = map[string]string{
	"detached":    "-detached is not there: start it with a service manager, or with nohup erlsh -noshell ... &",
	"heart":       "-heart is not there: a service manager, such as systemd, starts a program again",
	"loader":      "-loader is not there: modules are loaded from files",
	"hosts":       "-hosts is not there: it belongs to -loader inet, and modules are loaded from files",
	"epmd_module": "-epmd_module is not there: nodes are found by epmd, or with -erl_epmd_port",
	"user":        "-user is not there: input and output are those of the terminal or of the pipe",
	"man":         "-man is not there: h(lists, map). at the prompt explains a function",
	"make":        "-make is not there: c(Module). at the prompt compiles a file",
}

// ofOTP are the applications whose parameters may stand on any command line, since -App Name Value is meant for them.
var ofOTP = []string{"asn1", "common_test", "compiler", "crypto", "debugger", "diameter", "eldap", "ftp", "inets", "logger", "megaco", "mnesia",
	"observer", "os_mon", "public_key", "reltool", "runtime_tools", "sasl", "snmp", "ssh", "ssl", "stdlib", "syntax_tools", "tftp", "tools"}

// erlFlag takes a flag of erl with its values from the beginning of args; n is how many arguments that are, 0 when it is none.
func (o *options) erlFlag(args []string) (n int, err error) {
	flag, ok := flagName(args[0])
	if !ok {
		return 0, nil
	}
	o.asErl = o.asErl || slices.Contains(starting, flag)
	values := valuesOf(args[1:])
	need := func(least int) error {
		if len(values) < least {
			return fmt.Errorf("-%s needs %s", flag, map[string]string{
				"eval": "expressions", "s": "a module", "run": "a module", "config": "a file", "env": "a variable and its value", "connect_all": "true or false",
			}[flag])
		}
		return nil
	}
	switch flag {
	case "noshell":
		o.noShell = true
		return 1, nil
	case "noinput":
		o.noShell, o.noInput = true, true
		return 1, nil
	case "eval":
		if len(args) < 2 {
			return 0, need(1)
		}
		o.starts = append(o.starts, shell.Start{Text: args[1]})
		return 2, nil
	case "s", "run":
		o.starts = append(o.starts, shell.Start{Call: values, Texts: flag == "run"})
		return 1 + len(values), need(1)
	case "config":
		o.configs = append(o.configs, values...)
		return 1 + len(values), need(1)
	case "env":
		if err := need(2); err != nil {
			return 0, err
		}
		o.variables = append(o.variables, [2]string{values[0], values[1]})
		return 3, nil
	case "connect_all":
		if err := need(1); err != nil {
			return 0, err
		}
		o.parameters = append(o.parameters, parameter{"kernel", "connect_all", term.Atom(values[0])})
		return 2, nil
	}
	if why, ok := refused[flag]; ok {
		return 0, errors.New(why)
	}
	if count, ok := ignored[flag]; ok {
		return 1 + min(count, len(values)), nil
	}
	return 0, nil
}

// flagName returns the name of a flag, which has one dash or two.
func flagName(arg string) (string, bool) {
	name, ok := strings.CutPrefix(arg, "-")
	name = strings.TrimPrefix(name, "-")
	return name, ok && name != ""
}

// valuesOf returns what stands in front of the next flag.
func valuesOf(args []string) []string {
	for i, a := range args {
		if strings.HasPrefix(a, "-") || strings.HasPrefix(a, "+") {
			return args[:i]
		}
	}
	return args
}

// userFlag takes a flag that nobody knows, with its values: n arguments, 0 for a known one. -App Parameter Value gives a parameter to an
// application. One that looks like a known flag is an error, whoever reads the command line.
func (o *options) userFlag(args []string) (n int, err error) {
	name, ok := flagName(args[0])
	name, _, _ = strings.Cut(name, "=")
	set := flags(&options{})
	if !ok || set.Lookup(name) != nil {
		return 0, nil
	}
	if near, distance := nearest(name, set); distance <= min(2, len(name)/2) && !o.lenient && !slices.Contains(ofOTP, name) {
		return 0, fmt.Errorf("unknown flag -%s, did you mean -%s?", name, near)
	}
	values := valuesOf(args[1:])
	if slices.Contains(ofOTP, name) && !o.asErl { // a script may come next
		values = values[:pairsOf(values)]
	}
	for i := 0; i+1 < len(values) && len(values)%2 == 0; i += 2 {
		if v, err := parseTerm(values[i+1]); err == nil && isParameter(values[i]) {
			o.parameters = append(o.parameters, parameter{name, values[i], v})
		}
	}
	if !o.lenient && (!slices.Contains(ofOTP, name) || len(values) == 0) {
		o.foreign = append(o.foreign, name)
	}
	return 1 + len(values), nil
}

// pairsOf counts the arguments at the beginning that are names of parameters and their values.
func pairsOf(values []string) int {
	n := 0
	for n+1 < len(values) && isParameter(values[n]) {
		n += 2
	}
	return n
}

// emulator are the flags with a plus, by their beginnings, that tune what there is not here: they are taken and change nothing.
var emulator = []string{"+#", "+a", "+i", "+A", "+B", "+C", "+c", "+D", "+d", "+e", "+F", "+f", "+h", "+I", "+J", "+K", "+L", "+l", "+M", "+n", "+P", "+p",
	"+Q", "+R", "+r", "+S", "+s", "+T", "+t", "+V", "+v", "+W", "+w", "+X", "+x", "+z"}

// withoutValue are those of them that stand alone.
var withoutValue = []string{"+B", "+Bi", "+Bc", "+Bd", "+c", "+d", "+l", "+L", "+nox", "+r", "+V", "+v", "+fnl", "+fnu", "+fnuw", "+fnui", "+fnue", "+fna"}

// emulatorFlag takes a flag with a plus from the beginning of args; n is how many arguments that are, 0 when there is no such flag.
func (o *options) emulatorFlag(args []string) (n int) {
	if args[0] == "+pc" {
		if len(args) > 1 && (args[1] == "unicode" || args[1] == "latin1") {
			o.unicode = args[1] == "unicode"
			return 2
		}
		return 0
	}
	if !slices.ContainsFunc(emulator, func(known string) bool { return strings.HasPrefix(args[0], known) }) {
		return 0
	}
	if len(args) > 1 && !slices.Contains(withoutValue, args[0]) && len(valuesOf(args[1:])) > 0 && !strings.ContainsAny(args[0], "0123456789:") {
		return 2
	}
	return 1
}

// configure reads the files of -config: a list of {Application, [{Parameter, Value}]} and of names of further files. What stands on the
// command line counts for more.
func (o *options) configure() error {
	var read []parameter
	for _, file := range o.configs {
		found, err := readConfig(file, 0)
		if err != nil {
			return fmt.Errorf("-config: %w", err)
		}
		read = append(read, found...)
	}
	o.parameters = append(read, o.parameters...)
	return nil
}

// configDepth is how many files deep configurations may name one another.
const configDepth = 8

func readConfig(file string, depth int) ([]parameter, error) {
	if !strings.HasSuffix(file, ".config") {
		file += ".config"
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	tokens, _, _, err := syntax.Next(string(text), syntax.Position{Line: 1, Column: 1})
	var list []term.Term
	if err == nil {
		var t term.Term
		if t, err = syntax.ParseTerm(tokens); err == nil {
			list, _ = t.Slice()
		}
	}
	if wrong, ok := err.(*syntax.Error); ok {
		return nil, fmt.Errorf("%s:%d:%d: %s", file, wrong.At.Line, wrong.At.Column, wrong.Text)
	}
	var read []parameter
	for _, entry := range list {
		e, isTuple := entry.Tuple()
		if name, ok := textOf(entry); ok && depth < configDepth {
			more, err := readConfig(filepath.Join(filepath.Dir(file), name), depth+1)
			if err != nil {
				return nil, err
			}
			read = append(read, more...)
			continue
		}
		pairs, ok := []term.Term(nil), isTuple && len(e) == 2 && e[0].IsAtom()
		if ok {
			pairs, ok = e[1].Slice()
		}
		for _, pair := range pairs {
			p, isPair := pair.Tuple()
			if ok = ok && isPair && len(p) == 2 && p[0].IsAtom(); ok {
				read = append(read, parameter{e[0].AtomName(), p[0].AtomName(), p[1]})
			}
		}
		if !ok {
			return nil, fmt.Errorf("%s: {Application, [{Parameter, Value}]} is expected, not %v", file, entry)
		}
	}
	return read, nil
}

// textOf returns the characters of a string that is not empty.
func textOf(t term.Term) (string, bool) {
	list, ok := t.Slice()
	var b strings.Builder
	for _, c := range list {
		n, isInt := c.Int()
		if !isInt {
			return "", false
		}
		b.WriteRune(rune(n))
	}
	return b.String(), ok && b.Len() > 0
}
