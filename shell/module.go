package shell

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/term"
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

// install makes module shell of what belongs to this session.
func (s *Session) install() {
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
			Doc:    func() *code.Doc { return &code.Doc{Spec: row.spec, Text: row.doc, Example: row.example} },
			Native: func(_ code.Process, args []term.Term) (term.Term, error) { return row.run(s, args[0]) },
		}
	}
	eval.AddModuleInfo(m)
	s.node.Code().Load(m)
}

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
