package main

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/erlsh/erlsh/builtins"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
	"github.com/erlsh/erlsh/scripts"
	"github.com/erlsh/erlsh/shell"
	"github.com/erlsh/erlsh/shell/tty"
)

// session builds the node, puts it on the network if it has a name, and holds a conversation. It returns the exit status; the error says
// what kept the program from starting.
func session(o options) (int, error) {
	for _, v := range o.variables {
		if err := os.Setenv(v[0], v[1]); err != nil {
			return 1, fmt.Errorf("-env %s: %w", v[0], err)
		}
	}
	var h handle
	end := make(chan int, 1)
	halt := func(status int) {
		select {
		case end <- status:
		default: // it ends already
		}
	}
	var stopped atomic.Int64
	var told atomic.Bool // to end, by a signal
	var n *node.Node
	n = node.New(node.Options{
		MemoryBound: memoryBound,
		Table:       builtins.Table(),
		Report:      h.report,
		Notice:      h.notice,
		Halt:        halt,
		Unicode:     o.unicode,
		Stop: func(status int) {
			if stopped.Store(int64(status)); told.Load() {
				go func() { n.Settle(parting); halt(status) }()
				return
			}
			h.with(func(s shell.Handle) { s.Stop(func() { halt(status) }) })
		},
	})
	builtins.SetArguments(n, o.given, o.args)
	setEnvironment(n, o.parameters)
	if err := builtins.Start(n); err != nil {
		return 1, err
	}
	builtins.AddPath(n, o.before, o.behind)
	network, err := distribute(o, n)
	if err != nil {
		return 1, err
	}
	defer network.Close()
	type result struct {
		status int
		err    error
	}
	done := make(chan result, 1)
	go func() {
		status, err := shell.Run(shellOptions(o, n, &h))
		done <- result{status, err}
	}()
	var r result
	go obey(interactive(o), halt, func() { told.Store(true); terminate(n) })
	select {
	case r = <-done:
		r.status = max(r.status, int(stopped.Load()))
	case r.status = <-end:
		h.close()
	}
	return r.status, r.err
}

// obey does what signals say: the terminal that goes away ends the program, SIGTERM stops applications first, SIGQUIT and SIGUSR1 do what
// they do to erl. Where nobody sits at a prompt Ctrl-C is the end, too.
func obey(prompt bool, halt func(status int), stop func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP, dumping)
	if !prompt {
		signal.Notify(signals, syscall.SIGINT, syscall.SIGQUIT)
	}
	for stopping := false; ; {
		got, _ := (<-signals).(syscall.Signal)
		switch {
		case got == syscall.SIGTERM && !stopping:
			stopping = true
			stop()
		case got == syscall.SIGQUIT:
			halt(0)
		case got == dumping:
			fmt.Fprintln(os.Stderr, "Received SIGUSR1")
			halt(1)
		default:
			halt(128 + int(got))
		}
	}
}

// parting is how long the end by a signal waits at most for what is being reported.
const parting = 200 * time.Millisecond

// terminate does what init:stop/0 does, because a signal says so: applications stop in order. What runs meanwhile, at the prompt or in a
// script, is not waited for; whoever does not want to wait for applications either says it twice.
func terminate(n *node.Node) {
	n.Report(node.Report{Level: term.Atom("notice"), Format: "SIGTERM received - shutting down~n", Args: []term.Term{}})
	stop := term.Atom("stop")
	if init := n.Whereis(term.Atom("init")); !init.None() {
		_ = n.Send(init, init, term.Tuple(stop, stop))
	}
}

// setEnvironment gives their parameters to applications; of those of one name the last one counts.
func setEnvironment(n *node.Node, parameters []parameter) {
	applications, _ := term.EmptyMap.Map()
	for _, p := range parameters {
		own, _ := term.EmptyMap.Map()
		if known, ok := applications.Get(term.Atom(p.application)); ok {
			own, _ = known.Map()
		}
		applications = applications.Put(term.Atom(p.application), own.Put(term.Atom(p.name), p.value).Term())
	}
	builtins.SetEnvironment(n, applications.Term())
}

// interactive reports whether somebody sits at a prompt.
func interactive(o options) bool {
	return !o.noShell && len(o.expressions) == 0 && o.script == "" && tty.IsTerminal(os.Stdin) && tty.IsTerminal(os.Stdout)
}

func shellOptions(o options, n *node.Node, h *handle) shell.Options {
	in := os.Stdin
	if o.noInput {
		if nothing, err := os.Open(os.DevNull); err == nil {
			in = nothing
		}
	}
	return shell.Options{
		Node: n, In: in, Out: os.Stdout, Err: os.Stderr,
		Interactive: interactive(o),
		Plain:       plainTerminal(),
		Color:       tty.IsTerminal(os.Stdout) && os.Getenv("NO_COLOR") == "" && !plainTerminal(),
		History:     o.historyFile(),
		Rc:          o.rc(),
		Settings:    o.settings(),
		Banner:      banner(o),
		Expressions: o.expressions,
		Script:      o.script,
		Starts:      o.starts,
		NoShell:     o.noShell,
		Modules:     builtins.Names(),
		Remote:      o.remote,
		Text:        scripts.Text,
		Opened:      h.open,
	}
}

// plainTerminal reports whether the terminal can show characters only.
func plainTerminal() bool { return os.Getenv("TERM") == "" || os.Getenv("TERM") == "dumb" }

// rc reports whether ~/.erlang has to be evaluated first: for a prompt, a pipe, and what erl's flags start.
func (o options) rc() bool {
	if len(o.expressions) > 0 || o.script != "" {
		return false
	}
	var places []string
	if home, err := os.UserHomeDir(); err == nil {
		places = append(places, home)
	}
	if config, err := os.UserConfigDir(); err == nil {
		places = append(places, filepath.Join(config, "erlang"))
	}
	return slices.ContainsFunc(places, func(dir string) bool {
		_, err := os.Stat(filepath.Join(dir, ".erlang"))
		return err == nil
	})
}

// settings takes the parameters of stdlib that say how a prompt behaves, by the names of the functions of module shell that change it.
func (o options) settings() map[string]term.Term {
	settings := map[string]term.Term{}
	for _, name := range [][2]string{
		{"shell_history_length", "history"}, {"shell_saved_results", "results"}, {"shell_prompt_func", "prompt_func"},
		{"shell_strings", "strings"}, {"shell_catch_exception", "catch_exception"},
	} {
		if v := o.parameter("stdlib", name[0]); !v.None() {
			settings[name[1]] = v
		}
	}
	return settings
}

// banner is what a prompt begins with.
func banner(o options) string {
	var b strings.Builder
	fmt.Fprintf(&b, "erlsh %s (help(). lists the commands, q(). or Ctrl-D ends)\n", version)
	return b.String()
}

// handle is the way from the node to the session, which begins after it.
type handle struct {
	mu      sync.Mutex
	session *shell.Handle // guarded by mu
	early   []func(shell.Handle)
}

func (h *handle) open(s shell.Handle) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.session = &s
	for _, f := range h.early {
		f(s)
	}
	h.early = nil
}

// with hands the session to f, now or when there is one.
func (h *handle) with(f func(shell.Handle)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.session == nil {
		h.early = append(h.early, f)
		return
	}
	f(*h.session)
}

func (h *handle) report(r node.Report) { h.with(func(s shell.Handle) { s.Report(r) }) }

func (h *handle) notice(text string) { h.with(func(s shell.Handle) { s.Notice(text) }) }

func (h *handle) close() { h.with(func(s shell.Handle) { s.Close() }) }
