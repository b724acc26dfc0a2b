package tables

import (
	"slices"
	"sync"

	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// tableKind marks the references that stand for tables.
const tableKind = 1

// Tables is all the tables of a node.
type Tables struct {
	node  *node.Node
	ids   directory
	names directory

	mu    sync.Mutex
	owned map[*node.Process][]*Table            // guarded by mu
	fixed map[*node.Process]map[*Table]struct{} // guarded by mu: who has fixed what
	count int                                   // guarded by mu
}

var all node.Slot[*Tables]

// Of returns the tables of a node.
func Of(n *node.Node) *Tables { return all.Of(n, newTables) }

func newTables(n *node.Node) *Tables {
	t := &Tables{node: n, owned: map[*node.Process][]*Table{}, fixed: map[*node.Process]map[*Table]struct{}{}}
	n.OnExit(t.ownerEnded)
	return t
}

// IsID reports whether a term is or was a table identifier of this node.
func (ts *Tables) IsID(t term.Term) bool { return ts.node.RefKind(t) == tableKind }

// Find returns the table of an identifier or name, nil when there is none.
func (ts *Tables) Find(t term.Term) *Table {
	if t.IsAtom() {
		return ts.names.get(uint64(term.Hash(t))+1, t)
	}
	if n := ts.node.RefNumber(t); n != 0 {
		return ts.ids.get(n, term.None)
	}
	return nil
}

// May reports whether a process may read a table, or write to it. A table that has been deleted nobody may use.
func (t *Table) May(p *node.Process, write bool) bool {
	right := t.Right()
	return right == Public || right == Protected && !write || t.owner.Load() == p
}

// Right returns the access right.
func (t *Table) Right() Access { return Access(t.access.Load()) }

// SetAccess changes the access right.
func (t *Table) SetAccess(a Access) { t.access.Store(uint32(a)) }

// Owner returns the process that owns the table.
func (t *Table) Owner() *node.Process { return t.owner.Load() }

// Name returns the name, and whether the table can be found by it.
func (t *Table) Name() (name term.Term, named bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.name, t.named
}

// New makes a table that p owns; nil when its name is taken.
func (ts *Tables) New(p *node.Process, o Options) *Table {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if o.Named && ts.Find(o.Name) != nil || !p.Owns() {
		return nil
	}
	t := newTable(ts.node.MakeKindRef(tableKind), p, o)
	ts.ids.put(ts.node.RefNumber(t.ID), term.None, t)
	if o.Named {
		ts.names.put(uint64(term.Hash(o.Name))+1, o.Name, t)
	}
	ts.owned[p] = append(ts.owned[p], t)
	ts.count++
	return t
}

// Delete deletes a table.
func (ts *Tables) Delete(t *Table) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.disown(t)
	ts.drop(t)
}

// disown wants mu held.
func (ts *Tables) disown(t *Table) {
	o := t.Owner()
	ts.owned[o] = slices.DeleteFunc(ts.owned[o], func(x *Table) bool { return x == t })
	if len(ts.owned[o]) == 0 {
		delete(ts.owned, o)
	}
}

// drop takes a table that nobody owns any more out of the world; mu is held.
func (ts *Tables) drop(t *Table) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.deleted {
		return
	}
	t.deleted = true
	ts.count--
	ts.ids.remove(ts.node.RefNumber(t.ID), term.None)
	if t.named {
		ts.names.remove(uint64(term.Hash(t.name))+1, t.name)
	}
	for p := range t.fixes {
		ts.unfixed(p, t)
	}
	t.fixes = nil
	t.store.fix(false)
	t.store.empty()
}

// Rename gives a table another name; false when a named table has it.
func (ts *Tables) Rename(t *Table, name term.Term) bool {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.named {
		if ts.Find(name) != nil {
			return false
		}
		ts.names.remove(uint64(term.Hash(t.name))+1, t.name)
		ts.names.put(uint64(term.Hash(name))+1, name, t)
	}
	t.name = name
	return true
}

// All returns all tables, the oldest first.
func (ts *Tables) All() []*Table {
	out := ts.ids.all()
	slices.SortFunc(out, func(a, b *Table) int { return term.Compare(a.ID, b.ID) })
	return out
}

// Count returns the number of tables.
func (ts *Tables) Count() int {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return ts.count
}

// SetHeir names who gets the table when its owner ends.
func (t *Table) SetHeir(h Heir) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.heir = h
}

// Heir returns who gets the table when its owner ends.
func (t *Table) Heir() Heir {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.heir
}

var atomTransfer = term.Atom("ETS-TRANSFER")

// Give makes another process the owner and tells it; false when it has ended.
func (ts *Tables) Give(t *Table, to *node.Process, data term.Term) bool {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return ts.give(t, to, data)
}

// give wants mu held.
func (ts *Tables) give(t *Table, to *node.Process, data term.Term) bool {
	if !to.Owns() {
		return false
	}
	from := t.Owner()
	ts.disown(t)
	t.mu.Lock()
	t.owner.Store(to)
	id := t.ID
	if t.named {
		id = t.name
	}
	t.mu.Unlock()
	ts.owned[to] = append(ts.owned[to], t)
	_ = ts.node.Send(from.Self(), to.Self(), term.Tuple(atomTransfer, id, from.Self(), data))
	return true
}

// ownerEnded hands the tables of a process that ends to their heirs and deletes the others.
func (ts *Tables) ownerEnded(p *node.Process) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for _, t := range slices.Clone(ts.owned[p]) {
		h := t.Heir()
		if heir := ts.node.Process(h.Pid); heir != nil && heir != p && ts.give(t, heir, h.Data) {
			continue
		}
		ts.drop(t)
	}
	delete(ts.owned, p)
	for t := range ts.fixed[p] {
		t.release(p, true)
	}
	delete(ts.fixed, p)
}
