package format

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/term"
)

// sequence makes a random control sequence and its arguments, mostly right ones.
func (r maker) sequence() (string, []term.Term) {
	text := "~"
	var args []term.Term
	size := func(least int) {
		if r.IntN(6) == 0 {
			text += "*"
			args = append(args, term.Int(int64(r.IntN(40)+least)))
			return
		}
		text += strconv.Itoa(r.IntN(1 + r.IntN(60)))
	}
	if r.IntN(3) == 0 {
		if r.IntN(3) == 0 {
			text += "-"
		}
		size(-5)
	}
	if r.IntN(4) == 0 {
		text += "."
		if r.IntN(4) > 0 {
			size(0)
		}
		if r.IntN(3) == 0 {
			text += "." + r.pick("x", "0", " ", "_", "é", "*")
			if text[len(text)-1] == '*' {
				args = append(args, term.Int(int64('a'+r.IntN(26))))
			}
		}
	}
	text += r.pick("", "", "", "t", "t", "l", "tl")
	control := r.pick("w", "w", "p", "p", "p", "W", "P", "s", "s", "s", "e", "f", "g", "b", "B", "+", "#", "x", "X", "c", "i", "n", "~", "q")
	depth := term.Int(int64(r.IntN(12) - 1))
	switch control {
	case "w", "p", "i":
		args = append(args, r.term(r.IntN(4)))
	case "W", "P":
		args = append(args, r.term(r.IntN(4)), depth)
	case "s":
		args = append(args, r.chardata(2))
	case "e", "f", "g":
		args = append(args, r.float())
	case "b", "B", "+", "#":
		args = append(args, r.integer())
	case "x", "X":
		args = append(args, r.integer(), r.chardata(1))
	case "c":
		args = append(args, term.Int(int64(r.rune())))
	}
	return text + control, args
}

func (r maker) chardata(depth int) term.Term {
	kind := r.IntN(10)
	if r.clean && (kind == 1 || kind == 4) {
		kind = 9
	}
	switch kind {
	case 0:
		return r.atom()
	case 1:
		return r.binary()
	case 2:
		return term.BinaryString(r.text(r.IntN(8)))
	case 3:
		if depth == 0 {
			break
		}
		elements := make([]term.Term, r.IntN(4))
		for i := range elements {
			elements[i] = r.chardata(depth - 1)
			if elements[i].IsAtom() {
				elements[i] = term.Int(int64(r.rune()))
			}
		}
		return term.ListTail(elements, []term.Term{term.Nil, term.Nil, term.BinaryString(r.text(2))}[r.IntN(3)])
	case 4:
		return r.term(0)
	}
	return term.String(r.text(r.IntN(1 + r.IntN(20))))
}

// excessive reports sizes with which OTP takes for ever, or all memory.
func excessive(width, precision int) bool {
	return width > 1000 || precision > 1000 || precision < 0 && precision != None
}

// wire is the text of a sink as the oracle writes it.
func wire(s *sink) []byte {
	var b []byte
	for i := 0; i < len(s.text); i++ {
		b = append(b, s.text[i])
		if s.text[i] == oddMark {
			r, n := decodeRune(s.text[i:])
			b = append(Append(b, (*s.odd)[^r], Options{}), '.')
			i += n - 1
		}
	}
	return b
}

// TestFormatOTP fills random formats as io_lib:format does.
func TestFormatOTP(t *testing.T) { compareFormats(t, false) }

// TestLimitOTP fills random formats under a limit of characters.
func TestLimitOTP(t *testing.T) { compareFormats(t, true) }

func compareFormats(t *testing.T, limited bool) {
	r := maker{rand.New(rand.NewPCG(*seed, 3)), true, limited}
	var asked []term.Term
	var ours [][]byte
	failed := 0
	for range *cases {
		text := ""
		var args []term.Term
		for range r.IntN(5) {
			sequence, more := r.sequence()
			text += r.text(r.IntN(4)) + sequence
			args = append(args, more...)
		}
		if r.IntN(20) == 0 {
			args = append(args, term.Int(1))
		}
		items, ok := Scan(term.String(text), term.List(args...))
		if slices.ContainsFunc(items, func(i Item) bool { return i.Spec != nil && excessive(i.Spec.Width, i.Spec.Precision) }) ||
			!ok && strings.Contains(text, "*") {
			continue
		}
		limit := -1
		if limited {
			limit = r.IntN(1 + r.IntN(100))
		}
		asked = append(asked, call("io_lib", "format", term.String(text), term.List(args...), term.List(pairOf("chars_limit", term.Int(int64(limit))))))
		f := formatter{}
		f.nested = true
		if !ok || !f.build(items, limit) {
			f.text = []byte("!")
			failed++
		}
		ours = append(ours, wire(&f.sink))
	}
	t.Logf("%d of %d are badarg", failed, len(ours))
	compare(t, asked, ours)
}
