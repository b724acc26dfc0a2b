package term

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"unicode/utf8"
	"unsafe"
)

// MaxAtom is the greatest number of characters (not bytes) in an atom.
const MaxAtom = 255

type atom struct {
	name     string
	hash     uint32 // of the name, for maps
	index    uint32 // its place in the order in which atoms came to be
	portable uint32 // accessed atomically: the portable hash of the name once it was asked for, or 0
}

// The atom table is the one mutable variable of the program: atoms live as long as it does.
var atoms = newAtomTable()

type atomTable struct {
	shards [64]atomShard
	seed   maphash.Seed
	count  atomic.Uint32
}

type atomShard struct {
	sync.RWMutex
	byName map[string]*atom // guarded by RWMutex
}

func newAtomTable() *atomTable {
	t := &atomTable{seed: maphash.MakeSeed()}
	for i := range t.shards {
		t.shards[i].byName = make(map[string]*atom)
	}
	return t
}

// Atom returns the atom with this name, which is UTF-8 of at most MaxAtom characters; the caller has checked that where the
// name comes from outside (see AtomFits).
func Atom(name string) Term {
	s := &atoms.shards[maphash.String(atoms.seed, name)%uint64(len(atoms.shards))]
	s.RLock()
	a := s.byName[name]
	s.RUnlock()
	if a == nil {
		s.Lock()
		if a = s.byName[name]; a == nil {
			name = string(append([]byte(nil), name...)) // never keep a caller's larger string alive
			a = &atom{name: name, hash: hashName(name), index: atoms.count.Add(1)}
			s.byName[name] = a
		}
		s.Unlock()
	}
	return Term{unsafe.Pointer(a), uint64(KindAtom)}
}

// ExistingAtom returns the atom with this name if there is one.
func ExistingAtom(name string) (Term, bool) {
	s := &atoms.shards[maphash.String(atoms.seed, name)%uint64(len(atoms.shards))]
	s.RLock()
	a := s.byName[name]
	s.RUnlock()
	if a == nil {
		return None, false
	}
	return Term{unsafe.Pointer(a), uint64(KindAtom)}, true
}

// ExistingAtomBytes returns the atom whose name these bytes are, if there is one; it makes no copy of them.
func ExistingAtomBytes(name []byte) (Term, bool) {
	s := &atoms.shards[maphash.Bytes(atoms.seed, name)%uint64(len(atoms.shards))]
	s.RLock()
	a := s.byName[string(name)]
	s.RUnlock()
	if a == nil {
		return None, false
	}
	return Term{unsafe.Pointer(a), uint64(KindAtom)}, true
}

// AtomFits reports whether name can be the name of an atom: valid UTF-8 of at most MaxAtom characters.
func AtomFits(name string) bool {
	return len(name) <= 4*MaxAtom && utf8.ValidString(name) && utf8.RuneCountInString(name) <= MaxAtom
}

// AtomCount returns how many atoms exist.
func AtomCount() int { return int(atoms.count.Load()) }

// AtomIndex returns the number of an atom, which no other atom has while the program runs: it stands for the node's name in the
// text of a foreign pid. For anything else it returns 0, the number of no atom.
func (t Term) AtomIndex() uint32 {
	if !t.IsAtom() {
		return 0
	}
	return (*atom)(t.p).index
}

// Atom returns the name of an atom.
func (t Term) Atom() (string, bool) {
	if Kind(t.u) != KindAtom || t.isInt() || t.isFloat() {
		return "", false
	}
	return (*atom)(t.p).name, true
}

// IsAtom reports whether t is an atom.
func (t Term) IsAtom() bool {
	return Kind(t.u) == KindAtom && !t.isInt() && !t.isFloat()
}

// AtomName returns the name of an atom, and "" for anything else: for places that know what they hold.
func (t Term) AtomName() string {
	name, _ := t.Atom()
	return name
}

// hashName is FNV-1a with a final mix, stable from run to run so that the order of big maps is.
func hashName(name string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint32(name[i])) * 16777619
	}
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	return h
}

// Bool returns the atom true or false.
func Bool(b bool) Term {
	if b {
		return True
	}
	return False
}

// The two atoms that Go code cannot do without.
var (
	True  = Atom("true")
	False = Atom("false")
)
