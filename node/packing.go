package node

import (
	"encoding/binary"
	"math/rand/v2"

	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/pack"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Between erlsh nodes a fun is described by {Id, Module, Name, Index, Uniq, Pid, [Variable], [Value], Text}: what fun_info tells of
// it, what it captured, and Text as syntax.AbstractText gives it, with all functions and records that it needs. Id tells its code from
// any other, so that a fun which comes home, or comes again, is the one that is known already.

// Packing returns how terms of this node are written for another erlsh node.
func (n *Node) Packing() *pack.Encoding {
	x := n.external()
	return &pack.Encoding{Fun: func(f *term.Fun) (term.Term, error) {
		if t, ok := x.describe(f); ok {
			return t, nil
		}
		return term.None, pack.ErrFun
	}, Foreign: func(f *term.Fun) ([]byte, bool) {
		return x.write(n.Encoding(term.None), nil, f)
	}}
}

// Unpacking returns how terms of other erlsh nodes are read by this one.
func (n *Node) Unpacking() *pack.Decoding {
	x, foreign := n.external(), n.Decoding()
	return &pack.Decoding{MaxAtoms: maxAtoms, Origin: n.OriginOf, Fun: func(arity int, description term.Term) *term.Fun {
		return x.made(n, arity, description)
	}, Foreign: func(wire []byte) *term.Fun {
		t, err := etf.NewReader(wire, foreign).Term()
		if f, ok := t.Fun(); ok && err == nil {
			return f
		}
		return nil
	}}
}

// version names the code of a fun at a moment: the functions of a prompt that it calls may be defined anew.
type version struct {
	code any
	of   string
}

// text is what is written of a fun besides its values.
type text struct {
	id   [16]byte
	term term.Term
}

// describe returns the description of a fun made here, false for one without a text.
func (x *external) describe(f *term.Fun) (term.Term, bool) {
	if f.Code == nil {
		return term.None, false
	}
	p, ok := eval.Export(f)
	if !ok {
		return term.None, false
	}
	key := version{f.Code, p.Version}
	x.mu.RLock()
	known, ok := x.texts[key]
	x.mu.RUnlock()
	if !ok {
		known = text{newID(), syntax.AbstractText(p.Text, p.Functions, p.Records)}
		x.mu.Lock()
		x.room()
		x.texts[key] = known
		kept := *f
		kept.Env = nil
		x.funs[known.id] = &kept
		x.mu.Unlock()
	}
	names := make([]term.Term, len(p.Names))
	for i, name := range p.Names {
		names[i] = term.Atom(name)
	}
	pid := f.Pid
	if pid.None() {
		pid = term.Nil
	}
	return term.Tuple(term.Binary(known.id[:]), f.Module, f.Name, term.Int(int64(f.Index)), term.Int(int64(f.OldUniq)), pid,
		term.List(names...), term.List(f.Env...), known.term), true
}

// room forgets all funs when there are too many; mu is held.
func (x *external) room() {
	if len(x.funs) >= maxSharedFuns {
		clear(x.ids)
		clear(x.funs)
		clear(x.texts)
	}
}

func newID() (id [16]byte) {
	binary.BigEndian.PutUint64(id[:], rand.Uint64())
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	return id
}

// made makes the fun that a description means, nil for none.
func (x *external) made(n *Node, arity int, description term.Term) *term.Fun {
	e, ok := description.Tuple()
	if !ok || len(e) != 9 || !e[1].IsAtom() || !e[2].IsAtom() {
		return nil
	}
	raw, ok1 := e[0].Binary()
	index, ok2 := e[3].Int()
	uniq, ok3 := e[4].Int()
	names, ok4 := e[6].Slice()
	values, ok5 := e[7].Slice()
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || len(raw) != 16 || len(names) != len(values) {
		return nil
	}
	known := x.known([16]byte(raw), arity, len(values))
	if known == nil {
		p := &eval.Portable{Module: e[1], Name: e[2], Arity: arity, Index: uint32(index), Uniq: uint32(uniq)}
		for _, v := range names {
			p.Names = append(p.Names, v.AtomName())
		}
		var err error
		if p.Text, p.Functions, p.Records, err = syntax.FromAbstractText(e[8]); err != nil {
			return nil
		}
		if known = eval.Import(p, n.Code()); known == nil {
			return nil
		}
		x.mu.Lock()
		x.room()
		x.funs[[16]byte(raw)] = known
		x.texts[version{known.Code, eval.VersionOf(known)}] = text{[16]byte(raw), e[8]}
		x.mu.Unlock()
	}
	f := *known
	f.Env, f.Index, f.OldUniq, f.Pid = values, uint32(index), uint32(uniq), term.None
	if e[5].Kind() == term.KindPid {
		f.Pid = e[5]
	}
	return &f
}

// known returns the fun of an id, if it captures as many values.
func (x *external) known(id [16]byte, arity, values int) *term.Fun {
	x.mu.RLock()
	f := x.funs[id]
	x.mu.RUnlock()
	if f == nil || f.Arity != arity || eval.Captured(f) != values {
		return nil
	}
	return f
}
