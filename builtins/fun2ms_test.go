package builtins

import (
	"fmt"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
)

// TestFun2ms translates literal funs in modules and compares with what a real compiler makes of them.
func TestFun2ms(t *testing.T) {
	c := newConversation(t)
	for _, s := range scenarios(t, "ets/fun2ms.txt") {
		t.Run(s[0], func(t *testing.T) {
			text := "-module(m).\n-export([f/0]).\n-include_lib(\"stdlib/include/ms_transform.hrl\").\n-record(r,{a,b=2}).\nf() -> " + s[0] + ".\n"
			forms, errs := syntax.ParseModule(text, "m.erl", syntax.PreprocessOptions{})
			m, _, more := eval.Module(forms, eval.ModuleOptions{File: "m.erl", Table: c.node.Code()})
			var wrong []string
			for _, e := range append(errs, more...) {
				wrong = append(wrong, fmt.Sprintf("%d:%d: %s", e.At.Line, e.At.Column, e.Text))
			}
			got := "error " + strings.Join(wrong, " | ")
			if len(wrong) == 0 {
				c.node.Code().Load(m)
				got = format.Write(c.value("m:f()."), format.Options{})
			}
			want := s[1]
			if len(wrong) == 0 { // strings and lists of characters are written alike
				want = format.Write(c.value(want+"."), format.Options{})
			}
			if got != want {
				t.Errorf("got:  %s\nwant: %s", got, want)
			}
		})
	}
}
