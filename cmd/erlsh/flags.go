package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/scripts"
	"github.com/erlsh/erlsh/shell"
)

// options are what the command line asks for.
type options struct {
	name        string // of the node; "" for one that stands alone
	long        bool   // name was given with -name
	hidden      bool
	cookie      string
	tick        time.Duration
	fixedPort   int           // where every node of the cluster listens; 0: port mappers know
	codec       string        // etf: never msgpack
	record      string        // file that takes what comes over links to other erlsh nodes
	startEpmd   bool          // be the port mapper where none runs
	epmd        bool          // be nothing but the port mapper
	epmdIdle    int           // seconds without nodes after which that ends; 0: never
	silent      bool          // do not listen
	carrier     string        // -proto_dist: inet_tcp, inet6_tcp, inet_tls or inet6_tls
	tls         tlsFiles      // encrypted connections
	parameters  []parameter   // of applications
	starts      []shell.Start // -eval, -s and -run
	noShell     bool          // -noshell
	noInput     bool          // -noinput
	configs     []string      // files of -config
	variables   [][2]string   // -env
	asErl       bool          // the command line is one for erl
	lenient     bool          // flags that nobody knows are passed over: those of the environment
	foreign     []string      // flags that nobody knows
	plain       []string      // arguments between and behind the flags, where the command line is one for erl
	before      []string      // directories in front of the code path
	behind      []string      // directories behind it
	expressions []string
	script      string
	remote      string   // the node whose shell to use at the prompt
	given       []string // the flags and their values as they stand there
	args        []string // of the script, as init:get_plain_arguments() returns them
	unicode     bool     // +pc unicode: every character counts as printable
	version     bool
	help        bool
}

// parameter is a parameter of an application, and its value as an Erlang term.
type parameter struct {
	application, name string
	value             term.Term
}

// tlsFiles says where the options of encrypted connections are.
type tlsFiles struct {
	on                bool
	options           string // a file as -ssl_dist_optfile names it
	pairs             [][2]string
	cacert, cert, key string
}

// texts is a flag that may stand several times.
type texts struct{ list *[]string }

func (t texts) String() string { return "" }

func (t texts) Set(s string) error {
	*t.list = append(*t.list, s)
	return nil
}

// parse reads the arguments behind the program's name, and what the environment adds to them. Flags go with one dash, as erl's do, or
// with two. The error is what to tell the user.
func parse(args []string, around surroundings) (options, error) {
	var o options
	args, err := o.gather(args, around)
	if err != nil {
		return o, err
	}
	set := flags(&o)
	if err := set.Parse(args); err != nil {
		return o, explain(err, set)
	}
	if len(o.foreign) > 0 && !o.asErl {
		return o, unknownFlag(o.foreign[0], set)
	}
	o.behind = append(o.behind, around.applications()...)
	o.args = append(o.plain, set.Args()...)
	if err := o.configure(); err != nil {
		return o, err
	}
	if len(o.expressions) == 0 && len(o.args) > 0 && !o.asErl {
		o.script, o.args = o.args[0], o.args[1:]
		if o.script == "-" {
			o.script = "" // what comes in is evaluated anyway
		}
		if err := o.escript(); err != nil {
			return o, err
		}
	}
	return o, o.completeRemote()
}

// gather takes everything out of the arguments, and out of those of the environment, that the table of flags does not know; the rest
// is for that table. What stands on the command line counts for more.
func (o *options) gather(args []string, around surroundings) ([]string, error) {
	var rest [3][]string
	var err error
	if rest[0], err = o.take(around.before); err != nil {
		return nil, err
	}
	if rest[2], err = o.separate(args); err != nil {
		return nil, err
	}
	if rest[1], err = o.take(around.behind); err != nil {
		return nil, err
	}
	return slices.Concat(rest[0], rest[1], rest[2]), nil
}

// escript takes in what the first lines of an escript say: of the flags of erl those that there are here. Its own name is the first of
// the arguments of one.
func (o *options) escript() error {
	text, err := os.ReadFile(o.script)
	if err != nil || !shell.IsEscript(o.script, string(text)) {
		return nil
	}
	o.args = append([]string{o.script}, o.args...)
	words := shell.EscriptFlags(string(text))
	var known []string
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "-hidden":
			known = append(known, words[i])
		case "-sname", "-name", "-setcookie", "-proto_dist":
			if i+1 < len(words) {
				known = append(known, words[i], words[i+1])
				i++
			}
		}
	}
	set := flags(o)
	if err := set.Parse(known); err != nil {
		return explain(err, set)
	}
	return nil
}

// completeRemote fills in what -remsh leaves open: the host of the node, and a name for this one.
func (o *options) completeRemote() error {
	if o.remote == "" {
		return nil
	}
	if len(o.expressions) > 0 || o.script != "" || o.noShell {
		return errors.New("-remsh is for a prompt or a pipe; expressions and scripts reach a node by rpc:call and erpc:call")
	}
	name, host, ok := strings.Cut(o.remote, "@")
	if !ok {
		_, own, known := strings.Cut(o.name, "@")
		if !known {
			own, _ = os.Hostname()
		}
		if !o.long {
			own, _, _ = strings.Cut(own, ".")
		}
		host = own
		o.remote = name + "@" + host
	}
	if o.name != "" {
		return nil
	}
	o.hidden = true
	o.long = strings.Contains(host, ".")
	o.name = fmt.Sprintf("remsh-%d", os.Getpid())
	if o.long { // nobody calls back, so any host will do
		o.name += "@127.0.0.1"
	}
	return nil
}

// separate takes the flags that may have several values, and those of erl, out of the arguments that stand before a script. The rest is
// for the table of flags.
func (o *options) separate(args []string) (rest []string, err error) {
	for i, files := 0, 0; i < len(args); {
		word := args[i]
		if name, _ := flagName(word); name == "args_file" {
			if files++; i+1 == len(args) || files > configDepth {
				return nil, errors.New("-args_file needs a file, which has none that names it again")
			}
			more, err := argumentFile(args[i+1])
			if err != nil {
				return nil, err
			}
			args = slices.Concat(args[:i], more, args[i+2:])
			continue
		}
		switch {
		case !o.asErl && (word == "--" || word == "-" || !strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "+")):
			return append(rest, args[i:]...), nil
		case word == "--":
			values := valuesOf(args[i+1:])
			o.plain = append(o.plain, values...)
			i += 1 + len(values)
			continue
		case word == "-extra" || word == "--extra":
			o.asErl = true
			o.plain = append(o.plain, args[i+1:]...)
			return rest, nil
		case word == "-" || !strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "+"):
			o.plain = append(o.plain, word)
			i++
			continue
		}
		n, err := o.special(args[i:])
		if err != nil {
			return nil, err
		}
		if n == 0 {
			n = 1
			if takesValue(word) && i+1 < len(args) {
				n = 2
			}
			rest = append(rest, args[i:i+n]...)
		}
		if name, _ := flagName(word); !slices.Contains(carriedOut, name) {
			o.given = append(o.given, args[i:i+n]...)
		}
		i += n
	}
	return rest, nil
}

// special takes a flag that is not in the table of flags from the beginning of args; n is how many arguments that are, 0 when it is one
// of the table.
func (o *options) special(args []string) (n int, err error) {
	flag, _ := flagName(args[0])
	switch {
	case strings.HasPrefix(args[0], "+"):
		if n = o.emulatorFlag(args); n == 0 && o.lenient {
			return 1, nil
		} else if n == 0 {
			return 0, fmt.Errorf("unknown flag %s; of the emulator's flags there is +pc unicode or latin1, and those that tune it change nothing", args[0])
		}
		return n, nil
	case flag == "kernel" || flag == "ssl_dist_opt":
		n, err = o.pairs(flag, args[1:])
		return n + 1, err
	case flag == "pa" || flag == "pz":
		if n = directories(args[1:]); n == 0 {
			return 0, fmt.Errorf("%s needs a directory", args[0])
		}
		if dirs := args[1 : 1+n]; flag == "pa" {
			o.before = append(slices.Clone(dirs), o.before...)
		} else {
			o.behind = append(o.behind, dirs...)
		}
		return n + 1, nil
	}
	if n, err = o.erlFlag(args); n > 0 || err != nil {
		return n, err
	}
	return o.userFlag(args)
}

// directories counts the directories of a flag of the code path: what follows it at once, and then all that are directories, for a script
// may come next.
func directories(args []string) int {
	n := 0
	for ; n < len(args) && !strings.HasPrefix(args[n], "-"); n++ {
		if info, err := os.Stat(args[n]); n > 0 && (err != nil || !info.IsDir()) {
			break
		}
	}
	return n
}

// pairs takes the pairs of names and values behind a flag that may have several; it returns how many arguments they are.
func (o *options) pairs(flag string, args []string) (n int, err error) {
	for n+1 < len(args) && isParameter(args[n]) && !strings.HasPrefix(args[n+1], "-") {
		name, value := args[n], args[n+1]
		if flag == "ssl_dist_opt" {
			o.tls.pairs = append(o.tls.pairs, [2]string{name, value})
		} else {
			t, err := parseTerm(value)
			if err != nil {
				return 0, fmt.Errorf("-kernel %s: %q is no Erlang term: %w", name, value, err)
			}
			o.parameters = append(o.parameters, parameter{"kernel", name, t})
		}
		n += 2
	}
	if n == 0 {
		return 0, fmt.Errorf("-%s needs a name and a value", flag)
	}
	return n, nil
}

// isParameter reports whether an argument can be the name of a parameter, and not that of a script.
func isParameter(arg string) bool {
	return arg != "" && arg[0] >= 'a' && arg[0] <= 'z' && !strings.ContainsFunc(arg, func(r rune) bool {
		return r != '_' && !(r >= 'a' && r <= 'z') && !(r >= '0' && r <= '9')
	})
}

func parseTerm(text string) (term.Term, error) {
	tokens, _, _, err := syntax.Next(text+" .", syntax.Position{Line: 1, Column: 1})
	if err != nil {
		return term.None, err
	}
	return syntax.ParseTerm(tokens)
}

// kernel returns the value of a parameter of kernel, None when it is not given; the last one counts.
func (o options) kernel(name string) term.Term { return o.parameter("kernel", name) }

func (o options) parameter(application, name string) term.Term {
	for _, p := range slices.Backward(o.parameters) {
		if p.application == application && p.name == name {
			return p.value
		}
	}
	return term.None
}

// takesValue reports whether the value of a flag is the argument behind it.
func takesValue(word string) bool {
	name, ok := flagName(word)
	f := flags(&options{}).Lookup(name)
	if !ok || f == nil {
		return false
	}
	b, isBool := f.Value.(interface{ IsBoolFlag() bool })
	return !isBool || !b.IsBoolFlag()
}

// flags is the table of flags, which -help prints.
func flags(o *options) *flag.FlagSet {
	set := flag.NewFlagSet("erlsh", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Func("sname", "`name`: be a node with a short name, name or name@host", func(s string) error {
		o.name, o.long = s, false
		return nil
	})
	set.Func("name", "`name`: be a node with a long name, name@host.domain", func(s string) error {
		o.name, o.long = s, true
		return nil
	})
	set.BoolVar(&o.hidden, "hidden", false, "do not show in nodes() of others")
	set.StringVar(&o.cookie, "setcookie", "", "`cookie`: the secret that all nodes of a cluster share; without it, that of ~/.erlang.cookie")
	set.Func("dist_listen", "`false`: nobody can connect to this node, which is hidden then", func(s string) error {
		on, err := strconv.ParseBool(s)
		o.silent = !on
		return err
	})
	set.Func("proto_dist", "`carrier` of connections: inet_tcp, inet6_tcp, inet_tls or inet6_tls", func(s string) error {
		if !slices.Contains([]string{"inet_tcp", "inet6_tcp", "inet_tls", "inet6_tls"}, s) {
			return errors.New("there are inet_tcp, inet6_tcp, inet_tls and inet6_tls")
		}
		o.carrier = s
		return nil
	})
	set.StringVar(&o.tls.options, "ssl_dist_optfile", "", "`file` with the options of TLS, as Erlang reads it; with -proto_dist inet_tls")
	set.BoolVar(&o.tls.on, "tls", false, "encrypt connections to other nodes, as -proto_dist inet_tls does")
	set.StringVar(&o.tls.cacert, "cacert", "", "`file` of the authorities that sign the certificates of all nodes; every peer has to have one then")
	set.StringVar(&o.tls.cert, "cert", "", "`file` with the certificate of this node")
	set.StringVar(&o.tls.key, "key", "", "`file` with the key of this node, if it is not in that of the certificate")
	set.Func("net_ticktime", "`seconds` after which a silent peer counts as down (60)", func(s string) error {
		d, err := time.ParseDuration(s + "s")
		o.tick = d
		return err
	})
	set.IntVar(&o.fixedPort, "erl_epmd_port", 0, "`port` on which this node and all others listen, without a port mapper")
	o.startEpmd = true
	set.Func("start_epmd", "`false`: never be the port mapper of this host", func(s string) error {
		on, err := strconv.ParseBool(s)
		o.startEpmd = on
		return err
	})
	set.BoolVar(&o.epmd, "epmd", false, "be the port mapper of this host, and nothing else")
	set.IntVar(&o.epmdIdle, "epmd_idle", 0, "end -epmd after so many `seconds` without a node (0: never)")
	o.codec = "msgpack"
	set.Func("dist_codec", "`codec`: what is spoken with other erlsh nodes, msgpack (the default) or etf, as with Erlang nodes", func(s string) error {
		if s != "msgpack" && s != "etf" {
			return errors.New("msgpack or etf is expected")
		}
		o.codec = s
		return nil
	})
	set.StringVar(&o.record, "dist_record", "", "`file` to which all messages of other erlsh nodes are added, each as 4 bytes of length and msgpack")
	set.Var(texts{&o.expressions}, "e", "`expressions`: evaluate, print the last value and end; may be repeated")
	set.StringVar(&o.remote, "remsh", "", "`node`: be at the prompt of that node; without -sname or -name under a name that is used once, and hidden")
	set.BoolVar(&o.version, "version", false, "print the version and end")
	set.BoolVar(&o.help, "help", false, "print this and end")
	set.BoolVar(&o.help, "h", false, "print this and end")
	return set
}

// explain says what was wrong with the flags, and which one may have been meant.
func explain(err error, set *flag.FlagSet) error {
	const unknown = "flag provided but not defined: -"
	name, ok := strings.CutPrefix(err.Error(), unknown)
	if !ok {
		return err
	}
	return unknownFlag(name, set)
}

// unknownFlag says that there is no such flag, and which one may have been meant.
func unknownFlag(name string, set *flag.FlagSet) error {
	if near, distance := nearest(name, set); distance <= len(name)/2 {
		return fmt.Errorf("unknown flag -%s, did you mean -%s?", name, near)
	}
	return fmt.Errorf("unknown flag -%s: -help lists those there are; flags of a program of yours go behind -extra, or stand beside -noshell", name)
}

// nearest returns the flag that looks most like a name, and how many edits lie between them.
func nearest(name string, set *flag.FlagSet) (best string, distance int) {
	distance = len(name) + 1
	try := func(known string) {
		if d := edits(name, known); d < distance {
			best, distance = known, d
		}
	}
	set.VisitAll(func(f *flag.Flag) { try(f.Name) })
	for _, known := range slices.Concat(starting, others) {
		try(known)
	}
	return best, distance
}

// edits is the Levenshtein distance of two words.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			last, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, last+cost)
		}
	}
	return row[len(b)]
}

// usage is what -help prints.
func usage() string {
	var b strings.Builder
	b.WriteString(`erlsh, the Erlang shell without the BEAM

  erlsh [FLAGS]                       a prompt
  erlsh [FLAGS] -e 'EXPRESSIONS.'     evaluate and print the last value
  erlsh [FLAGS] FILE.erlsh ARGS...    run a script
  erlsh [FLAGS] -                     evaluate what comes in, as erlsh < FILE does
  erlsh -noshell -eval 'EXPRS' -s init stop -extra ARGS...    as erl: also -noinput, -s, -run, -config, -env, -App Name Value

Flags, with one dash or two:
  -kernel name value...    parameters of kernel, such as dist_auto_connect, inet_dist_listen_min, inet_dist_use_interface
  -ssl_dist_opt name value...  options of TLS one by one, such as server_certfile
  -pa directory...         look for modules and .app files there first; -pz: there last
  -stdlib name value       parameters of the prompt, such as shell_history_length, shell_saved_results, shell_prompt_func
  -args_file file          more flags, on any number of lines
`)
	var o options
	flags(&o).VisitAll(func(f *flag.Flag) {
		parameter, text := flag.UnquoteUsage(f)
		text = strings.TrimPrefix(text, parameter+": ")
		fmt.Fprintf(&b, "  %-24s %s\n", strings.TrimSpace("-"+f.Name+" "+parameter), text)
	})
	b.WriteString("\nFrom the environment, as erl: ERL_AFLAGS, ERL_FLAGS, ERL_ZFLAGS, ERL_LIBS, ERL_EPMD_PORT, ERL_EPMD_ADDRESS; and NO_COLOR.\n")
	b.WriteString("\nScripts that come along, run where no file has the name:\n")
	for _, script := range scripts.List() {
		fmt.Fprintf(&b, "  %-24s %s\n", script.Name, script.About)
	}
	b.WriteString("\nAt the prompt, help(). lists the commands and h(lists, map). explains a function.\n")
	return b.String()
}

// cookie returns the cookie: the one given, or else that of the cookie file, which is made if there is none, as erl does.
// The error says what is wrong with the file.
func cookie(given, home, config string) (value, source string, err error) {
	if given != "" {
		return given, "that of -setcookie", nil
	}
	files := []string{filepath.Join(home, ".erlang.cookie")}
	if config != "" {
		files = append(files, filepath.Join(config, "erlang", ".erlang.cookie"))
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", "", fmt.Errorf("read the cookie: %w", err)
		}
		value, err := readCookie(file, info)
		return value, "that of " + file, err
	}
	value, err = makeCookie(files[0])
	return value, "new, made in " + files[0] + " because there was none", err
}

func readCookie(file string, info os.FileInfo) (string, error) {
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("cookie file %s must be accessible by owner only: chmod 400 %s", file, file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the cookie: %w", err)
	}
	c := strings.TrimRight(string(text), " \r\n")
	if c == "" || slices.ContainsFunc([]byte(c), func(b byte) bool { return b < 32 || b > 126 }) {
		return "", fmt.Errorf("cookie file %s: bad cookie: printable ASCII characters are expected", file)
	}
	return c, nil
}
