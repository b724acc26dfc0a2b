package shell

import (
	"fmt"
	"maps"
	"regexp"
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
)

// Session is one conversation: bindings, history, definitions, and the process that evaluates. All but what mu guards is touched by
// the goroutine that runs the session, or by commands on the evaluator's turn, while that goroutine waits for it.
type Session struct {
	node    *node.Node
	group   console
	theme   style.Theme
	modules []string // that can be called, for completion

	evaluator *node.Process // guarded by mu
	events    chan event

	bindings map[string]term.Term         // of the prompts before this one
	current  map[string]term.Term         // of the prompt that is being evaluated
	records  map[string]*syntax.RecordDef // known by rd, rr and -record
	types    []*syntax.TypeDef
	specs    map[code.NameArity]*syntax.Spec
	locals   locals
	typed    []syntax.Expr  // record definitions in the running expression
	dict     [][2]term.Term // the process dictionary, which outlives the evaluator
	history  []entry
	count    int       // the number at the prompt
	keep     int       // how many commands the history keeps
	keepVals int       // how many results
	catching bool      // catch_exception(true)
	strings  bool      // lists of characters print as strings
	prompter term.Term // what writes the prompts: default or {Module, Function}
	quiet    bool      // no value is printed: scripts
	scripted bool      // a file is run, whose functions may have the names of commands
	file     string    // its name
	failed   bool
	leaving  bool // exit() or q() was called

	evaluating sync.Mutex // held while a form runs and its value is printed

	mu       sync.Mutex
	stopping bool     // guarded by mu: no further form is run
	notices  []string // guarded by mu: explanations to print after the running expression
	asking   bool     // guarded by mu: a prompt stands
}

// entry is one command of the history.
type entry struct {
	number int
	body   []syntax.Expr
	form   syntax.Form // instead of body: a definition
	value  term.Term   // of one that failed {'EXIT',Reason}; None when no longer kept
}

// event is what the evaluator tells the session.
type event struct {
	value     term.Term
	exception *term.Exception
	dict      [][2]term.Term // the process dictionary
	ended     bool           // the process is gone
	evaluator *node.Process
}

func newSession(o Options, g console) *Session {
	s := &Session{
		node:     o.Node,
		group:    g,
		theme:    style.New(o.Color),
		modules:  o.Modules,
		events:   make(chan event, 16),
		bindings: map[string]term.Term{},
		records:  map[string]*syntax.RecordDef{},
		specs:    map[code.NameArity]*syntax.Spec{},
		count:    1,
		keep:     20,
		keepVals: 20,
		strings:  true,
		prompter: atomDefault,
	}
	return s
}

// start makes a fresh evaluator process, which inherits nothing from one that has ended. A watcher tells the session of its end.
func (s *Session) start() *node.Process {
	evaluator := s.node.Spawn(node.SpawnOptions{Resident: true, GroupLeader: s.group.Pid()})
	s.mu.Lock()
	s.evaluator = evaluator
	s.mu.Unlock()
	watched := make(chan struct{})
	loop := code.MFA{Module: atomShell, Name: term.Atom("shell_rep"), Arity: 4}
	watcher := s.node.Spawn(node.SpawnOptions{GroupLeader: s.group.Pid(), As: node.Shown{Loop: loop}, Handler: func(p *node.Process, m term.Term) {
		if m == atom.Monitor {
			_, _ = p.Monitor(evaluator.Self(), node.MonitorOptions{})
			close(watched)
			return
		}
		if e, ok := m.Tagged(atom.Down, 5); ok && term.Equal(e[3], evaluator.Self()) {
			p.Blocking(func() { s.gone(evaluator, e[4]) })
			s.node.Deliver(&node.Exit2{From: p.Self(), To: p.Self(), Reason: atom.Kill})
		}
	}})
	_ = s.node.Send(watcher.Self(), watcher.Self(), atom.Monitor)
	<-watched // or the reason of an early end is lost
	if len(s.dict) > 0 {
		restore := &code.Function{Module: atomShell, Name: term.Atom("init_dict"), Native: func(p code.Process, _ []term.Term) (term.Term, error) {
			for _, pair := range s.dict {
				p.(*node.Process).Put(pair[0], pair[1])
			}
			return atom.OK, nil
		}}
		evaluator.Invoke(restore, nil, func(term.Term, *term.Exception) {})
	}
	return evaluator
}

// gone takes note of the end of the evaluator: while it works the one who waits for it is told, at the prompt it is said at once.
func (s *Session) gone(evaluator *node.Process, reason term.Term) {
	s.mu.Lock()
	if s.evaluator == evaluator {
		s.evaluator = nil
	}
	asking, stopping := s.asking, s.stopping
	s.mu.Unlock()
	if asking && stopping {
		return
	}
	if asking {
		s.printException(ended(term.ClassError, reason))
		return
	}
	s.events <- event{exception: ended(term.ClassExit, reason), ended: true, evaluator: evaluator}
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
	s.evaluating.Lock()
	defer s.evaluating.Unlock()
	if s.isStopping() {
		return false
	}
	if f, ok := s.definition(tokens); ok {
		return s.define(f)
	}
	body, err := syntax.ParseExprs(tokens, syntax.Options{Extensions: true})
	if err != nil {
		s.fail(err)
		return false
	}
	return s.run(body)
}

// StopThen has the session run no further form, and calls f when the running one has ended. It may be called from any goroutine.
func (s *Session) StopThen(f func()) {
	s.mu.Lock()
	s.stopping = true
	s.mu.Unlock()
	go func() {
		s.evaluating.Lock()
		defer s.evaluating.Unlock()
		s.settle()
		f()
	}()
}

// kill ends the session: what runs is killed, and no further form is run.
func (s *Session) kill() {
	s.mu.Lock()
	s.stopping = true
	evaluator := s.evaluator
	s.mu.Unlock()
	if evaluator != nil {
		s.node.Deliver(&node.Exit2{From: evaluator.Self(), To: evaluator.Self(), Reason: atom.Kill})
	}
}

func (s *Session) isStopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// fail prints an error of the text, as opposed to one of its evaluation.
func (s *Session) fail(err error) {
	s.failed = true
	text := err.Error()
	if e, ok := err.(*syntax.Error); ok {
		text = fmt.Sprintf("%d:%d: %s", e.At.Line, e.At.Column, e.Text)
		if s.file != "" {
			text = s.file + ":" + text
		}
	}
	s.group.Warn(s.theme.Failure("* "+text) + "\n")
}

// run evaluates the expressions of one prompt and prints the value or the exception. Variables that were bound by a prompt that failed
// stay unbound.
func (s *Session) run(body []syntax.Expr) (counted bool) {
	body, err := s.expand(body)
	if err != nil {
		s.fail(err)
		return false
	}
	number := s.count
	s.current = maps.Clone(s.bindings)
	var value term.Term
	evaluator := s.renew()
	for _, e := range statements(body) {
		v, failure := s.evaluate(evaluator, e)
		if !failure.None() {
			s.current = s.bindings
			s.remember(entry{number: number, body: body, value: failure})
			return true
		}
		value = v
	}
	s.bindings = s.current
	s.printNotices()
	if !s.quiet {
		s.group.Write(s.pretty(value) + "\n")
	}
	s.remember(entry{number: number, body: body, value: value})
	return true
}

// statements takes apart blocks in which bindings are forgotten, since what follows there sees other variables.
func statements(body []syntax.Expr) []syntax.Expr {
	var out []syntax.Expr
	for _, e := range body {
		b, ok := e.(*syntax.Block)
		if ok && slices.ContainsFunc(b.Body, func(e syntax.Expr) bool { _, ok := forgets(e); return ok }) {
			out = append(out, statements(b.Body)...)
			continue
		}
		out = append(out, e)
	}
	return out
}

// forgets recognises f() and f(Variable); the name is "" for all.
func forgets(e syntax.Expr) (name string, ok bool) {
	call, ok := localCall(e, "f")
	if !ok || len(call.Args) > 1 {
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

// localCall returns e when it is an unqualified call of a name.
func localCall(e syntax.Expr, name string) (*syntax.Call, bool) {
	call, ok := e.(*syntax.Call)
	if !ok {
		return nil, false
	}
	callee, ok := call.Callee.(*syntax.Literal)
	return call, ok && callee.Form == syntax.AtomLiteral && callee.Value.AtomName() == name
}

// evaluate evaluates one expression in evaluator, whose end in between is the end of the whole line. What went wrong is
// printed already when failure is a term.
func (s *Session) evaluate(evaluator *node.Process, e syntax.Expr) (value, failure term.Term) {
	if name, ok := forgets(e); ok && !s.overridden(e) {
		s.forget(name)
		return atom.OK, term.None
	}
	if m, ok := e.(*syntax.Match); ok { // X = f() forgets and binds
		if name, ok := forgets(m.Value); ok && !s.overridden(m.Value) {
			s.forget(name)
			e = &syntax.Match{Position: m.Position, Pattern: m.Pattern,
				Value: &syntax.Literal{Position: m.Position, Form: syntax.AtomLiteral, Value: atom.OK}}
		}
	}
	program, errs := eval.Exprs([]syntax.Expr{s.prepare(e)}, s.env())
	if len(errs) > 0 {
		s.fail(errs[0])
		return term.None, term.Tuple(atom.ExitSignal, lintReason(errs[0]))
	}
	args := make([]term.Term, len(program.In))
	for i, name := range program.In {
		args[i] = s.current[name]
	}
	result, exception := s.invokeOn(evaluator, program.Function, args)
	if exception != nil && s.leaving {
		return term.None, atom.Normal
	}
	if exception != nil {
		s.printNotices()
		s.printException(exception)
		if line := e.Pos().Line; s.file != "" && line > 0 {
			s.group.Warn(s.theme.Failure(fmt.Sprintf("     at %s:%d", s.file, line)) + "\n")
		}
		return term.None, term.Tuple(atom.ExitSignal, exitValue(exception))
	}
	values, _ := result.Tuple()
	for i, name := range program.Out {
		if !values[i+1].None() { // None: the branch that binds it was not taken
			s.current[name] = values[i+1]
		}
	}
	return values[0], term.None
}

func (s *Session) forget(name string) {
	if name == "" {
		clear(s.current)
		return
	}
	delete(s.current, name)
}

// lintTexts are what the linter says most often, with the names of its reasons.
var lintTexts = []struct {
	text   *regexp.Regexp
	reason string
}{
	{regexp.MustCompile(`^variable '(.*?)' is unbound(?:, did you mean '(.*)'\?)?$`), "unbound_var"},
	{regexp.MustCompile(`^record (\w+) undefined$`), "undefined_record"},
}

// lintReason is what the history keeps of an expression that was refused.
func lintReason(e *syntax.Error) term.Term {
	if !e.Reason.None() {
		return e.Reason
	}
	for _, known := range lintTexts {
		if m := known.text.FindStringSubmatch(e.Text); m != nil {
			reason := []term.Term{term.Atom(known.reason)}
			for _, name := range m[1:] {
				if name != "" {
					reason = append(reason, term.Atom(name))
				}
			}
			return term.Tuple(reason...)
		}
	}
	return term.String(e.Text)
}

// exitValue is what the history keeps of an exception.
func exitValue(e *term.Exception) term.Term {
	reason, stack := e.Reason, e.Stack
	if stack.None() {
		stack = term.Nil
	}
	if e.Class == term.ClassThrow {
		reason = term.Tuple(atom.Nocatch, reason)
	}
	return term.Tuple(reason, stack)
}

// env is what the expressions of this session may refer to.
func (s *Session) env() eval.Env {
	bound := slices.Sorted(maps.Keys(s.current))
	return eval.Env{Bound: bound, Locals: s, Records: s.records, Table: s.node.Code(), File: s.file}
}

// invoke runs a function in the evaluator and waits for its end, which Ctrl-C brings about too.
func (s *Session) invoke(f *code.Function, args []term.Term) (term.Term, *term.Exception) {
	return s.invokeOn(s.renew(), f, args)
}

// invokeOn is invoke in a certain evaluator; when that one has ended, its end is the exception.
func (s *Session) invokeOn(evaluator *node.Process, f *code.Function, args []term.Term) (term.Term, *term.Exception) {
	select {
	case <-s.group.Interrupts(): // one from before, when nothing ran
	default:
	}
	evaluator.Invoke(f, args, func(value term.Term, exception *term.Exception) {
		s.events <- event{value: value, exception: exception, dict: evaluator.Dictionary(), evaluator: evaluator}
	})
	for {
		select {
		case e := <-s.events:
			if e.evaluator == evaluator && !e.ended {
				s.dict = e.dict
			}
			if e.evaluator == evaluator {
				return e.value, e.exception
			}
		case <-s.group.Interrupts():
			evaluator.Interrupt()
		}
	}
}

// renew takes note of an evaluator that ended between two expressions, and makes sure that there is one.
func (s *Session) renew() *node.Process {
	for {
		select {
		case e := <-s.events:
			if e.ended {
				s.printException(e.exception)
			}
			continue
		default:
		}
		break
	}
	s.mu.Lock()
	evaluator := s.evaluator
	s.mu.Unlock()
	if evaluator == nil {
		evaluator = s.start()
	}
	return evaluator
}

func (s *Session) remember(e entry) {
	s.history = append(s.history, e)
	s.trimHistory()
}

// trimHistory drops what the history no longer keeps.
func (s *Session) trimHistory() {
	if n := len(s.history); n > s.keep {
		s.history = slices.Clone(s.history[n-s.keep:])
	}
	for i := range len(s.history) - min(s.keepVals, s.keep, len(s.history)) {
		s.history[i].value = term.None
	}
}

// prompt returns what stands before the line: the number, and the node's name where it has one.
func (s *Session) prompt() string {
	if e, ok := s.prompter.Tuple(); ok {
		history := term.List(term.Tuple(atomHistory, term.Int(int64(s.count))))
		if text, ok := group.Text(s.apply(e[0], e[1], history), false); ok {
			return text
		}
	}
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
