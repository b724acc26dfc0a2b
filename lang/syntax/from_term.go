package syntax

import "github.com/erlsh/erlsh/lang/term"

// FromTerm makes the expression that stands for a term, as erl_parse:abstract/1 does; false for what no text stands for: pids and
// the like.
func FromTerm(t term.Term, at Position) (Expr, bool) {
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
		return fromList(t, at)
	case term.KindTuple:
		elements, _ := t.Tuple()
		out := make([]Expr, len(elements))
		for i, x := range elements {
			e, ok := FromTerm(x, at)
			if !ok {
				return nil, false
			}
			out[i] = e
		}
		return &Tuple{at, out}, true
	case term.KindBinary, term.KindBits:
		return fromBits(t, at), true
	case term.KindMap:
		return fromMap(t, at)
	case term.KindFun:
		f, _ := t.Fun()
		if f.External {
			return &FunRef{at, &Literal{at, AtomLiteral, f.Module}, &Literal{at, AtomLiteral, f.Name}, &Literal{at, IntegerLiteral, term.Int(int64(f.Arity))}}, true
		}
	}
	return nil, false
}

// fromList makes a string of a list of characters, and cells of any other list.
func fromList(t term.Term, at Position) (Expr, bool) {
	if isText(t) {
		return &Literal{at, StringLiteral, t}, true
	}
	first := &Cons{Position: at}
	for last := first; ; {
		cell, _ := t.Cons()
		head, ok := FromTerm(cell.Head, at)
		if !ok {
			return nil, false
		}
		last.Head = head
		if t = cell.Tail; t.Kind() == term.KindCons {
			next := &Cons{Position: at}
			last.Tail = next
			last = next
			continue
		}
		last.Tail, ok = FromTerm(t, at)
		return first, ok
	}
}

func isText(t term.Term) bool {
	list, ok := t.Slice()
	for _, c := range list {
		n, isInt := c.Int()
		ok = ok && isInt && (n >= 32 && n < 127 || n >= 160 && n < 256 || n >= 8 && n <= 13 || n == 27)
	}
	return ok
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

func fromMap(t term.Term, at Position) (Expr, bool) {
	m, _ := t.Map()
	out := &MapExpr{Position: at}
	for k, v := range m.All() {
		key, ok1 := FromTerm(k, at)
		value, ok2 := FromTerm(v, at)
		if !ok1 || !ok2 {
			return nil, false
		}
		out.Fields = append(out.Fields, MapField{Position: at, Key: key, Value: value})
	}
	return out, true
}
