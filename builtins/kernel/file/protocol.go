package file

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

var (
	atomUnicode = term.Atom("unicode")
	atomLatin1  = term.Atom("latin1")
	atomBinary  = term.Atom("binary")
	atomRequest = term.Atom("request")
	badRequest  = term.Tuple(atom.ErrorAtom, atomRequest)
)

// ioRequest carries out a request of the I/O protocol. The Erlang I/O Protocol, "Output Requests", "Input Requests".
func (d *device) ioRequest(p *node.Process, what term.Term) term.Term {
	e, _ := what.Tuple()
	if len(e) == 0 {
		if what.AtomName() == "getopts" {
			return d.options()
		}
		return badRequest
	}
	switch name := e[0].AtomName(); {
	case name == "put_chars" && (len(e) == 3 || len(e) == 5):
		return d.putChars(p, e)
	case name == "get_line" && len(e) == 3:
		return d.chars(e[1], d.line)
	case name == "get_chars" && len(e) == 4:
		n, _ := e[3].Int()
		return d.chars(e[1], func() ([]byte, error) { return d.characters(int(n)) })
	case name == "get_until" && len(e) == 6:
		return d.getUntil(p, e[1], e[3], e[4], e[5])
	case name == "setopts" && len(e) == 2:
		return d.setOptions(e[1])
	case name == "requests" && len(e) == 2:
		answer := term.Term(atom.OK)
		list, _ := e[1].Slice()
		for _, r := range list {
			answer = d.ioRequest(p, r)
			if x, ok := answer.Tuple(); ok && len(x) > 0 && x[0] == atom.ErrorAtom {
				break
			}
		}
		return answer
	}
	return badRequest
}

// putChars writes {put_chars, Encoding, Chars} or {put_chars, Encoding, Module, Function, Args}.
func (d *device) putChars(p *node.Process, e []term.Term) term.Term {
	chars := e[2]
	if len(e) == 5 {
		args, _ := e[4].Slice()
		fun := (&term.Fun{Module: e[2], Name: e[3], Arity: len(args), External: true}).Term()
		var err error
		if chars, err = p.Call(fun, args...); err != nil {
			return term.Tuple(atom.ErrorAtom, e[3])
		}
	}
	var text string
	if e[1] == atomLatin1 {
		b, ok := bif.Iodata(nil, chars)
		if !ok {
			return term.Tuple(atom.ErrorAtom, e[0])
		}
		text = fromLatin1(b)
	} else {
		var ok bool
		if text, ok = bif.Text(chars); !ok {
			return term.Tuple(atom.ErrorAtom, e[0])
		}
	}
	if d.modes.utf8 {
		return outcome(d.write([]byte(text)))
	}
	b := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 255 {
			return term.Tuple(atom.ErrorAtom, term.Tuple(term.Atom("no_translation"), atomUnicode, atomLatin1))
		}
		b = append(b, byte(r))
	}
	return outcome(d.write(b))
}

func fromLatin1(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// text decodes what was read.
func (d *device) text(b []byte) string {
	if d.modes.utf8 {
		return string(b)
	}
	return fromLatin1(b)
}

// chars answers with what read returns, as a list or a binary.
func (d *device) chars(encoding term.Term, read func() ([]byte, error)) term.Term {
	b, err := read()
	switch {
	case errors.Is(err, io.EOF):
		return atom.EOF
	case err != nil:
		return bif.ErrorTuple(err)
	}
	text := d.text(b)
	if !utf8.ValidString(text) {
		return term.Tuple(atom.ErrorAtom, term.Tuple(term.Atom("no_translation"), atomUnicode, encoding))
	}
	switch {
	case !d.modes.binary:
		return term.String(text)
	case encoding == atomLatin1:
		return term.Binary(b)
	}
	return term.BinaryString(text)
}

// characters reads n characters.
func (d *device) characters(n int) ([]byte, error) {
	if !d.modes.utf8 {
		return d.take(n)
	}
	for {
		size, count := 0, 0
		for count < n && utf8.FullRune(d.ahead[size:]) {
			_, k := utf8.DecodeRune(d.ahead[size:])
			size += k
			count++
		}
		if count == n {
			return d.take(size)
		}
		if ok, err := d.more(); err != nil {
			return nil, err
		} else if !ok {
			return d.take(len(d.ahead))
		}
	}
}

// getUntil hands lines to Module:Function(Continuation, Chars, Args...) until it is done, and keeps what it left.
func (d *device) getUntil(p *node.Process, encoding, module, function, extra term.Term) term.Term {
	args, _ := extra.Slice()
	fun := (&term.Fun{Module: module, Name: function, Arity: len(args) + 2, External: true}).Term()
	continuation := term.Nil
	for {
		b, err := d.line()
		data := atom.EOF
		switch {
		case err == nil:
			data = term.String(d.text(b))
		case !errors.Is(err, io.EOF):
			return bif.ErrorTuple(err)
		}
		v, err := p.Call(fun, append([]term.Term{continuation, data}, args...)...)
		if err != nil {
			return term.Tuple(atom.ErrorAtom, function)
		}
		e, _ := v.Tuple()
		switch {
		case len(e) == 3 && e[0].AtomName() == "done":
			if rest, ok := bif.Text(e[2]); ok {
				d.putBack(rest)
			}
			return e[1]
		case len(e) == 2 && e[0].AtomName() == "more":
			continuation = e[1]
		default:
			return term.Tuple(atom.ErrorAtom, function)
		}
	}
}

// putBack makes text the next to be read.
func (d *device) putBack(text string) {
	b := []byte(text)
	if !d.modes.utf8 {
		b = b[:0]
		for _, r := range text {
			b = append(b, byte(r))
		}
	}
	d.ahead = append(b, d.ahead...)
}

func (d *device) options() term.Term {
	encoding := atomLatin1
	if d.modes.utf8 {
		encoding = atomUnicode
	}
	return term.List(term.Tuple(atomBinary, term.Bool(d.modes.binary)), term.Tuple(term.Atom("encoding"), encoding))
}

func (d *device) setOptions(options term.Term) term.Term {
	list, ok := options.Slice()
	for _, o := range list {
		e, _ := o.Tuple()
		switch {
		case o == atomBinary:
			d.modes.binary = true
		case o.AtomName() == "list":
			d.modes.binary = false
		case len(e) == 2 && e[0] == atomBinary:
			d.modes.binary = e[1] == term.True
		case len(e) == 2 && e[0].AtomName() == "encoding" && (&modes{}).set(o):
			d.modes.set(o)
		default:
			ok = false
		}
	}
	if !ok {
		return term.Tuple(atom.ErrorAtom, term.Atom("enotsup"))
	}
	return atom.OK
}
