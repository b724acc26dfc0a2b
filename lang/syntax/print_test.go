package syntax

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/term"
)

// erlPP prints the BIFs that are called without a module, then the functions of an OTP source file as erl_pp does.
const erlPP = `
io:setopts([{encoding, unicode}]),
File = hd(init:get_plain_arguments()),
{ok, Forms} = epp:parse_file(File, [{includes, [filename:dirname(File), filename:dirname(filename:dirname(File)) ++ "/include", code:lib_dir(kernel, src), code:lib_dir(kernel, include), code:lib_dir(stdlib, include)]},
   {macros, [{'COMPILER_VSN', "8"}]}]),
io:put_chars([lists:join($ , [io_lib:format("~w/~w", [F, A]) || {F, A} <- erlang:module_info(exports), erl_internal:bif(F, A)]), "\x{1}\n"]),
[io:put_chars([erl_pp:form(F, [{encoding, unicode}]), "\x{1}\n"]) || F <- Forms, case F of {function, _, _, _, _} -> true; {attribute, _, A, _} -> lists:member(A, [record, type, opaque, spec, callback]); _ -> false end],
halt().`

// TestPrintAgainstErlang prints the functions of OTP's own modules and compares with what OTP's printer makes of them.
func TestPrintAgainstErlang(t *testing.T) {
	erl, err := exec.LookPath("erl")
	files := strings.Fields(os.Getenv("ERLSH_PRINT_FILES"))
	if len(files) == 0 {
		for _, name := range []string{"stdlib-*/src/lists", "stdlib-*/src/gen_server", "stdlib-*/src/erl_scan", "stdlib-*/src/shell", "stdlib-*/src/string"} {
			found, _ := filepath.Glob("/usr/lib/erlang/lib/" + name + ".erl")
			files = append(files, found...)
		}
	}
	if err != nil || len(files) == 0 {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("no OTP sources: erlang-src is mandatory here")
		}
		t.Skip("SKIPPED: no OTP sources on this machine, install erlang-src to run this")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(erl, "-noshell", "-eval", erlPP, "-extra", file).Output()
			if err != nil {
				t.Fatal(err)
			}
			comparePrinted(t, file, string(text), strings.Split(string(out), "\x01\n"))
		})
	}
}

func comparePrinted(t *testing.T, file, text string, want []string) {
	lib := func(app string) string {
		dirs, _ := filepath.Glob("/usr/lib/erlang/lib/" + app + "-*")
		return dirs[0]
	}
	base := filepath.Dir(filepath.Dir(file))
	forms, errs := ParseModule(text, file, PreprocessOptions{Library: lib, Include: []string{base + "/include", lib("kernel") + "/src",
		lib("stdlib") + "/include", lib("kernel") + "/include"}, Defines: map[string]string{"COMPILER_VSN": `"8"`}})
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	bifs := map[string]bool{}
	for name := range strings.FieldsSeq(want[0]) {
		bifs[name] = true
	}
	want = want[1:]
	i, wrong := 0, 0
	for _, f := range forms {
		name := ""
		switch f := f.(type) {
		case *Function:
			name = f.Name
		case *RecordDef:
			name = f.Name
		case *TypeDef:
			name = f.Name
		case *Spec:
			name = f.Name
		default:
			continue
		}
		got := PrintForm(f, PrintOptions{Value: floatText, Auto: func(name string, arity int) bool { return bifs[fmt.Sprint(name, "/", arity)] }})
		if i < len(want) && got != want[i] {
			if wrong++; wrong <= 3 {
				t.Errorf("%s:\n--- want\n%s--- got\n%s", name, want[i], got)
			}
		}
		i++
	}
	if wrong > 0 || i != len(want)-1 {
		t.Errorf("%d of %d forms differ (%d wanted)", wrong, i, len(want)-1)
	}
}

func floatText(t term.Term) string {
	f, _ := t.Float()
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}
