package term

import "unsafe"

// Bits is any bitstring: Len bits of Data that begin Offset bits (0 to 7) into its first byte.
type Bits struct {
	Data   []byte
	Offset int
	Len    int
}

// Bitstring makes a bitstring of the n bits of data that begin at bit offset, and takes data over. What is whole bytes and begins
// at a byte becomes a plain binary.
func Bitstring(data []byte, offset, n int) Term {
	data = data[offset/8:]
	offset %= 8
	if offset == 0 && n%8 == 0 {
		return Binary(data[:n/8])
	}
	data = data[:(offset+n+7)/8]
	return Term{unsafe.Pointer(&Bits{data, offset, n}), uint64(KindBits)}
}

// Bits returns any bitstring, binaries included, as a view: read only.
func (t Term) Bits() (Bits, bool) {
	switch t.Kind() {
	case KindBinary:
		b := t.bytes()
		return Bits{b, 0, len(b) * 8}, true
	case KindBits:
		return *(*Bits)(t.p), true
	}
	return Bits{}, false
}

// Bytes returns the bits from the first one on in whole bytes, the last one padded with zero bits. It copies only where the bits
// do not lie that way already.
func (b Bits) Bytes() []byte {
	n := (b.Len + 7) / 8
	odd := b.Len % 8
	if b.Offset == 0 && odd == 0 {
		return b.Data[:n]
	}
	out := make([]byte, n)
	if b.Offset == 0 {
		copy(out, b.Data[:n])
	} else {
		for i := range out {
			out[i] = b.Data[i] << b.Offset
			if i+1 < len(b.Data) {
				out[i] |= b.Data[i+1] >> (8 - b.Offset)
			}
		}
	}
	if odd != 0 {
		out[n-1] &= 0xff << (8 - odd)
	}
	return out
}
