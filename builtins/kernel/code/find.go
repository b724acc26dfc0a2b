package code

import (
	"os"
	"path/filepath"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// place is where a module was found: its source, or object code without one, which is of no use.
type place struct{ source, object string }

// find looks for a module along the code path. A directory has it as source text, or as object code whose source stands beside it or
// in the src that is beside the directory, as in an application.
func find(n *node.Node, module string) (place, bool) {
	for _, dir := range path(n).all() {
		if at, ok := inDirectory(n, dir, module); ok {
			return at, true
		}
	}
	return place{}, false
}

func inDirectory(n *node.Node, dir, module string) (place, bool) {
	exists := func(name string) bool {
		info, err := os.Stat(bif.WorldOf(n).Path(name))
		return err == nil && info.Mode().IsRegular()
	}
	if source := filepath.Join(dir, module+".erl"); exists(source) {
		return place{source: source}, true
	}
	object := filepath.Join(dir, module+".beam")
	if !exists(object) {
		return place{}, false
	}
	if source := filepath.Join(dir, "..", "src", module+".erl"); exists(source) {
		return place{source, object}, true
	}
	return place{object: object}, true
}

// searches has a node look for modules along its code path when something of them is called. In the working directory it looks for those
// that are object code to a real erl, for what is mere text is compiled there when somebody asks for it.
func searches(n *node.Node) error {
	n.Code().Search(func(name term.Term) *code.Module {
		at, ok := find(n, name.AtomName())
		if !ok || at.object == "" && filepath.Dir(at.source) == "." {
			return nil
		}
		if at.source == "" {
			sourceless(n, at, node.Report{})
			return nil
		}
		s := bif.Compile(bif.WorldOf(n).Path(at.source), bif.SourceOptions{}, n.Code())
		if s.Module == nil || s.Module.Name != name {
			n.Report(node.Report{Level: term.ClassError, Format: "Loading of ~ts failed: ~p~n", Args: []term.Term{term.String(at.source), atomBadfile}})
			return nil
		}
		return s.Module
	})
	return nil
}

// sourceless says why object code is not loaded.
func sourceless(n *node.Node, at place, r node.Report) {
	r.Level, r.Format = term.ClassError, "Loading of ~ts failed: ~p (erlsh loads source text, and there is none beside it or in ../src)~n"
	r.Args = []term.Term{term.String(at.object), atomBadfile}
	n.Report(r)
}
