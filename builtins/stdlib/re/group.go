package re

import (
	"fmt"
	"strconv"
	"strings"
)

// group translates what begins with a parenthesis.
func (t *translator) group() (string, bool, error) {
	start := t.pos
	t.pos++
	switch {
	case t.at("?#"):
		for t.more() && t.src[t.pos] != ')' {
			t.pos++
		}
		if !t.more() {
			return "", false, t.fail("missing ) after comment", t.pos)
		}
		t.pos++
		return "", false, nil
	case t.at("?:"), t.at("?="), t.at("?!"), t.at("?>"):
		opening := "(" + string(t.src[t.pos:t.pos+2])
		t.pos += 2
		return t.rest(opening)
	case t.at("?<="), t.at("?<!"):
		opening := "(" + string(t.src[t.pos:t.pos+3])
		t.pos += 3
		return t.rest(opening)
	case t.at("?P="):
		t.pos += 3
		name := t.nameAt(t.pos)
		t.pos += len([]rune(name))
		s, ok, err := t.byName(name)
		t.pos++
		return s, ok, err
	case t.at("?P<"):
		t.pos += 3
		return t.capture(t.nameAt(t.pos))
	case t.at("?<"), t.at("?'"):
		t.pos += 2
		return t.capture(t.nameAt(t.pos))
	case t.at("?("):
		return t.conditional()
	case t.at("?|"):
		return "", false, t.fail("branch reset groups are not supported", t.pos+1)
	case t.at("?"):
		return t.flagsOrCall(start)
	case t.at("*"):
		return "", false, t.fail("(*VERB) not recognized or malformed", t.pos+1)
	case t.o.noAutoCapture:
		return t.rest("(?:")
	}
	return t.capture("")
}

// rest translates the inside of a group and its end.
func (t *translator) rest(opening string) (string, bool, error) {
	inner, err := t.alternatives()
	if err != nil {
		return "", false, err
	}
	if !t.more() {
		return "", false, t.fail("missing )", t.pos)
	}
	t.pos++
	return opening + inner + ")", true, nil
}

// capture is a group that captures, unless it is part of a recursion, where captures do not count.
func (t *translator) capture(name string) (string, bool, error) {
	if name != "" {
		t.pos += len([]rune(name)) + 1
	}
	if t.inside > 0 {
		return t.rest("(?:")
	}
	t.groups++
	return t.rest("(")
}

func (t *translator) byName(name string) (string, bool, error) {
	numbers := t.names[name]
	if len(numbers) == 0 {
		return "", false, t.fail("reference to non-existent subpattern", t.pos)
	}
	return backreference(numbers[0]), true, nil
}

func backreference(n int) string { return fmt.Sprintf(`(?:\%d)`, n) }

// flagsOrCall is (?flags), (?flags:...), or the call of a group as a subroutine.
func (t *translator) flagsOrCall(start int) (string, bool, error) {
	t.pos++
	from := t.pos
	for t.more() && t.src[t.pos] != ')' && t.src[t.pos] != ':' {
		t.pos++
	}
	if !t.more() {
		return "", false, t.fail("missing )", t.pos)
	}
	body := string(t.src[from:t.pos])
	if n, ok := t.callee(body); ok {
		t.pos++
		s, err := t.call(n)
		return s, true, err
	}
	keep, on := "", true
	for i, c := range body {
		switch c {
		case '-':
			on = false
			keep += "-"
		case 'i':
			keep += string(c)
		case 'm':
			t.multiline = on
		case 's':
			t.dotall = on
		case 'x':
			t.extended = on
		case 'U':
			t.ungreedy = on
		case 'J', 'X':
		default:
			return "", false, t.fail("unrecognized character after (? or (?-", from+i)
		}
	}
	keep = strings.TrimSuffix(keep, "-")
	if t.src[t.pos] == ':' {
		t.pos++
		return t.rest("(?" + keep + ":")
	}
	t.pos++
	if keep == "" {
		return "", false, nil
	}
	return "(?" + keep + ")", false, nil
}

// callee reads R, a number, +n, -n, &name and P>name.
func (t *translator) callee(body string) (int, bool) {
	if body == "R" {
		return 0, true
	}
	name := strings.TrimPrefix(strings.TrimPrefix(body, "&"), "P>")
	if name != body {
		numbers := t.names[name]
		if len(numbers) == 0 {
			return -1, true
		}
		return numbers[0], true
	}
	n, err := strconv.Atoi(body)
	switch {
	case err != nil || body == "":
		return 0, false
	case body[0] == '+':
		n += t.groups
	case body[0] == '-':
		n += t.groups + 1
	}
	return n, true
}

// call writes a group out once more in the place of its call; so deep that only texts nested deeper still would notice.
func (t *translator) call(n int) (string, error) {
	span, ok := t.spans[n]
	if n == 0 {
		span, ok = [2]int{0, len(t.src)}, true
	}
	if !ok {
		return "", t.fail("reference to non-existent subpattern", t.pos)
	}
	if t.inside >= maxRecursion || t.size > maxSize/4 {
		return "(?!)", nil
	}
	sub := &translator{
		src: t.src[:span[1]], pos: span[0], groups: t.groups, total: t.total, names: t.names, spans: t.spans, o: t.o,
		settings: t.settings, inside: t.inside + 1, size: t.size,
	}
	inner, err := sub.alternatives()
	if err != nil {
		return "", err
	}
	t.size = sub.size
	return "(?>" + inner + ")", nil
}

// conditional is (?(condition)yes|no).
func (t *translator) conditional() (string, bool, error) {
	t.pos++
	if t.at("(?=") || t.at("(?!") || t.at("(?<") && (t.at("(?<=") || t.at("(?<!")) {
		test, _, err := t.group()
		if err != nil {
			return "", false, err
		}
		return t.rest("(?" + test)
	}
	name := strings.Trim(t.nameAt(t.pos+1), "<'")
	if t.at("(<") || t.at("('") {
		name = t.nameAt(t.pos + 2)
	}
	for t.more() && t.src[t.pos] != ')' {
		t.pos++
	}
	if !t.more() {
		return "", false, t.fail("malformed number or name after (?(", t.pos)
	}
	t.pos++
	n, err := strconv.Atoi(name)
	if err != nil {
		numbers := t.names[name]
		if len(numbers) == 0 {
			return "", false, t.fail("malformed number or name after (?(", t.pos-1)
		}
		n = numbers[0]
	}
	return t.rest(fmt.Sprintf("(?(%d)", n))
}
