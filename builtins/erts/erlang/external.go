package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func externalRows() []bif.Function {
	const options = "Options :: [compressed | {compressed, 0..9} | {minor_version, 0..2} | deterministic | local]"
	return []bif.Function{
		{Spec: "term_to_binary(Term :: term()) -> binary()", Doc: "Returns Term in the external term format.",
			Example: "1> term_to_binary(a).\n<<131,100,0,1,97>>", Auto: true, Proc: termToBinary},
		{Spec: "term_to_binary(Term :: term(), " + options + ") -> binary()", Doc: "Returns Term in the external term format, as the options say.",
			Example: "1> term_to_binary(a, [{minor_version,2}]).\n<<131,119,1,97>>", Auto: true, Proc: termToBinary},
		{Spec: "term_to_iovec(Term :: term()) -> [binary()]", Doc: "As `term_to_binary/1`, a list of binaries.",
			Example: "1> term_to_iovec(a).\n[<<131,100,0,1,97>>]", Auto: true, Proc: termToIovec},
		{Spec: "term_to_iovec(Term :: term(), " + options + ") -> [binary()]", Doc: "As `term_to_binary/2`, a list of binaries.",
			Example: "1> term_to_iovec(a, []).\n[<<131,100,0,1,97>>]", Auto: true, Proc: termToIovec},
		{Spec: "binary_to_term(Binary :: binary()) -> term()", Doc: "Returns the term whose external term format is Binary.",
			Example: "1> binary_to_term(<<131,100,0,1,97>>).\na", Auto: true, Proc: binaryToTerm},
		{Spec: "binary_to_term(Binary :: binary(), Options :: [safe | used]) -> term() | {term(), pos_integer()}",
			Doc:     "As `binary_to_term/1`. With `safe` it fails rather than make new atoms; with `used` it also tells how many bytes the term took.",
			Example: "1> binary_to_term(<<131,100,0,1,97,0>>, [used]).\n{a,5}", Auto: true, Proc: binaryToTerm},
		{Spec: "external_size(Term :: term()) -> non_neg_integer()", Doc: "Returns how large `term_to_binary(Term)` is at most.",
			Example: "1> erlang:external_size(a).\n5", Proc: externalSize},
		{Spec: "external_size(Term :: term(), Options :: [{minor_version, 0..2}]) -> non_neg_integer()", Doc: "As `external_size/1`, with options.",
			Example: "1> erlang:external_size(a, [{minor_version,2}]).\n4", Proc: externalSize},
	}
}

// encodingOf reads the options of term_to_binary.
func encodingOf(p *node.Process, args []term.Term) (*etf.Encoding, error) {
	o := p.Node().Encoding(term.None)
	o.Latin1 = true // minor version 1 is the default of OTP 25
	if len(args) == 1 {
		return o, nil
	}
	list, ok := args[1].Slice()
	if !ok {
		return nil, term.Badarg()
	}
	for _, x := range list {
		e, isTuple := x.Tuple()
		n, small := int64(0), false
		if isTuple && len(e) == 2 {
			n, small = e[1].Int()
		}
		switch {
		case x.AtomName() == "compressed":
			o.Compress = 6
		case x.AtomName() == "deterministic":
		case small && e[0].AtomName() == "compressed" && n >= 0 && n <= 9:
			o.Compress = int(n)
		case small && e[0].AtomName() == "minor_version" && n >= 0 && n <= 2:
			o.Latin1, o.TextFloat = n < 2, n == 0
		default:
			return nil, term.Badarg()
		}
	}
	return o, nil
}

func termToBinary(p *node.Process, args []term.Term) (term.Term, error) {
	o, err := encodingOf(p, args)
	if err != nil {
		return term.None, err
	}
	b, err := etf.Encode(args[0], o)
	if err != nil {
		return term.None, term.SystemLimit()
	}
	return term.Binary(b), nil
}

func termToIovec(p *node.Process, args []term.Term) (term.Term, error) {
	b, err := termToBinary(p, args)
	if err != nil {
		return term.None, err
	}
	if o, err := encodingOf(p, args); err == nil && o.Compress > 0 {
		return b, nil // as the real one: no list
	}
	return term.List(b), nil
}

func binaryToTerm(p *node.Process, args []term.Term) (term.Term, error) {
	b, ok := args[0].Binary()
	o := p.Node().Decoding()
	used := false
	if len(args) == 2 {
		list, proper := args[1].Slice()
		if !proper {
			return term.None, badopt()
		}
		for _, x := range list {
			switch x.AtomName() {
			case "safe":
				o.Safe = true
			case "used":
				used = true
			default:
				return term.None, badopt()
			}
		}
	}
	if !ok {
		return term.None, term.Badarg()
	}
	t, n, err := etf.Decode(b, o)
	if err != nil {
		return term.None, term.Badarg()
	}
	if used {
		return term.Tuple(t, term.Int(int64(n))), nil
	}
	return t, nil
}

func externalSize(p *node.Process, args []term.Term) (term.Term, error) {
	o, err := encodingOf(p, args)
	if err != nil || o.Compress != 0 {
		return term.None, term.Badarg()
	}
	b, err := etf.Encode(args[0], o)
	if err != nil {
		return term.None, term.SystemLimit()
	}
	return term.Int(int64(len(b))), nil
}
