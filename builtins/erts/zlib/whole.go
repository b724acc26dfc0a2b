package zlib

import (
	"hash/adler32"
	"hash/crc32"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/deflate"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func wholeRows() []bif.Function {
	return []bif.Function{
		{Spec: "compress(Data :: iodata()) -> Compressed :: binary()", Doc: "Compresses data to the zlib format, with head and checksum.",
			Example: "1> zlib:compress(\"hello\").\n<<120,156,203,72,205,201,201,7,0,6,44,2,21>>", Pure: packAll(zlibFormat)},
		{Spec: "zip(Data :: iodata()) -> Compressed :: binary()", Doc: "Compresses data, without head and checksum.",
			Example: "1> zlib:zip(\"hello\").\n<<203,72,205,201,201,7,0>>", Pure: packAll(raw)},
		{Spec: "gzip(Data :: iodata()) -> Compressed :: binary()", Doc: "Compresses data to the format of gzip.",
			Example: "1> zlib:gunzip(zlib:gzip(\"hello\")).\n<<\"hello\">>", Pure: packAll(gzipFormat)},
		{Spec: "uncompress(Data :: iodata()) -> Decompressed :: binary()", Doc: "Expands the zlib format.",
			Example: "1> zlib:uncompress(zlib:compress(\"hello\")).\n<<\"hello\">>", Proc: uncompress},
		{Spec: "unzip(Data :: iodata()) -> Decompressed :: binary()", Doc: "Expands data that has no head.",
			Example: "1> zlib:unzip(zlib:zip(\"hello\")).\n<<\"hello\">>", Proc: unzip},
		{Spec: "gunzip(Data :: iodata()) -> Decompressed :: binary()", Doc: "Expands the format of gzip; several files one after the other make one.",
			Example: "1> zlib:gunzip([zlib:gzip(\"ab\"), zlib:gzip(\"cd\")]).\n<<\"abcd\">>", Proc: gunzip},
	}
}

func packAll(f format) func([]term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		data, err := iovec(args[0])
		if err != nil {
			return term.None, err
		}
		d := &packer{format: f, level: 6, bits: 15, memory: 8}
		if f == zlibFormat {
			d.strategy = deflate.DefaultStrategy
		}
		d.reset()
		out, _ := d.write(data, deflate.Finish)
		return term.Binary(out), nil
	}
}

// expandAll expands what is complete.
func expandAll(p *node.Process, data []byte, bits int, e ending, name string) (term.Term, error) {
	z := streams.New(p.Node(), &zstream{owner: p.Self()})
	x := newExpander(bits, e)
	var all []byte
	for {
		out, how := x.read(data, 1<<20)
		data = nil
		all = append(all, out...)
		p.Spend(len(out) / 100)
		switch how {
		case broken:
			return term.None, brokenData(z)
		case dictionary:
			return term.None, term.Error(term.Tuple(term.Atom("need_dictionary"), term.Int(int64(x.wanted))))
		case usedUp:
			if x.stage != atEnd {
				return term.None, bif.Behind(nif("data_error", "inflateEnd_nif", z), bif.Frame("zlib", name, term.Int(1)))
			}
			return term.Binary(all), nil
		case finished:
			return term.Binary(all), nil
		}
		if err := p.Stop(); err != nil {
			return term.None, err
		}
	}
}

func uncompress(p *node.Process, args []term.Term) (term.Term, error) {
	data, ok := bif.Iodata(nil, args[0])
	switch {
	case !ok:
		return term.None, term.Badarg()
	case len(data) < 8:
		return term.None, term.Error(term.Atom("data_error"))
	}
	return expandAll(p, data, 15, endCut, "uncompress")
}

func unzip(p *node.Process, args []term.Term) (term.Term, error) {
	data, err := iovec(args[0])
	if err != nil {
		return term.None, err
	}
	return expandAll(p, data, -15, endCut, "unzip")
}

func gunzip(p *node.Process, args []term.Term) (term.Term, error) {
	data, err := iovec(args[0])
	if err != nil {
		return term.None, err
	}
	return expandAll(p, data, 31, endReset, "gunzip")
}

// sumRows are the checksums, which have functions of their own in module erlang.
func sumRows() []bif.Function {
	return []bif.Function{
		{Spec: "crc32(" + stream + ") -> CRC :: integer()", Doc: "Returns the checksum of the data that went through the stream.",
			Example: "1> Z = zlib:open(), zlib:inflateInit(Z, 31), zlib:inflate(Z, zlib:gzip(\"abc\")), zlib:crc32(Z).\n891568578", Proc: crcOf},
		{Spec: "crc32(" + stream + ", Data :: iodata()) -> CRC :: integer()", Doc: "As `erlang:crc32/1`.", Example: "1> zlib:crc32(zlib:open(), \"abc\").\n891568578",
			Proc: sum("crc32", 1, func(b []byte) uint32 { return crc32.ChecksumIEEE(b) })},
		{Spec: "crc32(" + stream + ", PrevCRC :: integer(), Data :: iodata()) -> CRC :: integer()", Doc: "As `erlang:crc32/2`.", Example: "1> zlib:crc32(zlib:open(), 0, \"abc\").\n891568578", Proc: called("crc32")},
		{Spec: "crc32_combine(" + stream + ", CRC1 :: integer(), CRC2 :: integer(), Size2 :: integer()) -> CRC :: integer()", Doc: "As `erlang:crc32_combine/3`.", Example: "1> zlib:crc32_combine(zlib:open(), 5, 6, 7).\n1379413921", Proc: called("crc32_combine")},
		{Spec: "adler32(" + stream + ", Data :: iodata()) -> CheckSum :: integer()", Doc: "As `erlang:adler32/1`.", Example: "1> zlib:adler32(zlib:open(), \"abc\").\n38600999",
			Proc: sum("adler32", 1, adler32.Checksum)},
		{Spec: "adler32(" + stream + ", PrevAdler :: integer(), Data :: iodata()) -> CheckSum :: integer()", Doc: "As `erlang:adler32/2`.", Example: "1> zlib:adler32(zlib:open(), 1, \"abc\").\n38600999", Proc: called("adler32")},
		{Spec: "adler32_combine(" + stream + ", Adler1 :: integer(), Adler2 :: integer(), Size2 :: integer()) -> CheckSum :: integer()", Doc: "As `erlang:adler32_combine/3`.", Example: "1> zlib:adler32_combine(zlib:open(), 5, 6, 7).\n1835018", Proc: called("adler32_combine")},
	}
}

func crcOf(p *node.Process, args []term.Term) (term.Term, error) {
	z, err := owned(p, "crc32_nif", args...)
	if err != nil {
		return term.None, err
	}
	switch {
	case z.expand != nil:
		return term.Int(int64(z.expand.check.Sum32())), nil
	case z.pack != nil:
		return term.Int(int64(z.pack.check.Sum32())), nil
	}
	return term.None, nif("not_initialized", "crc32_nif", args...)
}

func sum(name string, at int, f func([]byte) uint32) func(*node.Process, []term.Term) (term.Term, error) {
	return func(_ *node.Process, args []term.Term) (term.Term, error) {
		if _, ok := args[0].Ref(); !ok {
			return term.None, term.Badarg()
		}
		data, ok := bif.Iodata(nil, args[at])
		if !ok {
			return term.None, bif.ErtsError(atom.Badarg, name, args[at:]...)
		}
		return term.Int(int64(f(data))), nil
	}
}

// called hands the arguments behind the stream to the function of that name in module erlang.
func called(name string) func(*node.Process, []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		if _, ok := args[0].Ref(); !ok {
			return term.None, term.Badarg()
		}
		target := &term.Fun{Module: atom.Erlang, Name: term.Atom(name), Arity: len(args) - 1, External: true}
		return p.Call(target.Term(), args[1:]...)
	}
}
