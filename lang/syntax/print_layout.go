package syntax

import (
	"strings"
	"unicode/utf8"
)

// The printer makes a tree of items of an expression and then lays it out: what fits the line stays on it, what does not is broken
// where the items allow it. Widths and choices are those of OTP's erl_pp.

const (
	printWidth  = 72
	printIndent = 4
)

type item interface{}

type (
	// leaf is text that is never broken.
	leaf string
	// solid is text like leaf, behind which lists do not go on after a line break.
	solid string
	// row puts items behind one another.
	row []item
	// group is items between before and after. They stand on one line if that has room, or each on a line of its own, indented
	// by the width of before.
	group struct {
		before, after item
		sep, lastSep  string
		spaced        bool // a blank behind each separator
		items         []item
	}
	// step is head and body: the body goes to a line of its own, indented one step, when not all of it fits. With compact it
	// stays where it is behind a head that is narrower than a step.
	step struct {
		head, body item
		compact    bool
	}
	// stack puts each item on a line of its own, always.
	stack struct {
		sep   string
		items []item
	}
	// text is a string literal, which is cut where it would not fit the line.
	text struct{ value string }
)

// extent is how much room a piece takes: its width, or where its last line ends when it has several.
type extent struct {
	n     int
	lines bool
}

type piece struct {
	text string
	extent
}

func (p piece) empty() bool { return p.extent == extent{} }

// column returns where the next piece begins behind one that began at column at.
func (p piece) column(at int) int {
	if p.lines {
		return p.n
	}
	return at + p.n
}

// joined is the extent of pieces behind one another.
func joined(extents ...extent) extent {
	var sum extent
	for _, e := range extents {
		if e.lines {
			sum = e
		} else {
			sum.n += e.n
		}
	}
	return sum
}

// ended makes the extent of something that was broken and began at column at.
func (e extent) ended(at int) extent {
	if e.lines {
		return e
	}
	return extent{e.n + at, true}
}

func breakAt(column int) string { return "\n" + strings.Repeat(" ", column) }

func width(s string) int { return utf8.RuneCountInString(s) }

// layout lays an item out that begins in column at, from 0.
func layout(it item, at int) piece {
	switch it := it.(type) {
	case nil:
		return piece{}
	case leaf:
		return piece{string(it), extent{n: width(string(it))}}
	case solid:
		return piece{string(it), extent{n: width(string(it))}}
	case row:
		if len(it) == 0 {
			return piece{}
		}
		return behind(layout(it[0], at), at, it[1:]...)
	case group:
		return it.layout(at)
	case stack:
		return it.layout(at)
	case text:
		return it.layout(at)
	}
	return piece{}
}

// behind puts items behind a piece that began in column at.
func behind(first piece, at int, items ...item) piece {
	column := first.column(at)
	for _, it := range items {
		p := layout(it, column)
		column = p.column(column)
		first = piece{first.text + p.text, joined(first.extent, p.extent)}
	}
	return first
}

// parts lays out the items of a sequence: for each the piece itself, and the body of a step.
func parts(items []item, sep, lastSep string, at int, after item) [][2]piece {
	if len(items) == 0 {
		return [][2]piece{{layout(after, at)}}
	}
	out := make([][2]piece, len(items))
	for i, it := range items {
		tail := after
		switch i {
		case len(items) - 1:
		case len(items) - 2:
			tail = leaf(lastSep)
		default:
			tail = leaf(sep)
		}
		s, ok := it.(step)
		if !ok {
			out[i] = [2]piece{layout(row{it, tail}, at)}
			continue
		}
		head := layout(s.head, at)
		if s.compact && !head.lines && head.n < printIndent {
			out[i] = [2]piece{behind(head, at, leaf(" "), s.body, tail)}
			continue
		}
		out[i] = [2]piece{head, layout(row{s.body, tail}, at+printIndent)}
	}
	return out
}

// flat returns the pieces that take room.
func flat(pairs [][2]piece) []piece {
	var out []piece
	for _, pair := range pairs {
		for _, p := range pair {
			if !p.empty() {
				out = append(out, p)
			}
		}
	}
	return out
}

// broken puts the body of each step under its head.
func broken(pairs [][2]piece, at int) []piece {
	out := make([]piece, len(pairs))
	for i, pair := range pairs {
		if out[i] = pair[0]; !pair[1].empty() {
			out[i] = piece{pair[0].text + breakAt(at+printIndent) + pair[1].text, joined(pair[0].extent, pair[1].extent)}
		}
	}
	return out
}

func (g group) layout(at int) piece {
	before := layout(g.before, at)
	inner := before.column(at)
	pairs := parts(g.items, g.sep, g.lastSep, inner, g.after)
	pieces := flat(pairs)
	blank := ""
	if g.spaced {
		blank = " "
	}
	one := before
	for i, p := range pieces {
		if i > 0 && g.spaced {
			one.text += blank
			one.n++
		}
		one.text += p.text
		one.n += p.n
		one.lines = one.lines || p.lines
	}
	if !one.lines && at+one.n <= printWidth {
		return one
	}
	list := broken(pairs, inner)
	if len(g.items) == 0 {
		return piece{before.text + list[0].text, list[0].ended(at)}
	}
	rest := g.fill(list, inner, blank)
	return piece{before.text + rest.text, rest.ended(at)}
}

// fill puts words that follow one another on lines, and everything else on a line of its own.
func (g group) fill(list []piece, at int, blank string) piece {
	out := list[0]
	column := printWidth + 1
	if isWord(g.items[0]) {
		column = at + out.n
	}
	for i, p := range list[1:] {
		wide := p.n + 1
		switch {
		case !isWord(g.items[i+1]) || p.lines:
			out = piece{out.text + breakAt(at) + p.text, extent{}}
			column = printWidth + 1
		case column+wide <= printWidth:
			out.text += blank + p.text
			out.n += wide
			column += wide
		default:
			out = piece{out.text + breakAt(at) + p.text, extent{n: wide}}
			column = at + p.n
		}
	}
	return out
}

func isWord(it item) bool {
	_, ok := it.(leaf)
	return ok
}

func (s stack) layout(at int) piece {
	pairs := parts(s.items, s.sep, s.sep, at, nil)
	all := flat(pairs)
	if len(all) == 0 {
		return piece{}
	}
	var lines []string
	for _, p := range broken(pairs, at) {
		if !p.empty() {
			lines = append(lines, p.text)
		}
	}
	return piece{strings.Join(lines, breakAt(at)), all[len(all)-1].ended(at)}
}

// shortest is the least number of characters that a cut string has on a line.
const shortest = 5

func (t text) layout(at int) piece {
	if t.value == "" {
		return layout(leaf(`""`), at)
	}
	room := max(printWidth-at, shortest)
	g := group{spaced: true}
	for rest := []rune(t.value); len(rest) > 0; {
		n := min(room, len(rest))
		for n > shortest && width(quoteText(string(rest[:n]), '"')) > room {
			n--
		}
		g.items = append(g.items, leaf(quoteText(string(rest[:n]), '"')))
		rest = rest[n:]
	}
	return layout(g, at)
}
