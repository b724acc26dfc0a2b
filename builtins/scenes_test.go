package builtins

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
)

// The scenes are programs that use OTP's behaviours and print what can be observed. What they print on a real erl stands beside them:
// ERLSH_CONFIRM=1 runs them there too, ERLSH_UPDATE=1 writes anew what the real one prints.

const scenesFolder = "testdata/otp"

var (
	plainPid = regexp.MustCompile(`<0\.\d+\.0>`)
	oldPlace = regexp.MustCompile(`(\(\w+\.erl), line (\d+)\)`) // how OTP 25 tells file and line
)

func scenesSources(t *testing.T) (modules, scenes []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(scenesFolder, "*.erl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".erl")
		if strings.HasSuffix(name, "_scenes") {
			scenes = append(scenes, name)
		} else {
			modules = append(modules, name)
		}
	}
	return modules, scenes
}

// TestScenes runs the scenes here and compares with what the real erl printed.
func TestScenes(t *testing.T) {
	modules, scenes := scenesSources(t)
	for _, scene := range scenes {
		t.Run(scene, func(t *testing.T) {
			t.Parallel()
			c := newConversation(t)
			c.output = make(chan string, 100000)
			for _, m := range slices.Concat(modules, []string{scene}) {
				loadScene(t, c, m)
			}
			outcome := c.say(scene + ":main().")
			if outcome == "(no answer)" || strings.HasPrefix(outcome, "** ") {
				t.Error(outcome)
			}
			got := outcome + c.printed()
			if folder := os.Getenv("ERLSH_SCENES"); folder != "" {
				_ = os.WriteFile(filepath.Join(folder, scene+".txt"), []byte(got), 0o600)
			}
			compareScenes(t, scene, got)
		})
	}
}

func loadScene(t *testing.T, c *conversation, name string) {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(scenesFolder, name+".erl"))
	if err != nil {
		t.Fatal(err)
	}
	table := c.node.Code()
	forms, errs := syntax.ParseModule(string(source), name+".erl", syntax.PreprocessOptions{})
	m, _, more := eval.Module(forms, eval.ModuleOptions{File: name + ".erl", Table: table})
	for _, e := range append(errs, more...) {
		t.Fatalf("%s.erl:%d: %s", name, e.At.Line, e.Text)
	}
	table.Load(m)
}

// compareScenes tells which scenes differ. The last line is the value of main, which says nothing.
func compareScenes(t *testing.T, name, got string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(scenesFolder, name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	want, have := cutScenes(string(b)), cutScenes(got)
	for title, text := range want {
		if have[title] != text {
			t.Errorf("%s\n got: %s\nwant: %s", title, have[title], text)
		}
	}
}

// cutScenes maps the title of each scene to what it printed.
func cutScenes(text string) map[string]string {
	scenes := map[string]string{}
	group, title := "", ""
	text = oldPlace.ReplaceAllString(plainPid.ReplaceAllString(text, "<pid>"), "$1:$2)")
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "%% "); ok {
			group, title = strings.TrimSpace(rest), ""
			continue
		}
		if rest, ok := strings.CutPrefix(line, "# "); ok {
			title = group + " / " + strings.TrimSpace(rest)
			continue
		}
		if title != "" && strings.TrimSpace(line) != "" && line != "ok" {
			scenes[title] += line
		}
	}
	return scenes
}

// TestScenesOnErl confirms that the real erl prints what stands in the files.
func TestScenesOnErl(t *testing.T) {
	update := os.Getenv("ERLSH_UPDATE") == "1"
	if os.Getenv("ERLSH_CONFIRM") != "1" && !update {
		t.Skip("ERLSH_CONFIRM=1 runs the scenes on a real erl")
	}
	erl, err := exec.LookPath("erl")
	if err != nil {
		t.Fatal("no erl")
	}
	dir := t.TempDir()
	modules, scenes := scenesSources(t)
	for _, m := range slices.Concat(modules, scenes) {
		source, err := filepath.Abs(filepath.Join(scenesFolder, m+".erl"))
		if err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("erlc", "-o", dir, source).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	for _, scene := range scenes {
		cmd := exec.Command(erl, "-noshell", "-noinput", "-s", scene, "main", "-s", "init", "stop")
		cmd.Dir = dir
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", scene, err)
		}
		if update {
			file := filepath.Join(scenesFolder, scene+".txt")
			if err := os.WriteFile(file, plainPid.ReplaceAll(out, []byte("<pid>")), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		compareScenes(t, scene, string(out))
	}
}
