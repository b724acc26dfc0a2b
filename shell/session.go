package shell

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
	"github.com/erlsh/erlsh/shell/group"
	"github.com/erlsh/erlsh/shell/style"
	"github.com/erlsh/erlsh/shell/tty"
)

// Session is one conversation: bindings, history, definitions, and the process that evaluates. All but what mu guards is touched by
// the goroutine that runs the session, or by commands on the evaluator's turn, while that goroutine waits for it.
type Session struct {
	node   *node.Node
	group  *group.Group
	editor *tty.Editor
	theme  style.Theme

	evaluator *node.Process
	events    chan event

	bindings map[string]term.Term
	records  map[string]*syntax.RecordDef
	locals   map[code.NameArity]*local
	history  []entry
	count    int  // the number at the prompt
	keep     int  // how many commands the history keeps
	keepVals int  // how many results
	quiet    bool // no value is printed: scripts
	failed   bool

	mu      sync.Mutex
	notices []string // guarded by mu: explanations to print after the running expression
	asking  bool     // guarded by mu: a prompt stands
}

// entry is one command of the history.
type entry struct {
	number int
	body   []syntax.Expr
	value  term.Term // None: failed, or no longer kept
}

// local is a function defined at the prompt or in a script.
type local struct {
	form     *syntax.Function
	function *code.Function
}

// event is what the evaluator tells the session.
type event struct {
	value     term.Term
	exception *term.Exception
	ended     bool // the process is gone
	evaluator *node.Process
}

func newSession(o Options, g *group.Group, editor *tty.Editor) *Session {
	return &Session{
		node:     o.Node,
		group:    g,
		editor:   editor,
		theme:    style.New(o.Color),
		events:   make(chan event, 16),
		bindings: map[string]term.Term{},
		records:  map[string]*syntax.RecordDef{},
		locals:   map[code.NameArity]*local{},
		count:    1,
		keep:     20,
		keepVals: 20,
	}
}

// start makes a fresh evaluator process, which inherits nothing from one that has ended. A watcher tells the session of its end.
func (s *Session) start() {
	s.evaluator = s.node.Spawn(node.SpawnOptions{Resident: true, GroupLeader: s.group.Pid()})
	evaluator := s.evaluator
	watcher := s.node.Spawn(node.SpawnOptions{GroupLeader: s.group.Pid(), Handler: func(p *node.Process, m term.Term) {
		if e, ok := m.Tagged(atom.Down, 5); ok && e[3] == evaluator.Self() {
			s.events <- event{exception: term.Exit(e[4]), ended: true, evaluator: evaluator}
		}
	}})
	s.node.Deliver(&node.Monitor{From: watcher.Self(), To: evaluator.Self(), Ref: s.node.MakeRef()})
}

// Notice takes an explanation for the person at the prompt, such as why a connection failed. It may be called from any goroutine.
func (s *Session) Notice(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asking {
		s.group.Warn(s.theme.Aside(text) + "\n")
		return
	}
	if !slices.Contains(s.notices, text) {
		s.notices = append(s.notices, text)
	}
}

func (s *Session) printNotices() {
	s.mu.Lock()
	notices := s.notices
	s.notices = nil
	s.mu.Unlock()
	for _, n := range notices {
		s.group.Warn(s.theme.Aside(n) + "\n")
	}
}

// scanned runs one form that was read as tokens. It reports whether the form was evaluated, be it with an exception; what does not
// parse does not count.
func (s *Session) scanned(tokens []syntax.Token) (counted bool) {
	if f, ok := definition(tokens); ok {
		return s.define(f)
	}
	body, err := syntax.ParseExprs(tokens, syntax.Options{Extensions: true})
	if err != nil {
		s.fail(err)
		return false
	}
	return s.run(body)
}

// fail prints an error of the text, as opposed to one of its evaluation.
func (s *Session) fail(err error) {
	s.failed = true
	text := err.Error()
	if e, ok := err.(*syntax.Error); ok {
		text = fmt.Sprintf("%d:%d: %s", e.At.Line, e.At.Column, e.Text)
	}
	s.group.Warn(s.theme.Failure("* "+text) + "\n")
}

// run evaluates the expressions of one prompt and prints the value or the exception.
func (s *Session) run(body []syntax.Expr) (counted bool) {
	if err := s.expand(body); err != nil {
		s.fail(err)
		return false
	}
	number := s.count
	var value term.Term
	for _, part := range segments(body) {
		v, ok := s.segment(part)
		if !ok {
			s.remember(entry{number: number, body: body})
			return true
		}
		value = v
	}
	s.remember(entry{number: number, body: body, value: value})
	s.printNotices()
	if !s.quiet {
		s.group.Write(s.pretty(value) + "\n")
	}
	return true
}

// segments splits a body in front of and behind calls that forget bindings, since what follows them sees other variables.
func segments(body []syntax.Expr) [][]syntax.Expr {
	var out [][]syntax.Expr
	from := 0
	for i, e := range body {
		if _, ok := forgets(e); !ok {
			continue
		}
		if from < i {
			out = append(out, body[from:i])
		}
		out = append(out, body[i:i+1])
		from = i + 1
	}
	if from < len(body) {
		out = append(out, body[from:])
	}
	return out
}

// forgets recognises f() and f(Variable); the name is "" for all.
func forgets(e syntax.Expr) (name string, ok bool) {
	call, ok := e.(*syntax.Call)
	if !ok || len(call.Args) > 1 {
		return "", false
	}
	callee, ok := call.Callee.(*syntax.Literal)
	if !ok || callee.Form != syntax.AtomLiteral || callee.Value != atomF {
		return "", false
	}
	if len(call.Args) == 0 {
		return "", true
	}
	v, ok := call.Args[0].(*syntax.Var)
	if !ok {
		return "", false
	}
	return v.Name, true
}

// segment evaluates part of a body; the exception is printed already when it returns false.
func (s *Session) segment(body []syntax.Expr) (term.Term, bool) {
	if name, ok := forgets(body[0]); ok {
		if name == "" {
			clear(s.bindings)
		} else {
			delete(s.bindings, name)
		}
		return atom.OK, true
	}
	program, errs := eval.Exprs(body, s.env())
	if len(errs) > 0 {
		s.fail(errs[0])
		return term.None, false
	}
	args := make([]term.Term, len(program.In))
	for i, name := range program.In {
		args[i] = s.bindings[name]
	}
	result, exception := s.invoke(program.Function, args)
	if exception != nil {
		s.printNotices()
		s.printException(exception)
		return term.None, false
	}
	values, _ := result.Tuple()
	for i, name := range program.Out {
		s.bindings[name] = values[i+1]
	}
	return values[0], true
}

// env is what the expressions of this session may refer to.
func (s *Session) env() eval.Env {
	bound := make([]string, 0, len(s.bindings))
	for name := range s.bindings {
		bound = append(bound, name)
	}
	slices.Sort(bound)
	return eval.Env{Bound: bound, Locals: s, Records: s.records, Table: s.node.Code()}
}

// invoke runs a function in the evaluator and waits for its end, which Ctrl-C brings about too.
func (s *Session) invoke(f *code.Function, args []term.Term) (term.Term, *term.Exception) {
	s.renew()
	evaluator := s.evaluator
	evaluator.Invoke(f, args, func(value term.Term, exception *term.Exception) {
		s.events <- event{value: value, exception: exception, evaluator: evaluator}
	})
	for {
		select {
		case e := <-s.events:
			if e.evaluator != evaluator {
				continue
			}
			if e.ended {
				s.evaluator = nil
			}
			return e.value, e.exception
		case <-s.editor.Interrupts():
			evaluator.Interrupt()
		}
	}
}

// renew takes note of an evaluator that ended while nothing ran in it, and makes sure that there is one.
func (s *Session) renew() {
	for {
		select {
		case e := <-s.events:
			if e.ended && e.evaluator == s.evaluator {
				s.evaluator = nil
				s.printException(e.exception)
			}
			continue
		default:
		}
		break
	}
	if s.evaluator == nil {
		s.start()
	}
}

func (s *Session) remember(e entry) {
	s.history = append(s.history, e)
	if n := len(s.history); n > s.keep {
		s.history = slices.Clone(s.history[n-s.keep:])
	}
	if n := len(s.history); n > s.keepVals {
		s.history[n-s.keepVals-1].value = term.None
	}
}

// prompt returns what stands before the line: the number, and the node's name where it has one.
func (s *Session) prompt() string {
	if s.node.Alive() {
		return fmt.Sprintf("(%s)%d> ", s.node.Name().AtomName(), s.count)
	}
	return fmt.Sprintf("%d> ", s.count)
}

// continuation stands before the lines that go on with an unfinished form.
func continuation(prompt string) string {
	return strings.Repeat(" ", max(len(prompt)-3, 0)) + ".. "
}

// exitStatus is what a batch ends with.
func (s *Session) exitStatus() int {
	if s.failed {
		return 1
	}
	return 0
}
