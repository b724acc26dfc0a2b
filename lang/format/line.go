package format

import "bytes"

// line adds n on the line as it is.
func (l *layout) line(n *node) {
	if l.dry {
		return
	}
	switch n.form {
	case leaf, octets:
		l.text = append(l.text, n.text...)
	case list:
		l.between(n, "[", "]", '|')
	case tuple, tagged:
		l.between(n, "{", "}", ',')
	case mapping:
		l.between(n, "#{", "}", ',')
	case pair:
		l.kid(&n.kids[0])
		l.list(" => ")
		l.kid(&n.kids[1])
	case record:
		l.named(n.text)
		l.between(n, "{", "}", ',')
	case field:
		l.named(n.text)
		l.list(" = ")
		l.line(&n.kids[0])
	}
}

func (l *layout) kid(n *node) {
	l.open()
	l.line(n)
	l.close()
}

func (l *layout) between(n *node, begin, end string, separator byte) {
	l.string(begin)
	l.open()
	for i := range n.kids {
		if i > 0 {
			l.byte(',')
		}
		l.kid(&n.kids[i])
	}
	if n.rest != nil {
		if len(n.kids) > 0 {
			l.byte(separator)
		}
		if n.rest.form == dots {
			l.string("...")
		} else {
			l.line(n.rest)
		}
	}
	l.close()
	l.string(end)
}

// bytes adds a binary of integers and breaks it behind commas. The margin is that of its second line.
func (l *layout) bytes(n *node, at place) {
	room := max(8, min(l.length-at.column, l.ribbon-4-at.used)-at.after)
	l.string("<<")
	l.open()
	left := room
	text := bytes.TrimSuffix(bytes.TrimPrefix(n.text, []byte("<<")), []byte(">>"))
	if l.nested {
		text = text[1 : len(text)-1]
	}
	for {
		end := bytes.IndexByte(text, ',')
		if end < 0 {
			break
		}
		size := chars(text[:end+1])
		if left < size {
			l.newline(at)
			left = room
		}
		left -= size
		l.text = append(l.text, text[:end+1]...)
		text = text[end+1:]
	}
	if broken := chars(text) > left; broken {
		l.newline(at)
		l.open()
		l.text = append(l.text, text...)
		l.close()
	} else {
		l.text = append(l.text, text...)
	}
	l.close()
	l.string(">>")
}

// spaces appends a margin of n blanks in OTP's nesting, in which halves are shared.
func spaces(b []byte, n int, nested bool) []byte {
	if nested && n == 1 { // (sic)
		return append(b, ' ', opened, closed)
	}
	return repeat(b, " ", n, nested)
}

// repeat appends n times a character: up to three of them in a row, more as two halves, of which the first is a list of its own.
func repeat(b []byte, c string, n int, nested bool) []byte {
	if !nested || n <= 3 {
		for range n {
			b = append(b, c...)
		}
		return b
	}
	if n%2 == 1 {
		b = append(b, c...)
	}
	b = append(b, opened)
	b = repeat(b, c, n/2, nested)
	b = append(b, closed)
	return repeat(b, c, n/2, nested)
}

// deeper returns the margin with n more blanks before it.
func deeper(margin []byte, n int, nested bool) []byte {
	b := make([]byte, 0, len(margin)+n+8)
	switch {
	case !nested || n == 1:
		b = repeat(b, " ", n, false)
	case n == 4:
		b = append(b, opened, ' ', ' ', closed, opened, ' ', ' ', closed)
	default:
		b = append(b, opened)
		b = repeat(b, " ", n, true)
		b = append(b, closed)
	}
	return append(b, margin...)
}
