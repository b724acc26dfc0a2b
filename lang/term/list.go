package term

// List makes a proper list.
func List(elements ...Term) Term { return ListTail(elements, Nil) }

// ListTail makes a list of the elements that ends in tail. The elements are copied into cells 32 at a time, since a list built
// whole mostly lives and dies whole.
func ListTail(elements []Term, tail Term) Term {
	for n := len(elements); n > 0; {
		k := min(n, 32)
		cells := make([]Cons, k)
		for i := k - 1; i >= 0; i-- {
			cells[i] = Cons{elements[n-k+i], tail}
			tail = cells[i].Term()
		}
		n -= k
	}
	return tail
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
	elements := make([]Term, 0, len(s))
	for _, r := range s {
		elements = append(elements, Int(int64(r)))
	}
	return List(elements...)
}

// Builder makes a list from its first element to its last. The zero Builder is ready.
type Builder struct {
	elements []Term
}

// Add appends one element.
func (b *Builder) Add(t Term) { b.elements = append(b.elements, t) }

// Len returns how many elements were added.
func (b *Builder) Len() int { return len(b.elements) }

// List returns the list so far, ended by tail.
func (b *Builder) List(tail Term) Term { return ListTail(b.elements, tail) }
