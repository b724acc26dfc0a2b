package format

import (
	"math"
	"strconv"
)

// Float returns f with the fewest digits that read back as f.
func Float(f float64) string { return string(AppendFloat(nil, f)) }

// AppendFloat appends what Float returns: digits on both sides of the point, and an exponent where that is shorter or where f is
// so large that it has no fraction any more (2^53).
func AppendFloat(b []byte, f float64) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return strconv.AppendFloat(b, f, 'g', -1, 64)
	}
	var room [32]byte
	digits := strconv.AppendFloat(room[:0], f, 'e', -1, 64) // -d.ddde-dd
	if digits[0] == '-' {
		b = append(b, '-')
		digits = digits[1:]
	}
	mark := len(digits) - 1
	for digits[mark] != 'e' {
		mark--
	}
	exp := exponentOf(digits[mark+1:])
	digits = digits[:mark]
	if len(digits) > 1 { // without the point
		digits = append(digits[:1], digits[2:]...)
	}
	n := len(digits)
	if f == 0 {
		return append(b, "0.0"...)
	}
	var exponent [8]byte
	e := strconv.AppendInt(exponent[:0], int64(exp), 10)
	scientific := max(n, 2) + 2 + len(e)
	if math.Abs(f) >= 1<<53 || fixedSize(n, exp) > scientific {
		b = append(append(b, digits[0]), '.')
		if n == 1 {
			b = append(b, '0')
		}
		b = append(append(b, digits[1:]...), 'e')
		return append(b, e...)
	}
	if exp < 0 {
		b = append(b, "0."...)
		for range -exp - 1 {
			b = append(b, '0')
		}
		return append(b, digits...)
	}
	for i := range max(n, exp+2) {
		if i == exp+1 {
			b = append(b, '.')
		}
		if i < n {
			b = append(b, digits[i])
		} else {
			b = append(b, '0')
		}
	}
	return b
}

// exponentOf reads a sign and digits.
func exponentOf(text []byte) int {
	n := 0
	for _, c := range text[1:] {
		n = 10*n + int(c-'0')
	}
	if text[0] == '-' {
		return -n
	}
	return n
}

// fixedSize is the length of n digits in fixed form, the first of which stands for 10^exp.
func fixedSize(n, exp int) int {
	if exp < 0 {
		return 1 - exp + n
	}
	return max(n, exp+2) + 1
}
