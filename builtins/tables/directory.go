package tables

import (
	"sync"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/term"
)

// directory finds tables by a number, and a name where the number is only its hash. Who looks needs no lock. The zero value is empty.
type directory struct {
	places atomic.Pointer[[]atomic.Pointer[listing]] // a power of two

	mu   sync.Mutex
	used int // guarded by mu: places that are not free, removed ones among them
	live int // guarded by mu
}

// listing is an entry; one without a table was removed.
type listing struct {
	number uint64
	name   term.Term
	table  *Table
}

func spread(number uint64) uint64 { return number * 0x9e3779b97f4a7c15 >> 32 }

func (d *directory) get(number uint64, name term.Term) *Table {
	p := d.places.Load()
	if p == nil {
		return nil
	}
	mask := uint64(len(*p) - 1)
	for i := spread(number) & mask; ; i = (i + 1) & mask {
		l := (*p)[i].Load()
		if l == nil {
			return nil
		}
		if l.number == number && l.name == name && l.table != nil {
			return l.table
		}
	}
}

func (d *directory) put(number uint64, name term.Term, t *Table) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.places.Load()
	if p == nil || 2*(d.used+1) > len(*p) {
		p = d.rebuild()
	}
	insert(*p, &listing{number, name, t})
	d.used++
	d.live++
}

func insert(places []atomic.Pointer[listing], l *listing) {
	mask := uint64(len(places) - 1)
	i := spread(l.number) & mask
	for places[i].Load() != nil {
		i = (i + 1) & mask
	}
	places[i].Store(l)
}

// rebuild makes places for twice what there is; mu is held.
func (d *directory) rebuild() *[]atomic.Pointer[listing] {
	size := 16
	for size < 4*(d.live+1) {
		size *= 2
	}
	places := make([]atomic.Pointer[listing], size)
	if old := d.places.Load(); old != nil {
		for i := range *old {
			if l := (*old)[i].Load(); l != nil && l.table != nil {
				insert(places, l)
			}
		}
	}
	d.used = d.live
	d.places.Store(&places)
	return &places
}

func (d *directory) remove(number uint64, name term.Term) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.places.Load()
	if p == nil {
		return
	}
	mask := uint64(len(*p) - 1)
	for i := spread(number) & mask; ; i = (i + 1) & mask {
		l := (*p)[i].Load()
		if l == nil {
			return
		}
		if l.number == number && l.name == name && l.table != nil {
			(*p)[i].Store(&listing{number: number, name: name})
			d.live--
			return
		}
	}
}

func (d *directory) all() []*Table {
	var out []*Table
	if p := d.places.Load(); p != nil {
		for i := range *p {
			if l := (*p)[i].Load(); l != nil && l.table != nil {
				out = append(out, l.table)
			}
		}
	}
	return out
}
