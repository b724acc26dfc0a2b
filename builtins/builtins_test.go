package builtins

import (
	"testing"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// TestModules compiles every module whole and looks at its rows: names that clash, missing texts, examples that are missing.
func TestModules(t *testing.T) {
	table := Table()
	for _, m := range shelves() {
		t.Run(m.Name, func(t *testing.T) {
			loaded, err := load(m, table, false)
			if err != nil {
				t.Error(err)
			}
			if loaded.Name != term.Atom(m.Name) || loaded.Doc == "" {
				t.Errorf("module %v with doc %q", loaded.Name, loaded.Doc)
			}
			for _, row := range m.Functions {
				checkRow(t, row)
			}
		})
	}
}

func checkRow(t *testing.T, row bif.Function) {
	switch {
	case row.Spec == "" || row.Doc == "":
		t.Errorf("row without spec or doc: %q %q", row.Spec, row.Doc)
	case row.Pure != nil && row.Example == "":
		t.Errorf("%s: a Pure row needs an example", row.Spec)
	}
}
