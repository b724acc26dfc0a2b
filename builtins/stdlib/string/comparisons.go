package string

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/chars"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// comparisons are the functions that say how much two texts are alike.
func comparisons() []bif.Function {
	return []bif.Function{
		{
			Spec:    "equal(A :: unicode:chardata(), B :: unicode:chardata()) -> boolean()",
			Doc:     "Tells whether two texts have the same code points, in whatever form.",
			Example: "1> string:equal(\"abc\", <<\"abc\">>).\ntrue",
			Pure:    func(args []term.Term) (term.Term, error) { return equal(args[0], args[1], term.False, atom.None) },
		},
		{
			Spec:    "equal(A :: unicode:chardata(), B :: unicode:chardata(), IgnoreCase :: boolean()) -> boolean()",
			Doc:     "As equal/2; with IgnoreCase `true` upper and lower case are the same.",
			Example: "1> string:equal(\"abc\", \"ABC\", true).\ntrue",
			Pure:    func(args []term.Term) (term.Term, error) { return equal(args[0], args[1], args[2], atom.None) },
		},
		{
			Spec:    "equal(A :: unicode:chardata(), B :: unicode:chardata(), IgnoreCase :: boolean(), Norm :: none | nfc | nfd | nfkc | nfkd) -> boolean()",
			Doc:     "As equal/3 on the texts in a normal form.",
			Example: "1> string:equal([229], [97,778], false, nfc).\ntrue",
			Pure:    func(args []term.Term) (term.Term, error) { return equal(args[0], args[1], args[2], args[3]) },
		},
		{
			Spec:    "jaro_similarity(A :: unicode:chardata(), B :: unicode:chardata()) -> Similarity :: float()",
			Doc:     "Returns how similar two texts are by the measure of Jaro, from 0.0 to 1.0.",
			Example: "1> string:jaro_similarity(\"same\", \"same\").\n1.0",
			Pure:    jaro,
		},
	}
}

// prepared is a text with its first character in the form in which it is compared.
type prepared func(t term.Term) (term.Term, error)

func equal(a, b, ignoreCase, form term.Term) (term.Term, error) {
	if ignoreCase != term.True && ignoreCase != term.False {
		return term.None, term.FunctionClause()
	}
	var steps []prepared
	for _, f := range chars.Forms() {
		if f.Name == form.AtomName() {
			steps = append(steps, func(t term.Term) (term.Term, error) { return firstOf(chars.Cluster(t), f.Of) })
		}
	}
	if len(steps) == 0 && form != atom.None {
		return term.None, term.FunctionClause()
	}
	if ignoreCase == term.True {
		fold := chars.AllCasings().Fold
		steps = append(steps, func(t term.Term) (term.Term, error) {
			s := chars.CodePoint(t)
			if s.Outcome == chars.Wrong {
				return term.None, bif.ErrorOf(term.Tuple(atom.Badarg, s.Rest), "unicode_util", fold.Name, term.Int(1))
			}
			return firstOf(s, fold.Of)
		})
	}
	same, err := alike(a, b, steps)
	return term.Bool(same), err
}

// firstOf is a text whose first character is another one; where it cannot be taken, what unicode_util says of it.
func firstOf(s chars.Step, change func(term.Term) term.Term) (term.Term, error) {
	if s.Outcome == chars.Taken {
		s.Head = change(s.Head)
	}
	return step(s)
}

// alike compares two texts code point by code point.
func alike(a, b term.Term, steps []prepared) (bool, error) {
	if a.IsBinary() && b.IsBinary() && len(steps) == 0 {
		return term.Equal(a, b), nil
	}
	if len(steps) > 0 && term.Equal(a, b) {
		return true, nil
	}
	for {
		if len(steps) == 0 && a.IsNil() {
			return empty(b), nil
		}
		x, errX := comparable(a, steps)
		y, errY := x, errX
		if errX == nil {
			y, errY = comparable(b, steps)
		}
		if len(steps) > 0 && (errY != nil || x.Outcome == chars.Wrong) && term.Equal(a, b) {
			return true, nil
		}
		switch {
		case errY != nil:
			return false, errY
		case x.Outcome == chars.Wrong || y.Outcome == chars.Wrong:
			pair := term.Tuple(said(x), said(y))
			return false, bif.ErrorOf(term.Tuple(term.Atom("case_clause"), pair), module, "equal_1", term.Int(2))
		case x.Outcome == chars.End || y.Outcome == chars.End:
			return x.Outcome == y.Outcome, nil
		case !term.Equal(x.Head, y.Head):
			return false, nil
		}
		a, b = x.Rest, y.Rest
	}
}

// comparable takes the first code point off a text after some steps.
func comparable(t term.Term, steps []prepared) (chars.Step, error) {
	for _, prepare := range steps {
		var err error
		if t, err = prepare(t); err != nil {
			return chars.Step{}, err
		}
	}
	s := chars.CodePoint(t)
	return s, s.Err
}

// said is what unicode_util returns for a step.
func said(s chars.Step) term.Term {
	t, _ := step(s)
	return t
}

// jaro counts the clusters that both texts have near the same place, and those of them in another order.
func jaro(args []term.Term) (term.Term, error) {
	a, err := clusters(args[0])
	if err != nil {
		return term.None, err.exception("jaro_similarity", 2)
	}
	b, err := clusters(args[1])
	if err != nil {
		return term.None, err.exception("jaro_similarity", 2)
	}
	switch {
	case len(a) == 0 && len(b) == 0:
		return term.Float(1), nil
	case len(a) == 0 || len(b) == 0:
		return term.Float(0), nil
	}
	window := max(max(len(a), len(b))/2-1, 0)
	used := make([]bool, len(b))
	var inA []term.Term
	for i, x := range a {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if !used[j] && term.Equal(x, b[j]) {
				used[j] = true
				inA = append(inA, x)
				break
			}
		}
	}
	if len(inA) == 0 {
		return term.Float(0), nil
	}
	moved, k := 0, 0
	for j, in := range used {
		if in {
			if !term.Equal(inA[k], b[j]) {
				moved++
			}
			k++
		}
	}
	m := float64(len(inA))
	return term.Float((m/float64(len(a)) + m/float64(len(b)) + (m-float64(moved/2))/m) / 3), nil
}
