package format

import "github.com/erlsh/erlsh/lang/term"

// more makes a node, or the rest of its kids, again with a greater depth and another limit.
type more struct {
	node func(deeper, limit int) node
	rest func(deeper, limit int) ([]node, *node)
}

func (p *planner) again(t term.Term, depth int) *more {
	return &more{node: func(deeper, limit int) node { return p.plan(t, depth+deeper, limit) }}
}

func (p *planner) whenLimited(limit int, again func(deeper, limit int) node) *more {
	if limit < 0 {
		return nil
	}
	return &more{node: again}
}

func (p *planner) restWhenLimited(limit int, again func(deeper, limit int) ([]node, *node)) *more {
	if limit < 0 {
		return nil
	}
	return &more{rest: again}
}

// within makes the tree of t so deep that about limit characters are printed.
func (p *planner) within(t term.Term, depth, limit int) node {
	return p.plan(t, depth, limit)
}

// limitedString makes a string of as much of a list as the limit has room for.
func (p *planner) limitedString(t term.Term, limit int) (node, bool) {
	return node{}, false
}

// limitedText adds as much of characters as a limit has room for, with dots behind.
func (s *sink) limitedText(t term.Term, unicode bool, limit int) bool {
	return s.chardata(t, unicode)
}
