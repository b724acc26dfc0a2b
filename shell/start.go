package shell

import (
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Start is something to carry out before the prompt: what erl's flags -eval, -s and -run say.
type Start struct {
	Text  string   // expressions to evaluate
	Call  []string // or a module, a function (start without it) and arguments to call it with
	Texts bool     // the function gets its arguments as strings, not as atoms, and all of them as one list
}

// starts carries everything out in order. It reports whether all went well: the first failure is explained, and is the end of the
// program, as in erl.
func (s *Session) starts(all []Start) bool {
	for _, start := range all {
		if s.isStopping() {
			return true
		}
		var ok bool
		if len(start.Call) > 0 {
			ok = s.startCall(start)
		} else {
			ok = s.startText(start.Text)
		}
		if !ok && !s.isStopping() {
			s.refuse()
			return false
		}
		s.history = nil
	}
	return true
}

// startText evaluates the expressions of -eval, which print nothing by themselves and leave no variables behind.
func (s *Session) startText(text string) bool {
	quiet, count, bindings := s.quiet, s.count, s.bindings
	defer func() {
		s.quiet, s.count, s.bindings = quiet, count, bindings
	}()
	s.quiet, s.bindings = true, map[string]term.Term{}
	if !strings.HasSuffix(strings.TrimSpace(text), ".") {
		text += "."
	}
	s.consume(text, true)
	s.printNotices()
	return !s.failed
}

// startCall calls the function of -s or -run.
func (s *Session) startCall(start Start) bool {
	module, function := term.Atom(start.Call[0]), atomStart
	var args []term.Term
	if len(start.Call) > 1 {
		function = term.Atom(start.Call[1])
	}
	if len(start.Call) > 2 {
		var b term.Builder
		for _, word := range start.Call[2:] {
			if start.Texts {
				b.Add(term.String(word))
			} else {
				b.Add(term.Atom(word))
			}
		}
		args = []term.Term{b.List(term.Nil)}
	}
	fun := (&term.Fun{Module: module, Name: function, Arity: len(args), External: true}).Term()
	call := &code.Function{Module: atomShell, Name: function, Arity: len(args), Native: func(p code.Process, args []term.Term) (term.Term, error) {
		return p.(*node.Process).Call(fun, args...)
	}}
	s.evaluating.Lock()
	defer s.evaluating.Unlock()
	_, exception := s.invoke(call, args)
	s.printNotices()
	if exception == nil {
		return true
	}
	s.printException(exception)
	s.remember(entry{value: term.Tuple(atom.ExitSignal, exitValue(exception))})
	return false
}

// refuse says, as erl does, that the program ends before it has really begun; why is explained already.
func (s *Session) refuse() {
	why := ""
	if n := len(s.history); n > 0 {
		if e, ok := s.history[n-1].value.Tagged(atom.ExitSignal, 2); ok {
			reason := e[1]
			if withTrace, ok := reason.Tuple(); ok {
				reason = withTrace[0]
			}
			why = " (" + format.Write(reason, format.Options{Home: s.node.Origin()}) + ")"
		}
	}
	s.group.Warn("init terminating in do_boot" + why + "\n")
}
