// Package code is module code: which modules are loaded, and how more of them come in. erlsh loads source text; it has no object
// files.
package code

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

var (
	atomBadfile     = term.Atom("badfile")
	atomModule      = term.Atom("module")
	atomNofile      = term.Atom("nofile")
	atomNonExisting = term.Atom("non_existing")
	atomNotPurged   = term.Atom("not_purged")
	atomPreloaded   = term.Atom("preloaded")
	atomSticky      = term.Atom("sticky_directory")
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:      "code",
		Doc:       "Tells which modules are loaded, and loads, replaces and removes them.",
		Functions: slices.Concat(loading(), asking(), places(), pathRows()),
		Start:     searches,
	}
}

func asking() []bif.Function {
	return []bif.Function{
		{
			Spec:    "all_loaded() -> [{Module :: module(), Loaded :: file:filename() | preloaded}]",
			Doc:     "Returns all loaded modules, each with the file it came from, or preloaded for one that is part of erlsh.",
			Example: "1> is_list(code:all_loaded()).\ntrue",
			Proc: func(p *node.Process, _ []term.Term) (term.Term, error) {
				var all []term.Term
				for _, m := range p.Code().Modules() {
					all = append(all, term.Tuple(m.Name, file(m)))
				}
				slices.SortFunc(all, term.Compare)
				return term.List(all...), nil
			},
		},
		{
			Spec:    "ensure_loaded(Module :: module()) -> {module, Module} | {error, What :: nofile}",
			Doc:     "Loads a module that is not loaded yet: one of erlsh, or one of the code path.",
			Example: "1> code:ensure_loaded(lists).\n{module,lists}",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				if !args[0].IsAtom() {
					return term.None, term.FunctionClause()
				}
				if p.Code().Module(args[0]) != nil {
					return term.Tuple(atomModule, args[0]), nil
				}
				return loadFile(p, args)
			},
		},
		{
			Spec:    "is_loaded(Module :: module()) -> {file, Loaded :: file:filename() | preloaded} | false",
			Doc:     "Says whether a module is loaded, and from which file.",
			Example: "1> code:is_loaded(nosuch).\nfalse",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				if !args[0].IsAtom() {
					return term.None, term.FunctionClause()
				}
				m := p.Code().Loaded(args[0])
				if m == nil {
					return atom.False, nil
				}
				return term.Tuple(atom.File, file(m)), nil
			},
		},
		{
			Spec:    "which(Module :: module()) -> file:filename() | preloaded | non_existing",
			Doc:     "Returns the file that a module was loaded from.",
			Example: "1> code:which(nosuch).\nnon_existing",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				name, ok := args[0].Atom()
				if !ok {
					return term.None, term.FunctionClause()
				}
				if m := p.Code().Loaded(args[0]); m != nil {
					return file(m), nil
				}
				if at, ok := find(p.Node(), name); ok && at.source != "" {
					return term.String(at.source), nil
				} else if ok {
					return term.String(at.object), nil
				}
				if m := p.Code().Given(args[0]); m != nil {
					return file(m), nil
				}
				return atomNonExisting, nil
			},
		},
		{
			Spec:    "is_sticky(Module :: module()) -> boolean()",
			Doc:     "Says whether a module is part of erlsh, and thus cannot be replaced.",
			Example: "1> code:is_sticky(lists).\ntrue",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				m := p.Code().Given(args[0])
				return term.Bool(m != nil && m.Path == ""), nil
			},
		},
		{
			Spec:    "modified_modules() -> [module()]",
			Doc:     "Returns the modules whose source files are newer than what is loaded.",
			Example: "1> code:modified_modules().\n[]",
			Proc: func(p *node.Process, _ []term.Term) (term.Term, error) {
				var changed []term.Term
				for _, m := range p.Code().Modules() {
					if info, err := os.Stat(m.Path); m.Path != "" && err == nil && info.ModTime().After(m.Loaded) {
						changed = append(changed, m.Name)
					}
				}
				slices.SortFunc(changed, term.Compare)
				return term.List(changed...), nil
			},
		},
	}
}

func loading() []bif.Function {
	return []bif.Function{
		{
			Spec: "load_file(Module :: module()) -> {module, Module} | {error, What :: badfile | nofile | sticky_directory}",
			Doc:  "Compiles and loads the source file of a module: that of the code path, or the one it was loaded from.",
			Proc: loadFile,
		},
		{
			Spec: "load_abs(Filename :: file:filename()) -> {module, Module :: module()} | {error, What :: badfile | nofile | sticky_directory}",
			Doc:  "Compiles and loads Filename.erl, or the source of the object code Filename.beam.",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				name, ok := bif.Text(args[0])
				if !ok {
					return term.None, term.FunctionClause()
				}
				at, found := inDirectory(p.Node(), filepath.Dir(name), filepath.Base(name))
				if found && at.source == "" {
					sourceless(p.Node(), at, node.Report{Pid: p.Self(), GroupLeader: p.GroupLeader()})
					return term.Tuple(atom.ErrorAtom, atomBadfile), nil
				}
				return load(p, at.source), nil
			},
		},
		{
			Spec: "load_binary(Module :: module(), Filename :: file:filename(), Binary :: binary()) -> {module, Module} | {error, What :: badfile | not_purged | sticky_directory}",
			Doc:  "Loads what compile:forms/1, or compile:file/2 with the option binary, has returned. Filename is where it says it comes from.",
			Proc: loadBinary,
		},
		{
			Spec:    "purge(Module :: module()) -> boolean()",
			Doc:     "Removes the old code of a module. Processes that still run it are killed; returns whether there was one.",
			Example: "1> code:purge(nosuch).\nfalse",
			Proc:    purge,
		},
		{
			Spec:    "soft_purge(Module :: module()) -> boolean()",
			Doc:     "Removes the old code of a module if no process uses it.",
			Example: "1> code:soft_purge(nosuch).\ntrue",
			Proc:    softPurge,
		},
		{
			Spec:    "delete(Module :: module()) -> boolean()",
			Doc:     "Makes the current code of a module old, so that calls to it fail.",
			Example: "1> code:delete(nosuch).\nfalse",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				m := p.Code().Loaded(args[0])
				if m == nil || m.Path == "" {
					return atom.False, nil
				}
				if p.Code().Old(args[0]) != nil {
					report(p, "Module ~w must be purged before deleting~n", args[0])
					return atom.False, nil
				}
				return term.Bool(p.Code().Delete(args[0])), nil
			},
		},
	}
}

func file(m *code.Module) term.Term {
	if m.Path == "" {
		return atomPreloaded
	}
	return term.String(m.Path)
}

func loadFile(p *node.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].Atom()
	if !ok {
		return term.None, term.FunctionClause()
	}
	at, ok := find(p.Node(), name)
	if m := p.Code().Loaded(args[0]); m != nil {
		if m.Path == "" {
			return refuse(p, m.Name), nil
		}
		if !ok {
			at = place{source: m.Path}
		}
	}
	if at.source == "" && ok {
		sourceless(p.Node(), at, node.Report{Pid: p.Self(), GroupLeader: p.GroupLeader()})
		return term.Tuple(atom.ErrorAtom, atomBadfile), nil
	}
	if !ok && at.source == "" {
		return term.Tuple(atom.ErrorAtom, atomNofile), nil
	}
	return load(p, at.source), nil
}

// refuse says that a module of the binary cannot be replaced.
func refuse(p *node.Process, module term.Term) term.Term {
	report(p, "Can't load module '~ts' that resides in sticky dir~n", term.String(module.AtomName()))
	return term.Tuple(atom.ErrorAtom, atomSticky)
}

func report(p *node.Process, format string, args ...term.Term) {
	p.Node().Report(node.Report{Level: term.ClassError, Format: format, Args: args, Pid: p.Self(), GroupLeader: p.GroupLeader()})
}

// users returns the processes that run the old version of a module.
func users(p *node.Process, module term.Term) []term.Term {
	old := p.Code().Old(module)
	if old == nil {
		return nil
	}
	return slices.DeleteFunc(p.Node().Processes(), func(pid term.Term) bool { return !p.Uses(pid, old) })
}

func purge(p *node.Process, args []term.Term) (term.Term, error) {
	all := users(p, args[0])
	for _, pid := range all {
		if err := p.ExitSignal(pid, term.Atom("kill")); err != nil {
			return term.None, err
		}
		if pid != p.Self() {
			p.Alive(pid) // comes back when the signal has arrived
		}
	}
	p.Code().Purge(args[0])
	return term.Bool(len(all) > 0), nil
}

func softPurge(p *node.Process, args []term.Term) (term.Term, error) {
	if len(users(p, args[0])) > 0 {
		return atom.False, nil
	}
	p.Code().Purge(args[0])
	return atom.True, nil
}

// load compiles a file and makes it the current version of its module.
func load(p *node.Process, path string) term.Term {
	path = bif.WorldOf(p.Node()).Path(path)
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return term.Tuple(atom.ErrorAtom, atomNofile)
	}
	s := bif.CompileBy(p, path, bif.SourceOptions{})
	if s.Module == nil {
		return term.Tuple(atom.ErrorAtom, atomBadfile)
	}
	if m := p.Code().Given(s.Module.Name); m != nil && m.Path == "" {
		return refuse(p, m.Name)
	}
	if p.Code().Old(s.Module.Name) != nil {
		report(p, "Loading of ~ts failed: ~p~n", term.String(s.Module.Path), atomNotPurged)
		return term.Tuple(atom.ErrorAtom, atomNotPurged)
	}
	p.Code().Load(s.Module)
	if !s.Module.OnLoad.None() && !onLoad(p, s.Module) {
		return term.Tuple(atom.ErrorAtom, term.Atom("on_load_failure"))
	}
	return term.Tuple(atomModule, s.Module.Name)
}

// onLoad runs the function of -on_load; a module whose function does not say ok goes again.
func onLoad(p *node.Process, m *code.Module) bool {
	local := m.Functions[code.NameArity{Name: m.OnLoad, Arity: 0}]
	if local == nil {
		return false
	}
	fun := (&term.Fun{Module: m.Name, Name: m.OnLoad, Arity: 0, Code: local}).Term()
	if v, err := p.Call(fun); err == nil && v == atom.OK {
		return true
	}
	p.Node().Report(node.Report{
		Level: term.Atom("warning"), Format: "The on_load function for module ~ts returned:~n~ts~n",
		Args: []term.Term{term.String(m.Name.AtomName()), term.String(strings.TrimSpace("not ok"))}, Pid: p.Self(), GroupLeader: p.GroupLeader(),
	})
	p.Code().Delete(m.Name)
	return false
}

func loadBinary(p *node.Process, args []term.Term) (term.Term, error) {
	if _, ok := args[2].Binary(); !ok || !args[0].IsAtom() {
		return term.None, term.FunctionClause()
	}
	if m := p.Code().Loaded(args[0]); m != nil && m.Path == "" {
		return refuse(p, m.Name), nil
	}
	if p.Code().Old(args[0]) != nil {
		return term.Tuple(atom.ErrorAtom, atomNotPurged), nil
	}
	fun := (&term.Fun{Module: term.Atom("compile"), Name: term.Atom("load"), Arity: 2, External: true}).Term()
	name, err := p.Call(fun, args[2], args[1])
	switch {
	case err != nil:
		return term.None, err
	case name != args[0]:
		return term.Tuple(atom.ErrorAtom, atomBadfile), nil
	}
	if m := p.Code().Module(name); m != nil && !m.OnLoad.None() && !onLoad(p, m) {
		return term.Tuple(atom.ErrorAtom, term.Atom("on_load_failure")), nil
	}
	return term.Tuple(atomModule, name), nil
}
