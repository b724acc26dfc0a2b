package eval

import (
	"fmt"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Portable is what a fun consists of besides the values that it captured: enough to make it again where nothing of this place is known.
type Portable struct {
	Module, Name term.Term // atoms
	Arity        int
	Index, Uniq  uint32
	Text         *syntax.Fun // nil for fun Name/Arity, which is one of Functions then
	Names        []string    // of the captured variables, in the order of the fun's Env
	Functions    []*syntax.Function
	Records      []*syntax.RecordDef
	// Version tells apart what two exports of one fun gave: the functions of a prompt may have been defined anew in between.
	Version string
}

// Export returns what a fun made here consists of, with the functions of its prompt, script or loaded module that it calls and the records
// that it mentions; false for a fun without a text. Modules of the binary are everywhere, and their functions stay out.
func Export(f *term.Fun) (*Portable, bool) {
	x := exporter{
		p:     &Portable{Module: f.Module, Name: f.Name, Arity: f.Arity, Index: f.Index, Uniq: f.OldUniq},
		texts: map[code.NameArity]bool{}, records: map[string]bool{},
	}
	switch b := f.Code.(type) {
	case *body:
		if b.fun == nil || f.External {
			return nil, false
		}
		x.p.Text, x.p.Names = b.fun, b.names
		x.expr(b.unit, b.fun)
	case *code.Function:
		src, ok := b.Source.(*source)
		if !ok {
			return nil, false
		}
		x.function(src)
	default:
		return nil, false
	}
	x.p.Version = x.version.String()
	return x.p, true
}

// exporter collects what a text needs.
type exporter struct {
	p       *Portable
	texts   map[code.NameArity]bool
	records map[string]bool
	version strings.Builder
}

func (x *exporter) expr(u *unit, e syntax.Expr) {
	syntax.Walk(e, func(e syntax.Expr) bool {
		switch e := e.(type) {
		case *syntax.Call:
			if module, name, fixed := callee(e); fixed && module.None() {
				x.local(u, name, len(e.Args))
				if n := name.AtomName(); len(e.Args) == 2 && (n == "is_record" || n == "record_info") {
					x.mention(u, e.Args[1])
				}
			} else if fixed && name.AtomName() == "is_record" && len(e.Args) == 2 {
				x.mention(u, e.Args[1])
			}
		case *syntax.FunRef:
			if e.Module == nil {
				name, _ := syntax.Constant(e.Name)
				arity, _ := syntax.Constant(e.Arity)
				n, _ := arity.Int()
				x.local(u, name, int(n))
			}
		case *syntax.RecordExpr:
			x.record(u, e.Name)
		case *syntax.RecordAccess:
			x.record(u, e.Name)
		case *syntax.RecordIndex:
			x.record(u, e.Name)
		}
		return true
	})
}

func (x *exporter) mention(u *unit, e syntax.Expr) {
	if l, ok := e.(*syntax.Literal); ok && l.Form == syntax.AtomLiteral {
		x.record(u, l.Value.AtomName())
	}
}

// local takes along the function that an unqualified call means, if its text is known and not known everywhere.
func (x *exporter) local(u *unit, name term.Term, arity int) {
	key := code.NameArity{Name: name, Arity: arity}
	f := u.functions[key]
	if f == nil && u.locals != nil && u.imports[key].None() {
		if l, ok := u.locals.Local(name, arity); ok && l.Module == atomShell {
			f = l
		}
	}
	if f == nil || x.texts[key] || f.InModule != nil && f.InModule.Path == "" {
		return
	}
	if src, ok := f.Source.(*source); ok {
		if f.InModule == nil {
			fmt.Fprintf(&x.version, "%p", f)
		}
		x.function(src)
	}
}

func (x *exporter) function(src *source) {
	key := code.NameArity{Name: term.Atom(src.form.Name), Arity: src.form.Arity}
	if x.texts[key] {
		return
	}
	x.texts[key] = true
	x.p.Functions = append(x.p.Functions, src.form)
	for _, c := range src.form.Clauses {
		x.expr(src.unit, &syntax.Fun{Clauses: []*syntax.Clause{c}})
	}
}

func (x *exporter) record(u *unit, name string) {
	r := u.records[name]
	if r == nil || x.records[name] {
		return
	}
	x.records[name] = true
	x.p.Records = append(x.p.Records, r)
	fmt.Fprintf(&x.version, "%p", r)
	for _, f := range r.Fields {
		if f.Value != nil {
			x.expr(u, f.Value)
		}
	}
}

// Import makes a fun of what Export gave, without the values that it captured. What is wrong with the text shows when the fun is called.
func Import(p *Portable, table *code.Table) *term.Fun {
	u := &unit{module: p.Module, table: table, functions: map[code.NameArity]*code.Function{}, records: map[string]*syntax.RecordDef{},
		recordsFrom: map[string]term.Term{}, exportsRecord: map[string]bool{}}
	u.shell = p.Module == atomErlEval || p.Module == atomShell
	for _, r := range p.Records {
		u.records[r.Name] = r
	}
	if m := table.Loaded(p.Module); m != nil { // natives and the like, which did not come along
		for k, f := range m.Functions {
			u.functions[k] = f
		}
	}
	for _, form := range p.Functions {
		name := term.Atom(form.Name)
		f := &code.Function{Module: p.Module, Name: name, Arity: form.Arity, Source: &source{unit: u, form: form}}
		if u.shell {
			f.Module = atomShell
		}
		u.functions[code.NameArity{Name: name, Arity: form.Arity}] = f
	}
	made := &term.Fun{Module: p.Module, Name: p.Name, Arity: p.Arity, Index: p.Index, OldUniq: p.Uniq}
	if p.Text == nil {
		f := u.functions[code.NameArity{Name: p.Name, Arity: p.Arity}]
		if f == nil {
			return nil
		}
		made.Code = f
		return made
	}
	if slices.ContainsFunc(p.Text.Clauses, func(c *syntax.Clause) bool { return len(c.Patterns) != p.Arity }) || len(p.Text.Clauses) == 0 {
		return nil
	}
	made.Code = newCompiler(u, p.Name, 0).funBody(p.Text, p.Name, p.Names, p.Arity)
	return made
}

// VersionOf returns the Version of what Export gives for a fun.
func VersionOf(f *term.Fun) string {
	p, ok := Export(f)
	if !ok {
		return ""
	}
	return p.Version
}

// Captured returns how many values a fun made here captures; -1 for any other.
func Captured(f *term.Fun) int {
	switch b := f.Code.(type) {
	case *body:
		return len(b.names)
	case *code.Function:
		return 0
	}
	return -1
}
