package eval_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// typ steers the generator: what an expression most likely evaluates to. About one in twenty is of another type on purpose.
type typ int

const (
	tInt typ = iota
	tFloat
	tAtom
	tBool
	tList
	tTuple
	tMap
	tBinary
	tBits
	tFun
	typeCount
)

// generator writes random expressions in Erlang. The same seed writes the same ones.
type generator struct {
	r      *rand.Rand
	vars   []variable // in scope
	fresh  int
	module bool // text for a compiled module: records too
	newer  bool // with what OTP 26 to 29 added
}

type variable struct {
	name string
	typ  typ
}

func newGenerator(seed uint64, module bool) *generator {
	return &generator{r: rand.New(rand.NewPCG(seed, 7)), module: module}
}

func (g *generator) pick(n int) int        { return g.r.IntN(n) }
func (g *generator) chance(p float64) bool { return g.r.Float64() < p }

func (g *generator) one(choices ...string) string { return choices[g.pick(len(choices))] }

func (g *generator) anyType() typ { return typ(g.pick(int(typeCount))) }

// body writes a few expressions; the last one is the value.
func (g *generator) body(depth int) string {
	keep := len(g.vars)
	defer func() { g.vars = g.vars[:keep] }()
	var out []string
	for range g.pick(3) {
		out = append(out, g.statement(depth))
	}
	out = append(out, g.expr(g.anyType(), depth))
	return strings.Join(out, ", ")
}

// statement mostly binds variables for what follows.
func (g *generator) statement(depth int) string {
	t := g.anyType()
	if g.chance(0.7) {
		value := g.expr(t, depth-1)
		return g.bind(t) + " = " + value
	}
	if g.chance(0.5) {
		value := g.expr(t, depth-1)
		return g.pattern(t, 2) + " = " + value
	}
	if g.chance(0.3) {
		return fmt.Sprintf("put(%s, %s)", g.one("k1", "k2"), g.expr(t, depth-1))
	}
	return g.expr(t, depth-1)
}

func (g *generator) bind(t typ) string {
	g.fresh++
	name := fmt.Sprintf("V%d", g.fresh)
	g.vars = append(g.vars, variable{name, t})
	return name
}

// known returns a variable in scope of the type, or of any, or "".
func (g *generator) known(t typ) string {
	var fit []string
	for _, v := range g.vars {
		if v.typ == t {
			fit = append(fit, v.name)
		}
	}
	if len(fit) == 0 || g.chance(0.05) {
		if len(g.vars) > 0 && g.chance(0.1) {
			return g.vars[g.pick(len(g.vars))].name
		}
		return ""
	}
	return fit[g.pick(len(fit))]
}

// scoped runs f and forgets the variables that it binds.
func (g *generator) scoped(f func() string) string {
	keep := len(g.vars)
	out := f()
	g.vars = g.vars[:keep]
	return out
}

// expr writes an expression of a type.
func (g *generator) expr(t typ, depth int) string {
	if g.chance(0.05) {
		t = g.anyType()
	}
	if depth <= 0 || g.chance(0.15) {
		return g.leaf(t)
	}
	switch {
	case g.chance(0.25):
		return g.control(t, depth-1)
	case g.chance(0.15):
		if text := g.further(t, depth-1); text != "" {
			return text
		}
	}
	return g.compound(t, depth-1)
}

// literalNewer writes a literal that only OTP 27 and later know; "" where there is none.
func (g *generator) literalNewer(t typ) string {
	switch t {
	case tBinary:
		return g.one(`~"abc"`, `~b"x\ny"`, `~B"x\ny"`, "~|a\"b|", "~b(é)", `~""`, "~B{a b}")
	case tList:
		if g.module && g.chance(0.3) {
			return g.one("\"\"\"\n  two\n   lines\n  \"\"\"", "\"\"\"\n\"\"\"", "\"\"\"\"\na \"\"\" b\n\"\"\"\"", "~S\"\"\"\n x\\y\n \"\"\"")
		}
		return g.one(`~s"abc"`, `~S"x\ny"`, `~s(x\ty)`, "~S[a\"b]", "~s/é/")
	case tFloat:
		return g.one("16#1.8", "2#101.1", "16#f.f#e2", "10#1.5#e-3")
	}
	return ""
}

func (g *generator) leaf(t typ) string {
	if g.chance(0.5) {
		if v := g.known(t); v != "" {
			return v
		}
	}
	return g.literal(t)
}

func (g *generator) literal(t typ) string {
	if g.newer && g.chance(0.2) {
		if text := g.literalNewer(t); text != "" {
			return text
		}
	}
	if g.newer && t == tFloat { // equality of the two zeros is another one since OTP 27
		return g.one("1.0", "-1.5", "3.14", "1.0e10", "2.5e-3", "1.0e300", "123456789.125")
	}
	switch t {
	case tInt:
		return g.integer()
	case tFloat:
		if g.chance(0.2) {
			return g.anyFloat()
		}
		return g.one("0.0", "1.0", "-1.5", "3.14", "1.0e10", "2.5e-3", "1.0e300", "-0.0", "123456789.125", "1.0e22")
	case tAtom:
		return g.one("a", "b", "ok", "error", "undefined", "'Quoted atom'", "foo_bar", "''", "true", "'end'")
	case tBool:
		return g.one("true", "false")
	case tList:
		if g.module {
			return g.one("[]", `""`, `"abc"`, "[1,2,3]", "[a,b]", `"h\n\x{e9}"`, "[1.0,2]", `[$a,"b"]`, "[{a,1},{b,2}]", "[<<1>>]")
		}
		return g.one("[]", `""`, `"abc"`, "[1,2,3]", "[a,b]", "[1|2]", `"h\n\x{e9}"`, "[1.0,2]", `[$a,"b"]`, "[{a,1},{b,2}]", "[<<1>>]")
	case tTuple:
		return g.one("{}", "{a}", "{ok,1}", "{1,2.0,three}", "{error,{nested,[x]}}", `{"s"}`)
	case tMap:
		return g.one("#{}", "#{a=>1}", "#{1=>a,1.0=>b}", `#{"k"=>v,<<1>>=>{x}}`, "#{a=>#{b=>2},c=>[]}")
	case tBinary:
		return g.one("<<>>", "<<1,2,3>>", `<<"abc">>`, `<<"é"/utf8>>`, "<<255,0,128>>", "<<1:16,2:16/little>>", "<<3.14/float>>")
	case tBits:
		return g.one("<<1:1>>", "<<5:3>>", "<<1,2:4>>", "<<1023:10>>", "<<0:7>>", "<<255,3:2>>")
	}
	return g.one("fun(X) -> X end", "fun() -> 1 end", "fun(X, Y) -> {X, Y} end", "fun erlang:abs/1", "fun erlang:self/0")
}

func (g *generator) integer() string {
	if g.chance(0.2) {
		return g.anyInteger()
	}
	return g.one("0", "1", "-1", "2", "7", "42", "255", "256", "-128", "65535", "1000000", "4294967296", "9223372036854775807",
		"-9223372036854775808", "9223372036854775808", "123456789012345678901234567890", "16#FF", "$a", "2#101", "1_000")
}

// compound writes an operator, a constructor or a call that gives the type.
func (g *generator) compound(t typ, depth int) string {
	e := func(t typ) string { return g.expr(t, depth) }
	switch t {
	case tInt:
		return g.intExpr(depth)
	case tFloat:
		switch g.pick(4) {
		case 0:
			return "(" + e(tFloat) + g.one("+", "-", "*", "/") + " " + e(g.number()) + ")"
		case 1:
			return "(" + e(tInt) + " / " + e(tInt) + ")"
		case 2:
			return "float(" + e(tInt) + ")"
		}
		if g.module { // compiled code makes 0.0 of -(0.0)
			return "abs(" + e(tFloat) + ")"
		}
		return "(- " + e(tFloat) + ")"
	case tAtom:
		return g.one("hd(["+e(tAtom)+"])", "element(1, {"+e(tAtom)+"})", "list_to_atom(atom_to_list("+e(tAtom)+"))")
	case tBool:
		return g.boolExpr(depth, false)
	case tList:
		return g.listExpr(depth)
	case tTuple:
		return g.tupleExpr(depth)
	case tMap:
		return g.mapExpr(depth)
	case tBinary, tBits:
		return g.binaryExpr(t, depth)
	}
	return g.funExpr(depth)
}

func (g *generator) number() typ {
	if g.chance(0.5) {
		return tInt
	}
	return tFloat
}

func (g *generator) intExpr(depth int) string {
	e := func(t typ) string { return g.expr(t, depth) }
	switch g.pick(12) {
	case 0, 1, 2:
		return "(" + e(tInt) + g.one(" + ", " - ", " * ") + e(tInt) + ")"
	case 3:
		return "(" + e(tInt) + g.one(" div ", " rem ", " band ", " bor ", " bxor ") + e(tInt) + ")"
	case 4:
		return "(" + e(tInt) + g.one(" bsl ", " bsr ") + g.one("0", "1", "3", "31", "64", "70", "-2") + ")"
	case 5:
		return g.one("(bnot ", "(- ", "(+ ", "abs(") + e(tInt) + ")"
	case 6:
		return g.one("length(", "hd(") + e(tList) + ")"
	case 7:
		return g.one("tuple_size(", "size(") + e(tTuple) + ")"
	case 8:
		return g.one("byte_size(", "bit_size(", "size(") + e(g.oneType(tBinary, tBits)) + ")"
	case 9:
		return g.one("map_size(", "maps:size(") + e(tMap) + ")"
	case 10:
		return g.one("trunc(", "round(", "ceil(", "floor(") + e(g.number()) + ")"
	}
	return g.one("max(", "min(") + e(g.number()) + ", " + e(tInt) + ")"
}

func (g *generator) oneType(ts ...typ) typ { return ts[g.pick(len(ts))] }

func (g *generator) boolExpr(depth int, guard bool) string {
	e := func(t typ) string {
		if guard {
			return g.guardExpr(t, depth-1)
		}
		return g.expr(t, depth)
	}
	t := g.anyType()
	switch g.pick(7) {
	case 0, 1:
		u := t
		if g.chance(0.3) || t == tFun { // the order of funs is nobody's promise
			u = tList
		}
		return "(" + e(t) + g.one(" == ", " /= ", " =:= ", " =/= ", " < ", " > ", " =< ", " >= ") + e(u) + ")"
	case 2:
		return "(" + e(tBool) + g.one(" and ", " or ", " xor ") + e(tBool) + ")"
	case 3:
		return "(" + e(tBool) + g.one(" andalso ", " orelse ") + e(tBool) + ")"
	case 4:
		return "(not " + e(tBool) + ")"
	case 5:
		return "is_map_key(" + e(t) + ", " + e(tMap) + ")"
	}
	if g.chance(0.2) {
		return "is_function(" + e(tFun) + ", " + g.one("0", "1", "2", "-1", "a") + ")"
	}
	return "is_" + g.one("atom", "integer", "float", "number", "list", "tuple", "map", "binary", "bitstring", "boolean", "function", "pid") + "(" + e(t) + ")"
}

func (g *generator) listExpr(depth int) string {
	e := func(t typ) string { return g.expr(t, depth) }
	switch g.pick(9) {
	case 0:
		return "[" + e(g.anyType()) + ", " + e(g.anyType()) + "]"
	case 1:
		return "[" + e(g.anyType()) + " | " + e(tList) + "]"
	case 2:
		return "(" + e(tList) + " ++ " + e(tList) + ")"
	case 3:
		return "(" + e(tList) + " -- " + e(tList) + ")"
	case 4:
		return "tl(" + e(tList) + ")"
	case 5:
		return "tuple_to_list(" + e(tTuple) + ")"
	case 6:
		return g.one("integer_to_list("+e(tInt), "atom_to_list("+e(tAtom), "binary_to_list("+e(tBinary), "bitstring_to_list("+e(tBits)) + ")"
	}
	return g.scoped(func() string { return "[" + g.template(depth, g.anyType()) + "]" })
}

// template writes T || Qualifiers; the qualifiers are made first, for they bind.
func (g *generator) template(depth int, t typ) string {
	var qs []string
	for i := range 1 + g.pick(2) {
		switch {
		case g.newer && g.chance(0.4):
			qs = append(qs, g.qualifierNewer(depth))
		case i > 0 && g.chance(0.4):
			qs = append(qs, g.expr(tBool, depth-1))
		case g.chance(0.7):
			source := g.expr(tList, depth-1)
			qs = append(qs, g.generatorPattern()+" <- "+source)
		default:
			source := g.expr(g.oneType(tBinary, tBits), depth-1)
			mark := len(g.vars)
			qs = append(qs, g.prune(mark, g.one("<<"+g.bind(tInt)+">>", "<<"+g.bind(tInt)+":4>>", "<<"+g.bind(tInt)+":3, _:2>>", "<<1:1, "+g.bind(tInt)+":2>>",
				"<<"+g.bind(tBinary)+":1/binary>>", "<<"+g.bind(tInt)+"/utf8>>"))+" <= "+source)
		}
	}
	if t == tBinary {
		return "<<" + g.segment(depth-1) + ">> || " + strings.Join(qs, ", ")
	}
	return g.expr(t, depth-1) + " || " + strings.Join(qs, ", ")
}

// qualifierNewer writes a strict generator, one over a map, or several that go together.
func (g *generator) qualifierNewer(depth int) string {
	one := func(arrow, binArrow string) string {
		switch g.pick(3) {
		case 0:
			source := g.expr(tList, depth-1)
			return g.generatorPattern() + " " + arrow + " " + source
		case 1:
			if binArrow == "" { // what OTP says of binaries that go together with something else is not what it means
				return "_ <- " + g.expr(tList, depth-1)
			}
			source := g.expr(g.oneType(tBinary, tBits), depth-1)
			mark := len(g.vars)
			return g.prune(mark, g.one("<<"+g.bind(tInt)+">>", "<<"+g.bind(tInt)+":4>>", "<<"+g.bind(tBinary)+":1/binary>>")) + " " + binArrow + " " + source
		}
		// one atom among the keys, for the order of several is not that of the term order; together with others a compiled
		// module says what is left of a map in a form of its own
		source := g.one("#{a=>1}", "#{}", "#{1=>a,2=>b}", "#{1=>a,a=>b}", `#{"k"=>v,<<1>>=>{x}}`, "foo")
		if binArrow == "" && g.module {
			return "_ <- " + g.expr(tList, depth-1)
		}
		mark := len(g.vars)
		return g.prune(mark, g.one(g.bind(tAtom), "a", "_")+" := "+g.one(g.bind(tInt), "_", "1")) + " " + arrow + " " + source
	}
	arrow, binArrow := "<-", "<="
	if g.chance(0.4) {
		arrow, binArrow = "<:-", "<:="
	}
	if g.chance(0.5) {
		return one(arrow, binArrow)
	}
	keep := len(g.vars) // generators that go together do not see what the others bind
	first := one(arrow, "")
	bound := append([]variable(nil), g.vars[keep:]...)
	g.vars = g.vars[:keep]
	second := one(arrow, "")
	g.vars = append(g.vars, bound...)
	return first + " && " + second
}

func (g *generator) generatorPattern() string {
	if g.chance(0.2) && len(g.vars) > 0 { // shadows
		return g.vars[g.pick(len(g.vars))].name
	}
	mark := len(g.vars)
	return g.prune(mark, g.one(g.bind(tInt), "{"+g.bind(tAtom)+","+g.bind(tInt)+"}", "["+g.bind(tAtom)+"|_]", "a", "_"))
}

func (g *generator) tupleExpr(depth int) string {
	e := func(t typ) string { return g.expr(t, depth) }
	switch g.pick(5) {
	case 0:
		return "{" + e(g.anyType()) + "}"
	case 1, 2:
		return "{" + e(g.anyType()) + ", " + e(g.anyType()) + ", " + e(g.anyType()) + "}"
	case 3:
		return "setelement(" + g.one("1", "2", "0", "a") + ", " + e(tTuple) + ", " + e(g.anyType()) + ")"
	}
	if g.module && g.chance(0.7) {
		return g.recordExpr(depth)
	}
	return "list_to_tuple(" + e(tList) + ")"
}

func (g *generator) recordExpr(depth int) string {
	e := func(t typ) string { return g.expr(t, depth) }
	if g.newer && g.chance(0.5) {
		switch g.pick(5) {
		case 0:
			return "#n{a = " + e(g.anyType()) + "}"
		case 1:
			return "#n{a = " + e(g.anyType()) + ", b = " + e(g.anyType()) + "}"
		case 2:
			return "(" + e(tTuple) + ")#n{b = " + e(g.anyType()) + "}"
		case 3:
			return "(" + e(tTuple) + ")#n." + g.one("a", "b")
		}
		return "(#n{a = " + e(g.anyType()) + "})#_" + g.one(".a", ".b", ".zz", "{b = "+e(tInt)+"}", "{zz = 1}")
	}
	switch g.pick(4) {
	case 0:
		return "#r{}"
	case 1:
		return "#r{a = " + e(g.anyType()) + ", c = " + e(g.anyType()) + "}"
	case 2:
		return "(" + e(tTuple) + ")#r{b = " + e(g.anyType()) + "}"
	}
	return "(#r{_ = " + e(g.anyType()) + "})#r." + g.one("a", "b", "c")
}

func (g *generator) mapExpr(depth int) string {
	e := func(t typ) string { return g.expr(t, depth) }
	if g.newer && g.chance(0.3) {
		return g.scoped(func() string {
			_, rest, _ := strings.Cut(g.template(0, tAtom), " || ")
			return "#{" + g.leaf(g.oneType(tInt, tAtom)) + " => " + g.leaf(g.anyType()) + " || " + rest + "}"
		})
	}
	n := 4
	if g.module { // the optimiser drops an update whose value nobody uses, failure and all
		n = 3
	}
	switch g.pick(n) {
	case 0:
		return "#{" + e(g.anyType()) + " => " + e(g.anyType()) + "}"
	case 1:
		return "#{" + e(tAtom) + " => " + e(g.anyType()) + ", " + e(tInt) + " => " + e(g.anyType()) + "}"
	case 2:
		return "(" + e(tMap) + ")#{" + e(tAtom) + " => " + e(g.anyType()) + "}"
	}
	return "(" + e(tMap) + ")#{" + g.one("a", "1", e(tAtom)) + " := " + e(g.anyType()) + "}"
}

func (g *generator) binaryExpr(t typ, depth int) string {
	e := func(t typ) string { return g.expr(t, depth) }
	switch g.pick(6) {
	case 0:
		return g.one("list_to_binary(["+e(tBinary)+"])", "atom_to_binary("+e(tAtom)+")", "integer_to_binary("+e(tInt)+")")
	case 1:
		return g.scoped(func() string { return "<< " + g.template(depth, tBinary) + " >>" })
	case 2:
		if g.newer { // bitstrings are refused there
			return "list_to_bitstring([" + e(tBits) + "])"
		}
		return "binary_part(" + e(tBinary) + ", " + g.one("0", "1", "2", "-1") + ", " + g.one("0", "1", "-1", "5") + ")"
	}
	var parts []string
	for range 1 + g.pick(3) {
		parts = append(parts, g.segment(depth))
	}
	return "<<" + strings.Join(parts, ", ") + ">>"
}

// segment writes one element of a binary that is constructed.
func (g *generator) segment(depth int) string {
	e := func(t typ) string { return "(" + g.expr(t, depth) + ")" }
	switch g.pick(10) {
	case 0:
		return e(tInt)
	case 1:
		return e(tInt) + ":" + g.one("1", "3", "7", "8", "16", "24", "33", "64", "65", "0", "13") + g.one("", "/little", "/big", "/signed", "/little-signed", "/native")
	case 2:
		return e(tInt) + ":(" + g.expr(tInt, depth-1) + " band 31)" + g.one("", "/little")
	case 3:
		return e(g.number()) + g.one("/float", ":32/float", ":64/float-little", ":16/float", ":32/float-little")
	case 4:
		return e(tBinary) + "/binary"
	case 5:
		return e(tBits) + "/bits"
	case 6:
		return e(tBinary) + ":" + g.one("1", "0", "2", "3") + "/binary"
	case 7:
		return e(tBits) + ":" + g.one("1", "0", "3", "9") + "/bitstring"
	case 8:
		return "(" + g.one("$a", "233", "8364", "128512", "55296", e(tInt)) + ")/" + g.one("utf8", "utf16", "utf32", "utf16-little", "utf32-little")
	}
	return g.one(`"str"`, `"é"/utf8`, `"ab":16`, e(tInt)+":2/unit:8", e(tInt)+":3/unit:4", `"x"/utf16`, e(tInt)+":4/integer-unit:2")
}

func (g *generator) funExpr(depth int) string {
	switch g.pick(4) {
	case 0:
		return g.scoped(func() string {
			other := g.expr(g.anyType(), depth-1)
			head := g.funHead(g.oneType(tInt, tList, tTuple))
			return "fun" + head + " -> " + g.body(depth-1) + "; (" + "_" + ") -> " + other + " end"
		})
	case 1:
		return g.scoped(func() string { return "fun" + g.funHead(g.anyType()) + " -> " + g.body(depth-1) + " end" })
	case 2:
		return g.scoped(func() string {
			g.fresh++
			f := fmt.Sprintf("F%d", g.fresh)
			g.vars = append(g.vars, variable{f, tFun})
			return "fun " + f + "([_|T" + f + "]) -> [" + g.expr(g.anyType(), depth-1) + " | " + f + "(T" + f + ")]; " + f + "(_) -> [] end"
		})
	}
	return g.literal(tFun)
}

func (g *generator) funHead(t typ) string {
	var head string
	if g.chance(0.3) && len(g.vars) > 0 {
		head = "(" + g.vars[g.pick(len(g.vars))].name + ")" // shadows
	} else {
		head = "(" + g.pattern(t, 2) + ")"
	}
	if g.chance(0.3) {
		head += " when " + g.guard(2)
	}
	return head
}

// control writes an expression that chooses, binds, catches or calls.
func (g *generator) control(t typ, depth int) string {
	if g.newer && g.chance(0.2) {
		return g.maybe(t, depth)
	}
	switch g.pick(11) {
	case 0, 1:
		return g.caseExpr(t, depth)
	case 2:
		return g.scoped(func() string {
			return "if " + g.guard(2) + " -> " + g.expr(t, depth) + "; " + g.one("true", g.guard(2)) + " -> " + g.expr(t, depth) + " end"
		})
	case 3:
		return g.scoped(func() string { return "begin " + g.statement(depth) + ", " + g.expr(t, depth) + " end" })
	case 4, 5:
		return g.tryExpr(t, depth)
	case 6:
		g.fresh++ // without the stack trace, which the interpreter fills with itself
		r := fmt.Sprintf("X%d", g.fresh)
		return g.scoped(func() string {
			return "case (catch " + g.expr(t, depth) + ") of {'EXIT',{" + r + ",[_|_]}} -> {exit," + r + "}; " + r + " -> " + r + " end"
		})
	case 7:
		f := g.expr(tFun, depth)
		if strings.Trim(f, "abcdefghijklmnopqrstuvwxyz_' ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" { // an atom in parentheses would be the name of a function
			f = "begin " + f + " end"
		}
		return "(" + f + ")(" + g.expr(g.anyType(), depth) + ")"
	case 8:
		arg := g.expr(t, depth)
		return g.scoped(func() string {
			return "(fun" + "(" + g.pattern(t, 2) + ") -> " + g.expr(t, depth) + " end)(" + arg + ")"
		})
	case 9:
		return g.one("throw(", "exit(", "error(") + g.expr(g.anyType(), depth) + ")"
	}
	if g.chance(0.4) {
		return g.fill(g.one(furtherControl...), depth)
	}
	return g.one(
		"erlang:'+'("+g.expr(tInt, depth)+", "+g.expr(tInt, depth)+")",
		"apply(fun(X) -> X end, ["+g.expr(t, depth)+"])",
		"apply(erlang, "+g.one("abs", "hd", "length", "nosuch")+", ["+g.expr(g.oneType(tInt, tList), depth)+"])",
		"(receive never -> ok after "+g.one("0", "1", "a", "-1")+" -> "+g.scoped(func() string { return g.expr(t, depth) })+" end)",
		"map_get("+g.one("a", "1", g.expr(tAtom, depth))+", "+g.expr(tMap, depth)+")",
		"element("+g.one("1", "2", "3", "0")+", "+g.expr(tTuple, depth)+")",
	)
}

// maybe writes maybe ... end, with else or without.
func (g *generator) maybe(t typ, depth int) string {
	var b strings.Builder
	b.WriteString("maybe ")
	b.WriteString(g.scoped(func() string {
		var parts []string
		for i := range 1 + g.pick(2) {
			if i == 0 || g.chance(0.8) { // maybe in front of a sign or a parenthesis is an atom here unless a ?= follows
				u := g.anyType()
				value := g.expr(u, depth-1)
				parts = append(parts, g.pattern(u, 2)+" ?= "+value)
			} else {
				parts = append(parts, g.statement(depth-1))
			}
		}
		return strings.Join(append(parts, g.expr(t, depth-1)), ", ")
	}))
	if g.chance(0.5) {
		b.WriteString(" else " + g.clause(g.anyType(), t, depth-1))
		if g.chance(0.6) {
			b.WriteString("; _ -> " + g.expr(t, depth-1))
		}
	}
	return b.String() + " end"
}

func (g *generator) caseExpr(t typ, depth int) string {
	u := g.anyType()
	var b strings.Builder
	b.WriteString("case " + g.expr(u, depth) + " of ")
	for i := range 1 + g.pick(3) {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(g.clause(u, t, depth))
	}
	if g.chance(0.7) {
		b.WriteString("; _ -> " + g.expr(t, depth))
	}
	return b.String() + " end"
}

func (g *generator) clause(pattern, t typ, depth int) string {
	return g.scoped(func() string {
		text := g.pattern(pattern, 3)
		if g.chance(0.3) {
			text += " when " + g.guard(2)
		}
		return text + " -> " + g.expr(t, depth)
	})
}

func (g *generator) tryExpr(t typ, depth int) string {
	var b strings.Builder
	b.WriteString("try " + g.scoped(func() string { return g.expr(t, depth) }))
	if g.chance(0.4) {
		b.WriteString(" of " + g.clause(t, t, depth))
		if g.chance(0.6) {
			b.WriteString("; _ -> " + g.expr(t, depth))
		}
	}
	catches := g.chance(0.9)
	if catches {
		b.WriteString(" catch ")
		b.WriteString(g.scoped(func() string {
			g.fresh++
			c, r := fmt.Sprintf("C%d", g.fresh), fmt.Sprintf("R%d", g.fresh)
			mark := len(g.vars)
			g.vars = append(g.vars, variable{c, tAtom}, variable{r, tAtom})
			return g.prune(mark, g.one(c+":"+r, "error:"+r, "throw:"+r, "exit:"+r, c+":"+r+":_")) + " -> " + g.expr(t, depth)
		}))
		if g.chance(0.5) {
			g.fresh++
			fmt.Fprintf(&b, "; _:R%d -> {caught, R%d}", g.fresh, g.fresh)
		}
	}
	if !catches || g.chance(0.2) {
		b.WriteString(" after " + g.scoped(func() string { return g.one("ok", "put(k1, "+g.expr(tInt, depth-1)+")", g.expr(t, depth-1)) }))
	}
	return b.String() + " end"
}

// guard writes alternatives of tests.
func (g *generator) guard(depth int) string {
	text := g.guardExpr(tBool, depth)
	for g.chance(0.25) {
		text += g.one(", ", "; ") + g.guardExpr(tBool, depth)
	}
	return text
}

func (g *generator) guardExpr(t typ, depth int) string {
	if t == tFun {
		t = tInt
	}
	if depth <= 0 || g.chance(0.2) {
		return g.leaf(t)
	}
	e := func(t typ) string { return g.guardExpr(t, depth-1) }
	switch t {
	case tBool:
		return g.boolExpr(depth, true)
	case tInt:
		return g.one("("+e(tInt)+g.one(" + ", " - ", " * ", " div ", " rem ", " band ")+e(tInt)+")", "length("+e(tList)+")", "tuple_size("+e(tTuple)+")",
			"byte_size("+e(tBinary)+")", "abs("+e(tInt)+")", "map_size("+e(tMap)+")", "hd("+e(tList)+")", "element(1, "+e(tTuple)+")", "map_get(a, "+e(tMap)+")",
			"("+g.one("trunc", "round", "ceil", "floor", "float", "bnot ", "- ", "+ ")+"("+e(g.number())+"))", "bit_size("+e(tBits)+")", "size("+e(g.oneType(tTuple, tBinary))+")",
			"("+e(tInt)+g.one(" bor ", " bxor ", " bsl ", " bsr ", " / ")+g.one("1", "3", "64", "-1", "0", e(tInt))+")", "element("+e(tInt)+", "+e(tTuple)+")")
	case tTuple:
		return "{" + e(g.anyType()) + ", " + e(tInt) + "}"
	case tList:
		return "[" + e(g.anyType()) + " | " + e(tList) + "]"
	case tMap:
		return "#{" + e(tAtom) + " => " + e(tInt) + "}"
	}
	return g.leaf(t)
}

// prune forgets variables from mark on that a text does not mention: they belong to choices that were not taken.
func (g *generator) prune(mark int, text string) string {
	kept := g.vars[:mark]
	for _, v := range g.vars[mark:] {
		at := strings.Index(text, v.name)
		for at >= 0 && at+len(v.name) < len(text) && text[at+len(v.name)] >= '0' && text[at+len(v.name)] <= '9' {
			next := strings.Index(text[at+1:], v.name)
			if next < 0 {
				at = -1
				break
			}
			at += 1 + next
		}
		if at >= 0 {
			kept = append(kept, v)
		}
	}
	g.vars = kept
	return text
}

// pattern writes a pattern that values of the type may match, and binds its variables.
func (g *generator) pattern(t typ, depth int) string {
	mark := len(g.vars)
	return g.prune(mark, g.somePattern(t, depth))
}

func (g *generator) somePattern(t typ, depth int) string {
	if g.chance(0.06) {
		t = g.anyType()
	}
	switch {
	case depth <= 0 || g.chance(0.2):
		return g.one("_", g.bind(t))
	case g.chance(0.08):
		if v := g.known(t); v != "" {
			return v // must be equal
		}
	case g.chance(0.08):
		return g.bind(t) + " = " + g.pattern(t, depth-1)
	}
	p := func(t typ) string { return g.pattern(t, depth-1) }
	switch t {
	case tInt:
		return g.one("0", "1", "42", g.integer(), g.bind(t), "1 + 2", "- 1", "(1 bsl 3)")
	case tFloat:
		if g.newer {
			return g.one("1.0", "3.14", g.bind(t))
		}
		return g.one("1.0", "0.0", "3.14", g.bind(t))
	case tList:
		return g.one("[]", "["+p(tInt)+"|"+p(tList)+"]", "["+p(g.anyType())+","+p(g.anyType())+"]", `"abc"`, `"a" ++ `+g.bind(tList), "["+p(tAtom)+"]")
	case tTuple:
		if g.module && g.chance(0.2) {
			if g.newer {
				return g.one("#n{a = "+p(g.anyType())+"}", "#n{}", "#_{b = "+p(g.anyType())+"}")
			}
			return "#r{a = " + p(g.anyType()) + "}"
		}
		return g.one("{}", "{"+p(g.anyType())+"}", "{"+p(tAtom)+","+p(tInt)+"}", "{"+p(g.anyType())+","+p(g.anyType())+","+p(g.anyType())+"}")
	case tMap:
		return g.one("#{}", "#{a := "+p(tInt)+"}", "#{a := _, c := "+p(tList)+"}", "#{1 := "+p(tAtom)+"}")
	case tBinary, tBits:
		return g.binaryPattern()
	case tFun:
		return g.bind(tFun)
	}
	return g.literal(t)
}

func (g *generator) binaryPattern() string {
	switch g.pick(9) {
	case 0:
		return "<<" + g.bind(tInt) + ", " + g.bind(tBinary) + "/binary>>"
	case 1:
		return "<<" + g.bind(tInt) + ":4, " + g.bind(tBits) + "/bits>>"
	case 2:
		n := g.bind(tInt)
		return "<<" + n + ":3, " + g.bind(tInt) + ":" + n + ", _/bits>>"
	case 3:
		return "<<" + g.bind(tInt) + ":16/little-signed, _/binary>>"
	case 4:
		return g.one(`<<"abc">>`, `<<"a", _/binary>>`, "<<1,2,3>>", "<<>>", "<<_:1>>", "<<_:7, 1:1, _/bits>>")
	case 5:
		return "<<" + g.bind(tInt) + "/" + g.one("utf8", "utf16", "utf32") + ", " + g.bind(tBinary) + "/bytes>>"
	case 6:
		return "<<" + g.bind(tFloat) + g.one("/float", ":32/float", ":16/float", ":64/float-little") + ", _/bits>>"
	case 7:
		return "<<" + g.bind(tBinary) + ":2/binary, " + g.bind(tInt) + ":(1+1)/unit:4, _/bits>>"
	}
	return "<<_:5, " + g.bind(tBits) + ":6/bits, " + g.bind(tBits) + "/bitstring>>"
}
