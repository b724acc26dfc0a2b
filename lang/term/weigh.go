package term

import (
	"math/big"
	"math/bits"
	"unsafe"
)

// Scale adds up what terms take, what they share counted once. The zero Scale is ready.
type Scale struct {
	Words int64 // as OTP counts them on the heap of a process: binaries of more than 64 bytes lie elsewhere
	Bytes int64 // what is held here, those binaries included
	// Most is the number of Bytes beyond which it is of no interest how many there are; 0 for no bound.
	Most int64

	seen map[uintptr]*[pageWords]uint64 // a bit for each place of 16 bytes, in pages
	page *[pageWords]uint64             // the page that was asked for last
	key  uintptr                        // its key
	todo []Term
}

const (
	pageShift = 19
	pageWords = 1 << (pageShift - 4 - 6)
	// heapBinary is the size of the largest binary that OTP keeps on the heap of a process.
	heapBinary = 64
)

// first notes an address and reports whether it was new.
func (s *Scale) first(p unsafe.Pointer) bool {
	a := uintptr(p)
	if key := a>>pageShift + 1; key != s.key {
		if s.seen == nil {
			s.seen = map[uintptr]*[pageWords]uint64{}
		}
		page := s.seen[key]
		if page == nil {
			page = new([pageWords]uint64)
			s.seen[key] = page
		}
		s.page, s.key = page, key
	}
	place := a >> 4 & (pageWords*64 - 1)
	word, bit := &s.page[place>>6], uint64(1)<<(place&63)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}

// Full reports whether there is more than Most.
func (s *Scale) Full() bool { return s.Most > 0 && s.Bytes > s.Most }

// Add puts a term on the scale.
func (s *Scale) Add(t Term) {
	s.visit(t, 0)
	for len(s.todo) > 0 && !s.Full() {
		t = s.todo[len(s.todo)-1]
		s.todo = s.todo[:len(s.todo)-1]
		s.one(t, 0)
	}
	s.todo = s.todo[:0]
}

// deepest is how deep terms are walked into at once; what lies deeper is put off.
const deepest = 1000

// visit counts a term that is not counted yet. Integers of a word, atoms and pids take no more than the place that holds them.
func (s *Scale) visit(t Term, depth int) {
	switch t.Kind() {
	case KindNone, KindInt, KindAtom, KindNil, KindPort, KindPid:
		return
	case KindFloat:
		s.count(2, 0)
		return
	}
	switch {
	case t == EmptyTuple || t == EmptyBinary || s.Full() || !s.first(t.p):
	case depth > deepest:
		s.todo = append(s.todo, t)
	default:
		s.one(t, depth+1)
	}
}

func (s *Scale) count(words, bytes int64) {
	s.Words += words
	s.Bytes += bytes
}

// one counts a term that was noted.
func (s *Scale) one(t Term, depth int) {
	switch t.Kind() {
	case KindCons:
		s.list(t, depth)
	case KindTuple:
		e, _ := t.Tuple()
		s.count(int64(len(e))+1, 16*int64(len(e)))
		s.all(e, depth)
	case KindBinary:
		s.binary(len(t.bytes()))
	case KindBits:
		s.count(5, 40)
		s.binary(len((*Bits)(t.p).Data))
	case KindBig:
		n := len((*big.Int)(t.p).Bits())
		s.count(int64(n)+1, int64(8*n)+32)
	case KindRef:
		s.count(3, int64(unsafe.Sizeof(Ref{})))
	case KindMap:
		m := (*Map)(t.p)
		s.count(3, 16)
		s.trie(m.root, depth)
	case KindFun:
		f := (*Fun)(t.p)
		s.count(int64(len(f.Env))+5, int64(unsafe.Sizeof(*f))+16*int64(len(f.Env)))
		s.all(f.Env, depth)
	case KindRecord:
		r := (*Record)(t.p)
		s.count(int64(len(r.Values))+3, int64(unsafe.Sizeof(*r))+16*int64(len(r.Values)))
		s.all(r.Values, depth)
	}
}

// list walks along a list whose first cell is new.
func (s *Scale) list(t Term, depth int) {
	for {
		c := (*Cons)(t.p)
		s.count(2, 32)
		s.visit(c.Head, depth)
		t = c.Tail
		if t.Kind() != KindCons {
			s.visit(t, depth)
			return
		}
		if s.Full() || !s.first(t.p) {
			return
		}
	}
}

func (s *Scale) all(terms []Term, depth int) {
	for _, t := range terms {
		s.visit(t, depth)
	}
}

func (s *Scale) binary(n int) {
	if n <= heapBinary {
		s.count(2+int64(n+7)/8, int64(n))
		return
	}
	s.count(6, int64(n))
}

// trie counts a node of a map and what is below it. Its depth is bounded by the length of a hash.
func (s *Scale) trie(t *trie, depth int) {
	if t.used == 0 && !t.bucket || !s.first(unsafe.Pointer(t)) {
		return
	}
	s.count(1, int64(trieHead)+8*int64(t.room))
	if t.bucket {
		for _, p := range t.pairs() {
			s.count(2, 32)
			s.visit(p.key, depth)
			s.visit(p.value, depth)
		}
		return
	}
	rest := t.used
	for i := range t.len() {
		bit := uint16(1) << bits.TrailingZeros16(rest)
		rest &^= bit
		if t.leaf&bit == 0 {
			s.trie(t.sub(i), depth)
			continue
		}
		if p := t.pair(i); s.first(unsafe.Pointer(p)) {
			s.count(2, 32)
			s.visit(p.key, depth)
			s.visit(p.value, depth)
		}
	}
}
