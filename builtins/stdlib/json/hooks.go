package json

import (
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// hooks are the decoders of decode/3: funs that make what an array, an object, a number or a string becomes.
type hooks struct {
	process *node.Process
	funs    *term.Map
	acc     term.Term
}

func hookRows() []bif.Function {
	const decoders = "Decoders :: #{atom() => term()}"
	return []bif.Function{
		{Spec: "decode(Binary :: binary(), Acc :: term(), " + decoders + ") -> {Result :: term(), Acc :: term(), binary()}",
			Doc: "As `decode/1`, with funs of one's own for `array_start`, `array_push`, `array_finish`, `object_start`, `object_push`, `object_finish`, `float`, `integer`, `string`, " +
				"and a value for `null`. The result has the accumulator and what follows the value.",
			Example: "1> json:decode(<<\"[1] x\">>, ok, #{integer => fun(B) -> {int,B} end}).\n{[{int,<<\"1\">>}],ok,<<\" x\">>}", Proc: decode3},
		{Spec: "decode_start(Binary :: binary(), Acc :: term(), " + decoders + ") -> {Result :: term(), Acc :: term(), binary()} | {continue, State :: term()}",
			Doc:     "As `decode/3`, for text that comes in pieces: `{continue, State}` asks for more.",
			Example: "1> {continue, S} = json:decode_start(<<\"[1,\">>, ok, #{}), json:decode_continue(<<\"2]\">>, S).\n{[1,2],ok,<<>>}", Proc: decodeStart},
		{Spec: "decode_continue(BinaryOrEnd :: binary() | end_of_input, State :: term()) -> {Result :: term(), Acc :: term(), binary()} | {continue, State :: term()}",
			Doc:     "Goes on with more text, or with the end of it.",
			Example: "1> {continue, S} = json:decode_start(<<\"12\">>, ok, #{}), json:decode_continue(end_of_input, S).\n{12,ok,<<>>}", Proc: decodeContinue},
	}
}

var decoderNames = "array_start array_push array_finish object_start object_push object_finish float integer string null"

// readHooks reads the decoders.
func readHooks(p *node.Process, acc, decoders term.Term) (*hooks, error) {
	m, ok := decoders.Map()
	if !ok {
		return nil, term.FunctionClause()
	}
	for k, v := range m.All() {
		if !strings.Contains(" "+decoderNames+" ", " "+k.AtomName()+" ") || !k.IsAtom() {
			return nil, bif.ClauseOf("json", "parse_decoder", k, v, term.EmptyTuple)
		}
	}
	return &hooks{p, m, acc}, nil
}

// call calls a decoder; false when there is none.
func (h *hooks) call(name string, args ...term.Term) (term.Term, bool, error) {
	f, ok := h.funs.Get(term.Atom(name))
	if !ok {
		return term.None, false, nil
	}
	v, err := h.process.Call(f, args...)
	return v, true, err
}

func (p *parser) null() term.Term {
	if p.hooks != nil {
		if v, ok := p.hooks.funs.Get(term.Atom("null")); ok {
			return v
		}
	}
	return atomNull
}

// text1 reads a string as a value or key.
func (p *parser) text1() (term.Term, error) {
	s, err := p.quoted()
	if err != nil || p.hooks == nil {
		return term.BinaryString(s), err
	}
	v, ok, err := p.hooks.call("string", term.BinaryString(s))
	if !ok {
		return term.BinaryString(s), nil
	}
	return v, err
}

func (p *parser) hookedNumber(text string, whole bool) (term.Term, bool, error) {
	if whole {
		return p.hooks.call("integer", term.BinaryString(text))
	}
	if at := strings.IndexAny(text, "eE"); at >= 0 && !strings.Contains(text, ".") {
		text = text[:at] + ".0" + text[at:]
	}
	return p.hooks.call("float", term.BinaryString(text))
}

// opened begins an array or object: the accumulator of what is in it.
func (h *hooks) opened(name string) (old term.Term, err error) {
	old = h.acc
	v, ok, err := h.call(name, old)
	if h.acc = v; !ok {
		h.acc = term.Nil
	}
	return old, err
}

// finished ends it: its value, and the accumulator outside.
func (h *hooks) finished(name string, old term.Term, plain func(term.Term) term.Term) (term.Term, error) {
	v, ok, err := h.call(name, h.acc, old)
	if err != nil {
		return term.None, err
	}
	if !ok {
		value := plain(h.acc)
		h.acc = old
		return value, nil
	}
	pair, _ := v.Tuple()
	if len(pair) != 2 {
		return term.None, term.Error(term.Tuple(atom.Badmatch, v))
	}
	h.acc = pair[1]
	return pair[0], nil
}

func reversed(t term.Term) term.Term {
	out := term.Nil
	for c, ok := t.Cons(); ok; c, ok = c.Tail.Cons() {
		out = term.NewCons(c.Head, out)
	}
	return out
}

func (p *parser) hookedArray() (term.Term, error) {
	h := p.hooks
	old, err := h.opened("array_start")
	if err != nil {
		return term.None, err
	}
	p.pos++
	p.blanks()
	for first := true; ; first = false {
		if first && p.peek() == ']' {
			break
		}
		v, err := p.value()
		if err != nil {
			return v, err
		}
		pushed, ok, err := h.call("array_push", v, h.acc)
		if err != nil {
			return term.None, err
		}
		if h.acc = term.NewCons(v, h.acc); ok {
			h.acc = pushed
		}
		if p.blanks(); p.peek() != ',' {
			break
		}
		p.pos++
	}
	if p.peek() != ']' {
		return term.None, p.bad()
	}
	p.pos++
	return h.finished("array_finish", old, reversed)
}

func (p *parser) hookedObject() (term.Term, error) {
	h := p.hooks
	old, err := h.opened("object_start")
	if err != nil {
		return term.None, err
	}
	p.pos++
	p.blanks()
	for first := true; ; first = false {
		if first && p.peek() == '}' {
			break
		}
		if err := p.member(); err != nil {
			return term.None, err
		}
		if p.blanks(); p.peek() != ',' {
			break
		}
		p.pos++
	}
	if p.peek() != '}' {
		return term.None, p.bad()
	}
	p.pos++
	return h.finished("object_finish", old, func(pairs term.Term) term.Term {
		var b term.MapBuilder
		for c, ok := reversed(pairs).Cons(); ok; c, ok = c.Tail.Cons() {
			if e, ok := c.Head.Tuple(); ok && len(e) == 2 {
				b.Put(e[0], e[1])
			}
		}
		return b.Map().Term()
	})
}

// member reads a key and its value into the accumulator.
func (p *parser) member() error {
	h := p.hooks
	if p.blanks(); p.peek() != '"' {
		return p.bad()
	}
	key, err := p.text1()
	if err != nil {
		return err
	}
	if p.blanks(); p.peek() != ':' {
		return p.bad()
	}
	p.pos++
	v, err := p.value()
	if err != nil {
		return err
	}
	pushed, ok, err := h.call("object_push", key, v, h.acc)
	if h.acc = term.NewCons(term.Tuple(key, v), h.acc); ok {
		h.acc = pushed
	}
	return err
}

func decode3(p *node.Process, args []term.Term) (term.Term, error) {
	b, ok := args[0].Binary()
	if !ok {
		return term.None, term.FunctionClause()
	}
	h, err := readHooks(p, args[1], args[2])
	if err != nil {
		return term.None, err
	}
	q := &parser{text: b, hooks: h}
	v, err := q.value()
	if err != nil {
		return term.None, err
	}
	rest := b[q.pos:]
	if q.blanks(); q.pos == len(b) {
		rest = nil
	}
	return term.Tuple(v, h.acc, term.Binary(rest)), nil
}

// complete reports whether a whole value stands at the front of a text: a number may go on.
func complete(b []byte) bool {
	q := &parser{text: b}
	_, err := q.value()
	if e, ok := err.(*term.Exception); ok && e.Reason == atomUnexpectedEnd {
		return false
	}
	return err != nil || q.pos < len(b) || b[q.pos-1] < '0' || b[q.pos-1] > '9'
}

func decodeStart(p *node.Process, args []term.Term) (term.Term, error) {
	b, ok := args[0].Binary()
	if !ok {
		return term.None, term.FunctionClause()
	}
	if _, err := readHooks(p, args[1], args[2]); err != nil {
		return term.None, err
	}
	if !complete(b) {
		return term.Tuple(term.Atom("continue"), term.Tuple(args[0], args[1], args[2])), nil
	}
	return decode3(p, args)
}

func decodeContinue(p *node.Process, args []term.Term) (term.Term, error) {
	state, _ := args[1].Tuple()
	if len(state) != 3 {
		return term.None, term.FunctionClause()
	}
	have, _ := state[0].Binary()
	if args[0] == term.Atom("end_of_input") {
		return decode3(p, state)
	}
	more, ok := args[0].Binary()
	if !ok {
		return term.None, term.FunctionClause()
	}
	return decodeStart(p, []term.Term{term.Binary(append(append([]byte(nil), have...), more...)), state[1], state[2]})
}
