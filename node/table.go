package node

import (
	"sync"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/term"
)

// A process table is a tree of three levels: 10, 10 and 8 bits of the number of a pid.
const (
	leafBits  = 8
	limbBits  = 10
	idBits    = 28
	leafSize  = 1 << leafBits
	limbSize  = 1 << limbBits
	trunkSize = 1 << (idBits - leafBits - limbBits)
)

// leaf holds processes with neighbouring numbers. due counts those that live and those that are still to come.
type leaf struct {
	slots [leafSize]atomic.Pointer[Process]
	due   int // guarded by table.mu
}

type limb [limbSize]atomic.Pointer[leaf]

// table finds processes by number. Looking one up takes no lock.
type table struct {
	trunk [trunkSize]atomic.Pointer[limb]
	count atomic.Int64

	mu   sync.Mutex
	next uint64 // guarded by mu: the number of the next process, serial included
}

// leafOf returns the leaf of a number, nil when there is none.
func (t *table) leafOf(id uint32) *leaf {
	l := t.trunk[id>>(leafBits+limbBits)&(trunkSize-1)].Load()
	if l == nil {
		return nil
	}
	return l[id>>leafBits&(limbSize-1)].Load()
}

// get returns the process with a number; the caller compares the serial.
func (t *table) get(id uint32) *Process {
	l := t.leafOf(id)
	if l == nil {
		return nil
	}
	return l.slots[id&(leafSize-1)].Load()
}

// add gives a process its pid and a place.
func (t *table) add(p *Process, origin *term.Origin) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		number := t.next
		t.next++
		id := uint32(number & (1<<idBits - 1))
		l := t.leafOf(id)
		if l == nil {
			l = t.grow(id)
		} else if id&(leafSize-1) == 0 { // the numbers have come round and old processes still live here
			l.due += leafSize
		}
		slot := &l.slots[id&(leafSize-1)]
		if slot.Load() != nil {
			l.due--
			continue
		}
		p.id = &term.Pid{Origin: origin, ID: id, Serial: uint32(number >> idBits)}
		slot.Store(p)
		t.count.Add(1)
		return
	}
}

// grow makes a leaf; mu is held.
func (t *table) grow(id uint32) *leaf {
	at := &t.trunk[id>>(leafBits+limbBits)&(trunkSize-1)]
	b := at.Load()
	if b == nil {
		b = new(limb)
		at.Store(b)
	}
	l := &leaf{due: leafSize - int(id&(leafSize-1))}
	b[id>>leafBits&(limbSize-1)].Store(l)
	return l
}

// remove takes a process out. A leaf whose numbers have all come and gone is dropped.
func (t *table) remove(p *Process) {
	id := p.id.ID
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.leafOf(id)
	l.slots[id&(leafSize-1)].Store(nil)
	t.count.Add(-1)
	if l.due--; l.due == 0 {
		t.trunk[id>>(leafBits+limbBits)&(trunkSize-1)].Load()[id>>leafBits&(limbSize-1)].Store(nil)
	}
}

// all calls f for every process, the lowest number first.
func (t *table) all(f func(*Process)) {
	for i := range t.trunk {
		b := t.trunk[i].Load()
		if b == nil {
			continue
		}
		for j := range b {
			l := b[j].Load()
			if l == nil {
				continue
			}
			for k := range l.slots {
				if p := l.slots[k].Load(); p != nil {
					f(p)
				}
			}
		}
	}
}
