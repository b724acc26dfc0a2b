package packet

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/erlsh/erlsh/lang/term"
)

// webLine finds a line of HTTP; a header may go on in lines that begin with a blank.
func webLine(k Kind, b []byte, o Options) (Packet, error) {
	header := k == HTTPHeader || k == HTTPHeaderBin
	n := bytes.IndexByte(b, '\n') + 1
	for header && n > 0 && len(bytes.TrimRight(b[:n], "\r\n")) > 0 {
		if n == len(b) {
			n = 0 // what comes next may belong to it
			break
		}
		if b[n] != ' ' && b[n] != '\t' {
			break
		}
		next := bytes.IndexByte(b[n:], '\n') + 1
		if next == 0 {
			n = 0
			break
		}
		n += next
	}
	size := n
	if n == 0 {
		size = len(b)
	}
	if o.Size > 0 && size > o.Size || o.LineLength > 0 && size > o.LineLength {
		return Packet{}, ErrInvalid
	}
	if n == 0 {
		return Packet{}, nil
	}
	w := web{binary: k == HTTPBin || k == HTTPHeaderBin}
	text := string(b[:n])
	content := strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	read := w.first
	if header {
		read = w.header
	}
	t, ok := read(content)
	if !ok {
		t = term.Tuple(term.Atom("http_error"), w.text(text))
	}
	return Packet{Term: t, Used: n}, nil
}

// web makes terms of the parts of lines.
type web struct{ binary bool }

func (w web) text(s string) term.Term {
	if w.binary {
		return term.BinaryString(s)
	}
	chars := make([]term.Term, len(s))
	for i := range len(s) {
		chars[i] = term.Int(int64(s[i]))
	}
	return term.List(chars...)
}

// version reads HTTP/1.1.
func version(s string) (term.Term, bool) {
	digits, ok := strings.CutPrefix(s, "HTTP/")
	major, minor, dot := strings.Cut(digits, ".")
	a, err1 := strconv.ParseUint(major, 10, 31)
	b, err2 := strconv.ParseUint(minor, 10, 31)
	if !ok || !dot || err1 != nil || err2 != nil {
		return term.None, false
	}
	return term.Tuple(term.Int(int64(a)), term.Int(int64(b))), true
}

// first reads the line of a request or a response.
func (w web) first(s string) (term.Term, bool) {
	if strings.HasPrefix(s, "HTTP/") {
		head, rest, _ := strings.Cut(s, " ")
		v, ok := version(head)
		code, phrase, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
		n, err := strconv.ParseUint(code, 10, 31)
		if !ok || err != nil {
			return term.None, false
		}
		return term.Tuple(term.Atom("http_response"), v, term.Int(int64(n)), w.text(strings.TrimLeft(phrase, " "))), true
	}
	if s == "" || s[0] == ' ' {
		return term.None, false
	}
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' })
	v := term.Tuple(term.Int(0), term.Int(9))
	switch len(fields) {
	case 2:
	case 3:
		var ok bool
		if v, ok = version(fields[2]); !ok {
			return term.None, false
		}
	default:
		return term.None, false
	}
	method := w.text(fields[0])
	switch fields[0] {
	case "OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE":
		method = term.Atom(fields[0])
	}
	return term.Tuple(term.Atom("http_request"), method, w.address(fields[1]), v), true
}

func (w web) address(s string) term.Term {
	path := term.Atom("abs_path")
	switch {
	case s == "*":
		return term.Atom("*")
	case s[0] == '/':
		return term.Tuple(path, w.text(s))
	}
	for _, scheme := range []string{"http", "https"} {
		if len(s) < len(scheme)+3 || !strings.EqualFold(s[:len(scheme)+3], scheme+"://") {
			continue
		}
		host, rest, _ := strings.Cut(s[len(scheme)+3:], "/")
		port := term.Atom("undefined")
		if at := strings.LastIndexByte(host, ':'); at >= 0 && !strings.HasSuffix(host, "]") {
			if n, err := strconv.ParseUint(host[at+1:], 10, 31); err == nil {
				port, host = term.Int(int64(n)), host[:at]
			}
		}
		return term.Tuple(term.Atom("absoluteURI"), term.Atom(scheme), w.text(host), port, w.text("/"+rest))
	}
	if scheme, rest, ok := strings.Cut(s, ":"); ok {
		return term.Tuple(term.Atom("scheme"), w.text(scheme), w.text(rest))
	}
	return term.Tuple(path, w.text(s))
}

// known are the names of headers that are atoms; their numbers count from 1.
const known = "Cache-Control Connection Date Pragma Transfer-Encoding Upgrade Via Accept Accept-Charset Accept-Encoding Accept-Language " +
	"Authorization From Host If-Modified-Since If-Match If-None-Match If-Range If-Unmodified-Since Max-Forwards Proxy-Authorization Range " +
	"Referer User-Agent Age Location Proxy-Authenticate Public Retry-After Server Vary Warning Www-Authenticate Allow Content-Base " +
	"Content-Encoding Content-Language Content-Length Content-Location Content-Md5 Content-Range Content-Type Etag Expires Last-Modified " +
	"Accept-Ranges Set-Cookie Set-Cookie2 X-Forwarded-For Cookie Keep-Alive Proxy-Connection"

func (w web) header(s string) (term.Term, bool) {
	if s == "" {
		return term.Atom("http_eoh"), true
	}
	name, value, ok := strings.Cut(s, ":")
	if !ok || name == "" || strings.ContainsAny(name, " \t") {
		return term.None, false
	}
	field := []byte(name)
	start := true
	for i, c := range field {
		switch {
		case start && c >= 'a' && c <= 'z':
			field[i] = c - 'a' + 'A'
		case !start && c >= 'A' && c <= 'Z':
			field[i] = c - 'A' + 'a'
		}
		start = c == '-'
	}
	number, shown := 0, w.text(string(field))
	for i, k := range strings.Fields(known) {
		if k == string(field) {
			number, shown = i+1, term.Atom(k)
		}
	}
	if number == 0 && len(field) > 50 {
		shown = w.text(name)
	}
	return term.Tuple(term.Atom("http_header"), term.Int(int64(number)), shown, w.text(name), w.text(strings.TrimLeft(value, " \t"))), true
}
