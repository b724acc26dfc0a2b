package uri_string

import (
	"strings"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

func recomposeTerm(args []term.Term) (term.Term, error) {
	m, ok := args[0].Map()
	if !ok {
		return term.None, clause("is_valid_map", args[0])
	}
	return recompose(m)
}

// piece is one part of a map on its way into a text.
type piece struct {
	text
	there bool
}

// recompose puts an address together. The result is a binary when all parts are.
func recompose(m *term.Map) (term.Term, error) {
	if _, ok := m.Get(term.Atom("path")); !ok {
		return failure("invalid_map", m.Term()), nil
	}
	for k := range m.All() {
		if !isPart(k) {
			return failure("invalid_map", m.Term()), nil
		}
	}
	pieces := map[string]piece{}
	list := false
	for _, p := range new(uri).parts() {
		v, ok := m.Get(term.Atom(p.name))
		if !ok {
			continue
		}
		if p.name == "port" {
			port, err := portText(v)
			if err != nil {
				return term.None, err
			}
			pieces[p.name] = piece{text{bytes: port}, true}
			continue
		}
		t, ok, err := textOf(v)
		switch {
		case p.name == "scheme" && !ok:
			return term.None, clause("validate_scheme", v)
		case err != nil:
			return term.None, err
		case !ok:
			return term.None, clause("encode", v, term.Atom("fun"))
		case p.name == "scheme" && !validScheme(t.bytes):
			return failure("invalid_scheme", v), nil
		case !utf8.ValidString(t.bytes):
			return failure("invalid_input", v), nil
		}
		list = list || t.list
		pieces[p.name] = piece{t, true}
	}
	return joined(pieces, list)
}

func validScheme(s string) bool { return s != "" && span(s, schemeChars, false) == len(s) }

func portText(v term.Term) (string, error) {
	if v == atom.Undefined {
		return "", nil
	}
	n, ok := v.Big()
	if !ok {
		return "", bif.ErtsError(atom.Badarg, "integer_to_binary", v)
	}
	return n.String(), nil
}

func joined(p map[string]piece, list bool) (term.Term, error) {
	var b strings.Builder
	if p["scheme"].there {
		b.WriteString(p["scheme"].bytes + ":")
	}
	host, userinfo, port := p["host"], p["userinfo"], p["port"]
	if port.there && !host.there && !userinfo.there {
		return term.None, clause("concat", term.Atom("empty"), term.BinaryString(":"+port.bytes))
	}
	if host.there || userinfo.there {
		b.WriteString("//")
	}
	if userinfo.there {
		b.WriteString(encoded(userinfo.bytes, userinfoChars+"%"))
	}
	path := encoded(p["path"].bytes, pathChars+"%")
	if host.there {
		if userinfo.there {
			b.WriteByte('@')
		}
		b.WriteString(hostText(host.bytes))
		if path != "" && path[0] != '/' {
			path = "/" + path
		}
	}
	if port.there {
		b.WriteString(":" + port.bytes)
	}
	b.WriteString(path)
	if p["query"].there {
		b.WriteString("?" + encoded(p["query"].bytes, queryChars+"%"))
	}
	if p["fragment"].there {
		b.WriteString("#" + encoded(p["fragment"].bytes, queryChars+"%"))
	}
	return text{list: list}.with(b.String()), nil
}

// hostText writes a host, an address of IPv6 in brackets.
func hostText(host string) string {
	before, _, _ := strings.Cut(host, "%")
	if strings.Count(host, ":") > 1 && span(before, ipv6Chars, false) == len(before) {
		return "[" + host + "]"
	}
	return encoded(host, nameChars+"%")
}
