package node

import (
	"sync"

	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/term"
)

// maxOrigins bounds how many foreign origins a node remembers; more are made anew each time, which costs memory and nothing else.
const maxOrigins = 100_000

// maxAtoms is how many atoms there may be before what comes from outside can make no new ones.
const maxAtoms = 1 << 20

// maxSharedFuns is how many funs made here a node can tell again when they come back.
const maxSharedFuns = 10_000

// FunCodec turns funs made here into ones that other nodes can run, and funs of other nodes into ones that run here.
type FunCodec interface {
	// WriteFun appends the external term format of a fun for a node (an atom; None for nobody in particular), false when it has none
	// of its own for it.
	WriteFun(peer term.Term, b []byte, f *term.Fun) ([]byte, bool)
	// ReadFun returns nil for a fun that it cannot make run here.
	ReadFun(f *etf.Fun) *term.Fun
}

// external is what a node keeps for terms that come and go as bytes.
type external struct {
	mu      sync.RWMutex
	origins map[originKey]*term.Origin // guarded by mu
	codec   FunCodec                   // guarded by mu
	ids     map[any][16]byte           // guarded by mu: by the code of a fun, what it is called outside
	funs    map[[16]byte]*term.Fun     // guarded by mu: the reverse; Env is not that of the fun that comes back
	texts   map[version]text           // guarded by mu: what erlsh nodes are told of funs
}

type originKey struct {
	name     term.Term
	creation uint32
}

var externals Slot[*external]

func (n *Node) external() *external {
	return externals.Of(n, func(n *Node) *external {
		return &external{
			codec: &evalFuns{n: n, templates: map[originKey]*template{}}, origins: map[originKey]*term.Origin{},
			ids: map[any][16]byte{}, funs: map[[16]byte]*term.Fun{}, texts: map[version]text{},
		}
	})
}

// OriginOf returns the origin for a node's name and creation: the node's own for its own, and one and the same for each other node.
func (n *Node) OriginOf(name term.Term, creation uint32) *term.Origin {
	if n.origin.Name() == name && n.origin.Creation() == creation {
		return n.origin
	}
	x, key := n.external(), originKey{name, creation}
	x.mu.RLock()
	o := x.origins[key]
	x.mu.RUnlock()
	if o != nil {
		return o
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if o = x.origins[key]; o == nil {
		o = term.NewOrigin(name, creation)
		if len(x.origins) < maxOrigins {
			x.origins[key] = o
		}
	}
	return o
}

// SetFunCodec says how funs travel.
func (n *Node) SetFunCodec(c FunCodec) {
	x := n.external()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.codec = c
}

// prepareFuns gives the codec the chance to ask the receiver of a signal for what it needs to write the funs in it.
func (n *Node) prepareFuns(peer term.Term, s Signal) {
	t := content(s)
	if t.None() {
		return
	}
	x := n.external()
	x.mu.RLock()
	codec := x.codec
	x.mu.RUnlock()
	if c, ok := codec.(*evalFuns); ok {
		c.ready(peer, t)
	}
}

// Encoding returns how terms of this node are written for another one, or for nobody in particular when peer is None.
func (n *Node) Encoding(peer term.Term) *etf.Encoding {
	x := n.external()
	return &etf.Encoding{Fun: func(b []byte, f *term.Fun) ([]byte, bool) {
		x.mu.RLock()
		codec := x.codec
		x.mu.RUnlock()
		if codec != nil {
			if out, ok := codec.WriteFun(peer, b, f); ok {
				return out, true
			}
		}
		return x.write(n.Encoding(peer), b, f)
	}}
}

// Decoding returns how terms from outside are read by this node.
func (n *Node) Decoding() *etf.Decoding {
	x := n.external()
	return &etf.Decoding{MaxAtoms: maxAtoms, Origin: n.OriginOf, Fun: func(f *etf.Fun) *term.Fun {
		x.mu.RLock()
		codec, known := x.codec, x.funs[f.Uniq]
		x.mu.RUnlock()
		if known != nil && known.Arity == f.Arity {
			return x.returned(known, f)
		}
		if codec != nil {
			return codec.ReadFun(f)
		}
		return nil
	}, Exported: func(module, name term.Term, arity int) bool {
		return n.Code().Lookup(module, name, arity) != nil
	}}
}

// write appends a fun made here as one that only this node can run, and notes its code for when it comes back.
func (x *external) write(o *etf.Encoding, b []byte, f *term.Fun) ([]byte, bool) {
	if f.Code == nil || f.Wire != nil {
		return b, false
	}
	x.mu.Lock()
	id, ok := x.ids[f.Code]
	if !ok {
		x.room()
		id = newID()
		kept := *f
		kept.Env = nil
		x.ids[f.Code], x.funs[id] = id, &kept
	}
	x.mu.Unlock()
	out := &etf.Fun{Arity: f.Arity, Uniq: id, Index: f.Index, Module: f.Module, OldIndex: f.Index, OldUniq: f.OldUniq, Pid: f.Pid}
	for _, v := range f.Env {
		if g, ok := v.Fun(); !ok || g != f { // a named fun captures itself
			out.Free = append(out.Free, v)
		}
	}
	if len(out.Free) < len(f.Env) {
		out.OldIndex |= selfBit
	}
	written, err := etf.AppendFun(b, out, o)
	return written, err == nil
}

// selfBit marks, in the index of a fun on its way, one that captured itself as its last value.
const selfBit = 1 << 24

// returned makes the fun that came back out of what was noted when it left and the values that it brings.
func (x *external) returned(known *term.Fun, f *etf.Fun) *term.Fun {
	g := new(term.Fun)
	*g = *known
	g.Env = append(make([]term.Term, 0, len(f.Free)+1), f.Free...)
	g.Pid = f.Pid
	if f.OldIndex&selfBit != 0 {
		g.Env = append(g.Env, g.Term())
	}
	return g
}
