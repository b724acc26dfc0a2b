package format

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// trace writes the frames of a stack, those at the bottom left out that Trim names.
func (w *exceptionWriter) trace(frames []traceFrame, known *term.Map) string {
	for n := len(frames); n > 0 && w.Trim != nil; n-- {
		if f := frames[n-1]; !w.Trim(f.module, f.name, f.arity) {
			break
		}
		frames = frames[:n-1]
	}
	indent := w.margin + "  "
	var b strings.Builder
	for i, f := range frames {
		origin := "in call from "
		switch {
		case i > 0:
			b.WriteByte('\n')
			known = nil
		case isOperator(f):
			origin = "in operator  "
		default:
			origin = "in function  "
		}
		b.WriteString(indent + origin + w.mfa(f))
		if f.args == nil {
			b.WriteString(" " + f.location()) // (sic) the blank stands there without a location too
		} else {
			called := indent + "   called as "
			b.WriteString("\n" + called + w.call("", called, w.nameOf(f), f))
		}
		for _, line := range argumentErrors(f, known) {
			b.WriteString("\n" + indent + "   " + line)
		}
	}
	return b.String()
}

// argumentErrors are the lines about the arguments of a failed call.
func argumentErrors(f traceFrame, known *term.Map) []string {
	if known == nil {
		return nil
	}
	var out []string
	for i := range f.arity {
		t, ok := known.Get(term.Int(int64(i + 1)))
		if !ok {
			continue
		}
		lead := fmt.Sprintf("*** argument %d: ", i+1)
		for line := range strings.FieldsFuncSeq(chardata(t), func(r rune) bool { return r == '\n' || r == '\r' }) {
			out = append(out, lead+line)
			lead = blanks(len(lead))
		}
	}
	if t, ok := known.Get(atomGeneral); ok {
		out = append(out, "*** "+chardata(t))
	}
	return out
}

// call writes Name(Args) behind text, or under it where the arguments need fewer lines there. before is what stands left of the call
// on a line of its own.
func (w *exceptionWriter) call(text, before, name string, f traceFrame) string {
	if isOperator(f) {
		return text + w.operation(utf8.RuneCountInString(text+before), f)
	}
	behindColumn := utf8.RuneCountInString(before + text + name)
	behind := w.arguments(f.args, behindColumn)
	under := w.arguments(f.args, utf8.RuneCountInString(before+name))
	narrow := strings.Contains(w.arguments([]term.Term{term.Atom("a2345"), term.Atom("b2345")}, behindColumn), "\n")
	if narrow || strings.Count(under, "\n") < strings.Count(behind, "\n") {
		return text + "\n" + before + name + under
	}
	return text + name + behind
}

// arguments writes (A, B, ...) behind the column at.
func (w *exceptionWriter) arguments(args []term.Term, at int) string {
	digits := ""
	if len(args) > 0 && Printable(term.List(args...), false) { // or else they would read as a string
		digits = args[0].String()
		args = append([]term.Term{term.Atom(strings.Repeat("a", len(digits)))}, args[1:]...)
	}
	s := w.Pretty(term.List(args...), at+1)
	inner := strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")
	return "(" + digits + inner[len(digits):] + ")"
}

// operation writes an operator with its operands, which begin in column at+1.
func (w *exceptionWriter) operation(at int, f traceFrame) string {
	op := f.name.AtomName()
	if f.arity == 1 {
		return op + " " + w.Pretty(f.args[0], at+len(op)+2)
	}
	left, under := w.Pretty(f.args[0], at+1), w.Pretty(f.args[1], at+1)
	margin := "\n" + blanks(at)
	if !strings.Contains(left, "\n") {
		behind := w.Pretty(f.args[1], at+utf8.RuneCountInString(left)+len(op)+3)
		if strings.Count(under, "\n") >= strings.Count(behind, "\n") {
			return left + " " + op + " " + behind
		}
	}
	return left + margin + op + margin + under
}

// mfa names a function with its arity.
func (w *exceptionWriter) mfa(f traceFrame) string { return w.nameOf(f) + "/" + strconv.Itoa(f.arity) }

// nameOf names a function: BIFs and operators without their module.
func (w *exceptionWriter) nameOf(f traceFrame) string {
	switch {
	case w.Auto != nil && w.Auto(f.module, f.name, f.arity):
		return Atom(f.name.AtomName())
	case isOperator(f) && f.name.AtomName() != "/":
		return f.name.AtomName()
	case isOperator(f):
		return Atom(f.name.AtomName())
	}
	return Atom(f.module.AtomName()) + ":" + Atom(f.name.AtomName())
}

func nameArity(name term.Term, arity int) string {
	return Atom(name.AtomName()) + "/" + strconv.Itoa(arity)
}

var (
	unaryOperators  = operatorSet("+ - bnot not")
	binaryOperators = operatorSet("* / + - div rem band bor bxor bsl bsr and or xor == /= =< < >= > =:= =/= ++ -- !")
)

func operatorSet(names string) map[term.Term]bool {
	set := map[term.Term]bool{}
	for name := range strings.FieldsSeq(names) {
		set[term.Atom(name)] = true
	}
	return set
}

func isOperator(f traceFrame) bool {
	switch {
	case f.module != atom.Erlang:
		return false
	case f.arity == 1:
		return unaryOperators[f.name]
	case f.arity == 2:
		return binaryOperators[f.name]
	}
	return false
}

func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }
