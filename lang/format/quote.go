package format

import (
	"strconv"
	"unicode/utf8"
)

// reserved are the words that are no atoms unless they are quoted.
var reserved = map[string]bool{
	"after": true, "and": true, "andalso": true, "band": true, "begin": true, "bnot": true, "bor": true, "bsl": true, "bsr": true,
	"bxor": true, "case": true, "catch": true, "cond": true, "div": true, "end": true, "fun": true, "if": true, "let": true,
	"not": true, "of": true, "or": true, "orelse": true, "receive": true, "rem": true, "try": true, "when": true, "xor": true,
}

// Reserved reports whether a name is a reserved word of Erlang.
func Reserved(name string) bool { return reserved[name] }

// Quoted reports whether an atom of this name needs quotes.
func Quoted(name string) bool {
	if name == "" {
		return true
	}
	for i, r := range name {
		if !nameRune(r) || i == 0 && !smallRune(r) {
			return true
		}
	}
	return len(name) <= 7 && reserved[name]
}

// smallRune reports whether an atom without quotes may begin with r.
func smallRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'ß' && r <= 'ÿ' && r != '÷'
}

func nameRune(r rune) bool {
	return smallRune(r) || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '@' || r >= 'À' && r <= 'Þ' && r != '×'
}

// Atom returns an atom of this name as Erlang source, with quotes where it needs them.
func Atom(name string) string {
	if !Quoted(name) {
		return name
	}
	return string(AppendQuoted(nil, name, '\'', false))
}

// String returns text as an Erlang string literal.
func String(text string) string { return string(AppendQuoted(nil, text, '"', false)) }

// AppendAtom appends an atom of this name, with quotes where it needs them. With latin1, characters above Latin-1 are escaped.
func AppendAtom(b []byte, name string, latin1 bool) []byte {
	if !Quoted(name) {
		return append(b, name...)
	}
	return AppendQuoted(b, name, '\'', latin1)
}

// AppendQuoted appends text between quotes, with escapes for what Erlang source writes that way. With latin1, that includes
// characters above Latin-1.
func AppendQuoted(b []byte, text string, quote byte, latin1 bool) []byte {
	b = append(b, quote)
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c <= '~' && c != quote && c != '\\' {
			b = append(b, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		b = AppendEscaped(b, r, rune(quote), latin1)
		i += n
	}
	return append(b, quote)
}

// AppendEscaped appends one character of a text between quotes; below 0, quote is none. With latin1, characters above Latin-1 are escaped.
func AppendEscaped(b []byte, r, quote rune, latin1 bool) []byte {
	switch {
	case r == quote || r == '\\':
		return append(b, '\\', byte(r))
	case r >= ' ' && r <= '~':
		return append(b, byte(r))
	case r > 0xff && latin1:
		b = append(b, `\x{`...)
		start := len(b)
		b = strconv.AppendInt(b, int64(r), 16)
		for i := start; i < len(b); i++ {
			if b[i] >= 'a' {
				b[i] -= 'a' - 'A'
			}
		}
		return append(b, '}')
	case r >= 0xa0:
		return appendRune(b, r)
	}
	switch r {
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	case '\v':
		return append(b, `\v`...)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case 0x1b:
		return append(b, `\e`...)
	case 0x7f:
		return append(b, `\d`...)
	}
	return append(b, '\\', '0'+byte(r>>6), '0'+byte(r>>3)&7, '0'+byte(r)&7)
}

// AppendChar appends a character as the literal that Erlang writes after a dollar sign.
func AppendChar(b []byte, r rune, latin1 bool) []byte {
	b = append(b, '$')
	if r == ' ' {
		return append(b, `\s`...)
	}
	return AppendEscaped(b, r, -1, latin1)
}
