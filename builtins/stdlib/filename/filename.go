// Package filename is module filename: the names of files and directories, as Unix writes them.
package filename

import (
	"os"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

const module = "filename"

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:      module,
		Doc:       "The names of files and directories.",
		Functions: named(append(parts(), paths()...)),
	}
}

// name is a file name: text, and whether it came as a binary, whose bytes are kept as they are.
type name struct {
	text   string
	binary bool
}

func (n name) with(text string) name { return name{text, n.binary} }

func (n name) term() term.Term {
	if n.binary {
		return term.BinaryString(n.text)
	}
	return term.String(n.text)
}

// nameOf reads a name: a binary, an atom, or a list of characters, atoms and such lists.
func nameOf(t term.Term) (name, bool) {
	if b, ok := t.Binary(); ok {
		return name{string(b), true}, true
	}
	var b strings.Builder
	if t.IsAtom() {
		return name{text: t.AtomName()}, true
	}
	if !t.IsList() || !flat(&b, t) {
		return name{}, false
	}
	return name{text: b.String()}, true
}

func flat(b *strings.Builder, t term.Term) bool {
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		if r, isInt := c.Head.Int(); isInt {
			if r < 0 || r > 0x10ffff {
				return false
			}
			b.WriteRune(rune(r))
		} else if c.Head.IsAtom() {
			b.WriteString(c.Head.AtomName())
		} else if !c.Head.IsList() || !flat(b, c.Head) {
			return false
		}
		t = c.Tail
	}
	return t.IsNil()
}

// one makes a native of a function on one name.
func one(f func(n name) term.Term) func(args []term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		n, ok := nameOf(args[0])
		if !ok {
			return term.None, noName(args[0])
		}
		return f(n), nil
	}
}

// noName is the error of what is no name.
func noName(t term.Term) error {
	if t.IsList() {
		for c, ok := t.Cons(); ok; c, ok = t.Cons() {
			if !c.Head.IsInteger() && !c.Head.IsList() && !c.Head.IsAtom() {
				return bif.ClauseOf(module, "do_flatten", t, term.Nil)
			}
			t = c.Tail
		}
		return bif.ClauseOf(module, "do_flatten", t, term.Nil)
	}
	return bif.ClauseOf(module, "do_flatten", t, term.Nil)
}

// named gives the errors of what is no name the frame of the function that was called, which has read the name by another one.
func named(functions []bif.Function) []bif.Function {
	for i := range functions {
		f := &functions[i]
		call, spec := f.Pure, f.Spec
		if call == nil {
			continue
		}
		f.Pure = func(args []term.Term) (term.Term, error) {
			v, err := call(args)
			e, ok := err.(*term.Exception)
			if !ok || e.Reason != atom.FunctionClaus || e.Stack.None() {
				return v, err
			}
			name, _, _ := strings.Cut(spec, "(")
			switch name {
			case "flatten":
				return v, err
			case "join":
				return v, noPart(err, args)
			case "pathtype":
				return v, bif.ClauseOf(module, "pathtype", args[0])
			case "absname":
				err = bif.ClauseOf(module, "pathtype", args[0])
			case "nativename":
				err = bif.ClauseOf(module, "join", term.List(args[0]))
			}
			return v, bif.Behind(err, bif.Frame(module, name, term.Int(int64(len(args)))))
		}
	}
	return functions
}

// noPart is the error of join for arguments that are no names.
func noPart(err error, args []term.Term) error {
	if len(args) == 1 {
		if c, ok := args[0].Cons(); ok && !c.Head.IsList() && !c.Head.IsAtom() {
			return bif.ClauseOf(module, "join", args[0])
		}
		return err
	}
	flat := make([]term.Term, len(args))
	for i, a := range args {
		if n, ok := nameOf(a); ok {
			a = n.term()
		}
		flat[i] = a
	}
	return bif.ClauseOf(module, "join", flat...)
}

// two makes a native of a function on two names; the result is a binary when one of them is.
func two(f func(a, b name) (term.Term, error)) func(args []term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		a, ok := nameOf(args[0])
		if !ok {
			return term.None, noName(args[0])
		}
		b, ok := nameOf(args[1])
		if !ok {
			return term.None, noName(args[1])
		}
		if a.binary || b.binary {
			a.binary, b.binary = true, true
		}
		return f(a, b)
	}
}

func parts() []bif.Function {
	return []bif.Function{
		{
			Spec:    "basename(Filename :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns the last part of a name.",
			Example: "1> filename:basename(\"/usr/foo.erl\").\n\"foo.erl\"",
			Pure:    one(func(n name) term.Term { return n.with(basename(n.text)).term() }),
		},
		{
			Spec:    "basename(Filename :: file:name_all(), Ext :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns the last part of a name, without Ext at its end.",
			Example: "1> filename:basename(\"/usr/foo.erl\", \".erl\").\n\"foo\"",
			Pure: two(func(a, b name) (term.Term, error) {
				return a.with(strings.TrimSuffix(basename(a.text), b.text)).term(), nil
			}),
		},
		{
			Spec:    "dirname(Filename :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns the name of the directory that a name is in.",
			Example: "1> filename:dirname(\"/usr/foo.erl\").\n\"/usr\"",
			Pure:    one(func(n name) term.Term { return n.with(dirname(n.text)).term() }),
		},
		{
			Spec:    "extension(Filename :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns the extension of a name with its dot, or an empty name.",
			Example: "1> filename:extension(\"foo.tar.gz\").\n\".gz\"",
			Pure:    one(func(n name) term.Term { return n.with(extension(n.text)).term() }),
		},
		{
			Spec:    "rootname(Filename :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns a name without its extension.",
			Example: "1> filename:rootname(\"/usr/foo.erl\").\n\"/usr/foo\"",
			Pure:    one(func(n name) term.Term { return n.with(rootname(n.text)).term() }),
		},
		{
			Spec:    "rootname(Filename :: file:name_all(), Ext :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns a name without its extension if that is Ext.",
			Example: "1> filename:rootname(\"foo.erl\", \".beam\").\n\"foo.erl\"",
			Pure: two(func(a, b name) (term.Term, error) {
				return a.with(strings.TrimSuffix(a.text, b.text)).term(), nil
			}),
		},
		{
			Spec:    "flatten(Filename :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns a name of lists and atoms as one string.",
			Example: "1> filename:flatten([\"a\",[$/,b]]).\n\"a/b\"",
			Pure:    one(func(n name) term.Term { return n.term() }),
		},
		{
			Spec:    "nativename(Path :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns a path as the system writes it.",
			Example: "1> filename:nativename(\"/usr//local/\").\n\"/usr/local\"",
			Pure:    one(func(n name) term.Term { return n.with(normal(n.text)).term() }),
		},
		{
			Spec:    "validate(FileName :: file:name_all()) -> boolean()",
			Doc:     "Tells whether the system could have a file of this name.",
			Example: "1> filename:validate(\"foo\").\ntrue",
			Pure: func(args []term.Term) (term.Term, error) {
				n, ok := nameOf(args[0])
				return term.Bool(ok && !strings.Contains(n.text, "\x00")), nil
			},
		},
	}
}

// basename is what stands behind the last slash, not counting slashes at the end.
func basename(s string) string {
	s = strings.TrimRight(s, "/")
	return s[strings.LastIndexByte(s, '/')+1:]
}

func dirname(s string) string {
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return "."
	}
	d := strings.TrimRight(s[:i], "/")
	if d == "" {
		return "/"
	}
	return d
}

func extension(s string) string {
	base := s[strings.LastIndexByte(s, '/')+1:]
	i := strings.LastIndexByte(base, '.')
	if i <= 0 {
		return ""
	}
	return base[i:]
}

// rootname cuts at the last dot of the last part, even where that dot begins it.
func rootname(s string) string {
	if i := strings.LastIndexByte(s, '.'); i > strings.LastIndexByte(s, '/') {
		return s[:i]
	}
	return s
}

// normal leaves out slashes that say nothing, and dots between slashes.
func normal(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if n := len(out); s[i] == '/' && n > 0 {
			switch {
			case out[n-1] == '/':
				continue
			case out[n-1] == '.' && n > 1 && out[n-2] == '/':
				out = out[:n-1]
				continue
			}
		}
		out = append(out, s[i])
	}
	if n := len(out); n > 1 && out[n-1] == '/' {
		out = out[:n-1]
	}
	return string(out)
}

func absolute(s string) bool { return strings.HasPrefix(s, "/") }

// join puts two names together.
func join(a, b string) string {
	switch {
	case absolute(b):
		return normal(b)
	case b == "":
		return normal(a)
	}
	return normal(a + "/" + b)
}

func paths() []bif.Function {
	return []bif.Function{
		{
			Spec:    "join(Components :: [file:name_all(), ...]) -> file:filename_all()",
			Doc:     "Returns the parts of a path as one name.",
			Example: "1> filename:join([\"/usr\", \"local\", \"bin\"]).\n\"/usr/local/bin\"",
			Pure:    join1,
		},
		{
			Spec:    "join(Name1 :: file:name_all(), Name2 :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns Name2 in the directory Name1; an absolute Name2 stands alone.",
			Example: "1> filename:join(\"a\", \"b\").\n\"a/b\"",
			Pure:    two(func(a, b name) (term.Term, error) { return a.with(join(a.text, b.text)).term(), nil }),
		},
		{
			Spec:    "append(Directory :: file:name_all(), Name :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns Directory and Name with a slash between them.",
			Example: "1> filename:append(\"a\", \"b\").\n\"a/b\"",
			Pure:    appendNames,
		},
		{
			Spec:    "split(Filename :: file:name_all()) -> [file:filename_all()]",
			Doc:     "Returns the parts of a path.",
			Example: "1> filename:split(\"/usr/local\").\n[\"/\",\"usr\",\"local\"]",
			Pure:    one(split),
		},
		{
			Spec:    "pathtype(Path :: file:name_all()) -> absolute | relative | volumerelative",
			Doc:     "Tells whether a path is absolute.",
			Example: "1> filename:pathtype(\"/usr\").\nabsolute",
			Pure: one(func(n name) term.Term {
				if absolute(n.text) {
					return term.Atom("absolute")
				}
				return term.Atom("relative")
			}),
		},
		{
			Spec:    "absname(Filename :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns a name as it is seen from the root, taking it to be in the current directory.",
			Example: "1> filename:pathtype(filename:absname(\"foo\")).\nabsolute",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				n, ok := nameOf(args[0])
				if !ok {
					return term.None, bif.Behind(bif.ClauseOf(module, "pathtype", args[0]), bif.Frame(module, "absname", term.Int(2)))
				}
				cwd, err := p.Call((&term.Fun{Module: term.Atom("file"), Name: term.Atom("get_cwd"), External: true}).Term())
				if err != nil {
					return term.None, err
				}
				dir := name{}
				if e, ok := cwd.Tagged(atom.OK, 2); ok {
					dir, _ = nameOf(e[1])
				}
				return n.with(join(dir.text, n.text)).term(), nil
			},
		},
		{
			Spec:    "absname(Filename :: file:name_all(), Dir :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns a name as it is seen from the root, taking it to be in Dir.",
			Example: "1> filename:absname(\"foo\", \"/usr\").\n\"/usr/foo\"",
			Pure:    two(func(a, b name) (term.Term, error) { return a.with(join(b.text, a.text)).term(), nil }),
		},
		{
			Spec:    "absname_join(Dir :: file:name_all(), Filename :: file:name_all()) -> file:filename_all()",
			Doc:     "Returns a name in the directory Dir.",
			Example: "1> filename:absname_join(\"/usr\", \"foo\").\n\"/usr/foo\"",
			Pure:    two(func(a, b name) (term.Term, error) { return a.with(join(a.text, b.text)).term(), nil }),
		},
		{
			Spec:    "basedir(Type :: user_cache | user_config | user_data | user_log | site_config | site_data, Application :: string()) -> file:filename_all()",
			Doc:     "Returns the directory where an application keeps its files of a type.",
			Example: "1> is_list(filename:basedir(user_cache, \"app\")).\ntrue",
			Pure:    basedir,
		},
		{
			Spec:    "basedir(Type :: user_cache | user_config | user_data | user_log | site_config | site_data, Application :: string(), Opts :: map()) -> file:filename_all()",
			Doc:     "As basedir/2; Opts may have `author` and `version`.",
			Example: "1> is_list(filename:basedir(user_cache, \"app\", #{version => \"1\"})).\ntrue",
			Pure:    basedir,
		},
	}
}

// appendNames joins lists as they are.
func appendNames(args []term.Term) (term.Term, error) {
	_, ok1 := args[0].Binary()
	_, ok2 := args[1].Binary()
	if ok1 || ok2 {
		return two(func(a, b name) (term.Term, error) { return a.with(a.text + "/" + b.text).term(), nil })(args)
	}
	list, ok := args[0].Slice()
	if !ok {
		return term.None, term.Badarg()
	}
	var b term.Builder
	for _, x := range list {
		b.Add(x)
	}
	b.Add(term.Int('/'))
	return b.List(args[1]), nil
}

func join1(args []term.Term) (term.Term, error) {
	c, ok := args[0].Cons()
	if !ok {
		return term.None, term.FunctionClause()
	}
	sum, ok := nameOf(c.Head)
	if !ok {
		return term.None, noName(c.Head)
	}
	sum.text = normal(sum.text)
	list := c.Tail
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		n, ok := nameOf(c.Head)
		if !ok {
			return term.None, noName(c.Head)
		}
		sum = name{join(sum.text, n.text), sum.binary || n.binary}
		list = c.Tail
	}
	if !list.IsNil() {
		first := sum.term()
		if c.Tail == list {
			first = c.Head
		}
		return term.None, bif.ClauseOf(module, "join", term.NewCons(first, list))
	}
	return sum.term(), nil
}

func split(n name) term.Term {
	var out term.Builder
	text := n.text
	if absolute(text) {
		out.Add(n.with("/").term())
	}
	for _, part := range strings.Split(text, "/") {
		if part != "" {
			out.Add(n.with(part).term())
		}
	}
	return out.List(term.Nil)
}

// basedir follows the XDG base directory specification, as far as the environment says nothing else.
func basedir(args []term.Term) (term.Term, error) {
	app, ok := nameOf(args[1])
	if !ok {
		return term.None, term.FunctionClause()
	}
	if len(args) == 3 {
		opts, ok := args[2].Map()
		if !ok {
			return term.None, term.FunctionClause()
		}
		if v, ok := opts.Get(term.Atom("version")); ok {
			version, _ := nameOf(v)
			app.text = join(app.text, version.text)
		}
	}
	home, _ := os.UserHomeDir()
	dirs := map[string]string{"user_cache": ".cache", "user_config": ".config", "user_data": ".local/share", "user_log": ".cache"}
	dir, known := dirs[args[0].AtomName()]
	switch {
	case known:
		path := join(home, join(dir, app.text))
		if args[0].AtomName() == "user_log" {
			path = join(path, "log")
		}
		return app.with(path).term(), nil
	case args[0].AtomName() == "site_config":
		return term.List(app.with(join("/etc/xdg", app.text)).term()), nil
	case args[0].AtomName() == "site_data":
		return term.List(app.with(join("/usr/local/share", app.text)).term(), app.with(join("/usr/share", app.text)).term()), nil
	}
	return term.None, term.FunctionClause()
}
