// Package syntax turns source text into tokens and these into a syntax tree, and says whether a text is wrong or only not finished yet.
//
// Next cuts the first form off what was typed; ParseExprs and ParseForm make trees of tokens; ParseModule reads a whole file through
// the preprocessor.
package syntax

import "github.com/erlsh/erlsh/lang/term"

// Position is a place in a text; both count from 1.
type Position struct{ Line, Column int }

// Expr is an expression or, in patterns and guards, the part of the language that stands there. Bodies, patterns and guards share
// these types, as they share the abstract format's.
type Expr interface{ Pos() Position }

// Pos returns the position itself, which makes every struct that embeds it an Expr.
func (p Position) Pos() Position { return p }

// LiteralForm says how a literal was written.
type LiteralForm uint8

// The forms of literals.
const (
	AtomLiteral LiteralForm = iota
	IntegerLiteral
	FloatLiteral
	CharLiteral
	StringLiteral // Value is the list of its characters
	ValueLiteral  // any other term, put there by the program: {value,_,Term}
)

type (
	// Literal is an atom, a number, a character or a string.
	Literal struct {
		Position
		Form  LiteralForm
		Value term.Term
	}
	// Var is a variable; "_" is one too.
	Var struct {
		Position
		Name string
	}
	// NilExpr is [].
	NilExpr struct{ Position }
	// Cons is [Head|Tail]; a longer list nests in Tail.
	Cons struct {
		Position
		Head, Tail Expr
	}
	// Tuple is {Elements}.
	Tuple struct {
		Position
		Elements []Expr
	}
	// MapExpr is #{Fields}, or Base#{Fields} when Base is not nil.
	MapExpr struct {
		Position
		Base   Expr
		Fields []MapField
	}
	// MapField is Key => Value, or Key := Value when Exact.
	MapField struct {
		Position
		Exact      bool
		Key, Value Expr
	}
	// RecordExpr is #Name{Fields}, or Base#Name{Fields} when Base is not nil. Native records (OTP 29) may have a Module; Name is "" for
	// any of them, written #_.
	RecordExpr struct {
		Position
		Base   Expr
		Module string
		Name   string
		Fields []RecordField
	}
	// RecordField is Name = Value; Other marks _ = Value, which stands for all fields that are not named, and Var a field
	// that is named by a variable, which is refused. In definitions Value may be nil, and Type is the type in the abstract format or the zero Term.
	RecordField struct {
		Position
		Name  string
		Value Expr
		Other bool
		Var   bool
		Type  term.Term
	}
	// RecordAccess is Base#Name.Field; Module and Name are as in RecordExpr.
	RecordAccess struct {
		Position
		Base         Expr
		Module, Name string
		Field        string
		FieldAt      Position
	}
	// RecordIndex is #Name.Field.
	RecordIndex struct {
		Position
		Name, Field string
		FieldAt     Position
	}
	// Binary is <<Elements>>.
	Binary struct {
		Position
		Elements []BinElement
	}
	// BinElement is Value:Size/Types; Size is nil for the default. Types hold the words as written ("integer", "little", "signed",
	// "utf8" ...); Unit is 0 for the default; UnitAt is how many of Types stand before it.
	BinElement struct {
		Position
		Value   Expr
		Size    Expr
		Types   []string
		Unit    int
		UnitAt  int
		HasUnit bool // also where Unit is 0
	}
	// Unary is Op Operand: + - bnot not.
	Unary struct {
		Position
		Op      string
		Operand Expr
	}
	// BinaryOp is Left Op Right; andalso, orelse, !, ++ and -- included.
	BinaryOp struct {
		Position
		Op          string
		Left, Right Expr
	}
	// Match is Pattern = Value; in patterns both sides are patterns.
	Match struct {
		Position
		Pattern, Value Expr
	}
	// MaybeMatch is Pattern ?= Value, directly inside maybe.
	MaybeMatch struct {
		Position
		Pattern, Value Expr
	}
	// Call is Callee(Args). Callee is a Remote, a Literal atom for a local call, or any expression that gives a fun.
	Call struct {
		Position
		Callee Expr
		Args   []Expr
	}
	// Remote is Module:Name.
	Remote struct {
		Position
		Module, Name Expr
	}
	// Fun is fun (Clauses) end; Name is the variable of a named fun, or "".
	Fun struct {
		Position
		Name    string
		Clauses []*Clause
	}
	// FunRef is fun Name/Arity when Module is nil, else fun Module:Name/Arity, each part an expression.
	FunRef struct {
		Position
		Module, Name, Arity Expr
	}
	// Block is begin Body end.
	Block struct {
		Position
		Body []Expr
	}
	// If is if Clauses end; the clauses have no patterns.
	If struct {
		Position
		Clauses []*Clause
	}
	// Case is case Value of Clauses end.
	Case struct {
		Position
		Value   Expr
		Clauses []*Clause
	}
	// Receive is receive Clauses after Timeout -> After end; Timeout is nil without after.
	Receive struct {
		Position
		Clauses []*Clause
		Timeout Expr
		After   []Expr
	}
	// Try is try Body of Of catch Catch after After end. A clause of Catch has three patterns: class, reason and stack trace;
	// what is not written is the atom throw and the variable _.
	Try struct {
		Position
		Body  []Expr
		Of    []*Clause
		Catch []*Clause
		After []Expr
	}
	// Catch is catch Body.
	Catch struct {
		Position
		Body Expr
	}
	// Maybe is maybe Body else Else end; Else is nil without else.
	Maybe struct {
		Position
		Body   []Expr
		Else   []*Clause
		ElseAt Position
	}
	// Comprehension is [Template || Qualifiers], << Template || ... >> or #{Template || ...}. Templates are several only for lists
	// and maps since OTP 29; those of a map are MapEntry expressions.
	Comprehension struct {
		Position
		Kind       ComprehensionKind
		Templates  []Expr
		Qualifiers []Expr // Generator, Zip or a filter
	}
	// MapEntry is Key => Value (or := in generators), as template or generator pattern of a map comprehension.
	MapEntry struct {
		Position
		Key, Value Expr
	}
	// Generator is Pattern <- Source, Pattern <= Source (binaries) or K := V <- Source (maps), each also strict: <:- and <:=.
	Generator struct {
		Position
		Kind    ComprehensionKind
		Strict  bool
		Pattern Expr
		Source  Expr
	}
	// Zip is Generator && Generator && ...
	Zip struct {
		Position
		Generators []*Generator
	}
	// Clause is one clause of a function, fun, case, if, receive, try or maybe. Guards are alternatives (;) of conjunctions (,).
	Clause struct {
		Position
		Patterns []Expr
		Guards   [][]Expr
		Body     []Expr
	}
)

// ComprehensionKind says what a comprehension makes or a generator takes apart.
type ComprehensionKind uint8

// The kinds of comprehensions and generators.
const (
	ListKind ComprehensionKind = iota
	BinaryKind
	MapKind
)

// Form is one form of a module or of a prompt: a Function, an Attribute, or Exprs.
type Form interface{ Pos() Position }

type (
	// Exprs is a sequence of expressions ended by a dot, as typed at a prompt.
	Exprs struct {
		Position
		Body []Expr
	}
	// Function is a function definition.
	Function struct {
		Position
		Name    string
		Arity   int
		Clauses []*Clause
	}
	// Attribute is -Name(Value). What has a grammar of its own has a type of its own below.
	Attribute struct {
		Position
		Name  string
		Value term.Term
	}
	// RecordDef is -record(Name, {Fields}), or -record #Name{Fields} for a native one.
	RecordDef struct {
		Position
		Name   string
		Fields []RecordField
		Native bool
	}
	// TypeDef is -type, -opaque or -nominal. Text is what stands behind the dash and the kind, Abstract its abstract format.
	TypeDef struct {
		Position
		Kind     string
		Name     string
		Arity    int
		Text     string
		Abstract term.Term
	}
	// Spec is -spec or -callback. Text is what stands behind the dash and the kind, Abstract its abstract format.
	Spec struct {
		Position
		Kind     string
		Name     string
		Arity    int
		Text     string
		Abstract term.Term
		// Module is that of M:F/A, or "". Uneven is the place of a clause that has another arity than the first, or zero.
		Module string
		Uneven Position
	}
	// EndOfFile closes a module.
	EndOfFile struct{ Position }
)

// Error is what is wrong with a text. Its Text is what Erlang's own tools say: "syntax error before: bar".
type Error struct {
	At         Position
	File       string
	Text       string
	Reason     term.Term // the descriptor, as erl_scan, erl_parse, epp or erl_lint return it
	Module     term.Term // the module that explains Reason: erl_parse ...
	Incomplete bool      // the text is not wrong, it only ends too early
	Offset     int       // that of the token that was not expected
}

// Error returns the text with its place.
func (e *Error) Error() string { return e.Text }

// Slot stands for a value that the evaluator has computed already. No parser makes one.
type Slot struct {
	Position
	Index int
}
