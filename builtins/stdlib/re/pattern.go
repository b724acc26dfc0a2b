package re

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// flags are the options that make a pattern what it is.
type flags struct {
	unicode, anchored, caseless, dollarEndonly, dotall, extended, firstline, multiline, noAutoCapture, dupnames, ungreedy, ucp bool
	bsrAnycrlf, neverUTF                                                                                                       bool
	notbol, noteol                                                                                                             bool   // of one run
	newline                                                                                                                    string // what ends a line, as {newline,_} calls it; "" for lf
}

// all returns the switches in a fixed order, for reading and writing a compiled pattern.
func (f *flags) all() []*bool {
	return []*bool{&f.unicode, &f.anchored, &f.caseless, &f.dollarEndonly, &f.dotall, &f.extended, &f.firstline, &f.multiline,
		&f.noAutoCapture, &f.dupnames, &f.ungreedy, &f.ucp, &f.bsrAnycrlf, &f.neverUTF, &f.notbol, &f.noteol}
}

// compiled is a pattern ready to run, with variants made when they are needed first.
type compiled struct {
	flags
	source  string // the pattern in UTF-8
	code    string // in the language of the library
	groups  int
	crlf    bool // \r\n is one end of a line
	names   map[string][]int
	mu      sync.Mutex
	variant map[string]*regexp2.Regexp // guarded by mu: by what is put around code
}

const (
	plain    = ""
	anchored = `\G`
	nonempty = `(?!\G)` // anchored, and matching something

	// betweenCRLF keeps the search for a match from trying between \r and \n, as PCRE does where both are one end of a line.
	betweenCRLF = `(?:\G|(?!(?<=\r)\n))`
)

// cache keeps the patterns of a node that were used last.
type cache struct {
	mu       sync.Mutex
	patterns map[string]*compiled // guarded by mu
}

const cacheSize = 500

var caches node.Slot[*cache]

// cached compiles a pattern, or returns it as it was compiled before.
func cached(p *node.Process, text []rune, o *options) (*compiled, error) {
	if o.inconsistent() {
		return nil, &syntaxError{"inconsistent NEWLINE options", 0}
	}
	f := o.flags
	key := string(encode(text, f))
	c := caches.Of(p.Node(), func(*node.Node) *cache { return &cache{patterns: map[string]*compiled{}} })
	c.mu.Lock()
	known := c.patterns[key]
	c.mu.Unlock()
	if known != nil {
		return known, nil
	}
	made, err := newCompiled(text, f)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	if len(c.patterns) >= cacheSize {
		clear(c.patterns)
	}
	c.patterns[key] = made
	c.mu.Unlock()
	return made, nil
}

func newCompiled(text []rune, f flags) (*compiled, error) {
	if f.neverUTF && f.unicode {
		return nil, &syntaxError{"setting UTF is disabled by the application", 0}
	}
	code, t, err := translate(text, f)
	if err != nil {
		return nil, err
	}
	crlf := t.o.newline == "crlf" || t.o.newline == "any" || t.o.newline == "anycrlf"
	if crlf && !strings.ContainsAny(string(text), "\r\n") &&
		!strings.Contains(string(text), `\r`) && !strings.Contains(string(text), `\n`) {
		code = betweenCRLF + `(?:` + code + `)`
	}
	c := &compiled{flags: f, crlf: crlf, source: string(text), code: code, groups: t.total, names: t.names, variant: map[string]*regexp2.Regexp{}}
	if _, err := c.regexp(plain); err != nil {
		return nil, &syntaxError{"internal error: " + err.Error(), len(text)}
	}
	return c, nil
}

// regexp returns a variant of the pattern.
func (c *compiled) regexp(kind string) (*regexp2.Regexp, error) {
	if kind == plain && c.anchored {
		kind = anchored
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.variant[kind]; r != nil {
		return r, nil
	}
	code := c.code
	switch kind {
	case anchored:
		code = `\G(?:` + code + `)`
	case nonempty:
		code = `\G(?:` + code + `)(?!\G)`
	}
	var o regexp2.RegexOptions
	if c.caseless {
		o |= regexp2.IgnoreCase
	}
	r, err := regexp2.Compile(code, o)
	if err != nil {
		return nil, err
	}
	c.variant[kind] = r
	return r, nil
}

func (c *compiled) sortedNames() []string { return slices.Sorted(maps.Keys(c.names)) }

var atomPattern = term.Atom("re_pattern")

// encode writes pattern and options as the last element of a compiled pattern.
func encode(text []rune, f flags) []byte {
	out := []byte("ERCP")
	for _, b := range f.all() {
		if *b {
			out = append(out, 1)
		} else {
			out = append(out, 0)
		}
	}
	out = append(out, byte(len(f.newline)))
	out = append(out, f.newline...)
	return append(out, string(text)...)
}

func (c *compiled) term() term.Term {
	one := func(set bool) term.Term {
		if set {
			return term.Int(1)
		}
		return term.Int(0)
	}
	return term.Tuple(atomPattern, term.Int(int64(c.groups)), one(c.unicode), one(c.crlf), term.Binary(encode([]rune(c.source), c.flags)))
}

// decode reads what encode wrote.
func decode(b []byte) ([]rune, flags, bool) {
	var f flags
	all := f.all()
	if len(b) < 5+len(all) || string(b[:4]) != "ERCP" {
		return nil, f, false
	}
	b = b[4:]
	for i, set := range all {
		*set = b[i] == 1
	}
	b = b[len(all):]
	n := int(b[0])
	if len(b) < 1+n {
		return nil, f, false
	}
	f.newline = string(b[1 : 1+n])
	return []rune(string(b[1+n:])), f, true
}

var errNoPattern = errors.New("no pattern")

// isPattern returns the code of a compiled pattern.
func isPattern(t term.Term) ([]byte, bool) {
	e, ok := t.Tagged(atomPattern, 5)
	if !ok {
		return nil, false
	}
	for _, n := range e[1:4] {
		if _, ok := n.Int(); !ok {
			return nil, false
		}
	}
	return e[4].Binary()
}

func flagsOf(t term.Term) (flags, bool) {
	b, ok := isPattern(t)
	if !ok {
		return flags{}, false
	}
	_, f, ok := decode(b)
	return f, ok
}

// compiledOf reads a pattern, compiled already or not. Options that only make sense when compiling are wrong for one that is.
func compiledOf(p *node.Process, t term.Term, o *options) (*compiled, error) {
	if b, ok := isPattern(t); ok {
		text, f, ok := decode(b)
		if !ok || o.compileOnly {
			return nil, errNoPattern
		}
		f.notbol, f.noteol = o.notbol, o.noteol
		return cached(p, text, &options{flags: f})
	}
	text, err := textOf(t, o.unicode)
	if err != nil {
		return nil, err
	}
	return cached(p, text, o)
}

// textOf reads bytes, or characters when unicode is set.
func textOf(t term.Term, unicode bool) ([]rune, error) {
	b, isBinary := t.Binary()
	switch {
	case !t.IsList() && !isBinary:
		return nil, errNoPattern
	case unicode && isBinary && !utf8.Valid(b):
		at := 0
		for size := 1; utf8.FullRune(b[at:]); at += size {
			var r rune
			if r, size = utf8.DecodeRune(b[at:]); r == utf8.RuneError && size == 1 {
				break
			}
		}
		return nil, &syntaxError{"invalid UTF-8 string", at}
	case unicode:
		s, ok := bif.Text(t)
		if !ok {
			return nil, errNoPattern
		}
		return []rune(s), nil
	}
	b, ok := bif.Iodata(nil, t)
	if !ok {
		return nil, errNoPattern
	}
	return runesOf(b), nil
}

func runesOf(b []byte) []rune {
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
	}
	return out
}
