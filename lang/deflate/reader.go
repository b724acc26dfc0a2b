package deflate

// Reader expands a DEFLATE stream that comes in pieces.
type Reader struct {
	in    []byte
	pos   int // in in
	hold  uint64
	count uint

	window []byte // the last bytes, at most size of them before what Read returned last
	size   int
	out    int // where in window the bytes begin that were not returned yet

	step      func(r *Reader) (more bool, err error)
	last      bool
	left      int // bytes of a stored block that are still to come
	lit, dist decoder
	done      bool
}

// NewReader returns an expander for a window of 1<<windowBits bytes.
func NewReader(windowBits int) *Reader {
	return &Reader{size: 1 << windowBits, step: (*Reader).header}
}

// Preset fills the window with a dictionary.
func (r *Reader) Preset(dictionary []byte) {
	r.window = append(r.window[:r.out:r.out], dictionary...)
	r.out = len(r.window)
}

// Window returns the last bytes that matches may reach back to.
func (r *Reader) Window() []byte {
	w := r.window[:r.out]
	return w[max(len(w)-r.size, 0):]
}

// Done reports whether the last block was read to its end.
func (r *Reader) Done() bool { return r.done }

// Rest returns the input that was not used.
func (r *Reader) Rest() []byte {
	return r.in[r.pos-int(r.count/8):]
}

// Stalled reports whether nothing can be done before more input comes.
func (r *Reader) Stalled() bool { return r.done || len(r.window) == r.out && r.pos == len(r.in) }

// Read takes more input and returns up to limit bytes. Fewer mean that the input is used up or the stream is at its end.
func (r *Reader) Read(more []byte, limit int) ([]byte, error) {
	r.in = append(r.in[r.pos:len(r.in):len(r.in)], more...)
	r.pos = 0
	if keep := r.out - r.size; keep > 1<<16 {
		r.window = append([]byte(nil), r.window[keep:]...)
		r.out = r.size
	}
	var err error
	for !r.done && len(r.window)-r.out < limit {
		var goes bool
		if goes, err = r.step(r); !goes || err != nil {
			break
		}
	}
	n := min(len(r.window)-r.out, limit)
	out := r.window[r.out : r.out+n : r.out+n]
	r.out += n
	return append([]byte(nil), out...), err
}

// need makes sure that there are n bits; false when the input is used up.
func (r *Reader) need(n uint) bool {
	for r.count < n {
		if r.pos == len(r.in) {
			return false
		}
		r.hold |= uint64(r.in[r.pos]) << r.count
		r.pos++
		r.count += 8
	}
	return true
}

func (r *Reader) bits(n uint) int {
	v := int(r.hold & (1<<n - 1))
	r.hold >>= n
	r.count -= n
	return v
}

// mark and back undo a step that ran out of input.
type mark struct {
	pos   int
	hold  uint64
	count uint
}

func (r *Reader) mark() mark { return mark{r.pos, r.hold, r.count} }

func (r *Reader) back(m mark) (bool, error) {
	r.pos, r.hold, r.count = m.pos, m.hold, m.count
	return false, nil
}

// header reads the head of a block.
func (r *Reader) header() (bool, error) {
	if r.last {
		r.done = true
		return false, nil
	}
	start := r.mark()
	if !r.need(3) {
		return r.back(start)
	}
	last := r.bits(1) == 1
	switch r.bits(2) {
	case 0:
		r.bits(r.count % 8)
		if !r.need(32) {
			return r.back(start)
		}
		n, check := r.bits(16), r.bits(16)
		if n != check^0xffff {
			return false, ErrData
		}
		r.left, r.step = n, (*Reader).copyStored
	case 1:
		lit, dist := fixedTrees()
		r.lit.make(lit.lengths)
		r.dist.make(dist.lengths)
		r.step = (*Reader).symbol
	case 2:
		if ok, err := r.readTrees(); !ok {
			if err != nil {
				return false, err
			}
			return r.back(start)
		}
		r.step = (*Reader).symbol
	default:
		return false, ErrData
	}
	r.last = last
	return true, nil
}

func (r *Reader) copyStored() (bool, error) {
	for r.left > 0 && r.need(8) {
		if r.count == 8 && len(r.in)-r.pos > 0 && r.left > 1 {
			r.window = append(r.window, byte(r.bits(8)))
			r.left--
			n := min(r.left, len(r.in)-r.pos)
			r.window = append(r.window, r.in[r.pos:r.pos+n]...)
			r.pos += n
			r.left -= n
			continue
		}
		r.window = append(r.window, byte(r.bits(8)))
		r.left--
	}
	if r.left > 0 {
		return false, nil
	}
	r.step = (*Reader).header
	return true, nil
}

// readTrees reads the trees of a block; false when the input is used up.
func (r *Reader) readTrees() (bool, error) {
	if !r.need(14) {
		return false, nil
	}
	lits, dists, n := r.bits(5)+257, r.bits(5)+1, r.bits(4)+4
	if lits > 286 || dists > 30 {
		return false, ErrData
	}
	var first [allLengths]uint8
	for _, code := range lengthOrder[:n] {
		if !r.need(3) {
			return false, nil
		}
		first[code] = uint8(r.bits(3))
	}
	var lengths decoder
	if !lengths.make(first[:]) || lengths.short {
		return false, ErrData
	}
	var all []uint8
	for len(all) < lits+dists {
		code, err := lengths.next(r)
		if code < 0 {
			return false, err
		}
		value, repeat := uint8(code), 1
		if code >= 16 {
			if !r.need(7) && !r.need(extraOfLengths(code)) {
				return false, nil
			}
			extra := r.bits(extraOfLengths(code))
			value, repeat = 0, extra+3
			switch {
			case code == 18:
				repeat = extra + 11
			case code == 16 && len(all) == 0:
				return false, ErrData
			case code == 16:
				value = all[len(all)-1]
			}
		}
		for range repeat {
			all = append(all, value)
		}
	}
	if len(all) > lits+dists || all[endOfBlock] == 0 {
		return false, ErrData
	}
	if !r.lit.make(all[:lits]) || !r.dist.make(all[lits:]) || r.lit.short {
		return false, ErrData
	}
	return true, nil
}

// symbol reads one literal or match.
func (r *Reader) symbol() (bool, error) {
	start := r.mark()
	code, err := r.lit.next(r)
	switch {
	case err != nil:
		return false, err
	case code < 0:
		return r.back(start)
	case code < endOfBlock:
		r.window = append(r.window, byte(code))
		return true, nil
	case code == endOfBlock:
		r.step = (*Reader).header
		return true, nil
	case code-literals-1 >= lengthCodes:
		return false, ErrData
	}
	length, ok := r.value(code-literals-1, lengthBase, extraOfLength)
	if !ok {
		return r.back(start)
	}
	code, err = r.dist.next(r)
	switch {
	case err != nil:
		return false, err
	case code < 0:
		return r.back(start)
	case code >= allDistance:
		return false, ErrData
	}
	distance, ok := r.value(code, distanceBase, extraOfDistance)
	if !ok {
		return r.back(start)
	}
	if distance > len(r.window) || distance > r.size {
		return false, ErrData
	}
	for range length {
		r.window = append(r.window, r.window[len(r.window)-distance])
	}
	return true, nil
}

// value is the length or distance that a code stands for.
func (r *Reader) value(code int, base func(int) int, extra func(int) uint) (int, bool) {
	n := extra(code)
	if !r.need(n) {
		return 0, false
	}
	return base(code) + r.bits(n), true
}

func lengthBase(code int) int {
	switch {
	case code < 8:
		return code + minMatch
	case code == 28:
		return maxMatch
	}
	return (4+code%4)<<(code/4-1) + minMatch
}

func distanceBase(code int) int {
	if code < 4 {
		return code + 1
	}
	return (2+code%2)<<(code/2-1) + 1
}

// decoder finds the symbol of a code bit by bit through the number of codes of each length.
type decoder struct {
	count   [maxBits + 1]int
	symbols []uint16
	fast    [512]uint16 // by the next nine bits: symbol << 4 | length, 0 for longer codes
	short   bool        // not all codes are given
}

// make reads the lengths; false for what is no code.
func (d *decoder) make(lengths []uint8) bool {
	d.count = [maxBits + 1]int{}
	for _, n := range lengths {
		d.count[n]++
	}
	left, used := 1, len(lengths)-d.count[0]
	for n := 1; n <= maxBits; n++ {
		if left = left<<1 - d.count[n]; left < 0 {
			return false
		}
	}
	d.short = left > 0
	if d.short && !(used == 0 || used == 1 && d.count[1] == 1) {
		return false
	}
	if used == 1 {
		d.short = false // a single code of one bit is allowed
	}
	t := tree{lengths: lengths}
	t.assign()
	d.fast = [512]uint16{}
	for symbol, n := range lengths {
		if n == 0 || n > 9 {
			continue
		}
		for at := int(t.codes[symbol]); at < len(d.fast); at += 1 << n {
			d.fast[at] = uint16(symbol)<<4 | uint16(n)
		}
	}
	var place [maxBits + 2]int
	for n := 1; n <= maxBits; n++ {
		place[n+1] = place[n] + d.count[n]
	}
	d.symbols = make([]uint16, used)
	for symbol, n := range lengths {
		if n > 0 {
			d.symbols[place[n]] = uint16(symbol)
			place[n]++
		}
	}
	return true
}

// next reads a symbol: below zero when the input is used up.
func (d *decoder) next(r *Reader) (int, error) {
	r.need(maxBits) // as many as there are
	if e := d.fast[r.hold&511]; e != 0 && uint(e&15) <= r.count {
		r.bits(uint(e & 15))
		return int(e >> 4), nil
	}
	code, first, index := 0, 0, 0
	for n := uint(1); n <= maxBits; n++ {
		if n > r.count {
			return -1, nil
		}
		code |= int(r.hold >> (n - 1) & 1)
		if code-first < d.count[n] {
			r.bits(n)
			return int(d.symbols[index+code-first]), nil
		}
		index += d.count[n]
		first = (first + d.count[n]) << 1
		code <<= 1
	}
	return -1, ErrData
}
