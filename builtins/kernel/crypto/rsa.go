package crypto

import (
	"crypto/rand"
	"hash"
	"math/big"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// rsaPublic is a public key, [E, N]; rsaPrivate adds the exponent that undoes the other one. Keys may be of any size, as OpenSSL takes
// them; Go's own package refuses small ones.
type rsaPublic struct{ e, n *big.Int }

type rsaPrivate struct {
	rsaPublic
	d *big.Int
}

// size is the number of bytes of a message.
func (k rsaPublic) size() int { return (k.n.BitLen() + 7) / 8 }

func numbers(t term.Term, least int) ([]*big.Int, bool) {
	list, ok := t.Slice()
	out := make([]*big.Int, len(list))
	for i, x := range list {
		var isNumber bool
		out[i], isNumber = number(x)
		ok = ok && isNumber
	}
	return out, ok && len(list) >= least
}

func publicKey(t term.Term) (rsaPublic, bool) {
	n, ok := numbers(t, 2)
	if !ok || n[1].BitLen() < 16 {
		return rsaPublic{}, false
	}
	return rsaPublic{n[0], n[1]}, true
}

func privateKey(t term.Term) (rsaPrivate, bool) {
	n, ok := numbers(t, 3)
	if !ok || n[1].BitLen() < 16 {
		return rsaPrivate{}, false
	}
	return rsaPrivate{rsaPublic{n[0], n[1]}, n[2]}, true
}

// apply raises a message to the public exponent.
func (k rsaPublic) apply(m []byte) ([]byte, bool) {
	x := new(big.Int).SetBytes(m)
	if x.Cmp(k.n) >= 0 {
		return nil, false
	}
	return x.Exp(x, k.e, k.n).FillBytes(make([]byte, k.size())), true
}

// undo raises a message to the private exponent, blinded by a random number, so that the time it takes says nothing of the message.
func (k rsaPrivate) undo(m []byte) ([]byte, bool) {
	x := new(big.Int).SetBytes(m)
	if x.Cmp(k.n) >= 0 {
		return nil, false
	}
	for {
		r, err := rand.Int(rand.Reader, k.n)
		if err != nil {
			return nil, false
		}
		inverse := new(big.Int).ModInverse(r, k.n)
		if inverse == nil {
			continue
		}
		r.Exp(r, k.e, k.n)
		x.Mul(x, r).Mod(x, k.n)
		x.Exp(x, k.d, k.n)
		x.Mul(x, inverse).Mod(x, k.n)
		return x.FillBytes(make([]byte, k.size())), true
	}
}

// rsaKey makes a pair of keys: [E, N] and [E, N, D, P, Q, D mod P-1, D mod Q-1, Q^-1 mod P].
func rsaKey(size, exponent term.Term) (term.Term, error) {
	bits, ok1 := size.Int()
	e, ok2 := number(exponent)
	switch {
	case !ok1 || !ok2:
		return term.None, badArgument("rsa.c", 453, "Couldn't get integer", 1)
	case bits < 256:
		return term.None, badArgument("rsa.c", 465, "Can't be < 256", 1)
	case e.Bit(0) == 0 || e.BitLen() < 2 || bits > 16384:
		return term.None, failed(atom.ErrorAtom, "rsa.c", 492, "Can't generate RSA key-pair", 0)
	}
	one := big.NewInt(1)
	for {
		p, err1 := rand.Prime(rand.Reader, int(bits+1)/2)
		q, err2 := rand.Prime(rand.Reader, int(bits)/2)
		if err1 != nil || err2 != nil {
			return term.None, failed(atom.ErrorAtom, "rsa.c", 492, "Can't generate RSA key-pair", 0)
		}
		n := new(big.Int).Mul(p, q)
		p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
		d := new(big.Int).ModInverse(e, new(big.Int).Mul(p1, q1))
		if p.Cmp(q) == 0 || d == nil || n.BitLen() != int(bits) {
			continue
		}
		public := []term.Term{term.Binary(bytesOf(e)), term.Binary(bytesOf(n))}
		private := append([]term.Term(nil), public...)
		for _, x := range []*big.Int{d, p, q, new(big.Int).Mod(d, p1), new(big.Int).Mod(d, q1), new(big.Int).ModInverse(q, p)} {
			private = append(private, term.Binary(bytesOf(x)))
		}
		return term.Tuple(term.List(public...), term.List(private...)), nil
	}
}

// rsaOptions are the options of signatures and of encryption.
type rsaOptions struct {
	padding string
	mgf     func() hash.Hash // nil: the digest of the message
	oaep    func() hash.Hash
	label   []byte
	salt    int // -1: as long as the digest, -2: as long as fits, or whatever there is
}

// optionsOf reads a list of options, or the old form, one atom for the padding. What is wrong with it is (file, line, text).
func optionsOf(t term.Term) (o rsaOptions, line int64, wrong string) {
	o = rsaOptions{padding: "rsa_pkcs1_padding", salt: -2}
	list, ok := t.Slice()
	if !ok {
		return o, 254, "Expected a list"
	}
	for _, x := range list {
		e, isTuple := x.Tuple()
		if !isTuple || len(e) != 2 {
			return o, 277, "Expects only two-tuples in the list"
		}
		known := true
		switch name := e[0].AtomName(); name {
		case "rsa_padding":
			switch o.padding = e[1].AtomName(); o.padding {
			case "rsa_pkcs1_padding", "rsa_pkcs1_pss_padding", "rsa_pkcs1_oaep_padding", "rsa_no_padding":
			default:
				return o, 310, "Bad value in option rsa_padding"
			}
		case "rsa_mgf1_md", "rsa_oaep_md", "signature_md":
			d, found := digestOf(e[1])
			if known = found; found && name == "rsa_mgf1_md" {
				o.mgf = d.make
			} else if found && name == "rsa_oaep_md" {
				o.oaep = d.make
			}
		case "rsa_oaep_label":
			o.label, known = e[1].Binary()
		case "rsa_pss_saltlen":
			var n int64
			n, known = e[1].Int()
			o.salt = int(n)
		default:
			return o, 345, "Bad option"
		}
		if !known {
			return o, 330, "Bad value in option " + e[0].AtomName()
		}
	}
	return o, 0, ""
}
