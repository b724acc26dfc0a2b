package crypto

import (
	"crypto/sha1"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

func secretRows() []bif.Function {
	const example = "1> {P, S} = crypto:generate_key(rsa, {1024, 65537}), crypto:private_decrypt(rsa, crypto:public_encrypt(rsa, <<\"hi\">>, P, rsa_pkcs1_padding), S, rsa_pkcs1_padding).\n<<\"hi\">>"
	const back = "1> {P, S} = crypto:generate_key(rsa, {1024, 65537}), crypto:public_decrypt(rsa, crypto:private_encrypt(rsa, <<\"hi\">>, S, rsa_pkcs1_padding), P, rsa_pkcs1_padding).\n<<\"hi\">>"
	const options = "Options :: atom() | [{atom(), term()}]"
	return []bif.Function{
		{Spec: "public_encrypt(Algorithm :: rsa, PlainText :: binary(), PublicKey :: [term()], " + options + ") -> CipherText :: binary()",
			Doc: "Makes a secret of a text for whoever has the private key of [E, N]. The options are the padding, or a list of `rsa_padding`, `rsa_oaep_md`, `rsa_mgf1_md` and `rsa_oaep_label`.", Example: example, Pure: publicEncrypt},
		{Spec: "private_decrypt(Algorithm :: rsa, CipherText :: binary(), PrivateKey :: [term()], " + options + ") -> PlainText :: binary()", Doc: "Reads what `public_encrypt/4` wrote.", Example: example, Pure: privateDecrypt},
		{Spec: "private_encrypt(Algorithm :: rsa, PlainText :: binary(), PrivateKey :: [term()], " + options + ") -> CipherText :: binary()", Doc: "Writes a text so that whoever has the public key can read it, and knows who wrote it.", Example: back, Pure: privateEncrypt},
		{Spec: "public_decrypt(Algorithm :: rsa, CipherText :: binary(), PublicKey :: [term()], " + options + ") -> PlainText :: binary()", Doc: "Reads what `private_encrypt/4` wrote.", Example: back, Pure: publicDecrypt},
		{Spec: "privkey_to_pubkey(Type :: rsa | dss, PrivateKey :: [term()]) -> PublicKey :: [integer()]", Doc: "Returns the public key that belongs to a private one.",
			Example: "1> crypto:privkey_to_pubkey(rsa, [3, 55, 27]).\n[3,55]", Pure: privkeyToPubkey},
	}
}

// secretOf reads the text and the options.
func secretOf(args []term.Term) ([]byte, rsaOptions, error) {
	if args[0] != term.Atom("rsa") {
		return nil, rsaOptions{}, badArgument("pkey.c", 112, "Bad algorithm", 1)
	}
	text, ok := args[1].Binary()
	if !ok {
		return nil, rsaOptions{}, badArgument("pkey.c", 1052, "Binary expected", 2)
	}
	list := args[3]
	if list.IsAtom() {
		list = term.List(term.Tuple(term.Atom("rsa_padding"), list))
	}
	o, line, wrong := optionsOf(list)
	if wrong != "" {
		return nil, o, badArgument("pkey.c", line, wrong, 4)
	}
	if o.oaep == nil {
		o.oaep = sha1.New
	}
	if o.mgf == nil {
		o.mgf = o.oaep
	}
	return text, o, nil
}

func noResult() error { return failed(atom.ErrorAtom, "pkey.c", 1184, "Couldn't get the result", 0) }

// pad puts the padding of a secret, or of a text that all may read, before a text.
func (o rsaOptions) pad(text []byte, size int, secret bool) ([]byte, bool) {
	switch {
	case o.padding == "rsa_pkcs1_padding":
		return pkcs1(text, size, secret)
	case o.padding == "rsa_no_padding":
		return text, len(text) == size
	case o.padding == "rsa_pkcs1_oaep_padding" && secret:
		return oaep(text, size, o.oaep, o.mgf, o.label)
	}
	return nil, false
}

// unpad takes a padding off.
func (o rsaOptions) unpad(b []byte, secret bool) ([]byte, bool) {
	switch {
	case o.padding == "rsa_pkcs1_padding":
		return unpkcs1(b, secret)
	case o.padding == "rsa_no_padding":
		return b, true
	case o.padding == "rsa_pkcs1_oaep_padding" && secret:
		return unoaep(b, o.oaep, o.mgf, o.label)
	}
	return nil, false
}

func publicEncrypt(args []term.Term) (term.Term, error) {
	text, o, err := secretOf(args)
	if err != nil {
		return term.None, err
	}
	k, ok := publicKey(args[2])
	if !ok {
		return term.None, badArgument("pkey.c", 435, "Couldn't get RSA public key", 3)
	}
	b, ok := o.pad(text, k.size(), true)
	if ok {
		b, ok = k.apply(b)
	}
	if !ok {
		return term.None, noResult()
	}
	return term.Binary(b), nil
}

func privateDecrypt(args []term.Term) (term.Term, error) {
	text, o, err := secretOf(args)
	if err != nil {
		return term.None, err
	}
	k, ok := privateKey(args[2])
	if !ok {
		return term.None, badArgument("pkey.c", 357, "Couldn't get RSA private key", 3)
	}
	b, ok := k.undo(text)
	if ok = ok && len(text) == k.size(); ok {
		b, ok = o.unpad(b, true)
	}
	if !ok {
		return term.None, noResult()
	}
	return term.Binary(b), nil
}

func privateEncrypt(args []term.Term) (term.Term, error) {
	text, o, err := secretOf(args)
	if err != nil {
		return term.None, err
	}
	k, ok := privateKey(args[2])
	if !ok {
		return term.None, badArgument("pkey.c", 357, "Couldn't get RSA private key", 3)
	}
	b, ok := o.pad(text, k.size(), false)
	if ok {
		b, ok = k.undo(b)
	}
	if !ok {
		return term.None, noResult()
	}
	return term.Binary(b), nil
}

func publicDecrypt(args []term.Term) (term.Term, error) {
	text, o, err := secretOf(args)
	if err != nil {
		return term.None, err
	}
	k, ok := publicKey(args[2])
	if !ok {
		return term.None, badArgument("pkey.c", 435, "Couldn't get RSA public key", 3)
	}
	b, ok := k.apply(text)
	if ok = ok && len(text) == k.size(); ok {
		b, ok = o.unpad(b, false)
	}
	if !ok {
		return term.None, noResult()
	}
	return term.Binary(b), nil
}

func privkeyToPubkey(args []term.Term) (term.Term, error) {
	keep := map[string]int{"rsa": 2, "dss": 3}[args[0].AtomName()]
	n, ok := numbers(args[1], 3)
	if keep == 0 || !ok {
		return term.None, term.FunctionClause()
	}
	out := []term.Term{}
	for _, x := range n[:keep] {
		out = append(out, term.Big(x))
	}
	return term.List(out...), nil
}
