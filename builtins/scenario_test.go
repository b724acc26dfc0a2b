package builtins

import (
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

// TestScenarios evaluates expressions about processes, each on a node of its own, and compares with what a real node made of them.
func TestScenarios(t *testing.T) {
	b, err := os.ReadFile("testdata/scenarios.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")[1:]
	for i := 0; i+1 < len(lines); i += 2 {
		expression, want := lines[i], strings.TrimSpace(lines[i+1])
		t.Run(expression, func(t *testing.T) {
			t.Parallel()
			c := newConversation(t)
			c.say(normal)
			got := format.Write(c.value("Normal(catch begin "+expression+" end)."), format.Options{})
			if got != want {
				t.Errorf("%s\n got: %s\nwant: %s", expression, got, want)
			}
		})
	}
}
