package pack

import (
	"math"

	"github.com/erlsh/erlsh/lang/term"
)

// marked makes the term that a marker and the n elements behind it mean.
func (r *Reader) marked(kind byte, n, depth int) (term.Term, error) {
	switch kind {
	case ExtPid, ExtPort, ExtRef:
		return r.identifier(kind, n)
	case ExtChars, ExtForeign, ExtBits:
		return r.raw(kind, n)
	case ExtRecord:
		return r.record(n, depth)
	}
	e, err := r.elements(n, depth)
	if err != nil {
		return term.None, err
	}
	switch {
	case kind == ExtList && n >= 2 && !e[n-1].IsList():
		return term.ListTail(e[:n-1], e[n-1]), nil
	case kind == ExtExport && n == 3 && e[0].IsAtom() && e[1].IsAtom():
		if a, ok := e[2].Int(); ok && a >= 0 && a <= 255 {
			return (&term.Fun{Module: e[0], Name: e[1], Arity: int(a), External: true}).Term(), nil
		}
	case kind == ExtFun && n == 2 && r.o.Fun != nil:
		if a, ok := e[0].Int(); ok && a >= 0 && a <= 255 {
			if f := r.o.Fun(int(a), e[1]); f != nil {
				return f.Term(), nil
			}
		}
	}
	return term.None, errMarker
}

// raw reads what begins with bytes that need not become a term.
func (r *Reader) raw(kind byte, n int) (term.Term, error) {
	b, err := r.Bytes()
	if err != nil {
		return term.None, err
	}
	switch {
	case kind == ExtChars && n == 1:
		return chars(b), nil
	case kind == ExtForeign && n == 1 && r.o.Foreign != nil:
		if f := r.o.Foreign(append([]byte(nil), b...)); f != nil {
			return f.Term(), nil
		}
	case kind == ExtBits && n == 2:
		size, err := r.Number()
		if err == nil && size <= uint64(len(b))*8 && (size+7)/8 == uint64(len(b)) {
			return term.Bitstring(append([]byte(nil), b...), 0, int(size)), nil
		}
	}
	return term.None, errMarker
}

// chars makes a list of bytes.
func chars(b []byte) term.Term {
	tail := term.Nil
	for n := len(b); n > 0; {
		cells := make([]term.Cons, min(n, 32))
		for i := len(cells) - 1; i >= 0; i-- {
			n--
			cells[i] = term.Cons{Head: term.Int(int64(b[n])), Tail: tail}
			tail = cells[i].Term()
		}
	}
	return tail
}

// word reads a number of at most 32 bits; err is the failure so far.
func (r *Reader) word(err *error) uint32 {
	if *err != nil {
		return 0
	}
	u, e := r.Number()
	if e == nil && u > math.MaxUint32 {
		e = errMarker
	}
	*err = e
	return uint32(u)
}

// atomOnly reads an atom where nothing else may stand.
func (r *Reader) atomOnly() (term.Term, error) {
	if r.at >= len(r.b) {
		return term.None, errShort
	}
	c := r.b[r.at]
	if isExtension(c) || c == codeTrue || c == codeFalse {
		t, err := r.term(0)
		if err != nil || t.IsAtom() {
			return t, err
		}
	}
	return term.None, errMarker
}

func (r *Reader) identifier(kind byte, n int) (term.Term, error) {
	name, err := r.atomOnly()
	if err != nil {
		return term.None, err
	}
	switch {
	case kind == ExtPid && n == 4:
		p := &term.Pid{ID: r.word(&err), Serial: r.word(&err)}
		p.Origin = r.originOf(name, r.word(&err))
		return p.Term(), err
	case kind == ExtPort && n == 3:
		p := &term.Port{}
		if p.ID, err = r.Number(); err == nil {
			p.Origin = r.originOf(name, r.word(&err))
		}
		return p.Term(), err
	case kind == ExtRef && n >= 3 && n <= 7:
		ref := &term.Ref{Len: uint8(n - 2)}
		ref.Origin = r.originOf(name, r.word(&err))
		for i := range ref.Words[:ref.Len] {
			ref.Words[i] = r.word(&err)
		}
		return ref.Term(), err
	}
	return term.None, errMarker
}

func (r *Reader) originOf(name term.Term, creation uint32) *term.Origin {
	if r.origin != nil && r.name == name && r.creation == creation {
		return r.origin
	}
	r.name, r.creation = name, creation
	if r.o.Origin != nil {
		r.origin = r.o.Origin(name, creation)
	} else {
		r.origin = term.NewOrigin(name, creation)
	}
	return r.origin
}

// record reads a native record of OTP 29: flags, module, name, then fields and values in turn.
func (r *Reader) record(n, depth int) (term.Term, error) {
	if n < 3 || n%2 == 0 || !r.owe(n) {
		return term.None, errMarker
	}
	r.owed -= 3
	flags, err := r.Number()
	if err != nil || flags > 255 {
		return term.None, errMarker
	}
	rec := &term.Record{Flags: byte(flags)}
	if rec.Module, err = r.atomOnly(); err != nil {
		return term.None, err
	}
	if rec.Name, err = r.atomOnly(); err != nil {
		return term.None, err
	}
	n = (n - 3) / 2
	rec.Fields, rec.Values = make([]term.Term, n), make([]term.Term, n)
	for i := range n {
		r.owed--
		if rec.Fields[i], err = r.atomOnly(); err != nil {
			return term.None, err
		}
		if rec.Values[i], err = r.item(depth + 1); err != nil {
			return term.None, err
		}
	}
	return rec.Term(), nil
}
