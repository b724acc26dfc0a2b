// Package ets is module ets: tables of terms in memory that processes share. What a table is stands in package tables, what a match
// specification is in package matchspec.
package ets

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/tables"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed ets.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	m := &bif.Module{
		Name:      "ets",
		Doc:       "Tables of terms in memory, which live as long as their owner and which other processes may use.",
		Source:    source,
		ErrorInfo: "erl_stdlib_errors",
	}
	for _, rows := range [][]bif.Function{tableRows(), objectRows(), updateRows(), keyRows(), infoRows(), selectRows(), specRows()} {
		m.Functions = append(m.Functions, rows...)
	}
	return m
}

// Causes that erl_stdlib_errors tells apart.
var (
	causeID       = term.Atom("id")
	causeType     = term.Atom("type")
	causeAccess   = term.Atom("access")
	causeBadkey   = term.Atom("badkey")
	causeKeypos   = term.Atom("keypos")
	causePosition = term.Atom("position")
	causeKind     = term.Atom("table_type")
	causeExists   = term.Atom("already_exists")
	causeOwner    = term.Atom("owner")
)

var endOfTable = term.Atom("$end_of_table")

func badarg(cause term.Term) (term.Term, error) {
	return term.None, bif.StdlibError(atom.Badarg, cause)
}

func plain() (term.Term, error) { return term.None, bif.StdlibBadarg() }

// access is what a function wants to do with a table.
type access uint8

const (
	look  access = iota // at what is known of it
	read                // objects
	write               // objects
	own                 // it is for the owner
)

type operation func(p *node.Process, t *tables.Table, args []term.Term) (term.Term, error)

// with finds the table that the first argument means and sees whether the process may use it.
func with(a access, do operation) func(p *node.Process, args []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		t, err := find(p, args[0], a)
		if err != nil {
			return term.None, err
		}
		return do(p, t, args)
	}
}

func find(p *node.Process, id term.Term, a access) (*tables.Table, error) {
	ts := tables.Of(p.Node())
	t := ts.Find(id)
	switch {
	case t == nil && !id.IsAtom() && !ts.IsID(id):
		return nil, bif.StdlibError(atom.Badarg, causeType)
	case t == nil:
		return nil, bif.StdlibError(atom.Badarg, causeID)
	case a == own && t.Owner() != p || a != look && !t.May(p, a == write):
		return nil, bif.StdlibError(atom.Badarg, causeAccess)
	}
	return t, nil
}

// idOf returns how programs call a table: its name if it is named.
func idOf(t *tables.Table) term.Term {
	if name, named := t.Name(); named {
		return name
	}
	return t.ID
}
