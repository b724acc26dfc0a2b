package term

import (
	"bytes"
	"cmp"
	"math"
	"math/big"
	"slices"
	"strings"
)

// Identical reports whether two terms are Equal only where they are identical (==): numbers that fit a word, atoms and [].
func (t Term) Identical() bool {
	k := t.Kind()
	return k == KindInt || k == KindAtom || k == KindNil
}

// Equal is =:=, equal in type and value.
func Equal(a, b Term) bool {
	for {
		if a == b {
			return true
		}
		ka := a.Kind()
		if ka != b.Kind() {
			return bitsAndBinary(a, b)
		}
		switch ka {
		case KindInt, KindAtom, KindNil:
			return false
		case KindCons:
			x, y := (*Cons)(a.p), (*Cons)(b.p)
			if !Equal(x.Head, y.Head) {
				return false
			}
			a, b = x.Tail, y.Tail
			continue
		case KindFloat: // 0.0 =:= -0.0 until OTP 27
			x, _ := a.Float()
			y, _ := b.Float()
			return x == y
		}
		return equalSlow(a, b, ka, Equal)
	}
}

// bitsAndBinary: whole bytes that do not start at a byte are of another kind than those that do.
func bitsAndBinary(a, b Term) bool {
	if !a.IsBitstring() || !b.IsBitstring() {
		return false
	}
	return compareBits(a, b) == 0
}

func equalSlow(a, b Term, k Kind, equal func(x, y Term) bool) bool {
	switch k {
	case KindTuple:
		x, _ := a.Tuple()
		y, _ := b.Tuple()
		return slices.EqualFunc(x, y, equal)
	case KindBinary:
		return bytes.Equal(a.bytes(), b.bytes())
	case KindBits:
		return compareBits(a, b) == 0
	case KindBig:
		return (*big.Int)(a.p).Cmp((*big.Int)(b.p)) == 0
	case KindMap:
		x, y := (*Map)(a.p), (*Map)(b.p)
		return x.n == y.n && equalMaps(x, y, equal)
	case KindPid, KindPort, KindRef, KindFun:
		return Compare(a, b) == 0
	case KindRecord:
		x, y := (*Record)(a.p), (*Record)(b.p)
		return x.Module == y.Module && x.Name == y.Name && slices.Equal(x.Fields, y.Fields) && slices.EqualFunc(x.Values, y.Values, equal)
	}
	return false
}

// Same is ==: as Equal, but numbers compare by value. Map keys must still be Equal.
func Same(a, b Term) bool {
	for {
		if a == b {
			return true
		}
		ka := a.Kind()
		switch ka {
		case KindInt, KindBig, KindFloat:
			return b.IsNumber() && compareNumbers(a, b) == 0
		}
		if ka != b.Kind() {
			return bitsAndBinary(a, b)
		}
		if ka == KindCons {
			x, y := (*Cons)(a.p), (*Cons)(b.p)
			if !Same(x.Head, y.Head) {
				return false
			}
			a, b = x.Tail, y.Tail
			continue
		}
		return equalSlow(a, b, ka, Same)
	}
}

// rank is the order of the types: number < atom < reference < fun < port < pid < tuple < record < map < nil < list < bitstring.
// Erlang reference manual, "Term Comparisons".
var rank = [...]uint8{KindInt: 1, KindBig: 1, KindFloat: 1, KindAtom: 2, KindRef: 3, KindFun: 4, KindPort: 5, KindPid: 6, KindTuple: 7,
	KindRecord: 8, KindMap: 9, KindNil: 10, KindCons: 11, KindBinary: 12, KindBits: 12}

// Compare is the order of all terms, in which numbers compare by value: negative, zero or positive as a is less than, same as or
// greater than b.
func Compare(a, b Term) int { return compare(a, b, false) }

// CompareExact is the order of map keys: as Compare, but an integer stands before the float of the same value.
func CompareExact(a, b Term) int { return compare(a, b, true) }

func compare(a, b Term, exact bool) int {
	for {
		if a == b {
			return 0
		}
		if a.isInt() && b.isInt() {
			return cmp.Compare(int64(a.u), int64(b.u))
		}
		ka, kb := a.Kind(), b.Kind()
		if c := cmp.Compare(rank[ka], rank[kb]); c != 0 {
			return c
		}
		if ka != KindCons {
			return compareSame(a, b, ka, exact)
		}
		x, y := (*Cons)(a.p), (*Cons)(b.p)
		if c := compare(x.Head, y.Head, exact); c != 0 {
			return c
		}
		a, b = x.Tail, y.Tail
	}
}

// compareSame compares terms of the same type.
func compareSame(a, b Term, k Kind, exact bool) int {
	switch k {
	case KindInt, KindBig, KindFloat:
		if exact {
			if c := cmp.Compare(numberRank(a), numberRank(b)); c != 0 {
				return c
			}
		}
		return compareNumbers(a, b)
	case KindAtom:
		return strings.Compare(a.AtomName(), b.AtomName())
	case KindTuple:
		x, _ := a.Tuple()
		y, _ := b.Tuple()
		if c := cmp.Compare(len(x), len(y)); c != 0 {
			return c
		}
		for i := range x {
			if c := compare(x[i], y[i], exact); c != 0 {
				return c
			}
		}
		return 0
	case KindMap:
		return compareMaps((*Map)(a.p), (*Map)(b.p), exact)
	case KindBinary, KindBits:
		return compareBits(a, b)
	case KindPid:
		x, _ := a.Pid()
		y, _ := b.Pid()
		return cmp.Or(cmp.Compare(x.Serial, y.Serial), cmp.Compare(x.ID, y.ID), compareOrigins(x.Origin, y.Origin))
	case KindPort:
		x, _ := a.Port()
		y, _ := b.Port()
		return cmp.Or(compareOrigins(x.Origin, y.Origin), cmp.Compare(x.ID, y.ID))
	case KindRef:
		return compareRefs((*Ref)(a.p), (*Ref)(b.p))
	case KindFun:
		return compareFuns((*Fun)(a.p), (*Fun)(b.p))
	case KindRecord:
		return compareRecords((*Record)(a.p), (*Record)(b.p), exact)
	}
	return 0
}

// compareRecords: module, name, the names of the fields, then their values.
func compareRecords(a, b *Record, exact bool) int {
	return cmp.Or(Compare(a.Module, b.Module), Compare(a.Name, b.Name), slices.CompareFunc(a.Fields, b.Fields, Compare),
		slices.CompareFunc(a.Values, b.Values, func(t, u Term) int { return compare(t, u, exact) }))
}

// numberRank puts all integers before all floats, as the order of map keys does.
func numberRank(t Term) int {
	if t.isFloat() {
		return 1
	}
	return 0
}

func compareOrigins(a, b *Origin) int {
	if a == b {
		return 0
	}
	return cmp.Or(strings.Compare(a.Name().AtomName(), b.Name().AtomName()), cmp.Compare(a.Creation(), b.Creation()))
}

// compareRefs: node, creation, then the words with the last one most significant; the shorter reference is filled up with zeros.
func compareRefs(a, b *Ref) int {
	if c := compareOrigins(a.Origin, b.Origin); c != 0 {
		return c
	}
	for i := 4; i >= 0; i-- {
		if c := cmp.Compare(a.Words[i], b.Words[i]); c != 0 {
			return c
		}
	}
	return 0
}

func compareFuns(a, b *Fun) int {
	if a.External != b.External {
		if a.External {
			return 1
		}
		return -1
	}
	c := cmp.Or(strings.Compare(a.Module.AtomName(), b.Module.AtomName()))
	if a.External {
		return cmp.Or(c, strings.Compare(a.Name.AtomName(), b.Name.AtomName()), cmp.Compare(a.Arity, b.Arity))
	}
	if a == b {
		return 0
	}
	c = cmp.Or(c, cmp.Compare(a.Index, b.Index), cmp.Compare(a.OldUniq, b.OldUniq), cmp.Compare(len(a.Env), len(b.Env)))
	if c != 0 {
		return c
	}
	if c = slices.CompareFunc(a.Env, b.Env, Compare); c != 0 || a.Code == b.Code {
		return c
	}
	return cmp.Compare(codeOrder(a), codeOrder(b))
}

// compareMaps: size, then the keys in their order, then the values in the order of the keys.
func compareMaps(a, b *Map, exact bool) int {
	if c := cmp.Compare(a.n, b.n); c != 0 {
		return c
	}
	x, y := a.sorted(nil), b.sorted(nil)
	for i := range x {
		if c := CompareExact(x[i].key, y[i].key); c != 0 {
			return c
		}
	}
	for i := range x {
		if c := compare(x[i].value, y[i].value, exact); c != 0 {
			return c
		}
	}
	return 0
}

func compareBits(a, b Term) int {
	x, _ := a.Bits()
	y, _ := b.Bits()
	whole := min(x.Len, y.Len) / 8 * 8
	bx, by := x.Bytes(), y.Bytes()
	if c := bytes.Compare(bx[:whole/8], by[:whole/8]); c != 0 {
		return c
	}
	if left := min(x.Len, y.Len) - whole; left > 0 {
		mask := byte(0xff) << (8 - left)
		if c := cmp.Compare(bx[whole/8]&mask, by[whole/8]&mask); c != 0 {
			return c
		}
	}
	return cmp.Compare(x.Len, y.Len)
}

// compareNumbers compares by value, exactly, however large the numbers are.
func compareNumbers(a, b Term) int {
	ka, kb := a.Kind(), b.Kind()
	if ka == KindInt && kb == KindInt {
		return cmp.Compare(int64(a.u), int64(b.u))
	}
	if ka == KindFloat && kb == KindFloat {
		x, _ := a.Float()
		y, _ := b.Float()
		return cmp.Compare(x, y)
	}
	if ka == KindFloat {
		return -compareIntFloat(b, a)
	}
	if kb == KindFloat {
		return compareIntFloat(a, b)
	}
	x, _ := a.Big()
	y, _ := b.Big()
	return x.Cmp(y)
}

func compareIntFloat(i, f Term) int {
	y, _ := f.Float()
	if n, ok := i.Int(); ok && n > -1<<53 && n < 1<<53 {
		return cmp.Compare(float64(n), y)
	}
	x, _ := i.Big()
	whole, frac := math.Modf(y)
	exact, _ := new(big.Float).SetFloat64(whole).Int(nil)
	return cmp.Or(x.Cmp(exact), -cmp.Compare(frac, 0))
}
