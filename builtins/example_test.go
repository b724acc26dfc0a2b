package builtins

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/erlsh/erlsh/dist"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// TestExamples runs the example of every function on a fresh node and compares what it prints; `...` matches the rest of a line.
func TestExamples(t *testing.T) {
	table := Table()
	for _, m := range shelves() {
		loaded, _ := load(m, table, true)
		var with []*code.Function
		for _, f := range loaded.Functions {
			if f.Doc != nil && f.Doc().Example != "" {
				with = append(with, f)
			}
		}
		slices.SortFunc(with, func(a, b *code.Function) int { return strings.Compare(a.Name.AtomName(), b.Name.AtomName()) })
		for _, f := range with {
			t.Run(fmt.Sprintf("%s:%s/%d", m.Name, f.Name.AtomName(), f.Arity), func(t *testing.T) {
				t.Parallel()
				runExample(t, inOwnDir(t, f.Doc().Example))
			})
		}
	}
}

// inOwnDir has an example write its files, whose names begin with erlsh_, into a directory of its own, which goes when it is done.
func inOwnDir(t *testing.T, example string) string {
	if !strings.Contains(example, "erlsh_") || !strings.Contains(example, "/tmp") {
		return example
	}
	dir, err := os.MkdirTemp("", "ex")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return strings.NewReplacer("/tmp/erlsh_", dir+"/erlsh_", `"/tmp"`, `"`+dir+`"`).Replace(example)
}

var promptLine = regexp.MustCompile(`^(\(\S+\))?\d+> `)

func runExample(t *testing.T, example string) {
	s := newConversation(t)
	lines := strings.Split(example, "\n")
	for i := 0; i < len(lines); {
		input := promptLine.ReplaceAllString(lines[i], "")
		if input == lines[i] {
			t.Fatalf("no prompt in front of %q", lines[i])
		}
		for i++; i < len(lines) && strings.HasPrefix(lines[i], ".. "); i++ {
			input += "\n" + lines[i][3:]
		}
		var want []string
		for ; i < len(lines) && !promptLine.MatchString(lines[i]); i++ {
			want = append(want, lines[i])
		}
		compareOutput(t, input, s.say(input), strings.Join(want, "\n"))
	}
}

func compareOutput(t *testing.T, input, got, want string) {
	t.Helper()
	pattern := strings.ReplaceAll(regexp.QuoteMeta(want), `\.\.\.`, `.*`)
	if strings.HasSuffix(want, "...") {
		pattern = strings.TrimSuffix(pattern, ".*") + `(?s:.*)`
	}
	if ok, err := regexp.MatchString("^(?:"+pattern+")$", got); err != nil || !ok {
		t.Errorf("%s\n got: %s\nwant: %s", input, got, want)
	}
}

// conversation is a prompt without a terminal: a node, a process that evaluates, and a group leader that keeps what is printed.
type conversation struct {
	t         *testing.T
	node      *node.Node
	evaluator *node.Process
	bindings  map[string]term.Term
	output    chan string
	await     time.Duration // how long a line may take
}

func newConversation(t *testing.T) *conversation {
	n := node.New(node.Options{Table: Table(), Workers: 1})
	t.Cleanup(n.Close)
	c := &conversation{t: t, node: n, bindings: map[string]term.Term{}, output: make(chan string, 1000), await: 2 * time.Minute}
	leader := n.Spawn(node.SpawnOptions{Handler: c.print}).Self()
	n.Spawn(node.SpawnOptions{Handler: c.ignore, Name: term.Atom("user")})
	n.Spawn(node.SpawnOptions{Handler: c.ignore, Name: term.Atom("standard_error")})
	n.SetNetwork(dist.New(dist.Options{Host: n, NoEpmd: true}))
	if err := Start(n); err != nil {
		t.Fatal(err)
	}
	c.evaluator = n.Spawn(node.SpawnOptions{Resident: true, GroupLeader: leader})
	return c
}

// Local finds the commands of module c, which are called without their module at a prompt.
func (c *conversation) Local(name term.Term, arity int) (*code.Function, bool) {
	f := c.node.Code().Lookup(term.Atom("c"), name, arity)
	return f, f != nil
}

// print serves the requests of the I/O protocol that write.
func (c *conversation) print(p *node.Process, message term.Term) {
	e, ok := message.Tagged(term.Atom("io_request"), 4)
	if !ok {
		return
	}
	request, _ := e[3].Tuple()
	answer := term.Atom("ok")
	switch {
	case len(request) == 3 && request[0].AtomName() == "put_chars":
		c.keep(request[2])
	case len(request) == 5 && request[0].AtomName() == "put_chars":
		args, _ := request[4].Slice()
		fun := (&term.Fun{Module: request[2], Name: request[3], Arity: len(args), External: true}).Term()
		text, err := p.Call(fun, args...)
		if err != nil {
			answer = term.Tuple(term.Atom("error"), term.Atom("format"))
			break
		}
		c.keep(text)
	default:
		answer = term.Tuple(term.Atom("error"), term.Atom("request"))
	}
	_ = p.Send(e[1], term.Tuple(term.Atom("io_reply"), e[2], answer))
}

// ignore takes what goes to no group leader: reports of crashes that examples bring about.
func (c *conversation) ignore(p *node.Process, message term.Term) {
	if e, ok := message.Tagged(term.Atom("io_request"), 4); ok {
		_ = p.Send(e[1], term.Tuple(term.Atom("io_reply"), e[2], term.Atom("ok")))
	}
}

func (c *conversation) keep(chars term.Term) {
	var b strings.Builder
	flatten(&b, chars)
	c.output <- b.String()
}

func flatten(b *strings.Builder, t term.Term) {
	if n, ok := t.Int(); ok {
		b.WriteRune(rune(n))
	} else if bin, ok := t.Binary(); ok {
		b.Write(bin)
	} else if list, ok := t.Cons(); ok {
		flatten(b, list.Head)
		flatten(b, list.Tail)
	}
}

// say evaluates a line and returns what a prompt would print.
func (c *conversation) say(line string) string {
	program, value, exception, wrong := c.evaluate(line)
	if wrong != "" {
		return wrong
	}
	return c.printed() + c.outcome(program, value, exception)
}

// value evaluates a line and returns its value.
func (c *conversation) value(line string) term.Term {
	c.t.Helper()
	_, v, exception, wrong := c.evaluate(line)
	if wrong != "" || exception != nil {
		c.t.Fatalf("%s: %s%v", line, wrong, exception)
	}
	values, _ := v.Tuple()
	return values[0]
}

// evaluate returns the program of a line and what became of it, or why there is none.
func (c *conversation) evaluate(line string) (program *eval.Program, value term.Term, exception *term.Exception, wrong string) {
	tokens, _, _, err := syntax.Next(line, syntax.Position{Line: 1, Column: 1})
	if err != nil {
		return nil, term.None, nil, "* " + err.Error()
	}
	body, err := syntax.ParseExprs(tokens, syntax.Options{Extensions: true})
	if err != nil {
		return nil, term.None, nil, "* " + err.Error()
	}
	bound := slices.Sorted(maps.Keys(c.bindings))
	program, errs := eval.Exprs(body, eval.Env{Bound: bound, Locals: c, Table: c.node.Code()})
	if len(errs) > 0 {
		return nil, term.None, nil, "* " + errs[0].Error()
	}
	args := make([]term.Term, len(program.In))
	for i, name := range program.In {
		args[i] = c.bindings[name]
	}
	type result struct {
		value     term.Term
		exception *term.Exception
	}
	done := make(chan result, 1)
	c.evaluator.Invoke(program.Function, args, func(v term.Term, e *term.Exception) { done <- result{v, e} })
	select {
	case r := <-done:
		return program, r.value, r.exception, ""
	case <-time.After(c.await):
		return nil, term.None, nil, "(no answer)"
	}
}

func (c *conversation) outcome(program *eval.Program, value term.Term, exception *term.Exception) string {
	o := format.Options{Home: c.node.Origin(), Ribbon: 60}
	if exception != nil {
		class := map[string]string{"error": "error: ", "exit": "exit: ", "throw": "throw: "}[exception.Class.AtomName()]
		return "** exception " + class + format.Pretty(exception.Reason, o)
	}
	values, _ := value.Tuple()
	for i, name := range program.Out {
		c.bindings[name] = values[i+1]
	}
	return format.Pretty(values[0], o)
}

// printed returns what was printed so far.
func (c *conversation) printed() string {
	var b strings.Builder
	for {
		select {
		case s := <-c.output:
			b.WriteString(s)
		default:
			return b.String()
		}
	}
}
