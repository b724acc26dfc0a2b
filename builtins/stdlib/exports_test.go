package stdlib_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/builtins"
	"github.com/erlsh/erlsh/lang/term"
)

// absent are the exports of the real modules that there are not, each with the reason.
var absent = map[string]string{
	"rand:bc64/1":                        "for testing OTP",
	"rand:float2str/1":                   "for testing OTP",
	"rand:format_jumpconst58/1":          "for testing OTP",
	"rand:make_float/3":                  "for testing OTP",
	"rand:seed58/2":                      "inside the module only",
	"rand:exro928_jump_2pow20/1":         "jumps are not there yet",
	"rand:exro928_jump_2pow512/1":        "jumps are not there yet",
	"rand:exro928_next/1":                "bare states of exro928ss are not there yet",
	"rand:exro928_next_state/1":          "bare states of exro928ss are not there yet",
	"rand:exro928_seed/1":                "bare states of exro928ss are not there yet",
	"rand:exsp_jump/1":                   "jumps are not there yet",
	"rand:jump/0":                        "jumps are not there yet",
	"rand:jump/1":                        "jumps are not there yet",
	"rand:mwc59_float/1":                 "mwc59 has its step and one value only",
	"rand:mwc59_seed/0":                  "mwc59 has its step and one value only",
	"rand:mwc59_seed/1":                  "mwc59 has its step and one value only",
	"rand:mwc59_value/1":                 "mwc59 has its step and one value only",
	"rand:normal/0":                      "the normal distribution is not there yet",
	"rand:normal/2":                      "the normal distribution is not there yet",
	"rand:normal_s/1":                    "the normal distribution is not there yet",
	"rand:normal_s/3":                    "the normal distribution is not there yet",
	"re:grun/3":                          "inside the module only",
	"re:urun/3":                          "inside the module only",
	"re:ucompile/2":                      "inside the module only",
	"re:internal_run/4":                  "inside the module only",
	"unicode:characters_to_binary_int/2": "inside the module only",
	"unicode:characters_to_list_int/2":   "inside the module only",
}

// TestExports compares the exports of the modules with those of a real erl: what is missing has to have a reason, and what has a
// reason has to be missing.
func TestExports(t *testing.T) {
	erl := findErl(t)
	modules := strings.Fields("lists maps proplists string unicode binary math rand calendar queue ordsets orddict sets dict gb_trees gb_sets array base64 re filename erl_stdlib_errors")
	real := realExports(t, erl, modules)
	table := builtins.Table()
	for _, name := range modules {
		m := table.Module(term.Atom(name))
		if m == nil {
			t.Errorf("no module %s", name)
			continue
		}
		ours := map[string]bool{}
		for k, f := range m.Functions {
			if f.Exported {
				ours[fmt.Sprintf("%s/%d", k.Name.AtomName(), k.Arity)] = true
			}
		}
		for _, key := range slices.Sorted(maps.Keys(real[name])) {
			_, excused := absent[name+":"+key]
			if !ours[key] && !excused {
				t.Errorf("%s:%s is missing", name, key)
			}
			if ours[key] && excused {
				t.Errorf("%s:%s is not missing any more", name, key)
			}
		}
	}
}
