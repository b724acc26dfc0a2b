package uri_string

import (
	"strings"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

const hexDigits = "0123456789ABCDEF"

// encoded writes what is not of a set as %XX.
func encoded(s, set string) string {
	var b strings.Builder
	for i, n := 0, 0; i < len(s); i += n {
		var r rune
		if r, n = utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError && strings.ContainsRune(set, r) {
			b.WriteString(s[i : i+n])
			continue
		}
		for _, c := range []byte(s[i : i+n]) {
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		}
	}
	return b.String()
}

func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// decoded replaces each %XX for which keep is false; bad is the first one that is none. A % near the end stays.
func decoded(s string, keep func(byte) bool) (out, bad string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || i+2 >= len(s) {
			b.WriteByte(s[i])
			continue
		}
		high, low := hexValue(s[i+1]), hexValue(s[i+2])
		if high < 0 || low < 0 {
			return "", s[i : i+3]
		}
		if c := byte(high<<4 | low); keep(c) {
			b.Write([]byte{'%', hexDigits[high], hexDigits[low]})
		} else {
			b.WriteByte(c)
		}
		i += 2
	}
	return b.String(), ""
}

func never(byte) bool { return false }

// undo is decoded for a text; problem is {Reason, Value}, as far as there is one.
func undo(s string) (out string, reason string, value term.Term) {
	out, bad := decoded(s, never)
	switch {
	case bad != "":
		return "", "invalid_percent_encoding", term.BinaryString(bad)
	case !utf8.ValidString(out):
		return "", "invalid_utf8", term.BinaryString(out)
	}
	return out, "", term.None
}

func percentDecode(args []term.Term) (term.Term, error) {
	m, ok := args[0].Map()
	if !ok {
		if !args[0].IsBinary() && !args[0].IsList() {
			return term.None, clause("percent_decode", args[0])
		}
		return unquote(args)
	}
	out := m
	for k, v := range m.All() {
		if k == term.Atom("port") || !isPart(k) {
			continue
		}
		t, ok, err := textOf(v)
		if err != nil || !ok {
			return term.None, clause("raw_decode", v, term.EmptyBinary)
		}
		s, reason, value := undo(t.bytes)
		if reason != "" {
			return term.Tuple(atom.ErrorAtom, term.Tuple(term.Atom("invalid"), term.Tuple(k, term.Tuple(term.Atom(reason), value)))), nil
		}
		out = out.Put(k, t.with(s))
	}
	return out.Term(), nil
}

func isPart(k term.Term) bool {
	for _, p := range new(uri).parts() {
		if k == term.Atom(p.name) {
			return true
		}
	}
	return false
}

func unquote(args []term.Term) (term.Term, error) {
	t, ok, err := textOf(args[0])
	if err != nil {
		return term.None, err
	}
	if !ok {
		return term.None, clause("raw_decode", args[0], term.EmptyBinary)
	}
	s, reason, value := undo(t.bytes)
	switch {
	case reason == "":
		return t.with(s), nil
	case t.list:
		return failure(reason, value), nil
	}
	return term.None, thrown(failure(reason, value)) // (sic): only lists are caught
}

func thrown(t term.Term) error { return term.Throw(t) }

func quote1(args []term.Term) (term.Term, error) { return quoted(args[0], unreservedChars) }

func quote2(args []term.Term) (term.Term, error) {
	safe, _ := bif.Text(args[1])
	return quoted(args[0], unreservedChars+safe)
}

func quoted(t term.Term, set string) (term.Term, error) {
	s, ok, err := textOf(t)
	switch {
	case err != nil:
		return term.None, err
	case !ok:
		return term.None, clause("encode", t, term.Atom("fun"))
	case !utf8.ValidString(s.bytes):
		return term.None, thrown(failure("invalid_input", t))
	}
	return s.with(encoded(s.bytes, set)), nil
}
