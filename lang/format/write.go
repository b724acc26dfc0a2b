package format

import (
	"strconv"

	"github.com/erlsh/erlsh/lang/term"
)

// writer prints terms on one line. Depth counts down along a list as well as inwards; below 0 it never ends.
type writer struct {
	sink
	o *Options
}

// element adds a term as a list of its own.
func (w *writer) element(t term.Term, depth int) {
	w.open()
	w.write(t, depth)
	w.close()
}

func (w *writer) write(t term.Term, depth int) {
	if depth == 0 {
		w.string("...")
		return
	}
	switch t.Kind() {
	case term.KindCons:
		w.cons(t, depth)
	case term.KindTuple:
		w.tuple(t, depth)
	case term.KindMap:
		w.mapping(t, depth)
	case term.KindBinary, term.KindBits:
		bits, _ := t.Bits()
		w.binary(bits, depth, -1)
	case term.KindRecord:
		w.record(t, depth)
	default:
		w.text = w.o.appendAtomic(w.text, t)
	}
}

// record prints a native record of OTP 29 in its syntax: #module:name{field = value}.
func (w *writer) record(t term.Term, depth int) {
	r, _ := t.Record()
	w.byte('#')
	w.text = AppendAtom(w.text, r.Module.AtomName(), w.o.Latin1)
	w.byte(':')
	w.text = AppendAtom(w.text, r.Name.AtomName(), w.o.Latin1)
	w.byte('{')
	w.open()
	for i, v := range r.Values {
		if i > 0 {
			w.byte(',')
		}
		w.text = AppendAtom(w.text, r.Fields[i].AtomName(), w.o.Latin1)
		w.string(" = ")
		w.element(v, depth-1)
	}
	w.close()
	w.byte('}')
}

func (w *writer) cons(t term.Term, depth int) {
	if depth == 1 {
		w.string("[...]")
		return
	}
	w.byte('[')
	w.open()
	c, _ := t.Cons()
	w.element(c.Head, depth-1)
	for depth--; ; depth-- {
		t = c.Tail
		if t.IsNil() {
			break
		}
		if depth == 1 {
			w.string("|...")
			break
		}
		next, ok := t.Cons()
		if !ok {
			w.byte('|')
			w.element(t, depth-1)
			break
		}
		w.byte(',')
		w.element(next.Head, depth-1)
		c = next
	}
	w.close()
	w.byte(']')
}

func (w *writer) tuple(t term.Term, depth int) {
	elements, _ := t.Tuple()
	if len(elements) == 0 {
		w.string("{}")
		return
	}
	if depth == 1 {
		w.string("{...}")
		return
	}
	w.byte('{')
	w.open()
	for i, e := range elements {
		if i > 0 {
			w.byte(',')
			if depth == 1 {
				w.string("...")
				break
			}
		}
		depth--
		w.element(e, depth)
	}
	w.close()
	w.byte('}')
}

func (w *writer) mapping(t term.Term, depth int) {
	m, _ := t.Map()
	if m.Len() == 0 || depth == 1 { // (sic) no dots
		w.string("#{}")
		return
	}
	w.string("#{")
	w.open()
	depth--
	left, first := depth, true
	for _, pair := range m.Ordered(depth + 1) {
		if !first {
			if left == 1 {
				break
			}
			left--
			w.byte(',')
		}
		first = false
		w.open()
		w.element(pair[0], depth)
		w.list(" => ")
		w.element(pair[1], depth)
		w.close()
	}
	if left == 1 { // (sic) even if nothing is left out
		w.string(",...")
	}
	w.close()
	w.byte('}')
}

// binary adds the bytes of a bitstring as integers, until depth or, from 0 on, the limit of characters ends; it reports whether that was
// all.
func (w *writer) binary(b term.Bits, depth, limit int) bool {
	w.string("<<")
	w.open()
	limit = less(limit, 4)
	bytes := b.Bytes()
	all := true
	for i, c := range bytes {
		if depth == 1 || limit == 0 {
			w.list("...")
			all = false
			break
		}
		depth--
		w.open()
		start := len(w.text)
		odd := b.Len - 8*i
		if odd < 8 {
			w.text = strconv.AppendInt(w.text, int64(c>>(8-odd)), 10)
			w.close()
			w.byte(':')
			w.open()
			c = byte(odd)
		}
		w.text = strconv.AppendInt(w.text, int64(c), 10)
		limit = less(limit, len(w.text)-start+1)
		w.close()
		if odd > 8 {
			w.byte(',')
		}
	}
	w.close()
	w.string(">>")
	return all
}

// less takes n from a limit, which ends at 0; below 0 it is none.
func less(limit, n int) int {
	if limit < 0 {
		return limit
	}
	return max(limit-n, 0)
}

// appendAtomic appends a term that has no parts.
func (o *Options) appendAtomic(b []byte, t term.Term) []byte {
	switch t.Kind() {
	case term.KindInt:
		i, _ := t.Int()
		return strconv.AppendInt(b, i, 10)
	case term.KindBig:
		i, _ := t.Big()
		return i.Append(b, 10)
	case term.KindFloat:
		f, _ := t.Float()
		return AppendFloat(b, f)
	case term.KindAtom:
		return AppendAtom(b, t.AtomName(), o.Latin1)
	case term.KindNil:
		return append(b, "[]"...)
	case term.KindPid:
		p, _ := t.Pid()
		return o.appendPid(b, p)
	case term.KindPort:
		p, _ := t.Port()
		b = o.appendNode(append(b, "#Port<"...), p.Origin)
		b = strconv.AppendUint(append(b, '.'), p.ID, 10)
		return append(b, '>')
	case term.KindRef:
		r, _ := t.Ref()
		return o.appendRef(b, r)
	case term.KindFun:
		f, _ := t.Fun()
		return appendFun(b, f)
	}
	return b
}

func (o *Options) appendNode(b []byte, origin *term.Origin) []byte {
	if o.Home == nil || o.Home.Is(origin) {
		return append(b, '0')
	}
	return strconv.AppendUint(b, uint64(origin.Name().AtomIndex()), 10)
}

func (o *Options) appendPid(b []byte, p *term.Pid) []byte {
	b = o.appendNode(append(b, '<'), p.Origin)
	b = strconv.AppendUint(append(b, '.'), uint64(p.ID), 10)
	b = strconv.AppendUint(append(b, '.'), uint64(p.Serial), 10)
	return append(b, '>')
}

// appendRef prints the words from the last one to the first.
func (o *Options) appendRef(b []byte, r *term.Ref) []byte {
	b = o.appendNode(append(b, "#Ref<"...), r.Origin)
	for i := int(r.Len) - 1; i >= 0; i-- {
		b = strconv.AppendUint(append(b, '.'), uint64(r.Words[i]), 10)
	}
	return append(b, '>')
}

func appendFun(b []byte, f *term.Fun) []byte {
	if f.External {
		b = appendName(append(b, "fun "...), f.Module.AtomName())
		b = appendName(append(b, ':'), f.Name.AtomName())
		return strconv.AppendInt(append(b, '/'), int64(f.Arity), 10)
	}
	b = appendName(append(b, "#Fun<"...), f.Module.AtomName())
	b = strconv.AppendUint(append(b, '.'), uint64(f.Index), 10)
	b = strconv.AppendUint(append(b, '.'), uint64(f.OldUniq), 10)
	return append(b, '>')
}

// appendName appends an atom of a fun, in which other rules hold than elsewhere: no word is reserved, and an at sign needs quotes.
func appendName(b []byte, name string) []byte {
	quoted := name == ""
	for i, r := range name {
		quoted = quoted || r == '@' || !nameRune(r) || i == 0 && !smallRune(r)
	}
	if !quoted {
		return append(b, name...)
	}
	b = append(b, '\'')
	for _, r := range name {
		switch {
		case r == 0x7f:
			b = append(b, byte(r))
		case r == 0x1b:
			b = append(b, `\033`...)
		default:
			b = AppendEscaped(b, r, '\'', false)
		}
	}
	return append(b, '\'')
}
