package crypto

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/subtle"
	"sync"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func sameBytes(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

// mac computes a message authentication code of all the data.
type mac func(data []byte) []byte

// macState is a code under way; it changes with every update, as OTP's does.
type macState struct {
	mac mac

	mu   sync.Mutex
	data []byte // guarded by mu
}

func (s *macState) sum() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mac(s.data)
}

var macStates bif.Handles[*macState]

func macRows() []bif.Function {
	const types, sub, key = "Type :: hmac | cmac | poly1305", "SubType :: atom()", "Key :: iodata()"
	return []bif.Function{
		{Spec: "mac(Type :: poly1305, " + key + ", Data :: iodata()) -> Mac :: binary()", Doc: "Returns the Poly1305 code of Data by a key of 32 bytes, which must never be used twice.",
			Example: "1> crypto:mac(poly1305, <<0:256>>, \"a\").\n<<0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0>>", Pure: mac3},
		{Spec: "mac(" + types + ", " + sub + ", " + key + ", Data :: iodata()) -> Mac :: binary()", Doc: "Returns a message authentication code of Data: `hmac` with a digest as SubType, or `cmac` with a block cipher in CBC mode.",
			Example: "1> binary:part(crypto:mac(hmac, sha256, \"key\", \"data\"), 0, 4).\n<<\"P1þ=\">>", Pure: mac4},
		{Spec: "macN(Type :: poly1305, " + key + ", Data :: iodata(), Length :: pos_integer()) -> Mac :: binary()", Doc: "As `mac/3`, the first Length bytes.",
			Example: "1> crypto:macN(poly1305, <<0:256>>, \"a\", 3).\n<<0,0,0>>", Pure: macN4},
		{Spec: "macN(" + types + ", " + sub + ", " + key + ", Data :: iodata(), Length :: pos_integer()) -> Mac :: binary()", Doc: "As `mac/4`, the first Length bytes.",
			Example: "1> crypto:macN(hmac, sha256, \"key\", \"data\", 4).\n<<\"P1þ=\">>", Pure: macN5},
		{Spec: "mac_init(Type :: poly1305, " + key + ") -> State :: reference()", Doc: "Begins a Poly1305 code of data that comes in pieces.", Proc: macInit2,
			Example: "1> byte_size(crypto:mac_final(crypto:mac_init(poly1305, <<0:256>>))).\n16"},
		{Spec: "mac_init(" + types + ", " + sub + ", " + key + ") -> State :: reference()", Doc: "Begins a code of data that comes in pieces.", Proc: macInit3,
			Example: "1> crypto:mac_final(crypto:mac_update(crypto:mac_init(hmac, sha, \"k\"), \"d\")) =:= crypto:mac(hmac, sha, \"k\", \"d\").\ntrue"},
		{Spec: "mac_update(State :: reference(), Data :: iodata()) -> NewState :: reference()", Doc: "Goes on with a code. The state is the one that was given.", Proc: macUpdate,
			Example: "1> is_reference(crypto:mac_update(crypto:mac_init(hmac, sha, \"k\"), \"d\")).\ntrue"},
		{Spec: "mac_final(State :: reference()) -> Mac :: binary()", Doc: "Returns the code of all data that went into the state.", Proc: macFinal,
			Example: "1> byte_size(crypto:mac_final(crypto:mac_init(hmac, sha, \"k\"))).\n20"},
		{Spec: "mac_finalN(State :: reference(), Length :: pos_integer()) -> Mac :: binary()", Doc: "As `mac_final/1`, the first Length bytes.", Proc: macFinalN,
			Example: "1> byte_size(crypto:mac_finalN(crypto:mac_init(hmac, sha, \"k\"), 4)).\n4"},
		{Spec: "pbkdf2_hmac(Digest :: atom(), Pass :: binary(), Salt :: binary(), Iter :: pos_integer(), KeyLen :: pos_integer()) -> binary()",
			Doc:     "Derives a key of KeyLen bytes from a password, as RFC 8018 says, in Iter rounds.",
			Example: "1> byte_size(crypto:pbkdf2_hmac(sha256, <<\"password\">>, <<\"salt\">>, 1000, 20)).\n20", Pure: deriveKey},
	}
}

// places are the lines of mac.c that its errors name, for mac/4 and for mac_init/3.
type places struct{ unknown, digest, key, cipher, poly, text int64 }

var (
	atOnce   = places{unknown: 233, digest: 263, key: 316, cipher: 313, poly: 235, text: 175}
	inPieces = places{unknown: 587, digest: 617, key: 661, cipher: 658, poly: 589}
)

// newMac makes a code of a type, subtype and key.
func newMac(kind, sub term.Term, key []byte, at places) (mac, error) {
	switch kind.AtomName() {
	case "hmac":
		d, ok := digestOf(sub)
		if !ok {
			return nil, badArgument("mac.c", at.digest, "Bad digest algorithm for HMAC", 2)
		}
		return func(data []byte) []byte {
			h := hmac.New(d.make, key)
			_, _ = h.Write(data) // never fails
			return h.Sum(nil)
		}, nil
	case "cmac":
		c, known := cipherOf(sub, len(key))
		if !known {
			return nil, badArgument("mac.c", at.cipher, "Unknown cipher", 2)
		}
		if len(key) != c.key {
			return nil, badArgument("mac.c", at.key, "Bad key size", 3)
		}
		if c.mode != "cbc_mode" {
			return nil, badArgument("mac.c", at.cipher, "Unknown cipher", 2)
		}
		block, err := c.block(key)
		if err != nil {
			return nil, badArgument("mac.c", at.key, "Bad key size", 3)
		}
		return func(data []byte) []byte { return cmac(block, data) }, nil
	case "poly1305":
		if len(key) != 32 {
			return nil, badArgument("mac.c", at.poly, "Bad key length", 3)
		}
		return func(data []byte) []byte { return onceAuthenticator(key, data) }, nil
	}
	return nil, badArgument("mac.c", at.unknown, "Unknown mac algorithm", 1)
}

// cmac is NIST SP 800-38B.
func cmac(block cipher.Block, data []byte) []byte {
	size := block.BlockSize()
	key := make([]byte, size)
	block.Encrypt(key, key)
	key = doubled(key)
	last := make([]byte, size)
	full := max((len(data)-1)/size, 0)
	rest := data[full*size:]
	copy(last, rest)
	if len(rest) < size {
		last[len(rest)] = 0x80
		key = doubled(key)
	}
	subtle.XORBytes(last, last, key)
	out := make([]byte, size)
	for i := range full {
		subtle.XORBytes(out, out, data[i*size:(i+1)*size])
		block.Encrypt(out, out)
	}
	subtle.XORBytes(out, out, last)
	block.Encrypt(out, out)
	return out
}

// doubled is the number b times two in the field that CMAC works in.
func doubled(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = b[i] << 1
		if i+1 < len(b) {
			out[i] |= b[i+1] >> 7
		}
	}
	if b[0]&0x80 != 0 {
		low := byte(0x87)
		if len(b) == 8 {
			low = 0x1b
		}
		out[len(out)-1] ^= low
	}
	return out
}

func mac3(args []term.Term) (term.Term, error) {
	return mac4([]term.Term{args[0], atom.Undefined, args[1], args[2]})
}

func mac4(args []term.Term) (term.Term, error) {
	key, err := data(args[2])
	if err != nil {
		return term.None, bif.Behind(err, bif.Frame("crypto", "mac", term.Int(4)))
	}
	text, ok := bif.Iodata(nil, args[3])
	if !ok {
		return term.None, badArgument("mac.c", atOnce.text, "Bad text", 4)
	}
	m, err := newMac(args[0], args[1], key, atOnce)
	if err != nil {
		return term.None, err
	}
	return term.Binary(m(text)), nil
}

func macN4(args []term.Term) (term.Term, error) {
	return macN5([]term.Term{args[0], atom.Undefined, args[1], args[2], args[3]})
}

func macN5(args []term.Term) (term.Term, error) {
	whole, err := mac4(args[:4])
	if err != nil {
		return whole, err
	}
	return firstBytes(whole, args[4])
}

func firstBytes(whole, length term.Term) (term.Term, error) {
	b, _ := whole.Binary()
	n, ok := length.Int()
	if !ok || n < 0 || n > int64(len(b)) {
		return term.None, bif.ErtsError(atom.Badarg, "binary_part", whole, term.Int(0), length)
	}
	return term.Binary(b[:n]), nil
}

func macInit2(p *node.Process, args []term.Term) (term.Term, error) {
	return macInit3(p, []term.Term{args[0], atom.Undefined, args[1]})
}

func macInit3(p *node.Process, args []term.Term) (term.Term, error) {
	key, err := data(args[2])
	if err != nil {
		return term.None, bif.Behind(err, bif.Frame("crypto", "mac_init", term.Int(3)))
	}
	m, err := newMac(args[0], args[1], key, inPieces)
	if err != nil {
		return term.None, err
	}
	return macStates.New(p.Node(), &macState{mac: m}), nil
}

func macUpdate(p *node.Process, args []term.Term) (term.Term, error) {
	s, ok := macStates.Get(p.Node(), args[0])
	if !ok {
		return term.None, badArgument("mac.c", 817, "Bad ref", 1)
	}
	more, isData := bif.Iodata(nil, args[1])
	if !isData {
		return term.None, badArgument("mac.c", 794, "Bad text", 2)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = append(s.data, more...)
	return args[0], nil
}

func macFinal(p *node.Process, args []term.Term) (term.Term, error) {
	s, ok := macStates.Get(p.Node(), args[0])
	if !ok {
		return term.None, badArgument("mac.c", 847, "Bad ref", 1)
	}
	return term.Binary(s.sum()), nil
}

func macFinalN(p *node.Process, args []term.Term) (term.Term, error) {
	whole, err := macFinal(p, args)
	if err != nil {
		return whole, err
	}
	return firstBytes(whole, args[1])
}

func deriveKey(args []term.Term) (term.Term, error) {
	const file = "pbkdf2_hmac.c"
	d, ok := digestOf(args[0])
	if !ok {
		return term.None, badArgument(file, 34, "Bad digest type", 1)
	}
	pass, ok := args[1].Binary()
	if !ok {
		return term.None, badArgument(file, 41, "Not binary", 2)
	}
	salt, ok := args[2].Binary()
	if !ok {
		return term.None, badArgument(file, 44, "Not binary", 3)
	}
	rounds, ok := args[3].Int()
	if !ok || rounds < 0 {
		return term.None, badArgument(file, 47, "Not integer", 4)
	}
	if rounds == 0 {
		return term.None, badArgument(file, 49, "Must be > 0", 4)
	}
	size, ok := args[4].Int()
	if !ok || size < 0 {
		return term.None, badArgument(file, 52, "Not integer", 5)
	}
	if size == 0 {
		return term.None, badArgument(file, 54, "Must be > 0", 5)
	}
	out, err := pbkdf2.Key(d.make, string(pass), salt, int(rounds), int(size))
	if err != nil {
		return term.None, failed(atom.ErrorAtom, file, 60, "Low-level call failed", 0)
	}
	return term.Binary(out), nil
}
