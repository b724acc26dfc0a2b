package crypto

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"hash"
	"slices"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
	"golang.org/x/crypto/md4"       //lint:ignore SA1019 OTP has it
	"golang.org/x/crypto/ripemd160" //lint:ignore SA1019 OTP has it

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// digest is a hash algorithm; nid is the number that OpenSSL has for it.
type digest struct {
	name string
	make func() hash.Hash
	nid  int64
}

func digests() []digest {
	blake := func(f func([]byte) (hash.Hash, error)) func() hash.Hash {
		return func() hash.Hash {
			h, _ := f(nil) // without a key nothing fails
			return h
		}
	}
	return []digest{
		{"blake2s", blake(blake2s.New256), 1057},
		{"blake2b", blake(blake2b.New512), 1056},
		{"sha3_512", func() hash.Hash { return sha3.New512() }, 1099},
		{"sha3_384", func() hash.Hash { return sha3.New384() }, 1098},
		{"sha3_256", func() hash.Hash { return sha3.New256() }, 1097},
		{"sha3_224", func() hash.Hash { return sha3.New224() }, 1096},
		{"sha512", sha512.New, 674},
		{"sha384", sha512.New384, 673},
		{"sha256", sha256.New, 672},
		{"sha224", sha256.New224, 675},
		{"sha", sha1.New, 64},
		{"ripemd160", ripemd160.New, 117},
		{"md5", md5.New, 4},
		{"md4", md4.New, 257},
	}
}

func hashNames() []string {
	var out []string
	for _, d := range digests() {
		out = append(out, d.name)
	}
	return out
}

// digestOf finds an algorithm by its name, an atom.
func digestOf(name term.Term) (digest, bool) {
	text, ok := name.Atom()
	if text == "sha1" {
		return digest{}, false
	}
	all := digests()
	i := slices.IndexFunc(all, func(d digest) bool { return d.name == text })
	if !ok || i < 0 {
		return digest{}, false
	}
	return all[i], true
}

// running is a digest under way: of one whose state cannot be copied it keeps the data instead.
type running struct {
	digest
	state hash.Hash
	data  []byte
}

// with returns the digest after more data; r stays as it is.
func (r running) with(more []byte) running {
	if c, ok := r.state.(hash.Cloner); ok {
		if next, err := c.Clone(); err == nil {
			_, _ = next.Write(more) // never fails
			r.state = next
			return r
		}
	}
	r.data = append(slices.Clip(r.data), more...)
	return r
}

func (r running) sum() []byte {
	if _, ok := r.state.(hash.Cloner); ok {
		return r.state.Sum(nil)
	}
	h := r.make()
	_, _ = h.Write(r.data)
	return h.Sum(nil)
}

// hashStates are the digests under way. A state never changes: an update makes a new one.
var hashStates bif.Handles[running]

func hashRows() []bif.Function {
	return []bif.Function{
		{Spec: "hash(Type :: atom(), Data :: iodata()) -> Digest :: binary()", Doc: "Returns the digest of Data by an algorithm: sha256, sha512, sha, md5, sha3_256, blake2b and so on; `crypto:supports(hashs)` lists them.",
			Example: "1> binary:encode_hex(crypto:hash(sha, \"abc\")).\n<<\"A9993E364706816ABA3E25717850C26C9CD0D89D\">>", Pure: hashData},
		{Spec: "hash_init(Type :: atom()) -> State :: reference()", Doc: "Begins a digest of data that comes in pieces.",
			Example: "1> S = crypto:hash_init(sha), crypto:hash_final(crypto:hash_update(S, \"abc\")) =:= crypto:hash(sha, \"abc\").\ntrue", Proc: hashInit},
		{Spec: "hash_update(State :: reference(), Data :: iodata()) -> NewState :: reference()", Doc: "Goes on with a digest. The state given stays as it is.", Proc: hashUpdate,
			Example: "1> is_reference(crypto:hash_update(crypto:hash_init(md5), \"a\")).\ntrue"},
		{Spec: "hash_final(State :: reference()) -> Digest :: binary()", Doc: "Returns the digest of all data that went into the state.", Proc: hashFinal,
			Example: "1> crypto:hash_final(crypto:hash_init(md5)) =:= erlang:md5([]).\ntrue"},
		{Spec: "hash_info(Type :: atom()) -> #{size := integer(), block_size := integer(), type := integer()}", Doc: "Returns the sizes of an algorithm in bytes, and the number that OpenSSL has for it.",
			Example: "1> crypto:hash_info(sha256).\n#{block_size => 64,size => 32,type => 672}", Pure: hashInfo},
		{Spec: "hash_equals(BinA :: binary(), BinB :: binary()) -> boolean()", Doc: "Compares two digests of the same size in a time that says nothing about them.",
			Example: "1> crypto:hash_equals(<<\"ab\">>, <<\"ab\">>).\ntrue", Pure: hashEquals},
	}
}

func hashData(args []term.Term) (term.Term, error) {
	b, err := data(args[1])
	if err != nil {
		return term.None, bif.Behind(err, bif.Frame("crypto", "hash", term.Int(2)))
	}
	d, ok := digestOf(args[0])
	if !ok {
		return term.None, badArgument("hash.c", 108, "Bad digest type", 1)
	}
	h := d.make()
	_, _ = h.Write(b) // never fails
	return term.Binary(h.Sum(nil)), nil
}

func hashInit(p *node.Process, args []term.Term) (term.Term, error) {
	d, ok := digestOf(args[0])
	if !ok {
		return term.None, badArgument("hash.c", 142, "Bad digest type", 1)
	}
	return hashStates.New(p.Node(), running{digest: d, state: d.make()}), nil
}

func hashUpdate(p *node.Process, args []term.Term) (term.Term, error) {
	b, err := data(args[1])
	if err != nil {
		return term.None, bif.Behind(err, bif.Frame("crypto", "hash_update", term.Int(2)))
	}
	h, ok := hashStates.Get(p.Node(), args[0])
	if !ok {
		return term.None, badArgument("hash.c", 171, "Bad state", 1)
	}
	return hashStates.New(p.Node(), h.with(b)), nil
}

func hashFinal(p *node.Process, args []term.Term) (term.Term, error) {
	h, ok := hashStates.Get(p.Node(), args[0])
	if !ok {
		return term.None, badArgument("hash.c", 205, "Bad state", 1)
	}
	return term.Binary(h.sum()), nil
}

func hashInfo(args []term.Term) (term.Term, error) {
	d, ok := digestOf(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	h := d.make()
	return term.NewMap(term.Atom("size"), term.Int(int64(h.Size())), term.Atom("block_size"), term.Int(int64(h.BlockSize())),
		term.Atom("type"), term.Int(d.nid)), nil
}

func hashEquals(args []term.Term) (term.Term, error) {
	a, ok1 := args[0].Binary()
	b, ok2 := args[1].Binary()
	if !ok1 || !ok2 || len(a) != len(b) {
		e := term.Badarg()
		e.Stack = term.List(term.Tuple(term.Atom("crypto"), term.Atom("hash_equals_nif"), term.List(args...), term.Nil))
		return term.None, e
	}
	return term.Bool(sameBytes(a, b)), nil
}
