package code

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

var (
	atomBadDirectory = term.Atom("bad_directory")
	atomBadName      = term.Atom("bad_name")
)

// pathOf is where each node looks for modules and .app files.
var pathOf node.Slot[*searched]

// searched are the directories of the code path, the first one first.
type searched struct {
	mu   sync.Mutex
	dirs []string // guarded by mu
}

func path(n *node.Node) *searched {
	return pathOf.Of(n, func(*node.Node) *searched { return &searched{dirs: []string{"."}} })
}

func (s *searched) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.dirs)
}

// AddPath puts directories in front of the code path of a node, or behind it. It is called before anything runs.
func AddPath(n *node.Node, front bool, dirs ...string) {
	if front {
		slices.Reverse(dirs)
	}
	for _, d := range dirs {
		add(n, d, front)
	}
}

func isDir(n *node.Node, dir string) bool {
	info, err := os.Stat(bif.WorldOf(n).Path(dir))
	return err == nil && info.IsDir()
}

// add puts a directory in front, taking it from where it stands, or behind all others unless it is there already.
func add(n *node.Node, dir string, front bool) bool {
	dir = clean(dir)
	if !isDir(n, dir) {
		return false
	}
	s := path(n)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch at := slices.Index(s.dirs, dir); {
	case front && at >= 0:
		s.dirs = slices.Insert(slices.Delete(s.dirs, at, at+1), 0, dir)
	case front:
		s.dirs = slices.Insert(s.dirs, 0, dir)
	case at < 0:
		s.dirs = append(s.dirs, dir)
	}
	return true
}

// nameOf returns an atom or a string as text.
func nameOf(t term.Term) string {
	if name, ok := t.Atom(); ok {
		return name
	}
	text, _ := bif.Text(t)
	return text
}

func clean(dir string) string {
	if len(dir) > 1 {
		return strings.TrimRight(dir, "/")
	}
	return dir
}

// appOf returns the name of the application whose directory of modules a directory is: lib/name-1.2/ebin is that of name.
func appOf(dir string) string {
	if filepath.Base(dir) == "ebin" {
		dir = filepath.Dir(dir)
	}
	name, version, found := strings.Cut(filepath.Base(dir), "-")
	if found && strings.Trim(version, "0123456789.") != "" {
		return filepath.Base(dir)
	}
	return name
}

// pathRows are the functions about the code path.
func pathRows() []bif.Function {
	const dir, dirs = "Dir :: file:filename()", "Dirs :: [file:filename()]"
	const example = "1> code:add_path(\".\").\ntrue"
	var rows []bif.Function
	for _, f := range []struct {
		one, all string
		front    bool
		where    string
	}{{"add_path", "add_paths", false, "to the end of"}, {"add_pathz", "add_pathsz", false, "to the end of"}, {"add_patha", "add_pathsa", true, "in front of"}} {
		rows = append(rows,
			bif.Function{Spec: f.one + "(" + dir + ") -> true | {error, bad_directory}", Doc: "Adds a directory " + f.where + " the code path.",
				Example: strings.Replace(example, "add_path", f.one, 1), Proc: adder(f.front)},
			bif.Function{Spec: f.one + "(" + dir + ", Cache :: cache | nocache) -> true | {error, bad_directory}",
				Doc:     "Adds a directory " + f.where + " the code path. What stands in directories is never kept in a cache.",
				Example: strings.Replace(strings.Replace(example, "add_path", f.one, 1), ")", ",cache)", 1), Proc: adder(f.front)},
			bif.Function{Spec: f.all + "(" + dirs + ") -> ok", Doc: "Adds directories " + f.where + " the code path. What is no directory is left out.",
				Example: "1> code:" + f.all + "([\"no-such-directory\"]).\nok", Proc: manyAdder(f.front)},
			bif.Function{Spec: f.all + "(" + dirs + ", Cache :: cache | nocache) -> ok", Doc: "As " + f.all + "/1.",
				Example: "1> code:" + f.all + "([\"no-such-directory\"],nocache).\nok", Proc: manyAdder(f.front)})
	}
	return append(rows,
		bif.Function{Spec: "get_path() -> [file:filename()]", Doc: "Returns the directories where modules and .app files are looked for. The modules of erlsh itself are in none.",
			Example: "1> hd(code:get_path()).\n\".\"", Proc: getPath},
		bif.Function{Spec: "set_path(" + dirs + ") -> true | {error, bad_directory}", Doc: "Sets the code path.",
			Example: "1> code:set_path([\"no-such-directory\"]).\n{error,bad_directory}", Proc: setPath},
		bif.Function{Spec: "set_path(" + dirs + ", Cache :: cache | nocache) -> true | {error, bad_directory}", Doc: "As set_path/1.",
			Example: "1> code:set_path([\"no-such-directory\"],cache).\n{error,bad_directory}", Proc: setPath},
		bif.Function{Spec: "del_path(NameOrDir :: atom() | file:filename()) -> boolean()",
			Doc:     "Removes a directory from the code path: the directory, or that of the application Name. Says whether there was one.",
			Example: "1> code:del_path(\"no-such-directory\").\nfalse", Proc: delPath},
		bif.Function{Spec: "del_paths(NamesOrDirs :: [atom() | file:filename()]) -> ok", Doc: "Removes directories from the code path.",
			Example: "1> code:del_paths([\"no-such-directory\"]).\nok", Proc: delPaths},
		bif.Function{Spec: "replace_path(Name :: atom(), " + dir + ") -> true | {error, bad_directory | bad_name}",
			Doc:     "Puts Dir into the place of the directory of an application, whose name it must bear.",
			Example: "1> code:replace_path(no_such_app, \"no-such-directory\").\n{error,bad_name}", Proc: replacePath},
		bif.Function{Spec: "clear_cache() -> ok", Doc: "Returns `ok`: what stands in directories is never kept in a cache.", Example: "1> code:clear_cache().\nok", Pure: always(atom.OK)},
		bif.Function{Spec: "clash() -> ok", Doc: "Prints which files of the code path hide others of the same name.",
			Example: "1> code:clash().\n** Found 0 name clashes in code paths\nok", Proc: clash})
}

func adder(front bool) func(*node.Process, []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		dir, ok := bif.Text(args[0])
		if !ok || !args[0].IsList() {
			return term.None, term.FunctionClause()
		}
		if !add(p.Node(), dir, front) {
			return term.Tuple(atom.ErrorAtom, atomBadDirectory), nil
		}
		return atom.True, nil
	}
}

func manyAdder(front bool) func(*node.Process, []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		list, ok := args[0].Slice()
		if !ok {
			return term.None, term.FunctionClause()
		}
		for _, d := range list {
			if dir, ok := bif.Text(d); ok && d.IsList() {
				add(p.Node(), dir, front)
			}
		}
		return atom.OK, nil
	}
}

func getPath(p *node.Process, _ []term.Term) (term.Term, error) {
	var b term.Builder
	for _, d := range path(p.Node()).all() {
		b.Add(term.String(d))
	}
	return b.List(term.Nil), nil
}

func setPath(p *node.Process, args []term.Term) (term.Term, error) {
	list, ok := args[0].Slice()
	if !ok {
		return term.None, term.FunctionClause()
	}
	dirs := make([]string, 0, len(list))
	for _, d := range list {
		dir, ok := bif.Text(d)
		if dir = clean(dir); !ok || !isDir(p.Node(), dir) {
			return term.Tuple(atom.ErrorAtom, atomBadDirectory), nil
		}
		dirs = append(dirs, dir)
	}
	s := path(p.Node())
	s.mu.Lock()
	s.dirs = dirs
	s.mu.Unlock()
	return atom.True, nil
}

// remove takes the first directory out that a name or a directory means.
func (s *searched) remove(what term.Term) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := clean(nameOf(what))
	for i, d := range s.dirs {
		if appOf(d) == name || d == name {
			s.dirs = slices.Delete(s.dirs, i, i+1)
			return true
		}
	}
	return false
}

func delPath(p *node.Process, args []term.Term) (term.Term, error) {
	if !args[0].IsAtom() && !args[0].IsList() {
		return term.None, term.FunctionClause()
	}
	return term.Bool(path(p.Node()).remove(args[0])), nil
}

func delPaths(p *node.Process, args []term.Term) (term.Term, error) {
	list, ok := args[0].Slice()
	if !ok {
		return term.None, term.FunctionClause()
	}
	for _, what := range list {
		path(p.Node()).remove(what)
	}
	return atom.OK, nil
}

func replacePath(p *node.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].Atom()
	dir, isText := bif.Text(args[1])
	if !ok || !isText {
		return term.None, term.FunctionClause()
	}
	switch dir = clean(dir); {
	case appOf(dir) != name:
		return term.Tuple(atom.ErrorAtom, atomBadName), nil
	case !isDir(p.Node(), dir):
		return term.Tuple(atom.ErrorAtom, atomBadDirectory), nil
	}
	s := path(p.Node())
	s.mu.Lock()
	if i := slices.IndexFunc(s.dirs, func(d string) bool { return appOf(d) == name }); i >= 0 {
		s.dirs[i] = dir
	} else {
		s.dirs = append(s.dirs, dir)
	}
	s.mu.Unlock()
	return atom.True, nil
}

// clash says of each module and application that two directories have which one hides which.
func clash(p *node.Process, _ []term.Term) (term.Term, error) {
	first := map[string]string{}
	found := 0
	say := func(format string, args ...term.Term) error {
		_, err := p.Call((&term.Fun{Module: term.Atom("io"), Name: term.Atom("format"), Arity: 2, External: true}).Term(),
			term.String(format), term.List(args...))
		return err
	}
	for _, dir := range path(p.Node()).all() {
		files, _ := os.ReadDir(bif.WorldOf(p.Node()).Path(dir))
		for _, f := range files {
			name, isModule := moduleFile(f.Name())
			if !isModule {
				continue
			}
			if other, taken := first[name]; taken && filepath.Dir(other) != dir {
				found++
				if err := say("** ~ts hides ~ts~n", term.String(other), term.String(filepath.Join(dir, f.Name()))); err != nil {
					return term.None, err
				}
			} else if !taken {
				first[name] = filepath.Join(dir, f.Name())
			}
		}
	}
	return atom.OK, say("** Found ~w name clashes in code paths~n", term.Int(int64(found)))
}

func moduleFile(name string) (string, bool) {
	for _, ending := range []string{".beam", ".erl", ".app"} {
		if base, ok := strings.CutSuffix(name, ending); ok {
			return base + strings.TrimSuffix(ending, "l"), true
		}
	}
	return "", false
}
