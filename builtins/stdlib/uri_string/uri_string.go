// Package uri_string is module uri_string: addresses as RFC 3986 has them, taken apart, put together, resolved and normalized, and the
// queries of HTML forms.
//
// parse.go reads, compose.go writes, normalize.go resolves and normalizes, query.go is about forms, percent.go about the %XX.
package uri_string

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

const module = "uri_string"

// Module returns the module.
func Module() *bif.Module {
	const uri, uriMap = "uri_string:uri_string()", "uri_string:uri_map()"
	return &bif.Module{
		Name: module,
		Doc:  "Addresses of the web and their parts: taken apart, put together, resolved, normalized.",
		Functions: []bif.Function{
			{Spec: "parse(URIString :: " + uri + ") -> " + uriMap + " | {error, Reason :: atom(), term()}", Doc: "Takes an address apart. The map has the keys of those parts that are there; `path` always is.",
				Example: "1> uri_string:parse(\"http://example.com:80/a?b\").\n#{host => \"example.com\",path => \"/a\",port => 80,query => \"b\",\n  scheme => \"http\"}", Pure: parseTerm},
			{Spec: "recompose(URIMap :: " + uriMap + ") -> " + uri + " | {error, Reason :: atom(), term()}", Doc: "Puts an address together; what may not stand in a part is written as %XX.",
				Example: "1> uri_string:recompose(#{scheme => \"http\", host => \"example.com\", path => \"/a b\"}).\n\"http://example.com/a%20b\"", Pure: recomposeTerm},
			{Spec: "normalize(URI :: " + uri + " | " + uriMap + ") -> " + uri + " | {error, Reason :: atom(), term()}", Doc: "Brings an address into the form in which it can be compared: small letters in scheme and host, no dots in the path, no usual port.",
				Example: "1> uri_string:normalize(\"HTTP://Example.com:80/a/../b\").\n\"http://example.com/b\"", Pure: normalize1},
			{Spec: "normalize(URI :: " + uri + " | " + uriMap + ", Options :: [return_map]) -> " + uri + " | " + uriMap + " | {error, Reason :: atom(), term()}", Doc: "As `normalize/1`; with `return_map` the result is a map.",
				Example: "1> uri_string:normalize(\"HTTP://h/a\", [return_map]).\n#{host => \"h\",path => \"/a\",scheme => \"http\"}", Pure: normalize2},
			{Spec: "resolve(RefURI :: " + uri + " | " + uriMap + ", BaseURI :: " + uri + " | " + uriMap + ") -> TargetURI :: " + uri + " | {error, Reason :: atom(), term()}", Doc: "Returns the address that a reference on a page stands for.",
				Example: "1> uri_string:resolve(\"../c\", \"http://h/a/b/x\").\n\"http://h/a/c\"", Pure: resolve2},
			{Spec: "resolve(RefURI :: " + uri + " | " + uriMap + ", BaseURI :: " + uri + " | " + uriMap + ", Options :: [return_map]) -> TargetURI :: " + uri + " | " + uriMap + " | {error, Reason :: atom(), term()}", Doc: "As `resolve/2`; with `return_map` the result is a map.",
				Example: "1> uri_string:resolve(\"c\", \"http://h/a\", [return_map]).\n#{host => \"h\",path => \"/c\",scheme => \"http\"}", Pure: resolve3},
			{Spec: "transcode(URIString :: " + uri + ", Options :: [{in_encoding | out_encoding, unicode:encoding()}]) -> " + uri + " | {error, Reason :: atom(), term()}", Doc: "Changes the encoding of an address, and of what its %XX stand for.",
				Example: "1> uri_string:transcode(\"a%F6\", [{in_encoding,latin1}]).\n\"a%C3%B6\"", Pure: transcode},
			{Spec: "compose_query(QueryList :: [{string() | binary(), string() | binary() | true}]) -> QueryString :: string() | binary() | {error, Reason :: atom(), term()}", Doc: "Writes names and values as the query of a form.",
				Example: "1> uri_string:compose_query([{\"a b\",\"1\"},{\"c\",true}]).\n\"a+b=1&c\"", Pure: composeQuery1},
			{Spec: "compose_query(QueryList :: [{string() | binary(), string() | binary() | true}], Options :: [{encoding, atom()}]) -> QueryString :: string() | binary() | {error, Reason :: atom(), term()}", Doc: "As `compose_query/1`, in UTF-8 or Latin-1.",
				Example: "1> uri_string:compose_query([{\"a\",\"\\xf6\"}], [{encoding,latin1}]).\n\"a=%F6\"", Pure: composeQuery2},
			{Spec: "dissect_query(QueryString :: string() | binary()) -> QueryList :: [{string() | binary(), string() | binary() | true}] | {error, Reason :: atom(), term()}", Doc: "Reads the query of a form. A name without = has the value true.",
				Example: "1> uri_string:dissect_query(\"a+b=1&c\").\n[{\"a b\",\"1\"},{\"c\",true}]", Pure: dissectQuery},
			{Spec: "percent_decode(URI :: " + uri + " | " + uriMap + ") -> " + uri + " | " + uriMap + " | {error, term()}", Doc: "Replaces each %XX by what it stands for, in an address or in each part of a map.",
				Example: "1> uri_string:percent_decode(\"a%2Fb\").\n\"a/b\"", Pure: percentDecode},
			{Spec: "quote(Data :: unicode:chardata()) -> unicode:chardata()", Doc: "Writes every character that is not unreserved as %XX.",
				Example: "1> uri_string:quote(\"a/b c\").\n\"a%2Fb%20c\"", Pure: quote1},
			{Spec: "quote(Data :: unicode:chardata(), Safe :: string()) -> unicode:chardata()", Doc: "As `quote/1`; the characters of Safe stay as well.",
				Example: "1> uri_string:quote(\"a/b c\", \"/\").\n\"a/b%20c\"", Pure: quote2},
			{Spec: "unquote(Data :: unicode:chardata()) -> unicode:chardata() | {error, Reason :: atom(), term()}", Doc: "Replaces each %XX by what it stands for.",
				Example: "1> uri_string:unquote(\"a%2Fb\").\n\"a/b\"", Pure: unquote},
			{Spec: "allowed_characters() -> [{Part :: atom(), Characters :: string()}]", Doc: "Returns the characters that may stand in each part.",
				Example: "1> proplists:get_value(ipv4, uri_string:allowed_characters()).\n\".0123456789\"", Pure: allowedCharacters},
			{Spec: "is_host(Char :: char()) -> boolean()", Doc: "Tells whether a character may stand in a host.", Example: "1> uri_string:is_host($a).\ntrue", Pure: isIn(hostChars)},
			{Spec: "is_path(Char :: char()) -> boolean()", Doc: "Tells whether a character may stand in a path.", Example: "1> uri_string:is_path($?).\nfalse", Pure: isIn(pathChars)},
		},
	}
}

// The characters of the parts.
const (
	digits          = "0123456789"
	letters         = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	unreservedChars = "-._~" + digits + letters
	subDelims       = "!$&'()*+,;="
	schemeChars     = "+-." + digits + letters
	userinfoChars   = unreservedChars + subDelims + ":"
	hostChars       = unreservedChars + subDelims + ":"
	nameChars       = unreservedChars + subDelims
	pathChars       = unreservedChars + subDelims + ":@/"
	queryChars      = pathChars + "?"
	ipv6Chars       = ".:" + digits + "ABCDEFabcdef"
)

func in(c byte, set string) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}

func allowedCharacters([]term.Term) (term.Term, error) {
	rows := []struct{ name, chars string }{
		{"scheme", schemeChars}, {"userinfo", userinfoChars + "%"}, {"host", hostChars}, {"ipv4", digits + "."}, {"ipv6", ipv6Chars},
		{"regname", nameChars + "%"}, {"path", pathChars + "%"}, {"query", queryChars + "%"}, {"fragment", queryChars + "%"},
		{"reserved", "!#$&'()*+,/:;=?@[]"}, {"unreserved", unreservedChars},
	}
	var b term.Builder
	for _, r := range rows {
		var sorted []term.Term
		for c := range 128 {
			if in(byte(c), r.chars) {
				sorted = append(sorted, term.Int(int64(c)))
			}
		}
		b.Add(term.Tuple(term.Atom(r.name), term.List(sorted...)))
	}
	return b.List(term.Nil), nil
}

func isIn(set string) func([]term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		c, ok := args[0].Int()
		return term.Bool(ok && c >= 0 && c < 128 && in(byte(c), set)), nil
	}
}

// text is a string or binary as bytes; list says which it was.
type text struct {
	bytes string
	list  bool
}

// term makes the same kind of value of other bytes.
func (t text) with(s string) term.Term {
	if t.list {
		return term.String(s)
	}
	return term.BinaryString(s)
}

// textOf reads a binary, or characters; what is neither is not ok. The error is what unicode:characters_to_binary raises.
func textOf(t term.Term) (text, bool, error) {
	if b, ok := t.Binary(); ok {
		return text{string(b), false}, true, nil
	}
	if !t.IsList() {
		return text{}, false, nil
	}
	s, ok := bif.Text(t)
	if !ok {
		if deepInts(t) {
			return text{}, false, nil
		}
		return text{}, false, bif.ErrorOf(atom.Badarg, "unicode", "characters_to_binary", term.List(t))
	}
	return text{s, true}, true, nil
}

// deepInts reports whether a deep list holds integers and binaries only, some of which are no characters.
func deepInts(t term.Term) bool {
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		h := c.Head
		if !h.IsInteger() && !h.IsBinary() && !(h.IsList() && deepInts(h)) {
			return false
		}
		t = c.Tail
	}
	return t.IsNil() || t.IsBinary()
}

// failure is {error, Reason, Value}.
func failure(reason string, value term.Term) term.Term {
	return term.Tuple(atom.ErrorAtom, term.Atom(reason), value)
}

func clause(name string, args ...term.Term) error { return bif.ClauseOf(module, name, args...) }

// firstChar is the list of the first character of s.
func firstChar(s string) term.Term {
	if s == "" {
		return term.Nil
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 {
		r = rune(s[0])
	}
	return term.List(term.Int(int64(r)))
}
