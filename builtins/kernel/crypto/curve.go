package crypto

import (
	"crypto/elliptic"
	"crypto/sha3"
	"encoding/hex"
	"math/big"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func curveRows() []bif.Function {
	return []bif.Function{
		{Spec: "ec_curve(Name :: atom()) -> {Field :: tuple(), Curve :: tuple(), Point :: binary(), Order :: binary(), CoFactor :: binary()}", Doc: "Returns what defines an elliptic curve.",
			Example: "1> element(5, crypto:ec_curve(secp256r1)).\n<<1>>", Pure: ecCurve},
		{Spec: "hash_xof(Type :: shake128 | shake256, Data :: iodata(), Length :: non_neg_integer()) -> Digest :: binary()", Doc: "Returns a digest of as many bits as are asked for (OTP 29).",
			Example: "1> crypto:hash_xof(shake128, \"a\", 64).\n<<133,200,222,136,210,136,102,191>>", Proc: hashXOF},
	}
}

// curveSeeds are what the coefficients of the curves were made of, by "SEC 2: Recommended Elliptic Curve Domain Parameters".
var curveSeeds = map[int]string{
	256: "c49d360886e704936a6678e1139d26b7819f7e90", 384: "a335926aa319a27a1d00896a6773a4827acdac73", 521: "d09e8800291cb85396cc6717393284aaa0da64ba",
}

func ecCurve(args []term.Term) (term.Term, error) {
	curve := ellipticCurve(args[0])
	if curve == nil || curve == elliptic.P224() {
		return term.None, term.FunctionClause()
	}
	c := curve.Params()
	size := (c.BitSize + 7) / 8
	fixed := func(n *big.Int) []byte { return n.FillBytes(make([]byte, size)) }
	seed, _ := hex.DecodeString(curveSeeds[c.BitSize])
	b := c.B.Bytes()
	point := append(append([]byte{4}, fixed(c.Gx)...), fixed(c.Gy)...)
	return term.Tuple(
		term.Tuple(term.Atom("prime_field"), term.Binary(c.P.Bytes())),
		term.Tuple(term.Binary(new(big.Int).Sub(c.P, big.NewInt(3)).Bytes()), term.Binary(b), term.Binary(seed)),
		term.Binary(point), term.Binary(c.N.Bytes()), term.Binary([]byte{1})), nil
}

// hashXOF returns an output of any length, in whole bytes.
func hashXOF(p *node.Process, args []term.Term) (term.Term, error) {
	var h *sha3.SHAKE
	switch args[0].AtomName() {
	case "shake128":
		h = sha3.NewSHAKE128()
	case "shake256":
		h = sha3.NewSHAKE256()
	default:
		return term.None, badArgument("hash.c", 175, "Bad digest type", 1)
	}
	n, ok := args[2].Int()
	if !ok || n < 0 || n > 1<<32 {
		return term.None, badArgument("hash.c", 573, "Bad len", 1)
	}
	b, err := data(args[1])
	if err != nil {
		return term.None, err
	}
	out := make([]byte, n/8)
	p.Blocking(func() {
		_, _ = h.Write(b)
		_, _ = h.Read(out)
	})
	return term.Binary(out), nil
}
