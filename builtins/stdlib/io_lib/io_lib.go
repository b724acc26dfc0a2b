// Package io_lib is module io_lib: terms as characters, formats filled with arguments, and characters read by a format.
package io_lib

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed io_lib.erl
var source string

const module = "io_lib"

// Module returns the module.
func Module() *bif.Module {
	m := &bif.Module{
		Name:   module,
		Doc:    "Terms as characters, formats filled with arguments, and characters read by a format.",
		Source: source,
	}
	for _, rows := range [][]bif.Function{formatting(), writing(), quoting(), checking(), reading(), limiting()} {
		m.Functions = append(m.Functions, rows...)
	}
	return m
}

var (
	atomLatin1     = term.Atom("latin1")
	atomUnicode    = term.Atom("unicode")
	atomDepth      = term.Atom("depth")
	atomEncoding   = term.Atom("encoding")
	atomCharsLimit = term.Atom("chars_limit")
	atomFormat     = term.Atom("format")
	atomDots       = term.Atom("...")
)

// options are those of a text for the people at this node.
func options(p *node.Process, latin1 bool) format.Options {
	return format.Options{Home: p.Node().Origin(), Unicode: p.Node().Unicode(), Latin1: latin1}
}

// option returns the value of a key in a list of pairs, or other.
func option(list, key, other term.Term) term.Term {
	for c, ok := list.Cons(); ok; c, ok = c.Tail.Cons() {
		if e, ok := c.Head.Tuple(); ok && len(e) > 0 && e[0] == key {
			if len(e) == 2 {
				return e[1]
			}
			break
		}
	}
	return other
}

// number returns an integer cut to what an int holds; ok is false for what is none.
func number(t term.Term) (int, bool) {
	if i, ok := t.Int(); ok {
		return int(i), true
	}
	b, ok := t.Big()
	if !ok {
		return 0, false
	}
	return b.Sign() << 40, true
}

var dots = term.String("...")
