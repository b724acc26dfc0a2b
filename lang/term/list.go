package term

import "unicode/utf8"

// List makes a proper list.
func List(elements ...Term) Term { return ListTail(elements, Nil) }

// chunk is how many cells of a list that is built whole are allocated at a time, since such a list mostly lives and dies whole. What is
// larger than 512 bytes costs Go's allocator more.
const chunk = 16

// ListTail makes a list of the elements that ends in tail.
func ListTail(elements []Term, tail Term) Term {
	for n := len(elements); n > 0; {
		k := min(n, chunk)
		cells := make([]Cons, k)
		for i := k - 1; i >= 0; i-- {
			cells[i] = Cons{elements[n-k+i], tail}
			tail = cells[i].Term()
		}
		n -= k
	}
	return tail
}

// Reverse puts the elements of a list in front of tail, the last one first, and returns what ends the list: Nil for a proper one.
func Reverse(list, tail Term) (reversed, end Term) {
	var cells []Cons
	n := 0
	for c, ok := list.Cons(); ok; c, ok = c.Tail.Cons() {
		if len(cells) == 0 {
			cells = make([]Cons, min(max(n, 2), chunk))
		}
		cells[0] = Cons{c.Head, tail}
		tail = cells[0].Term()
		cells = cells[1:]
		list = c.Tail
		n++
	}
	return tail, list
}

// Join makes the list of the elements of list that ends in tail, and returns what ended list: Nil for a proper one.
func Join(list, tail Term) (joined, end Term) {
	c, ok := list.Cons()
	if !ok {
		return tail, list
	}
	var last *Cons
	for n := 0; ; {
		cells := make([]Cons, min(max(n, 2), chunk))
		if last == nil {
			joined = cells[0].Term()
		} else {
			last.Tail = cells[0].Term()
		}
		for i := range cells {
			last = &cells[i]
			last.Head = c.Head
			end = c.Tail
			if c, ok = end.Cons(); !ok {
				last.Tail = tail
				return joined, end
			}
			if i+1 < len(cells) {
				last.Tail = cells[i+1].Term()
			}
		}
		n += len(cells)
	}
}

// Slice returns the elements of a proper list in a new slice, and false for anything else.
func (t Term) Slice() ([]Term, bool) {
	n, ok := t.Length()
	if !ok {
		return nil, false
	}
	out := make([]Term, 0, n)
	for c, ok := t.Cons(); ok; c, ok = c.Tail.Cons() {
		out = append(out, c.Head)
	}
	return out, true
}

// Length returns the length of a proper list, and false for anything else.
func (t Term) Length() (int, bool) {
	n := 0
	for {
		c, ok := t.Cons()
		if !ok {
			return n, t.IsNil()
		}
		n++
		t = c.Tail
	}
}

// String makes the list of the code points of s.
func String(s string) Term {
	if s == "" {
		return Nil
	}
	n := utf8.RuneCountInString(s)
	cells := make([]Cons, min(n, chunk))
	first, at := cells[0].Term(), 0
	for _, r := range s {
		if at == len(cells) {
			n -= at
			more := make([]Cons, min(n, chunk))
			cells[at-1].Tail = more[0].Term()
			cells, at = more, 0
		}
		cells[at].Head = Int(int64(r))
		if at > 0 {
			cells[at-1].Tail = cells[at].Term()
		}
		at++
	}
	cells[at-1].Tail = Nil
	return first
}

// ByteList makes a list of the values of bytes that ends in tail.
func ByteList(b []byte, tail Term) Term {
	for n := len(b); n > 0; {
		k := min(n, chunk)
		cells := make([]Cons, k)
		for i := k - 1; i >= 0; i-- {
			cells[i] = Cons{Int(int64(b[n-k+i])), tail}
			tail = cells[i].Term()
		}
		n -= k
	}
	return tail
}

// Builder makes a list from its first element to its last. The zero Builder is ready.
type Builder struct {
	cells []Cons // the chunk that is being filled
	used  int    // cells of it
	n     int
	first Term
}

// Add appends one element.
func (b *Builder) Add(t Term) {
	if b.used == len(b.cells) {
		b.grow()
	}
	c := &b.cells[b.used]
	c.Head = t
	b.used++
	if b.used < len(b.cells) {
		c.Tail = b.cells[b.used].Term()
	}
}

// grow begins a new chunk. The cells of a chunk are linked, so that only the last one of the list is to be changed at the end.
func (b *Builder) grow() {
	full := b.cells
	b.n += b.used
	b.cells, b.used = make([]Cons, min(max(b.n, 2), chunk)), 0
	if len(full) == 0 {
		b.first = b.cells[0].Term()
	} else {
		full[len(full)-1].Tail = b.cells[0].Term()
	}
}

// Len returns how many elements were added.
func (b *Builder) Len() int { return b.n + b.used }

// List returns the list, ended by tail, and with that the Builder has done its work.
func (b *Builder) List(tail Term) Term {
	if b.used == 0 {
		return tail
	}
	b.cells[b.used-1].Tail = tail
	return b.first
}
