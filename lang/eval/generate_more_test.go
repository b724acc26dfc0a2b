package eval_test

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// anyInteger writes an integer of any size, in any base.
func (g *generator) anyInteger() string {
	n := new(big.Int)
	for range 1 + g.pick(4) {
		n.Lsh(n, uint(g.pick(70)))
		n.Add(n, big.NewInt(g.r.Int64N(1<<uint(1+g.pick(60)))))
	}
	sign := g.one("", "", "-")
	if g.chance(0.2) {
		base := 2 + g.pick(35)
		return sign + fmt.Sprint(base) + "#" + n.Text(base)
	}
	return sign + n.String()
}

// anyFloat writes a float of any magnitude, with as many digits as there are.
func (g *generator) anyFloat() string {
	f := (g.r.Float64()*2 - 1)
	for range g.pick(12) {
		f *= []float64{10, 1e-3, 1e7, 1e-11, 12345.678}[g.pick(5)]
	}
	text := strconv.FormatFloat(f, 'e', g.pick(18), 64)
	if mantissa, exponent, _ := strings.Cut(text, "e"); !strings.Contains(mantissa, ".") {
		text = mantissa + ".0e" + exponent
	}
	return text
}

// furtherForms are calls of the library and forms that compound does not write, by the type of their value. In them @ and a letter stand
// for an expression, and what is between ‹ and › for one of the texts between its bars. After ^ is what later releases do otherwise.
var furtherForms = map[typ][]string{
	tInt: {
		"list_to_integer(integer_to_list(@i, 7), 7)", "binary_to_integer(@y)", "lists:foldl(fun(X, A) -> {X, A} end, 0, @l)",
		"erlang:phash2(@L, 1000)", "lists:sum(@l)", "lists:max(@l)", "(@i band (1 bsl 70 - 1))",
		"binary:decode_unsigned(@y)", "erlang:crc32(@y)", "length(@l ++ @l)", "@B",
	},
	tFloat: {
		"list_to_float(float_to_list(@f))", "math:sqrt(@i)", "math:pow(@f, ‹2|0.5|-1›)", "(1 / @i)", "binary_to_float(@y)", "math:floor(@f)",
		"float(@B)", "math:fmod(@f, @f)",
	},
	tAtom: {
		"binary_to_atom(@y)", "list_to_atom(@l)", `list_to_existing_atom("ok")`, "element(2, erlang:fun_info(@u, type))",
	},
	tBool: {
		"lists:member(@d, @l)", "lists:all(@1, @l)", "lists:any(@1, @l)", "apply(erlang, is_record, [@t, ‹a|ok|r›])", "is_record(@t, a, ‹1|2|3›)",
		"erlang:is_builtin(erlang, @a, 1)", "maps:is_key(@a, @m)", "lists:prefix(@l, @l)",
	},
	tList: {
		"lists:map(@1, @l)", "lists:filter(@1, @l)", "lists:reverse(@l, @l)", "lists:sort(@L)", "lists:seq(‹1|0|3›, ‹5|0|-3›)",
		"lists:foldr(fun(X, A) -> [X | A] end, @a, @l)", "lists:zip(@l, @l)", "lists:nthtail(‹1|0|4›, @l)", "lists:append(@l, @l)",
		"lists:flatten([@l, @l])", "lists:keysort(1, @l)", "lists:usort(fun(A, B) -> A =< B end, @L)", "lists:takewhile(@1, @l)",
		"float_to_list(@f, [‹short|{decimals, 5}|{scientific, 3}|{decimals, 300}›])", "integer_to_list(@i, ‹2|36|10|0|37›)",
		"erlang:tuple_to_list(@t)", "lists:duplicate(‹2|0|-1›, @i)", "lists:keydelete(a, 1, @l)", "lists:delete(@i, @l)",
		"lists:flatmap(@1, @l)", "lists:dropwhile(@1, @l)", "[X || {X, _} <- lists:sort(maps:to_list(@M))]",
		"lists:concat(@L)", "^binary_to_list(@y, 1, ‹1|2›)", "lists:filtermap(@1, @l)", "unicode:characters_to_list(@y)",
		`^io_lib:format("~w", [@t])`, "lists:join(@a, @l)", "lists:subtract(@l, @l)",
	},
	tTuple: {
		"lists:keyfind(@a, 1, @l)", "erlang:append_element(@t, @i)", "erlang:delete_element(‹1|2›, @t)", "erlang:insert_element(‹1|2›, @t, x)",
		"lists:partition(@1, @l)", "lists:split(‹1|0|5›, @l)", "lists:mapfoldl(fun(X, A) -> {[X], A} end, @i, @l)", "lists:splitwith(@1, @l)",
		"erlang:make_tuple(‹2|0|-1›, @a)", "split_binary(@y, ‹0|1|9›)", "lists:unzip(@l)", "binary_to_term(term_to_binary(@t))", "@R",
	},
	tMap: {
		"maps:from_list(@l)", "maps:merge(@m, @m)", "maps:map(fun(K, V) -> {K, V} end, @m)", "maps:filter(fun(_, V) -> is_integer(V) end, @m)",
		"maps:remove(@a, @m)", "maps:put(@a, @i, @m)", "maps:update(@a, @i, @m)", "maps:with(@l, @m)", "maps:without(@l, @m)",
		"maps:update_with(a, @1, @m)", "maps:from_keys(@l, @i)", "maps:groups_from_list(@1, @l)",
	},
	tBinary: {
		"iolist_to_binary(@l)", "list_to_binary(@l)", "unicode:characters_to_binary(@l)",
		"float_to_binary(@f, [‹short|{decimals, 3}|{scientific, 4}|{decimals, 2}, compact›])", "integer_to_binary(@i, ‹2|16|36|1›)",
		"^binary:part(@y, 0, ‹1|2›)", "binary:encode_unsigned(@i)", "binary:copy(@y, 2)",
		`^iolist_to_binary(io_lib:format("‹~p|~w|~s|~tp|~10p|~b|~.16B|~e|~f|~g|~.3f|~c|~5..0b|~P›", [@d]))`,
	},
	tBits: {
		"<<(@s)/bits, (@s)/bits>>", "begin @P end",
	},
	tFun: {
		"@F",
	},
}

// further writes one of the further forms; "" where there are none of the type.
func (g *generator) further(t typ, depth int) string {
	forms := furtherForms[t]
	if len(forms) == 0 {
		return ""
	}
	form, old := strings.CutPrefix(g.one(forms...), "^")
	if old && g.newer {
		return ""
	}
	return g.fill(form, depth)
}

// fill puts expressions where a form has marks.
func (g *generator) fill(form string, depth int) string {
	types := map[byte]typ{'i': tInt, 'f': tFloat, 'a': tAtom, 'b': tBool, 'l': tList, 't': tTuple, 'm': tMap, 'y': tBinary, 's': tBits, 'u': tFun}
	for {
		before, rest, ok := strings.Cut(form, "‹")
		if !ok {
			break
		}
		choices, after, _ := strings.Cut(rest, "›")
		form = before + g.one(strings.Split(choices, "|")...) + after
	}
	g.fresh++
	form = strings.ReplaceAll(form, "§", fmt.Sprint(g.fresh))
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(form, "@")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		switch rest[0] {
		case '1':
			b.WriteString(g.oneFun(depth))
		case 'd':
			b.WriteString(g.expr(g.dataType(), depth))
		case 'e':
			b.WriteString(g.scoped(func() string { return g.expr(g.anyType(), depth) }))
		case 'B':
			b.WriteString(g.bigArith(depth))
		case 'F':
			b.WriteString(g.funMore(depth))
		case 'L':
			b.WriteString(g.leafList())
		case 'P':
			b.WriteString(g.scoped(func() string { return g.bitMatch(depth) }))
		case 'g':
			b.WriteString(g.guard(2))
		case 'p':
			b.WriteString(g.scoped(func() string { return g.pattern(g.anyType(), 2) }))
		case 'R':
			b.WriteString(g.received(depth))
		default:
			b.WriteString(g.expr(types[rest[0]], depth))
		}
		form = rest[1:]
	}
}

// dataType is any type but that of funs, which no two programs print alike.
func (g *generator) dataType() typ { return typ(g.pick(int(tFun))) }

// bigArith writes arithmetic on integers of any size.
func (g *generator) bigArith(depth int) string {
	operand := func() string {
		if g.chance(0.5) {
			return g.anyInteger()
		}
		return g.expr(tInt, depth-1)
	}
	return "(" + operand() + g.one(" + ", " - ", " * ", " div ", " rem ", " band ", " bor ", " bxor ") + operand() + ")"
}

// oneFun writes a fun of one argument.
func (g *generator) oneFun(depth int) string {
	return g.scoped(func() string {
		switch g.pick(5) {
		case 0:
			return "fun erlang:" + g.one("abs", "is_atom", "is_integer", "hd", "length", "tuple_size", "is_list") + "/1"
		case 1:
			return g.expr(tFun, depth)
		}
		other := g.expr(g.oneType(tBool, tAtom), depth)
		return "fun" + g.funHead(g.anyType()) + " -> " + g.expr(g.anyType(), depth) + "; (_) -> " + other + " end"
	})
}

// leafList writes a list without funs, whose order is the same everywhere.
func (g *generator) leafList() string {
	var out []string
	for range g.pick(6) {
		out = append(out, g.literal(g.dataType()))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// received writes messages to itself and what takes one of them.
func (g *generator) received(depth int) string {
	return g.scoped(func() string {
		u := g.dataType()
		text := "begin self() ! " + g.expr(u, depth) + ", self() ! " + g.expr(g.dataType(), depth) + ", receive "
		text += g.clause(u, tTuple, depth)
		if g.chance(0.3) {
			text += "; " + g.clause(g.dataType(), tTuple, depth)
		}
		after := g.scoped(func() string { return g.expr(tTuple, depth) })
		return text + " after 0 -> " + after + " end end"
	})
}

// bitMatch writes a match of bits whose sizes are expressions.
func (g *generator) bitMatch(depth int) string {
	source := g.expr(g.oneType(tBinary, tBits), depth-1)
	n, rest := g.bind(tInt), g.bind(tBits)
	size := g.one("8", n, n+" + 1", n+" * 2", n+" rem 5", "("+n+" band 7)", "a", "-1", "bit_size("+g.literal(tBits)+")")
	kind := g.one("", "/signed", "/little", "/integer-unit:2", "/bits", "/binary", "/binary-unit:4", "/signed-little-unit:3", "/float")

	second := g.bind(tInt)
	return "<<" + n + ":" + g.one("3", "4", "8", "2/unit:4") + ", " + second + ":(" + size + ")" + kind + ", " + rest + "/bits>> = " + source + ", {" + n + ", " + second + ", " + rest + "}"
}

// funMore writes references to functions by name and funs that keep what is around them.
func (g *generator) funMore(depth int) string {
	switch g.pick(4) {
	case 0:
		g.fresh++
		m := fmt.Sprintf("M%d", g.fresh)
		return "begin " + m + " = " + g.one("erlang", "lists", "nosuch", g.expr(tAtom, depth)) + ", fun " + m + ":" + g.one("abs", "hd", "reverse", "length") + "/" + g.one("1", "2") + " end"
	case 1:
		return g.scoped(func() string {
			first := g.statement(depth)
			return "begin " + first + ", fun(X) -> [X, " + g.expr(g.anyType(), depth) + "] end end"
		})
	case 2:
		return g.scoped(func() string {
			g.fresh++
			f := fmt.Sprintf("F%d", g.fresh)
			n := "N" + f
			return "fun " + f + "(" + n + ") when is_integer(" + n + "), " + n + " > 0, " + n + " < 6 -> [" + g.expr(g.anyType(), depth) + " | " + f + "(" + n + " - 1)]; " + f + "(" + n + ") -> " + n + " end"
		})
	}
	return g.scoped(func() string {
		return "fun(X, Y) when X < Y -> " + g.expr(g.anyType(), depth) + "; (X, _) -> X end"
	})
}

// furtherControl are forms that raise and catch. What ends in § is another variable each time.
var furtherControl = []string{
	"erlang:raise(‹error|throw|exit|foo›, @d, [])", "error(@d, [@d])", "error(@d, none)", "case (catch throw(@d)) of {'EXIT', {X§, [_|_]}} -> X§; X§ -> X§ end",
	"try throw(@e) catch X§:Y§:S§ -> {X§, Y§, is_list(S§)} end", "try @e catch _:R§:T§ -> {R§, length(T§) > 0} after erase(k1) end",
	"try (try @e catch throw:_ -> error(@d) after put(k2, 1) end) catch error:R§ -> {R§, get(k2)} end", "(begin @e, get(k1) end)",
	"begin put(k1, @d), get() end", "try length(@e) of N§ when N§ > 1 -> big; 1 -> one catch error:badarg -> none end", "not_there:at_all(@d)",
	"case @d of X§ when X§ > 1; X§ < 0 -> X§; X§ when is_atom(X§), X§ =/= a -> [X§]; X§ -> {X§} end",
	"(fun F§(0, A§) -> A§; F§(N§, A§) -> F§(N§ - 1, [N§ | A§]) end)(‹3|0|20›, @e)", "(fun() -> throw(@d) end)()", "if @g -> @e; true -> @e end",
	"case @d of @p -> @e; _ -> @e end", "begin (fun(X§) -> exit({X§}) end)(@d) end", "try error(@d, [a, b]) catch C§:R§ -> {C§, R§} end",
}
