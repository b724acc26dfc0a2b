package crypto

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/asn1"
	"hash"
	"math/big"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

func signRows() []bif.Function {
	const heads = "Algorithm :: rsa | dss | ecdsa | eddsa, Digest :: atom(), Msg :: iodata() | {digest, iodata()}"
	const example = "1> {P, S} = crypto:generate_key(ecdh, secp256r1), crypto:verify(ecdsa, sha256, \"a\", crypto:sign(ecdsa, sha256, \"a\", [S, secp256r1]), [P, secp256r1]).\ntrue"
	const padded = "1> {P, S} = crypto:generate_key(rsa, {1024, 65537}), O = [{rsa_padding,rsa_pkcs1_pss_padding}],\n.. crypto:verify(rsa, sha256, \"a\", crypto:sign(rsa, sha256, \"a\", S, O), P, O).\ntrue"
	return []bif.Function{
		{Spec: "sign(" + heads + ", Key :: [term()]) -> Signature :: binary()",
			Doc: "Signs a message, or the digest of one: with [E, N, D | _] for `rsa`, [P, Q, G, X] for `dss`, [PrivateKey, Curve] for `ecdsa` and `eddsa`.", Example: example, Pure: sign},
		{Spec: "sign(" + heads + ", Key :: [term()], Options :: [{atom(), term()}]) -> Signature :: binary()",
			Doc: "As `sign/4`; the options are about the padding of `rsa`: `rsa_padding`, `rsa_pss_saltlen`, `rsa_mgf1_md`.", Example: padded, Pure: sign},
		{Spec: "verify(" + heads + ", Signature :: binary(), Key :: [term()]) -> boolean()",
			Doc: "Tells whether a message was signed with the private key that belongs to a public one: [E, N] for `rsa`, [P, Q, G, Y] for `dss`, [PublicKey, Curve] else.", Example: example, Pure: verify},
		{Spec: "verify(" + heads + ", Signature :: binary(), Key :: [term()], Options :: [{atom(), term()}]) -> boolean()", Doc: "As `verify/5`, with the options of `sign/5`.", Example: padded, Pure: verify},
	}
}

// signing is what sign and verify are called for.
type signing struct {
	algorithm, digest string
	hash              func() hash.Hash // nil for none
	message           []byte           // the digest, or the message itself where it is not digested
	options           rsaOptions
}

func signingOf(args []term.Term, options int) (s signing, err error) {
	s.algorithm, s.digest = args[0].AtomName(), args[1].AtomName()
	switch s.algorithm {
	case "rsa", "dss", "ecdsa", "eddsa":
	default:
		return s, badArgument("pkey.c", 112, "Bad algorithm", 1)
	}
	d, ok := digestOf(args[1])
	if !ok && s.digest != "none" && s.digest != "undefined" && s.algorithm != "eddsa" {
		return s, badArgument("pkey.c", 138, "Bad digest type", 2)
	}
	s.hash = d.make
	source := args[2]
	whole, isDigest := source.Tagged(term.Atom("digest"), 2)
	if isDigest {
		source = whole[1]
	}
	b, ok := bif.Iodata(nil, source)
	switch {
	case !ok:
		return s, badArgument("pkey.c", 208, "Expected a binary or a list", 3)
	case isDigest && s.hash != nil && len(b) != s.hash().Size():
		return s, badArgument("pkey.c", 193, "Bad binary size for the algorithm", 3)
	case !isDigest && s.hash != nil && s.algorithm != "eddsa":
		b = sum(s.hash, b)
	}
	s.message = b
	list := term.Nil
	if len(args) > options {
		list = args[options]
	}
	o, line, wrong := optionsOf(list)
	if wrong != "" {
		return s, badArgument("pkey.c", line, wrong, int64(options+1))
	}
	s.options = o
	if s.options.mgf == nil {
		s.options.mgf = s.hash
	}
	return s, nil
}

func sign(args []term.Term) (term.Term, error) {
	s, err := signingOf(args, 4)
	if err != nil {
		return term.None, err
	}
	key := args[3]
	var out []byte
	done := false
	switch s.algorithm {
	case "rsa":
		k, ok := privateKey(key)
		if !ok {
			return term.None, badArgument("pkey.c", 357, "Couldn't get RSA private key", 4)
		}
		out, done = s.rsa(k)
	case "dss":
		n, ok := numbers(key, 4)
		if !ok {
			return term.None, badArgument("pkey.c", 382, "Couldn't get DSA private key", 4)
		}
		out, done = s.dsa(n)
	case "ecdsa":
		k, ok := ecPrivate(key)
		if !ok {
			return term.None, badArgument("pkey.c", 362, "Couldn't get ECDSA private key", 4)
		}
		out, err = ecdsa.SignASN1(rand.Reader, k, s.message)
		done = err == nil
	case "eddsa":
		seed, ok := curveOfKey(key, ed25519.SeedSize)
		if !ok {
			return term.None, badArgument("pkey.c", 371, "Couldn't get EDDSA private key", 4)
		}
		return term.Binary(ed25519.Sign(ed25519.NewKeyFromSeed(seed), s.message)), nil
	}
	if !done {
		return term.None, failed(atom.ErrorAtom, "pkey.c", 601, "Can't EVP_PKEY_sign", 0)
	}
	return term.Binary(out), nil
}

// padded is what is signed with an RSA key.
func (s signing) padded(k rsaPublic) ([]byte, bool) {
	switch s.options.padding {
	case "rsa_pkcs1_pss_padding":
		if s.hash == nil {
			return nil, false
		}
		return pss(s.message, k.n.BitLen(), s.options.salt, s.hash, s.options.mgf)
	case "rsa_no_padding":
		return s.message, len(s.message) == k.size()
	case "rsa_pkcs1_padding":
		message, ok := s.message, true
		if s.hash != nil {
			message, ok = digestInfo(s.digest, s.message)
		}
		if !ok {
			return nil, false
		}
		return pkcs1(message, k.size(), false)
	}
	return nil, false
}

func (s signing) rsa(k rsaPrivate) ([]byte, bool) {
	b, ok := s.padded(k.rsaPublic)
	if !ok {
		return nil, false
	}
	return k.undo(b)
}

type pair struct{ R, S *big.Int }

// dsa signs with [P, Q, G, X].
func (s signing) dsa(key []*big.Int) ([]byte, bool) {
	p, q, g, x := key[0], key[1], key[2], key[3]
	if q.BitLen() < 8 || p.Cmp(q) <= 0 {
		return nil, false
	}
	h := hashed(s.message, q)
	for range 100 {
		k, err := rand.Int(rand.Reader, q)
		if err != nil || k.Sign() == 0 {
			continue
		}
		r := new(big.Int).Exp(g, k, p)
		r.Mod(r, q)
		inverse := new(big.Int).ModInverse(k, q)
		if inverse == nil {
			return nil, false
		}
		t := new(big.Int).Mul(x, r)
		t.Add(t, h).Mul(t, inverse).Mod(t, q)
		if r.Sign() != 0 && t.Sign() != 0 {
			b, err := asn1.Marshal(pair{r, t})
			return b, err == nil
		}
	}
	return nil, false
}

// hashed is a digest as a number, no longer than q.
func hashed(digest []byte, q *big.Int) *big.Int {
	h := new(big.Int).SetBytes(digest)
	if extra := 8*len(digest) - q.BitLen(); extra > 0 {
		h.Rsh(h, uint(extra))
	}
	return h
}

func isDSA(digest, signature []byte, key []*big.Int) bool {
	p, q, g, y := key[0], key[1], key[2], key[3]
	var s pair
	rest, err := asn1.Unmarshal(signature, &s)
	if err != nil || len(rest) > 0 || q.Sign() <= 0 || s.R.Sign() <= 0 || s.S.Sign() <= 0 || s.R.Cmp(q) >= 0 || s.S.Cmp(q) >= 0 {
		return false
	}
	w := new(big.Int).ModInverse(s.S, q)
	if w == nil {
		return false
	}
	u1 := new(big.Int).Mul(hashed(digest, q), w)
	u2 := new(big.Int).Mul(s.R, w)
	v := new(big.Int).Exp(g, u1.Mod(u1, q), p)
	v.Mul(v, new(big.Int).Exp(y, u2.Mod(u2, q), p)).Mod(v, p)
	return v.Mod(v, q).Cmp(s.R) == 0
}

func ellipticCurve(t term.Term) elliptic.Curve {
	switch t.AtomName() {
	case "secp224r1":
		return elliptic.P224()
	case "secp256r1", "prime256v1":
		return elliptic.P256()
	case "secp384r1":
		return elliptic.P384()
	case "secp521r1":
		return elliptic.P521()
	}
	return nil
}

func ecPrivate(t term.Term) (*ecdsa.PrivateKey, bool) {
	list, _ := t.Slice()
	if len(list) != 2 || ellipticCurve(list[1]) == nil {
		return nil, false
	}
	n, ok := number(list[0])
	curve := ellipticCurve(list[1])
	size := (curve.Params().BitSize + 7) / 8
	if !ok || n.BitLen() > 8*size {
		return nil, false
	}
	k, err := ecdsa.ParseRawPrivateKey(curve, n.FillBytes(make([]byte, size)))
	return k, err == nil
}

func ecPublic(t term.Term) (*ecdsa.PublicKey, bool) {
	list, _ := t.Slice()
	if len(list) != 2 || ellipticCurve(list[1]) == nil {
		return nil, false
	}
	b, _ := list[0].Binary()
	k, err := ecdsa.ParseUncompressedPublicKey(ellipticCurve(list[1]), b)
	return k, err == nil
}

func verify(args []term.Term) (term.Term, error) {
	s, err := signingOf(args, 5)
	if err != nil {
		return term.None, err
	}
	signature, ok := args[3].Binary()
	if !ok {
		return term.None, badArgument("pkey.c", 758, "Expected a binary", 4)
	}
	key := args[4]
	switch s.algorithm {
	case "rsa":
		k, ok := publicKey(key)
		if !ok {
			return term.None, badArgument("pkey.c", 435, "Couldn't get RSA public key", 5)
		}
		return term.Bool(s.isRSA(k, signature)), nil
	case "dss":
		n, ok := numbers(key, 4)
		if !ok {
			return term.None, badArgument("pkey.c", 461, "Couldn't get DSA public key", 5)
		}
		return term.Bool(isDSA(s.message, signature, n)), nil
	case "ecdsa":
		k, ok := ecPublic(key)
		if !ok {
			return term.None, badArgument("pkey.c", 440, "Couldn't get ECDSA public key", 5)
		}
		return term.Bool(ecdsa.VerifyASN1(k, s.message, signature)), nil
	}
	public, ok := curveOfKey(key, ed25519.PublicKeySize)
	if !ok {
		return term.None, badArgument("pkey.c", 449, "Couldn't get EDDSA public key", 5)
	}
	return term.Bool(len(signature) == ed25519.SignatureSize && ed25519.Verify(public, s.message, signature)), nil
}

func (s signing) isRSA(k rsaPublic, signature []byte) bool {
	if len(signature) != k.size() {
		return false
	}
	b, ok := k.apply(signature)
	if !ok {
		return false
	}
	if s.options.padding == "rsa_pkcs1_pss_padding" {
		return s.hash != nil && isPSS(b, s.message, k.n.BitLen(), s.options.salt, s.hash, s.options.mgf)
	}
	want, ok := s.padded(k)
	return ok && bytes.Equal(b, want)
}
