package zlib

import (
	"hash/adler32"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

const portion = 16384 // what comes out of the expander at once

func inflateInit1(p *node.Process, args []term.Term) (term.Term, error) {
	return inflateInit2(p, []term.Term{args[0], term.Int(15)})
}

func inflateInit2(p *node.Process, args []term.Term) (term.Term, error) {
	return inflateInit3(p, []term.Term{args[0], args[1], term.Atom("cut")})
}

func inflateInit3(p *node.Process, args []term.Term) (term.Term, error) {
	bits, err := bitsOf(args[1])
	if err != nil {
		return term.None, err
	}
	var e ending
	switch args[2].AtomName() {
	case "error":
		e = endError
	case "reset":
		e = endReset
	case "cut":
		e = endCut
	default:
		return term.None, checked("bad_eos_behavior", "arg_eos_behavior")
	}
	shown := []term.Term{args[0], args[1], term.Int(int64(e))}
	z, err := owned(p, "inflateInit_nif", shown...)
	if err != nil {
		return term.None, err
	}
	if z.closed || z.pack != nil || z.expand != nil {
		return term.None, nif("already_initialized", "inflateInit_nif", shown...)
	}
	if _, size := formatOf(bits); size != 0 && (size < 8 || size > 15) {
		return term.None, nif("stream_error", "inflateInit_nif", shown...)
	}
	z.expand = newExpander(bits, e)
	return atom.OK, nil
}

func expanding(p *node.Process, name string, args ...term.Term) (*expander, error) {
	z, err := owned(p, name, args...)
	if err != nil {
		return nil, err
	}
	if z.expand == nil {
		return nil, nif("not_initialized", name, args...)
	}
	return z.expand, nil
}

func shownInflate(z term.Term) []term.Term {
	return []term.Term{z, term.Int(8192), term.Int(portion), term.Int(0)}
}

// start reads the arguments of an expanding function.
func start(p *node.Process, z, data term.Term) (*expander, []byte, error) {
	input, err := iovec(data)
	if err != nil {
		return nil, nil, err
	}
	if _, ok := streams.Get(p.Node(), z); !ok {
		return nil, nil, nif("badarg", "enqueue_nif", z, term.List(term.Binary(input)))
	}
	x, err := expanding(p, "inflate_nif", shownInflate(z)...)
	return x, input, err
}

func brokenData(z term.Term) error {
	return bif.Behind(nif("data_error", "inflate_nif", shownInflate(z)...), bif.Frame("zlib", "dequeue_all_chunks_1", term.Int(3)))
}

func inflate2(p *node.Process, args []term.Term) (term.Term, error) {
	return inflate3(p, []term.Term{args[0], args[1], term.Nil})
}

func inflate3(p *node.Process, args []term.Term) (term.Term, error) {
	x, input, err := start(p, args[0], args[1])
	if err != nil {
		return term.None, err
	}
	list, first := term.Nil, true
	for {
		out, how := x.read(input, portion)
		input = nil
		p.Spend(len(out) / 100)
		if len(out) > 0 {
			if piece := term.Binary(out); first {
				list = term.List(piece)
			} else {
				list = term.List(list, piece)
			}
			first = false
		}
		switch how {
		case broken:
			return term.None, brokenData(args[0])
		case dictionary:
			raises, err := needsDictionary(args[2])
			if err != nil {
				return term.None, err
			}
			if raises {
				return term.None, bif.ErrorOf(term.Tuple(term.Atom("need_dictionary"), term.Int(int64(x.wanted))), "zlib", "exception_on_need_dict", term.Int(2))
			}
			return term.Tuple(term.Atom("need_dictionary"), term.Int(int64(x.wanted)), list), nil
		case usedUp, finished:
			_, err := needsDictionary(args[2])
			return list, err
		}
		if err := p.Stop(); err != nil {
			return term.None, err
		}
	}
}

// needsDictionary tells whether a dictionary that is called for is an error: the first option says so.
func needsDictionary(options term.Term) (bool, error) {
	for c, ok := options.Cons(); ok; c, ok = c.Tail.Cons() {
		options = c.Tail
		pair, isPair := c.Head.Tagged(term.Atom("exception_on_need_dict"), 2)
		switch {
		case !isPair && c.Head != term.Atom("exception_on_need_dict"):
		case !isPair || pair[1] == term.True:
			return true, nil
		case pair[1] == term.False:
			return false, nil
		default:
			return true, term.Error(term.Tuple(atom.CaseClause, pair[1]))
		}
	}
	if !options.IsNil() {
		return true, bif.ClauseOf("proplists", "get_value", term.Atom("exception_on_need_dict"), options, term.True)
	}
	return true, nil
}

func asList(out []byte) term.Term {
	if len(out) == 0 {
		return term.Nil
	}
	return term.List(term.Binary(out))
}

func safeInflate(p *node.Process, args []term.Term) (term.Term, error) {
	x, input, err := start(p, args[0], args[1])
	if err != nil {
		return term.None, err
	}
	out, how := x.read(input, portion)
	switch how {
	case broken:
		return term.None, nif("data_error", "inflate_nif", shownInflate(args[0])...)
	case dictionary:
		return term.Tuple(term.Atom("need_dictionary"), term.Int(int64(x.wanted)), asList(out)), nil
	case goesOn:
		return term.Tuple(term.Atom("continue"), asList(out)), nil
	}
	return term.Tuple(term.Atom("finished"), asList(out)), nil
}

func inflateChunk(p *node.Process, args []term.Term) (term.Term, error) {
	data := term.Nil
	if len(args) == 2 {
		data = args[1]
	}
	x, input, err := start(p, args[0], data)
	if err != nil {
		return term.None, err
	}
	z, _ := streams.Get(p.Node(), args[0])
	out, how := x.read(input, z.buffer)
	switch how {
	case broken:
		return term.None, nif("data_error", "inflate_nif", shownInflate(args[0])...)
	case dictionary:
		return term.None, term.Error(term.Tuple(term.Atom("need_dictionary"), term.Int(int64(x.wanted))))
	case goesOn:
		return term.Tuple(term.Atom("more"), asList(out)), nil
	}
	return asList(out), nil
}

func inflateSetDictionary(p *node.Process, args []term.Term) (term.Term, error) {
	const name = "inflateSetDictionary_nif"
	data, ok := bif.Iodata(nil, args[1])
	if !ok {
		return term.None, nif("badarg", name, args...)
	}
	x, err := expanding(p, name, args...)
	if err != nil {
		return term.None, err
	}
	switch {
	case x.real != raw && x.stage != needDictionary:
		return term.None, nif("stream_error", name, args...)
	case x.real != raw && adler32.Checksum(data) != x.wanted:
		return term.None, nif("data_error", name, args...)
	}
	x.r.Preset(data)
	x.stage = inData
	return atom.OK, nil
}

func inflateGetDictionary(p *node.Process, args []term.Term) (term.Term, error) {
	x, err := expanding(p, "inflateGetDictionary_nif", args...)
	if err != nil {
		return term.None, err
	}
	return term.Binary(append([]byte(nil), x.r.Window()...)), nil
}

func inflateReset(p *node.Process, args []term.Term) (term.Term, error) {
	x, err := expanding(p, "inflateReset_nif", args...)
	if err != nil {
		return term.None, err
	}
	x.restart(nil)
	return atom.OK, nil
}

func inflateEnd(p *node.Process, args []term.Term) (term.Term, error) {
	x, err := expanding(p, "inflateEnd_nif", args...)
	if err != nil {
		return term.None, err
	}
	z, _ := streams.Get(p.Node(), args[0])
	z.expand = nil
	if x.stage != atEnd {
		return term.None, nif("data_error", "inflateEnd_nif", args...)
	}
	return atom.OK, nil
}
