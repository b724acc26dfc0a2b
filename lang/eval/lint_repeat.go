package eval

import (
	"slices"
	"strconv"
	"strings"

	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// shape is a pattern as the compiler of matches sees it: a constructor with parts, or a variable, whose con is "".
type shape struct {
	con   string
	parts []shape
}

// row is what is left to match of the patterns of a clause. An open one may refuse what its patterns take.
type row struct {
	shapes []shape
	clause *syntax.Clause
	open   bool
}

// repeated warns of clauses behind one that takes all that they take, as far as the compiler of matches sees it: it sorts clauses by
// the first pattern that tells them apart, and looks at those with the same constructor together.
func (l *linter) repeated(clauses []*syntax.Clause) {
	var rows []row
	for _, c := range clauses {
		s := shaper{linter: l, fresh: map[string]bool{}}
		r := row{clause: c}
		for _, p := range c.Patterns {
			r.shapes = append(r.shapes, s.of(p))
		}
		r.open = s.open || l.guardVerdict(c.Guards) != always
		if r.takesAll() {
			break // what comes behind is looked at by unreachable
		}
		rows = append(rows, r)
	}
	told := map[*syntax.Clause]bool{}
	l.shadowed(rows, true, func(by, late row) {
		if !told[late.clause] {
			told[late.clause] = true
			l.hint(late.clause.Position, "this clause cannot match because a previous clause at line %d always matches", by.clause.Line)
		}
	})
}

func (r row) takesAll() bool {
	return !r.open && !slices.ContainsFunc(r.shapes, func(s shape) bool { return s.con != "" })
}

// shadowed compiles the match of rows and tells of what comes behind a row that takes all.
func (l *linter) shadowed(rows []row, top bool, tell func(by, late row)) {
	for i, r := range rows {
		if top || i+1 == len(rows) || !r.takesAll() || i > 0 && rows[i-1].takesAll() && rows[i+1].takesAll() {
			continue
		}
		tell(r, rows[i+1])
		if len(r.shapes) == 0 {
			return
		}
	}
	for len(rows) > 0 && len(rows[0].shapes) > 0 {
		n := 1
		variable := rows[0].shapes[0].con == ""
		for n < len(rows) && (rows[n].shapes[0].con == "") == variable {
			n++
		}
		l.shadowedRun(rows[:n], variable, top, tell)
		rows = rows[n:]
	}
}

// shadowedRun looks at rows that all begin with a variable, or none of them.
func (l *linter) shadowedRun(rows []row, variable, top bool, tell func(by, late row)) {
	if variable {
		next := make([]row, len(rows))
		for i, r := range rows {
			next[i] = row{r.shapes[1:], r.clause, r.open}
		}
		l.shadowed(next, top && len(next[0].shapes) > 0, tell)
		return
	}
	groups := map[string][]row{}
	var order []string
	for _, r := range rows {
		key := r.shapes[0].con
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], row{append(slices.Clone(r.shapes[0].parts), r.shapes[1:]...), r.clause, r.open})
	}
	for _, key := range order {
		l.shadowed(groups[key], false, tell)
	}
}

// shaper reads the patterns of a clause. They are open when what they take depends on values that are not in the text.
type shaper struct {
	linter *linter
	fresh  map[string]bool
	open   bool
}

func (s *shaper) of(p syntax.Expr) shape {
	if v, ok := constantExpr(p); ok {
		if lit, ok := p.(*syntax.Literal); ok && lit.Form == syntax.StringLiteral && !v.IsNil() {
			return shape{con: "=" + v.String()} // (sic) a string and a list are told apart first
		}
		return shapeOfTerm(v)
	}
	switch p := p.(type) {
	case *syntax.Var:
		s.variable(p)
		return shape{}
	case *syntax.Match:
		a, b := s.of(p.Pattern), s.of(p.Value)
		if a.con == "" {
			return b
		}
		s.open = s.open || b.con != ""
		return a
	case *syntax.Tuple:
		return s.all("{"+strconv.Itoa(len(p.Elements)), p.Elements...)
	case *syntax.Cons:
		return s.all("|", p.Head, p.Tail)
	case *syntax.RecordExpr:
		return s.record(p)
	case *syntax.MapExpr:
		return s.mapping(p)
	case *syntax.Binary:
		return s.binary(p)
	}
	s.open = true
	return shape{con: "?"}
}

func (s *shaper) all(con string, parts ...syntax.Expr) shape {
	out := shape{con: con}
	for _, p := range parts {
		out.parts = append(out.parts, s.of(p))
	}
	return out
}

func shapeOfTerm(t term.Term) shape {
	if e, ok := t.Tuple(); ok {
		out := shape{con: "{" + strconv.Itoa(len(e))}
		for _, x := range e {
			out.parts = append(out.parts, shapeOfTerm(x))
		}
		return out
	}
	if c, ok := t.Cons(); ok {
		return shape{con: "|", parts: []shape{shapeOfTerm(c.Head), shapeOfTerm(c.Tail)}}
	}
	return shape{con: "=" + t.String()}
}

// variable takes everything, if it is bound here and stands nowhere else in the patterns.
func (s *shaper) variable(v *syntax.Var) {
	if v.Name == "_" {
		return
	}
	bound := slices.ContainsFunc(s.linter.usages, func(u *usage) bool { return u.name == v.Name && u.at == v.Position })
	s.open = s.open || s.fresh[v.Name] || !bound
	s.fresh[v.Name] = true
}

// record reads a pattern of a record as the tuple that it is.
func (s *shaper) record(p *syntax.RecordExpr) shape {
	def := s.linter.records[p.Name]
	if def == nil || def.Native || p.Base != nil {
		s.open = true
		return shape{con: "?"}
	}
	out := shape{con: "{" + strconv.Itoa(len(def.Fields)+1), parts: []shape{shapeOfTerm(term.Atom(p.Name))}}
	for _, f := range def.Fields {
		i := slices.IndexFunc(p.Fields, func(x syntax.RecordField) bool { return x.Name == f.Name && !x.Other })
		if i < 0 {
			i = slices.IndexFunc(p.Fields, func(x syntax.RecordField) bool { return x.Other })
		}
		if i < 0 {
			out.parts = append(out.parts, shape{})
			continue
		}
		out.parts = append(out.parts, s.of(p.Fields[i].Value))
	}
	return out
}

// mapping and binary are constructors without parts: only what is written alike is seen to be the same.
func (s *shaper) mapping(p *syntax.MapExpr) shape {
	var b strings.Builder
	for _, f := range p.Fields {
		_, constant := constantExpr(f.Key)
		s.open = s.open || !constant
		b.WriteString(" " + s.of(f.Key).text() + s.of(f.Value).text())
	}
	return shape{con: "#" + b.String()}
}

func (s *shaper) binary(p *syntax.Binary) shape {
	var b strings.Builder
	for _, x := range p.Elements {
		b.WriteString(" " + s.of(x.Value).text())
		if x.Size != nil {
			size, ok := constantExpr(x.Size)
			if !ok {
				s.open = true
				break
			}
			b.WriteString(":" + size.String())
		}
		b.WriteString("/" + strings.Join(slices.Sorted(slices.Values(x.Types)), "-") + strconv.Itoa(x.Unit))
	}
	return shape{con: "<<" + b.String()}
}

func (s shape) text() string {
	if s.con == "" {
		return "_"
	}
	out := s.con
	for _, p := range s.parts {
		out += "," + p.text()
	}
	return out + ";"
}
