package erl_erts_errors

import (
	"math"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// arraySize is the size of an array of atomics or counters.
func arraySize(c *call, t, _ term.Term) string {
	if b, ok := t.Big(); ok && b.Sign() > 0 {
		if c.reason.AtomName() == "system_limit" {
			return c.module + " array size reached a system limit"
		}
		return ""
	}
	return whole(1, math.MaxInt64)(c, t, term.None)
}

// array returns what atomics and counters call an array.
func array(c *call, t term.Term) *bif.Cells {
	if e, ok := t.Tuple(); ok && len(e) == 2 {
		t = e[1]
	}
	return bif.CellsOf(c.process.Node(), t)
}

func cells(c *call, t, _ term.Term) string {
	if _, ok := t.Tuple(); ok == (c.module == "counters") && array(c, t) != nil {
		return ""
	}
	return "invalid atomics reference"
}

// cell is an index of an array, which with is.
func cell(c *call, t, with term.Term) string {
	if s := whole(1, math.MaxInt64)(c, t, term.None); s != "" {
		return s
	}
	if a := array(c, with); a != nil && a.At(t) == nil {
		return outOfRange
	}
	return ""
}

func cellValue(c *call, t, _ term.Term) string {
	if !t.IsInteger() {
		return notInteger
	}
	if a := array(c, c.args[0]); a != nil {
		if _, ok := a.Read(t, false); !ok {
			return outOfRange
		}
	}
	return ""
}
