package format

import (
	"github.com/erlsh/erlsh/lang/term"
)

// form is what a node of the tree is.
type form uint8

const (
	leaf   form = iota // text that is never broken
	octets             // bytes as integers, broken after commas
	list
	tuple
	tagged // a tuple of two or more elements that begins with an atom
	mapping
	pair   // key and value of a map
	record // text is #name
	field  // text is the name, the kid is the value
	dots   // stands as rest of a list, tuple, map or record
)

// node is a part of a term with its size, from which the layout decides what fits on a line.
type node struct {
	form form
	name int // the number of characters of text, for records and fields
	size int // the number of characters on one line
	cut  int // the number of dots in it: 0 when nothing was left out
	text []byte
	kids []node
	rest *node // the improper tail of a list, or dots
	more *more // how to make the node again with more room; nil where that makes no difference
}

// atomic reports whether the node is text that may share a line with its neighbours.
func (n *node) atomic() bool { return n.form == leaf }

// flat reports whether a pair or field of atomic parts may share a line with its neighbours.
func (n *node) flat() bool {
	for i := range n.kids {
		if !n.kids[i].atomic() {
			return false
		}
	}
	return true
}

// planner makes the tree of a term. Texts of leaves go to its sink.
type planner struct {
	writer
	records func(tag term.Term, fields int) ([]term.Term, bool)
	strings bool
}

// text returns what was added to the sink since start.
func (p *planner) since(start int) []byte { return p.text[start:len(p.text):len(p.text)] }

// leaf makes a leaf of what was added to the sink since start.
func (p *planner) leaf(start int) node {
	text := p.since(start)
	return node{form: leaf, text: text, size: width(text)}
}

func (p *planner) literal(text string, cut int) node {
	start := len(p.text)
	p.string(text)
	return node{form: leaf, text: p.since(start), size: len(text), cut: cut}
}

// plan makes the tree of t down to a depth. A limit of characters from 0 on cuts it, too.
func (p *planner) plan(t term.Term, depth, limit int) node {
	switch t.Kind() {
	case term.KindCons:
		return p.cons(t, depth, limit)
	case term.KindTuple:
		return p.tupleOrRecord(t, depth, limit)
	case term.KindMap:
		return p.mapNode(t, depth, limit)
	case term.KindBinary, term.KindBits:
		return p.bitstring(t, depth, limit)
	case term.KindRecord:
		r, _ := t.Record()
		return p.nativeNode(r, depth, limit)
	}
	start := len(p.text)
	p.text = p.o.appendAtomic(p.text, t)
	return p.leaf(start)
}

func (p *planner) cons(t term.Term, depth, limit int) node {
	if p.strings && depth != 1 {
		if n, ok := p.charList(t, limit); ok {
			return n
		}
	}
	n := node{form: list}
	n.kids, n.rest = p.elements(t, depth, less(limit, 2))
	n.measure(2)
	if n.cut > 0 && limit >= 0 {
		n.more = p.again(t, depth)
	}
	return n
}

// charList makes a string of a list, where it is one.
func (p *planner) charList(t term.Term, limit int) (node, bool) {
	if limit >= 0 {
		return p.limitedString(t, limit)
	}
	c, _ := t.Cons()
	if first, ok := c.Head.Int(); !ok || first > 0x10ffff { // most lists are no strings
		return node{}, false
	}
	if !Printable(t, p.o.Unicode && !p.o.Latin1) {
		return node{}, false
	}
	start := len(p.text)
	p.quoted(t)
	return p.leaf(start), true
}

// quoted adds a list of characters between quotes.
func (p *planner) quoted(t term.Term) {
	p.byte('"')
	for c, ok := t.Cons(); ok; c, ok = c.Tail.Cons() {
		i, _ := c.Head.Int()
		p.text = AppendEscaped(p.text, rune(i), '"', p.o.Latin1)
	}
	p.byte('"')
}

// elements makes the nodes of a list.
func (p *planner) elements(t term.Term, depth, limit int) (kids []node, rest *node) {
	for ; ; depth-- {
		if t.IsNil() {
			return kids, nil
		}
		if depth == 1 || limit == 0 {
			return kids, &node{form: dots, size: 3, cut: 3}
		}
		c, ok := t.Cons()
		if !ok {
			n := p.plan(t, depth-1, limit)
			return kids, &n
		}
		if !c.Tail.IsNil() {
			limit = less(limit, 1)
		}
		kids = append(kids, p.plan(c.Head, depth-1, limit))
		limit = less(limit, kids[len(kids)-1].size)
		t = c.Tail
	}
}

func (p *planner) tupleOrRecord(t term.Term, depth, limit int) node {
	elements, _ := t.Tuple()
	if len(elements) == 0 {
		return p.literal("{}", 0)
	}
	if p.records != nil && elements[0].IsAtom() {
		if names, ok := p.records(elements[0], len(elements)-1); ok && len(names) == len(elements)-1 {
			return p.recordNode(elements, names, depth, limit)
		}
	}
	return p.tupleNode(elements, depth, limit)
}

func (p *planner) tupleNode(elements []term.Term, depth, limit int) node {
	if depth == 1 {
		n := p.literal("{...}", 3)
		n.more = p.whenLimited(limit, func(deeper, limit int) node { return p.tupleNode(elements, 1+deeper, limit) })
		return n
	}
	n := node{form: tuple}
	if elements[0].IsAtom() && len(elements) > 1 {
		n.form = tagged
	}
	n.kids, n.rest = p.tupleElements(elements, depth, less(limit, 2))
	n.measure(2)
	return n
}

func (p *planner) tupleElements(elements []term.Term, depth, limit int) (kids []node, rest *node) {
	if limit < 0 && depth < 0 {
		kids = make([]node, 0, len(elements))
	}
	for i, e := range elements {
		if depth == 1 || limit == 0 {
			left := elements[i:]
			rest := &node{form: dots, size: 3, cut: 3}
			depth := depth
			rest.more = p.restWhenLimited(limit, func(deeper, limit int) ([]node, *node) { return p.tupleElements(left, depth+deeper, limit) })
			return kids, rest
		}
		depth--
		if i < len(elements)-1 {
			limit = less(limit, 1)
		}
		kids = append(kids, p.plan(e, depth, limit))
		limit = less(limit, kids[i].size)
	}
	return kids, nil
}

func (p *planner) mapNode(t term.Term, depth, limit int) node {
	m, _ := t.Map()
	if m.Len() == 0 {
		return p.literal("#{}", 0)
	}
	if depth == 1 {
		n := p.literal("#{...}", 3)
		n.more = p.whenLimited(limit, func(deeper, limit int) node { return p.mapNode(t, 1+deeper, limit) })
		return n
	}
	most := m.Len()
	if limit < 0 && depth > 0 { // nobody comes back for more than are printed now
		most = depth
	}
	pairs := make([]term.Term, 0, 2*most)
	for _, pair := range m.Ordered(most) {
		pairs = append(pairs, pair[0], pair[1])
	}
	n := node{form: mapping}
	n.kids, n.rest = p.pairs(pairs, depth, depth-1, less(limit, 3))
	n.measure(3)
	return n
}

// pairs makes the nodes of keys and values in turn. Unlike with lists, all of them may be equally deep; how many there are counts down
// from depth.
func (p *planner) pairs(pairs []term.Term, depth, inner, limit int) (kids []node, rest *node) {
	for i := 0; i < len(pairs); i += 2 {
		if depth == 1 || limit == 0 {
			left := pairs[i:]
			rest := &node{form: dots, size: 3, cut: 3}
			depth := depth
			rest.more = p.restWhenLimited(limit, func(deeper, limit int) ([]node, *node) { return p.pairs(left, depth+deeper, inner, limit) })
			return kids, rest
		}
		if i < len(pairs)-2 {
			limit = less(limit, 1)
		}
		key := p.plan(pairs[i], inner, limit)
		value := p.plan(pairs[i+1], inner, less(limit, key.size+4))
		kids = append(kids, newPair(key, value))
		limit = less(limit, key.size+4+value.size)
		depth--
	}
	return kids, nil
}

func newPair(key, value node) node {
	return node{form: pair, kids: []node{key, value}, size: key.size + 4 + value.size, cut: key.cut + value.cut}
}

func (p *planner) recordNode(elements, names []term.Term, depth, limit int) node {
	if depth == 1 {
		n := p.literal("{...}", 3)
		n.more = p.whenLimited(limit, func(deeper, limit int) node { return p.recordNode(elements, names, 1+deeper, limit) })
		return n
	}
	n := node{form: record}
	n.text, n.name = p.nameOf("#", elements[0])
	n.kids, n.rest = p.fields(elements[1:], names, depth-1, less(limit, n.name+2))
	n.measure(n.name + 2)
	return n
}

// nativeNode is for a native record of OTP 29, whose fields have names of their own.
func (p *planner) nativeNode(r *term.Record, depth, limit int) node {
	if depth == 1 {
		n := p.literal("{...}", 3)
		n.more = p.whenLimited(limit, func(deeper, limit int) node { return p.nativeNode(r, 1+deeper, limit) })
		return n
	}
	n := node{form: record}
	start := len(p.text)
	p.nameOf("#", r.Module)
	p.nameOf(":", r.Name)
	n.text = p.since(start)
	n.name = width(n.text)
	n.kids, n.rest = p.fields(r.Values, r.Fields, depth-1, less(limit, n.name+2))
	n.measure(n.name + 2)
	return n
}

func (p *planner) nameOf(prefix string, name term.Term) (text []byte, size int) {
	start := len(p.text)
	p.string(prefix)
	p.text = AppendAtom(p.text, name.AtomName(), p.o.Latin1)
	text = p.since(start)
	return text, width(text)
}

func (p *planner) fields(elements, names []term.Term, depth, limit int) (kids []node, rest *node) {
	for i, e := range elements {
		if depth == 1 || limit == 0 {
			left, leftNames := elements[i:], names[i:]
			rest := &node{form: dots, size: 3, cut: 3}
			depth := depth
			rest.more = p.restWhenLimited(limit, func(deeper, limit int) ([]node, *node) {
				return p.fields(left, leftNames, depth+deeper, limit)
			})
			return kids, rest
		}
		depth--
		if i < len(elements)-1 {
			limit = less(limit, 1)
		}
		f := node{form: field}
		f.text, f.name = p.nameOf("", names[i])
		f.name += 3 // with the equals sign between spaces
		value := p.plan(e, depth, less(limit, f.name))
		f.kids = []node{value}
		f.size, f.cut = f.name+value.size, value.cut
		kids = append(kids, f)
		limit = less(limit, f.size)
	}
	return kids, nil
}

func (p *planner) bitstring(t term.Term, depth, limit int) node {
	bits, _ := t.Bits()
	if bits.Len == 0 {
		return p.literal("<<>>", 0)
	}
	if depth == 1 {
		n := p.literal("<<...>>", 3)
		n.more = p.whenLimited(limit, func(deeper, limit int) node { return p.bitstring(t, 1+deeper, limit) })
		return n
	}
	start := len(p.text)
	if p.strings && bits.Len%8 == 0 {
		bytes := bits.Bytes()
		if text, ok := p.o.printableBinary(bytes, depth-1, less(limit, 6)); ok {
			n := p.binaryString(bytes[:text.bytes], text)
			if !text.whole {
				n.cut = 3
				n.more = p.again(t, depth)
			}
			return n
		}
	}
	all := p.binary(bits, depth, limit)
	n := p.leaf(start)
	n.form = octets
	if !all {
		n.cut = 3
		n.more = p.again(t, depth)
	}
	return n
}

func (p *planner) binaryString(b []byte, text binaryText) node {
	start := len(p.text)
	p.string("<<")
	p.open()
	p.byte('"')
	for i := 0; i < len(b); {
		r, n := rune(b[i]), 1
		if text.utf8 {
			r, n = decodeRune(b[i:])
		}
		p.text = AppendEscaped(p.text, r, '"', false)
		i += n
	}
	p.byte('"')
	p.close()
	tail := ">>"
	switch {
	case text.whole && text.utf8:
		tail = "/utf8>>"
	case text.utf8:
		tail = "/utf8...>>"
	case !text.whole:
		tail = "...>>"
	}
	if text.whole && text.utf8 { // (sic) this one alone is a list of its own
		p.list(tail)
	} else {
		p.string(tail)
	}
	return p.leaf(start)
}

// measure sums up the kids and what stands around them.
func (n *node) measure(around int) {
	n.size, n.cut = around, 0
	for i := range n.kids {
		n.size += n.kids[i].size + 1
		n.cut += n.kids[i].cut
	}
	if n.rest != nil {
		n.size += n.rest.size + 1
		n.cut += n.rest.cut
	}
	if len(n.kids) > 0 || n.rest != nil {
		n.size-- // the separator behind the last one
	}
}
