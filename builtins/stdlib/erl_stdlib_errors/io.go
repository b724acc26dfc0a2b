package erl_stdlib_errors

import (
	"strconv"
	"syscall"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

var (
	keyCause          = term.Atom("cause")
	keyGeneral        = term.Atom("general")
	atomDevice        = term.Atom("device")
	atomFormat        = term.Atom("format")
	atomNoTranslation = term.Atom("no_translation")
)

// explanation collects words by the number of the argument; 0 is for those about the call as a whole.
type explanation struct {
	words map[int]string
}

func (e *explanation) say(argument int, text string) { e.words[argument] = text }

// explainIO explains the failed call of a function of module io at the top of a stack trace. Whether the module or the device found
// the error, and which, stands in the cause of its error_info.
func explainIO(p *node.Process, stack term.Term) term.Term {
	e := explanation{words: map[int]string{}}
	e.explain(p, stack)
	var b term.MapBuilder
	for argument, text := range e.words {
		key := term.Int(int64(argument))
		if argument == 0 {
			key = keyGeneral
		}
		b.Put(key, term.BinaryString(text))
	}
	return b.Map().Term()
}

// failedCall is what a stack trace says about the call that failed.
type failedCall struct {
	name      string
	args      []term.Term
	device    bool // the first argument is the device
	cause     term.Term
	byDevice  bool
	dataStart int // the number of the first argument that is not the device
}

func callOf(stack term.Term) (c failedCall, ok bool) {
	top, ok := stack.Cons()
	if !ok {
		return c, false
	}
	frame, ok := top.Head.Tuple()
	if !ok || len(frame) != 4 {
		return c, false
	}
	c.name = frame[1].AtomName()
	if c.args, ok = frame[2].Slice(); !ok {
		return c, false
	}
	info, _ := frame[3].Slice()
	for _, i := range info {
		e, isInfo := i.Tagged(atom.ErrorInfo, 2)
		if !isInfo {
			continue
		}
		if m, isMap := e[1].Map(); isMap {
			cause, _ := m.Get(keyCause)
			if pair, isPair := cause.Tuple(); isPair && len(pair) == 2 {
				c.byDevice, c.cause = pair[0] == atomDevice, pair[1]
			}
		}
	}
	most := map[string]int{"format": 2, "fwrite": 2, "put_chars": 1, "write": 1}[c.name]
	c.device = len(c.args) > most
	c.dataStart = 1
	if c.device {
		c.dataStart = 2
	}
	return c, !c.cause.None()
}

// deviceArgument is the number of the argument that is the device, 0 where the standard output is.
func (c *failedCall) deviceArgument() int { return c.dataStart - 1 }

func (e *explanation) explain(p *node.Process, stack term.Term) {
	c, ok := callOf(stack)
	if !ok {
		return
	}
	if !c.byDevice {
		switch c.cause.AtomName() {
		case "arguments":
			e.say(c.deviceArgument(), "the device does not exist")
		case "calling_self":
			e.say(c.deviceArgument(), "the device is not allowed to be the current process")
		case "terminated":
			e.say(c.deviceArgument(), "the device has terminated")
		}
		return
	}
	if t, ok := c.cause.Tagged(atomNoTranslation, 3); ok {
		e.say(c.deviceArgument(), "device failed to transcode string from "+text(t[1])+" to "+text(t[2]))
		return
	}
	system, known := errnos[c.cause.AtomName()]
	if known {
		e.say(c.deviceArgument(), system.Error()+" ("+c.cause.AtomName()+")")
	}
	switch c.name {
	case "format", "fwrite":
		if !known {
			e.explainFormat(p, &c)
		}
	case "put_chars":
		if !chardata(c.args[c.dataStart-1]) {
			e.say(c.dataStart, "not valid character data (an iodata term)")
		} else if !known {
			e.unknown(&c)
		}
	default:
		if !known {
			e.unknown(&c)
		}
	}
}

func (e *explanation) unknown(c *failedCall) { e.say(0, "unknown error: "+text(c.cause)) }

func text(t term.Term) string { return format.Pretty(t, format.Options{LineLength: -1}) }

// errnos are the errors that devices pass on from the system.
var errnos = map[string]syscall.Errno{
	"eacces": syscall.EACCES, "eagain": syscall.EAGAIN, "ebadf": syscall.EBADF, "ebusy": syscall.EBUSY, "edquot": syscall.EDQUOT,
	"eexist": syscall.EEXIST, "efbig": syscall.EFBIG, "einval": syscall.EINVAL, "eio": syscall.EIO, "eisdir": syscall.EISDIR,
	"enoent": syscall.ENOENT, "enomem": syscall.ENOMEM, "enospc": syscall.ENOSPC, "enotdir": syscall.ENOTDIR, "enxio": syscall.ENXIO,
	"eperm": syscall.EPERM, "epipe": syscall.EPIPE, "erofs": syscall.EROFS,
}

// chardata reports whether t is nested characters and UTF-8.
func chardata(t term.Term) bool {
	for {
		switch t.Kind() {
		case term.KindNil:
			return true
		case term.KindBinary, term.KindBits:
			b, ok := t.Binary()
			return ok && utf8.Valid(b)
		case term.KindCons:
		default:
			return false
		}
		c, _ := t.Cons()
		t = c.Tail
		if i, ok := c.Head.Int(); ok {
			if i < 0 || i > utf8.MaxRune || !utf8.ValidRune(rune(i)) {
				return false
			}
		} else if !chardata(c.Head) {
			return false
		}
	}
}

// isFormat reports whether t can be a format at all.
func isFormat(t term.Term) bool {
	if t.IsAtom() || t.IsBinary() {
		return true
	}
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		if !c.Head.IsInteger() {
			return false
		}
		t = c.Tail
	}
	return t.IsNil()
}

const missingList = "possibly missing argument list"

// explainFormat finds out why a format could not be filled.
func (e *explanation) explainFormat(p *node.Process, c *failedCall) {
	fmt, args := c.args[c.dataStart-1], term.Nil
	if len(c.args) > c.dataStart {
		args = c.args[c.dataStart]
	}
	if !args.IsList() {
		e.say(c.dataStart+1, "not a list")
	}
	if !isFormat(fmt) {
		e.say(c.dataStart, "not a valid format string")
		if _, isPid := fmt.Pid(); isPid && isFormat(args) {
			e.say(0, missingList)
		}
		return
	}
	data, ok := args.Slice()
	if !ok {
		return
	}
	types, wrong := argumentTypes(fmt)
	switch {
	case wrong != "":
		e.say(c.dataStart, "format string invalid ("+wrong+")")
		return
	case len(types) != len(data):
		e.say(c.dataStart, "wrong number of arguments")
		if fmt.IsAtom() { // as when a device stands where the format should
			e.say(0, missingList)
		}
		return
	}
	if words := mismatches(types, data); words != "" {
		e.say(c.dataStart+1, words)
		return
	}
	o := format.Options{Home: p.Node().Origin()}
	if _, err := format.FormatChars(o, fmt, args); err != nil || c.cause == atomFormat {
		e.say(c.dataStart, "failed to format string")
		return
	}
	e.unknown(c)
}

// mismatches lists the arguments that are of the wrong type.
func mismatches(types []argument, data []term.Term) string {
	out := ""
	for i, t := range types {
		if t.accepts(data[i]) {
			continue
		}
		if out != "" {
			out += "\n"
		}
		out += "element " + strconv.Itoa(i+1) + " must be of type " + string(t)
	}
	return out
}

// argument is the type that a control sequence wants.
type argument string

const (
	anyTerm argument = "term"
	integer argument = "integer"
	float   argument = "float"
	str     argument = "string"
)

func (a argument) accepts(t term.Term) bool {
	switch a {
	case integer:
		return t.IsInteger()
	case float:
		_, ok := t.Float()
		return ok
	case str:
		return t.IsAtom() || t.IsBinary() || t.IsList() && characters(t)
	}
	return true
}

// characters reports whether t has the shape of characters, whatever their values are.
func characters(t term.Term) bool {
	for {
		c, ok := t.Cons()
		if !ok {
			return t.IsNil() || t.IsBinary()
		}
		if !c.Head.IsInteger() && !c.Head.IsBinary() && !(c.Head.IsList() && characters(c.Head)) {
			return false
		}
		t = c.Tail
	}
}
