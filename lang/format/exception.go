package format

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// ExceptionOptions say how Exception writes. Every function may be nil.
type ExceptionOptions struct {
	// Column is where the text begins, from 1; lines behind the first are indented to it.
	Column int
	// Pretty writes a term that begins in a column; nil: as ~p writes it, cut at depth 30.
	Pretty func(t term.Term, column int) string
	// Explain calls Module:Function(Reason, Stack), which returns what is known of the arguments of the failed call as a map
	// (format_error/2 of the error_info in a stack trace); anything that is no map says nothing.
	Explain func(module, function, reason, stack term.Term) term.Term
	// Auto reports whether a function is a BIF that is called without its module name.
	Auto func(module, name term.Term, arity int) bool
	// Trim says which frames to leave out at the bottom of the stack.
	Trim func(module, name term.Term, arity int) bool
}

// Exception writes an exception the way the shell and crash reports show it: "exception error: ..." and the stack trace below it,
// without a newline at the end.
func Exception(class, reason, stack term.Term, o ExceptionOptions) string {
	w := exceptionWriter{ExceptionOptions: o, margin: strings.Repeat(" ", max(o.Column-1, 0)), lead: "exception " + class.AtomName() + ": "}
	if w.Pretty == nil {
		w.Pretty = func(t term.Term, column int) string { return Pretty(t, Options{Column: column, Depth: 30}) }
	}
	frames, ok := traceOf(stack)
	var known *term.Map
	switch {
	case !ok:
		reason, frames = term.Tuple(reason, stack), nil
	default:
		known = w.explain(reason, stack, frames)
	}
	text, rest := w.reason(class, reason, frames)
	if known != nil {
		if t, ok := known.Get(atomReason); ok {
			text = chardata(t)
		}
	}
	trace := w.trace(rest, known)
	if trace != "" {
		trace = "\n" + trace
	}
	return w.lead + text + trace
}

var (
	atomFormatError = term.Atom("format_error")
	atomFunction    = term.Atom("function")
	atomGeneral     = term.Atom("general")
	atomModule      = term.Atom("module")
	atomNotalive    = term.Atom("notalive")
	atomReason      = term.Atom("reason")
	atomShellName   = term.Atom("shell")
	atomShellUndef  = term.Atom("shell_undef")
	atomUnbound     = term.Atom("unbound")
)

type exceptionWriter struct {
	ExceptionOptions
	margin string // in front of every line but the first
	lead   string // "exception error: "
}

// traceFrame is one entry of a stack trace. args is nil where only the arity is known.
type traceFrame struct {
	module, name term.Term
	arity        int
	args         []term.Term
	info         []term.Term
}

// traceOf takes a stack trace apart; false when the term is none.
func traceOf(stack term.Term) ([]traceFrame, bool) {
	list, ok := stack.Slice()
	if !ok {
		return nil, false
	}
	out := make([]traceFrame, len(list))
	for i, x := range list {
		e, ok := x.Tuple()
		if !ok || len(e) != 4 || !e[0].IsAtom() || !e[1].IsAtom() {
			return nil, false
		}
		info, ok := e[3].Slice()
		if !ok {
			return nil, false
		}
		f := traceFrame{module: e[0], name: e[1], info: info}
		if n, isInt := e[2].Int(); isInt {
			f.arity = int(n)
		} else if f.args, ok = e[2].Slice(); ok {
			f.arity = len(f.args)
			if f.args == nil {
				f.args = []term.Term{}
			}
		} else {
			return nil, false
		}
		out[i] = f
	}
	return out, true
}

func (f traceFrame) get(key term.Term) term.Term {
	for _, x := range f.info {
		if e, ok := x.Tagged(key, 2); ok {
			return e[1]
		}
	}
	return term.None
}

// location is where the frame stands in a source file, or "".
func (f traceFrame) location() string {
	file, line := f.get(atom.File), f.get(atom.Line)
	if file.None() || line.None() {
		return ""
	}
	return fmt.Sprintf("(%s:%s)", chardata(file), line)
}

// explain asks the module that the topmost frame names for words about the failed call; nil when there are none.
func (w *exceptionWriter) explain(reason, stack term.Term, frames []traceFrame) *term.Map {
	if len(frames) == 0 || w.Explain == nil {
		return nil
	}
	info, ok := frames[0].get(atom.ErrorInfo).Map()
	if !ok {
		return nil
	}
	module, function := frames[0].module, atomFormatError
	if m, ok := info.Get(atomModule); ok {
		module = m
	}
	if f, ok := info.Get(atomFunction); ok {
		function = f
	}
	known, _ := w.Explain(module, function, reason, stack).Map()
	return known
}

// plainReasons are the reasons without a value that have words of their own.
var plainReasons = map[term.Term]string{
	atom.Badarg:       "bad argument",
	atom.Badarith:     "an error occurred when evaluating an arithmetic expression",
	atom.IfClause:     "no true branch found when evaluating an if expression",
	atom.Noproc:       "no such process or port",
	atomNotalive:      "the node cannot be part of a distributed system",
	atom.SystemLimit:  "a system limit has been reached",
	atom.TimeoutValue: "bad receive timeout value",
}

// valueReasons are the reasons {Name, Value} that have words of their own.
var valueReasons = map[string]string{
	"badarg":         "bad argument: ",
	"badkey":         "bad key: ",
	"badmap":         "bad map: ",
	"badfun":         "bad function ",
	"badmatch":       "no match of right hand side value ",
	"case_clause":    "no case clause matching ",
	"try_clause":     "no try clause matching ",
	"else_clause":    "no else clause matching ",
	"bad_filter":     "bad filter ",
	"bad_generator":  "bad generator ",
	"bad_generators": "bad generators: ",
}

// fieldReasons are the reasons {Name, {{Module, Record}, Field}} that native records have.
var fieldReasons = map[string]string{
	"badfield": "bad field name: %s in #%s:%s{}",
	"novalue":  "no value provided for field %s in #%s:%s{}",
}

// fieldReason says what is wrong with a field of a native record; false for any other reason.
func (w *exceptionWriter) fieldReason(reason term.Term) (string, bool) {
	e, ok := reason.Tuple()
	if !ok || len(e) != 2 || fieldReasons[e[0].AtomName()] == "" {
		return "", false
	}
	where, _ := e[1].Tuple()
	if len(where) != 2 {
		return "", false
	}
	record, _ := where[0].Tuple()
	if len(record) != 2 || !record[0].IsAtom() || !record[1].IsAtom() {
		return "", false
	}
	return fmt.Sprintf(fieldReasons[e[0].AtomName()], Pretty(where[1], Options{}), Atom(record[0].AtomName()), Atom(record[1].AtomName())), true
}

// exitReasons are reasons of class exit that the shell itself makes.
var exitReasons = map[string]string{
	"restricted_shell_started": "restricted shell starts now",
	"restricted_shell_stopped": "restricted shell stopped",
	"calling_self":             "the current process attempted to call itself",
}

// reason says what happened, and returns the frames that are not said with it.
func (w *exceptionWriter) reason(class, reason term.Term, frames []traceFrame) (string, []traceFrame) {
	switch class {
	case term.ClassError:
		if text, rest, ok := w.errorReason(reason, frames); ok {
			return text, rest
		}
	case term.ClassExit:
		if text, ok := exitReasons[reason.AtomName()]; ok {
			return text, frames
		}
		if text, ok := w.restricted(reason); ok {
			return text, frames
		}
	}
	return w.Pretty(reason, len(w.margin)+len(w.lead)+1), frames
}

func (w *exceptionWriter) errorReason(reason term.Term, frames []traceFrame) (string, []traceFrame, bool) {
	if len(frames) > 0 {
		switch f := frames[0]; {
		case reason == atom.FunctionClaus && f.args != nil:
			const text = "no function clause matching "
			return w.call(text, w.margin+blanks(len(w.lead)), w.nameOf(f), f) + " " + f.location(), frames[1:], true
		case reason == atom.FunctionClaus && len(frames) == 1 && f.module == atomShellName:
			return "no function clause matching call to " + nameArity(f.name, f.arity), nil, true
		case reason == atom.Undef:
			return "undefined function " + w.mfa(f), frames[1:], true
		}
	}
	if text, ok := w.fieldReason(reason); ok {
		return text, frames, true
	}
	if text, ok := plainReasons[reason]; ok {
		return text, frames, true
	}
	e, _ := reason.Tuple()
	switch {
	case len(e) == 2 && e[0] == atom.Badarity:
		if text, ok := badarity(e[1], w); ok {
			return text, frames, true
		}
	case len(e) == 2 && e[0] == atomUnbound:
		return "variable " + Atom(e[1].AtomName()) + " is unbound", frames, true
	case len(e) == 4 && e[0] == atomShellUndef:
		n, ok := e[2].Int()
		if list, isList := e[2].Slice(); isList {
			n, ok = int64(len(list)), true
		}
		if ok {
			return "undefined shell command " + nameArity(e[1], int(n)), frames, true
		}
	case len(e) == 2:
		if text, ok := valueReasons[e[0].AtomName()]; ok {
			return w.value(text, e[1]), frames, true
		}
	}
	return "", nil, false
}

// restricted explains what a restricted shell refuses.
func (w *exceptionWriter) restricted(reason term.Term) (string, bool) {
	if e, ok := reason.Tagged(term.Atom("restricted_shell_bad_return"), 2); ok {
		return w.value("restricted shell module returned bad value ", e[1]), true
	}
	e, ok := reason.Tagged(term.Atom("restricted_shell_disallowed"), 2)
	if !ok {
		return "", false
	}
	pair, _ := e[1].Tuple()
	if len(pair) != 2 {
		return "", false
	}
	args, ok := pair[1].Slice()
	if !ok {
		return "", false
	}
	f := traceFrame{args: args, arity: len(args)}
	name := ""
	if mf, isPair := pair[0].Tuple(); isPair && len(mf) == 2 {
		f.module, f.name = mf[0], mf[1]
		name = w.nameOf(f)
	} else if fun, isFun := pair[0].Fun(); isFun {
		name = funText(fun, w)
	} else {
		name = Atom(pair[0].AtomName())
	}
	return w.call("restricted shell does not allow ", w.margin+blanks(len(w.lead)), name, f), true
}

func badarity(t term.Term, w *exceptionWriter) (string, bool) {
	e, _ := t.Tuple()
	if len(e) != 2 {
		return "", false
	}
	fun, ok := e[0].Fun()
	n, proper := e[1].Length()
	if !ok || !proper {
		return "", false
	}
	count := strconv.Itoa(n) + " arguments"
	switch n {
	case 0:
		count = "no arguments"
	case 1:
		count = "one argument"
	case 2:
		count = "two arguments"
	}
	return funText(fun, w) + " called with " + count, true
}

func funText(f *term.Fun, w *exceptionWriter) string {
	if !f.External && f.Module == atom.ErlEval {
		return fmt.Sprintf("interpreted function with arity %d", f.Arity)
	}
	return w.mfa(traceFrame{module: f.Module, name: f.Name, arity: f.Arity})
}

// value writes text and a term behind it, or the term under it where that takes fewer lines.
func (w *exceptionWriter) value(text string, t term.Term) string {
	column := len(w.margin) + len(w.lead) + 1
	behind := w.Pretty(t, column+len(text))
	if lines := strings.Count(behind, "\n"); lines > 1 {
		if under := w.Pretty(t, column); strings.Count(under, "\n") < lines {
			return text + "\n" + blanks(column-1) + under
		}
	}
	return text + behind
}
