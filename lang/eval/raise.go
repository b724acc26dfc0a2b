package eval

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// site is a place in the source, for stack traces.
type site struct {
	module, name term.Term
	arity        int
	file         string
	line         int
	shell        bool // typed at a prompt: shows as the frames of the interpreter there
	inFun        bool // in a fun
	tail         bool // in tail position
	owner        *code.Module
	loop         *loopInfo // in a comprehension
	*typing
}

// typing is what sites of a prompt have beyond others.
type typing struct {
	typed *typed
	expr  syntax.Expr
	own   []term.Term // see ownFrames
	apply bool
	calls *calls // where expr is nil
}

var (
	atomShell    = term.Atom("shell")
	atomModule   = term.Atom("module")
	atomErlEval  = term.Atom("erl_eval")
	atomFile     = term.Atom("file")
	atomLine     = term.Atom("line")
	atomInside   = term.Atom("-inside-an-interpreted-fun-")
	atomErtsErrs = term.Atom("erl_erts_errors")
)

func location(file string, line int) term.Term {
	if file == "" {
		return term.Nil
	}
	return term.List(term.Tuple(atomFile, term.String(file)), term.Tuple(atomLine, term.Int(int64(line))))
}

func stackFrame(module, name, args, where term.Term) term.Term {
	return term.Tuple(module, name, args, where)
}

// frame is what a site of a module, or of a function of a script, contributes to a stack trace.
func (s *site) frame() term.Term {
	return stackFrame(s.home(), s.name, term.Int(int64(s.arity)), location(s.file, s.line))
}

// interpreter reports whether a site shows as the frames of the interpreter: it was typed at a prompt, and not read from a script.
func (s *site) interpreter() bool { return s.shell && s.file == "" }

// home is the module that a site shows: for functions of a script the name of its file.
func (s *site) home() term.Term {
	if s.shell && s.file != "" {
		return term.Atom(strings.TrimSuffix(filepath.Base(s.file), filepath.Ext(s.file)))
	}
	return s.module
}

// framesOf returns the stack frames of sites, the innermost first. The interpreter of the real shell shows the frames that evaluate an
// expression typed there; programs see them in catch.
func framesOf(sites []*site, limit int) []term.Term { return framesWith(sites, nil, limit) }

// framesWith is framesOf where it is known which comprehensions around the sites have collected something.
func framesWith(sites []*site, collected []uint8, limit int) []term.Term {
	var out []term.Term
	for i, s := range sites {
		if len(out) >= limit {
			break
		}
		if !s.interpreter() {
			bits := uint8(0)
			if collected != nil {
				bits = collected[i]
			}
			out = s.frames(out, bits)
			continue
		}
		var above, below *site
		if i > 0 {
			above = sites[i-1]
		}
		if i+1 < len(sites) {
			below = sites[i+1]
		}
		for _, f := range s.interpreted(above, below) {
			if n := len(out); n == 0 || !term.Equal(out[n-1], f) {
				out = append(out, f)
			}
		}
	}
	return out[:min(len(out), limit)]
}

// stackTrace makes the list of what m.trace remembers, behind the frames that top has already.
func (m *Machine) stackTrace(top term.Term) term.Term {
	var b term.Builder
	if !top.None() {
		given, _ := top.Slice()
		for _, f := range given {
			b.Add(f)
		}
	}
	depth := traceDepth
	if m.exc == m.shorter {
		depth--
	}
	for _, f := range framesWith(m.trace[:m.traced], m.collected[:m.traced], max(depth-b.Len(), 0)) {
		b.Add(f)
	}
	return b.List(term.Nil)
}

// failure is what a machine needs for exceptions only.
type failure struct {
	trace  [traceDepth]*site // where exc was raised
	traced int
	// collected says for each of trace which comprehensions around it have collected something.
	collected [traceDepth]uint8
	own       term.Exception
	top       topFrame
	// shorter is an exception whose trace is one frame shorter than others: the interpreter of a prompt takes one out.
	shorter *term.Exception
}

// failing makes the part of the machine that exceptions need.
func (m *Machine) failing() {
	if m.failure == nil {
		m.failure = new(failure)
	}
}

// raise starts an exception at a site and returns the node that handles it. An exception with a Stack that is complete, as
// erlang:raise/3 makes one, keeps it.
func (m *Machine) raise(e *term.Exception, at *site) *node {
	m.failing()
	m.top.name = term.None
	return m.begin(e, at)
}

// begin starts an exception whose innermost frame may be that of an operator.
func (m *Machine) begin(e *term.Exception, at *site) *node {
	m.failing()
	m.traced = 0
	if at != nil {
		m.trace[0], m.traced = at, 1
		m.collected[0] = at.collectedAny(m.s)
	}
	m.exc = e
	return m.unwind()
}

// exception returns the machine's own exception, which holds until the next one: what keeps an exception completes it, which copies.
func (m *Machine) exception(class, reason term.Term) *term.Exception {
	m.failing()
	m.own = term.Exception{Class: class, Reason: reason}
	return &m.own
}

// raiseReason raises error:Reason.
func (m *Machine) raiseReason(reason term.Term, at *site) *node {
	return m.raise(m.exception(term.ClassError, reason), at)
}

// unwind notes where calls came from and cuts the stack to the innermost handler.
func (m *Machine) unwind() *node {
	b := m.bases[len(m.bases)-1]
	floor := b.frames
	if n := len(m.handlers); n > b.handlers && !m.aborted {
		h := &m.handlers[n-1]
		if h.blind && m.exc.Class == term.ClassThrow && m.calls == nil {
			return m.cut()
		}
		floor = h.frames - 1
	}
	for i := len(m.frames) - 1; i > b.frames && m.traced < traceDepth; i-- {
		if s := m.frames[i].c.site; s != nil && (m.traced == 0 || m.trace[m.traced-1] != s || i <= floor || s.shell) {
			m.trace[m.traced], m.collected[m.traced] = s, 0
			if s.loop != nil {
				from, size := m.frames[i].from, m.frames[i].c.size
				m.collected[m.traced] = s.collectedAny(m.chunks[from.chunk][from.at : from.at+size])
			}
			m.traced++
		}
	}
	return m.cut()
}

// cut goes to the innermost handler, or ends the innermost Begin.
func (m *Machine) cut() *node {
	b := m.bases[len(m.bases)-1]
	n := len(m.handlers)
	if m.calls != nil {
		floor := b.frames
		if n > b.handlers && !m.aborted {
			floor = m.handlers[n-1].frames
		}
		m.unwindTraced(floor)
	}
	if n == b.handlers || m.aborted {
		m.complete()
		m.pop()
		m.outcome = Raised
		return nil
	}
	h := &m.handlers[n-1]
	m.frames = m.frames[:h.frames]
	m.s, m.from = h.s, h.from
	m.end = m.behind(h.s)
	m.handlers = m.handlers[:n-1]
	return h.n
}

// complete fills the stack trace of the pending exception in. One that leaves a call made by a native is not complete: the callers of
// the native come behind it.
func (m *Machine) complete() {
	e := *m.exc
	if !e.Complete {
		if e.Stack.None() && !m.top.name.None() {
			e.Stack = term.List(stackFrame(atom.Erlang, m.top.name, term.List(m.top.args[:m.top.n]...), operatorInfo))
		}
		own := e.Stack.IsNil() // erlang:error/1,2,3 speak for their caller
		e.Stack = m.stackTrace(e.Stack)
		if own {
			e.Stack = annotated(e.Stack, e.Args, e.Info)
		}
		e.Complete = len(m.bases) <= 1
	}
	m.exc = &e
}

// annotated puts the arguments that were given to erlang:error/2,3 in the place of the arity in the first frame, and the error_info
// behind its location.
func annotated(stack, args, info term.Term) term.Term {
	c, ok := stack.Cons()
	if !ok || args.None() && info.None() {
		return stack
	}
	frame, _ := c.Head.Tuple()
	frame = slices.Clone(frame)
	if !args.None() {
		frame[2] = args
	}
	if !info.None() {
		where, _ := frame[3].Slice()
		frame[3] = term.List(append(where, term.Tuple(atom.ErrorInfo, info))...)
	}
	return term.NewCons(term.Tuple(frame...), c.Tail)
}

// topFrame is the call of an operator or guard function that failed; it becomes a stack frame when somebody looks.
type topFrame struct {
	name term.Term // None when there is none
	args [3]term.Term
	n    int
}

var operatorInfo = term.List(term.Tuple(atom.ErrorInfo, term.NewMap(atomModule, atomErtsErrs)))

// nativeFailed raises what a native function returned, with the frame of its call on top.
func (m *Machine) nativeFailed(err error, f *code.Function, args []term.Term, at *site) *node {
	e := nativeException(err, f, args)
	if at != nil && at.interpreter() && f.Module == atom.Erlang && raising[f.Name] && !(f.Name == atom.ExitAtom && f.Arity == 2) && !e.Complete {
		copied := *e // error, exit and throw speak for the function of the shell that calls them
		copied.Stack = annotated(term.List(stackFrame(atomShell, atomApplyFun, term.Int(3), location("shell.erl", 912))), e.Args, e.Info)
		e = &copied
	}
	if at != nil && at.tail && !at.shell && f.InModule != nil && f.InModule.ErrorInfo.None() && f.Module != atom.Erlang {
		at = nil // what stands for Erlang code has taken the place of its caller
	}
	return m.raise(e, at)
}

var (
	atomApplyFun = term.Atom("apply_fun")
	raising      = map[term.Term]bool{term.ClassError: true, term.ClassExit: true, term.ClassThrow: true}
)

// ownerOf is the module whose code the site is in; nil for none.
func (s *site) ownerOf() *code.Module {
	if s == nil {
		return nil
	}
	return s.owner
}

// nativeException gives an exception of a native the frame of the call that failed. Only those that the function raised itself get
// one: what came out of a fun it called has a trace already, and exits and throws carry none of their own.
func nativeException(err error, f *code.Function, args []term.Term) *term.Exception {
	e, ok := err.(*term.Exception)
	if !ok {
		e = term.Error(term.Tuple(term.Atom("erlsh_internal"), term.String(err.Error())))
	}
	if e.Complete || e.Class != term.ClassError || !e.Stack.None() {
		return e
	}
	copied := *e
	given := term.List(args...)
	if !e.Args.None() {
		copied.Stack = term.Nil // erlang:error/2,3 speak for their caller
		return &copied
	}
	info := e.Info
	errorInfo := term.None
	if f.InModule != nil {
		errorInfo = f.InModule.ErrorInfo
	}
	switch {
	case !info.None():
		copied.Stack = term.List(stackFrame(f.Module, f.Name, given, term.List(term.Tuple(atom.ErrorInfo, info))))
	case !errorInfo.None():
		where := term.List(term.Tuple(atom.ErrorInfo, term.NewMap(atomModule, errorInfo)))
		copied.Stack = term.List(stackFrame(f.Module, f.Name, given, where))
	default:
		if e.Reason != atom.Undef && e.Reason != atom.FunctionClaus {
			given = term.Int(int64(f.Arity))
		}
		file, line := "", f.Line
		if f.InModule != nil {
			file = f.InModule.File
		}
		copied.Stack = term.List(stackFrame(f.Module, f.Name, given, location(file, line)))
	}
	return &copied
}

// undefined is error:undef for a call of a function that does not exist.
func undefined(module, name term.Term, args []term.Term) *term.Exception {
	e := term.Undef()
	e.Stack = term.List(stackFrame(module, name, term.List(args...), term.Nil))
	return e
}

// notCallable is error:badarg for a call whose module or function is no atom.
func notCallable(module, name term.Term, args []term.Term) *term.Exception {
	e := term.Badarg()
	e.Stack = term.List(stackFrame(atom.Erlang, atom.Apply, term.List(module, name, term.List(args...)), operatorInfo))
	return e
}

// undefinedCommand is the exception for an unqualified call at a prompt that nothing answers.
func undefinedCommand(name term.Term, arity int) *term.Exception {
	e := term.Error(term.Tuple(atomShellUndef, name, term.Int(int64(arity)), term.Nil))
	e.Stack = term.List(stackFrame(atomShell, atomShellUndef, term.Int(2), location("shell.erl", 1079)))
	return e
}

// operatorFailed notes the exception of an operator or guard function, for a simple.
func (m *Machine) operatorFailed(err error, name term.Term, args ...term.Term) term.Term {
	e, ok := err.(*term.Exception)
	if !ok {
		e = term.Badarg()
	}
	m.exc = e
	m.failing()
	m.top.name = name
	if !name.None() {
		m.top.n = copy(m.top.args[:], args)
	}
	return term.None
}

// failed notes error:Reason, for a simple.
func (m *Machine) failed(reason term.Term) term.Term {
	m.failing()
	m.top.name = term.None
	m.exc = m.exception(term.ClassError, reason)
	return term.None
}

// pending raises what a simple left in m.exc.
func (m *Machine) pending(at *site) *node {
	if at.shell {
		at = at.failing(m)
	}
	return m.begin(m.exc, at)
}

// Stacktrace returns where the machine is now.
func (m *Machine) Stacktrace() term.Term {
	sites := m.callers(traceDepth)
	if s := m.waits; m.outcome == Waiting && s != nil && s != hibernating {
		sites = append([]*site{s}, sites...)
	}
	return term.List(framesOf(sites, traceDepth)...)
}

// callers returns the sites of the innermost calls, at most n.
func (m *Machine) callers(n int) []*site {
	var out []*site
	for i := len(m.frames) - 1; i >= 0 && len(out) < n; i-- {
		if s := m.frames[i].c.site; s != nil {
			out = append(out, s)
		}
	}
	return out
}

// Runs reports whether a version of a module has calls under way, or is where the machine goes on.
func (m *Machine) Runs(module *code.Module) bool {
	if m.n != nil && m.n.owner == module {
		return true
	}
	for i := range m.frames {
		if s := m.frames[i].c.site; s != nil && s.owner == module {
			return true
		}
	}
	return false
}

// hibernating is what a process does in hibernate/3.
var hibernating = &site{module: atom.Erlang, name: term.Atom("hibernate"), arity: 3}

// Current returns the function that waits, or that called last; false before anything has.
func (m *Machine) Current() (code.MFA, bool) {
	if s := m.waits; m.outcome == Waiting && s != nil {
		return code.MFA{Module: s.module, Name: s.name, Arity: s.arity}, true
	}
	for _, f := range framesOf(m.callers(2), 1) {
		top, _ := f.Tuple() // of the interpreter, where it was typed at a prompt
		arity, _ := top[2].Int()
		return code.MFA{Module: top[0], Name: top[1], Arity: int(arity)}, true
	}
	return code.MFA{}, false
}

// mapFailed notes the exception of a map expression, for a simple. At the prompt it has the frames of the functions by which the
// interpreter makes maps; index is that of the field.
func (m *Machine) mapFailed(shell bool, reason term.Term, index int, function string, args ...term.Term) term.Term {
	m.exc = term.Error(reason)
	if !shell {
		return term.None
	}
	where := term.List(term.Tuple(atom.ErrorInfo, term.NewMap(atomModule, atomStdlibErrs)))
	frames := []term.Term{stackFrame(atomMaps, term.Atom(function), term.List(args...), where)}
	if function == "put" {
		frames = append(frames, exprFrame(305))
	} else {
		fold, arity, line := "foldl", int64(3), 1350
		if index > 0 {
			fold, line = "foldl_1", 1355
		}
		frames = append(frames,
			stackFrame(atomErlEval, term.Atom("-expr/6-fun-4-"), term.Int(2), location("erl_eval.erl", 309)),
			stackFrame(term.Atom("lists"), term.Atom(fold), term.Int(arity), location("lists.erl", line)),
			exprFrame(306))
	}
	m.exc.Stack = term.List(frames...)
	return term.None
}

var (
	atomMaps       = term.Atom("maps")
	atomStdlibErrs = term.Atom("erl_stdlib_errors")
)
