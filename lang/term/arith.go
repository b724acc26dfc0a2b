package term

import (
	"math"
	"math/big"
	"math/bits"
)

// maxShift bounds the size of a result in bits, as OTP's own limit does: beyond it is system_limit.
const maxShift = 1 << 26

// Add returns a + b; the error is badarith.
func Add(a, b Term) (Term, error) {
	x, ok1 := a.Int()
	y, ok2 := b.Int()
	if ok1 && ok2 {
		if s := x + y; (s > x) == (y > 0) {
			return Int(s), nil
		}
	}
	return arith(a, b, (*big.Int).Add, func(x, y float64) float64 { return x + y })
}

// Sub returns a - b; the error is badarith.
func Sub(a, b Term) (Term, error) {
	x, ok1 := a.Int()
	y, ok2 := b.Int()
	if ok1 && ok2 {
		if d := x - y; (d < x) == (y > 0) {
			return Int(d), nil
		}
	}
	return arith(a, b, (*big.Int).Sub, func(x, y float64) float64 { return x - y })
}

// Mul returns a * b; the error is badarith, or system_limit.
func Mul(a, b Term) (Term, error) {
	x, ok1 := a.Int()
	y, ok2 := b.Int()
	if ok1 && ok2 {
		hi, lo := bits.Mul64(uint64(x), uint64(y))
		hi -= uint64(x>>63)&uint64(y) + uint64(y>>63)&uint64(x)
		if int64(hi) == int64(lo)>>63 {
			return Int(int64(lo)), nil
		}
	}
	if p, ok := a.Big(); ok {
		if q, ok := b.Big(); ok && p.BitLen()+q.BitLen() > maxShift {
			return None, SystemLimit()
		}
	}
	return arith(a, b, (*big.Int).Mul, func(x, y float64) float64 { return x * y })
}

func arith(a, b Term, ints func(z, x, y *big.Int) *big.Int, floats func(x, y float64) float64) (Term, error) {
	if !a.IsNumber() || !b.IsNumber() {
		return None, Badarith()
	}
	if a.isFloat() || b.isFloat() {
		x, ok1 := toFloat(a)
		y, ok2 := toFloat(b)
		if !ok1 || !ok2 {
			return None, Badarith()
		}
		return finite(floats(x, y))
	}
	x, _ := a.Big()
	y, _ := b.Big()
	return Big(ints(new(big.Int), x, y)), nil
}

func finite(f float64) (Term, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return None, Badarith()
	}
	return Float(f), nil
}

// toFloat converts a number; false when it is too large for a float or no number.
func toFloat(t Term) (float64, bool) {
	switch t.Kind() {
	case KindInt:
		return float64(int64(t.u)), true
	case KindFloat:
		return t.Float()
	case KindBig:
		f, _ := new(big.Float).SetInt((*big.Int)(t.p)).Float64()
		return f, !math.IsInf(f, 0)
	}
	return 0, false
}

// ToFloat returns a number as a float; the error is badarg.
func ToFloat(t Term) (Term, error) {
	f, ok := toFloat(t)
	if !ok {
		return None, Badarg()
	}
	return Float(f), nil
}

// Divide returns a / b, a float; the error is badarith.
func Divide(a, b Term) (Term, error) {
	x, ok1 := toFloat(a)
	y, ok2 := toFloat(b)
	if !ok1 || !ok2 || y == 0 {
		return None, Badarith()
	}
	return finite(x / y)
}

// Div returns a div b, rounded towards zero; the error is badarith.
func Div(a, b Term) (Term, error) {
	x, ok1 := a.Int()
	y, ok2 := b.Int()
	if ok1 && ok2 && y != 0 && !(x == math.MinInt64 && y == -1) {
		return Int(x / y), nil
	}
	return whole(a, b, (*big.Int).Quo)
}

// Rem returns a rem b, which has the sign of a; the error is badarith.
func Rem(a, b Term) (Term, error) {
	x, ok1 := a.Int()
	y, ok2 := b.Int()
	if ok1 && ok2 && y != 0 && y != -1 {
		return Int(x % y), nil
	}
	return whole(a, b, (*big.Int).Rem)
}

func whole(a, b Term, op func(z, x, y *big.Int) *big.Int) (Term, error) {
	x, ok1 := a.Big()
	y, ok2 := b.Big()
	if !ok1 || !ok2 || y.Sign() == 0 {
		return None, Badarith()
	}
	return Big(op(new(big.Int), x, y)), nil
}

func bitwise(a, b Term, small func(x, y int64) int64, op func(z, x, y *big.Int) *big.Int) (Term, error) {
	i, ok1 := a.Int()
	j, ok2 := b.Int()
	if ok1 && ok2 {
		return Int(small(i, j)), nil
	}
	x, ok1 := a.Big()
	y, ok2 := b.Big()
	if !ok1 || !ok2 {
		return None, Badarith()
	}
	return Big(op(new(big.Int), x, y)), nil
}

// Band returns a band b; the error is badarith.
func Band(a, b Term) (Term, error) {
	return bitwise(a, b, func(x, y int64) int64 { return x & y }, (*big.Int).And)
}

// Bor returns a bor b; the error is badarith.
func Bor(a, b Term) (Term, error) {
	return bitwise(a, b, func(x, y int64) int64 { return x | y }, (*big.Int).Or)
}

// Bxor returns a bxor b; the error is badarith.
func Bxor(a, b Term) (Term, error) {
	return bitwise(a, b, func(x, y int64) int64 { return x ^ y }, (*big.Int).Xor)
}

// Bsl returns a bsl b; the error is badarith, or system_limit.
func Bsl(a, b Term) (Term, error) { return shift(a, b, 1) }

// Bsr returns a bsr b; the error is badarith, or system_limit.
func Bsr(a, b Term) (Term, error) { return shift(a, b, -1) }

func shift(a, b Term, sign int64) (Term, error) {
	x, ok := a.Big()
	if !ok || !b.IsInteger() {
		return None, Badarith()
	}
	n, small := b.Int()
	n *= sign
	if !small || n == math.MinInt64 { // so far that nothing, or everything, is left
		y, _ := b.Big()
		n = int64(y.Sign()) * sign * math.MaxInt32
	}
	switch {
	case n < 0:
		if -n > int64(x.BitLen()) {
			return Int(int64(min(x.Sign(), 0))), nil
		}
		return Big(new(big.Int).Rsh(x, uint(-n))), nil
	case x.Sign() == 0:
		return Int(0), nil
	case n > maxShift-int64(x.BitLen()):
		return None, SystemLimit()
	}
	return Big(new(big.Int).Lsh(x, uint(n))), nil
}

// Neg returns -a; the error is badarith.
func Neg(a Term) (Term, error) {
	if f, ok := a.Float(); ok {
		return Float(-f), nil
	}
	return Sub(Int(0), a)
}

// Bnot returns bnot a; the error is badarith.
func Bnot(a Term) (Term, error) {
	if i, ok := a.Int(); ok {
		return Int(^i), nil
	}
	if x, ok := a.Big(); ok {
		return Big(new(big.Int).Not(x)), nil
	}
	return None, Badarith()
}

// Abs returns abs(a); the error is badarg.
func Abs(a Term) (Term, error) {
	if !a.IsNumber() {
		return None, Badarg()
	}
	if f, ok := a.Float(); ok {
		if f < 0 { // -0.0 stays, as in OTP
			f = -f
		}
		return Float(f), nil
	}
	if i, ok := a.Int(); ok && i >= 0 {
		return a, nil
	} else if ok && i != math.MinInt64 {
		return Int(-i), nil
	}
	x, _ := a.Big()
	if x.Sign() >= 0 {
		return a, nil
	}
	return Big(new(big.Int).Neg(x)), nil
}
