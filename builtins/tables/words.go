package tables

import "github.com/erlsh/erlsh/lang/term"

// sample is how many objects are measured to know what a table takes.
const sample = 1000

// What an empty table takes in words, and an object besides its own size, as in OTP.
const (
	hashWords     = 305
	orderedWords  = 139
	hashObject    = 4
	orderedObject = 5
)

// Words returns about how many words of memory the table would take in OTP.
func (t *Table) Words() int64 {
	seen, words := int64(0), int64(0)
	t.Visit(t.Start(false), func(int) bool { return false }, func(o term.Term) bool {
		seen++
		words += size(o)
		return seen < sample
	})
	n := int64(t.Size())
	if seen > 0 && n > seen {
		words = words * n / seen
	}
	if t.Kind == OrderedSet {
		return orderedWords + n*orderedObject + words
	}
	return hashWords + n*hashObject + words
}

// size returns the words of a term on a heap of OTP.
func size(t term.Term) int64 {
	n := int64(0)
	for {
		switch t.Kind() {
		case term.KindCons:
			c, _ := t.Cons()
			n += 2 + size(c.Head)
			t = c.Tail
			continue
		case term.KindTuple:
			e, _ := t.Tuple()
			if len(e) > 0 {
				n++
			}
			for _, x := range e {
				n += 1 + size(x)
			}
		case term.KindFloat:
			n += 2
		case term.KindBig:
			b, _ := t.Big()
			n += 1 + int64(b.BitLen()+63)/64
		case term.KindBinary, term.KindBits:
			b, _ := t.Bits()
			if b.Len > 64*8 {
				n += 6
			} else {
				n += 2 + int64(b.Len+63)/64
			}
		case term.KindMap:
			m, _ := t.Map()
			n += 5
			for k, v := range m.All() {
				n += 2 + size(k) + size(v)
			}
		case term.KindFun:
			f, _ := t.Fun()
			n += 5
			for _, x := range f.Env {
				n += 1 + size(x)
			}
		case term.KindRef:
			n += 3
		}
		return n
	}
}

// Words returns about how many words of memory all tables would take in OTP.
func (ts *Tables) Words() int64 {
	sum := int64(0)
	for _, t := range ts.All() {
		sum += t.Words()
	}
	return sum
}
