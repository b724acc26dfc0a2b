package format

import (
	"math"
	"math/big"
	"math/rand/v2"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/term"
)

// maker makes random terms, again and again the same ones for the same seed.
type maker struct {
	*rand.Rand
	wide  bool // with characters above Latin-1
	clean bool // without characters that are none: what OTP does with them under a limit depends on where they stand
}

func (r maker) pick(words ...string) string { return words[r.IntN(len(words))] }

func (r maker) rune() rune {
	switch r.IntN(20) {
	case 0:
		return rune(r.IntN(32))
	case 1:
		return rune(0x7f + r.IntN(0x81))
	case 2:
		if r.wide {
			return []rune{0x100, 0x3bb, 0x65e5, 0x1f600, 0x200b, 0xfffe, 0x2028, 'é', 0x430, 0x301, 0x301, 0x200d, 0xfe0f, 0x1f468}[r.IntN(14)]
		}
	case 3:
		return []rune{'"', '\'', '\\', '\n', '\t', 0x1b, 0x7f, '$', '~'}[r.IntN(9)]
	}
	return rune(' ' + r.IntN(95))
}

func (r maker) text(n int) string {
	var b []byte
	for range n {
		b = utf8.AppendRune(b, r.rune())
	}
	return string(b)
}

func (r maker) word() string {
	b := make([]byte, 1+r.IntN(1+r.IntN(16)))
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz"[r.IntN(26)]
	}
	return string(b)
}

func (r maker) atom() term.Term {
	switch r.IntN(12) {
	case 0:
		return term.Atom(r.text(r.IntN(10)))
	case 1:
		return term.Atom(r.pick("end", "maybe", "else", "fun", "élan", "Abc", "_x", "a@b", "x1", "1x", "", "ÿ", "a÷", "à×"))
	case 2:
		return term.Atom(r.pick("ok", "error", "rec", "point"))
	}
	return term.Atom(r.word())
}

// ascii makes the name of a fun: of characters above that, OTP shows the bytes.
func (r maker) ascii() term.Term {
	for {
		a := r.atom()
		if name := a.AtomName(); len(name) == utf8.RuneCountInString(name) {
			return a
		}
	}
}

func (r maker) float() term.Term {
	switch r.IntN(4) {
	case 0:
		for {
			if f := math.Float64frombits(r.Uint64()); !math.IsNaN(f) && !math.IsInf(f, 0) {
				return term.Float(f)
			}
		}
	case 1:
		return term.Float(float64(r.IntN(2000)-1000) * math.Pow10(r.IntN(40)-20))
	case 2:
		return term.Float(float64(r.IntN(1000000)) / 1000)
	}
	return term.Float([]float64{0, math.Copysign(0, -1), 1, 1e15, 1e16, 1 << 53, 1<<53 - 1, 1<<53 + 2, 5e-324, math.MaxFloat64, 0.1, 1e22, 1e23, 0.5}[r.IntN(14)])
}

func (r maker) integer() term.Term {
	switch r.IntN(6) {
	case 0:
		return term.Int(r.Int64() >> r.IntN(64))
	case 1:
		n := new(big.Int).Lsh(big.NewInt(r.Int64()), uint(r.IntN(100)))
		if r.IntN(2) == 0 {
			n.Neg(n)
		}
		return term.Big(n)
	}
	return term.Int(int64(r.IntN(300)))
}

func (r maker) binary() term.Term {
	n := r.IntN(1 + r.IntN(80))
	switch r.IntN(4) {
	case 0:
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return term.Bitstring(b, 0, max(0, 8*n-r.IntN(8)))
	case 1:
		b := []byte(r.text(n))
		if r.IntN(3) == 0 && len(b) > 0 {
			b[r.IntN(len(b))] = byte(r.Uint32())
		}
		return term.Binary(b)
	case 2:
		b := make([]byte, n)
		for i := range b {
			b[i] = []byte{200, 233, 'a', 'b', 160, 10}[r.IntN(6)]
		}
		return term.Binary(b)
	}
	return term.BinaryString(r.text(n))
}

func (r maker) list(n, depth int) term.Term {
	elements := make([]term.Term, n)
	same := r.IntN(2) == 0
	for i := range elements {
		switch {
		case same && i > 0 && r.IntN(8) > 0:
			elements[i] = elements[i-1]
		default:
			elements[i] = r.term(depth)
		}
	}
	if n > 0 && r.IntN(8) == 0 {
		return term.ListTail(elements, r.term(depth))
	}
	return term.List(elements...)
}

// term makes a term that is at most so deep.
func (r maker) term(depth int) term.Term {
	kinds := 14
	if depth <= 0 {
		kinds = 7
	}
	n := r.IntN(1 + r.IntN(12))
	switch r.IntN(kinds) {
	case 0, 1:
		return r.atom()
	case 2:
		return r.integer()
	case 3:
		return r.float()
	case 4:
		return term.String(r.text(r.IntN(1 + r.IntN(60))))
	case 5:
		return r.binary()
	case 6:
		if r.IntN(3) == 0 {
			return (&term.Fun{Module: r.ascii(), Name: r.ascii(), Arity: r.IntN(4), External: true}).Term()
		}
		return term.Int(int64(r.IntN(128)))
	case 7, 8, 9:
		return r.list(n, depth-1)
	case 10:
		elements := make([]term.Term, n)
		for i := range elements {
			elements[i] = r.term(depth - 1)
		}
		return term.Tuple(elements...)
	case 11, 12:
		elements := []term.Term{r.atom()}
		for range n {
			elements = append(elements, r.term(depth-1))
		}
		return term.Tuple(elements...)
	}
	var m term.MapBuilder
	for range n {
		m.Put(r.term(depth-1), r.term(depth-1))
	}
	return m.Map().Term()
}
