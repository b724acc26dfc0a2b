package crypto

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/asn1"
	"hash"
)

// pkcs1 pads a message as PKCS #1 v1.5 does: 00 01 FF... 00 for signatures, 00 02 and random bytes for secrets.
func pkcs1(message []byte, size int, secret bool) ([]byte, bool) {
	fill := size - len(message) - 3
	if fill < 8 {
		return nil, false
	}
	out := make([]byte, size)
	out[1] = 1
	if secret {
		out[1] = 2
		for i := range fill {
			for out[2+i] == 0 {
				_, _ = rand.Read(out[2+i : 3+i]) // never fails
			}
		}
	} else {
		copy(out[2:], bytes.Repeat([]byte{0xff}, fill))
	}
	copy(out[fill+3:], message)
	return out, true
}

// unpkcs1 takes the padding of pkcs1 off.
func unpkcs1(b []byte, secret bool) ([]byte, bool) {
	kind := byte(1)
	if secret {
		kind = 2
	}
	if len(b) < 11 || b[0] != 0 || b[1] != kind {
		return nil, false
	}
	end := bytes.IndexByte(b[2:], 0)
	if end < 8 || !secret && bytes.Count(b[2:2+end], []byte{0xff}) != end {
		return nil, false
	}
	return b[3+end:], true
}

// mask is MGF1 of PKCS #1: bytes that a seed gives, added to b.
func mask(b, seed []byte, h func() hash.Hash) {
	for i, at := 0, 0; at < len(b); i++ {
		d := h()
		d.Write(seed)
		d.Write([]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})
		at += subtle.XORBytes(b[at:], b[at:], d.Sum(nil))
	}
}

func sum(h func() hash.Hash, parts ...[]byte) []byte {
	d := h()
	for _, p := range parts {
		d.Write(p)
	}
	return d.Sum(nil)
}

// oaep pads a secret as PKCS #1 v2 does.
func oaep(message []byte, size int, h, mgf func() hash.Hash, label []byte) ([]byte, bool) {
	n := h().Size()
	if len(message) > size-2*n-2 {
		return nil, false
	}
	out := make([]byte, size)
	seed, block := out[1:1+n], out[1+n:]
	copy(block, sum(h, label))
	block[len(block)-len(message)-1] = 1
	copy(block[len(block)-len(message):], message)
	_, _ = rand.Read(seed) // never fails
	mask(block, seed, mgf)
	mask(seed, block, mgf)
	return out, true
}

// unoaep takes the padding of oaep off.
func unoaep(b []byte, h, mgf func() hash.Hash, label []byte) ([]byte, bool) {
	n := h().Size()
	if len(b) < 2*n+2 || b[0] != 0 {
		return nil, false
	}
	seed, block := b[1:1+n], b[1+n:]
	mask(seed, block, mgf)
	mask(block, seed, mgf)
	rest := bytes.TrimLeft(block[n:], "\x00")
	if subtle.ConstantTimeCompare(block[:n], sum(h, label)) != 1 || len(rest) == 0 || rest[0] != 1 {
		return nil, false
	}
	return rest[1:], true
}

// pss makes of a digest what is signed under RSASSA-PSS, for a modulus of so many bits.
func pss(digest []byte, bits, salt int, h, mgf func() hash.Hash) ([]byte, bool) {
	n, size := len(digest), (bits+6)/8
	switch salt {
	case -1:
		salt = n
	case -2:
		salt = size - n - 2
	}
	if salt < 0 || size < n+salt+2 {
		return nil, false
	}
	out := make([]byte, size)
	block := out[:size-n-1]
	block[len(block)-salt-1] = 1
	_, _ = rand.Read(block[len(block)-salt:]) // never fails
	seed := sum(h, make([]byte, 8), digest, block[len(block)-salt:])
	copy(out[len(block):], seed)
	out[size-1] = 0xbc
	mask(block, seed, mgf)
	block[0] &= 0xff >> (8*size - (bits - 1))
	return out, true
}

// isPSS tells whether pss could have made b of a digest; salt -2 takes a salt of any length.
func isPSS(b, digest []byte, bits, salt int, h, mgf func() hash.Hash) bool {
	n, size := len(digest), (bits+6)/8
	if len(b) > size { // the modulus is one byte longer than what is signed
		if bytes.Count(b[:len(b)-size], []byte{0}) != len(b)-size {
			return false
		}
		b = b[len(b)-size:]
	}
	if len(b) != size || size < n+2 || b[size-1] != 0xbc {
		return false
	}
	block, seed := bytes.Clone(b[:size-n-1]), b[size-n-1:size-1]
	if block[0]&^(0xff>>(8*size-(bits-1))) != 0 {
		return false
	}
	mask(block, seed, mgf)
	block[0] &= 0xff >> (8*size - (bits - 1))
	rest := bytes.TrimLeft(block, "\x00")
	if len(rest) == 0 || rest[0] != 1 || salt == -1 && len(rest)-1 != n || salt >= 0 && len(rest)-1 != salt {
		return false
	}
	return bytes.Equal(seed, sum(h, make([]byte, 8), digest, rest[1:]))
}

// digestInfo is the DER form of a digest with the number of its algorithm.
func digestInfo(name string, digest []byte) ([]byte, bool) {
	ids := map[string]asn1.ObjectIdentifier{
		"md5": {1, 2, 840, 113549, 2, 5}, "sha": {1, 3, 14, 3, 2, 26}, "sha224": {2, 16, 840, 1, 101, 3, 4, 2, 4}, "sha256": {2, 16, 840, 1, 101, 3, 4, 2, 1},
		"sha384": {2, 16, 840, 1, 101, 3, 4, 2, 2}, "sha512": {2, 16, 840, 1, 101, 3, 4, 2, 3}, "ripemd160": {1, 3, 36, 3, 2, 1}, "md4": {1, 2, 840, 113549, 2, 4},
		"sha3_224": {2, 16, 840, 1, 101, 3, 4, 2, 7}, "sha3_256": {2, 16, 840, 1, 101, 3, 4, 2, 8}, "sha3_384": {2, 16, 840, 1, 101, 3, 4, 2, 9},
		"sha3_512": {2, 16, 840, 1, 101, 3, 4, 2, 10},
	}
	id, ok := ids[name]
	if !ok {
		return nil, false
	}
	type algorithm struct {
		ID   asn1.ObjectIdentifier
		Null asn1.RawValue
	}
	b, err := asn1.Marshal(struct {
		Algorithm algorithm
		Digest    []byte
	}{algorithm{id, asn1.NullRawValue}, digest})
	return b, err == nil
}
