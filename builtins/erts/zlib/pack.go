package zlib

import (
	"hash/adler32"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/deflate"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func levelOf(t term.Term) (int, error) {
	switch t.AtomName() {
	case "none":
		return 0, nil
	case "default":
		return 6, nil
	case "best_speed":
		return 1, nil
	case "best_compression":
		return 9, nil
	}
	n, ok := t.Int()
	if !ok || n < 0 || n > 9 {
		return 0, bif.Behind(checked("bad_compression_level", "arg_level"), bif.Frame("zlib", "deflateInit", term.Int(6)))
	}
	return int(n), nil
}

func strategyOf(t term.Term) (deflate.Strategy, error) {
	switch t.AtomName() {
	case "default":
		return deflate.DefaultStrategy, nil
	case "filtered":
		return deflate.Filtered, nil
	case "huffman_only":
		return deflate.HuffmanOnly, nil
	case "rle":
		return deflate.RLE, nil
	}
	return 0, checked("bad_compression_strategy", "arg_strategy")
}

// bitsOf reads the window bits as OTP's module takes them.
func bitsOf(t term.Term) (int, error) {
	n, ok := t.Int()
	if !ok || (n < 8 || n > 47) && (n < -15 || n > -8) {
		return 0, checked("bad_windowbits", "arg_bitsz")
	}
	return int(n), nil
}

func deflateInit1(p *node.Process, args []term.Term) (term.Term, error) {
	return deflateInit2(p, []term.Term{args[0], term.Atom("default")})
}

func deflateInit2(p *node.Process, args []term.Term) (term.Term, error) {
	return deflateInit6(p, []term.Term{args[0], args[1], term.Atom("deflated"), term.Int(15), term.Int(8), term.Atom("default")})
}

func deflateInit6(p *node.Process, args []term.Term) (term.Term, error) {
	level, err := levelOf(args[1])
	if err != nil {
		return term.None, err
	}
	if args[2] != term.Atom("deflated") {
		return term.None, checked("bad_compression_method", "arg_method")
	}
	window, err := bitsOf(args[3])
	if err != nil {
		return term.None, err
	}
	memory, ok := args[4].Int()
	if !ok || memory < 1 || memory > 9 {
		return term.None, checked("bad_memlevel", "arg_mem")
	}
	strategy, err := strategyOf(args[5])
	if err != nil {
		return term.None, err
	}
	shown := []term.Term{args[0], term.Int(int64(level)), term.Int(8), args[3], args[4], term.Int(int64(strategy))}
	if args[1] == term.Atom("default") {
		shown[1] = term.Int(-1)
	}
	z, err := owned(p, "deflateInit_nif", shown...)
	if err != nil {
		return term.None, err
	}
	if z.closed || z.pack != nil || z.expand != nil {
		return term.None, nif("already_initialized", "deflateInit_nif", shown...)
	}
	f, bits := formatOf(window)
	if f == either || bits < 8 || bits == 8 && f != zlibFormat {
		return term.None, nif("stream_error", "deflateInit_nif", shown...)
	}
	z.pack = &packer{format: f, level: level, bits: bits, memory: int(memory), strategy: strategy}
	z.pack.reset()
	return atom.OK, nil
}

// packing returns the compressor of a stream.
func packing(p *node.Process, name string, args ...term.Term) (*packer, error) {
	z, err := owned(p, name, args...)
	if err != nil {
		return nil, err
	}
	if z.pack == nil {
		return nil, nif("not_initialized", name, args...)
	}
	return z.pack, nil
}

func deflate2(p *node.Process, args []term.Term) (term.Term, error) {
	return deflate3(p, []term.Term{args[0], args[1], atom.None})
}

// iovec reads iodata; the error is the badarg of iolist_to_iovec/1, which OTP calls for it.
func iovec(t term.Term) ([]byte, error) {
	b, ok := bif.Iodata(nil, t)
	if !ok {
		return nil, bif.Behind(bif.ErtsError(atom.Badarg, "iolist_to_iovec", t), bif.Frame("zlib", "enqueue_input", term.Int(2)))
	}
	return b, nil
}

// pieces returns bytes as the list of binaries that OTP's module makes of them: each piece stands behind the list of those before.
func pieces(b []byte, size int) term.Term {
	list := term.Nil
	for first := true; len(b) > 0; first = false {
		n := min(len(b), size)
		if piece := term.Binary(b[:n:n]); first {
			list = term.List(piece)
		} else {
			list = term.List(list, piece)
		}
		b = b[n:]
	}
	return list
}

var flushes = map[string]deflate.Flush{"none": deflate.NoFlush, "sync": deflate.SyncFlush, "full": deflate.FullFlush, "finish": deflate.Finish}

func deflate3(p *node.Process, args []term.Term) (term.Term, error) {
	data, err := iovec(args[1])
	if err != nil {
		return term.None, err
	}
	z, err := owned(p, "enqueue_nif", args[0], term.List(term.Binary(data)))
	if err != nil {
		return term.None, err
	}
	if len(data) > 0 && z.pack == nil && z.expand == nil {
		return term.None, nif("not_initialized", "enqueue_nif", args[0], term.List(term.Binary(data)))
	}
	flush, ok := flushes[args[2].AtomName()]
	if !ok {
		return term.None, checked("bad_flush_mode", "arg_flush")
	}
	d, err := packing(p, "deflate_nif", args[0], term.Int(8192), term.Int(8192), term.Int(int64(flush)))
	if err != nil {
		return term.None, err
	}
	out, ok := d.write(data, flush)
	if !ok {
		return term.None, nif("stream_error", "deflate_nif", args[0], term.Int(8192), term.Int(8192), term.Int(int64(flush)))
	}
	p.Spend(len(data) / 100)
	return pieces(out, 8192), nil
}

func deflateSetDictionary(p *node.Process, args []term.Term) (term.Term, error) {
	data, ok := bif.Iodata(nil, args[1])
	if !ok {
		return term.None, nif("badarg", "deflateSetDictionary_nif", args...)
	}
	d, err := packing(p, "deflateSetDictionary_nif", args...)
	if err != nil {
		return term.None, err
	}
	if d.format == gzipFormat || d.format == zlibFormat && d.begun {
		return term.None, nif("stream_error", "deflateSetDictionary_nif", args...)
	}
	d.w.Preset(data)
	sum := adler32.Checksum(data)
	if d.format == zlibFormat {
		d.dictionary = sum
	}
	return term.Int(int64(sum)), nil
}

func deflateReset(p *node.Process, args []term.Term) (term.Term, error) {
	d, err := packing(p, "deflateReset_nif", args...)
	if err != nil {
		return term.None, err
	}
	d.reset()
	return atom.OK, nil
}

func deflateParams(p *node.Process, args []term.Term) (term.Term, error) {
	level, err := levelOf(args[1])
	if err != nil {
		return term.None, err
	}
	strategy, err := strategyOf(args[2])
	if err != nil {
		return term.None, err
	}
	d, err := packing(p, "deflate_nif", args[0], term.Int(8192), term.Int(8192), term.Int(2))
	if err != nil {
		return term.None, err
	}
	if d.begun {
		flushed, _ := d.write(nil, deflate.SyncFlush) // as OTP does before it changes anything
		d.ready = append(flushed, d.w.Tune(level, strategy)...)
	} else {
		d.w.Tune(level, strategy)
	}
	d.level, d.strategy = level, strategy
	return atom.OK, nil
}

func deflateEnd(p *node.Process, args []term.Term) (term.Term, error) {
	d, err := packing(p, "deflateEnd_nif", args...)
	if err != nil {
		return term.None, err
	}
	z, _ := streams.Get(p.Node(), args[0])
	z.pack = nil
	if !d.finished && d.touched {
		return term.None, nif("data_error", "deflateEnd_nif", args...)
	}
	return atom.OK, nil
}
