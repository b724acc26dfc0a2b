package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

func hashRows() []bif.Function {
	return []bif.Function{
		{Spec: "phash2(Term :: term()) -> non_neg_integer()", Doc: "Returns a hash below 2^27, the same for equal terms on every node and in every release.",
			Example: "1> erlang:phash2({a,1,\"text\"}).\n124440926", Pure: phash2},
		{Spec: "phash2(Term :: term(), Range :: pos_integer()) -> non_neg_integer()", Doc: "As `phash2/1`, below Range, which is at most 2^32.",
			Example: "1> erlang:phash2(hello, 10).\n7", Pure: phash2},
		{Spec: "phash(Term :: term(), Range :: pos_integer()) -> pos_integer()", Doc: "Returns the older portable hash, from 1 to Range: use `phash2/2`.",
			Example: "1> erlang:phash(hello, 10).\n8", Pure: phash},
	}
}

// span reads the range of a hash function.
func span(t term.Term) (uint64, bool) {
	n, ok := t.Int()
	return uint64(n), ok && n > 0 && n <= 1<<32
}

func phash2(args []term.Term) (term.Term, error) {
	if len(args) == 1 {
		return term.Int(int64(term.PortableHash(args[0]) & (1<<27 - 1))), nil
	}
	n, ok := span(args[1])
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Int(int64(uint64(term.PortableHash(args[0])) % n)), nil
}

func phash(args []term.Term) (term.Term, error) {
	n, ok := span(args[1])
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Int(int64(uint64(term.OldPortableHash(args[0]))%n) + 1), nil
}
