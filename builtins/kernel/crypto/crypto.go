// Package crypto is module crypto of the application of that name: digests, message authentication codes, ciphers, random bytes and
// keys, with the names and the errors of OTP and the algorithms of Go's library.
//
// Everything is a row of Module; hash.go, mac.go, cipher.go, aead.go, random.go and keys.go hold the functions of their subject.
package crypto

import (
	"fmt"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
)

// Module returns the module.
func Module() *bif.Module {
	m := &bif.Module{
		Name: "crypto",
		Doc:  "Digests, message authentication codes, ciphers, random bytes and keys.",
	}
	for _, rows := range [][]bif.Function{hashRows(), macRows(), cipherRows(), aeadRows(), randomRows(), keyRows(), signRows(), secretRows(), curveRows(), aboutRows()} {
		m.Functions = append(m.Functions, rows...)
	}
	return m
}

var argumentKey = term.Atom("erl_function_arg_num")

// failed returns the error that module crypto raises about an argument: {Reason, {File, Line}, Text}, where file and line are those of
// the C source, which programs sometimes match on. Argument 0 stands for none.
func failed(reason term.Term, file string, line int64, text string, argument int64) *term.Exception {
	e := term.Error(term.Tuple(reason, term.Tuple(term.String(file), term.Int(line)), term.String(text)))
	n := atom.Undefined
	if argument > 0 {
		n = term.Int(argument)
	}
	e.Info = term.NewMap(argumentKey, n)
	return e
}

func badArgument(file string, line int64, text string, argument int64) error {
	return failed(atom.Badarg, file, line, text, argument)
}

// data reads iodata; the error is the badarg of iolist_to_binary/1, which OTP calls for it.
func data(t term.Term) ([]byte, error) {
	b, ok := bif.Iodata(nil, t)
	if !ok {
		return nil, bif.ErtsError(atom.Badarg, "iolist_to_binary", t)
	}
	return b, nil
}

func aboutRows() []bif.Function {
	return []bif.Function{
		{Spec: "start() -> ok | {error, Reason :: term()}", Doc: "Starts the application, which needs no start.",
			Example: "1> crypto:start().\nok", Pure: constant(atom.OK)},
		{Spec: "stop() -> ok | {error, Reason :: term()}", Doc: "Stops the application, which has nothing to stop.",
			Example: "1> crypto:stop().\nok", Pure: constant(atom.OK)},
		{Spec: "version() -> string()", Doc: "Returns the version of the application that this one is made after.",
			Example: "1> crypto:version().\n\"5.1.2\"", Pure: constant(term.String("5.1.2"))},
		{Spec: "info_lib() -> [{Name :: binary(), VerNum :: integer(), VerStr :: binary()}]",
			Doc:     "Returns the libraries that do the work and their versions: Go's own, which has no number.",
			Example: "1> element(1, hd(crypto:info_lib())).\n<<\"Go crypto\">>", Pure: infoLib},
		{Spec: "info_fips() -> not_supported | not_enabled | enabled", Doc: "Tells whether the mode of FIPS 140 is on.",
			Example: "1> crypto:info_fips().\nnot_supported", Pure: constant(term.Atom("not_supported"))},
		{Spec: "enable_fips_mode(Enable :: boolean()) -> boolean()", Doc: "Switches the mode of FIPS 140; it stays off, and what is returned is whether that was asked for.",
			Example: "1> crypto:enable_fips_mode(false).\ntrue", Pure: fipsMode},
		{Spec: "info() -> #{atom() => term()}", Doc: "Returns what is known of the library.",
			Example: "1> maps:get(otp_crypto_version, crypto:info()).\n\"5.1.2\"", Pure: info},
		{Spec: "supports() -> [{Kind :: atom(), [atom()]}]", Doc: "Returns the names of all algorithms, by kind.",
			Example: "1> lists:keymember(hashs, 1, crypto:supports()).\ntrue", Pure: supports0},
		{Spec: "supports(Kind :: hashs | ciphers | public_keys | macs | curves | rsa_opts) -> [atom()]", Doc: "Returns the names of the algorithms of one kind.",
			Example: "1> lists:member(sha256, crypto:supports(hashs)).\ntrue", Pure: supports1},
		{Spec: "format_error(Exception :: term(), StackTrace :: [term()]) -> #{general | pos_integer() => string()}",
			Doc:     "Explains an error of this module for a person, as `erl_error` asks for it.",
			Example: "1> crypto:format_error({badarg,{\"hash.c\",1},\"Bad digest type\"}, [{crypto,hash,[a,b],[{error_info,#{erl_function_arg_num => 1}}]}]).\n#{1 => \"Bad digest type\",\n  general => \"(Found in the internal file hash.c at line 1)\"}",
			Pure:    formatError},
	}
}

func constant(t term.Term) func([]term.Term) (term.Term, error) {
	return func([]term.Term) (term.Term, error) { return t, nil }
}

func infoLib([]term.Term) (term.Term, error) {
	return term.List(term.Tuple(term.BinaryString("Go crypto"), term.Int(0), term.BinaryString(goVersion()))), nil
}

func info([]term.Term) (term.Term, error) {
	return term.NewMap(
		term.Atom("compile_type"), atom.Normal,
		term.Atom("cryptolib_version_compiled"), term.String(goVersion()),
		term.Atom("cryptolib_version_linked"), term.String(goVersion()),
		term.Atom("fips_provider_available"), term.False,
		term.Atom("link_type"), term.Atom("static"),
		term.Atom("otp_crypto_version"), term.String("5.1.2"),
	), nil
}

func fipsMode(args []term.Term) (term.Term, error) {
	switch args[0] {
	case term.True:
		return term.False, nil
	case term.False:
		return term.True, nil
	}
	return term.None, term.Badarg()
}

// kinds are the answers of supports/0, in OTP's order.
func kinds() []struct {
	name  string
	names []string
} {
	return []struct {
		name  string
		names []string
	}{
		{"hashs", hashNames()},
		{"ciphers", cipherNames()},
		{"public_keys", []string{"rsa", "dss", "dh", "ecdsa", "ecdh", "eddsa", "eddh"}},
		{"macs", []string{"cmac", "hmac", "poly1305"}},
		{"curves", append(curveNames(), "ed25519", "x25519")},
		{"rsa_opts", []string{"rsa_pkcs1_pss_padding", "rsa_pss_saltlen", "rsa_mgf1_md", "rsa_pkcs1_oaep_padding", "rsa_oaep_label", "rsa_oaep_md", "rsa_pkcs1_padding", "rsa_no_padding"}},
	}
}

func atoms(names []string) term.Term {
	var b term.Builder
	for _, n := range names {
		b.Add(term.Atom(n))
	}
	return b.List(term.Nil)
}

func supports0([]term.Term) (term.Term, error) {
	var b term.Builder
	for _, k := range kinds() {
		b.Add(term.Tuple(term.Atom(k.name), atoms(k.names)))
	}
	return b.List(term.Nil), nil
}

func supports1(args []term.Term) (term.Term, error) {
	for _, k := range kinds() {
		if args[0] == term.Atom(k.name) {
			return atoms(k.names), nil
		}
	}
	return term.None, term.FunctionClause()
}

func formatError(args []term.Term) (term.Term, error) {
	reason, ok := args[0].Tuple()
	if !ok || len(reason) != 3 {
		return term.None, term.FunctionClause()
	}
	place, isPlace := reason[1].Tuple()
	if !isPlace || len(place) != 2 {
		return term.None, term.FunctionClause()
	}
	text, _ := bif.Text(reason[2])
	key := term.Atom("general")
	if c, ok := args[1].Cons(); ok {
		if frame, ok := c.Head.Tuple(); ok && len(frame) == 4 {
			key = argumentOf(frame[3], key)
		}
	}
	if key == term.Atom("general") && reason[0] != atom.Badarg {
		text = fmt.Sprintf("%s: %s", reason[0].AtomName(), text)
	}
	file, _ := bif.Text(place[0])
	where := fmt.Sprintf("(Found in the internal file %s at line %s)", file, format.Write(place[1], format.Options{}))
	if key == term.Atom("general") {
		return term.NewMap(key, term.String(text+" "+where)), nil
	}
	return term.NewMap(key, term.String(text), term.Atom("general"), term.String(where)), nil
}

// argumentOf finds the number of the argument in the last element of a stack frame.
func argumentOf(where, none term.Term) term.Term {
	list, _ := where.Slice()
	for _, x := range list {
		pair, ok := x.Tagged(atom.ErrorInfo, 2)
		if !ok {
			continue
		}
		if m, ok := pair[1].Map(); ok {
			if n, ok := m.Get(argumentKey); ok && n.IsInteger() {
				return n
			}
		}
	}
	return none
}
