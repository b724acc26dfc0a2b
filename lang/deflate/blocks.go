package deflate

import "math/bits"

// bitWriter packs bits, the lowest first.
type bitWriter struct {
	out   []byte
	hold  uint64
	count uint
}

func (b *bitWriter) put(value uint32, n uint) {
	b.hold |= uint64(value) << b.count
	for b.count += n; b.count >= 8; b.count -= 8 {
		b.out = append(b.out, byte(b.hold))
		b.hold >>= 8
	}
}

func (b *bitWriter) align() {
	if b.count > 0 {
		b.put(0, 8-b.count)
	}
}

// take returns the whole bytes so far.
func (b *bitWriter) take() []byte {
	out := b.out
	b.out = nil
	return out
}

const (
	literals    = 256
	endOfBlock  = 256
	lengthCodes = 29
	allLiterals = literals + 1 + lengthCodes
	allDistance = 30
	allLengths  = 19
	maxBits     = 15
)

func extraOfLength(code int) uint {
	switch {
	case code < 8 || code == 28:
		return 0
	default:
		return uint(code/4 - 1)
	}
}

func extraOfDistance(code int) uint { return uint(max(code/2-1, 0)) }

func extraOfLengths(code int) uint { return [19]uint{16: 2, 17: 3, 18: 7}[code] }

// lengthCode returns the code of a length less 3, and the extra value.
func lengthCode(n int) (code int, extra uint32) {
	switch {
	case n == 255:
		return 28, 0
	case n < 8:
		return n, 0
	}
	shift := bits.Len(uint(n)) - 3
	return 4*(shift+1) + n>>shift - 4, uint32(n & (1<<shift - 1))
}

// distanceCode returns the code of a distance less 1, and the extra value.
func distanceCode(d int) (code int, extra uint32) {
	if d < 4 {
		return d, 0
	}
	shift := bits.Len(uint(d)) - 2
	return 2*(shift+1) + d>>shift - 2, uint32(d & (1<<shift - 1))
}

// blocks collects the symbols of a block.
type blocks struct {
	symbols []uint32 // distance << 16 | length - 3, or a byte with distance 0
	limit   int
	lit     [allLiterals]uint16
	dist    [allDistance]uint16
}

func (b *blocks) reset() {
	b.symbols = b.symbols[:0]
	clear(b.lit[:])
	clear(b.dist[:])
	b.lit[endOfBlock] = 1
}

func (b *blocks) count() int { return len(b.symbols) }

// literal adds a byte; true when the block is full.
func (b *blocks) literal(c byte) bool {
	b.symbols = append(b.symbols, uint32(c))
	b.lit[c]++
	return len(b.symbols) == b.limit
}

// match adds a match; true when the block is full.
func (b *blocks) match(distance, length int) bool {
	b.symbols = append(b.symbols, uint32(distance)<<16|uint32(length-minMatch))
	code, _ := lengthCode(length - minMatch)
	b.lit[literals+1+code]++
	code, _ = distanceCode(distance - 1)
	b.dist[code]++
	return len(b.symbols) == b.limit
}

// fixedTrees are the trees that every reader knows.
func fixedTrees() (lit, dist tree) {
	lit.lengths = make([]uint8, allLiterals+2)
	for i := range lit.lengths {
		switch {
		case i < 144 || i > 279:
			lit.lengths[i] = 8
		case i < 256:
			lit.lengths[i] = 9
		default:
			lit.lengths[i] = 7
		}
	}
	dist.lengths = make([]uint8, allDistance+2)
	for i := range dist.lengths {
		dist.lengths[i] = 5
	}
	lit.assign()
	dist.assign()
	return lit, dist
}

// flushBlock writes the block in the shortest of the three forms. raw is the data, nil when it has left the window.
func (w *Writer) flushBlock(raw []byte, size int, last bool) {
	b := &w.blocks
	best, lit, dist, lengths, order := size+5, tree{}, tree{}, tree{}, 0
	fixedSize := best
	if w.chain > 0 {
		lit, dist = build(b.lit[:], maxBits, extraLit), build(b.dist[:], maxBits, extraOfDistance)
		counts := runLengths(lit, dist, nil)
		lengths = build(counts[:], 7, extraOfLengths)
		for order = allLengths - 1; order >= 3 && lengths.lengths[lengthOrder[order]] == 0; order-- {
		}
		own := lit.cost + dist.cost + lengths.cost + 3*(order+1) + 5 + 5 + 4
		fixedCost := fixedCost(b)
		best, fixedSize = (own+3+7)>>3, (fixedCost+3+7)>>3
		if fixedSize <= best || w.strategy == Fixed {
			best = fixedSize
		}
	}
	end := uint32(0)
	if last {
		end = 1
	}
	switch {
	case size+4 <= best && raw != nil:
		w.storedBlock(raw, last)
	case fixedSize == best:
		w.bits.put(1<<1|end, 3)
		lit, dist := fixedTrees()
		w.symbols(lit, dist)
	default:
		w.bits.put(2<<1|end, 3)
		w.trees(lit, dist, lengths, order+1)
		w.symbols(lit, dist)
	}
	b.reset()
}

func extraLit(code int) uint {
	if code <= endOfBlock {
		return 0
	}
	return extraOfLength(code - literals - 1)
}

// fixedCost is the size of the block in bits with the fixed trees.
func fixedCost(b *blocks) int {
	cost := 0
	for i, n := range b.lit {
		length := 8
		switch {
		case i >= 256 && i < 280:
			length = 7
		case i >= 144 && i < 256:
			length = 9
		}
		cost += int(n) * (length + int(extraLit(i)))
	}
	for i, n := range b.dist {
		cost += int(n) * (5 + int(extraOfDistance(i)))
	}
	return cost
}

func (w *Writer) storedBlock(raw []byte, last bool) {
	end := uint32(0)
	if last {
		end = 1
	}
	w.bits.put(end, 3)
	w.bits.align()
	n := uint16(len(raw))
	w.bits.out = append(w.bits.out, byte(n), byte(n>>8), byte(^n), byte(^n>>8))
	w.bits.out = append(w.bits.out, raw...)
}

// symbols writes what was collected, and the end of the block.
func (w *Writer) symbols(lit, dist tree) {
	for _, s := range w.blocks.symbols {
		distance, n := int(s>>16), int(s&0xffff)
		if distance == 0 {
			w.code(lit, n)
			continue
		}
		code, extra := lengthCode(n)
		w.code(lit, literals+1+code)
		w.bits.put(extra, extraOfLength(code))
		code, extra = distanceCode(distance - 1)
		w.code(dist, code)
		w.bits.put(extra, extraOfDistance(code))
	}
	w.code(lit, endOfBlock)
}

func (w *Writer) code(t tree, symbol int) {
	w.bits.put(uint32(t.codes[symbol]), uint(t.lengths[symbol]))
}

// lengthOrder is the order in which the lengths of the third tree stand.
var lengthOrder = [allLengths]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// trees writes the trees of a block.
func (w *Writer) trees(lit, dist, lengths tree, order int) {
	w.bits.put(uint32(lit.max+1-257), 5)
	w.bits.put(uint32(dist.max+1-1), 5)
	w.bits.put(uint32(order-4), 4)
	for _, code := range lengthOrder[:order] {
		w.bits.put(uint32(lengths.lengths[code]), 3)
	}
	runLengths(lit, dist, func(code int, extra uint32) {
		w.code(lengths, code)
		w.bits.put(extra, extraOfLengths(code))
	})
}

// runLengths codes the lengths of two trees, runs in short, counts the codes and hands them to emit.
func runLengths(lit, dist tree, emit func(code int, extra uint32)) (counts [allLengths]uint16) {
	one := func(code int, extra int) {
		counts[code]++
		if emit != nil {
			emit(code, uint32(extra))
		}
	}
	for _, t := range []tree{lit, dist} {
		before := -1
		for i := 0; i <= t.max; {
			length := int(t.lengths[i])
			longest := 7
			switch {
			case length == 0:
				longest = 138
			case length == before:
				longest = 6
			}
			n := 1
			for i+n <= t.max && n < longest && int(t.lengths[i+n]) == length {
				n++
			}
			i += n
			shortest := 4
			if length == 0 || length == before {
				shortest = 3
			}
			switch {
			case n < shortest:
				for range n {
					one(length, 0)
				}
			case length != 0:
				if length != before {
					one(length, 0)
					n--
				}
				one(16, n-3)
			case n <= 10:
				one(17, n-3)
			default:
				one(18, n-11)
			}
			before = length
		}
	}
	return counts
}
