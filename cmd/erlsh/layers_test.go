package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const modulePath = "github.com/erlsh/erlsh/"

// layers says for each package what of ours it may import. A name with /* stands for everything below it.
var layers = map[string][]string{
	"lang/term":         {},
	"lang/atom":         {"lang/term"},
	"lang/deflate":      {},
	"lang/etf":          {"lang/term", "lang/atom", "lang/deflate"},
	"lang/packet":       {"lang/term", "lang/atom"},
	"lang/pack":         {"lang/term", "lang/atom"},
	"lang/format":       {"lang/term", "lang/atom"},
	"lang/syntax":       {"lang/term", "lang/atom"},
	"lang/code":         {"lang/term", "lang/atom"},
	"lang/funspec":      {"lang/syntax", "lang/term"},
	"lang/query":        {"lang/syntax", "lang/term"},
	"lang/eval":         {"lang/funspec", "lang/query", "lang/syntax", "lang/code", "lang/term", "lang/atom"},
	"lang/matchspec":    {"lang/code", "lang/format", "lang/term", "lang/atom"},
	"node":              {"lang/*"},
	"dist/epmd":         {},
	"dist/handshake":    {},
	"dist/secure":       {"lang/term", "lang/syntax"},
	"dist":              {"dist/*", "node", "lang/etf", "lang/pack", "lang/term", "lang/atom"},
	"builtins/bif":      {"node", "lang/*"},
	"builtins/tables":   {"node", "lang/*"},
	"builtins/trees":    {"lang/*"},
	"builtins/chars":    {"builtins/bif", "lang/*"},
	"builtins/sockets":  {"builtins/bif", "node", "lang/*"},
	"builtins/erts/*":   {"builtins/bif", "builtins/tables", "node", "lang/*"},
	"builtins/kernel/*": {"builtins/bif", "builtins/sockets", "node", "lang/*"},
	"builtins/stdlib/*": {"builtins/bif", "builtins/chars", "builtins/tables", "builtins/trees", "node", "lang/*"},
	"builtins/tools/*":  {"builtins/bif", "node", "lang/*"},
	"builtins/erts":     {"builtins/erts/*", "builtins/bif"},
	"builtins/kernel":   {"builtins/kernel/*", "builtins/bif"},
	"builtins/stdlib":   {"builtins/stdlib/*", "builtins/bif"},
	"builtins/tools":    {"builtins/tools/*", "builtins/bif"},
	"builtins":          {"builtins/*", "node", "lang/*"},
	"shell/tty":         {},
	"shell/style":       {"lang/syntax", "lang/term"},
	"shell/complete":    {"lang/code", "lang/syntax", "lang/term", "lang/atom"},
	"shell/group":       {"shell/tty", "node", "lang/*"},
	"shell":             {"shell/*", "node", "lang/*"},
	"cmd/bench":         {"builtins", "node", "lang/*"},
	"cmd/erlsh":         {"builtins", "shell", "shell/*", "dist", "dist/epmd", "dist/secure", "node", "lang/*", "scripts"},
	"scripts":           {},
}

// TestLayers fails on every import that points upward or sideways: who may know whom is decided in the table above.
func TestLayers(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, modulePath+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], modulePath)
		allowed, ok := rowOf(pkg)
		if !ok {
			t.Errorf("package %s has no row in the table of layers", pkg)
			continue
		}
		for _, imported := range fields[1:] {
			name, ours := strings.CutPrefix(imported, modulePath)
			if ours && !slices.ContainsFunc(allowed, func(a string) bool { return covers(a, name) }) {
				t.Errorf("%s must not import %s", pkg, name)
			}
		}
	}
}

func rowOf(pkg string) ([]string, bool) {
	if row, ok := layers[pkg]; ok {
		return row, true
	}
	for pattern, row := range layers {
		if covers(pattern, pkg) {
			return row, true
		}
	}
	return nil, false
}

func covers(pattern, pkg string) bool {
	if dir, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(pkg, dir)
	}
	return pattern == pkg
}
