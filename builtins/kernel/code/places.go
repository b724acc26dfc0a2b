package code

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// places tells where things are, for programs that ask. The modules of the binary have no directory.
func places() []bif.Function {
	return []bif.Function{
		{Spec: "get_mode() -> interactive | embedded", Doc: "Returns `interactive`: modules load at their first use.",
			Example: "1> code:get_mode().\ninteractive", Pure: always(term.Atom("interactive"))},
		{Spec: "root_dir() -> file:filename()", Doc: "Returns the directory of the program.",
			Example: "1> is_list(code:root_dir()).\ntrue", Pure: rootDir},
		{Spec: "lib_dir() -> file:filename()", Doc: "Returns the directory of the program, which has its libraries in itself.",
			Example: "1> is_list(code:lib_dir()).\ntrue", Pure: rootDir},
		{Spec: "lib_dir(Name :: atom()) -> file:filename() | {error, bad_name}",
			Doc:     "Returns the directory of an application of the code path, which is the one above ebin. The applications of erlsh have none.",
			Example: "1> code:lib_dir(stdlib).\n{error,bad_name}", Proc: libDir("")},
		{Spec: "lib_dir(Name :: atom(), SubDir :: atom()) -> file:filename() | {error, bad_name}", Doc: "Returns a directory inside that of an application.",
			Example: "1> code:lib_dir(stdlib,src).\n{error,bad_name}", Proc: libDir("")},
		{Spec: "priv_dir(Name :: atom()) -> file:filename() | {error, bad_name}", Doc: "Returns the directory priv of an application of the code path.",
			Example: "1> code:priv_dir(stdlib).\n{error,bad_name}", Proc: libDir("priv")},
		{Spec: "objfile_extension() -> string()", Doc: "Returns how the names of files with loadable modules end.",
			Example: "1> code:objfile_extension().\n\".erl\"", Pure: always(term.String(".erl"))},
		{Spec: "get_object_code(Module :: module()) -> error", Doc: "Returns `error`: there is no object code.",
			Example: "1> code:get_object_code(lists).\nerror", Pure: always(atom.ErrorAtom)},
		{Spec: "module_status(Module :: module()) -> not_loaded | loaded | modified | removed", Doc: "Compares a loaded module with its file.",
			Example: "1> code:module_status(no_such_module).\nnot_loaded", Proc: moduleStatus},
		{Spec: "where_is_file(Name :: file:filename()) -> file:filename() | non_existing", Doc: "Looks a file up along the code path.",
			Example: "1> code:where_is_file(\"no-such-file\").\nnon_existing", Proc: whereIsFile},
		{Spec: "all_available() -> [{Module :: string(), File :: file:filename() | preloaded, Loaded :: boolean()}]", Doc: "Returns the loaded modules, sorted by name.",
			Example: "1> lists:keymember(\"code\", 1, code:all_available()).\ntrue", Proc: allAvailable},
		{Spec: "ensure_modules_loaded(Modules :: [module()]) -> ok | {error, [{module(), What :: atom()}]}", Doc: "Loads modules that are not loaded yet.",
			Example: "1> code:ensure_modules_loaded([lists,no_such_module]).\n{error,[{no_such_module,nofile}]}", Proc: ensureModules},
	}
}

func always(v term.Term) func([]term.Term) (term.Term, error) {
	return func([]term.Term) (term.Term, error) { return v, nil }
}

func rootDir([]term.Term) (term.Term, error) {
	path, err := os.Executable()
	if err != nil {
		return term.String("/"), nil
	}
	return term.String(filepath.Dir(path)), nil
}

func moduleStatus(p *node.Process, args []term.Term) (term.Term, error) {
	if !args[0].IsAtom() {
		return term.None, term.FunctionClause()
	}
	m := p.Code().Loaded(args[0])
	switch {
	case m == nil:
		return term.Atom("not_loaded"), nil
	case m.Path == "":
		return term.Atom("loaded"), nil
	}
	if _, err := os.Stat(m.Path); err != nil {
		return term.Atom("removed"), nil
	}
	return term.Atom("loaded"), nil
}

func whereIsFile(p *node.Process, args []term.Term) (term.Term, error) {
	name, ok := bif.FileName(args[0])
	if !ok {
		return term.None, term.FunctionClause()
	}
	for _, dir := range path(p.Node()).all() {
		at := filepath.Join(dir, name)
		if _, err := os.Stat(bif.WorldOf(p.Node()).Path(at)); err == nil {
			if dir == "." {
				at = bif.WorldOf(p.Node()).Path(name)
			}
			return term.String(at), nil
		}
	}
	return atomNonExisting, nil
}

// libDir returns the directory of an application, or one inside it.
func libDir(inside string) func(*node.Process, []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		name := nameOf(args[0])
		if !args[0].IsAtom() && !args[0].IsList() {
			return term.None, term.FunctionClause()
		}
		for _, dir := range path(p.Node()).all() {
			if filepath.Base(dir) == "ebin" && appOf(dir) == name {
				found := filepath.Join(filepath.Dir(dir), inside)
				if len(args) == 2 {
					found = filepath.Join(found, nameOf(args[1]))
				}
				return term.String(found), nil
			}
		}
		return term.Tuple(atom.ErrorAtom, atomBadName), nil
	}
}

func allAvailable(p *node.Process, _ []term.Term) (term.Term, error) {
	var all []term.Term
	for _, m := range p.Code().Modules() {
		all = append(all, term.Tuple(term.String(m.Name.AtomName()), file(m), term.True))
	}
	slices.SortFunc(all, term.Compare)
	return term.List(all...), nil
}

func ensureModules(p *node.Process, args []term.Term) (term.Term, error) {
	list, ok := args[0].Slice()
	if !ok {
		return term.None, term.FunctionClause()
	}
	var missing []term.Term
	for _, name := range list {
		if p.Code().Module(name) == nil {
			missing = append(missing, term.Tuple(name, atomNofile))
		}
	}
	if missing != nil {
		return term.Tuple(atom.ErrorAtom, term.List(missing...)), nil
	}
	return atom.OK, nil
}
