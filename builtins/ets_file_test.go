package builtins

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/format"
)

// TestTableFiles reads a table that a real node wrote, writes it, and has a real node read that.
func TestTableFiles(t *testing.T) {
	c := newConversation(t)
	theirs, err := filepath.Abs("testdata/ets/otp25.tab")
	if err != nil {
		t.Fatal(err)
	}
	ours := filepath.Join(t.TempDir(), "ours.tab")
	want := `{{ok,t},[{1,a},{2,b},{3,"x"}],ordered_set}`
	text := func(file string) string {
		return fmt.Sprintf("{ets:file2tab(%q, [{verify,true}]), ets:tab2list(t), ets:info(t, type)}", file)
	}
	if got := format.Pretty(c.value(text(theirs)+"."), format.Options{}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := format.Pretty(c.value(fmt.Sprintf("ets:tab2file(t, %q, [{extended_info,[md5sum,object_count]}]).", ours)), format.Options{}); got != "ok" {
		t.Fatal(got)
	}
	out, err := exec.Command(realErl(t), "-noshell", "-eval", `io:format("~p", [`+text(ours)+`]), halt().`).CombinedOutput()
	if got := strings.TrimSpace(string(out)); got != want {
		t.Errorf("a real node reads %s, want %s (%v)", got, want, err)
	}
}
