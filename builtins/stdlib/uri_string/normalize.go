package uri_string

import (
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

var returnMap = term.Atom("return_map")

func normalize1(args []term.Term) (term.Term, error) {
	return normalize2([]term.Term{args[0], term.Nil})
}

func normalize2(args []term.Term) (term.Term, error) {
	asMap, ok := wantsMap(args[1])
	if !ok {
		return term.None, clause("normalize", args...)
	}
	m, isMap := args[0].Map()
	if !isMap {
		parsed, err := parseTerm(args[:1])
		if err != nil {
			return term.None, err
		}
		if m, isMap = parsed.Map(); !isMap {
			return parsed, nil
		}
	}
	return normalized(m, asMap)
}

func wantsMap(options term.Term) (asMap, ok bool) {
	list, proper := options.Slice()
	if !proper || len(list) > 1 || len(list) == 1 && list[0] != returnMap {
		return false, false
	}
	return len(list) == 1, true
}

// normalized is RFC 3986, 6.2: case, percent-encoding, segments of dots, and what schemes say.
func normalized(m *term.Map, asMap bool) (term.Term, error) {
	out := m
	for k, v := range m.All() {
		if !isPart(k) || k == term.Atom("port") {
			continue
		}
		t, ok, err := textOf(v)
		if err != nil || !ok {
			return term.None, clause("decode", v, term.EmptyBinary)
		}
		raw := t.bytes
		if k == term.Atom("scheme") || k == term.Atom("host") {
			raw = strings.ToLower(raw)
		}
		s, bad := decoded(raw, func(c byte) bool { return !in(c, unreservedChars) })
		if bad != "" {
			return failure("invalid_percent_encoding", term.BinaryString(bad)), nil
		}
		if k == term.Atom("path") {
			s = withoutDots(s)
		}
		out = out.Put(k, t.with(s))
	}
	path, ok := out.Get(term.Atom("path"))
	if !ok {
		return term.None, clause("remove_dot_segments", atom.Undefined)
	}
	out = schemeRules(out, path)
	if asMap {
		return out.Term(), nil
	}
	return recompose(out)
}

// schemeRules takes the usual port of a scheme out, and gives an empty path of the web its slash.
func schemeRules(m *term.Map, path term.Term) *term.Map {
	v, _ := m.Get(term.Atom("scheme"))
	scheme, _, _ := textOf(v)
	port, _ := m.Get(term.Atom("port"))
	n, _ := port.Int()
	usual := map[string]int64{"http": 80, "https": 443, "ftp": 21, "ssh": 22, "sftp": 22, "tftp": 69}[scheme.bytes]
	if port == atom.Undefined && usual != 0 || n != 0 && n == usual {
		m = m.Remove(term.Atom("port"))
	}
	if t, _, _ := textOf(path); t.bytes == "" && (scheme.bytes == "http" || scheme.bytes == "https") {
		m = m.Put(term.Atom("path"), t.with("/"))
	}
	return m
}

// withoutDots is RFC 3986, 5.2.4.
func withoutDots(in string) string {
	out := ""
	up := func() {
		out = out[:max(strings.LastIndexByte(out, '/'), 0)]
	}
	for in != "" {
		switch {
		case strings.HasPrefix(in, "../"):
			in = in[3:]
		case strings.HasPrefix(in, "./"):
			in = in[2:]
		case strings.HasPrefix(in, "/./"):
			in = in[2:]
		case in == "/.":
			in = "/"
		case strings.HasPrefix(in, "/../"):
			in = in[3:]
			up()
		case in == "/..":
			in = "/"
			up()
		case in == "." || in == "..":
			in = ""
		default:
			n := strings.IndexByte(in[1:], '/') + 1
			if n == 0 {
				n = len(in)
			}
			out, in = out+in[:n], in[n:]
		}
	}
	return out
}

func resolve2(args []term.Term) (term.Term, error) {
	return resolve3([]term.Term{args[0], args[1], term.Nil})
}

func resolve3(args []term.Term) (term.Term, error) {
	ref, stop, err := mapOf(args[0])
	if stop.Kind() != term.KindNone || err != nil {
		return stop, err
	}
	target, stop, err := resolved(ref, args[1])
	if stop.Kind() != term.KindNone || err != nil {
		return stop, err
	}
	asMap, ok := wantsMap(args[2])
	if !ok {
		return term.None, bif.ErrorOf(term.Tuple(atom.CaseClause, args[2]), module, "resolve", term.Int(3))
	}
	if asMap {
		return target.Term(), nil
	}
	return recompose(target)
}

// mapOf reads an address or takes a map; stop is an answer that ends it all.
func mapOf(t term.Term) (m *term.Map, stop term.Term, err error) {
	if m, ok := t.Map(); ok {
		return m, term.None, nil
	}
	parsed, err := parseTerm([]term.Term{t})
	if err != nil {
		return nil, term.None, err
	}
	if m, ok := parsed.Map(); ok {
		return m, term.None, nil
	}
	return nil, parsed, nil
}

// resolved is RFC 3986, 5.2.2.
func resolved(ref *term.Map, baseTerm term.Term) (target *term.Map, stop term.Term, err error) {
	if has(ref, "scheme") {
		return tidied(ref), term.None, nil
	}
	base, stop, err := mapOf(baseTerm)
	if stop.Kind() != term.KindNone || err != nil {
		return nil, stop, err
	}
	if !has(base, "scheme") {
		return nil, failure("invalid_scheme", term.Nil), nil
	}
	take := func(out, from *term.Map, names ...string) *term.Map {
		for _, name := range names {
			if v, ok := from.Get(term.Atom(name)); ok {
				out = out.Put(term.Atom(name), v)
			}
		}
		return out
	}
	empty, _ := term.EmptyMap.Map()
	out := take(empty, base, "scheme")
	out = take(out, ref, "fragment")
	if has(ref, "host") {
		return tidied(take(out, ref, "userinfo", "host", "port", "path", "query")), term.None, nil
	}
	out = take(out, base, "userinfo", "host", "port")
	path, _ := ref.Get(term.Atom("path"))
	p, _, _ := textOf(path)
	switch {
	case p.bytes == "":
		out = take(out, base, "path")
		if has(ref, "query") {
			return take(out, ref, "query"), term.None, nil
		}
		return take(out, base, "query"), term.None, nil
	case p.bytes[0] == '/':
		return tidied(take(out, ref, "path", "query")), term.None, nil
	}
	basePath, _ := base.Get(term.Atom("path"))
	b, _, _ := textOf(basePath)
	merged := b.bytes[:strings.LastIndexByte(b.bytes, '/')+1] + p.bytes
	if has(base, "host") && b.bytes == "" {
		merged = "/" + p.bytes
	}
	p.list = p.list || b.list
	return tidied(take(out, ref, "query").Put(term.Atom("path"), p.with(merged))), term.None, nil
}

func has(m *term.Map, name string) bool {
	_, ok := m.Get(term.Atom(name))
	return ok
}

// tidied is the map with a path without dots.
func tidied(m *term.Map) *term.Map {
	path, ok := m.Get(term.Atom("path"))
	if !ok {
		return m
	}
	t, ok, err := textOf(path)
	if err != nil || !ok {
		return m
	}
	return m.Put(term.Atom("path"), t.with(withoutDots(t.bytes)))
}
