package tty

import (
	"bytes"
	"io"
	"strings"
)

// Keys that the line editor has no name for, in Unicode's private area: filter and change know them.
const (
	keyTab    = '\uf709' // Tab: completion
	keyDelete = '\uf703' // the key Delete, which unlike Ctrl-D never ends the input
)

// keyboard reads a terminal and turns what its many kinds send for a key into what the line editor knows. What is pasted comes through
// as text: no Tab in it completes, and no control character does anything.
type keyboard struct {
	in      io.Reader
	chunk   [1024]byte
	ready   bytes.Buffer // translated, to be read
	escape  []byte       // an unfinished escape sequence
	pasting bool
	quote   byte // in what is pasted: the quote that is open
	slashed bool // and a backslash before the next character
	cr      bool // the character before was a carriage return
}

// Read implements io.Reader.
func (k *keyboard) Read(p []byte) (int, error) {
	for k.ready.Len() == 0 {
		n, err := k.in.Read(k.chunk[:])
		for _, b := range k.chunk[:n] {
			k.take(b)
		}
		if err != nil && k.ready.Len() == 0 {
			return 0, err
		}
	}
	return k.ready.Read(p)
}

// take translates one byte.
func (k *keyboard) take(b byte) {
	if len(k.escape) > 0 || b == esc {
		k.escape = append(k.escape, b)
		if sequence, done := finished(k.escape); done {
			k.escape = nil
			k.sequence(sequence)
		}
		return
	}
	switch {
	case k.pasting:
		k.paste(b)
	case b == '\t':
		k.ready.WriteRune(keyTab)
	default:
		k.ready.WriteByte(b)
	}
}

const esc = 0x1b

// finished reports whether an escape sequence is complete, and returns what follows its first byte.
func finished(e []byte) (string, bool) {
	if len(e) < 2 {
		return "", false
	}
	rest := string(e[1:])
	switch rest[0] {
	case '[':
		last := rest[len(rest)-1]
		return rest, len(rest) > 1 && last >= 0x40 && last <= 0x7e || len(rest) > 32
	case 'O':
		return rest, len(rest) > 1
	case esc: // Esc and then a key that is a sequence itself: that key
		return finished(e[1:])
	}
	return rest, true
}

// sequence carries out an escape sequence.
func (k *keyboard) sequence(s string) {
	switch s {
	case "[200~":
		k.pasting, k.quote, k.slashed, k.cr = true, 0, false, false
		return
	case "[201~":
		k.pasting = false
		return
	}
	if k.pasting {
		return
	}
	if s[0] != '[' && s[0] != 'O' {
		if s[0] != '\r' && s[0] != '\n' { // Alt-Enter is Enter
			k.ready.WriteByte(esc)
		}
		k.ready.WriteString(s)
		return
	}
	last, parameters := s[len(s)-1], s[1:len(s)-1]
	modified := strings.HasSuffix(parameters, "5") || strings.HasSuffix(parameters, "3") || strings.HasSuffix(parameters, "9")
	switch {
	case last == 'D' && modified, s == "Od":
		k.ready.WriteString("\x1bb")
	case last == 'C' && modified, s == "Oc":
		k.ready.WriteString("\x1bf")
	case last >= 'A' && last <= 'D':
		k.ready.WriteString("\x1b[" + string(last))
	case last == 'H', s == "[1~", s == "[7~":
		k.ready.WriteByte('A' & 0x1f)
	case last == 'F', s == "[4~", s == "[8~":
		k.ready.WriteByte('E' & 0x1f)
	case s == "[3~":
		k.ready.WriteRune(keyDelete)
	case last == '~' && strings.HasPrefix(parameters, "3;"):
		k.ready.WriteString("\x1bd")
	case s == "OM":
		k.ready.WriteByte('\r')
	case last == 'R': // where the cursor is, which the editor has asked for
		k.ready.WriteString("\x1b" + s)
	}
}

// paste takes one byte of what is pasted: a Tab becomes white space, and in quotes what stands for it there.
func (k *keyboard) paste(b byte) {
	was := k.cr
	k.cr = b == '\r'
	switch {
	case b == '\n' && was:
	case b == '\r' || b == '\n':
		k.ready.WriteByte('\r')
	case b == '\t' && k.quote != 0:
		k.ready.WriteString(`\t`)
	case b == '\t':
		k.ready.WriteString("    ")
	case b >= ' ' && b != 0x7f:
		k.ready.WriteByte(b)
	}
	switch {
	case k.slashed:
		k.slashed = false
	case b == '\\' || b == '$' && k.quote == 0:
		k.slashed = true
	case b == k.quote:
		k.quote = 0
	case k.quote == 0 && (b == '"' || b == '\''):
		k.quote = b
	}
}
