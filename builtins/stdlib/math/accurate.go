package math

import (
	"math"
	"math/big"
)

// dd is a number in twice the precision of a float: the sum of both, lo being what hi has lost. The functions below compute in it and
// round once at the end, so that results are the nearest floats, as those of the C library nearly always are.
type dd struct{ hi, lo float64 }

func sum2(a, b float64) dd {
	s := a + b
	v := s - a
	return dd{s, (a - (s - v)) + (b - v)}
}

func (x dd) add(y dd) dd {
	s := sum2(x.hi, y.hi)
	t := sum2(x.lo, y.lo)
	s = sum2(s.hi, s.lo+t.hi)
	return sum2(s.hi, s.lo+t.lo)
}

func (x dd) neg() dd { return dd{-x.hi, -x.lo} }

func (x dd) mul(y dd) dd {
	p := x.hi * y.hi
	e := math.FMA(x.hi, y.hi, -p)
	return sum2(p, e+(x.hi*y.lo+x.lo*y.hi))
}

func (x dd) div(y dd) dd {
	q := x.hi / y.hi
	r := x.add(y.mul(dd{q, 0}).neg())
	q2 := r.hi / y.hi
	r = r.add(y.mul(dd{q2, 0}).neg())
	return sum2(q, q2).add(dd{r.hi / y.hi, 0})
}

func (x dd) scale(f float64) dd { return dd{x.hi * f, x.lo * f} }

func (x dd) value() float64 { return x.hi + x.lo }

// constants in twice the precision.
var (
	ln2    = dd{0.6931471805599453, 2.3190468138462996e-17}
	halfPi = dd{1.5707963267948966, 6.123233995736766e-17}
)

// exp2x is e to the power of x, as a number and a power of two.
func exp2x(x dd) (dd, int) {
	k := math.Round(x.hi / math.Ln2)
	r := x.add(ln2.mul(dd{k, 0}).neg()).scale(1.0 / 256)
	total, part := dd{1, 0}, dd{1, 0}
	for i := 1; i < 12; i++ {
		part = part.mul(r).div(dd{float64(i), 0})
		total = total.add(part)
	}
	for range 8 {
		total = total.mul(total)
	}
	return total, int(k)
}

func exp(x float64) float64 {
	if x > 710 || x < -700 {
		return math.Exp(x)
	}
	v, k := exp2x(dd{x, 0})
	return math.Ldexp(v.value(), k)
}

// log2x is the natural logarithm: the float, and what e to the power of that misses x by.
func log2x(x float64) dd {
	frac, k := math.Frexp(x)
	if frac < math.Sqrt2/2 {
		frac *= 2
		k--
	}
	y := math.Log(frac)
	e, n := exp2x(dd{-y, 0})
	r := e.scale(math.Ldexp(1, n)).mul(dd{frac, 0}).add(dd{-1, 0})
	correction := r.add(r.mul(r).scale(-0.5))
	return dd{y, 0}.add(correction).add(ln2.mul(dd{float64(k), 0}))
}

func log(x float64) float64 {
	if x <= 0 || math.IsInf(x, 0) {
		return math.Log(x)
	}
	return log2x(x).value()
}

// log10 adds up the parts of the C library, and so has its errors.
func log10(x float64) float64 {
	if x <= 0 {
		return math.Log10(x)
	}
	frac, k := math.Frexp(x)
	frac, k = frac*2, k-1
	if k < 0 {
		frac, k = frac/2, k+1
	}
	y := float64(k)
	return y*3.69423907715893078616e-13 + 4.34294481903251816668e-01*log(frac) + y*3.01029995663611771306e-01
}

func log2(x float64) float64 {
	if x <= 0 {
		return math.Log2(x)
	}
	return log2x(x).div(ln2).value()
}

func pow(x, y float64) float64 {
	simple := math.Pow(x, y)
	if x == 0 || y == 0 || math.IsNaN(simple) || math.IsInf(simple, 0) || math.Abs(simple) < 1e-290 || math.Abs(simple) == 1 {
		return simple
	}
	v, k := exp2x(log2x(math.Abs(x)).mul(dd{y, 0}))
	return math.Copysign(math.Ldexp(v.value(), k), simple)
}

// sincos returns sine and cosine.
func sincos(x dd) (sin, cos dd) {
	quadrant, r := reduce(x)
	square := r.mul(r)
	sin, cos = r, dd{1, 0}
	s, c := r, dd{1, 0}
	for i := 1; i < 14; i++ {
		c = c.mul(square).div(dd{float64(-(2*i - 1) * (2 * i)), 0})
		s = s.mul(square).div(dd{float64(-(2 * i) * (2*i + 1)), 0})
		sin, cos = sin.add(s), cos.add(c)
	}
	switch quadrant & 3 {
	case 1:
		return cos, sin.neg()
	case 2:
		return sin.neg(), cos.neg()
	case 3:
		return cos.neg(), sin
	}
	return sin, cos
}

// pi is long enough for the greatest floats.
const piDigits = "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651328230664709384460955058223172535940812848111745028410270193852110555964462294895493038196442881097566593344612847564823378678316527120190914564856692346034861045432664821339360726024914127372458700660631558817488152092096282925409171536436789259036001133053054882046652138414695194151160943305727036575959195309218611738193261179310511854807446237996274956735188575272489122793818301194912"

// reduce takes multiples of a right angle off an angle.
func reduce(x dd) (quadrant int64, r dd) {
	k := math.Round(x.hi / (math.Pi / 2))
	if math.Abs(k) < 1<<4 {
		return int64(k), x.add(halfPi.mul(dd{k, 0}).neg())
	}
	const precision = 1400
	half, _, _ := big.ParseFloat(piDigits, 10, precision, big.ToNearestEven)
	half.Quo(half, big.NewFloat(2))
	angle := new(big.Float).SetPrec(precision).SetFloat64(x.hi)
	angle.Add(angle, new(big.Float).SetFloat64(x.lo))
	turns, _ := new(big.Float).SetPrec(precision).Quo(angle, half).Int(nil)
	rest := angle.Sub(angle, new(big.Float).SetPrec(precision).Mul(new(big.Float).SetPrec(precision).SetInt(turns), half))
	hi, _ := rest.Float64()
	lo, _ := rest.Sub(rest, new(big.Float).SetFloat64(hi)).Float64()
	return new(big.Int).And(turns, big.NewInt(3)).Int64(), dd{hi, lo}
}

func sin(x float64) float64 {
	if x == 0 {
		return x
	}
	s, _ := sincos(dd{x, 0})
	return s.value()
}

func cos(x float64) float64 {
	_, c := sincos(dd{x, 0})
	return c.value()
}

func tan(x float64) float64 {
	if x == 0 {
		return x
	}
	s, c := sincos(dd{x, 0})
	return s.div(c).value()
}

// angle is atan2 in twice the precision: the float, and what is between its direction and that of the point.
func angle(y, x dd) dd {
	a := math.Atan2(y.hi, x.hi)
	s, c := sincos(dd{a, 0})
	return dd{a, 0}.add(y.mul(c).add(x.mul(s).neg()).div(x.mul(c).add(y.mul(s))))
}

func atan2(y, x float64) float64 {
	simple := math.Atan2(y, x)
	if x == 0 || y == 0 || math.Abs(simple) < 1e-290 || math.Abs(x) > 1e150 || math.Abs(y) > 1e150 || math.Abs(x) < 1e-150 || math.Abs(y) < 1e-150 {
		return simple
	}
	return angle(dd{y, 0}, dd{x, 0}).value()
}

func atan(x float64) float64 { return atan2(x, 1) }

// leg is the square root of 1 - x*x.
func leg(x float64) dd {
	square := dd{1, 0}.add(dd{-x, 0}).mul(dd{1, 0}.add(dd{x, 0}))
	root := math.Sqrt(square.hi)
	rest := square.add(dd{root, 0}.mul(dd{root, 0}).neg())
	return sum2(root, rest.hi/(2*root))
}

func asin(x float64) float64 {
	if !(math.Abs(x) < 1) || math.Abs(x) < 1e-150 {
		return math.Asin(x)
	}
	return angle(dd{x, 0}, leg(x)).value()
}

func acos(x float64) float64 {
	if !(math.Abs(x) < 1) {
		return math.Acos(x)
	}
	return angle(leg(x), dd{x, 0}).value()
}

// hyperbolic returns e^x/2 and e^-x/2.
func hyperbolic(x float64) (up, down dd) {
	v, k := exp2x(dd{x, 0})
	up = v.scale(math.Ldexp(0.5, k))
	return up, dd{0.25, 0}.div(up)
}

func sinh(x float64) float64 {
	if math.Abs(x) < 1e-5 || math.Abs(x) > 700 {
		return math.Sinh(x)
	}
	t := math.Expm1(math.Abs(x))
	half := math.Copysign(0.5, x)
	switch {
	case math.Abs(x) >= 22:
		return half * exp(math.Abs(x))
	case math.Abs(x) < 1:
		return half * (2*t - t*t/(t+1))
	}
	return half * (t + t/(t+1))
}

func acosh(x float64) float64 {
	switch t := x - 1; {
	case x < 1 || x > 1<<28:
		return math.Acosh(x)
	case x > 2:
		return log(2*x - 1/(x+math.Sqrt(x*x-1)))
	default:
		return math.Log1p(t + math.Sqrt(2*t+t*t))
	}
}

func cosh(x float64) float64 {
	if math.Abs(x) > 700 {
		return math.Cosh(x)
	}
	t := exp(math.Abs(x))
	switch {
	case math.Abs(x) >= 22:
		return 0.5 * t
	case math.Abs(x) < 0.5*math.Ln2:
		e := math.Expm1(math.Abs(x))
		return 1 + e*e/(2*(1+e))
	}
	return 0.5*t + 0.5/t
}

func tanh(x float64) float64 {
	if math.Abs(x) < 1e-5 || math.Abs(x) > 300 {
		return math.Tanh(x)
	}
	up, down := hyperbolic(x)
	return up.add(down.neg()).div(up.add(down)).value()
}
