package tables

import (
	"slices"
	"time"

	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Fix has a table keep what a traversal needs: until it is released, keys that were deleted still lead to the next.
func (ts *Tables) Fix(t *Table, p *node.Process) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.deleted || !p.Owns() {
		return
	}
	if len(t.fixes) == 0 {
		t.fixes = map[*node.Process]int{}
		t.since = time.Now()
		t.store.fix(true)
	}
	t.fixes[p]++
	if ts.fixed[p] == nil {
		ts.fixed[p] = map[*Table]struct{}{}
	}
	ts.fixed[p][t] = struct{}{}
}

// Release takes one Fix of a process back.
func (ts *Tables) Release(t *Table, p *node.Process) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t.release(p, false) {
		ts.unfixed(p, t)
	}
}

// unfixed wants mu held.
func (ts *Tables) unfixed(p *node.Process, t *Table) {
	delete(ts.fixed[p], t)
	if len(ts.fixed[p]) == 0 {
		delete(ts.fixed, p)
	}
}

// release takes one fix of a process back, or all; it reports whether that was its last.
func (t *Table) release(p *node.Process, all bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, ok := t.fixes[p]
	if !ok {
		return false
	}
	if n > 1 && !all {
		t.fixes[p] = n - 1
		return false
	}
	delete(t.fixes, p)
	if len(t.fixes) == 0 {
		t.store.fix(false)
	}
	return true
}

// Fixing is who has fixed a table, and how often.
type Fixing struct {
	Pid   term.Term
	Count int
}

// Fixings returns who has fixed the table, and since when anyone has.
func (t *Table) Fixings() (since time.Time, who []Fixing) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for p, n := range t.fixes {
		who = append(who, Fixing{p.Self(), n})
	}
	slices.SortFunc(who, func(a, b Fixing) int { return term.Compare(a.Pid, b.Pid) })
	return t.since, who
}
