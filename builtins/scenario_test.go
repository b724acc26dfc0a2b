package builtins

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/format"
)

// normal leaves identifiers and stack traces out of a value.
const normal = `Normal = fun N(T) ->
	if is_pid(T) -> pid; is_reference(T) -> ref; is_function(T) -> 'fun';
	   true -> case T of
		{'EXIT', {R, S}} when is_list(S) -> {'EXIT', N(R)};
		[H | L] -> [N(H) | N(L)];
		_ when is_tuple(T) -> list_to_tuple([N(X) || X <- tuple_to_list(T)]);
		_ -> T
	end end end.`

// scenarios reads expressions and what a real node made of each.
func scenarios(t *testing.T, name string) [][2]string {
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")[1:]
	var out [][2]string
	for i := 0; i+1 < len(lines); i += 2 {
		out = append(out, [2]string{lines[i], strings.TrimSpace(lines[i+1])})
	}
	return out
}

func (c *conversation) scenario(s [2]string) {
	c.t.Helper()
	c.say(normal)
	if got := format.Write(c.value("Normal(catch begin "+s[0]+" end)."), format.Options{}); got != s[1] {
		c.t.Errorf("%s\n got: %s\nwant: %s", s[0], got, s[1])
	}
}

// TestScenarios evaluates expressions about processes, each on a node of its own, and compares with what a real node made of them.
func TestScenarios(t *testing.T) {
	for _, s := range scenarios(t, "scenarios.txt") {
		t.Run(s[0], func(t *testing.T) {
			t.Parallel()
			newConversation(t).scenario(s)
		})
	}
}

// TestFiles does the same with expressions about files, one after the other in one directory.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, s := range scenarios(t, "files.txt") {
		c := newConversation(t)
		c.say(fmt.Sprintf("file:set_cwd(%q).", dir))
		c.scenario(s)
	}
}
