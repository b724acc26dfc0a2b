// Package zlib is module zlib: data compressed and expanded in the formats zlib, gzip and raw deflate, at once or in pieces, to the
// same bytes as OTP's.
//
// Module lists the functions; stream.go is the state behind a reference that zlib:open/0 returns, whole.go what needs none.
package zlib

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:      "zlib",
		Doc:       "Compressing and expanding data, at once or in pieces.",
		Functions: append(append(wholeRows(), packRows()...), append(expandRows(), sumRows()...)...),
	}
}

const (
	stream = "Z :: zlib:zstream()"
	begin  = "1> Z = zlib:open(), zlib:deflateInit(Z), "
	expand = "1> Z = zlib:open(), zlib:inflateInit(Z), "
)

func packRows() []bif.Function {
	return []bif.Function{
		{Spec: "open() -> " + stream, Doc: "Opens a stream, which belongs to the process. It goes when nobody has it any more, or with `close/1`.",
			Example: "1> zlib:close(zlib:open()).\nok", Proc: openStream},
		{Spec: "close(" + stream + ") -> ok", Doc: "Closes a stream.", Example: "1> zlib:close(zlib:open()).\nok", Proc: closeStream},
		{Spec: "set_controlling_process(" + stream + ", Pid :: pid()) -> ok", Doc: "Gives a stream to another process.",
			Example: "1> zlib:set_controlling_process(zlib:open(), self()).\nok", Proc: setOwner},
		{Spec: "deflateInit(" + stream + ") -> ok", Doc: "Begins to compress with the usual level.", Example: begin + "zlib:deflateEnd(Z).\nok", Proc: deflateInit1},
		{Spec: "deflateInit(" + stream + ", Level :: none | default | best_compression | best_speed | 0..9) -> ok", Doc: "Begins to compress.",
			Example: "1> zlib:deflateInit(zlib:open(), best_speed).\nok", Proc: deflateInit2},
		{Spec: "deflateInit(" + stream + ", Level :: none | default | best_compression | best_speed | 0..9, Method :: deflated, WindowBits :: -15..-9 | 8..47, MemLevel :: 1..9, Strategy :: default | filtered | huffman_only | rle) -> ok",
			Doc:     "Begins to compress. WindowBits below 0 make raw data without a head, from 16 on the gzip format.",
			Example: "1> Z = zlib:open(), zlib:deflateInit(Z, default, deflated, -15, 8, default), zlib:deflate(Z, \"hello\", finish).\n[<<203,72,205,201,201,7,0>>]", Proc: deflateInit6},
		{Spec: "deflate(" + stream + ", Data :: iodata()) -> Compressed :: iolist()", Doc: "Compresses data and returns what is ready.",
			Example: begin + "zlib:deflate(Z, \"abc\").\n[<<120,156>>]", Proc: deflate2},
		{Spec: "deflate(" + stream + ", Data :: iodata(), Flush :: none | sync | full | finish) -> Compressed :: iolist()", Doc: "As `deflate/2`; Flush tells how much has to come out now: with `finish` everything, and the data is at its end.",
			Example: begin + "zlib:deflate(Z, \"hello\", finish).\n[<<120,156,203,72,205,201,201,7,0,6,44,2,21>>]", Proc: deflate3},
		{Spec: "deflateSetDictionary(" + stream + ", Dictionary :: iodata()) -> Adler32 :: integer()", Doc: "Begins with data that both sides know, and returns its checksum.",
			Example: begin + "zlib:deflateSetDictionary(Z, \"hello world\").\n436929629", Proc: deflateSetDictionary},
		{Spec: "deflateReset(" + stream + ") -> ok", Doc: "Begins anew with the same parameters.", Example: begin + "zlib:deflateReset(Z).\nok", Proc: deflateReset},
		{Spec: "deflateParams(" + stream + ", Level :: none | default | best_compression | best_speed | 0..9, Strategy :: default | filtered | huffman_only | rle) -> ok", Doc: "Changes level and strategy for what comes.",
			Example: begin + "zlib:deflateParams(Z, best_compression, default).\nok", Proc: deflateParams},
		{Spec: "deflateEnd(" + stream + ") -> ok", Doc: "Ends compressing; an error `data_error` when it was not finished.",
			Example: begin + "zlib:deflate(Z, \"a\", finish), zlib:deflateEnd(Z).\nok", Proc: deflateEnd},
	}
}

func expandRows() []bif.Function {
	const windowBits = "WindowBits :: -15..-8 | 8..47"
	return []bif.Function{
		{Spec: "inflateInit(" + stream + ") -> ok", Doc: "Begins to expand the zlib format.", Example: "1> zlib:inflateInit(zlib:open()).\nok", Proc: inflateInit1},
		{Spec: "inflateInit(" + stream + ", " + windowBits + ") -> ok", Doc: "Begins to expand: WindowBits below 0 are for raw data, 16 more than the size for gzip, 32 more for either format.",
			Example: "1> Z = zlib:open(), zlib:inflateInit(Z, 31), zlib:inflate(Z, zlib:gzip(\"hello\")).\n[<<\"hello\">>]", Proc: inflateInit2},
		{Spec: "inflateInit(" + stream + ", " + windowBits + ", EoSBehavior :: error | reset | cut) -> ok", Doc: "As `inflateInit/2`, with a choice of what follows the end of the data: an error, more data of the kind, or nothing.",
			Example: "1> Z = zlib:open(), zlib:inflateInit(Z, 15, reset), zlib:inflate(Z, [zlib:compress(\"a\"), zlib:compress(\"b\")]).\n[[<<\"a\">>],<<\"b\">>]", Proc: inflateInit3},
		{Spec: "inflate(" + stream + ", Data :: iodata()) -> Decompressed :: iolist()", Doc: "Expands data. All of it comes out: for data of strangers use `safeInflate/2`.",
			Example: expand + "zlib:inflate(Z, zlib:compress(\"hello\")).\n[<<\"hello\">>]", Proc: inflate2},
		{Spec: "inflate(" + stream + ", Data :: iodata(), Options :: [{exception_on_need_dict, boolean()}]) -> Decompressed :: iolist() | {need_dictionary, Adler32 :: integer(), iolist()}", Doc: "As `inflate/2`; data that needs a dictionary is an error, or with the option false an answer.",
			Example: expand + "zlib:inflate(Z, zlib:compress(\"hello\"), []).\n[<<\"hello\">>]", Proc: inflate3},
		{Spec: "safeInflate(" + stream + ", Data :: iodata()) -> {continue | finished, Decompressed :: iolist()} | {need_dictionary, Adler32 :: integer(), iolist()}", Doc: "Expands a part of the data. After `continue` call it again with [].",
			Example: expand + "zlib:safeInflate(Z, zlib:compress(\"hello\")).\n{finished,[<<\"hello\">>]}", Proc: safeInflate},
		{Spec: "inflateChunk(" + stream + ") -> Decompressed :: iolist() | {more, Decompressed :: iolist()}", Doc: "Goes on with `inflateChunk/2`.",
			Example: expand + "zlib:inflateChunk(Z).\n[]", Proc: inflateChunk},
		{Spec: "inflateChunk(" + stream + ", Data :: iodata()) -> Decompressed :: iolist() | {more, Decompressed :: iolist()}", Doc: "Expands up to the size of the buffer; see `setBufSize/2`.",
			Example: expand + "zlib:inflateChunk(Z, zlib:compress(\"hello\")).\n[<<\"hello\">>]", Proc: inflateChunk},
		{Spec: "inflateSetDictionary(" + stream + ", Dictionary :: iodata()) -> ok", Doc: "Gives the data that both sides know, when `need_dictionary` asks for it.",
			Example: "1> Z = zlib:open(), zlib:inflateInit(Z, -15), zlib:inflateSetDictionary(Z, \"abc\").\nok", Proc: inflateSetDictionary},
		{Spec: "inflateGetDictionary(" + stream + ") -> Dictionary :: binary()", Doc: "Returns the data that may be referred to now.",
			Example: expand + "zlib:inflate(Z, zlib:compress(\"hello\")), zlib:inflateGetDictionary(Z).\n<<\"hello\">>", Proc: inflateGetDictionary},
		{Spec: "inflateReset(" + stream + ") -> ok", Doc: "Begins anew with the same parameters.", Example: expand + "zlib:inflateReset(Z).\nok", Proc: inflateReset},
		{Spec: "inflateEnd(" + stream + ") -> ok", Doc: "Ends expanding; an error `data_error` when the data was not at its end.",
			Example: expand + "zlib:inflate(Z, zlib:compress(\"a\")), zlib:inflateEnd(Z).\nok", Proc: inflateEnd},
		{Spec: "getBufSize(" + stream + ") -> Size :: non_neg_integer()", Doc: "Returns the size of what `inflateChunk` returns.", Example: "1> zlib:getBufSize(zlib:open()).\n4000", Proc: getBufSize},
		{Spec: "setBufSize(" + stream + ", Size :: non_neg_integer()) -> ok", Doc: "Sets the size of what `inflateChunk` returns.", Example: "1> zlib:setBufSize(zlib:open(), 100).\nok", Proc: setBufSize},
	}
}

// streams are the streams of a node.
var streams bif.Handles[*zstream]

// nif returns an error of a native function that OTP's module calls.
func nif(reason, name string, args ...term.Term) *term.Exception {
	e := term.Error(term.Atom(reason))
	e.Stack = term.List(term.Tuple(term.Atom("zlib"), term.Atom(name), term.List(args...), term.Nil))
	return e
}

// checked returns an error of a function of OTP's module that looks at arguments.
func checked(reason, name string) error {
	return bif.ErrorOf(term.Atom(reason), "zlib", name, term.Int(1))
}

// owned returns the stream of the process behind the first argument.
func owned(p *node.Process, name string, args ...term.Term) (*zstream, error) {
	z, ok := streams.Get(p.Node(), args[0])
	if !ok {
		return nil, nif("badarg", name, args...)
	}
	if !z.belongs(p) {
		return nil, nif("not_on_controlling_process", name, args...)
	}
	return z, nil
}

func openStream(p *node.Process, _ []term.Term) (term.Term, error) {
	return streams.New(p.Node(), &zstream{owner: p.Self(), buffer: 4000}), nil
}

func closeStream(p *node.Process, args []term.Term) (term.Term, error) {
	z, err := owned(p, "close_nif", args[0])
	if err != nil {
		return term.None, err
	}
	if z.closed {
		return term.None, nif("not_initialized", "close_nif", args[0])
	}
	*z = zstream{owner: z.owner, closed: true, buffer: z.buffer}
	return atom.OK, nil
}

func setOwner(p *node.Process, args []term.Term) (term.Term, error) {
	z, err := owned(p, "set_controller_nif", args...)
	if err != nil {
		return term.None, err
	}
	if _, ok := args[1].Pid(); !ok {
		return term.None, nif("badarg", "set_controller_nif", args...)
	}
	z.give(args[1])
	return atom.OK, nil
}

func getBufSize(p *node.Process, args []term.Term) (term.Term, error) {
	z, err := owned(p, "getBufSize_nif", args...)
	if err != nil {
		return term.None, err
	}
	return term.Int(int64(z.buffer)), nil
}

func setBufSize(p *node.Process, args []term.Term) (term.Term, error) {
	n, ok := args[1].Int()
	if !ok || n <= 16 || n > 1<<24 {
		return term.None, term.Badarg()
	}
	z, err := owned(p, "setBufSize_nif", args...)
	if err != nil {
		return term.None, err
	}
	z.buffer = int(n)
	return atom.OK, nil
}
