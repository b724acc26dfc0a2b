package eval

import (
	"maps"
	"slices"
)

// enough is how similar a name has to be before it is offered in the place of one that is not bound, as OTP's linter has it since 26.
const enough = 0.8

// suggestion returns the tail of an error about a variable: which bound one may have been meant, or "".
func (s lintScope) suggestion(name string) string {
	best, likeness := "", enough
	for _, other := range slices.Sorted(maps.Keys(s)) {
		if how := jaro(name, other); s[other].unsafe == "" && how >= likeness && (best == "" || how > likeness) {
			best, likeness = other, how
		}
	}
	if best == "" {
		return ""
	}
	return ", did you mean '" + best + "'?"
}

// jaro is the Jaro similarity of two words, from 0 to 1.
func jaro(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	reach := max(len(x), len(y))/2 - 1
	taken := make([]bool, len(y))
	var left []rune
	for i, r := range x {
		for j := max(0, i-reach); j <= min(len(y)-1, i+max(reach, 0)); j++ {
			if !taken[j] && y[j] == r {
				taken[j] = true
				left = append(left, r)
				break
			}
		}
	}
	swapped, k := 0, 0
	for j, t := range taken {
		if t {
			if left[k] != y[j] {
				swapped++
			}
			k++
		}
	}
	if len(left) == 0 {
		return 0
	}
	m := float64(len(left))
	return (m/float64(len(x)) + m/float64(len(y)) + (m-float64(swapped)/2)/m) / 3
}
