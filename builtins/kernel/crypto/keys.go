package crypto

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"math/big"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

func keyRows() []bif.Function {
	return []bif.Function{
		{Spec: "generate_key(Type :: dh | ecdh | eddh | eddsa | rsa, Params :: term()) -> {PublicKey :: term(), PrivKeyOut :: term()}", Doc: "Makes a pair of keys: for `ecdh` and `eddsa` of a curve, for `dh` of [P, G], for `rsa` of {Bits, Exponent}.",
			Example: "1> byte_size(element(1, crypto:generate_key(ecdh, x25519))).\n32", Pure: generateKey2},
		{Spec: "generate_key(Type :: dh | ecdh | eddh | eddsa | rsa, Params :: term(), PrivKeyIn :: binary() | integer() | undefined) -> {PublicKey :: term(), PrivKeyOut :: term()}", Doc: "As `generate_key/2`, for a private key that is there.",
			Example: "1> binary:part(element(1, crypto:generate_key(ecdh, x25519, <<1:256>>)), 0, 3).\n<<253,51,132>>", Pure: generateKey3},
		{Spec: "compute_key(Type :: dh | ecdh | eddh, OthersPublicKey :: binary(), MyPrivateKey :: binary(), Params :: term()) -> SharedSecret :: binary()", Doc: "Returns the secret that both sides of an exchange of public keys share.",
			Example: "1> {P1, S1} = crypto:generate_key(ecdh, x25519), {P2, S2} = crypto:generate_key(ecdh, x25519), crypto:compute_key(ecdh, P1, S2, x25519) =:= crypto:compute_key(ecdh, P2, S1, x25519).\ntrue", Pure: computeKey},
		{Spec: "ec_curves() -> [atom()]", Doc: "Returns the names of the curves.", Example: "1> lists:member(secp256r1, crypto:ec_curves()).\ntrue",
			Pure: func([]term.Term) (term.Term, error) { return atoms(append(curveNames(), "ed25519")), nil }},
	}
}

func curveNames() []string {
	return []string{"secp384r1", "secp521r1", "secp256r1", "prime256v1"}
}

func curveOf(name term.Term) ecdh.Curve {
	switch name.AtomName() {
	case "secp256r1", "prime256v1":
		return ecdh.P256()
	case "secp384r1":
		return ecdh.P384()
	case "secp521r1":
		return ecdh.P521()
	case "x25519":
		return ecdh.X25519()
	}
	return nil
}

func generateKey2(args []term.Term) (term.Term, error) {
	return generateKey3([]term.Term{args[0], args[1], atom.Undefined})
}

func generateKey3(args []term.Term) (term.Term, error) {
	private := args[2]
	switch args[0].AtomName() {
	case "ecdh", "eddh":
		return curveKey(args[1], private)
	case "eddsa":
		seed, ok := private.Binary()
		if private == atom.Undefined {
			seed, ok = randomBytes(ed25519.SeedSize), true
		}
		if args[1] != term.Atom("ed25519") || !ok || len(seed) != ed25519.SeedSize {
			return term.None, badArgument("evp.c", 170, "Bad curve", 1)
		}
		public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
		return term.Tuple(term.Binary(public), term.Binary(seed)), nil
	case "dh":
		return exchangeKey(args[1], private)
	case "rsa":
		if e, ok := args[1].Tuple(); ok && len(e) == 2 && private == atom.Undefined {
			return rsaKey(e[0], e[1])
		}
	}
	return term.None, bif.ClauseOf("crypto", "generate_key", args...)
}

func curveKey(name, private term.Term) (term.Term, error) {
	curve := curveOf(name)
	if curve == nil {
		return term.None, badArgument("ec.c", 355, "Couldn't get Curve definition", 1)
	}
	key, err := curve.GenerateKey(rand.Reader)
	if private != atom.Undefined {
		var bytes []byte
		if bytes, err = privateBytes(curve, private); err == nil {
			key, err = curve.NewPrivateKey(bytes)
		}
	}
	if err != nil {
		return term.None, badArgument("ec.c", 373, "Couldn't get ECkey", 2)
	}
	return term.Tuple(term.Binary(key.PublicKey().Bytes()), term.Binary(key.Bytes())), nil
}

// privateBytes is a private key in the size of its curve.
func privateBytes(curve ecdh.Curve, key term.Term) ([]byte, error) {
	n, ok := number(key)
	if !ok {
		return nil, term.Badarg()
	}
	size := map[ecdh.Curve]int{ecdh.P384(): 48, ecdh.P521(): 66}[curve]
	if size == 0 {
		size = 32
	}
	if n.BitLen() > 8*size {
		return nil, term.Badarg()
	}
	return n.FillBytes(make([]byte, size)), nil
}

// group reads [P, G], or [P, G, Length].
func group(t term.Term) (prime, base *big.Int, ok bool) {
	list, _ := t.Slice()
	if len(list) < 2 {
		return nil, nil, false
	}
	p, ok1 := number(list[0])
	g, ok2 := number(list[1])
	return p, g, ok1 && ok2 && p.BitLen() > 2
}

// smallPrime is under how many bits OpenSSL takes a modulus for none.
const smallPrime = 512

func exchangeKey(params, private term.Term) (term.Term, error) {
	p, g, ok := group(params)
	if !ok {
		return term.None, bif.ErrorOf(atom.Badarg, "crypto", "generate_key", term.Int(3))
	}
	if p.BitLen() < smallPrime {
		return term.None, failed(atom.ErrorAtom, "dh.c", 124, "Can't generate DH key pair", 0)
	}
	x, isKey := number(private)
	if !isKey {
		var err error
		if x, err = rand.Int(rand.Reader, new(big.Int).Sub(p, big.NewInt(2))); err != nil {
			return term.None, failed(atom.ErrorAtom, "dh.c", 124, "Can't generate DH key pair", 0)
		}
		x.Add(x, big.NewInt(1))
	}
	return term.Tuple(term.Binary(bytesOf(new(big.Int).Exp(g, x, p))), term.Binary(bytesOf(x))), nil
}

func computeKey(args []term.Term) (term.Term, error) {
	switch args[0].AtomName() {
	case "ecdh", "eddh":
		curve := curveOf(args[3])
		if curve == nil {
			return term.None, badArgument("ecdh.c", 64, "Couldn't get Curve definition", 2)
		}
		bytes, err := privateBytes(curve, args[2])
		if err != nil {
			return term.None, badArgument("ecdh.c", 74, "Couldn't get ECkey", 3)
		}
		private, err := curve.NewPrivateKey(bytes)
		if err != nil {
			return term.None, badArgument("ecdh.c", 74, "Couldn't get ECkey", 3)
		}
		other, _ := args[1].Binary()
		public, err := curve.NewPublicKey(other)
		if err != nil {
			return term.None, badArgument("ecdh.c", 70, "Couldn't get public key", 1)
		}
		secret, err := private.ECDH(public)
		if err != nil {
			return term.None, failed(atom.ErrorAtom, "ecdh.c", 90, "Couldn't compute key", 0)
		}
		return term.Binary(secret), nil
	case "dh":
		p, _, ok := group(args[3])
		y, ok1 := number(args[1])
		x, ok2 := number(args[2])
		if !ok || !ok1 || !ok2 || p.BitLen() < smallPrime {
			return term.None, failed(atom.ErrorAtom, "dh.c", 243, "Can't get result", 0)
		}
		return term.Binary(bytesOf(new(big.Int).Exp(y, x, p))), nil
	}
	return term.None, term.FunctionClause()
}

// curveOfKey reads [Key, ed25519].
func curveOfKey(t term.Term, size int) ([]byte, bool) {
	list, _ := t.Slice()
	if len(list) != 2 || list[1] != term.Atom("ed25519") {
		return nil, false
	}
	b, ok := list[0].Binary()
	return b, ok && len(b) == size
}
