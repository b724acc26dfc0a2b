package builtins

import (
	"fmt"
	"testing"

	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// TestOutlines reads the Erlang text of every module twice, form by form and as a whole: both give the same trees.
func TestOutlines(t *testing.T) {
	for _, m := range shelves() {
		if m.Source == "" {
			continue
		}
		file := m.Name + ".erl"
		outline, ok := syntax.NewOutline(m.Source, file)
		if !ok {
			t.Errorf("%s needs the preprocessor, and is read as a whole at its first use", file)
			continue
		}
		forms, _ := syntax.ParseModule(m.Source, file, syntax.PreprocessOptions{})
		at := 1 // the first one names the file
		for i, sketch := range outline.Forms {
			if sketch.Attribute == "define" {
				continue
			}
			if !compareForm(t, file, outline, i, forms[min(at, len(forms)-1)]) {
				break
			}
			at++
		}
		if at != len(forms)-1 {
			t.Errorf("%s: %d forms of %d", file, at, len(forms)-1)
		}
	}
}

func compareForm(t *testing.T, file string, outline *syntax.Outline, i int, want syntax.Form) bool {
	s := outline.Forms[i]
	f, errs := outline.Parse(i)
	if len(errs) > 0 {
		t.Errorf("%s:%d: %s", file, s.At.Line, errs[0].Text)
		return false
	}
	if !term.Equal(syntax.AbstractForm(f), syntax.AbstractForm(want)) {
		t.Errorf("%s:%d: reads as %+v, and in the whole as %+v", file, s.At.Line, f, want)
		return false
	}
	compareSketch(t, file, s, f)
	return true
}

func compareSketch(t *testing.T, file string, s syntax.Sketch, f syntax.Form) {
	want := fmt.Sprint(s.Attribute, s.Name, s.Arity)
	got := want
	switch f := f.(type) {
	case *syntax.Function:
		got = fmt.Sprint(f.Name, f.Arity)
	case *syntax.Spec:
		got = fmt.Sprint(f.Kind, f.Name, f.Arity)
	case *syntax.Attribute:
		got = fmt.Sprint(f.Name, "", 0)
	}
	if got != want {
		t.Errorf("%s:%d: sketched as %s, is %s", file, s.At.Line, want, got)
	}
}
