package string

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// shorts are the older functions that programs still use much.
func shorts() []bif.Short {
	return []bif.Short{{Name: "tokens", Arity: 2, Do: tokens}, {Name: "join", Arity: 2, Do: join}}
}

// tokens needs no characters: the elements of both lists may be anything.
func tokens(args []term.Term) term.Term {
	separators, ok := args[1].Slice()
	if !ok || len(separators) == 0 {
		return term.None
	}
	var found, token term.Builder
	list := args[0]
	for c, ok := list.Cons(); ok; c, ok = list.Cons() {
		if !among(separators, c.Head) {
			token.Add(c.Head)
		} else if token.Len() > 0 {
			found.Add(token.List(term.Nil))
			token = term.Builder{}
		}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None
	}
	if token.Len() > 0 {
		found.Add(token.List(term.Nil))
	}
	return found.List(term.Nil)
}

func among(list []term.Term, t term.Term) bool {
	for _, x := range list {
		if x == t || term.Equal(x, t) {
			return true
		}
	}
	return false
}

func join(args []term.Term) term.Term {
	strings, ok := args[0].Slice()
	separator, ok2 := args[1].Slice()
	if !ok || !ok2 {
		return term.None
	}
	var out term.Builder
	for i, s := range strings {
		if i > 0 {
			for _, c := range separator {
				out.Add(c)
			}
		}
		c, ok := s.Cons()
		for ok {
			out.Add(c.Head)
			s = c.Tail
			c, ok = s.Cons()
		}
		if !s.IsNil() {
			return term.None
		}
	}
	return out.List(term.Nil)
}
