// Package base64 is module base64.
package base64

import (
	"encoding/base64"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

const module = "base64"

// Module returns the module.
func Module() *bif.Module {
	m := &bif.Module{
		Name: module,
		Doc:  "Binary data as text of 64 characters (RFC 4648).",
	}
	m.Functions = append(m.Functions, encoders()...)
	m.Functions = append(m.Functions, decoders()...)
	return m
}

func encoders() []bif.Function {
	var rows []bif.Function
	for _, f := range []struct {
		name, result, doc, example string
		list                       bool
	}{
		{"encode", "base64_binary()", "Returns Data as base64 text in a binary.", "1> base64:encode(\"abc\").\n<<\"YWJj\">>", false},
		{"encode_to_string", "base64_string()", "Returns Data as base64 text in a string.", "1> base64:encode_to_string(<<\"ab\">>).\n\"YWI=\"", true},
	} {
		rows = append(rows,
			bif.Function{
				Spec: f.name + "(Data :: byte_string() | binary()) -> " + f.result, Doc: f.doc, Example: f.example,
				Pure: func(args []term.Term) (term.Term, error) { return encode(f.name, args[0], term.None, f.list) },
			},
			bif.Function{
				Spec:    f.name + "(Data :: byte_string() | binary(), Options :: #{padding => boolean(), mode => standard | urlsafe}) -> " + f.result,
				Doc:     f.doc + " The options choose the alphabet for URLs and leave the padding out.",
				Example: f.example[:len("1> base64:")+len(f.name)] + "(<<255>>, #{mode => urlsafe,padding => false}).\n" + map[bool]string{false: "<<\"_w\">>", true: "\"_w\""}[f.list],
				Pure:    func(args []term.Term) (term.Term, error) { return encode(f.name, args[0], args[1], f.list) },
			})
	}
	return rows
}

func decoders() []bif.Function {
	var rows []bif.Function
	for _, f := range []struct {
		name, doc  string
		list, mime bool
	}{
		{"decode", "Returns the data of base64 text, in which there may be white space.", false, false},
		{"decode_to_string", "As decode, and returns a string.", true, false},
		{"mime_decode", "As decode, and passes over all characters that are none of base64.", false, true},
		{"mime_decode_to_string", "As mime_decode, and returns a string.", true, true},
	} {
		value := map[bool]string{false: "<<\"ab\">>", true: "\"ab\""}[f.list]
		result := map[bool]string{false: "binary()", true: "byte_string()"}[f.list]
		example := "1> base64:" + f.name + "(\"YWI=\").\n" + value
		urlsafe := "1> base64:" + f.name + "(\"YWI\", #{mode => urlsafe,padding => false}).\n" + value
		rows = append(rows,
			bif.Function{
				Spec: f.name + "(Base64 :: base64_string() | base64_binary()) -> " + result, Doc: f.doc, Example: example,
				Pure: func(args []term.Term) (term.Term, error) { return decode(f.name, args[0], term.None, f.list, f.mime) },
			},
			bif.Function{
				Spec:    f.name + "(Base64 :: base64_string() | base64_binary(), Options :: #{padding => boolean(), mode => standard | urlsafe}) -> " + result,
				Doc:     f.doc + " The options choose the alphabet for URLs and do without padding.",
				Example: urlsafe,
				Pure:    func(args []term.Term) (term.Term, error) { return decode(f.name, args[0], args[1], f.list, f.mime) },
			})
	}
	return rows
}

// options are those of the functions of OTP 26 on.
type options struct {
	urlsafe, bare bool
}

func optionsOf(t term.Term) (options, bool) {
	if t.None() {
		return options{}, true
	}
	m, ok := t.Map()
	if !ok {
		return options{}, false
	}
	var o options
	if v, ok := m.Get(term.Atom("mode")); ok {
		o.urlsafe = v.AtomName() == "urlsafe"
	}
	if v, ok := m.Get(term.Atom("padding")); ok {
		o.bare = v == term.False
	}
	return o, true
}

func encode(name string, data, opts term.Term, list bool) (term.Term, error) {
	o, isMap := optionsOf(opts)
	b, ok := bytesOf(data)
	if !ok && data.IsList() {
		return term.None, badByte(data)
	}
	if !ok || !isMap {
		return term.None, term.FunctionClause()
	}
	encoding := base64.StdEncoding
	if o.urlsafe {
		encoding = base64.URLEncoding
	}
	if o.bare {
		encoding = encoding.WithPadding(base64.NoPadding)
	}
	text := encoding.EncodeToString(b)
	if list {
		return term.String(text), nil
	}
	return term.BinaryString(text), nil
}

// badByte is the error of a list with something else than bytes in it.
func badByte(list term.Term) error {
	for c, ok := list.Cons(); ok; c, ok = list.Cons() {
		if !c.Head.IsInteger() {
			return bif.ErtsError(atom.Badarith, "bsr", c.Head, term.Int(2))
		}
		if n, _ := c.Head.Int(); n < 0 || n > 255 {
			return bif.ErtsError(atom.Badarg, "element", term.Int(n>>2+1), term.Nil)
		}
		list = c.Tail
	}
	return bif.ClauseOf(module, "encode_list", list, term.EmptyBinary)
}

func bytesOf(t term.Term) ([]byte, bool) {
	if b, ok := t.Binary(); ok {
		return b, true
	}
	return bif.Bytes(t)
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// values tells for each character what it stands for: a number, or one of the classes below.
func values(urlsafe bool) (v [256]int8) {
	for i := range v {
		v[i] = other
	}
	for i := range len(alphabet) {
		v[alphabet[i]] = int8(i)
	}
	v['+'], v['/'] = 62, 63
	if urlsafe {
		v['+'], v['/'] = other, other
		v['-'], v['_'] = 62, 63
	}
	v['='] = pad
	for _, c := range " \t\r\n" {
		v[c] = blank
	}
	return v
}

const (
	other int8 = -1 - iota
	pad
	blank
)

func decode(name string, data, opts term.Term, list, mime bool) (term.Term, error) {
	o, isMap := optionsOf(opts)
	text, ok := bytesOf(data)
	if !ok || !isMap {
		return term.None, term.FunctionClause()
	}
	inner := name + "_binary"
	if data.IsList() {
		inner = name + "_list"
	}
	v := values(o.urlsafe)
	var out []byte
	var bits uint32
	n, pads := 0, 0 // characters of the group so far, and padding behind it
	for i, c := range text {
		switch x := v[c]; {
		case x == blank || x == other && mime:
		case x == other:
			return term.None, bif.ClauseOf(module, inner, term.Binary(text[i+1:]), term.Binary(out), term.Atom("bad"))
		case x == pad:
			if pads++; n+pads == 4 || mime {
				continue
			}
			if n < 2 || n+pads > 4 {
				return term.None, bif.ErtsError(atom.Badarith, "bsr", term.Atom("eq"), term.Int(4))
			}
		case pads > 0 && !mime:
			return term.None, bif.ErrorOf(term.Tuple(atom.CaseClause, term.Int(int64(x))), module, "only_ws", term.Int(2))
		default:
			pads = 0
			bits = bits<<6 | uint32(x)
			if n++; n == 4 {
				out = append(out, byte(bits>>16), byte(bits>>8), byte(bits))
				bits, n = 0, 0
			}
		}
	}
	if n == 1 || n > 1 && n+pads < 4 && !o.bare {
		return term.None, bif.ClauseOf(module, inner, term.EmptyBinary, term.Binary(out), term.Int(int64(bits)))
	}
	switch n {
	case 2:
		out = append(out, byte(bits>>4))
	case 3:
		out = append(out, byte(bits>>10), byte(bits>>2))
	}
	if !list {
		return term.Binary(out), nil
	}
	elements := make([]term.Term, len(out))
	for i, c := range out {
		elements[i] = term.Int(int64(c))
	}
	return term.List(elements...), nil
}
