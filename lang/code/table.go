package code

import (
	"sync"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/term"
)

// Entry is where calls from other modules find a function. It exists from the first mention on, whether the function does or not, and
// always leads to the newest version.
type Entry struct {
	MFA
	fn atomic.Pointer[Function]
}

// Function returns the function, or nil when its module is not loaded or has no such exported function: ask Table.Resolve then.
func (e *Entry) Function() *Function { return e.fn.Load() }

// Table holds the modules of one node.
type Table struct {
	load    func(name term.Term) *Module // for modules that load at their first use; may be nil
	mu      sync.RWMutex
	entries map[MFA]*Entry        // guarded by mu
	current map[term.Term]*Module // guarded by mu
	old     map[term.Term]*Module // guarded by mu
	missing map[term.Term]bool    // guarded by mu: modules that load did not know
	search  atomic.Pointer[func(name term.Term) *Module]
}

// NewTable returns an empty table. load, which may be nil, supplies a module when something of it is called for the first time; it
// returns nil for one that it does not know and is asked once for each name.
func NewTable(load func(name term.Term) *Module) *Table {
	return &Table{
		load:    load,
		entries: make(map[MFA]*Entry),
		current: make(map[term.Term]*Module),
		old:     make(map[term.Term]*Module),
		missing: make(map[term.Term]bool),
	}
}

// Entry returns the entry of a function, made if need be.
func (t *Table) Entry(module, name term.Term, arity int) *Entry {
	key := MFA{module, name, arity}
	t.mu.RLock()
	e := t.entries[key]
	t.mu.RUnlock()
	if e != nil {
		return e
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.entry(key)
}

// entry wants mu held.
func (t *Table) entry(key MFA) *Entry {
	e := t.entries[key]
	if e == nil {
		e = &Entry{MFA: key}
		if m := t.current[key.Module]; m != nil {
			if f := m.Functions[NameArity{key.Name, key.Arity}]; f != nil && f.Exported {
				e.fn.Store(f)
			}
		}
		t.entries[key] = e
	}
	return e
}

// Resolve returns the function of an entry and loads its module when that has not happened yet; nil when there is none.
func (t *Table) Resolve(e *Entry) *Function {
	if f := e.fn.Load(); f != nil {
		return f
	}
	t.Module(e.Module)
	return e.fn.Load()
}

// Lookup returns an exported function, loading its module when that has not happened yet; nil when there is none.
func (t *Table) Lookup(module, name term.Term, arity int) *Function {
	return t.Resolve(t.Entry(module, name, arity))
}

// Module returns the current version of a module, loading it when it can be loaded by itself; nil when there is none.
func (t *Table) Module(name term.Term) *Module {
	if m := t.Given(name); m != nil {
		return m
	}
	search := t.search.Load()
	if search == nil {
		return nil
	}
	m := (*search)(name)
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := t.current[name]; now != nil || m == nil {
		return now
	}
	t.install(m)
	return m
}

// Given returns the current version of a module that is loaded or that load knows, without searching for one; nil when there is none.
func (t *Table) Given(name term.Term) *Module {
	t.mu.RLock()
	m, asked := t.current[name], t.missing[name]
	t.mu.RUnlock()
	if m != nil || asked || t.load == nil {
		return m
	}
	m = t.load(name)
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := t.current[name]; now != nil {
		return now
	}
	if m == nil {
		t.missing[name] = true
		return nil
	}
	t.install(m)
	return m
}

// Search sets where modules are looked for that load does not know. It is asked at every use of one that is not there.
func (t *Table) Search(search func(name term.Term) *Module) { t.search.Store(&search) }

// Loaded returns the current version of a module without loading it; nil when it is not loaded.
func (t *Table) Loaded(name term.Term) *Module {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.current[name]
}

// Old returns the old version of a module, or nil.
func (t *Table) Old(name term.Term) *Module {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.old[name]
}

// Modules returns the loaded modules in no particular order.
func (t *Table) Modules() []*Module {
	t.mu.RLock()
	defer t.mu.RUnlock()
	out := make([]*Module, 0, len(t.current))
	for _, m := range t.current {
		out = append(out, m)
	}
	return out
}

// Load makes m the current version of its module; what was current becomes old. The caller has purged an older old version.
func (t *Table) Load(m *Module) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := t.current[m.Name]; now != nil {
		t.old[m.Name] = now
	}
	t.install(m)
}

// Delete makes the current version of a module old, so that calls to it fail; false when there is none or an old version is in
// the way.
func (t *Table) Delete(name term.Term) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := t.current[name]
	if m == nil || t.old[name] != nil {
		return false
	}
	delete(t.current, name)
	t.old[name] = m
	t.missing[name] = true
	t.install(&Module{Name: name})
	delete(t.current, name)
	return true
}

// Purge forgets the old version of a module; the caller has dealt with the processes that run it.
func (t *Table) Purge(name term.Term) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	m, ok := t.old[name]
	if ok {
		m.Gone.Store(true)
	}
	delete(t.old, name)
	return ok
}

// install wants mu held.
func (t *Table) install(m *Module) {
	t.current[m.Name] = m
	for key, e := range t.entries {
		if key.Module != m.Name {
			continue
		}
		if f := m.Functions[NameArity{key.Name, key.Arity}]; f != nil && f.Exported {
			e.fn.Store(f)
		} else {
			e.fn.Store(nil)
		}
	}
}
