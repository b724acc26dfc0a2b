package crypto

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/crypto/chacha20"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// algorithm is a cipher in one mode, with its sizes in bytes; nid is the number of OpenSSL, 0 for none.
type algorithm struct {
	name           string
	mode           string
	key, iv, chunk int
	aead           bool
	nid            int64
}

func (a algorithm) block(key []byte) (cipher.Block, error) { return aes.NewCipher(key) }

// algorithms are all ciphers. Those of AES stand there for each size of key.
func algorithms() []algorithm {
	modes := []struct {
		suffix, mode string
		iv, chunk    int
		aead         bool
		nid          [3]int64
	}{
		{"cbc", "cbc_mode", 16, 16, false, [3]int64{419, 423, 427}},
		{"cfb128", "cfb_mode", 16, 1, false, [3]int64{421, 425, 429}},
		{"cfb8", "cfb_mode", 16, 1, false, [3]int64{421, 425, 429}},
		{"ecb", "ecb_mode", 0, 16, false, [3]int64{418, 422, 426}},
		{"ofb", "ofb_mode", 16, 1, false, [3]int64{420, 424, 428}},
		{"gcm", "gcm_mode", 12, 1, true, [3]int64{895, 898, 901}},
		{"ccm", "ccm_mode", 12, 1, true, [3]int64{896, 899, 902}},
		{"ctr", "ctr_mode", 16, 1, false, [3]int64{}},
	}
	out := []algorithm{
		{"chacha20", "stream_cipher", 32, 16, 1, false, 0},
		{"chacha20_poly1305", "stream_cipher", 32, 12, 1, true, 0},
	}
	for _, m := range modes {
		for i, bits := range []int{128, 192, 256} {
			name := "aes_" + strconv.Itoa(bits) + "_" + m.suffix
			out = append(out, algorithm{name, m.mode, bits / 8, m.iv, m.chunk, m.aead, m.nid[i]})
		}
	}
	return out
}

// families are the names that leave the size of the key open.
func families() []string {
	return []string{"aes_cbc", "aes_ccm", "aes_cfb128", "aes_cfb8", "aes_ctr", "aes_ecb", "aes_gcm"}
}

func cipherNames() []string {
	var out []string
	for _, a := range algorithms() {
		out = append(out, a.name)
	}
	return append(out, families()...)
}

// cipherOf finds a cipher by its name, an atom; a name without a size goes by the size of the key.
func cipherOf(name term.Term, keySize int) (algorithm, bool) {
	text := name.AtomName()
	if slices.Contains(families(), text) {
		text = "aes_" + strconv.Itoa(keySize*8) + "_" + strings.TrimPrefix(text, "aes_")
	}
	for _, a := range algorithms() {
		if a.name == text && name.IsAtom() {
			return a, true
		}
	}
	return algorithm{}, false
}

func cipherRows() []bif.Function {
	const name, key, iv, flag = "Cipher :: atom()", "Key :: iodata()", "IV :: iodata()", "FlagOrOptions :: boolean() | [{encrypt, boolean()} | {padding, atom()}]"
	return []bif.Function{
		{Spec: "cipher_info(" + name + ") -> #{atom() => term()}", Doc: "Returns the sizes and the mode of a cipher.",
			Example: "1> maps:get(key_length, crypto:cipher_info(aes_256_ctr)).\n32", Pure: cipherInfo},
		{Spec: "crypto_one_time(" + name + ", " + key + ", Data :: iodata(), " + flag + ") -> binary()", Doc: "Encrypts (flag true) or decrypts Data with a cipher that needs no initial vector.",
			Example: "1> crypto:crypto_one_time(aes_128_ecb, <<0:128>>, <<0:128>>, true).\n<<102,233,75,212,239,138,44,59,136,76,250,89,202,52,43,46>>", Pure: oneTime4},
		{Spec: "crypto_one_time(" + name + ", " + key + ", " + iv + ", Data :: iodata(), " + flag + ") -> binary()", Doc: "Encrypts (flag true) or decrypts Data. Without the option `padding` a last block that is not full is left out.",
			Example: "1> crypto:crypto_one_time(aes_128_ctr, <<0:128>>, <<0:128>>, \"abc\", true).\n<<7,139,40>>", Pure: oneTime5},
		{Spec: "crypto_init(" + name + ", " + key + ", " + flag + ") -> State :: reference()", Doc: "Begins to encrypt or decrypt data that comes in pieces, with a cipher that needs no initial vector.", Proc: cryptoInit3,
			Example: "1> is_reference(crypto:crypto_init(aes_128_ecb, <<0:128>>, true)).\ntrue"},
		{Spec: "crypto_init(" + name + ", " + key + ", " + iv + ", " + flag + ") -> State :: reference()", Doc: "Begins to encrypt or decrypt data that comes in pieces.", Proc: cryptoInit4,
			Example: "1> crypto:crypto_update(crypto:crypto_init(aes_128_ctr, <<0:128>>, <<0:128>>, true), \"abc\").\n<<7,139,40>>"},
		{Spec: "crypto_update(State :: reference(), Data :: iodata()) -> binary()", Doc: "Goes on with more data and returns what is ready.", Proc: cryptoUpdate,
			Example: "1> crypto:crypto_update(crypto:crypto_init(aes_128_cbc, <<0:128>>, <<0:128>>, true), \"abc\").\n<<>>"},
		{Spec: "crypto_final(State :: reference()) -> binary()", Doc: "Returns the last block, padded as the option says.", Proc: cryptoFinal,
			Example: "1> crypto:crypto_final(crypto:crypto_init(aes_128_ctr, <<0:128>>, <<0:128>>, true)).\n<<>>"},
		{Spec: "crypto_get_data(State :: reference()) -> #{atom() => term()}", Doc: "Returns how much went through and what was padded.", Proc: cryptoData,
			Example: "1> maps:get(size, crypto:crypto_get_data(crypto:crypto_init(aes_128_ctr, <<0:128>>, <<0:128>>, true))).\n0"},
	}
}

func cipherInfo(args []term.Term) (term.Term, error) {
	a, ok := cipherOf(args[0], 16)
	if !ok {
		return term.None, term.Badarg()
	}
	nid := atom.Undefined
	if a.nid != 0 {
		nid = term.Int(a.nid)
	}
	return term.NewMap(term.Atom("block_size"), term.Int(int64(a.chunk)), term.Atom("iv_length"), term.Int(int64(a.iv)),
		term.Atom("key_length"), term.Int(int64(a.key)), term.Atom("mode"), term.Atom(a.mode),
		term.Atom("prop_aead"), term.Bool(a.aead), term.Atom("type"), nid), nil
}

// stream encrypts or decrypts data in pieces.
type stream struct {
	algorithm
	encrypt bool
	padding string

	mu     sync.Mutex
	run    func(out, in []byte) // whole chunks
	rest   []byte               // guarded by mu: what does not fill a block yet
	size   int                  // guarded by mu
	padded int                  // guarded by mu: -1 before the end
}

const ngFile = "api_ng.c"

func newStream(name, keyTerm, ivTerm, options term.Term) (*stream, error) {
	key, ok := bif.Iodata(nil, keyTerm)
	if !ok {
		return nil, badArgument(ngFile, 228, "Bad key", 2)
	}
	a, known := cipherOf(name, len(key))
	switch {
	case !known:
		return nil, badArgument(ngFile, 242, "Unknown cipher", 1)
	case len(key) != a.key:
		return nil, badArgument(ngFile, 244, "Bad key size", 2)
	case a.aead:
		return nil, badArgument(ngFile, 250, "Missing arguments for this cipher", 1)
	}
	iv, ok := bif.Iodata(nil, ivTerm)
	switch {
	case !ok && a.iv > 0:
		return nil, badArgument(ngFile, 304, "Bad iv type", 3)
	case a.iv > 0 && len(iv) != a.iv:
		return nil, badArgument(ngFile, 310, "Bad iv size", 3)
	}
	s := &stream{algorithm: a, padding: "undefined", padded: -1}
	if err := s.options(options); err != nil {
		return nil, err
	}
	return s, s.start(key, iv)
}

// options reads the last argument.
func (s *stream) options(t term.Term) error {
	if t == term.True || t == term.False {
		s.encrypt = t == term.True
		return nil
	}
	list, ok := t.Slice()
	if !ok {
		return badArgument(ngFile, 120, "Options are not a boolean or a proper list", 5)
	}
	s.encrypt = true
	for _, x := range list {
		pair, ok := x.Tuple()
		if !ok || len(pair) != 2 || !pair[0].IsAtom() {
			return badArgument(ngFile, 138, "Options must be pairs", 5)
		}
		switch pair[0].AtomName() {
		case "encrypt":
			if pair[1] != term.True && pair[1] != term.False {
				return badArgument(ngFile, 152, "The 'encrypt' option must be a boolean!", 5)
			}
			s.encrypt = pair[1] == term.True
		case "padding":
			s.padding = pair[1].AtomName()
			if !slices.Contains([]string{"undefined", "none", "pkcs_padding", "zero", "random"}, s.padding) {
				return badArgument(ngFile, 168, "Bad 'padding' option value", 5)
			}
		default:
			return badArgument(ngFile, 174, "Bad tag in option: "+pair[0].AtomName(), 5)
		}
	}
	return nil
}

// start makes the function that does the work.
func (s *stream) start(key, iv []byte) error {
	if s.name == "chacha20" {
		c, err := chacha20.NewUnauthenticatedCipher(key, iv[4:])
		if err != nil {
			return failed(atom.ErrorAtom, ngFile, 330, "Can't initialize key and/or iv", 0)
		}
		c.SetCounter(binary.LittleEndian.Uint32(iv))
		s.run = c.XORKeyStream
		return nil
	}
	block, err := s.block(key)
	if err != nil {
		return badArgument(ngFile, 244, "Bad key size", 2)
	}
	switch {
	case s.mode == "cbc_mode" && s.encrypt:
		s.run = cipher.NewCBCEncrypter(block, iv).CryptBlocks
	case s.mode == "cbc_mode":
		s.run = cipher.NewCBCDecrypter(block, iv).CryptBlocks
	case s.mode == "ctr_mode":
		s.run = cipher.NewCTR(block, iv).XORKeyStream
	case s.mode == "ofb_mode":
		s.run = feedback(block, iv, 16, true, s.encrypt)
	case strings.HasSuffix(s.name, "cfb8"):
		s.run = feedback(block, iv, 1, false, s.encrypt)
	case s.mode == "cfb_mode":
		s.run = feedback(block, iv, 16, false, s.encrypt)
	default: // ECB
		one := block.Decrypt
		if s.encrypt {
			one = block.Encrypt
		}
		s.run = func(out, in []byte) {
			for i := 0; i < len(in); i += 16 {
				one(out[i:], in[i:])
			}
		}
	}
	return nil
}

// feedback is the modes CFB, with portions of step bytes, and OFB: NIST SP 800-38A.
func feedback(block cipher.Block, iv []byte, step int, ofb, encrypt bool) func(out, in []byte) {
	register, pad, used := slices.Clone(iv), make([]byte, 16), step
	return func(out, in []byte) {
		for i, c := range in {
			if used == step {
				block.Encrypt(pad, register)
				copy(register, register[step:])
				used = 0
			}
			d := c ^ pad[used]
			out[i] = d
			switch {
			case ofb:
				d = pad[used]
			case !encrypt:
				d = c
			}
			register[16-step+used] = d
			used++
		}
	}
}

// add takes more data and returns what is ready. The last block of what is to be unpadded waits for the end.
func (s *stream) add(data []byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.size += len(data)
	s.rest = append(s.rest, data...)
	n := len(s.rest) / s.chunk * s.chunk
	if !s.encrypt && s.padding == "pkcs_padding" && n == len(s.rest) && n > 0 && s.chunk > 1 {
		n -= s.chunk
	}
	out := make([]byte, n)
	s.run(out, s.rest[:n])
	s.rest = slices.Clone(s.rest[n:])
	return out
}

// end returns the last block.
func (s *stream) end() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	missing := (s.chunk - len(s.rest)%s.chunk) % s.chunk
	s.padded = missing
	switch {
	case s.chunk == 1 || s.padding == "undefined":
		s.padded = 0
		return nil, nil
	case !s.encrypt && s.padding == "pkcs_padding":
		return s.unpad()
	case !s.encrypt || s.padding == "none":
		if missing > 0 {
			return nil, failed(atom.ErrorAtom, ngFile, 610, "Padding 'none' but unfilled last block", 0)
		}
		return nil, nil
	case s.padding == "pkcs_padding" && missing == 0:
		missing = s.chunk
	}
	if missing == 0 {
		return nil, nil
	}
	s.padded = missing
	last := append(s.rest, make([]byte, missing)...)
	fill := last[len(last)-missing:]
	switch s.padding {
	case "pkcs_padding":
		for i := range fill {
			fill[i] = byte(missing)
		}
	case "random":
		copy(fill, randomBytes(missing))
	}
	out := make([]byte, len(last))
	s.run(out, last)
	s.rest = nil
	return out, nil
}

// unpad decrypts the last block and takes the padding of PKCS #7 off; mu is held.
func (s *stream) unpad() ([]byte, error) {
	wrong := failed(atom.ErrorAtom, ngFile, 638, "Can't finalize", 0)
	if len(s.rest) != s.chunk {
		return nil, wrong
	}
	out := make([]byte, s.chunk)
	s.run(out, s.rest)
	n := int(out[len(out)-1])
	if n == 0 || n > s.chunk {
		return nil, wrong
	}
	for _, b := range out[s.chunk-n:] {
		if int(b) != n {
			return nil, wrong
		}
	}
	s.rest, s.padded = nil, n
	return out[:s.chunk-n], nil
}

func oneTime4(args []term.Term) (term.Term, error) {
	return oneTime5([]term.Term{args[0], args[1], term.EmptyBinary, args[2], args[3]})
}

func oneTime5(args []term.Term) (term.Term, error) {
	s, err := newStream(args[0], args[1], args[2], args[4])
	if err != nil {
		return term.None, err
	}
	text, ok := bif.Iodata(nil, args[3])
	if !ok {
		return term.None, badArgument(ngFile, 966, "expected binary as data", 4)
	}
	out := s.add(text)
	last, err := s.end()
	if err != nil {
		return term.None, err
	}
	return term.Binary(append(out, last...)), nil
}

var streams bif.Handles[*stream]

func cryptoInit3(p *node.Process, args []term.Term) (term.Term, error) {
	return cryptoInit4(p, []term.Term{args[0], args[1], term.EmptyBinary, args[2]})
}

func cryptoInit4(p *node.Process, args []term.Term) (term.Term, error) {
	s, err := newStream(args[0], args[1], args[2], args[3])
	if err != nil {
		return term.None, err
	}
	return streams.New(p.Node(), s), nil
}

func cryptoUpdate(p *node.Process, args []term.Term) (term.Term, error) {
	s, ok := streams.Get(p.Node(), args[0])
	if !ok {
		return term.None, badArgument(ngFile, 731, "Bad State", 1)
	}
	text, ok := bif.Iodata(nil, args[1])
	if !ok {
		return term.None, badArgument(ngFile, 860, "expected binary", 2)
	}
	return term.Binary(s.add(text)), nil
}

func cryptoFinal(p *node.Process, args []term.Term) (term.Term, error) {
	s, ok := streams.Get(p.Node(), args[0])
	if !ok {
		return term.None, badArgument(ngFile, 886, "Bad State", 1)
	}
	out, err := s.end()
	return term.Binary(out), err
}

func cryptoData(p *node.Process, args []term.Term) (term.Term, error) {
	s, ok := streams.Get(p.Node(), args[0])
	if !ok {
		return term.None, badArgument(ngFile, 992, "Bad State", 1)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return term.NewMap(term.Atom("encrypt"), term.Bool(s.encrypt), term.Atom("padding_size"), term.Int(int64(s.padded)),
		term.Atom("padding_type"), term.Atom(s.padding), term.Atom("size"), term.Int(int64(s.size))), nil
}
