package pack

import (
	"bytes"
	"math/big"
	"testing"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/term"
)

func samples() map[string]term.Term {
	o := term.NewOrigin(term.Atom("a@host"), 7)
	big1 := new(big.Int).Lsh(big.NewInt(1), 200)
	return map[string]term.Term{
		"zero":         term.Int(0),
		"negative":     term.Int(-1 << 63),
		"largest":      term.Int(1<<63 - 1),
		"above":        term.Uint(1 << 63),
		"big":          term.Big(big1),
		"big negative": term.Big(new(big.Int).Neg(big1)),
		"float":        term.Float(1.5),
		"true":         term.True,
		"atom":         term.Atom("hello wörld"),
		"empty atom":   term.Atom(""),
		"nil":          term.Nil,
		"string":       term.String("abc"),
		"list":         term.List(term.Atom(""), term.Atom("a"), term.Int(300)),
		"improper":     term.ListTail([]term.Term{term.Int(1), term.Int(2)}, term.Atom("x")),
		"tuple":        term.Tuple(term.Atom("ok"), term.Tuple(), term.List(term.Tuple(term.Int(1)))),
		"binary":       term.BinaryString("bytes\x00\xff"),
		"empty binary": term.EmptyBinary,
		"bits":         term.Bitstring([]byte{0xff, 0x80}, 0, 9),
		"map":          term.NewMap(term.Atom("k"), term.Int(1), term.Int(1), term.Nil, term.Float(1), term.EmptyMap),
		"pid":          (&term.Pid{Origin: o, ID: 1 << 31, Serial: 3}).Term(),
		"port":         (&term.Port{Origin: o, ID: 1<<64 - 1}).Term(),
		"ref":          (&term.Ref{Origin: o, Len: 3, Words: [5]uint32{1, 2, 1<<32 - 1}}).Term(),
		"long ref":     (&term.Ref{Origin: o, Len: 5, Words: [5]uint32{1, 2, 3, 4, 5}}).Term(),
		"record": (&term.Record{
			Flags: 1, Module: term.Atom("m"), Name: term.Atom("r"), Fields: []term.Term{term.Atom("a"), term.Atom("b")},
			Values: []term.Term{term.Int(1), term.List(term.Int(1000))},
		}).Term(),
		"long name": term.Atom("a" + string(bytes.Repeat([]byte("é"), 200))),
		"export":    (&term.Fun{Module: term.Atom("lists"), Name: term.Atom("map"), Arity: 2, External: true}).Term(),
	}
}

func TestRoundTrip(t *testing.T) {
	for name, want := range samples() {
		t.Run(name, func(t *testing.T) {
			b, err := Encode(want, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, used, err := Decode(append(b, 0xc1), nil)
			if err != nil || used != len(b) || !term.Equal(got, want) || term.CompareExact(got, want) != 0 {
				t.Errorf("%v came back as %v after %d of %d bytes, %v", want, got, used, len(b), err)
			}
			var loose any // any msgpack tool can read it
			d := msgpack.NewDecoder(bytes.NewReader(b))
			if err := d.Skip(); err != nil {
				t.Errorf("the library cannot skip it: %v (%v)", err, loose)
			}
			for n := range b {
				if got, _, err := Decode(b[:n], nil); err == nil {
					t.Errorf("%d of %d bytes gave %v", n, len(b), got)
				}
			}
		})
	}
}

func TestFunsTravelByDescription(t *testing.T) {
	f := &term.Fun{Module: term.Atom("m"), Name: term.Atom("f"), Arity: 1, Code: 1}
	if _, err := Encode(f.Term(), nil); err != ErrFun {
		t.Errorf("without a codec: %v", err)
	}
	b, err := Encode(term.Tuple(f.Term()), &Encoding{Fun: func(*term.Fun) (term.Term, error) { return term.Atom("text"), nil }})
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := Decode(b, &Decoding{Fun: func(arity int, d term.Term) *term.Fun {
		return &term.Fun{Module: d, Name: d, Arity: arity, External: true}
	}})
	if want := "{#Fun<text.text/1>}"; err != nil || got.String() != want {
		t.Errorf("got %v, %v; want %s", got, err, want)
	}
}

// TestLengthsAreNotBelieved: heads that promise more than follows.
func TestLengthsAreNotBelieved(t *testing.T) {
	for name, b := range map[string]string{
		"array":     "\xdd\xff\xff\xff\xff\x00",
		"map":       "\xdf\x7f\xff\xff\xff\x00",
		"binary":    "\xc6\xff\xff\xff\xffx",
		"extension": "\xc9\xff\xff\xff\xff\x01x",
		"nested":    "\x92\xdc\x00\x02\x01",
		"key twice": "\x82\x01\x02\x01\x03",
		"nan":       "\xcb\x7f\xf8\x00\x00\x00\x00\x00\x01",
	} {
		t.Run(name, func(t *testing.T) {
			if got, _, err := Decode([]byte(b), nil); err == nil {
				t.Errorf("gave %v", got)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, t := range samples() {
		b, _ := Encode(t, nil)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, _, err := Decode(b, &Decoding{MaxAtoms: 100_000})
		if err != nil {
			return
		}
		out, err := Encode(got, nil)
		if err != nil {
			t.Fatalf("%v: %v", got, err)
		}
		again, _, err := Decode(out, nil)
		if err != nil || !term.Equal(got, again) {
			t.Fatalf("%v became %v, %v", got, again, err)
		}
	})
}

func small() term.Term {
	o := term.NewOrigin(term.Atom("a@host"), 7)
	return term.Tuple(term.Atom("echo"), (&term.Pid{Origin: o, ID: 90}).Term(), term.List(term.Int(1), term.BinaryString("hello"), term.NewMap(term.Atom("k"), term.Int(1))))
}

func BenchmarkSmallMessage(b *testing.B) {
	o := term.NewOrigin(term.Atom("a@host"), 7)
	origin := func(term.Term, uint32) *term.Origin { return o }
	packed, _ := Encode(small(), nil)
	external, _ := etf.Encode(small(), nil)
	b.Run("encode/msgpack", func(b *testing.B) {
		var buf []byte
		for b.Loop() {
			buf, _ = Append(buf[:0], small0, nil)
		}
	})
	b.Run("encode/etf", func(b *testing.B) {
		var buf []byte
		for b.Loop() {
			buf, _ = etf.Append(buf[:0], small0, nil)
		}
	})
	b.Run("decode/msgpack", func(b *testing.B) {
		d := &Decoding{Origin: origin}
		for b.Loop() {
			_, _, _ = Decode(packed, d)
		}
		b.ReportMetric(float64(len(packed)), "bytes")
	})
	b.Run("decode/etf", func(b *testing.B) {
		d := &etf.Decoding{Origin: origin}
		for b.Loop() {
			_, _, _ = etf.Decode(external, d)
		}
		b.ReportMetric(float64(len(external)), "bytes")
	})
}

var small0 = small()
