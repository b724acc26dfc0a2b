package syntax

import "github.com/erlsh/erlsh/lang/term"

// FromTerm makes the expression that stands for a term, as erl_parse:abstract/1 does; false for what no text stands for: pids and
// the like. Lists of any characters are strings.
func FromTerm(t term.Term, at Position) (Expr, bool) { return FromTermAs(t, at, IsCharacter) }

// FromTermAs is FromTerm with strings of those characters only that text takes.
func FromTermAs(t term.Term, at Position, text func(term.Term) bool) (Expr, bool) {
	return abstraction{at, func(t term.Term) bool {
		list, ok := t.Slice()
		for _, c := range list {
			ok = ok && text(c)
		}
		return ok
	}}.of(t)
}

// abstraction makes expressions of terms.
type abstraction struct {
	at     Position
	isText func(term.Term) bool // what becomes a string
}

func (a abstraction) of(t term.Term) (Expr, bool) {
	at := a.at
	switch t.Kind() {
	case term.KindAtom:
		return &Literal{at, AtomLiteral, t}, true
	case term.KindInt, term.KindBig:
		return &Literal{at, IntegerLiteral, t}, true
	case term.KindFloat:
		return &Literal{at, FloatLiteral, t}, true
	case term.KindNil:
		return &NilExpr{at}, true
	case term.KindCons:
		return a.list(t)
	case term.KindTuple:
		elements, _ := t.Tuple()
		out := make([]Expr, len(elements))
		for i, x := range elements {
			e, ok := a.of(x)
			if !ok {
				return nil, false
			}
			out[i] = e
		}
		return &Tuple{at, out}, true
	case term.KindBinary, term.KindBits:
		return fromBits(t, at), true
	case term.KindMap:
		return a.mapping(t)
	case term.KindFun:
		f, _ := t.Fun()
		if f.External {
			return &FunRef{at, &Literal{at, AtomLiteral, f.Module}, &Literal{at, AtomLiteral, f.Name}, &Literal{at, IntegerLiteral, term.Int(int64(f.Arity))}}, true
		}
	}
	return nil, false
}

// list makes a string of a list of characters, and cells of any other list, up to a tail that is a string.
func (a abstraction) list(t term.Term) (Expr, bool) {
	at := a.at
	if a.isText(t) {
		return &Literal{at, StringLiteral, t}, true
	}
	text := a.textTail(t)
	first := &Cons{Position: at}
	for last := first; ; {
		cell, _ := t.Cons()
		head, ok := a.of(cell.Head)
		if !ok {
			return nil, false
		}
		last.Head = head
		if t = cell.Tail; t.Kind() == term.KindCons && t != text {
			next := &Cons{Position: at}
			last.Tail = next
			last = next
			continue
		}
		last.Tail, ok = a.of(t)
		return first, ok
	}
}

// textTail finds the longest tail of a proper list that is a string.
func (a abstraction) textTail(t term.Term) term.Term {
	list, ok := t.Slice()
	if !ok {
		return term.None
	}
	n := len(list)
	for n > 0 && a.isText(term.List(list[n-1])) {
		n--
	}
	if n == len(list) {
		return term.None
	}
	for range n {
		cell, _ := t.Cons()
		t = cell.Tail
	}
	return t
}

// IsCharacter reports whether a term is the code point of a character of Unicode.
func IsCharacter(t term.Term) bool {
	n, ok := t.Int()
	return ok && n >= 0 && n <= 0x10ffff && (n < 0xd800 || n > 0xdfff)
}

func fromBits(t term.Term, at Position) Expr {
	bits, _ := t.Bits()
	b := &Binary{Position: at}
	bytes := bits.Bytes()
	for i, x := range bytes {
		e := BinElement{Position: at, Value: &Literal{at, IntegerLiteral, term.Int(int64(x))}}
		if odd := bits.Len % 8; odd != 0 && i == len(bytes)-1 {
			e.Value = &Literal{at, IntegerLiteral, term.Int(int64(x >> (8 - odd)))}
			e.Size = &Literal{at, IntegerLiteral, term.Int(int64(odd))}
		}
		b.Elements = append(b.Elements, e)
	}
	return b
}

func (a abstraction) mapping(t term.Term) (Expr, bool) {
	at := a.at
	m, _ := t.Map()
	out := &MapExpr{Position: at}
	for k, v := range m.All() {
		key, ok1 := a.of(k)
		value, ok2 := a.of(v)
		if !ok1 || !ok2 {
			return nil, false
		}
		out.Fields = append(out.Fields, MapField{Position: at, Key: key, Value: value})
	}
	return out, true
}
