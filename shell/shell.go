// Package shell is a conversation with the node: it reads forms, has a process evaluate them, and prints what becomes of them, at a
// prompt, from a pipe, from the command line, or out of a script.
//
// Start with Run.
package shell

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
	"github.com/erlsh/erlsh/shell/tty"
)

// Options say what to run and where its text comes from and goes to.
type Options struct {
	Node        *node.Node
	In          *os.File
	Out, Err    *os.File
	Interactive bool     // a prompt, lines edited
	Plain       bool     // lines are not edited at the prompt: the terminal cannot move its cursor
	Color       bool     // colour values and errors
	History     string   // file of typed lines; "" for none
	Banner      string   // printed first at a prompt
	Expressions []string // evaluate these, print the last value of each, and end
	Script      string   // run this file and end
	Starts      []Start  // carry these out before anything else
	Rc          bool     // evaluate ~/.erlang before that
	// Settings are values for the functions of module shell of these names, such as history; what does not fit changes nothing.
	Settings map[string]term.Term
	NoShell  bool // read nothing, and go on until the node ends
	// Text finds the text of a script that is no file, "" and false when there is none; nil finds none.
	Text    func(name string) (string, bool)
	Modules []string // modules that can be called, loaded or not: for completion
	// Opened is called with the functions of the session that the rest of the program needs, before anything is evaluated.
	Opened func(Handle)
	// Remote is the node whose shell to use at the prompt instead of one of this node; "" for none.
	Remote string
}

// Handle is what the rest of the program may ask of a running session.
type Handle struct {
	Notice func(text string) // explain something to the person at the prompt
	Report func(node.Report) // print a log event of the node
	Log    func(text string) // print the text of a log event
	Stop   func(then func()) // run no further form, and call then when the running one has ended
	Close  func()            // write everything out and give the terminal back: before the program ends
}

// Run carries a session out and returns the exit status of the program: 0, or 1 when a form failed where nobody sits at a prompt.
// The error says why there could be no session.
func Run(o Options) (int, error) {
	j := newJobs(o)
	editor, err := tty.New(tty.Options{In: o.In, Out: o.Out, Err: o.Err, History: o.History,
		Line: o.Interactive && !o.Plain, Prompts: o.Interactive && o.Plain, Escape: j.escape})
	if err != nil {
		return 1, fmt.Errorf("shell: prepare the terminal: %w", err)
	}
	defer editor.Close()
	s := j.open(editor)
	if o.Opened != nil {
		o.Opened(Handle{
			Notice: func(text string) { j.session().Notice(text) },
			Report: j.Report,
			Log:    j.Log,
			Stop:   func(then func()) { j.session().StopThen(then) },
			Close:  j.close,
		})
	}
	for _, setting := range settings() {
		name, _ := head(setting.spec)
		if v, ok := o.Settings[name]; ok {
			_, _ = setting.run(s, v)
		}
	}
	if o.Rc {
		s.startCall(Start{Call: []string{"c", "erlangrc"}})
	}
	if !s.starts(o.Starts) {
		s.settle()
		return 1, nil
	}
	switch {
	case len(o.Expressions) > 0:
		status := s.expressions(o.Expressions)
		s.settle()
		return status, nil
	case o.Script != "":
		text, err := scriptText(o)
		if err != nil {
			return 1, err
		}
		run := s.script
		if IsEscript(o.Script, text) {
			run = func(text string) int { return s.escript(o.Script, text) }
		}
		s.file = o.Script
		status := run(text)
		s.settle()
		return status, nil
	case o.NoShell:
		select {} // the node ends it
	case o.Interactive || o.Remote != "":
		return j.run()
	}
	s.batch()
	s.settle()
	return s.exitStatus(), nil
}

// start1 is where the text of every prompt begins.
var start1 = syntax.Position{Line: 1, Column: 1}

// converse reads, evaluates and prints until the input ends.
func (s *Session) converse() {
	rest := ""
	for {
		s.renew()
		tokens, more, err := s.read(rest)
		rest = more
		switch {
		case errors.Is(err, tty.ErrInterrupt):
			continue
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			s.fail(err)
			continue
		}
		if len(tokens) == 0 {
			continue
		}
		if s.scanned(tokens) {
			s.count++
		}
		if s.leaving || s.isStopping() {
			return
		}
	}
}

// read returns the tokens of the next form and the text behind it. Text that was typed but not used up is used first.
func (s *Session) read(text string) (tokens []syntax.Token, rest string, err error) {
	prompt := s.prompt()
	for {
		if strings.TrimSpace(text) != "" {
			tokens, rest, _, err = syntax.Next(strings.TrimLeft(text, " \t\r\n"), start1)
			if !incomplete(err) {
				s.group.Remember(strings.TrimSuffix(text, rest))
				if err != nil {
					s.showRest(rest)
					rest = ""
				}
				return tokens, rest, err
			}
		}
		line, err := s.ask(prompt)
		if err != nil {
			return nil, "", err
		}
		if text += line; strings.TrimSpace(text) != "" {
			prompt = continuation(s.prompt())
		}
	}
}

// showRest shows what stands behind something that did not scan, as it is not looked at any more; as OTP 26 and later.
func (s *Session) showRest(rest string) {
	if !blank(rest) {
		s.group.Write(strings.TrimRight(rest, " \t\r\n") + "\n")
	}
}

func (s *Session) ask(prompt string) (string, error) {
	s.setAsking(true)
	defer s.setAsking(false)
	return s.group.ReadLine(prompt)
}

func (s *Session) setAsking(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asking = on
}

func incomplete(err error) bool {
	e, ok := err.(*syntax.Error)
	return ok && e.Incomplete
}

// batch evaluates the forms of a pipe or a file, each value on its own line.
func (s *Session) batch() {
	text, first := "", true
	for {
		line, err := s.group.ReadLine("")
		if first {
			line, first = strings.TrimPrefix(line, byteOrderMark), false
		}
		text += line
		last := err != nil
		text = s.consume(text, last)
		if last || s.isStopping() {
			return
		}
	}
}

// byteOrderMark is what some editors put in front of a text.
const byteOrderMark = "\ufeff"

// consume evaluates every complete form of text and returns what is left. Places in a form count from its own beginning, as at a
// prompt. At the end of the input an unfinished form is an error.
func (s *Session) consume(text string, last bool) string {
	for {
		tokens, rest, _, err := syntax.Next(text, start1)
		switch {
		case incomplete(err) && !last:
			return text
		case incomplete(err) && blank(text):
			return ""
		case err != nil:
			s.fail(atLastToken(err, text))
			if incomplete(err) || rest == text {
				return ""
			}
			_, rest, _ = strings.Cut(rest, "\n") // what did not scan takes its line with it
		case len(tokens) > 0 && s.scanned(tokens):
			s.count++
		}
		if rest == "" || rest == text {
			return rest
		}
		text = behindDot(rest)
	}
}

// behindDot drops the one white space character that belongs to the dot.
func behindDot(rest string) string {
	if rest != "" && strings.ContainsRune(" \t\r\n", rune(rest[0])) {
		return rest[1:]
	}
	return rest
}

// atLastToken puts the error of a text that ends too early where the parser sees it: at the last token.
func atLastToken(err error, text string) error {
	tokens, _, scanned := syntax.Scan(text, start1)
	if !incomplete(err) || scanned != nil || len(tokens) == 0 {
		return err
	}
	return &syntax.Error{At: tokens[len(tokens)-1].Position, Text: "syntax error before: "}
}

// blank reports whether a text has nothing but white space and comments.
func blank(text string) bool {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "%")
		if strings.TrimSpace(line) != "" {
			return false
		}
	}
	return true
}

// expressions evaluates each text and prints its last value; the first failure ends it.
func (s *Session) expressions(texts []string) int {
	for _, text := range texts {
		s.quiet = true
		if !strings.HasSuffix(strings.TrimSpace(text), ".") {
			text += "."
		}
		s.consume(text, true)
		if s.failed {
			return 1
		}
		if s.isStopping() {
			return 0
		}
		if n := len(s.history); n > 0 && !s.history[n-1].value.None() {
			s.group.Write(s.pretty(s.history[n-1].value) + "\n")
		}
		s.printNotices()
	}
	return 0
}

// script runs the forms of a file, prints none of their values, and stops at the first failure. A file that defines main/1 and calls
// nothing itself has it called with the arguments, as escript does.
func (s *Session) script(text string) int {
	s.quiet, s.scripted = true, true
	source, at := text, start1
	if strings.HasPrefix(source, "#!") {
		_, rest, _ := strings.Cut(source, "\n")
		source, at = rest, syntax.Position{Line: 2, Column: 1}
	}
	for source != "" && !s.failed && !blank(source) {
		tokens, rest, restAt, err := syntax.Next(source, at)
		if err != nil {
			s.fail(err)
			return 1
		}
		if len(tokens) > 0 {
			s.scanned(tokens)
		}
		source, at = rest, restAt
	}
	main := &syntax.Call{Callee: atomLiteral("main")}
	if _, ok := s.locals.get(code.NameArity{Name: term.Atom("main"), Arity: 1}); ok && !s.failed && s.onlyDefined() {
		arguments := &syntax.Remote{Position: start1, Module: atomLiteral("init"), Name: atomLiteral("get_plain_arguments")}
		main.Args = []syntax.Expr{&syntax.Call{Position: start1, Callee: arguments}}
		s.evaluating.Lock()
		s.run([]syntax.Expr{main})
		s.evaluating.Unlock()
	}
	s.printNotices()
	return s.exitStatus()
}

// scriptText reads the file of a script, or finds one that comes along.
func scriptText(o Options) (string, error) {
	text, err := os.ReadFile(o.Script)
	if errors.Is(err, os.ErrNotExist) && o.Text != nil {
		if found, ok := o.Text(o.Script); ok {
			return found, nil
		}
	}
	if err != nil {
		return "", fmt.Errorf("read script: %w", err)
	}
	return strings.TrimPrefix(string(text), byteOrderMark), nil
}

// onlyDefined reports whether nothing but definitions has been read so far.
func (s *Session) onlyDefined() bool {
	return !slices.ContainsFunc(s.history, func(e entry) bool { return e.form == nil })
}

func atomLiteral(name string) *syntax.Literal {
	return &syntax.Literal{Position: start1, Form: syntax.AtomLiteral, Value: term.Atom(name)}
}
