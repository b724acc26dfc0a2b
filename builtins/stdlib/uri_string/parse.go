package uri_string

import (
	"math/big"
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// uri is the parts of an address; a nil part is not there.
type uri struct {
	scheme, userinfo, host, port, path, query, fragment *string
}

// wrong is where an address is none: the text from the offending character on, or, with end, its end.
type wrong struct {
	at  string
	end bool
}

func parseTerm(args []term.Term) (term.Term, error) {
	t, ok, err := textOf(args[0])
	switch {
	case err != nil:
		return term.None, err
	case !ok && args[0].IsList():
		return term.None, clause("parse_scheme_start", failure("x", args[0]), term.EmptyMap)
	case !ok:
		return term.None, clause("parse", args[0])
	case !t.list && t.bytes != "" && t.bytes[0] >= utf8.RuneSelf && !validStart(t.bytes):
		return term.None, clause("parse_scheme_start", args[0], term.EmptyMap)
	}
	u, bad := parse(t.bytes)
	if bad != nil {
		return bad.term(), nil
	}
	return u.term(t), nil
}

func validStart(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return r != utf8.RuneError || n != 1
}

func (w *wrong) term() term.Term {
	if w.end {
		return failure("invalid_uri", term.EmptyBinary)
	}
	return failure("invalid_uri", firstChar(w.at))
}

// term makes the map.
func (u *uri) term(like text) term.Term {
	m, _ := term.EmptyMap.Map()
	for _, p := range u.parts() {
		if p.value == nil {
			continue
		}
		v := like.with(*p.value)
		if p.name == "port" {
			v = atom.Undefined
			if *p.value != "" {
				n, _ := new(big.Int).SetString(*p.value, 10)
				v = term.Big(n)
			}
		}
		m = m.Put(term.Atom(p.name), v)
	}
	return m.Term()
}

type part struct {
	name  string
	value *string
}

func (u *uri) parts() []part {
	return []part{{"scheme", u.scheme}, {"userinfo", u.userinfo}, {"host", u.host}, {"port", u.port}, {"path", u.path}, {"query", u.query}, {"fragment", u.fragment}}
}

// parse reads an address: with a scheme, or, when that goes wrong, as a relative reference. RFC 3986, appendix A.
func parse(s string) (*uri, *wrong) {
	if n := strings.IndexByte(s, ':'); n > 0 && in(s[0], letters) && span(s[:n], schemeChars, false) == n {
		scheme := s[:n]
		u := &uri{scheme: &scheme}
		if u.hierarchy(s[n+1:], pathChars) == nil {
			return u, nil
		}
	}
	u := &uri{}
	if bad := u.hierarchy(s, strings.ReplaceAll(pathChars, ":", "")); bad != nil {
		return nil, bad
	}
	return u, nil
}

// span is how many bytes of s are of a set; %, which begins %XX, is of it with percent.
func span(s, set string, percent bool) int {
	for i := range len(s) {
		if !in(s[i], set) && !(percent && s[i] == '%') {
			return i
		}
	}
	return len(s)
}

// hierarchy reads what follows the scheme; first is what the first segment of a path may hold.
func (u *uri) hierarchy(s, first string) *wrong {
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		var bad *wrong
		if s, bad = u.authority(rest); bad != nil {
			return bad
		}
		if s != "" && !in(s[0], "/?#") {
			return &wrong{at: s}
		}
	}
	n := span(s, first, true)
	if slash := strings.IndexByte(s[:n], '/'); slash >= 0 {
		n = slash + span(s[slash:], pathChars, true)
	}
	path := s[:n]
	u.path = &path
	s = s[n:]
	if rest, ok := strings.CutPrefix(s, "?"); ok {
		n := span(rest, queryChars, true)
		query := rest[:n]
		u.query, s = &query, rest[n:]
	}
	if rest, ok := strings.CutPrefix(s, "#"); ok {
		n := span(rest, queryChars, true)
		fragment := rest[:n]
		u.fragment, s = &fragment, rest[n:]
	}
	if s != "" {
		return &wrong{at: s}
	}
	return nil
}

// authority reads userinfo, host and port.
func (u *uri) authority(s string) (string, *wrong) {
	if n := span(s, userinfoChars, true); n < len(s) && s[n] == '@' {
		userinfo := s[:n]
		u.userinfo, s = &userinfo, s[n+1:]
	}
	host := ""
	if rest, ok := strings.CutPrefix(s, "["); ok {
		n := span(rest, ipv6Chars, false)
		switch {
		case n == len(rest):
			return "", &wrong{end: true}
		case rest[n] != ']':
			return "", &wrong{at: rest[n:]}
		}
		host = rest[:n]
		if a, err := netip.ParseAddr(host); err != nil || !a.Is6() {
			return "", &wrong{at: host}
		}
		s = rest[n+1:]
	} else {
		n := span(s, nameChars, true)
		host, s = s[:n], s[n:]
	}
	u.host = &host
	if rest, ok := strings.CutPrefix(s, ":"); ok {
		n := span(rest, digits, false)
		port := rest[:n]
		u.port, s = &port, rest[n:]
	}
	return s, nil
}
