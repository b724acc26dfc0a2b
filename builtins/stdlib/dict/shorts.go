package dict

import (
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// shorts are the functions on one key that call no fun.
func shorts() []bif.Short {
	return []bif.Short{
		{Name: "is_key", Arity: 2, Do: isKey},
		{Name: "fetch", Arity: 2, Do: fetch},
		{Name: "find", Arity: 2, Do: find},
		{Name: "store", Arity: 3, Do: store},
		{Name: "append", Arity: 3, Do: appendOne},
		{Name: "append_list", Arity: 3, Do: appendList},
		{Name: "update_counter", Arity: 3, Do: updateCounter},
		{Name: "get_slot", Arity: 2, Do: getSlot},
		{Name: "bucket", Arity: 2, Do: bucket},
		{Name: "put_bucket", Arity: 3, Do: putBucket},
		{Name: "value_in", Arity: 2, Do: valueIn},
		{Name: "key_in", Arity: 2, Do: keyIn},
	}
}

// The fields of the record.
const (
	size = iota + 1
	number
	most
	buddy
	grow
	shrink
	segment
	segments
	fields
)

const segmentSize = 16

var tag = term.Atom("dict")

// table is a dictionary whose fields are what they should be.
type table struct {
	record                          []term.Term
	size, number, most, buddy, grow int64
	segments                        []term.Term
}

func read(t term.Term) (d table, ok bool) {
	if d.record, ok = t.Tagged(tag, fields); !ok {
		return d, false
	}
	for _, f := range []struct {
		to *int64
		at int
	}{{&d.size, size}, {&d.number, number}, {&d.most, most}, {&d.buddy, buddy}, {&d.grow, grow}} {
		n, ok := d.record[f.at].Int()
		if !ok {
			return d, false
		}
		*f.to = n
	}
	d.segments, ok = d.record[segments].Tuple()
	return d, ok && d.most > 0 && d.most <= 1<<32
}

// slot returns the number of the slot of a key.
func (d *table) slot(key term.Term) int64 {
	hash := int64(term.OldPortableHash(key))%d.most + 1
	if hash > d.number {
		return hash - d.buddy
	}
	return hash
}

// bucket returns the entries of a slot; None for a slot that is none.
func (d *table) bucket(slot int64) term.Term {
	if slot < 1 || (slot-1)/segmentSize >= int64(len(d.segments)) {
		return term.None
	}
	s, ok := d.segments[(slot-1)/segmentSize].Tuple()
	if !ok || len(s) < segmentSize {
		return term.None
	}
	return s[(slot-1)%segmentSize]
}

// with returns the dictionary with other entries in a slot that it has, and of another size.
func (d *table) with(slot int64, entries term.Term, n int64) term.Term {
	at := (slot - 1) / segmentSize
	s, _ := d.segments[at].Tuple()
	s = slices.Clone(s)
	s[(slot-1)%segmentSize] = entries
	all := slices.Clone(d.segments)
	all[at] = term.Tuple(s...)
	record := slices.Clone(d.record)
	record[segments] = term.Tuple(all...)
	record[size] = term.Int(n)
	return term.Tuple(record...)
}

// entry reads the first entry of a bucket.
func entry(bucket term.Term) (pair *term.Cons, rest term.Term, ok bool) {
	c, ok := bucket.Cons()
	if !ok {
		return nil, bucket, false
	}
	pair, ok = c.Head.Cons()
	return pair, c.Tail, ok
}

// look finds the entry of a key in a bucket; nil when there is none, and false where the bucket is none.
func look(key, bucket term.Term) (*term.Cons, bool) {
	for {
		pair, rest, ok := entry(bucket)
		if !ok {
			return nil, rest.IsNil()
		}
		if term.Equal(pair.Head, key) {
			return pair, true
		}
		bucket = rest
	}
}

// lookup finds the entry of a key in a dictionary.
func lookup(key, dict term.Term) (*term.Cons, bool) {
	d, ok := read(dict)
	if !ok {
		return nil, false
	}
	return look(key, d.bucket(d.slot(key)))
}

func isKey(args []term.Term) term.Term {
	e, ok := lookup(args[0], args[1])
	if !ok {
		return term.None
	}
	return term.Bool(e != nil)
}

func fetch(args []term.Term) term.Term {
	if e, _ := lookup(args[0], args[1]); e != nil {
		return e.Tail
	}
	return term.None
}

func find(args []term.Term) term.Term {
	e, ok := lookup(args[0], args[1])
	return found(e, ok)
}

func found(e *term.Cons, ok bool) term.Term {
	switch {
	case !ok:
		return term.None
	case e == nil:
		return atom.ErrorAtom
	}
	return term.Tuple(atom.OK, e.Tail)
}

// change binds a key to what makes of its value, None in the place of the value for a key that is new. It leaves alone a dictionary that
// grows with that.
func change(key, dict term.Term, value func(old term.Term) term.Term) term.Term {
	d, ok := read(dict)
	if !ok {
		return term.None
	}
	slot := d.slot(key)
	var out term.Builder
	for bucket := d.bucket(slot); ; {
		pair, rest, ok := entry(bucket)
		if !ok {
			if !rest.IsNil() || d.size >= d.grow {
				return term.None
			}
			v := value(term.None)
			if v.None() {
				return v
			}
			out.Add(term.NewCons(key, v))
			return d.with(slot, out.List(term.Nil), d.size+1)
		}
		if term.Equal(pair.Head, key) {
			v := value(pair.Tail)
			if v.None() || d.size > d.grow {
				return term.None
			}
			out.Add(term.NewCons(key, v))
			return d.with(slot, out.List(rest), d.size)
		}
		out.Add(pair.Term())
		bucket = rest
	}
}

func store(args []term.Term) term.Term {
	v := args[1]
	return change(args[0], args[2], func(term.Term) term.Term { return v })
}

func appendOne(args []term.Term) term.Term {
	return appended(args[0], args[2], term.List(args[1]))
}

func appendList(args []term.Term) term.Term { return appended(args[0], args[2], args[1]) }

func appended(key, dict, values term.Term) term.Term {
	return change(key, dict, func(old term.Term) term.Term {
		if old.None() {
			return values
		}
		list, ok := old.Slice()
		if !ok {
			return term.None
		}
		return term.ListTail(list, values)
	})
}

func updateCounter(args []term.Term) term.Term {
	by, ok := args[1].Int()
	if !ok {
		return term.None
	}
	return change(args[0], args[2], func(old term.Term) term.Term {
		if old.None() {
			return term.Int(by)
		}
		n, ok := old.Int()
		if sum := n + by; ok && (sum > n) == (by > 0) {
			return term.Int(sum)
		}
		return term.None
	})
}

// What follows are steps of the functions that call funs.

func getSlot(args []term.Term) term.Term {
	if d, ok := read(args[1]); ok {
		return term.Int(d.slot(args[0]))
	}
	return term.None
}

func bucket(args []term.Term) term.Term {
	d, ok := read(args[1])
	slot, isInt := args[0].Int()
	if !ok || !isInt {
		return term.None
	}
	return d.bucket(slot)
}

func putBucket(args []term.Term) term.Term {
	d, ok := read(args[2])
	slot, isInt := args[0].Int()
	if !ok || !isInt || d.bucket(slot).None() {
		return term.None
	}
	return d.with(slot, args[1], d.size)
}

func valueIn(args []term.Term) term.Term {
	e, ok := look(args[0], args[1])
	return found(e, ok)
}

func keyIn(args []term.Term) term.Term {
	e, ok := look(args[0], args[1])
	if !ok {
		return term.None
	}
	return term.Bool(e != nil)
}
