package tables

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func pair(k, v int64) term.Term { return term.Tuple(term.Int(k), term.Int(v)) }

// TestModel does random operations on a table of each type and on a plain list, and compares.
func TestModel(t *testing.T) {
	for kind, name := range map[Kind]string{Set: "set", OrderedSet: "ordered_set", Bag: "bag", DuplicateBag: "duplicate_bag"} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(kind)))
			table := newTable(term.None, nil, Options{Kind: kind, KeyPos: 1})
			model := map[int64][]int64{}
			for i := range 60_000 {
				k, v := r.Int64N(3000), r.Int64N(3)
				switch r.IntN(8) {
				case 0, 1, 2, 3:
					table.Insert(pair(k, v))
					insertModel(model, kind, k, v)
				case 4, 5:
					table.Delete(term.Int(k))
					delete(model, k)
				case 6:
					table.DeleteObject(pair(k, v))
					model[k] = slices.DeleteFunc(model[k], func(x int64) bool { return x == v })
				case 7:
					compareKey(t, table, model, k)
				}
				if i == 30_000 {
					table.store.fix(true)
				}
				if i == 40_000 {
					table.store.fix(false)
				}
			}
			compareAll(t, table, model)
		})
	}
}

func insertModel(model map[int64][]int64, kind Kind, k, v int64) {
	switch {
	case kind == Set || kind == OrderedSet:
		model[k] = []int64{v}
	case kind == DuplicateBag || !slices.Contains(model[k], v):
		model[k] = append(model[k], v)
	}
}

func compareKey(t *testing.T, table *Table, model map[int64][]int64, k int64) {
	t.Helper()
	got := table.Lookup(term.Int(k))
	if !slices.EqualFunc(got, model[k], func(o term.Term, v int64) bool { return term.Equal(o, pair(k, v)) }) {
		t.Fatalf("key %d: got %v, want %v", k, got, model[k])
	}
}

func compareAll(t *testing.T, table *Table, model map[int64][]int64) {
	t.Helper()
	size := 0
	for k, values := range model {
		size += len(values)
		compareKey(t, table, model, k)
	}
	seen := 0
	var keys []term.Term
	table.Visit(table.Start(false), func(int) bool { return true }, func(o term.Term) bool {
		k, _ := table.Key(o)
		keys = append(keys, k)
		seen++
		return true
	})
	if table.Size() != size || seen != size {
		t.Errorf("size %d, %d visited; want %d", table.Size(), seen, size)
	}
	if table.Kind == OrderedSet && !slices.IsSortedFunc(keys, term.Compare) {
		t.Error("the keys of an ordered_set are not visited in their order")
	}
	walked := 0
	for k := table.FirstKey(); !k.None(); walked++ {
		next, ok := table.NextKey(k)
		if !ok {
			t.Fatal("a key that is there has no next")
		}
		k = next
	}
	want := 0
	for _, values := range model {
		if len(values) > 0 {
			want++
		}
	}
	if walked != want {
		t.Errorf("walked over %d keys, want %d", walked, want)
	}
}

// TestMany has several goroutines at one table of each type: what they do must not be lost. It is for the race detector.
func TestMany(t *testing.T) {
	n := node.New(node.Options{Table: code.NewTable(nil), Workers: 1})
	defer n.Close()
	owner := n.Spawn(node.SpawnOptions{Resident: true})
	ts := Of(n)
	for _, kind := range []Kind{Set, OrderedSet, Bag} {
		table := ts.New(owner, Options{Kind: kind, KeyPos: 1, Access: Public, Name: term.Atom("t")})
		var all sync.WaitGroup
		for g := range int64(4) {
			all.Go(func() {
				for i := range int64(500) {
					table.Insert(pair(g*1000+i, i))
					if i%3 == 0 {
						table.Delete(term.Int(g*1000 + i))
					}
					table.First(term.Int(i))
					if i%100 == 0 {
						ts.Fix(table, owner)
						table.Visit(table.Start(false), func(int) bool { return true }, func(term.Term) bool { return true })
						table.Change(table.Start(false), func(int) bool { return true }, func(o term.Term) term.Term { return o })
						ts.Release(table, owner)
					}
					if kind != Bag {
						table.Update(term.Int(-1), pair(-1, 0), func(old term.Term) term.Term {
							e, _ := old.Tuple()
							sum, _ := e[1].Int()
							return pair(-1, sum+1)
						})
					}
				}
			})
		}
		all.Wait()
		want := 4 * 333
		if kind != Bag {
			want++
			if o := table.First(term.Int(-1)); !term.Equal(o, pair(-1, 2000)) {
				t.Errorf("the counter is %v", o)
			}
		}
		if table.Size() != want {
			t.Errorf("size %d, want %d", table.Size(), want)
		}
		ts.Delete(table)
		if ts.Find(table.ID) != nil || ts.Count() != 0 {
			t.Error("a deleted table is found")
		}
	}
}

// TestDirectory makes and deletes many named tables.
func TestDirectory(t *testing.T) {
	n := node.New(node.Options{Table: code.NewTable(nil), Workers: 1})
	defer n.Close()
	owner := n.Spawn(node.SpawnOptions{Resident: true})
	ts := Of(n)
	names := []term.Term{term.Atom("a"), term.Atom("b"), term.Atom("c")}
	for i := range 1000 {
		name := names[i%3]
		table := ts.New(owner, Options{Named: true, Name: name, KeyPos: 1})
		if table == nil || ts.Find(name) != table || ts.Find(table.ID) != table {
			t.Fatalf("table %d is not found", i)
		}
		if ts.New(owner, Options{Named: true, Name: name, KeyPos: 1}) != nil {
			t.Fatal("two tables have one name")
		}
		ts.Delete(table)
		if ts.Find(name) != nil || ts.Find(table.ID) != nil {
			t.Fatalf("table %d is found when it is deleted", i)
		}
	}
}
