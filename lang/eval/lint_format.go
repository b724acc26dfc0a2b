package eval

import (
	"fmt"
	"strings"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// formatters are the functions whose format string and arguments are looked at, with the position of the former.
var formatters = map[string]int{
	"io:format/1": 0, "io:format/2": 0, "io:format/3": 1, "io:fwrite/1": 0, "io:fwrite/2": 0, "io:fwrite/3": 1,
	"io_lib:format/2": 0, "io_lib:fwrite/2": 0,
}

// format warns of a format string that is wrong, or does not fit the arguments.
func (l *linter) format(e *syntax.Call, module, name term.Term) {
	at, ok := formatters[fmt.Sprintf("%s:%s/%d", module.AtomName(), name.AtomName(), len(e.Args))]
	if !ok || l.unit == nil {
		return
	}
	text, ok := e.Args[at].(*syntax.Literal)
	if !ok || text.Form != syntax.StringLiteral {
		return
	}
	want, wrong := formatArguments([]rune(textOf(text.Value)))
	if wrong != "" {
		l.warn("format", text.Position, "format string invalid (%s)", wrong)
		return
	}
	if at+1 == len(e.Args) {
		if want > 0 {
			l.warn("format", text.Position, "the format string requires an argument list with %s, but no argument list is given", counted(want))
		}
		return
	}
	args := e.Args[at+1]
	switch have, known := listLength(args); {
	case known && have < 0:
		l.warn("format", args.Pos(), "format arguments not a list")
	case known && have != want:
		l.warn("format", args.Pos(), "the format string requires %s, but the argument list %s", wanted(want), given(have, want))
	}
}

func counted(n int) string {
	if n == 1 {
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

func wanted(n int) string {
	if n == 0 {
		return "an empty argument list"
	}
	return "an argument list with " + counted(n)
}

func given(have, want int) string {
	switch {
	case have == 0:
		return "is empty"
	case have < want:
		return "contains only " + counted(have)
	}
	return "contains " + counted(have)
}

// listLength returns how long the list is that an expression makes, -1 if it makes none; false if that is not known.
func listLength(e syntax.Expr) (int, bool) {
	for n := 0; ; n++ {
		switch x := e.(type) {
		case *syntax.NilExpr:
			return n, true
		case *syntax.Cons:
			e = x.Tail
			continue
		case *syntax.Literal:
			if list, ok := x.Value.Slice(); ok {
				return n + len(list), true
			}
			return -1, true
		case *syntax.Tuple:
			return -1, true
		}
		return 0, false
	}
}

// formatArguments counts the arguments that a format string takes, or says what is wrong with it.
func formatArguments(text []rune) (count int, wrong string) {
	next := func() rune {
		if len(text) == 0 {
			return -1
		}
		return text[0]
	}
	number := func(signed bool) {
		if signed && next() == '-' {
			text = text[1:]
		}
		if next() == '*' {
			text = text[1:]
			count++
			return
		}
		for c := next(); c >= '0' && c <= '9'; c = next() {
			text = text[1:]
		}
	}
	for len(text) > 0 {
		c := text[0]
		if text = text[1:]; c != '~' {
			continue
		}
		number(true)
		if next() == '.' {
			text = text[1:]
			number(false)
		}
		if next() == '.' && len(text) > 1 {
			if text = text[1:]; next() == '*' {
				count++
			}
			text = text[1:]
		}
		for next() >= 0 && strings.ContainsRune("tlkK", next()) && len(text) > 1 {
			text = text[1:]
		}
		switch c := next(); {
		case c < 0:
			return 0, "truncated"
		case strings.ContainsRune("~n", c):
		case strings.ContainsRune("WPXx", c):
			count += 2
		case strings.ContainsRune("cfegswpB#b+i", c):
			count++
		default:
			return 0, "invalid control ~" + string(c)
		}
		text = text[1:]
	}
	return count, ""
}

// loads notes that a module loads native functions, for which -nifs may be.
func (l *linter) loads(e *syntax.Call, module, name term.Term) {
	if (module.None() || module.AtomName() == "erlang") && name.AtomName() == "load_nif" && len(e.Args) == 2 {
		l.loadsNif = true
	}
}

func (l *linter) illegalCallIn(e *syntax.Call, ok bool) (code.NameArity, bool) {
	if !ok {
		return code.NameArity{}, false
	}
	return l.illegalCall(e)
}

// illegalCall is what is wrong with a call in a guard.
func (l *linter) illegalCall(e *syntax.Call) (code.NameArity, bool) {
	module, name, ok := callee(e)
	if !ok || !module.None() || l.unit == nil {
		return code.NameArity{}, false
	}
	k := code.NameArity{Name: name, Arity: len(e.Args)}
	_, imported := l.unit.imports[k]
	return k, imported || l.unit.functions[k] != nil
}
