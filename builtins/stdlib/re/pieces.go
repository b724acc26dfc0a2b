package re

import (
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// pieces are the functions that take a text apart at the matches.
func pieces() []bif.Function {
	const subject = "Subject :: iodata() | unicode:charlist(), RE :: mp() | iodata()"
	return []bif.Function{
		{
			Spec:    "replace(" + subject + ", Replacement :: iodata() | unicode:charlist() | fun((binary(), [binary()]) -> iodata())) -> iodata() | unicode:charlist()",
			Doc:     "Puts Replacement in the place of the first match. In it `&` stands for the match and `\\\\1`, `\\\\g{1}` for a group.",
			Example: "1> iolist_to_binary(re:replace(\"abcd\", \"c\", \"[&]\")).\n<<\"ab[c]d\">>",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return replace(p, args, term.Nil)
			},
		},
		{
			Spec:    "replace(" + subject + ", Replacement :: iodata() | unicode:charlist() | fun((binary(), [binary()]) -> iodata()), Options :: [option()]) -> iodata() | unicode:charlist()",
			Doc:     "As replace/3 with options: global, {return, iodata | list | binary}, and those of run/3.",
			Example: "1> re:replace(\"abab\", \"b\", \"x\", [global,{return,list}]).\n\"axax\"",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return replace(p, args, args[3])
			},
		},
		{
			Spec:    "split(" + subject + ") -> [iodata()]",
			Doc:     "Splits the text at the matches; what groups captured comes between the pieces.",
			Example: "1> re:split(\"a,b\", \",\").\n[<<\"a\">>,<<\"b\">>]",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return split(p, args[0], args[1], term.Nil)
			},
		},
		{
			Spec:    "split(" + subject + ", Options :: [option()]) -> [term()]",
			Doc:     "As split/2 with options: {return, list | binary}, {parts,N}, group, trim, and those of run/3.",
			Example: "1> re:split(\"a,b,c\", \",\", [{return,list},{parts,2}]).\n[\"a\",\"b,c\"]",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return split(p, args[0], args[1], args[2])
			},
		},
	}
}

// begin reads pattern and subject.
func begin(p *node.Process, text, pattern, list term.Term, allowed string) (*compiled, *subject, *options, int, error) {
	o := newOptions(allowed)
	known := o.read(list, true)
	if o.forbidden || !list.IsList() {
		return nil, nil, nil, 0, badopt()
	}
	c, err := compiledOf(p, pattern, &o)
	if err != nil || !known {
		return nil, nil, nil, 0, bif.StdlibBadarg()
	}
	s, ok := newSubject(text, c.unicode)
	if !ok {
		return nil, nil, nil, 0, bif.StdlibBadarg()
	}
	start, ok := s.start(o.offset)
	switch {
	case !ok && (o.offset <= int64(len(s.bytes)) || strings.Contains(allowed, "global") && !o.global):
		return nil, nil, nil, 0, bif.StdlibBadarg()
	case !ok:
		start = len(s.runes) + 1
	}
	return c, s, &o, start, nil
}

func replace(p *node.Process, args []term.Term, list term.Term) (term.Term, error) {
	c, s, o, start, err := begin(p, args[0], args[1], list, "global return")
	if err != nil {
		return term.None, err
	}
	by, err := newReplacement(p, args[2], c.unicode)
	if err != nil {
		return term.None, err
	}
	limit := 1
	if o.global {
		limit = -1
	}
	all := c.all(s, start, o, limit)
	if len(all) == 0 && o.result == "iodata" {
		return args[0], nil
	}
	var parts []term.Term
	at := 0
	for _, m := range all {
		if m[0][0] > at {
			parts = append(parts, s.value([2]int{at, m[0][0]}, "binary"))
		}
		v, err := by.of(s, m)
		if err != nil {
			return term.None, err
		}
		parts = append(parts, v)
		at = m[0][1]
	}
	rest := term.Nil
	if at < len(s.runes) {
		rest = s.value([2]int{at, len(s.runes)}, "binary")
	}
	return o.joined(term.ListTail(parts, rest), c.unicode)
}

// joined turns iodata into what option return says.
func (o *options) joined(t term.Term, unicode bool) (term.Term, error) {
	if o.result == "iodata" {
		return t, nil
	}
	b, ok := bif.Iodata(nil, t)
	if !ok {
		return term.None, term.Badarg()
	}
	if o.result == "binary" {
		return term.Binary(b), nil
	}
	if unicode {
		return term.String(string(b)), nil
	}
	return term.String(string(runesOf(b))), nil
}

// replacement is text and references to groups in turn, or a fun.
type replacement struct {
	p     *node.Process
	fun   term.Term
	parts []term.Term // a binary, or the number of a group
	err   error       // what is wrong with it, which is noticed where there is a match
}

func newReplacement(p *node.Process, t term.Term, unicode bool) (*replacement, error) {
	if f, ok := t.Fun(); ok && f.Arity == 2 {
		return &replacement{p: p, fun: t}, nil
	}
	r := &replacement{p: p}
	b, isBinary := t.Binary()
	if !isBinary && unicode && t.IsList() {
		text, ok := bif.Text(t)
		if b, isBinary = []byte(text), true; !ok {
			r.err = bif.ClauseOf("re", "precomp_repl", term.Nil)
		}
	}
	if !isBinary {
		if b, isBinary = bif.Iodata(nil, t); !isBinary {
			return nil, bif.StdlibBadarg()
		}
	}
	r.parse(b)
	return r, nil
}

func (r *replacement) parse(text []byte) {
	var plain []byte
	flush := func() {
		if len(plain) > 0 {
			r.parts = append(r.parts, term.Binary(plain))
			plain = nil
		}
	}
	group := func(n int) {
		flush()
		r.parts = append(r.parts, term.Int(int64(n)))
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '&':
			group(0)
		case c != '\\' || i+1 == len(text):
			plain = append(plain, c)
		default:
			if n, used := reference(text[i+1:]); used > 0 {
				group(n)
				i += used
				continue
			}
			i++
			plain = append(plain, text[i])
			if text[i] == 'g' {
				r.err = bif.StdlibBadarg()
			}
		}
	}
	flush()
}

// reference reads N, gN or g{N}: the number, and how many characters it takes.
func reference(text []byte) (n, used int) {
	i := 0
	braces := false
	if text[i] == 'g' {
		i++
		if i < len(text) && text[i] == '{' {
			braces = true
			i++
		}
	}
	start := i
	for i < len(text) && text[i] >= '0' && text[i] <= '9' {
		n = min(n*10+int(text[i]-'0'), 1<<20)
		i++
	}
	if i == start || text[0] == '0' {
		return 0, 0
	}
	if braces {
		if i == len(text) || text[i] != '}' {
			return 0, 0
		}
		i++
	}
	return n, i
}

func (r *replacement) of(s *subject, m found) (term.Term, error) {
	if r.err != nil {
		return term.None, r.err
	}
	if !r.fun.None() {
		var groups term.Builder
		for _, g := range m[1:] {
			groups.Add(s.value(g, "binary"))
		}
		return r.p.Call(r.fun, s.value(m[0], "binary"), groups.List(term.Nil))
	}
	if len(r.parts) == 1 && r.parts[0].IsBinary() {
		return r.parts[0], nil
	}
	var out term.Builder
	for _, part := range r.parts {
		n, isGroup := part.Int()
		switch {
		case !isGroup:
			out.Add(part)
		case n < int64(len(m)):
			out.Add(s.value(m[n], "binary"))
		default:
			out.Add(term.EmptyBinary)
		}
	}
	return out.List(term.Nil), nil
}

func split(p *node.Process, text, pattern, list term.Term) (term.Term, error) {
	c, s, o, start, err := begin(p, text, pattern, list, "return group trim parts")
	if err != nil {
		return term.None, err
	}
	kind := "binary"
	if o.result == "list" {
		kind = "list"
	}
	var rows [][][2]int
	at := 0
	for _, m := range c.all(s, start, o, -1) {
		if o.parts > 0 && int64(len(rows)) >= o.parts-1 {
			break
		}
		if m.empty() && m[0][0] == at {
			continue
		}
		rows = append(rows, append([][2]int{{at, m[0][0]}}, m[1:]...))
		at = m[0][1]
	}
	rows = append(rows, [][2]int{{at, len(s.runes)}})
	for o.trim && len(rows) > 0 && len(s.runes) > 0 && blank(rows[len(rows)-1]) {
		rows = rows[:len(rows)-1]
	}
	var out term.Builder
	for _, row := range rows {
		var one term.Builder
		for _, g := range row {
			one.Add(s.value(g, kind))
		}
		if o.group {
			out.Add(one.List(term.Nil))
			continue
		}
		values, _ := one.List(term.Nil).Slice()
		for _, v := range values {
			out.Add(v)
		}
	}
	return out.List(term.Nil), nil
}

// blank reports whether nothing of a row has any characters.
func blank(row [][2]int) bool {
	for _, g := range row {
		if g[1] > g[0] {
			return false
		}
	}
	return true
}
