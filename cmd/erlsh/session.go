package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"

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
	var h handle
	end := make(chan int, 1)
	halt := func(status int) {
		select {
		case end <- status:
		default: // it ends already
		}
	}
	var stopped atomic.Int64
	n := node.New(node.Options{
		MemoryBound: memoryBound,
		Table:       builtins.Table(),
		Report:      h.report,
		Notice:      h.notice,
		Halt:        halt,
		Unicode:     o.unicode,
		Stop: func(status int) {
			stopped.Store(int64(status))
			h.with(func(s shell.Handle) { s.Stop(func() { halt(status) }) })
		},
	})
	builtins.SetArguments(n, o.given, o.args)
	kernel, _ := term.EmptyMap.Map()
	for _, p := range o.parameters {
		kernel = kernel.Put(term.Atom(p.name), p.value)
	}
	builtins.SetEnvironment(n, "kernel", kernel.Term())
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
	select {
	case r = <-done:
		r.status = max(r.status, int(stopped.Load()))
	case r.status = <-end:
		h.close()
	}
	return r.status, r.err
}

func shellOptions(o options, n *node.Node, h *handle) shell.Options {
	interactive := len(o.expressions) == 0 && o.script == "" && tty.IsTerminal(os.Stdin) && tty.IsTerminal(os.Stdout)
	return shell.Options{
		Node: n, In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Interactive: interactive,
		Color:       tty.IsTerminal(os.Stdout) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb",
		History:     historyFile(),
		Banner:      banner(o),
		Expressions: o.expressions,
		Script:      o.script,
		Modules:     builtins.Names(),
		Remote:      o.remote,
		Text:        scripts.Text,
		Opened:      h.open,
	}
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
