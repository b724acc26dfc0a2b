package deflate

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// samples are data of many kinds and sizes.
func samples() [][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	var out [][]byte
	for _, n := range []int{0, 1, 2, 3, 10, 100, 1000, 40000, 100000, 300000} {
		noise, words, runs := make([]byte, n), make([]byte, 0, n), make([]byte, 0, n)
		for i := range noise {
			noise[i] = byte(r.Uint32())
		}
		for len(words) < n {
			words = append(words, strings.Repeat("lorem ipsum dolor "[:r.IntN(18)], 1)...)
			words = append(words, byte(r.IntN(6)))
		}
		for len(runs) < n {
			runs = append(runs, bytes.Repeat([]byte{byte(r.IntN(3))}, r.IntN(400))...)
		}
		out = append(out, noise, words[:n], runs[:n])
	}
	return out
}

func TestRoundTrip(t *testing.T) {
	for i, data := range samples() {
		for level := range 10 {
			packed := NewWriter(level, 15, 8, Strategy(i%5)).Write(data, Finish)
			got, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("sample %d of %d bytes, level %d: %v", i, len(data), level, err)
			}
			if level != 6 {
				continue
			}
			r, own := NewReader(15), []byte(nil)
			for at := 0; at < len(packed); {
				n := min(1+at*7%5000, len(packed)-at)
				piece, err := r.Read(packed[at:at+n], 1<<30)
				if err != nil {
					t.Fatalf("sample %d at %d: %v", i, at, err)
				}
				own = append(own, piece...)
				at += n
			}
			if !r.Done() || !bytes.Equal(own, data) {
				t.Errorf("sample %d of %d bytes in pieces: %d bytes, done %v", i, len(data), len(own), r.Done())
			}
		}
	}
}

func TestExpandGivesUp(t *testing.T) {
	good := Compress([]byte(strings.Repeat("hello ", 1000)), 6)
	for name, bad := range map[string][]byte{
		"cut": good[:len(good)-1], "header": append([]byte{1, 2}, good[2:]...), "check": append(bytes.Clone(good[:len(good)-1]), 1),
		"block": {0x78, 0x9c, 7, 0, 0}, "nothing": {},
	} {
		if _, _, err := Expand(bad, 1<<20); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, _, err := Expand(good, 100); err == nil {
		t.Error("more than the limit: no error")
	}
	if out, rest, err := Expand(append(good, "more"...), 6000); err != nil || len(out) != 6000 || string(rest) != "more" {
		t.Errorf("%d bytes, %q, %v", len(out), rest, err)
	}
}

func FuzzExpand(f *testing.F) {
	f.Add(Compress([]byte("hello hello hello"), 6))
	f.Fuzz(func(t *testing.T, data []byte) {
		if out, _, err := Expand(data, 1<<16); err == nil && len(out) > 1<<16 {
			t.Error(len(out))
		}
	})
}
