package term

import (
	"fmt"
	"strconv"
	"strings"
)

// String returns the term roughly as ~w prints it, cut where it gets long: for Go readers, in errors and test failures. What people
// see comes from package format.
func (t Term) String() string {
	var b strings.Builder
	t.write(&b, 200)
	return b.String()
}

func (t Term) write(b *strings.Builder, limit int) {
	if b.Len() > limit {
		b.WriteString("...")
		return
	}
	switch t.Kind() {
	case KindNone:
		b.WriteString("<none>")
	case KindInt, KindBig:
		n, _ := t.Big()
		b.WriteString(n.String())
	case KindFloat:
		f, _ := t.Float()
		b.WriteString(strconv.FormatFloat(f, 'g', -1, 64))
	case KindAtom:
		b.WriteString(t.AtomName())
	case KindNil:
		b.WriteString("[]")
	case KindCons:
		b.WriteByte('[')
		for {
			c, _ := t.Cons()
			c.Head.write(b, limit)
			if t = c.Tail; t.Kind() != KindCons || b.Len() > limit {
				break
			}
			b.WriteByte(',')
		}
		if !t.IsNil() {
			b.WriteByte('|')
			t.write(b, limit)
		}
		b.WriteByte(']')
	case KindTuple:
		e, _ := t.Tuple()
		b.WriteByte('{')
		for i, x := range e {
			if i > 0 {
				b.WriteByte(',')
			}
			x.write(b, limit)
		}
		b.WriteByte('}')
	case KindBinary, KindBits:
		bits, _ := t.Bits()
		fmt.Fprintf(b, "<<%q>>", bits.Bytes())
	case KindMap:
		m, _ := t.Map()
		b.WriteString("#{")
		first := true
		for k, v := range m.All() {
			if !first {
				b.WriteByte(',')
			}
			first = false
			k.write(b, limit)
			b.WriteString("=>")
			v.write(b, limit)
		}
		b.WriteByte('}')
	case KindRecord:
		r, _ := t.Record()
		fmt.Fprintf(b, "#%s:%s{", r.Module.AtomName(), r.Name.AtomName())
		for i, v := range r.Values {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(r.Fields[i].AtomName() + "=")
			v.write(b, limit)
		}
		b.WriteByte('}')
	case KindPid:
		p, _ := t.Pid()
		fmt.Fprintf(b, "<%s.%d.%d>", p.Origin.Name().AtomName(), p.ID, p.Serial)
	case KindPort:
		p, _ := t.Port()
		fmt.Fprintf(b, "#Port<%d>", p.ID)
	case KindRef:
		r, _ := t.Ref()
		fmt.Fprintf(b, "#Ref%v", r.Words[:r.Len])
	case KindFun:
		f, _ := t.Fun()
		fmt.Fprintf(b, "#Fun<%s.%s/%d>", f.Module.AtomName(), f.Name.AtomName(), f.Arity)
	}
}
