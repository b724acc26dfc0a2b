// Package tables keeps the tables of module ets: what they hold, who owns them, and how they are found.
//
// A Table is a hash of rows or a tree in the order of the keys, under one lock. Of returns the tables of a node; Tables.Find the one that
// a table identifier or a name means. A table is deleted when its owner ends, before anyone hears of that, unless it has an heir.
package tables

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Kind is the type of a table.
type Kind uint8

// The types.
const (
	Set Kind = iota
	OrderedSet
	Bag
	DuplicateBag
)

// Access says who may do what with a table, besides its owner.
type Access uint8

// The access rights.
const (
	Protected Access = iota // others may read
	Public
	Private
)

// Options say what table to make.
type Options struct {
	Name      term.Term
	Named     bool
	Kind      Kind
	Access    Access
	KeyPos    int
	HeirPid   term.Term // None without an heir
	HeirData  term.Term
	Described Description
}

// Description is what a table was told and only remembers.
type Description struct {
	WriteConcurrency term.Term // false, true or auto
	ReadConcurrency  bool
	Compressed       bool
	Decentralized    bool
}

// store is what a table holds. Its methods want the lock of the table.
type store interface {
	get(key term.Term) term.Term
	lookup(key term.Term, f func(object term.Term) bool)
	insert(key, object term.Term)
	place(key term.Term) *term.Term // of the first object of a key, nil when there is none
	remove(key term.Term)
	removeObject(key, object term.Term)
	empty()
	fix(on bool)
	size() int
}

// Table is one table.
type Table struct {
	ID     term.Term // the table identifier
	Kind   Kind
	KeyPos int
	Described

	access atomic.Uint32 // an Access
	owner  atomic.Pointer[node.Process]

	mu      sync.RWMutex
	name    term.Term             // guarded by mu
	named   bool                  // guarded by mu
	heir    Heir                  // guarded by mu
	deleted bool                  // guarded by mu
	fixes   map[*node.Process]int // guarded by mu: how often who has fixed it
	since   time.Time             // guarded by mu: of the first of fixes
	hash    *hash                 // guarded by mu; nil for an ordered_set
	ordered *ordered              // guarded by mu; nil for the others
	store   store                 // guarded by mu: the one of the two that there is
}

// Described is Description as part of a table.
type Described = Description

// Heir is who gets a table whose owner ends.
type Heir struct {
	Pid, Data term.Term // None for nobody
}

func newTable(id term.Term, owner *node.Process, o Options) *Table {
	t := &Table{ID: id, Kind: o.Kind, KeyPos: o.KeyPos, Described: o.Described, name: o.Name, named: o.Named}
	t.owner.Store(owner)
	t.SetAccess(o.Access)
	t.heir = Heir{o.HeirPid, o.HeirData}
	if o.Kind == OrderedSet {
		t.ordered = newOrdered(o.KeyPos)
		t.store = t.ordered
	} else {
		t.hash = newHash(o.Kind, o.KeyPos)
		t.store = t.hash
	}
	return t
}

// Key returns the key of an object: a tuple that is large enough. False for any other term.
func (t *Table) Key(object term.Term) (term.Term, bool) {
	e, ok := object.Tuple()
	if !ok || len(e) < t.KeyPos {
		return term.None, false
	}
	return e[t.KeyPos-1], true
}

// Lookup returns the objects of a key, the oldest first.
func (t *Table) Lookup(key term.Term) []term.Term {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var out []term.Term
	t.store.lookup(key, func(o term.Term) bool { out = append(out, o); return true })
	return out
}

// First returns the oldest object of a key, None when there is none.
func (t *Table) First(key term.Term) term.Term {
	t.mu.RLock()
	o := t.store.get(key)
	t.mu.RUnlock()
	return o
}

// Many reports whether a key may have more than one object.
func (t *Table) Many() bool { return t.Kind >= Bag }

// Insert puts objects in, all at once. They have keys.
func (t *Table) Insert(objects ...term.Term) {
	t.mu.Lock()
	for _, o := range objects {
		e, _ := o.Tuple()
		t.store.insert(e[t.KeyPos-1], o)
	}
	t.mu.Unlock()
}

// InsertNew puts objects in, all at once, if none of their keys is there.
func (t *Table) InsertNew(objects ...term.Term) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, o := range objects {
		k, _ := t.Key(o)
		if !t.store.get(k).None() {
			return false
		}
	}
	for _, o := range objects {
		k, _ := t.Key(o)
		t.store.insert(k, o)
	}
	return true
}

// Delete takes all objects of a key out.
func (t *Table) Delete(key term.Term) {
	t.mu.Lock()
	t.store.remove(key)
	t.mu.Unlock()
}

// DeleteObject takes the objects out that are equal to one.
func (t *Table) DeleteObject(object term.Term) {
	k, ok := t.Key(object)
	if !ok {
		return
	}
	t.mu.Lock()
	t.store.removeObject(k, object)
	t.mu.Unlock()
}

// Take takes all objects of a key out and returns them.
func (t *Table) Take(key term.Term) []term.Term {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []term.Term
	t.store.lookup(key, func(o term.Term) bool { out = append(out, o); return true })
	if len(out) > 0 {
		t.store.remove(key)
	}
	return out
}

// Empty takes all objects out and returns how many there were.
func (t *Table) Empty() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.store.size()
	t.store.empty()
	return n
}

// Size returns the number of objects.
func (t *Table) Size() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.store.size()
}

// Update exchanges the object of a key, of a set or ordered_set: with what f returns for the one that is there, which is initial where
// there is none; both are None without one. f returns None to leave the table as it is.
func (t *Table) Update(key, initial term.Term, f func(old term.Term) term.Term) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.store.place(key)
	if at == nil {
		if object := f(initial); !object.None() {
			t.store.insert(key, object)
		}
		return
	}
	if object := f(*at); !object.None() {
		*at = object
	}
}

// Count adds to an element, from 1, of the object of a key, of a set or ordered_set, and returns the result; None where that is not as
// simple as it sounds.
func (t *Table) Count(key term.Term, at int64, by term.Term) term.Term {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.store.place(key)
	if o == nil {
		return term.None
	}
	e, _ := o.Tuple()
	if at < 1 || at > int64(len(e)) || at == int64(t.KeyPos) || !e[at-1].IsInteger() || !by.IsInteger() {
		return term.None
	}
	sum, err := term.Add(e[at-1], by)
	if err != nil {
		return term.None
	}
	changed := make([]term.Term, len(e))
	copy(changed, e)
	changed[at-1] = sum
	*o = term.Tuple(changed...)
	return sum
}

// InsertOne puts one object in.
func (t *Table) InsertOne(key, object term.Term) {
	t.mu.Lock()
	t.store.insert(key, object)
	t.mu.Unlock()
}
