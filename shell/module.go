package shell

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// setting is one function of module shell: it changes how the session behaves and returns what was before.
type setting struct {
	spec, doc, example string
	run                func(s *Session, t term.Term) (term.Term, error)
}

func settings() []setting {
	return []setting{
		{
			spec:    "catch_exception(Bool :: boolean()) -> boolean()",
			doc:     "Says whether the process that evaluates survives exceptions, and returns what was said before. It survives them anyway; what changes is how they print.",
			example: "1> shell:catch_exception(true).\nfalse",
			run:     func(s *Session, t term.Term) (term.Term, error) { return s.catchException([]term.Term{t}) },
		},
		{
			spec:    "history(N :: non_neg_integer()) -> non_neg_integer()",
			doc:     "Sets how many previous commands are kept, and returns the old number.",
			example: "1> shell:history(10).\n20",
			run: func(s *Session, t term.Term) (term.Term, error) {
				return s.setCount("history", &s.keep, t)
			},
		},
		{
			spec:    "results(N :: non_neg_integer()) -> non_neg_integer()",
			doc:     "Sets how many results of previous commands are kept, and returns the old number.",
			example: "1> shell:results(10).\n20",
			run: func(s *Session, t term.Term) (term.Term, error) {
				return s.setCount("results", &s.keepVals, t)
			},
		},
		{
			spec:    "prompt_func(PromptFunc :: default | {module(), atom()}) -> default | {module(), atom()}",
			doc:     "Has Module:Function([{history, N}]) write the prompts from now on, and returns what wrote them before.",
			example: "1> shell:prompt_func(default).\ndefault",
			run:     (*Session).setPrompt,
		},
		{
			spec:    "strings(Strings :: boolean()) -> boolean()",
			doc:     "Says whether lists of characters print as strings, and returns what was said before.",
			example: "1> shell:strings(false).\ntrue\n2> \"abc\".\n[97,98,99]",
			run: func(s *Session, t term.Term) (term.Term, error) {
				if t != atom.True && t != atom.False {
					return term.None, commandClause("strings", 1)
				}
				old := s.strings
				s.strings = t == atom.True
				return term.Bool(old), nil
			},
		},
	}
}

// install makes module shell: what belongs to the session of the one who calls, and start/0,1,2, by which other nodes get a session
// here.
func (j *jobs) install() {
	m := &code.Module{
		Name: atomShell, File: "shell.erl", Attributes: term.Nil,
		Doc:       "How the prompt behaves: what it keeps, and how it prints.",
		Functions: map[code.NameArity]*code.Function{},
	}
	for _, row := range settings() {
		name, _ := head(row.spec)
		key := code.NameArity{Name: term.Atom(name), Arity: 1}
		m.Functions[key] = &code.Function{
			Module: atomShell, Name: key.Name, Arity: 1, Exported: true, InModule: m,
			Doc: func() *code.Doc { return &code.Doc{Spec: row.spec, Text: row.doc, Example: row.example} },
			Native: func(p code.Process, args []term.Term) (term.Term, error) {
				return row.run(j.sessionOf(p.(*node.Process).GroupLeader()), args[0])
			},
		}
	}
	for arity := range 3 {
		key := code.NameArity{Name: atomStart, Arity: arity}
		m.Functions[key] = &code.Function{
			Module: atomShell, Name: key.Name, Arity: arity, Exported: true, InModule: m,
			Doc: func() *code.Doc {
				return &code.Doc{Spec: startSpecs[arity], Text: startText, Example: "1> is_pid(shell:start()).\ntrue"}
			},
			Native: j.serveGuest,
		}
	}
	eval.AddModuleInfo(m)
	j.options.Node.Code().Load(m)
	j.options.Node.Code().Load(j.expander())
}

// startSpecs are those of start/0, start/1 and start/2.
var startSpecs = []string{
	"start() -> pid()",
	"start(NoCtrlG :: boolean() | init) -> pid()",
	"start(NoCtrlG :: boolean(), StartSync :: boolean()) -> pid()",
}

const startText = "Starts a shell that reads from and writes to its group leader, which may be on another node: this is what a remote shell begins with."

var (
	atomDefault = term.Atom("default")
	atomHistory = term.Atom("history")
)

func (s *Session) setPrompt(t term.Term) (term.Term, error) {
	e, ok := t.Tuple()
	if t != atomDefault && !(ok && len(e) == 2 && e[0].IsAtom() && e[1].IsAtom()) {
		return term.None, commandClause("prompt_func", 1)
	}
	old := s.prompter
	s.prompter = t
	return old, nil
}
