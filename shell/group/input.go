package group

import (
	"errors"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
	"github.com/erlsh/erlsh/shell/tty"
)

// reader consumes input: it takes the characters so far and, when it has enough, returns a result and what it left over. At the
// end of input more is false and it has to come to a result.
type reader func(p *node.Process, chars string, more bool, end term.Term) (result term.Term, rest string, done bool)

// inputRequest returns the reader and the prompt of a request for input, false for any other request.
func (g *Group) inputRequest(p *node.Process, what term.Term) (reader, string, bool) {
	e, ok := what.Tuple()
	if !ok || len(e) < 2 {
		return nil, "", false
	}
	if e[1] == atomLatin1 || e[1] == atomUnicode { // without an encoding: the form before encodings
		e = append([]term.Term{e[0]}, e[2:]...)
	}
	switch {
	case e[0] == atomGetLine && len(e) == 2:
		return g.line, g.prompt(p, e[1]), true
	case e[0] == atomGetChars && len(e) == 3:
		if n, ok := e[2].Int(); ok && n >= 0 {
			return g.chars(int(n)), g.prompt(p, e[1]), true
		}
	case e[0] == atomGetUntil && len(e) == 5:
		if extra, ok := e[4].Slice(); ok {
			return g.until(e[2], e[3], extra), g.prompt(p, e[1]), true
		}
	case e[0] == atomGetPass && len(e) == 1:
		return g.password, "", true
	}
	return nil, "", false
}

// secret reports whether a request is for input that must not be shown.
func secret(what term.Term) bool {
	e, ok := what.Tuple()
	return ok && len(e) > 0 && e[0] == atomGetPass
}

// prompt returns the text of a prompt, which may be chardata, an atom or {format, Format, Args}.
func (g *Group) prompt(p *node.Process, t term.Term) string {
	if e, ok := t.Tagged(atomFormat, 3); ok {
		chars, err := p.Call((&term.Fun{Module: atomIOLib, Name: atomFormat, Arity: 2, External: true}).Term(), e[1], e[2])
		if err != nil {
			return "???"
		}
		t = chars
	}
	if name, ok := t.Atom(); ok {
		return name
	}
	text, ok := Text(t, false)
	if !ok {
		return "???"
	}
	return text
}

// read gives the first waiting request what is there already, or asks the terminal for a line.
func (g *Group) read(p *node.Process) {
	for len(g.waiting) > 0 {
		g.mu.Lock()
		chars := g.leftover
		g.mu.Unlock()
		if chars == "" || !g.feed(p, chars, true, term.None) {
			break
		}
	}
	if len(g.waiting) == 0 {
		return
	}
	go g.ask(g.waiting[0].prompt, g.waiting[0].secret)
}

// ask reads a line and gives it to the process.
func (g *Group) ask(prompt string, secret bool) {
	var line string
	var err error
	switch {
	case secret:
		line, err = g.seat.ReadPassword(prompt)
	case g.guest != nil:
		if line, err = g.askGuest(prompt); err != nil {
			g.guest.Leave()
			return
		}
	default:
		line, err = g.seat.ReadLine(prompt, true)
	}
	got := term.BinaryString(line)
	if err != nil {
		got = outcome(err)
	}
	_ = g.node.Send(g.pid, g.pid, term.Tuple(atomInput, got))
}

// askGuest reads a line for a shell of another node. Ctrl-C begins the line anew, and so does a line that was not meant.
func (g *Group) askGuest(prompt string) (string, error) {
	for {
		line, err := g.seat.ReadLine(prompt, true)
		if errors.Is(err, tty.ErrInterrupt) {
			continue
		}
		if err != nil {
			return "", err
		}
		doubt := g.guest.Doubt(line)
		if doubt == "" {
			return line, nil
		}
		answer, err := g.seat.ReadLine(doubt+" [y/N] ", true)
		if err == nil && strings.EqualFold(strings.TrimSpace(answer), "y") {
			return line, nil
		}
	}
}

// input takes what the terminal gave: a binary, or how the input ended.
func (g *Group) input(p *node.Process, got term.Term) {
	if len(g.waiting) == 0 {
		return
	}
	g.mu.Lock()
	chars := g.leftover
	g.mu.Unlock()
	line, more := got.Binary()
	if _, failed := got.Tuple(); failed { // interrupted: nothing of it counts
		r := g.waiting[0]
		g.waiting = g.waiting[1:]
		g.reply(r, got)
	} else {
		g.feed(p, chars+string(line), more, got)
	}
	g.read(p)
}

// feed gives characters to the first waiting request and reports whether it had enough.
func (g *Group) feed(p *node.Process, chars string, more bool, end term.Term) bool {
	r := g.waiting[0]
	result, rest, done := r.reader(p, chars, more, end)
	g.mu.Lock()
	g.leftover = rest
	g.mu.Unlock()
	if !done {
		return false
	}
	g.waiting = g.waiting[1:]
	g.next(p, r, result)
	return true
}

// data returns characters the way the options ask for.
func (g *Group) data(chars string) term.Term {
	if g.binary {
		return term.BinaryString(chars)
	}
	return term.String(chars)
}

func (g *Group) line(_ *node.Process, chars string, more bool, end term.Term) (term.Term, string, bool) {
	if at := strings.IndexByte(chars, '\n'); at >= 0 {
		return g.data(chars[:at+1]), chars[at+1:], true
	}
	if more {
		return term.None, chars, false
	}
	if chars == "" {
		return end, "", true
	}
	return g.data(chars), "", true
}

// password is line without the end of the line, as OTP gives it.
func (g *Group) password(p *node.Process, chars string, more bool, end term.Term) (term.Term, string, bool) {
	if at := strings.IndexByte(chars, '\n'); at >= 0 {
		return g.data(chars[:at]), chars[at+1:], true
	}
	return g.line(p, chars, more, end)
}

func (g *Group) chars(n int) reader {
	return func(_ *node.Process, chars string, more bool, end term.Term) (term.Term, string, bool) {
		r := []rune(chars)
		switch {
		case len(r) >= n:
			return g.data(string(r[:n])), string(r[n:]), true
		case more:
			return term.None, chars, false
		case len(r) == 0:
			return end, "", true
		}
		return g.data(chars), "", true
	}
}

// until reads with a continuation function, as io:read and io:fread do: Module:Function(Continuation, Chars | eof, Extra...) returns
// {done, Result, Rest} or {more, Continuation}.
func (g *Group) until(module, function term.Term, extra []term.Term) reader {
	continuation := term.Nil
	seen := 0 // how many bytes of the input the continuation holds already
	return func(p *node.Process, chars string, more bool, end term.Term) (term.Term, string, bool) {
		fun := (&term.Fun{Module: module, Name: function, Arity: len(extra) + 2, External: true}).Term()
		input := term.String(chars[seen:])
		if !more && input.IsNil() {
			input = atom.EOF
		}
		answer, err := p.Call(fun, append([]term.Term{continuation, input}, extra...)...)
		if err != nil {
			return term.Tuple(atom.ErrorAtom, function), "", true
		}
		if e, ok := answer.Tagged(atomDone, 3); ok {
			rest, _ := Text(e[2], false)
			if module == atomErlScan { // a form, typed at a shell
				g.Remember(strings.TrimSuffix(chars, rest))
			}
			return e[1], rest, true
		}
		if e, ok := answer.Tagged(atomMore, 2); ok && more {
			continuation, seen = e[1], len(chars)
			return term.None, chars, false
		}
		return end, "", true
	}
}
