package erlang

import (
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// counter counts what is given out once only.
type counter struct{ next atomic.Int64 }

// unique counts the unique integers of a node.
var unique node.Slot[*counter]

// uniqueInteger counts upward from far below zero, as OTP does, unless the number has to be positive.
func uniqueInteger(p *node.Process, args []term.Term) (term.Term, error) {
	positive := false
	if len(args) == 1 {
		list, ok := args[0].Slice()
		if !ok {
			return term.None, term.Badarg()
		}
		for _, o := range list {
			if o.AtomName() != "positive" && o.AtomName() != "monotonic" {
				return term.None, term.Badarg()
			}
			positive = positive || o.AtomName() == "positive"
		}
	}
	n := unique.Of(p.Node(), func(*node.Node) *counter { return new(counter) }).next.Add(1)
	if positive {
		return term.Int(n), nil
	}
	return term.Int(n - 1<<59), nil
}
