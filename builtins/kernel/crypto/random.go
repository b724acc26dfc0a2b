package crypto

import (
	"crypto/rand"
	"crypto/subtle"
	"math/big"
	"runtime"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func goVersion() string { return runtime.Version() }

func randomRows() []bif.Function {
	return []bif.Function{
		{Spec: "strong_rand_bytes(N :: non_neg_integer()) -> binary()", Doc: "Returns N bytes that nobody can foresee.",
			Example: "1> byte_size(crypto:strong_rand_bytes(16)).\n16", Pure: strongBytes},
		{Spec: "strong_rand_range(Range :: pos_integer() | binary()) -> non_neg_integer() | binary()", Doc: "Returns a number below Range that nobody can foresee: a binary, as bytes of it, where Range is one.",
			Example: "1> crypto:strong_rand_range(1).\n0", Pure: strongRange},
		{Spec: "rand_uniform(Lo :: crypto:crypto_integer(), Hi :: crypto:crypto_integer()) -> crypto:crypto_integer()", Doc: "Returns a random number from Lo up to, and without, Hi. Both are integers, or binaries of unsigned ones, and so is the result.",
			Example: "1> crypto:rand_uniform(5, 6).\n5", Pure: uniform},
		{Spec: "rand_seed() -> rand:state()", Doc: "Makes the functions of module `rand` draw, in this process, numbers that nobody can foresee.",
			Example: "1> element(2, crypto:rand_seed()).\nno_seed", Proc: randSeed0},
		{Spec: "rand_seed(Seed :: binary()) -> ok", Doc: "Mixes Seed into the generator of the system, which needs none.",
			Example: "1> crypto:rand_seed(<<\"abc\">>).\nok", Pure: randSeed1},
		{Spec: "rand_seed_s() -> rand:state()", Doc: "Returns a state for module `rand` that draws numbers which nobody can foresee.",
			Example: "1> element(2, crypto:rand_seed_s()).\nno_seed", Proc: func(_ *node.Process, _ []term.Term) (term.Term, error) { return plugin(), nil }},
		{Spec: "rand_seed_alg(Alg :: crypto | crypto_cache) -> rand:state()", Doc: "As `rand_seed/0`, with a choice of algorithms, which differ in speed only.",
			Example: "1> element(2, crypto:rand_seed_alg(crypto)).\nno_seed", Proc: randSeedAlg},
		{Spec: "rand_seed_alg_s(Alg :: crypto | crypto_cache) -> rand:state()", Doc: "As `rand_seed_s/0`, with a choice of algorithms.",
			Example: "1> element(2, crypto:rand_seed_alg_s(crypto)).\nno_seed", Pure: randSeedAlgS},
		{Spec: "rand_plugin_next(Seed :: term()) -> {0..18446744073709551615, term()}", Doc: "What module `rand` calls for the next number.",
			Example: "1> element(2, crypto:rand_plugin_next(s)).\ns", Pure: pluginNext},
		{Spec: "rand_plugin_uniform(State :: term()) -> {float(), term()}", Doc: "What module `rand` calls for a float.",
			Example: "1> element(2, crypto:rand_plugin_uniform(s)).\ns", Pure: pluginFloat},
		{Spec: "rand_plugin_uniform(N :: pos_integer(), State :: term()) -> {pos_integer(), term()}", Doc: "What module `rand` calls for an integer up to N.",
			Example: "1> crypto:rand_plugin_uniform(1, s).\n{1,s}", Pure: pluginUniform},
		{Spec: "rand_cache_plugin_next(State :: {pos_integer(), pos_integer(), binary()}) -> {non_neg_integer(), term()}", Doc: "What module `rand` calls for the next number of algorithm crypto_cache.",
			Example: "1> crypto:rand_cache_plugin_next({8,8,<<1,2>>}).\n{1,{8,8,<<2>>}}", Pure: cacheNext},
		{Spec: "exor(Bin1 :: iodata(), Bin2 :: iodata()) -> binary()", Doc: "Returns the exclusive or of two binaries of one size.",
			Example: "1> crypto:exor(<<1,2>>, <<3,4>>).\n<<2,6>>", Pure: exor},
		{Spec: "bytes_to_integer(Bytes :: binary()) -> integer()", Doc: "Reads a binary as an unsigned integer, the highest byte first.",
			Example: "1> crypto:bytes_to_integer(<<1,2>>).\n258", Pure: bytesToInteger},
		{Spec: "mod_pow(N :: binary() | integer(), P :: binary() | integer(), M :: binary() | integer()) -> Result :: binary() | error", Doc: "Returns N to the power of P, modulo M, as a binary.",
			Example: "1> crypto:mod_pow(3, 4, 7).\n<<4>>", Pure: modPow},
	}
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

// nif returns an error whose trace begins with a native function that OTP's module calls.
func nif(reason term.Term, name string, args ...term.Term) *term.Exception {
	e := term.Error(reason)
	e.Stack = term.List(term.Tuple(term.Atom("crypto"), term.Atom(name), term.List(args...), term.Nil))
	return e
}

func strongBytes(args []term.Term) (term.Term, error) {
	n, ok := args[0].Int()
	if !ok || n < 0 || n > 1<<31-1 {
		return term.None, bif.Behind(nif(atom.Badarg, "strong_rand_bytes_nif", args[0]), bif.Frame("crypto", "strong_rand_bytes", term.Int(1)))
	}
	return term.Binary(randomBytes(int(n))), nil
}

func strongRange(args []term.Term) (term.Term, error) {
	limit, ok := args[0].Big()
	b, isBinary := args[0].Binary()
	if isBinary {
		limit, ok = new(big.Int).SetBytes([]byte(b)), true
	}
	if !ok || limit.Sign() <= 0 {
		return term.None, term.Badarg()
	}
	n, err := rand.Int(rand.Reader, limit)
	if err != nil {
		return term.None, term.Error(term.Atom("low_entropy"))
	}
	if isBinary {
		return term.Binary(n.Bytes()), nil
	}
	return term.Big(n), nil
}

func uniform(args []term.Term) (term.Term, error) {
	low, ok1 := args[0].Big()
	high, ok2 := args[1].Big()
	a, bin1 := args[0].Binary()
	b, bin2 := args[1].Binary()
	switch {
	case bin1 && bin2:
		low, high = new(big.Int).SetBytes(a), new(big.Int).SetBytes(b)
	case !ok1 || !ok2:
		return term.None, term.FunctionClause()
	}
	width := new(big.Int).Sub(high, low)
	if width.Sign() <= 0 {
		return term.None, bif.ErrorOf(atom.Badarg, "crypto", "rand_uniform_pos", term.Int(2))
	}
	n, err := rand.Int(rand.Reader, width)
	if err != nil {
		return term.None, term.Error(term.Atom("low_entropy"))
	}
	n.Add(n, low)
	if bin1 {
		return term.Binary(bytesOf(n)), nil
	}
	return term.Big(n), nil
}

// bytesOf is an unsigned integer in as few bytes as it takes, at least one.
func bytesOf(n *big.Int) []byte {
	if n.Sign() == 0 {
		return []byte{0}
	}
	return n.Bytes()
}

var seedKey = term.Atom("rand_seed")

func external(name string, arity int) term.Term {
	return (&term.Fun{Module: term.Atom("crypto"), Name: term.Atom(name), Arity: arity, External: true}).Term()
}

// plugin is a state of module rand.
func plugin() term.Term {
	return term.Tuple(term.NewMap(term.Atom("type"), term.Atom("crypto"), term.Atom("bits"), term.Int(64),
		term.Atom("next"), external("rand_plugin_next", 1), term.Atom("uniform"), external("rand_plugin_uniform", 1),
		term.Atom("uniform_n"), external("rand_plugin_uniform", 2)), term.Atom("no_seed"))
}

func randSeed0(p *node.Process, _ []term.Term) (term.Term, error) {
	p.Put(seedKey, plugin())
	return plugin(), nil
}

func randSeed1(args []term.Term) (term.Term, error) {
	if !args[0].IsBinary() {
		return term.None, term.FunctionClause()
	}
	return atom.OK, nil
}

func randSeedAlg(p *node.Process, args []term.Term) (term.Term, error) {
	s, err := randSeedAlgS(args)
	if err == nil {
		p.Put(seedKey, s)
	}
	return s, err
}

func randSeedAlgS(args []term.Term) (term.Term, error) {
	switch args[0].AtomName() {
	case "crypto":
		return plugin(), nil
	case "crypto_cache":
		handler := term.NewMap(term.Atom("type"), args[0], term.Atom("bits"), term.Int(56), term.Atom("next"), external("rand_cache_plugin_next", 1))
		return term.Tuple(handler, term.Tuple(term.Int(56), term.Int(1036), term.EmptyBinary)), nil
	}
	return term.None, bif.Behind(bif.ClauseOf("crypto", "mk_alg_handler", args[0]), bif.Frame("crypto", "rand_seed_alg_s", term.Int(1)))
}

func pluginNext(args []term.Term) (term.Term, error) {
	return term.Tuple(term.Big(new(big.Int).SetBytes(randomBytes(8))), args[0]), nil
}

func pluginFloat(args []term.Term) (term.Term, error) {
	n := new(big.Int).SetBytes(randomBytes(8)).Uint64()
	return term.Tuple(term.Float(float64(n>>11)*0x1p-53), args[0]), nil
}

func pluginUniform(args []term.Term) (term.Term, error) {
	n, ok := args[0].Big()
	if !ok || n.Sign() <= 0 {
		return term.None, nif(atom.Badarg, "strong_rand_range_nif", args[0])
	}
	v, err := rand.Int(rand.Reader, n)
	if err != nil {
		return term.None, term.Error(term.Atom("low_entropy"))
	}
	return term.Tuple(term.Big(v.Add(v, big.NewInt(1))), args[1]), nil
}

func cacheNext(args []term.Term) (term.Term, error) {
	e, ok := args[0].Tuple()
	if !ok || len(e) != 3 {
		return term.None, term.FunctionClause()
	}
	bits, ok1 := e[0].Int()
	size, ok2 := e[1].Int()
	have, ok3 := e[2].Binary()
	if !ok1 || !ok2 || !ok3 || bits <= 0 || bits%8 != 0 || size < bits/8 || size > 1<<20 {
		return term.None, term.FunctionClause()
	}
	n := int(bits / 8)
	if len(have) < n {
		have = randomBytes(int(size))
	}
	return term.Tuple(term.Big(new(big.Int).SetBytes(have[:n])), term.Tuple(e[0], e[1], term.Binary(have[n:]))), nil
}

func exor(args []term.Term) (term.Term, error) {
	a, err := data(args[0])
	if err != nil {
		return term.None, bif.Behind(err, bif.Frame("crypto", "exor", term.Int(2)))
	}
	b, err := data(args[1])
	if err != nil {
		return term.None, bif.Behind(err, bif.Frame("crypto", "exor", term.Int(2)))
	}
	if len(a) != len(b) {
		return term.None, nif(atom.Badarg, "do_exor", term.Binary(a), term.Binary(b))
	}
	out := make([]byte, len(a))
	subtle.XORBytes(out, a, b)
	return term.Binary(out), nil
}

func bytesToInteger(args []term.Term) (term.Term, error) {
	b, ok := args[0].Binary()
	if !ok {
		return term.None, bif.ClauseOf("crypto", "bin_to_int", args[0])
	}
	return term.Big(new(big.Int).SetBytes(b)), nil
}

// number reads an integer, or a binary of one without sign. A negative one counts as the bytes of its two's complement do without sign.
func number(t term.Term) (*big.Int, bool) {
	if b, ok := t.Binary(); ok {
		return new(big.Int).SetBytes(b), true
	}
	n, ok := t.Big()
	if !ok {
		return nil, false
	}
	if n.Sign() < 0 {
		bits := uint(new(big.Int).Not(n).BitLen()/8+1) * 8
		n = new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), bits), n)
	}
	return n, true
}

func modPow(args []term.Term) (term.Term, error) {
	n, ok1 := number(args[0])
	p, ok2 := number(args[1])
	m, ok3 := number(args[2])
	if !ok1 || !ok2 || !ok3 || m.Sign() == 0 {
		shown := make([]term.Term, 4)
		for i, t := range args {
			if shown[i] = t; t.IsInteger() {
				v, _ := t.Big()
				shown[i] = term.Binary(bytesOf(new(big.Int).Abs(v)))
			}
		}
		shown[3] = term.Int(0)
		return term.None, bif.Behind(nif(atom.Badarg, "mod_exp_nif", shown...), bif.Frame("crypto", "mod_pow", term.Int(3)))
	}
	return term.Binary(new(big.Int).Exp(n, p, m).Bytes()), nil
}
