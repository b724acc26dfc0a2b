package format

import (
	"github.com/erlsh/erlsh/lang/term"
)

// pretty prints t over as many lines as it needs.
func pretty(s *sink, t term.Term, o *Options) {
	column, length, ribbon, limit := max(o.Column, 1), o.LineLength, o.Ribbon, o.Limit
	if length == 0 {
		length = 80
	}
	if length < 0 {
		length = 0
	}
	if ribbon <= 0 {
		ribbon = -1
	}
	if limit <= 0 {
		limit = -1
	}
	prettyTerm(s, t, o, column, length, unlimited(o.Depth), ribbon, limit)
}

// prettyTerm is pretty with the numbers that OTP's functions take: a length of 0 is one line without end, and what is below 0 is no
// limit.
func prettyTerm(s *sink, t term.Term, o *Options, column, length, depth, ribbon, limit int) {
	if depth == 0 || limit == 0 {
		s.string("...")
		return
	}
	p := planner{writer: writer{sink: sink{nested: s.nested}, o: o}, records: o.Records, strings: !o.NoStrings}
	switch t.Kind() {
	case term.KindCons, term.KindTuple, term.KindMap, term.KindBinary, term.KindBits, term.KindRecord:
	default:
		s.text = o.appendAtomic(s.text, t)
		return
	}
	var root node
	if limit < 0 {
		root = p.plan(t, depth, limit)
	} else {
		root = p.within(t, depth, limit)
	}
	if ribbon < 0 {
		ribbon = root.size
	}
	l := layout{sink: s, length: length, ribbon: ribbon}
	column = max(column, 1)
	if length == 0 || root.size < length-column && root.size <= ribbon {
		l.line(&root)
		return
	}
	l.chooseIndent(&root, column)
	l.node(&root, place{column: column, margin: spaces(nil, column-1, s.nested)})
}

// layout places the nodes of a tree.
//
// The places where a line may end are measured with three numbers: the column, the characters on the line without its margin
// (used), and what has to follow on the same line because of brackets to be closed (after).
type layout struct {
	*sink
	length int
	ribbon int
	indent int  // how far the elements of a tagged tuple stand in; below 0: under its second element
	dry    bool // place nothing, only find out whether the margins stay small enough
	bad    bool // they do not
}

// place is where a node begins.
type place struct {
	column int
	margin []byte // the blanks at the beginning of a line
	used   int
	after  int
}

// fits reports whether n may stand on the line as a whole.
func (l *layout) fits(n *node, at place) bool {
	return n.size < l.length-at.column-at.after && n.size+at.used+at.after <= l.ribbon
}

// chooseIndent tries the places for elements of tagged tuples from the widest to the narrowest.
func (l *layout) chooseIndent(root *node, column int) {
	for _, indent := range [...]int{-1, 4} {
		dry := layout{length: l.length, ribbon: l.ribbon, indent: indent, dry: true, sink: &sink{}}
		dry.node(root, place{column: column})
		if !dry.bad {
			l.indent = indent
			return
		}
	}
	l.indent = 1
}

// in returns a place n columns further in.
func (l *layout) in(at place, n int) place {
	at.column += n
	if !l.dry {
		at.margin = deeper(at.margin, n, l.nested)
	}
	return at
}

// newline ends the line and adds the margin.
func (l *layout) newline(at place) {
	if l.dry {
		return
	}
	l.byte('\n')
	l.open()
	l.text = append(l.text, at.margin...)
	l.close()
}

// put adds a character unless nothing is to be placed.
func (l *layout) put(c byte) {
	if !l.dry {
		l.byte(c)
	}
}

func (l *layout) begin() {
	if !l.dry {
		l.open()
	}
}

func (l *layout) end() {
	if !l.dry {
		l.close()
	}
}

// node adds n, whole if it fits, else broken in the way of its form.
func (l *layout) node(n *node, at place) {
	if l.bad {
		return
	}
	if l.fits(n, at) {
		l.line(n)
		return
	}
	switch n.form {
	case list, tuple:
		separator, end := byte('|'), byte(']')
		if n.form == tuple {
			separator, end = ',', '}'
			l.put('{')
		} else {
			l.put('[')
		}
		l.begin()
		at = l.in(at, 1)
		at.used++
		l.sequence(n.kids, n.rest, at, separator)
		l.end()
		l.put(end)
	case tagged:
		l.put('{')
		l.begin()
		at.used++
		l.tagged(n, at)
		l.end()
		l.put('}')
	case mapping:
		l.put('#')
		l.put('{')
		l.begin()
		at = l.in(at, 2)
		at.used++
		if l.dry { // (sic) the trial counts the number sign, the layout does not
			at.used++
		}
		l.pairs(n, at)
		l.end()
		l.put('}')
	case record:
		l.named(n.text)
		l.put('{')
		l.begin()
		at.used += n.name + 1
		l.record(n, at)
		l.end()
		l.put('}')
	case octets:
		if !l.dry {
			l.bytes(n, l.in(at, 2))
		}
	default:
		l.line(n)
	}
}

// named adds a text as a list of its own.
func (l *layout) named(text []byte) {
	if l.dry {
		return
	}
	l.open()
	l.text = append(l.text, text...)
	l.close()
}

// joins reports whether a kid can follow its neighbour on the line.
func (l *layout) joins(kid *node, at place, closing int) bool {
	size := 1 + kid.size
	if closing == 0 {
		closing = 1
		return size+closing < l.length-at.column && at.used+size+closing <= l.ribbon
	}
	return size < l.length-at.column-closing && at.used+size+closing <= l.ribbon
}

// sequence adds the elements of a list or tuple, of which the first is at its place.
func (l *layout) sequence(kids []node, rest *node, at place, separator byte) {
	if len(kids) == 0 {
		if rest != nil && !l.dry {
			l.string("...")
		}
		return
	}
	first := at
	first.after = closing(kids, 0, at.after)
	width := l.element(&kids[0], first)
	here := at
	here.column += width
	here.used += width
	l.following(kids[1:], rest, at, here, separator)
}

// closing returns what has to follow the i-th of kids on its line: after + 1 for the last, nothing for the others.
func closing(kids []node, i, after int) int {
	if i < len(kids)-1 {
		return 0
	}
	return after + 1
}

// element adds an element of a list or tuple and returns how much of the line is taken then: all of it, unless the element is atomic.
func (l *layout) element(n *node, at place) int {
	l.begin()
	defer l.end()
	if l.fits(n, at) && n.atomic() {
		l.line(n)
		return n.size
	}
	l.node(n, at)
	return l.length
}

// following adds the elements after the first: on the line, at here, or on a line of their own, at start.
func (l *layout) following(kids []node, rest *node, start, here place, separator byte) {
	for i := range kids {
		if l.bad {
			return
		}
		kid := &kids[i]
		after := closing(kids, i, start.after)
		l.put(',')
		if kid.atomic() && l.joins(kid, here, after) {
			l.begin()
			l.line(kid)
			l.end()
			here.column += 1 + kid.size
			here.used += 1 + kid.size
			continue
		}
		l.newline(start)
		at := start
		at.used, at.after = 0, after
		width := l.element(kid, at)
		here.column, here.used = start.column+width, width
	}
	l.rest(rest, start, here, separator)
}

// rest adds the improper tail of a list, or dots.
func (l *layout) rest(n *node, start, here place, separator byte) {
	if n == nil {
		return
	}
	l.put(separator)
	if n.form == dots {
		if !l.dry {
			l.string("...")
		}
		return
	}
	after := start.after + 1
	if n.atomic() && n.size+1 < l.length-here.column-after && n.size+1+here.used+after <= l.ribbon {
		l.line(n)
		return
	}
	l.newline(start)
	at := start
	if l.dry { // (sic) the trial goes on where the line is, the layout on a new one
		at.column = here.column
	}
	at.used, at.after = 0, after
	l.node(n, at)
}

// tagged adds the elements of a tuple that begins with an atom: the others stand under the second, or closer.
func (l *layout) tagged(n *node, at place) {
	if len(n.kids) == 0 {
		l.sequence(nil, n.rest, at, ',')
		return
	}
	tag := &n.kids[0]
	l.begin()
	l.line(tag)
	l.end()
	second := tag.size + 2
	if l.indent > 0 && second > l.indent {
		start := l.in(at, l.indent)
		l.check(start.column, true)
		here := start
		here.column = at.column + second
		here.used += tag.size
		l.following(n.kids[1:], n.rest, start, here, ',')
		return
	}
	l.put(',')
	start := l.in(at, second)
	l.check(start.column, false)
	start.used += tag.size + 1
	l.sequence(n.kids[1:], n.rest, start, ',')
}

// check finds a margin bad that leaves less than the ribbon and is more than half of the line.
func (l *layout) check(column int, inclusive bool) {
	if !l.dry {
		return
	}
	if inclusive {
		l.bad = l.bad || l.ribbon+column > l.length && column > l.length/2
		return
	}
	l.bad = l.bad || l.ribbon+column >= l.length && column >= l.length/2
}

// pairs adds the keys and values of a map.
func (l *layout) pairs(n *node, start place) {
	if len(n.kids) == 0 {
		l.sequence(nil, n.rest, start, ',')
		return
	}
	here := start
	for i := range n.kids {
		if l.bad {
			return
		}
		kid := &n.kids[i]
		after := closing(n.kids, i, start.after)
		at := start
		at.after = after
		if i > 0 {
			l.put(',')
			if kid.flat() && l.joins(kid, here, after) {
				l.begin()
				l.line(kid)
				l.end()
				here.column += 1 + kid.size
				here.used += 1 + kid.size
				continue
			}
			l.newline(start)
			at.used = 0
		}
		l.begin()
		width := l.pair(kid, at)
		l.end()
		here.column, here.used = start.column+width, width
		if i == 0 && l.dry { // (sic) the trial counts what stands before the first pair, the layout does not
			here.used += start.used
		}
	}
	if n.rest != nil && !l.dry {
		l.string(",...")
	}
}

func (l *layout) pair(n *node, at place) int {
	if l.fits(n, at) {
		l.line(n)
		if n.flat() {
			return n.size
		}
		return l.length
	}
	l.begin()
	l.node(&n.kids[0], at)
	l.end()
	indent := l.indent
	if indent <= 0 {
		indent = 4
	}
	value := l.in(at, indent)
	value.used = 0
	if !l.dry {
		l.list(" =>\n")
		l.open()
		l.text = append(l.text, value.margin...)
		l.close()
	}
	l.node(&n.kids[1], value)
	return l.length
}

// nameIndent returns where what follows a name of this size begins, and whether that is on a new line.
func (l *layout) nameIndent(at place, size int) (place, bool) {
	broken := l.indent > 0 && size > l.indent
	if broken {
		size = l.indent
	}
	at = l.in(at, size)
	l.check(at.column, true)
	if broken {
		at.used = 0
	}
	return at, broken
}

// lineEnd adds the end of a line with the margin of the next, or nothing, as a list of its own.
func (l *layout) lineEnd(at place, broken bool) {
	if l.dry {
		return
	}
	l.open()
	if broken {
		l.byte('\n')
		l.text = append(l.text, at.margin...)
	}
	l.close()
}

// record adds the fields of a record.
func (l *layout) record(n *node, at place) {
	if len(n.kids) == 0 {
		if n.rest != nil && !l.dry {
			l.string("...")
		}
		return
	}
	start, broken := l.nameIndent(at, n.name+1)
	l.lineEnd(start, broken)
	here := start
	for i := range n.kids {
		if l.bad {
			return
		}
		kid := &n.kids[i]
		after := closing(n.kids, i, start.after)
		at := start
		at.after = after
		if i > 0 {
			l.put(',')
			if kid.flat() && l.joins(kid, here, after) {
				l.begin()
				l.line(kid)
				l.end()
				here.column += 1 + kid.size
				here.used += 1 + kid.size
				continue
			}
			l.newline(start)
			at.used = 0
		}
		l.begin()
		width := l.field(kid, at)
		l.end()
		switch {
		case i == 0:
			here.column, here.used = start.column+width, start.used+width
		case l.dry: // (sic) the trial goes on where the line was
			here.column, here.used = here.column+width, width
		default:
			here.column, here.used = start.column+width, width
		}
	}
	if n.rest != nil && !l.dry {
		l.string(",...")
	}
}

func (l *layout) field(n *node, at place) int {
	if l.fits(n, at) {
		l.line(n)
		if n.flat() {
			return n.size
		}
		return l.length
	}
	at.used += n.name
	value, broken := l.nameIndent(at, n.name)
	l.named(n.text)
	if !l.dry {
		if broken {
			l.list(" =")
		} else {
			l.list(" = ")
		}
	}
	l.lineEnd(value, broken)
	l.node(&n.kids[0], value)
	return l.length
}
