package re

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// charset is a sorted list of ranges.
type charset [][2]rune

// The sets that letters after a backslash and names in [[: :]] stand for, as far as latin1 goes.
var (
	digits    = charset{{'0', '9'}}
	blanks    = charset{{'\t', '\r'}, {' ', ' '}, {0x85, 0x85}, {0xa0, 0xa0}}
	uppers    = charset{{'A', 'Z'}, {0xc0, 0xd6}, {0xd8, 0xde}}
	lowers    = charset{{'a', 'z'}, {0xaa, 0xaa}, {0xb5, 0xb5}, {0xba, 0xba}, {0xdf, 0xf6}, {0xf8, 0xff}}
	letters   = join(uppers, lowers)
	words     = join(letters, digits, charset{{'_', '_'}})
	hspace    = charset{{'\t', '\t'}, {' ', ' '}, {0xa0, 0xa0}, {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200a}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}}
	vspace    = charset{{'\n', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}}
	puncts    = charset{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}, {0xa1, 0xa9}, {0xab, 0xb4}, {0xb6, 0xb9}, {0xbb, 0xbf}, {0xd7, 0xd7}, {0xf7, 0xf7}}
	posixSets = map[string]charset{
		"alpha": letters, "digit": digits, "alnum": join(letters, digits), "upper": uppers, "lower": lowers, "word": words,
		"space": blanks, "blank": {{'\t', '\t'}, {' ', ' '}, {0xa0, 0xa0}}, "cntrl": {{0, 0x1f}, {0x7f, 0x9f}},
		"graph": join(letters, digits, puncts), "print": join(letters, digits, puncts, charset{{' ', ' '}, {0xa0, 0xa0}}),
		"punct": puncts, "xdigit": {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}, "ascii": {{0, 0x7f}},
	}
)

func join(sets ...charset) charset {
	var all charset
	for _, s := range sets {
		all = append(all, s...)
	}
	slices.SortFunc(all, func(a, b [2]rune) int { return int(a[0] - b[0]) })
	return all
}

// others is everything that is not in the set.
func (s charset) others() charset {
	var out charset
	next := rune(0)
	for _, r := range join(s) {
		if r[0] > next {
			out = append(out, [2]rune{next, r[0] - 1})
		}
		next = max(next, r[1]+1)
	}
	return append(out, [2]rune{next, 0x10ffff})
}

// text is the set as it stands between brackets.
func (s charset) text() string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(classLiteral(r[0]))
		if r[1] > r[0] {
			b.WriteByte('-')
			b.WriteString(classLiteral(r[1]))
		}
	}
	return b.String()
}

func classLiteral(c rune) string {
	if strings.ContainsRune(`\[]^-&~`, c) || c < ' ' {
		return fmt.Sprintf(`\x%02x`, c)
	}
	return string(c)
}

// shorthand is the set of a letter behind a backslash.
func (t *translator) shorthand(c rune) (charset, bool) {
	sets := map[rune]charset{'d': digits, 'w': words, 's': blanks, 'h': hspace, 'v': vspace}
	s, ok := sets[c|0x20]
	if ok && c < 'a' {
		s = s.others()
	}
	return s, ok
}

// class translates a bracket expression.
func (t *translator) class() (string, error) {
	t.pos++
	var out strings.Builder
	out.WriteByte('[')
	if t.at("^") {
		out.WriteByte('^')
		t.pos++
	}
	for first := true; ; first = false {
		if !t.more() {
			return "", t.fail("missing terminating ] for character class", t.pos)
		}
		if t.src[t.pos] == ']' && !first {
			t.pos++
			out.WriteByte(']')
			return out.String(), nil
		}
		if err := t.classItem(&out); err != nil {
			return "", err
		}
	}
}

func (t *translator) classItem(out *strings.Builder) error {
	if t.at("[:") {
		if end := strings.Index(string(t.src[t.pos:]), ":]"); end > 0 {
			return t.posix(out, string(t.src[t.pos+2:])[:end-2])
		}
	}
	low, set, err := t.classChar()
	if err != nil {
		return err
	}
	if set != "" {
		out.WriteString(set)
		return nil
	}
	if low < 0 {
		return nil
	}
	out.WriteString(classLiteral(low))
	if !t.at("-") || t.pos+1 >= len(t.src) || t.src[t.pos+1] == ']' {
		return nil
	}
	t.pos++
	high, set, err := t.classChar()
	switch {
	case err != nil:
		return err
	case set != "":
		out.WriteString(`\x2d` + set)
		return nil
	case high < low:
		return t.fail("range out of order in character class", t.pos-1)
	}
	out.WriteString("-" + classLiteral(high))
	return nil
}

func (t *translator) posix(out *strings.Builder, name string) error {
	set, ok := posixSets[strings.TrimPrefix(name, "^")]
	if !ok {
		return t.fail("unknown POSIX class name", t.pos+2)
	}
	if name[0] == '^' {
		set = set.others()
	}
	t.pos += len(name) + 4
	out.WriteString(set.text())
	return nil
}

// classChar reads one character of a class, or a set: its text. Neither (-1) for a quotation mark.
func (t *translator) classChar() (rune, string, error) {
	c := t.src[t.pos]
	t.pos++
	if c != '\\' {
		return c, "", nil
	}
	if !t.more() {
		return 0, "", t.fail(`\ at end of pattern`, t.pos)
	}
	c = t.src[t.pos]
	switch c {
	case 'b':
		t.pos++
		return 8, "", nil
	case 'Q', 'E':
		t.pos++
		return -1, "", nil
	case 'p', 'P':
		s, err := t.property()
		return 0, s, err
	}
	if set, ok := t.shorthand(c); ok {
		t.pos++
		if t.o.ucp && c != 'h' && c != 'v' && c != 'H' && c != 'V' {
			return 0, `\` + string(c), nil
		}
		return 0, set.text(), nil
	}
	if r, ok := t.number(true); ok {
		return r, "", nil
	}
	t.pos++
	return c, "", nil
}

// property is \p{Name}, \p{^Name}, \P{Name} and \pL.
func (t *translator) property() (string, error) {
	kind := t.src[t.pos]
	t.pos++
	if !t.more() {
		return "", t.fail(`malformed \P or \p sequence`, t.pos)
	}
	name := string(t.src[t.pos])
	if t.src[t.pos] == '{' {
		end := t.pos
		for end < len(t.src) && t.src[end] != '}' {
			end++
		}
		if end == len(t.src) {
			return "", t.fail(`malformed \P or \p sequence`, t.pos)
		}
		name = string(t.src[t.pos+1 : end])
		t.pos = end
	}
	if strings.HasPrefix(name, "^") {
		name = name[1:]
		kind ^= 'p' ^ 'P'
	}
	if !knownProperty(name) {
		return "", t.fail(`unknown property name after \P or \p`, t.pos)
	}
	t.pos++
	switch {
	case name == "Any":
		return `\x00-` + string(rune(0x10ffff)), nil
	case name == "Xan" || name == "Xwd" || name == "Xsp" || name == "Xps":
		sets := map[string]string{"Xan": `\p{L}\p{N}`, "Xwd": `\w`, "Xsp": `\s`, "Xps": `\s`}
		return sets[name], nil
	case name == "L&":
		return `\p{Lu}\p{Ll}\p{Lt}`, nil
	}
	return fmt.Sprintf(`\%c{%s}`, kind, name), nil
}

// number reads a character that is written as a number or as one of \a \e \f \n \r \t \c; false for anything else.
func (t *translator) number(class bool) (rune, bool) {
	named := map[rune]rune{'a': 7, 'e': 27, 'f': 12, 'n': 10, 'r': 13, 't': 9}
	c := t.src[t.pos]
	if r, ok := named[c]; ok {
		t.pos++
		return r, true
	}
	switch {
	case c == 'c' && t.pos+1 < len(t.src):
		r := t.src[t.pos+1]
		if r >= 'a' && r <= 'z' {
			r -= 32
		}
		t.pos += 2
		return r ^ 64, true
	case c == 'x':
		return t.hex(), true
	case c == 'o' && t.pos+1 < len(t.src) && t.src[t.pos+1] == '{':
		t.pos++
		return t.braced(8), true
	case c == '0' || class && c >= '1' && c <= '7':
		n, i := rune(0), 0
		for ; i < 3 && t.more() && t.src[t.pos] >= '0' && t.src[t.pos] <= '7'; i++ {
			n = n*8 + t.src[t.pos] - '0'
			t.pos++
		}
		return n, true
	}
	return 0, false
}

func (t *translator) hex() rune {
	t.pos++
	if t.more() && t.src[t.pos] == '{' {
		return t.braced(16)
	}
	start := t.pos
	for t.pos < start+2 && t.more() && strings.ContainsRune("0123456789abcdefABCDEF", t.src[t.pos]) {
		t.pos++
	}
	n, _ := strconv.ParseInt("0"+string(t.src[start:t.pos]), 16, 32)
	return rune(n)
}

func (t *translator) braced(base int) rune {
	start := t.pos + 1
	for t.more() && t.src[t.pos] != '}' {
		t.pos++
	}
	n, _ := strconv.ParseInt(string(t.src[min(start, t.pos):t.pos]), base, 32)
	if t.more() {
		t.pos++
	}
	return rune(n)
}
