package crypto

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/poly1305" //lint:ignore SA1019 a code of its own, as OTP has it

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

func aeadRows() []bif.Function {
	const head = "Cipher :: atom(), Key :: iodata(), IV :: iodata(), "
	return []bif.Function{
		{Spec: "crypto_one_time_aead(" + head + "Text :: iodata(), AAD :: iodata(), EncFlag :: true) -> {CipherText :: binary(), Tag :: binary()}",
			Doc:     "Encrypts Text with a cipher that authenticates it, and AAD besides; the tag has the usual length.",
			Example: "1> element(1, crypto:crypto_one_time_aead(aes_128_gcm, <<0:128>>, <<0:96>>, \"data\", \"aad\", true)).\n<<103,233,174,175>>", Pure: aead6},
		{Spec: "crypto_one_time_aead(" + head + "Text :: iodata(), AAD :: iodata(), TagOrTagLength :: binary() | non_neg_integer(), EncFlag :: boolean()) -> {binary(), Tag :: binary()} | binary() | error",
			Doc:     "Encrypts with a tag of a length, or, with EncFlag false, decrypts and checks the tag; `error` when text, AAD or tag is not what was encrypted.",
			Example: "1> crypto:crypto_one_time_aead(aes_128_gcm, <<0:128>>, <<0:96>>, <<\"data\">>, \"aad\", <<0:128>>, false).\nerror", Pure: aead7},
	}
}

func aead6(args []term.Term) (term.Term, error) {
	size := int64(16)
	a, ok := cipherOf(args[0], 16)
	if !ok || !a.aead {
		return term.None, bif.ErrorOf(term.Tuple(atom.Badarg, term.String("Not an AEAD cipher")), "crypto", "aead_tag_len", term.Int(1))
	}
	if a.mode == "ccm_mode" {
		size = 12
	}
	full := append(append([]term.Term(nil), args[:5]...), term.Int(size), args[5])
	return aead7(full)
}

const aeadFile = "aead.c"

func aead7(args []term.Term) (term.Term, error) {
	encrypt := args[6] == term.True
	if !encrypt && args[6] != term.False {
		return term.None, badArgument(aeadFile, 54, "Bad enc flag", 7)
	}
	var parts [4][]byte
	for i, place := range []struct {
		line int64
		text string
	}{{63, "non-binary key"}, {65, "non-binary iv"}, {67, "non-binary text"}, {69, "non-binary AAD"}} {
		b, ok := bif.Iodata(nil, args[i+1])
		if !ok {
			return term.None, badArgument(aeadFile, place.line, place.text, int64(i+2))
		}
		parts[i] = b
	}
	key, iv, text, aad := parts[0], parts[1], parts[2], parts[3]
	tag, isTag := args[5].Binary()
	size, isSize := args[5].Int()
	switch {
	case encrypt && (!isSize || size < 0):
		return term.None, badArgument(aeadFile, 73, "Bad Tag length", 6)
	case !encrypt && !isTag:
		return term.None, badArgument(aeadFile, 77, "non-binary Tag", 6)
	case !encrypt:
		size = int64(len(tag))
	}
	a, ok := cipherOf(args[0], len(key))
	if !ok || len(key) != a.key || !a.aead {
		return term.None, badArgument(aeadFile, 90, "Unknown cipher or invalid key size", 1)
	}
	seal, open, err := authenticated(a, key, iv, int(size), encrypt)
	if err != nil {
		return term.None, err
	}
	if encrypt {
		sealed := seal(text, aad)
		n := len(text)
		return term.Tuple(term.Binary(sealed[:n]), term.Binary(sealed[n:n+int(size)])), nil
	}
	plain, ok := open(text, aad, tag)
	if !ok {
		return atom.ErrorAtom, nil
	}
	return term.Binary(plain), nil
}

type (
	sealer func(text, aad []byte) []byte
	opener func(text, aad, tag []byte) ([]byte, bool)
)

// authenticated makes the functions of a cipher. A shorter tag is the beginning of the whole one, in GCM and Poly1305; in CCM it is
// another.
func authenticated(a algorithm, key, iv []byte, size int, encrypt bool) (sealer, opener, error) {
	var whole cipher.AEAD
	switch a.mode {
	case "ccm_mode":
		if len(iv) < 7 || len(iv) > 13 {
			return nil, nil, badArgument(aeadFile, 111, "Bad IV length", 3)
		}
		if size < 4 || size > 16 || size%2 != 0 {
			return nil, nil, badArgument(aeadFile, 116, "Can't set tag", 6)
		}
		block, err := a.block(key)
		if err != nil {
			return nil, nil, badArgument(aeadFile, 90, "Unknown cipher or invalid key size", 1)
		}
		c := ccm{block, iv, size}
		return c.seal, c.open, nil
	case "gcm_mode":
		block, err := a.block(key)
		if err != nil || len(iv) == 0 {
			return nil, nil, badArgument(aeadFile, 111, "Bad IV length", 3)
		}
		if whole, err = cipher.NewGCMWithNonceSize(block, len(iv)); err != nil {
			return nil, nil, badArgument(aeadFile, 111, "Bad IV length", 3)
		}
	default:
		if len(iv) == 0 || len(iv) > 12 || len(iv) != 12 {
			return nil, nil, badArgument(aeadFile, 111, "Bad IV length", 3)
		}
		c, err := chacha20poly1305.New(key)
		if err != nil {
			return nil, nil, badArgument(aeadFile, 90, "Unknown cipher or invalid key size", 1)
		}
		whole = c
	}
	if size > 16 && encrypt {
		return nil, nil, failed(atom.ErrorAtom, aeadFile, 156, "Can't get Tag", 0)
	}
	seal := func(text, aad []byte) []byte { return whole.Seal(nil, iv, text, aad) }
	return seal, func(text, aad, tag []byte) ([]byte, bool) {
		return openShort(whole, iv, text, aad, tag)
	}, nil
}

// openShort decrypts what has a tag of any length: both ciphers are their own inverses, so that sealing the text again gives the plain
// text, and sealing that the tag.
func openShort(whole cipher.AEAD, iv, text, aad, tag []byte) ([]byte, bool) {
	plain := whole.Seal(nil, iv, text, aad)[:len(text)]
	want := whole.Seal(nil, iv, plain, aad)[len(text):]
	if len(tag) > len(want) || len(tag) == 0 || !sameBytes(want[:len(tag)], tag) {
		return nil, false
	}
	return plain, true
}

// ccm is counter mode with CBC-MAC: RFC 3610.
type ccm struct {
	block cipher.Block
	iv    []byte
	size  int
}

// tag authenticates the plain text and, before it, the additional data.
func (c ccm) tag(text, aad []byte) []byte {
	var first [16]byte
	first[0] = byte(c.size-2)/2<<3 | byte(14-len(c.iv))
	if len(aad) > 0 {
		first[0] |= 0x40
	}
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(text)))
	copy(first[1:], c.iv)
	copy(first[1+len(c.iv):], length[8-(15-len(c.iv)):])
	state := first
	c.block.Encrypt(state[:], state[:])
	if len(aad) > 0 {
		head := binary.BigEndian.AppendUint16(nil, uint16(len(aad)))
		if len(aad) >= 0xff00 {
			head = binary.BigEndian.AppendUint32([]byte{0xff, 0xfe}, uint32(len(aad)))
		}
		c.absorb(&state, append(head, aad...))
	}
	c.absorb(&state, text)
	return state[:]
}

func (c ccm) absorb(state *[16]byte, data []byte) {
	for len(data) > 0 {
		n := min(16, len(data))
		subtle.XORBytes(state[:n], state[:n], data[:n])
		c.block.Encrypt(state[:], state[:])
		data = data[n:]
	}
}

// crypt applies the key stream: first to the tag, then to the text.
func (c ccm) crypt(tag, text []byte) (newTag, newText []byte) {
	var counter [16]byte
	counter[0] = byte(14 - len(c.iv))
	copy(counter[1:], c.iv)
	s := cipher.NewCTR(c.block, counter[:])
	newTag, newText = make([]byte, 16), make([]byte, len(text))
	s.XORKeyStream(newTag, append(tag, make([]byte, 16-len(tag))...))
	s.XORKeyStream(newText, text)
	return newTag[:c.size], newText
}

func (c ccm) seal(text, aad []byte) []byte {
	tag, out := c.crypt(c.tag(text, aad), text)
	return append(out, tag...)
}

func (c ccm) open(text, aad, tag []byte) ([]byte, bool) {
	_, plain := c.crypt(nil, text)
	want, _ := c.crypt(c.tag(plain, aad), nil)
	return plain, sameBytes(want, tag)
}

func onceAuthenticator(key, data []byte) []byte {
	var out [16]byte
	var k [32]byte
	copy(k[:], key)
	poly1305.Sum(&out, data, &k)
	return out[:]
}
