package re

import (
	"strconv"
	"unicode"
)

// escape translates what begins with a backslash outside of brackets.
func (t *translator) escape() (string, bool, error) {
	t.pos++
	if !t.more() {
		return "", false, t.fail(`\ at end of pattern`, t.pos)
	}
	c := t.src[t.pos]
	switch c {
	case 'Q':
		return t.quoted()
	case 'E':
		t.pos++
		return "", false, nil
	case 'Z':
		t.pos++
		return t.beforeLast(), false, nil
	case 'A', 'z', 'G', 'b', 'B', 'X':
		t.pos++
		return `\` + string(c), c == 'X', nil
	case 'R':
		t.pos++
		return t.lineBreak(), true, nil
	case 'N':
		t.pos++
		return t.ends().other, true, nil
	case 'C':
		t.pos++
		return `[\s\S]`, true, nil
	case 'K':
		return "", false, t.fail(`\K is not supported`, t.pos)
	case 'p', 'P':
		s, err := t.property()
		return "[" + s + "]", true, err
	case 'k', 'g':
		return t.reference(c)
	}
	if set, ok := t.shorthand(c); ok {
		t.pos++
		if t.o.ucp && c != 'h' && c != 'v' && c != 'H' && c != 'V' {
			return `\` + string(c), true, nil
		}
		return "[" + set.text() + "]", true, nil
	}
	if c >= '1' && c <= '9' {
		return t.numbered()
	}
	if r, ok := t.number(false); ok {
		return literalRune(r), true, nil
	}
	t.pos++
	return literal(c), true, nil
}

func literalRune(r rune) string {
	if r < ' ' {
		return "[" + classLiteral(r) + "]"
	}
	return literal(r)
}

// quoted is \Q...\E: the last character of it can be repeated.
func (t *translator) quoted() (string, bool, error) {
	start := t.pos + 1
	end := t.quoteEnd(start)
	t.pos = min(len(t.src), end+2)
	out := ""
	for _, c := range t.src[start:end] {
		out += literal(c)
	}
	return out, end > start, nil
}

// numbered is a backreference, or a character in octal where there are not that many groups.
func (t *translator) numbered() (string, bool, error) {
	start := t.pos
	for t.more() && t.src[t.pos] >= '0' && t.src[t.pos] <= '9' {
		t.pos++
	}
	n, _ := strconv.Atoi(string(t.src[start:t.pos]))
	switch {
	case n <= t.total:
		return backreference(n), true, nil
	case n < 10:
		return "", false, t.fail("reference to non-existent subpattern", len(t.src))
	}
	t.pos = start
	r, ok := t.number(true)
	if !ok {
		r = t.src[t.pos]
		t.pos++
	}
	return literalRune(r), true, nil
}

// reference is \k<name>, \k'name', \k{name}, \g{name}, \g{n}, \gn, and \g<n> which calls a group.
func (t *translator) reference(kind rune) (string, bool, error) {
	t.pos++
	if !t.more() {
		return "", false, t.fail(`\k is not followed by a braced, angle-bracketed, or quoted name`, t.pos)
	}
	opening := t.src[t.pos]
	name := ""
	if opening == '{' || opening == '<' || opening == '\'' {
		name = t.nameAt(t.pos + 1)
		t.pos += len([]rune(name)) + 2
	} else {
		start := t.pos
		for t.more() && (unicode.IsDigit(t.src[t.pos]) || t.pos == start && t.src[t.pos] == '-') {
			t.pos++
		}
		name = string(t.src[start:t.pos])
	}
	if kind == 'g' && (opening == '<' || opening == '\'') {
		n, ok := t.callee(name)
		if !ok {
			n, _ = t.callee("&" + name)
		}
		s, err := t.call(n)
		return s, true, err
	}
	n, err := strconv.Atoi(name)
	if err != nil {
		return t.byName(name)
	}
	if n < 0 {
		n += t.groups + 1
	}
	if n < 1 || n > t.total {
		return "", false, t.fail("reference to non-existent subpattern", len(t.src))
	}
	return backreference(n), true, nil
}

// knownProperty reports whether the tables have a category or script of this name.
func knownProperty(name string) bool {
	switch name {
	case "Any", "L&", "Xan", "Xwd", "Xsp", "Xps":
		return true
	}
	return unicode.Categories[name] != nil || unicode.Scripts[name] != nil
}
