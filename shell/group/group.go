// Package group is the group leader of a session: a process that serves Erlang's I/O protocol on a terminal or a pipe, for
// processes of this node and of others.
//
// Start with New. The I/O protocol is the one of the STDLIB user's guide, "The Erlang I/O Protocol"; which requests arrive in
// practice is told by what OTP's own io module sends.
package group

import (
	"errors"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
	"github.com/erlsh/erlsh/shell/tty"
)

// The atoms of the protocol.
var (
	atomIORequest = term.Atom("io_request")
	atomIOReply   = term.Atom("io_reply")
	atomPutChars  = term.Atom("put_chars")
	atomGetLine   = term.Atom("get_line")
	atomGetChars  = term.Atom("get_chars")
	atomGetUntil  = term.Atom("get_until")
	atomGetPass   = term.Atom("get_password")
	atomGeometry  = term.Atom("get_geometry")
	atomColumns   = term.Atom("columns")
	atomRows      = term.Atom("rows")
	atomSetopts   = term.Atom("setopts")
	atomGetopts   = term.Atom("getopts")
	atomRequests  = term.Atom("requests")
	atomRequest   = term.Atom("request")
	atomEnotsup   = term.Atom("enotsup")
	atomLatin1    = term.Atom("latin1")
	atomUnicode   = term.Atom("unicode")
	atomUTF8      = term.Atom("utf8")
	atomBinary    = term.Atom("binary")
	atomList      = term.Atom("list")
	atomEncoding  = term.Atom("encoding")
	atomEcho      = term.Atom("echo")
	atomExpandFun = term.Atom("expand_fun")
	atomInput     = term.Atom("erlsh_input")
	atomIOLib     = term.Atom("io_lib")
	atomErlScan   = term.Atom("erl_scan")
	atomFormat    = term.Atom("format")
	atomInterrupt = term.Atom("interrupted")
	atomDone      = term.Atom("done")
	atomMore      = term.Atom("more")
)

// Guest says how a group leader treats the one at the keyboard when the shell that reads there runs on another node.
type Guest struct {
	// Leave is called at the end of the input, which the shell does not hear of: it would stop its node.
	Leave func()
	// Doubt returns what to ask before a line goes out; "" for nothing.
	Doubt func(line string) string
}

// Group is a group leader.
type Group struct {
	node  *node.Node
	seat  *tty.Seat
	pid   term.Term
	write func(text string)
	guest *Guest // nil for a shell of this node

	mu       sync.Mutex
	leftover string // guarded by mu: characters that were read and not yet asked for

	// What follows belongs to the process and is touched on its turn only.
	waiting []*request // input requests in order; the first one waits for a line
	binary  bool       // answer input as binaries
	latin1  bool
}

// request is one io_request; batch is set while it is part of a {requests, ...}.
type request struct {
	from, replyAs term.Term
	what          term.Term
	reader        reader
	prompt        string
	secret        bool        // what is typed is not shown
	rest          []term.Term // of a batch, what follows
}

// New starts the group leader as a process of n that has the registered name name (None for no name).
func New(n *node.Node, seat *tty.Seat, name term.Term) *Group {
	return start(n, seat, name, seat.Write)
}

// NewGuest is New, without a name, for a shell that runs on another node.
func NewGuest(n *node.Node, seat *tty.Seat, guest Guest) *Group {
	g := &Group{node: n, seat: seat, write: seat.Write, guest: &guest}
	return g.start(term.None)
}

// NewErrors starts a group leader whose output goes to the error output. It reads like the other one.
func NewErrors(n *node.Node, seat *tty.Seat, name term.Term) *Group {
	return start(n, seat, name, seat.Warn)
}

func start(n *node.Node, seat *tty.Seat, name term.Term, write func(text string)) *Group {
	g := &Group{node: n, seat: seat, write: write}
	return g.start(name)
}

func (g *Group) start(name term.Term) *Group {
	n := g.node
	p := n.Spawn(node.SpawnOptions{Handler: g.handle, Name: name, As: node.Shown{Loop: code.MFA{Module: term.Atom("group"), Name: term.Atom("server_loop"), Arity: 3}}})
	g.pid = p.Self()
	_ = n.SetGroupLeader(g.pid, g.pid)
	return g
}

// Pid returns the process.
func (g *Group) Pid() term.Term { return g.pid }

// Remember adds an entry to the history.
func (g *Group) Remember(entry string) { g.seat.Remember(entry) }

// Size returns columns and rows of the terminal, false where there is none.
func (g *Group) Size() (columns, rows int, ok bool) { return g.seat.Size() }

// Interrupts delivers a value for every Ctrl-C that is meant for whoever works here, and not for a line that is being typed.
func (g *Group) Interrupts() <-chan struct{} { return g.seat.Interrupts() }

// Write writes text to the output.
func (g *Group) Write(text string) { g.seat.Write(text) }

// Warn writes text to the error output.
func (g *Group) Warn(text string) { g.seat.Warn(text) }

// ReadLine reads a line for the session itself, which shows its prompt on terminals only.
func (g *Group) ReadLine(prompt string) (string, error) {
	g.mu.Lock()
	line := g.leftover
	if at := strings.IndexByte(line, '\n'); at >= 0 {
		g.leftover = line[at+1:]
		g.mu.Unlock()
		return line[:at+1], nil
	}
	g.leftover = ""
	g.mu.Unlock()
	more, err := g.seat.ReadLine(prompt, false)
	if err != nil && line != "" {
		return line, nil
	}
	return line + more, err
}

func (g *Group) handle(p *node.Process, message term.Term) {
	if e, ok := message.Tagged(atomIORequest, 4); ok {
		g.serve(p, &request{from: e[1], replyAs: e[2], what: e[3]})
		return
	}
	if e, ok := message.Tagged(atomInput, 2); ok {
		g.input(p, e[1])
	}
}

// serve carries a request out, or puts it in the queue when it wants input.
func (g *Group) serve(p *node.Process, r *request) {
	if batch, ok := r.what.Tagged(atomRequests, 2); ok {
		all, ok := batch[1].Slice()
		if !ok {
			g.reply(r, requestError())
			return
		}
		r.rest = all
		g.next(p, r, atom.OK)
		return
	}
	if reader, prompt, ok := g.inputRequest(p, r.what); ok {
		r.reader, r.prompt, r.secret = reader, prompt, secret(r.what)
		g.waiting = append(g.waiting, r)
		if len(g.waiting) == 1 {
			g.read(p)
		}
		return
	}
	g.next(p, r, g.output(p, r.what))
}

// next goes on with a batch after result, or answers. An error ends a batch.
func (g *Group) next(p *node.Process, r *request, result term.Term) {
	if _, failed := result.Tagged(atom.ErrorAtom, 2); failed || len(r.rest) == 0 {
		g.reply(r, result)
		return
	}
	r.what, r.rest = r.rest[0], r.rest[1:]
	g.serve(p, r)
}

func (g *Group) reply(r *request, result term.Term) {
	_ = g.node.Send(g.pid, r.from, term.Tuple(atomIOReply, r.replyAs, result))
}

func requestError() term.Term { return term.Tuple(atom.ErrorAtom, atomRequest) }

// output carries out every request that needs no input.
func (g *Group) output(p *node.Process, what term.Term) term.Term {
	if what == atomGetopts {
		return g.getopts()
	}
	e, ok := what.Tuple()
	if !ok || len(e) == 0 {
		return requestError()
	}
	switch {
	case e[0] == atomPutChars && len(e) == 2: // the form before encodings
		return g.put(e[1], atomLatin1)
	case e[0] == atomPutChars && len(e) == 3:
		return g.put(e[2], e[1])
	case e[0] == atomPutChars && len(e) == 4:
		return g.putCall(p, atomLatin1, e[1], e[2], e[3])
	case e[0] == atomPutChars && len(e) == 5:
		return g.putCall(p, e[1], e[2], e[3], e[4])
	case e[0] == atomGeometry && len(e) == 2:
		return g.geometry(e[1])
	case e[0] == atomSetopts && len(e) == 2:
		return g.setopts(e[1])
	}
	return requestError()
}

func (g *Group) put(chars, encoding term.Term) term.Term {
	text, ok := Text(chars, encoding == atomLatin1)
	if !ok {
		return term.Tuple(atom.ErrorAtom, term.Tuple(atomPutChars, encoding, chars))
	}
	g.write(text)
	return atom.OK
}

// putCall writes what a function returns, which is how io:format reaches its group leader.
func (g *Group) putCall(p *node.Process, encoding, module, function, args term.Term) term.Term {
	list, ok := args.Slice()
	if !ok {
		return requestError()
	}
	chars, err := p.Call((&term.Fun{Module: module, Name: function, Arity: len(list), External: true}).Term(), list...)
	if err != nil {
		return term.Tuple(atom.ErrorAtom, function)
	}
	if g.put(chars, encoding) != atom.OK {
		return term.Tuple(atom.ErrorAtom, function)
	}
	return atom.OK
}

func (g *Group) geometry(which term.Term) term.Term {
	columns, rows, ok := g.seat.Size()
	switch {
	case ok && which == atomColumns:
		return term.Int(int64(columns))
	case ok && which == atomRows:
		return term.Int(int64(rows))
	}
	return term.Tuple(atom.ErrorAtom, atomEnotsup)
}

func (g *Group) getopts() term.Term {
	encoding := atomUnicode
	if g.latin1 {
		encoding = atomLatin1
	}
	return term.List(
		term.Tuple(atomExpandFun, atom.False),
		term.Tuple(atomEcho, atom.True),
		term.Tuple(atomBinary, term.Bool(g.binary)),
		term.Tuple(atomEncoding, encoding))
}

// setopts takes all options or none: what is no option of such a device is not supported.
func (g *Group) setopts(options term.Term) term.Term {
	list, ok := options.Slice()
	if !ok {
		return term.Tuple(atom.ErrorAtom, term.Tuple(atomRequest, term.Tuple(atomSetopts, options)))
	}
	binary, latin1 := g.binary, g.latin1
	for _, o := range list {
		switch pair, _ := o.Tuple(); {
		case o == atomBinary, o == atomList:
			binary = o == atomBinary
		case len(pair) == 2 && pair[0] == atomBinary:
			binary = pair[1] == atom.True
		case len(pair) == 2 && pair[0] == atomEncoding && (pair[1] == atomLatin1 || pair[1] == atomUnicode || pair[1] == atomUTF8):
			latin1 = pair[1] == atomLatin1
		case len(pair) == 2 && (pair[0] == atomEcho || pair[0] == atomExpandFun) && g.onTerminal():
		default:
			return term.Tuple(atom.ErrorAtom, atomEnotsup)
		}
	}
	g.binary, g.latin1 = binary, latin1
	return atom.OK
}

func (g *Group) onTerminal() bool {
	_, _, ok := g.seat.Size()
	return ok
}

// Text returns the characters of chardata: nested lists of code points and binaries, which are UTF-8 or, with latin1, bytes.
func Text(chars term.Term, latin1 bool) (string, bool) {
	var b strings.Builder
	stack := []term.Term{chars}
	for len(stack) > 0 {
		t := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch t.Kind() {
		case term.KindNil:
		case term.KindCons:
			c, _ := t.Cons()
			stack = append(stack, c.Tail, c.Head)
		case term.KindInt:
			i, _ := t.Int()
			if i < 0 || i > utf8.MaxRune || latin1 && i > 255 || i >= 0xd800 && i < 0xe000 {
				return "", false
			}
			b.WriteRune(rune(i))
		case term.KindBinary, term.KindBits:
			bytes, ok := t.Binary()
			if !ok {
				return "", false
			}
			if !latin1 {
				if !utf8.Valid(bytes) {
					return "", false
				}
				b.Write(bytes)
				break
			}
			for _, c := range bytes {
				b.WriteRune(rune(c))
			}
		default:
			return "", false
		}
	}
	return b.String(), true
}

// outcome turns the end of input into what the protocol says about it.
func outcome(err error) term.Term {
	if errors.Is(err, tty.ErrInterrupt) {
		return term.Tuple(atom.ErrorAtom, atomInterrupt)
	}
	if errors.Is(err, io.EOF) {
		return atom.EOF
	}
	return term.Tuple(atom.ErrorAtom, term.Atom("terminated"))
}
