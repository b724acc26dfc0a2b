package builtins

import (
	"fmt"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/term"
)

// TestHelp asks of every function that the modules of the table of exports export for what h/3 prints: a spec that begins with its
// name, and words. module_info/0,1 are the
// same everywhere, and what OTP does not document either may be silent.
func TestHelp(t *testing.T) {
	table := Table()
	seen, inside := map[string]bool{}, map[string]bool{}
	for _, e := range readExports(t) {
		inside[e.key()] = !e.doc
	}
	for _, e := range readExports(t) {
		if seen[e.module] {
			continue
		}
		seen[e.module] = true
		m := table.Module(term.Atom(e.module))
		if m == nil {
			t.Errorf("there is no module %s", e.module)
			continue
		}
		if m.Doc == "" {
			t.Errorf("%s says nothing of itself", e.module)
		}
		for k, f := range m.Functions {
			name := k.Name.AtomName()
			key := fmt.Sprintf("%s:%s/%d", e.module, atomText(k.Name), k.Arity)
			if silent, known := inside[key]; !f.Exported || name == "module_info" || silent || !known && e.module == "timer" {
				continue
			}
			switch {
			case f.Doc == nil:
				t.Errorf("%s:%s/%d has no documentation", e.module, name, k.Arity)
			case !strings.HasPrefix(f.Doc().Spec, name+"(") && !strings.HasPrefix(f.Doc().Spec, atomText(k.Name)+"("):
				t.Errorf("%s:%s/%d has the spec %q", e.module, name, k.Arity, f.Doc().Spec)
			case f.Doc().Text == "":
				t.Errorf("%s:%s/%d has no words", e.module, name, k.Arity)
			}
		}
	}
	// What the prompt prints of a module and completes comes from the same table.
	c := newConversation(t)
	for module := range seen {
		if said := c.say("lists:sort([{F, A} || {F, A} <- " + module + ":module_info(exports), not erlang:function_exported(" + module + ", F, A)])."); said != "[]" {
			t.Errorf("%s:module_info(exports) has %s", module, said)
		}
	}
}
