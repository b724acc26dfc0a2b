package sockets

import (
	"net/netip"

	"github.com/erlsh/erlsh/lang/term"
)

// Tuple makes the tuple of an address: four bytes or eight words.
func Tuple(a netip.Addr) term.Term {
	if a = a.Unmap(); a.Is4() {
		b := a.As4()
		return term.Tuple(term.Int(int64(b[0])), term.Int(int64(b[1])), term.Int(int64(b[2])), term.Int(int64(b[3])))
	}
	return Tuple16(a)
}

// Tuple16 makes the tuple of eight words of an address.
func Tuple16(a netip.Addr) term.Term {
	b := a.As16()
	e := make([]term.Term, 8)
	for i := range e {
		e[i] = term.Int(int64(b[2*i])<<8 | int64(b[2*i+1]))
	}
	return term.Tuple(e...)
}

// Address reads the tuple of an address.
func Address(t term.Term) (netip.Addr, bool) {
	e, _ := t.Tuple()
	limit := map[int]int64{4: 255, 8: 65535}[len(e)]
	var bytes []byte
	for _, x := range e {
		n, ok := x.Int()
		if !ok || n < 0 || n > limit {
			return netip.Addr{}, false
		}
		if len(e) == 8 {
			bytes = append(bytes, byte(n>>8))
		}
		bytes = append(bytes, byte(n))
	}
	return netip.AddrFromSlice(bytes)
}
