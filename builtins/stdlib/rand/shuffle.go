package rand

import (
	"slices"

	"github.com/erlsh/erlsh/lang/term"
)

// shuffle puts a list in an order by chance, and takes the bits for that in the order in which OTP 29 does.
func shuffle(s *source, args []term.Term) (term.Term, error) {
	list, ok := args[0].Slice()
	if !ok {
		return term.None, term.FunctionClause()
	}
	return term.List((&deck{source: s}).shuffled(nil, list)...), nil
}

// deck hands out the bits of random numbers, the lowest first.
type deck struct {
	*source
	left uint64
	n    uint
}

// take returns k bits of one number.
func (d *deck) take(k uint) uint64 {
	if d.n < k {
		drop := d.weak
		if d.old {
			drop = 2
		}
		d.left, d.n = d.draw()>>drop, min(d.bits-drop, 58)
	}
	v := d.left & (1<<k - 1)
	d.left >>= k
	d.n -= k
	return v
}

// threes are the orders of three elements, by three bits; two values of the bits are drawn anew.
var threes = [6][3]int{{2, 1, 0}, {1, 2, 0}, {2, 0, 1}, {0, 2, 1}, {1, 0, 2}, {0, 1, 2}}

// shuffled appends a list in an order by chance: it is dealt to four piles by two bits for each element, and each pile is shuffled, the
// last one in the result first.
func (d *deck) shuffled(out, list []term.Term) []term.Term {
	switch len(list) {
	case 0, 1:
		return append(out, list...)
	case 2:
		if d.take(1) == 0 {
			return append(out, list[1], list[0])
		}
		return append(out, list...)
	case 3:
		for {
			if v := d.take(3); v < uint64(len(threes)) {
				order := threes[v]
				return append(out, list[order[0]], list[order[1]], list[order[2]])
			}
		}
	}
	var piles, done [4][]term.Term
	for _, x := range list {
		v := d.take(2)
		piles[v] = append(piles[v], x)
	}
	for i := range piles {
		slices.Reverse(piles[i]) // the card dealt last lies on top
		done[i] = d.shuffled(nil, piles[i])
	}
	return slices.Concat(out, done[3], done[2], done[1], done[0])
}
