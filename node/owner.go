package node

import "github.com/erlsh/erlsh/lang/term"

// Owns notes that a builtin module keeps something that is to go when the process ends: what OnExit was given is called then. It may be
// called at any time; false when the process has begun to end.
func (p *Process) Owns() bool { return p.flagUnlessEnding(flagOwner) }

// OnExit has f called by each process that Owns something, when it ends and before those who are linked to it or monitor it hear of that.
// It is called while a module makes its slot.
func (n *Node) OnExit(f func(p *Process)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.onExit = append(n.onExit, f)
}

func (n *Node) ownerEnds(p *Process) {
	n.mu.RLock()
	all := n.onExit
	n.mu.RUnlock()
	for _, f := range all {
		f(p)
	}
}

// A reference that stands for something carries what that is above the number of the process that may have made it.
const kindShift = idBits

// MakeKindRef returns a reference that stands for something of a kind, 1 to 15, which RefKind tells from other references as long as
// the node runs.
func (n *Node) MakeKindRef(kind uint32) term.Term { return n.makeRef(kind << kindShift) }

// RefKind returns the kind with which a reference of this node was made, 0 for any other term.
func (n *Node) RefKind(t term.Term) uint32 {
	r, ok := t.Ref()
	if !ok || r.Len != 3 || !n.local(r.Origin) {
		return 0
	}
	return (r.Words[2] ^ n.refBase) >> kindShift
}

// RefNumber returns the number of a reference of this node, which no other one has; 0 for any other term.
func (n *Node) RefNumber(t term.Term) uint64 { return n.number(t) }
