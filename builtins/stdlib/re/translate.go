package re

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// syntaxError is what is wrong with a pattern, in PCRE's words, and where.
type syntaxError struct {
	text string
	at   int
}

// Error joins both for Go readers.
func (e *syntaxError) Error() string { return fmt.Sprintf("%s at %d", e.text, e.at) }

// translator rewrites a pattern from PCRE's language to that of the library. All groups become numbered ones, since the library
// numbers named groups last; what PCRE calls by a name is looked up here.
type translator struct {
	src    []rune
	pos    int
	groups int              // capturing groups so far
	total  int              // all of them, from a first look
	names  map[string][]int // from the first look
	spans  map[int][2]int   // the source of each group, for recursion
	o      flags
	settings
	inside int // how many recursions deep
	size   int
}

// settings are what a pattern may change on its way.
type settings struct{ extended, ungreedy, multiline, dotall bool }

// maxRecursion is how many levels of (?R) and the like are written out.
const (
	maxRecursion = 12
	maxSize      = 200_000
)

// translate returns the pattern in the language of the library, the number of groups and the numbers of the named ones.
func translate(pattern []rune, o flags) (string, *translator, error) {
	t := &translator{
		src: pattern, o: o, settings: settings{o.extended, o.ungreedy, o.multiline, o.dotall}, names: map[string][]int{}, spans: map[int][2]int{},
	}
	t.skipVerbs()
	if err := t.look(); err != nil {
		return "", nil, err
	}
	text, err := t.alternatives()
	if err == nil && t.pos < len(t.src) {
		err = t.fail("unmatched parentheses", t.pos)
	}
	return text, t, err
}

func (t *translator) fail(text string, at int) error { return &syntaxError{text, at} }

func (t *translator) more() bool { return t.pos < len(t.src) }

func (t *translator) at(text string) bool {
	return strings.HasPrefix(string(t.src[t.pos:min(len(t.src), t.pos+len(text))]), text)
}

// skipVerbs takes settings such as (*UCP) off the front.
func (t *translator) skipVerbs() {
	for t.at("(*") {
		end := slices.Index(t.src[t.pos:], ')')
		if end < 0 {
			return
		}
		if !t.verb(string(t.src[t.pos+2 : t.pos+end])) {
			return
		}
		t.pos += end + 1
	}
}

// look finds the groups: their number, names and spans.
func (t *translator) look() error {
	var open []int // numbers of the groups that are open; -1 for those that do not capture
	for i := t.pos; i < len(t.src); i++ {
		switch t.src[i] {
		case '\\':
			if i+1 < len(t.src) && t.src[i+1] == 'Q' {
				i = t.quoteEnd(i+2) + 1
			} else {
				i++
			}
		case '[':
			i = t.classEnd(i)
		case '(':
			n, err := t.lookGroup(i)
			if err != nil {
				return err
			}
			open = append(open, n)
		case ')':
			if len(open) > 0 {
				if n := open[len(open)-1]; n > 0 {
					t.spans[n] = [2]int{t.spans[n][0], i}
				}
				open = open[:len(open)-1]
			}
		}
	}
	return nil
}

// quoteEnd returns where the \E of a quotation stands, or the end.
func (t *translator) quoteEnd(i int) int {
	for ; i+1 < len(t.src); i++ {
		if t.src[i] == '\\' && t.src[i+1] == 'E' {
			return i
		}
	}
	return len(t.src)
}

func (t *translator) classEnd(i int) int {
	j := i + 1
	if j < len(t.src) && t.src[j] == '^' {
		j++
	}
	for first := j; j < len(t.src); j++ {
		switch {
		case t.src[j] == '\\':
			j++
		case t.src[j] == '[' && j+1 < len(t.src) && t.src[j+1] == ':':
			if end := strings.Index(string(t.src[j:]), ":]"); end > 0 {
				j += len([]rune(string(t.src[j:])[:end])) + 1
			}
		case t.src[j] == ']' && j > first:
			return j
		}
	}
	return j
}

// lookGroup returns the number of the group that begins at i, or -1.
func (t *translator) lookGroup(i int) (int, error) {
	rest := string(t.src[i:min(len(t.src), i+4)])
	name := ""
	switch {
	case strings.HasPrefix(rest, "(?<=") || strings.HasPrefix(rest, "(?<!"):
		return -1, nil
	case strings.HasPrefix(rest, "(?<"), strings.HasPrefix(rest, "(?'"):
		name = t.nameAt(i + 3)
	case strings.HasPrefix(rest, "(?P<"):
		i++
		name = t.nameAt(i + 3)
	case strings.HasPrefix(rest, "(?") || strings.HasPrefix(rest, "(*"):
		return -1, nil
	case t.o.noAutoCapture:
		return -1, nil
	}
	start := i + 1
	if name != "" {
		start = i + 3 + len([]rune(name)) + 1
		if name[0] >= '0' && name[0] <= '9' {
			return 0, t.fail("group name must start with a non-digit", i+3)
		}
		if len(t.names[name]) > 0 && !t.o.dupnames {
			return 0, t.fail("two named subpatterns have the same name", start-1)
		}
	}
	t.total++
	t.spans[t.total] = [2]int{start, len(t.src)}
	if name != "" {
		t.names[name] = append(t.names[name], t.total)
	}
	return t.total, nil
}

func (t *translator) nameAt(i int) string {
	j := i
	for j < len(t.src) && t.src[j] != '>' && t.src[j] != '\'' && t.src[j] != '}' && t.src[j] != ')' {
		j++
	}
	return string(t.src[i:j])
}

// alternatives translates up to a closing parenthesis or the end.
func (t *translator) alternatives() (string, error) {
	outside := t.settings
	defer func() { t.settings = outside }()
	var out strings.Builder
	for t.more() && t.src[t.pos] != ')' {
		c := t.src[t.pos]
		switch {
		case c == '|':
			out.WriteByte('|')
			t.pos++
			continue
		case t.extended && t.blank():
			continue
		case c == '*' || c == '+' || c == '?' || c == '{' && t.countAt() > 0:
			return "", t.fail("nothing to repeat", t.pos)
		}
		piece, repeatable, err := t.atom()
		if err != nil {
			return "", err
		}
		for t.extended && t.more() && t.blank() {
		}
		if repeatable {
			if piece, err = t.quantified(piece); err != nil {
				return "", err
			}
		}
		out.WriteString(piece)
		if t.size += len(piece); t.size > maxSize {
			return "", t.fail("regular expression is too large", t.pos)
		}
	}
	return out.String(), nil
}

// blank skips white space or a comment of an extended pattern.
func (t *translator) blank() bool {
	switch c := t.src[t.pos]; {
	case c == '#':
		for t.more() && t.src[t.pos] != '\n' {
			t.pos++
		}
		return true
	case c == ' ' || c >= '\t' && c <= '\r':
		t.pos++
		return true
	}
	return false
}

// countAt returns the length of a count such as {2,3} here, 0 for none.
func (t *translator) countAt() int {
	i := t.pos + 1
	digits := func() int {
		n := 0
		for i < len(t.src) && t.src[i] >= '0' && t.src[i] <= '9' {
			i++
			n++
		}
		return n
	}
	if digits() == 0 {
		return 0
	}
	if i < len(t.src) && t.src[i] == ',' {
		i++
		digits()
	}
	if i < len(t.src) && t.src[i] == '}' {
		return i + 1 - t.pos
	}
	return 0
}

func (t *translator) quantified(piece string) (string, error) {
	if !t.more() {
		return piece, nil
	}
	start := t.pos
	switch c := t.src[t.pos]; {
	case c == '*' || c == '+' || c == '?':
		t.pos++
	case c == '{' && t.countAt() > 0:
		t.pos += t.countAt()
		if err := t.checkCount(string(t.src[start+1 : t.pos-1])); err != nil {
			return "", err
		}
	default:
		return piece, nil
	}
	quantifier := string(t.src[start:t.pos])
	if t.more() && t.src[t.pos] == '+' {
		t.pos++
		return "(?>" + piece + quantifier + ")", nil
	}
	lazy := t.ungreedy
	if t.more() && t.src[t.pos] == '?' {
		t.pos++
		lazy = !lazy
	}
	if lazy {
		quantifier += "?"
	}
	return piece + quantifier, nil
}

func (t *translator) checkCount(text string) error {
	low, high, two := strings.Cut(text, ",")
	a, _ := strconv.Atoi(low)
	b, _ := strconv.Atoi(high)
	switch {
	case a > 65535 || b > 65535:
		return t.fail("number too big in {} quantifier", t.pos-1)
	case two && high != "" && b < a:
		return t.fail("numbers out of order in {} quantifier", t.pos-1)
	}
	return nil
}

// atom translates one item, and tells whether it can be repeated.
func (t *translator) atom() (string, bool, error) {
	c := t.src[t.pos]
	switch c {
	case '\\':
		return t.escape()
	case '[':
		s, err := t.class()
		return s, true, err
	case '(':
		return t.group()
	case '.':
		t.pos++
		return t.dot(), true, nil
	case '^':
		t.pos++
		return t.caret(), true, nil
	case '$':
		t.pos++
		return t.dollar(), true, nil
	}
	t.pos++
	return literal(c), true, nil
}

// literal escapes what the library would take for something else.
func literal(c rune) string {
	if strings.ContainsRune(`\*+?|{}[]()^$.# -`, c) {
		return `\` + string(c)
	}
	return string(c)
}
