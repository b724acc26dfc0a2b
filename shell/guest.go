package shell

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
	"github.com/erlsh/erlsh/shell/complete"
	"github.com/erlsh/erlsh/shell/group"
	"github.com/erlsh/erlsh/shell/tty"
)

var (
	atomStart     = term.Atom("start")
	atomRPC       = term.Atom("rpc")
	atomCall      = term.Atom("call")
	atomInterrupt = term.Atom("interrupt")
	atomElems     = term.Atom("elems")
	atomYes       = term.Atom("yes")
	atomNo        = term.Atom("no")

	atomEdlinExpand = term.Atom("edlin_expand")
	atomExpand      = term.Atom("expand")
)

// addGuest makes a job whose shell is Module:start() of another node, or of this one for "", and puts it in front.
func (j *jobs) addGuest(node, module string) *job {
	b := &job{node: node, shell: term.None, what: fmt.Sprintf("{%s,start,[]}", syntax.QuoteAtom(module))}
	if node != "" {
		b.what = fmt.Sprintf("{%s,%s,start,[]}", syntax.QuoteAtom(node), syntax.QuoteAtom(module))
	}
	b.seat = j.editor.NewSeat(func(before []rune) tty.Completion { return j.expand(b, before) })
	b.group = group.NewGuest(j.options.Node, b.seat, group.Guest{
		Leave: func() { j.leave(b) },
		Doubt: func(line string) string { return doubt(node, line) },
	})
	b.module = term.Atom(module)
	j.add(b)
	return b
}

// fatal is what stops the node of a shell rather than the shell.
var fatal = regexp.MustCompile(`^\s*((c:)?q\(\)|(erlang:)?halt\(.*\)|init:stop\(.*\)|init:reboot\(.*\))\s*\.\s*$`)

// doubt is what to ask before a line goes to the shell of another node.
func doubt(node, line string) string {
	if node == "" || !fatal.MatchString(line) {
		return ""
	}
	return fmt.Sprintf("This stops the node %s, not your shell there, which Ctrl-D leaves. Stop %s?", node, node)
}

// attend starts the shell of a job and returns when it has ended.
func (j *jobs) attend(b *job) {
	n := j.options.Node
	keeper := n.Spawn(node.SpawnOptions{Resident: true, GroupLeader: b.group.Pid()})
	over := make(chan term.Term, 1)
	keeper.Invoke(&code.Function{Module: atomShell, Name: atomStart, Native: func(p code.Process, _ []term.Term) (term.Term, error) {
		return j.keep(p.(*node.Process), b)
	}}, nil, func(reason term.Term, e *term.Exception) {
		if e != nil {
			reason = e.Reason
		}
		over <- reason
	})
	for {
		select {
		case <-b.seat.Interrupts():
			j.mu.Lock()
			shell := b.shell
			j.mu.Unlock()
			if !shell.None() {
				j.exitTo(b, shell, atomInterrupt)
			}
		case reason := <-over:
			n.Deliver(&node.Exit2{From: keeper.Self(), To: keeper.Self(), Reason: atom.Kill})
			j.ended(b, reason)
			return
		}
	}
}

// keep starts the shell, makes the job's group leader its own, and returns why it ended.
func (j *jobs) keep(p *node.Process, b *job) (term.Term, error) {
	var shell term.Term
	var err error
	if b.node == "" {
		shell, err = p.Call(external(b.module, atomStart, 0))
	} else {
		shell, err = p.Call(external(atomRPC, atomCall, 4), term.Atom(b.node), b.module, atomStart, term.Nil)
	}
	if err != nil {
		return term.None, err
	}
	if _, ok := shell.Pid(); !ok {
		return shell, nil
	}
	if _, err := p.Call(external(atom.Erlang, term.Atom("group_leader"), 2), b.group.Pid(), shell); err != nil {
		return term.None, err
	}
	ref, err := p.Monitor(shell, node.MonitorOptions{})
	if err != nil {
		return term.None, err
	}
	j.mu.Lock()
	b.shell = shell
	j.mu.Unlock()
	down, _, err := p.Receive(func(m term.Term) bool {
		e, ok := m.Tagged(atom.Down, 5)
		return ok && term.Equal(e[1], ref)
	}, -1)
	if err != nil {
		return term.None, err
	}
	e, _ := down.Tuple()
	return e[4], nil
}

func external(module, function term.Term, arity int) term.Term {
	return (&term.Fun{Module: module, Name: function, Arity: arity, External: true}).Term()
}

// exitTo sends an exit signal from the job to its shell.
func (j *jobs) exitTo(b *job, shell, reason term.Term) {
	j.options.Node.Deliver(&node.Exit2{From: b.group.Pid(), To: shell, Reason: reason})
}

// leave ends a job at whose keyboard the input has ended, and goes back to the one before it.
func (j *jobs) leave(b *job) {
	j.mu.Lock()
	var before *job
	for _, other := range j.list {
		if other != b {
			before = other
		}
	}
	if before != nil && j.current == b {
		j.current = before
	}
	j.mu.Unlock()
	j.ended(b, atom.Normal)
	if before != nil {
		j.connect(before)
	}
}

// ended takes note of the end of the shell of a job that is not ours. When it was in front, the one at the keyboard is told, and chooses
// another one; without any other job the program ends.
func (j *jobs) ended(b *job, reason term.Term) {
	j.mu.Lock()
	known, inFront, shell := !b.killed, j.current == b, b.shell
	b.killed = true
	j.mu.Unlock()
	if !known {
		return
	}
	j.remove(b)
	b.seat.Close()
	if !shell.None() {
		j.exitTo(b, shell, atom.Kill) // it may still be there: its input has ended
	}
	if !inFront {
		return // the one at the keyboard is elsewhere
	}
	good := reason == atom.Normal || reason == atom.Noproc || reason == atom.Killed
	where := "Shell process terminated!"
	if !good {
		where = "ERROR: Shell process terminated: " + format.Write(reason, format.Options{Home: j.options.Node.Origin()})
	}
	j.mu.Lock()
	left := len(j.list)
	j.mu.Unlock()
	switch {
	case left == 0 && good:
		j.finish(result{})
	case left == 0:
		j.editor.Warn("*** " + where + " ***\n")
		j.finish(result{status: 1})
	default:
		j.editor.Warn("*** " + where + " (choose a job, ? helps) ***\n")
		j.editor.Leave()
	}
}

// serveGuest is shell:start(): a session for the group leader of the one who calls, or for the one that the process gets later.
func (j *jobs) serveGuest(p code.Process, _ []term.Term) (term.Term, error) {
	o := j.options
	c := group.NewClient(o.Node, p.(*node.Process).GroupLeader())
	s := newSession(Options{Node: o.Node, Modules: o.Modules}, c)
	go func() {
		defer c.Close()
		c.Write(o.Banner)
		j.mu.Lock()
		j.sessions[leaderKey(c.Pid())] = s
		j.mu.Unlock()
		s.converse()
		s.kill()
		j.mu.Lock()
		defer j.mu.Unlock()
		for key, other := range j.sessions {
			if other == s {
				delete(j.sessions, key)
			}
		}
	}()
	return c.Self(), nil
}

// expand asks the node of a job how the text before the cursor could go on, as its own terminal would.
func (j *jobs) expand(b *job, before []rune) tty.Completion {
	if b.node == "" {
		return tty.Completion{}
	}
	reversed := slices.Clone(before)
	slices.Reverse(reversed)
	text := term.String(string(reversed))
	e, ok := j.remoteExpand(b.node, text, term.Nil).Tuple()
	if !ok || len(e) != 3 { // before OTP 26 it takes no options
		e, ok = j.remoteExpand(b.node, text).Tuple()
	}
	if !ok || len(e) != 3 {
		return tty.Completion{}
	}
	if more, ok := group.Text(e[1], false); ok && more != "" {
		return tty.Completion{Candidates: []string{more}}
	}
	candidates, shared := complete.Suffixes(matches(e[2]), complete.Word(string(before)))
	return tty.Completion{Candidates: candidates, Shared: shared}
}

func (j *jobs) remoteExpand(node string, args ...term.Term) term.Term {
	return j.home.apply(atomRPC, atomCall, term.Atom(node), atomEdlinExpand, atomExpand, term.List(args...), term.Int(expandPatience))
}

// expandPatience is how many milliseconds a completion by another node may take.
const expandPatience = 1000

// matches returns the names in the third element of what edlin_expand:expand returns: strings, pairs of a string and its ending, or
// since OTP 26 sections with such pairs.
func matches(t term.Term) []string {
	list, ok := t.Slice()
	if !ok {
		return nil
	}
	var out []string
	for _, m := range list {
		if section, ok := m.Map(); ok {
			if elements, ok := section.Get(atomElems); ok {
				out = append(out, matches(elements)...)
			}
			continue
		}
		if e, ok := m.Tuple(); ok && len(e) == 2 {
			m = e[0]
		}
		if text, ok := group.Text(m, false); ok {
			name, _, _ := strings.Cut(text, "/")
			out = append(out, name)
		}
	}
	return out
}

const (
	expandText    = "Takes what stands before the cursor, the last character first, and returns what can only follow, or the names that could."
	expandExample = "1> edlin_expand:expand(lists:reverse(\"lists:keyfi\")).\n{yes,\"nd(\",[]}"
)

// expander makes module edlin_expand, which other nodes ask when Tab is pressed at a shell that runs here.
func (j *jobs) expander() *code.Module {
	m := &code.Module{
		Name: atomEdlinExpand, File: "edlin_expand.erl", Attributes: term.Nil,
		Doc:       "Says how a line could go on: what Tab does at a prompt.",
		Functions: map[code.NameArity]*code.Function{},
	}
	for arity, spec := range map[int]string{
		1: "expand(Before :: string()) -> {yes | no, string(), [{string(), term()}]}",
		2: "expand(Before :: string(), Options :: [term()]) -> {yes | no, string(), [{string(), term()}]}",
	} {
		m.Functions[code.NameArity{Name: atomExpand, Arity: arity}] = &code.Function{
			Module: atomEdlinExpand, Name: atomExpand, Arity: arity, Exported: true, InModule: m,
			Doc: func() *code.Doc { return &code.Doc{Spec: spec, Text: expandText, Example: expandExample} },
			Native: func(p code.Process, args []term.Term) (term.Term, error) {
				return j.expansion(j.sessionOf(p.(*node.Process).GroupLeader()), args)
			},
		}
	}
	eval.AddModuleInfo(m)
	return m
}

// expansion is edlin_expand:expand.
func (j *jobs) expansion(s *Session, args []term.Term) (term.Term, error) {
	text, ok := group.Text(args[0], false)
	if !ok {
		return term.None, term.FunctionClause()
	}
	before := []rune(text)
	slices.Reverse(before)
	candidates := s.complete(before).Candidates
	if len(candidates) == 1 {
		return term.Tuple(atomYes, term.String(candidates[0]), term.Nil), nil
	}
	common := complete.Common(candidates)
	word := complete.Word(string(before))
	var found []term.Term
	for _, c := range candidates {
		found = append(found, term.Tuple(term.String(strings.TrimSuffix(word+c, "(")), term.Nil))
	}
	if common != "" {
		return term.Tuple(atomYes, term.String(common), term.List(found...)), nil
	}
	return term.Tuple(atomNo, term.Nil, term.List(found...)), nil
}
