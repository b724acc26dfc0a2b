package syntax

import (
	"slices"
	"strings"
	"sync"
)

// Outline is the forms of a module's text, told apart but not parsed: each is parsed when it is asked for. It is for modules of the
// binary, of which most functions are never called.
type Outline struct {
	Forms []Sketch

	file string
	mu   sync.Mutex
	pre  *preprocessor // guarded by mu; made with the first form that is parsed
}

// Sketch is what an outline knows of a form: for an attribute its name, for a function name and arity too.
type Sketch struct {
	Attribute string // "" for a function
	Name      string // of a function, or of what a -spec or -callback is about
	Arity     int
	Text      string
	At        Position
}

// NewOutline tells the forms of a text apart; false when only the preprocessor could, or when the text is not as simple as it hopes.
func NewOutline(text, file string) (*Outline, bool) {
	o := &Outline{file: file}
	r := outliner{text: text, line: 1}
	for {
		r.blanks()
		if r.at >= len(text) {
			return o, true
		}
		s, ok := r.form()
		if !ok || slices.Contains([]string{"ifdef", "ifndef", "if", "elif", "else", "endif", "undef", "include", "include_lib", "file", "feature"}, s.Attribute) {
			return nil, false
		}
		o.Forms = append(o.Forms, s)
	}
}

// Parse parses the form at index i; nil for a definition of a macro, which is no form.
func (o *Outline) Parse(i int) (Form, []*Error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pre == nil {
		o.pre = newPreprocessor(o.file, PreprocessOptions{})
		for _, s := range o.Forms {
			if s.Attribute == "define" || s.Attribute == "module" {
				o.read(s)
			}
		}
	}
	if o.Forms[i].Attribute == "define" {
		return nil, nil
	}
	return o.read(o.Forms[i])
}

// read wants mu held.
func (o *Outline) read(s Sketch) (Form, []*Error) {
	p := o.pre
	p.forms, p.errors = nil, nil
	tokens, _, _, err := Next(s.Text, s.At)
	if e, ok := err.(*Error); ok {
		e.File = o.file
		return nil, []*Error{e}
	}
	p.form(tokens)
	if len(p.forms) == 0 {
		return nil, p.errors
	}
	return p.forms[0], p.errors
}

// outliner walks over a text and sees no more of it than where forms end.
type outliner struct {
	text  string
	at    int
	line  int
	start int // of the present line
}

func (r *outliner) newline() {
	r.line++
	r.start = r.at + 1
}

func (r *outliner) blanks() {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '\n':
			r.newline()
		case c == '%':
			r.comment()
		case c > ' ':
			return
		}
	}
}

// comment moves to the last byte in front of the end of the line.
func (r *outliner) comment() {
	end := strings.IndexByte(r.text[r.at:], '\n')
	if end < 0 {
		end = len(r.text) - r.at
	}
	r.at += end - 1
}

// form walks over a form, its dot included.
func (r *outliner) form() (Sketch, bool) {
	s := Sketch{At: Position{r.line, r.at - r.start + 1}}
	from := r.at
	head := from
	if r.text[r.at] == '-' {
		r.at++
		if s.Attribute = r.word(); s.Attribute == "" {
			return s, false
		}
		head = r.at + 1
	}
	if s.Attribute == "" || s.Attribute == "spec" || s.Attribute == "callback" {
		r.at = head
		if s.Name = r.word(); s.Name == "" || r.at >= len(r.text) || r.text[r.at] != '(' {
			return s, false
		}
		if s.Arity = r.parameters(); s.Arity < 0 {
			return s, false
		}
	}
	for r.at < len(r.text) {
		if c := r.text[r.at]; c == '.' && (r.at+1 == len(r.text) || r.text[r.at+1] <= ' ' || r.text[r.at+1] == '%') {
			r.at++
			s.Text = r.text[from:r.at]
			return s, true
		}
		r.skip()
	}
	return s, false
}

// word reads an unquoted name.
func (r *outliner) word() string {
	from := r.at
	for r.at < len(r.text) && isNameRune(rune(r.text[r.at])) && r.text[r.at] < 0x80 {
		r.at++
	}
	return r.text[from:r.at]
}

// parameters counts what stands between the parentheses here; -1 when they do not end.
func (r *outliner) parameters() int {
	depth, commas, some := 0, 0, false
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == '(', c == '[', c == '{', r.doubled('<'):
			some = some || depth > 0
			depth++
		case c == ')', c == ']', c == '}', r.doubled('>'):
			if depth--; depth == 0 {
				if some {
					commas++
				}
				return commas
			}
		case c == ',':
			if depth == 1 {
				commas++
			}
		default:
			some = some || c > ' ' && c != '%' || r.visible()
		}
		r.skip()
	}
	return -1
}

// doubled reports whether the second of two equal bytes stands here.
func (r *outliner) doubled(c byte) bool { return r.text[r.at] == c && r.text[r.at-1] == c }

// visible reports whether the plain bytes from here on are more than blanks.
func (r *outliner) visible() bool {
	for i := r.at; i < len(r.text) && plain[r.text[i]]; i++ {
		if r.text[i] > ' ' {
			return true
		}
	}
	return false
}

// plain are the bytes that mean nothing to an outliner.
var plain = func() (t [256]bool) {
	for i := range t {
		t[i] = !strings.ContainsRune("\n%\"'$.([{)]},<>", rune(i))
	}
	return t
}()

// skip moves over a token that cannot be told from others, or over a part of it.
func (r *outliner) skip() {
	switch c := r.text[r.at]; c {
	case '\n':
		r.newline()
	case '%':
		r.comment()
	case '"':
		if strings.HasPrefix(r.text[r.at:], `"""`) {
			r.triple()
			return
		}
		r.quoted(c)
	case '\'':
		r.quoted(c)
	case '$':
		r.char()
	default:
		if plain[c] {
			for r.at+1 < len(r.text) && plain[r.text[r.at+1]] {
				r.at++
			}
		}
	}
	r.at++
}

// quoted moves to the closing quote.
func (r *outliner) quoted(quote byte) {
	for r.at++; r.at < len(r.text) && r.text[r.at] != quote; r.at++ {
		switch r.text[r.at] {
		case '\n':
			r.newline()
		case '\\':
			if r.at++; r.at < len(r.text) && r.text[r.at] == '\n' {
				r.newline()
			}
		}
	}
}

// char moves to the last byte of a character, or at least behind what could be taken for something else.
func (r *outliner) char() {
	if r.at++; r.at >= len(r.text) {
		return
	}
	switch r.text[r.at] {
	case '\n':
		r.newline()
	case '\\':
		r.at++
		if r.at < len(r.text) && r.text[r.at] == '^' {
			r.at++
		}
	}
}

// triple moves behind a triple-quoted string.
func (r *outliner) triple() {
	n := 0
	for r.at+n < len(r.text) && r.text[r.at+n] == '"' {
		n++
	}
	quotes := r.text[r.at : r.at+n]
	for r.at < len(r.text) {
		end := strings.IndexByte(r.text[r.at:], '\n')
		if end < 0 {
			r.at = len(r.text)
			return
		}
		r.at += end
		r.newline()
		r.at++
		if line := strings.TrimLeft(r.text[r.at:], " \t"); strings.HasPrefix(line, quotes) {
			r.at = len(r.text) - len(line) + n
			return
		}
	}
}
