package term

import (
	"sync/atomic"
	"unsafe"
)

// Origin is the node that made a pid, port or reference. A node has one Origin of its own, whose name and creation change when
// it joins or leaves a network, so that the identifiers it made before stay its own; those of other nodes never change.
type Origin struct {
	id atomic.Pointer[originID]
}

type originID struct {
	name     Term
	creation uint32
}

// NewOrigin returns the origin for a node name (an atom) and creation.
func NewOrigin(name Term, creation uint32) *Origin {
	o := new(Origin)
	o.Rename(name, creation)
	return o
}

// Rename gives the origin another name and creation. Only the node that owns it calls this.
func (o *Origin) Rename(name Term, creation uint32) { o.id.Store(&originID{name, creation}) }

// Name returns the name of the node, an atom.
func (o *Origin) Name() Term { return o.id.Load().name }

// Creation returns the number that tells incarnations of one node name apart; 0 while the node has no name.
func (o *Origin) Creation() uint32 { return o.id.Load().creation }

// Is reports whether both name the same incarnation of the same node.
func (o *Origin) Is(other *Origin) bool {
	if o == other {
		return true
	}
	a, b := o.id.Load(), other.id.Load()
	return a.name == b.name && a.creation == b.creation
}

// Pid identifies a process.
type Pid struct {
	Origin     *Origin
	ID, Serial uint32
}

// Term returns the pid as a term.
func (p *Pid) Term() Term { return Term{unsafe.Pointer(p), uint64(KindPid)} }

// Port identifies a port.
type Port struct {
	Origin *Origin
	ID     uint64
}

// Term returns the port as a term.
func (p *Port) Term() Term { return Term{unsafe.Pointer(p), uint64(KindPort)} }

// Ref is a reference: Len words of Words, 1 to 5, in the order of the external term format (the least significant first).
type Ref struct {
	Origin *Origin
	Len    uint8
	Words  [5]uint32
}

// Term returns the reference as a term.
func (r *Ref) Term() Term { return Term{unsafe.Pointer(r), uint64(KindRef)} }

// Fun is a function as a value. It is one of three: an external fun (fun M:F/A) when External is set; a fun made here when Code is
// set; otherwise a fun of a compiled module of another node, which can be compared, printed and passed on, and not called.
type Fun struct {
	Module   Term // atom
	Name     Term // atom: the function of an external fun, else how a stack trace calls it
	Arity    int
	External bool
	Code     any    // what the evaluator runs, for an external fun where it is found; nil for foreign funs
	Env      []Term // the captured values, read only
	Index    uint32 // position among the funs of its module, as fun_info and #Fun<m.index.uniq> show it
	OldUniq  uint32 // hash of the fun's code, as fun_info and #Fun<m.index.uniq> show it
	Pid      Term   // the process that made it
	Wire     []byte // the external term format as it came from another node, kept so that it is passed on unharmed
}

// Term returns the fun as a term.
func (f *Fun) Term() Term { return Term{unsafe.Pointer(f), uint64(KindFun)} }
