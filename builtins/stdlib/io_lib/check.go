package io_lib

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// checking are the functions that say what a list of characters is.
func checking() []bif.Function {
	flat := func(latin1 bool) func(t term.Term) bool {
		return func(t term.Term) bool {
			c, ok := t.Cons()
			for ; ok; c, ok = t.Cons() {
				if !format.IsChar(c.Head, latin1) {
					return false
				}
				t = c.Tail
			}
			return t.IsNil()
		}
	}
	deep := func(latin1 bool) func(t term.Term) bool {
		return func(t term.Term) bool { return format.DeepChars(t, latin1) }
	}
	printable := func(unicode bool) func(t term.Term) bool {
		return func(t term.Term) bool { return format.Printable(t, unicode) }
	}
	rows := []bif.Function{
		{
			Spec: "printable_list(Term :: term()) -> boolean()",
			Doc: "Tells whether Term is a list of characters that count as printable here, which are those of Latin-1 unless the program was " +
				"told otherwise.",
			Example: "1> io_lib:printable_list(\"abc\").\ntrue",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return term.Bool(format.Printable(args[0], p.Node().Unicode())), nil
			},
		},
		{
			Spec:    "chars_length(Chars :: chars()) -> non_neg_integer()",
			Doc:     "Returns the number of characters in a list that may be nested.",
			Example: "1> io_lib:chars_length([\"ab\", $c]).\n3",
			Pure: func(args []term.Term) (term.Term, error) {
				n, ok := format.Length(args[0])
				if !ok {
					return term.None, term.Badarg()
				}
				return term.Int(int64(n)), nil
			},
		},
		{
			Spec:    "indentation(String :: chars(), StartIndent :: integer()) -> integer()",
			Doc:     "Returns the column behind String when it is printed from StartIndent on, where tabs stand at every eighth column.",
			Example: "1> io_lib:indentation(\"ab\\tc\", 0).\n9",
			Pure: func(args []term.Term) (term.Term, error) {
				start, ok := number(args[1])
				if !ok {
					return term.None, term.Badarith()
				}
				n, ok := indentation(args[0], start)
				if !ok {
					return term.None, bif.ClauseOf("io_lib_format", "indentation", args...)
				}
				return term.Int(int64(n)), nil
			},
		},
	}
	for _, r := range []struct {
		name, doc string
		f         func(t term.Term) bool
	}{
		{"char_list", "a list of characters of Unicode", flat(false)},
		{"latin1_char_list", "a list of characters of Latin-1", flat(true)},
		{"deep_char_list", "a list of characters of Unicode that may be nested", deep(false)},
		{"deep_unicode_char_list", "a list of characters of Unicode that may be nested", deep(false)},
		{"deep_latin1_char_list", "a list of characters of Latin-1 that may be nested", deep(true)},
		{"printable_latin1_list", "a list of printable characters of Latin-1", printable(false)},
		{"printable_unicode_list", "a list of printable characters of Unicode", printable(true)},
	} {
		rows = append(rows, bif.Function{
			Spec:    r.name + "(Term :: term()) -> boolean()",
			Doc:     "Tells whether Term is " + r.doc + ".",
			Example: "1> io_lib:" + r.name + "(\"abc\").\ntrue\n2> io_lib:" + r.name + "([a]).\nfalse",
			Pure:    func(args []term.Term) (term.Term, error) { return term.Bool(r.f(args[0])), nil },
		})
	}
	return rows
}

func indentation(t term.Term, column int) (int, bool) {
	for {
		c, ok := t.Cons()
		if !ok {
			return column, t.IsNil()
		}
		t = c.Tail
		switch {
		case c.Head == term.Int('\n'):
			column = 0
		case c.Head == term.Int('\t'):
			column = (column/8 + 1) * 8
		case c.Head.IsInteger():
			column++
		default:
			if column, ok = indentation(c.Head, column); !ok {
				return 0, false
			}
		}
	}
}
