package io_lib

import (
	"strconv"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// formatting are the functions on formats.
func formatting() []bif.Function {
	fill := func(name string) []bif.Function {
		return []bif.Function{
			{
				Spec: name + "(Format :: io:format(), Data :: [term()]) -> chars()",
				Doc: "Fills Format with Data and returns the characters, a list that may be nested.\n\n" +
					"`~w` writes a term, `~p` prints it nicely, `~s` takes characters as they are; `~W` and `~P` have a depth as second argument. " +
					"`~b`, `~x`, `~+` print integers (`~B`, `~X`, `~#` with capitals) in the base that the precision says, `~f`, `~e`, `~g` floats, " +
					"`~c` a character, `~n` a new line, `~i` nothing, `~~` a tilde. In between stand width, precision and padding, " +
					"`~Width.Precision.PadC`, each of them a star for an argument, and `t` for characters above Latin-1, `l` for lists of characters as lists.",
				Example: "1> lists:flatten(io_lib:" + name + "(\"~5w|~.2f|~s\", [a, 1.5, \"b\"])).\n\"    a|1.50|b\"",
				Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
					p.Spend(10)
					chars, err := format.FormatChars(options(p, false), args[0], args[1])
					if err != nil {
						return term.None, badarg("format", args)
					}
					return chars, nil
				},
			},
			{
				Spec: name + "(Format :: io:format(), Data :: [term()], [{chars_limit, integer()}]) -> chars()",
				Doc: "As " + name + "/2, but cuts terms and strings so that no more than about chars_limit characters are returned, with dots where " +
					"something is left out.",
				Example: "1> lists:flatten(io_lib:" + name + "(\"~p\", [lists:seq(1, 100)], [{chars_limit, 20}])).\n\"[1,2,3,4,5,6,7,8|...]\"",
				Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
					items, ok := format.Scan(args[0], args[1])
					var result term.Term
					var err error = term.Badarg()
					if ok {
						result, err = build(p, items, args[2])
					}
					if err != nil {
						return term.None, badarg("format", args[:2]) // (sic) without the options
					}
					return result, nil
				},
			},
		}
	}
	return append(append(fill("format"), fill("fwrite")...), taken()...)
}

// badarg is the error of a format that cannot be filled; the stack trace shows its arguments.
func badarg(name string, args []term.Term) error {
	return bif.ErrorOf(atom.Badarg, module, name, term.List(args...))
}

// built gives the error of build the call that failed.
func built(name string, args []term.Term) func(chars term.Term, err error) (term.Term, error) {
	return func(chars term.Term, err error) (term.Term, error) {
		if err != nil {
			return term.None, badarg(name, args)
		}
		return chars, nil
	}
}

// build fills a format that is taken apart, under the options of format/3.
func build(p *node.Process, items []format.Item, list term.Term) (term.Term, error) {
	if _, ok := list.Length(); !ok {
		return term.None, term.Badarg()
	}
	limit, ok := number(option(list, atomCharsLimit, term.Int(-1)))
	if !ok {
		return term.None, term.Badarg()
	}
	return format.Build(options(p, false), items, limit)
}

// taken are the functions on formats that are taken apart.
func taken() []bif.Function {
	return []bif.Function{
		{
			Spec:    "scan_format(Format :: io:format(), Data :: [term()]) -> [char() | map()]",
			Doc:     "Takes a format apart: a list of characters and, for each control sequence, a map that says what it is and holds its arguments.",
			Example: "1> hd(io_lib:scan_format(\"~10p\", [a])).\n#{adjust => right,\n  args => [a],\n  control_char => 112,encoding => latin1,pad_char => 32,\n  precision => none,strings => true,width => 10}",
			Pure: func(args []term.Term) (term.Term, error) {
				items, ok := format.Scan(args[0], args[1])
				if !ok {
					return term.None, badarg("scan_format", args)
				}
				var b term.Builder
				for _, i := range items {
					if i.Spec != nil {
						b.Add(specMap(i.Spec))
					} else {
						b.Add(i.Char)
					}
				}
				return b.List(term.Nil), nil
			},
		},
		{
			Spec:    "unscan_format(FormatList :: [char() | map()]) -> {Format :: string(), Data :: [term()]}",
			Doc:     "Puts a format that scan_format/2 took apart together again.",
			Example: "1> io_lib:unscan_format(io_lib:scan_format(\"a~10p\", [b])).\n{\"a~10p\",[b]}",
			Pure: func(args []term.Term) (term.Term, error) {
				items, ok := itemsOf(args[0])
				if !ok {
					return term.None, term.FunctionClause()
				}
				return unscan(items), nil
			},
		},
		{
			Spec:    "build_text(FormatList :: [char() | map()]) -> chars()",
			Doc:     "Fills a format that scan_format/2 took apart.",
			Example: "1> lists:flatten(io_lib:build_text(io_lib:scan_format(\"a~5p\", [b]))).\n\"ab\"",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				items, ok := itemsOf(args[0])
				if !ok {
					return term.None, badarg("build_text", args)
				}
				return built("build_text", args)(build(p, items, term.Nil))
			},
		},
		{
			Spec:    "build_text(FormatList :: [char() | map()], [{chars_limit, integer()}]) -> chars()",
			Doc:     "Fills a format that scan_format/2 took apart, with a limit as format/3 has it.",
			Example: "1> lists:flatten(io_lib:build_text(io_lib:scan_format(\"~w\", [[1,2,3,4,5]]), [{chars_limit, 6}])).\n\"[1|...]\"",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				items, ok := itemsOf(args[0])
				if !ok {
					return term.None, badarg("build_text", args)
				}
				return built("build_text", args)(build(p, items, args[1]))
			},
		},
		{
			Spec:    "format_prompt(Prompt :: term()) -> chars()",
			Doc:     "Returns the characters of a prompt: an atom or characters as they are, `{format,Format,Args}` filled, any other term printed.",
			Example: "1> lists:flatten(io_lib:format_prompt({format, \"~w> \", [1]})).\n\"1> \"",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return prompt(p, args[0], true), nil
			},
		},
		{
			Spec:    "format_prompt(Prompt :: term(), Encoding :: latin1 | unicode) -> chars()",
			Doc:     "As format_prompt/1, with characters above Latin-1 as they are unless Encoding is latin1.",
			Example: "1> lists:flatten(io_lib:format_prompt(abc, unicode)).\n\"abc\"",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return prompt(p, args[0], args[1] == atomLatin1), nil
			},
		},
	}
}

func prompt(p *node.Process, t term.Term, latin1 bool) term.Term {
	text, args := "~", term.List(t)
	if !latin1 {
		text = "~t"
	}
	filled, ok := t.Tagged(atomFormat, 3)
	var what term.Term
	switch {
	case ok:
		what, args = filled[1], filled[2]
	case t.IsList() || t.IsAtom() || t.IsBinary():
		what = term.String(text + "s")
	default:
		what = term.String(text + "p")
	}
	chars, err := format.FormatChars(options(p, latin1), what, args)
	if err != nil {
		return term.String("???")
	}
	return chars
}

var (
	keyControl   = term.Atom("control_char")
	keyArgs      = term.Atom("args")
	keyWidth     = term.Atom("width")
	keyAdjust    = term.Atom("adjust")
	keyPrecision = term.Atom("precision")
	keyPad       = term.Atom("pad_char")
	keyStrings   = term.Atom("strings")
	atomNone     = term.Atom("none")
	atomLeft     = term.Atom("left")
	atomRight    = term.Atom("right")
)

// specMap is a control sequence as scan_format/2 shows it.
func specMap(s *format.Spec) term.Term {
	size := func(n int) term.Term {
		if n == format.None {
			return atomNone
		}
		return term.Int(int64(n))
	}
	adjust, encoding := atomRight, atomLatin1
	if s.Left {
		adjust = atomLeft
	}
	if s.Unicode {
		encoding = atomUnicode
	}
	return term.NewMap(keyControl, term.Int(int64(s.Control)), keyArgs, term.List(s.Args...), keyWidth, size(s.Width), keyAdjust, adjust,
		keyPrecision, size(s.Precision), keyPad, s.Pad, atomEncoding, encoding, keyStrings, term.Bool(!s.NoStrings))
}

// itemsOf reads a list as scan_format/2 makes it.
func itemsOf(list term.Term) ([]format.Item, bool) {
	elements, ok := list.Slice()
	items := make([]format.Item, len(elements))
	for i, e := range elements {
		m, isMap := e.Map()
		if !isMap {
			items[i].Char = e
			continue
		}
		if items[i].Spec = specOf(m); items[i].Spec == nil {
			return nil, false
		}
	}
	return items, ok
}

// arities are how many arguments each control character has.
var arities = map[rune]int{'w': 1, 'p': 1, 's': 1, 'e': 1, 'f': 1, 'g': 1, 'b': 1, 'B': 1, '+': 1, '#': 1, 'c': 1, 'i': 1,
	'W': 2, 'P': 2, 'x': 2, 'X': 2, '~': 0, 'n': 0}

// specOf reads a map as scan_format/2 makes it; nil where it is none.
func specOf(m *term.Map) *format.Spec {
	value := func(key term.Term) term.Term {
		v, _ := m.Get(key)
		return v
	}
	size := func(t term.Term) (int, bool) {
		if t == atomNone {
			return format.None, true
		}
		return number(t)
	}
	control, ok1 := value(keyControl).Int()
	args, ok2 := value(keyArgs).Slice()
	width, ok3 := size(value(keyWidth))
	precision, ok4 := size(value(keyPrecision))
	pad := value(keyPad)
	want, ok5 := arities[rune(control)]
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || pad.None() || len(args) != want {
		return nil
	}
	return &format.Spec{
		Control: rune(control), Args: args, Width: width, Left: value(keyAdjust) == atomLeft, Precision: precision, Pad: pad,
		Unicode: value(atomEncoding) == atomUnicode, NoStrings: value(keyStrings).AtomName() == "false",
	}
}

// unscan is the opposite of scan.
func unscan(items []format.Item) term.Term {
	var text, data term.Builder
	add := func(s string) {
		for _, r := range s {
			text.Add(term.Int(int64(r)))
		}
	}
	for _, i := range items {
		s := i.Spec
		if s == nil {
			text.Add(i.Char)
			continue
		}
		add("~")
		if s.Width != format.None {
			if s.Left {
				add("-")
			}
			add(strconv.Itoa(s.Width))
		}
		padded := s.Pad != term.Int(' ')
		if s.Precision != format.None {
			add("." + strconv.Itoa(s.Precision))
		} else if padded { // the padding stands behind the second dot
			add(".")
		}
		if padded {
			add(".")
			text.Add(s.Pad)
		}
		if s.Unicode {
			add("t")
		}
		if s.NoStrings {
			add("l")
		}
		add(string(s.Control))
		for _, a := range s.Args {
			data.Add(a)
		}
	}
	return term.Tuple(text.List(term.Nil), data.List(term.Nil))
}
