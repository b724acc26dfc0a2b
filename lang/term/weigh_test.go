package term

import "testing"

func TestScale(t *testing.T) {
	shared := List(Int(1), Int(2))
	long := Nil
	for i := range 100_000 {
		long = NewCons(Int(int64(i)), long)
	}
	tower := Nil
	for range 1000 {
		tower = List(tower, tower)
	}
	var m MapBuilder
	for i := range 1000 {
		m.Put(Int(int64(i)), Float(1))
	}
	for _, c := range []struct {
		name        string
		t           Term
		words, most int64
	}{
		{"small integer", Int(17), 0, 0},
		{"atom", Atom("a"), 0, 0},
		{"list", shared, 4, 4},
		{"tuple", Tuple(Int(1), Float(2)), 5, 5},
		{"shared parts count once", Tuple(shared, shared), 7, 7},
		{"every level shares the one below", tower, 4000, 4000},
		{"long list", long, 200_000, 200_000},
		{"heap binary", Binary(make([]byte, 64)), 10, 10},
		{"large binary", Binary(make([]byte, 1<<20)), 6, 6},
		{"empty", List(EmptyTuple, EmptyBinary), 4, 4},
		{"map", m.Map().Term(), 4000, 6000},
	} {
		var s Scale
		s.Add(c.t)
		if s.Words < c.words || s.Words > c.most {
			t.Errorf("%s: %d words, want %d to %d", c.name, s.Words, c.words, c.most)
		}
		before := s.Words
		s.Add(c.t)
		if c.t.Kind() != KindFloat && s.Words != before {
			t.Errorf("%s: counted twice", c.name)
		}
	}
	s := Scale{Most: 1000}
	s.Add(long)
	if !s.Full() || s.Bytes > 2000 {
		t.Errorf("a bounded scale holds %d bytes", s.Bytes)
	}
}
