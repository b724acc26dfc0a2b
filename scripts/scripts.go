// Package scripts holds the scripts that come along with erlsh: lessons, examples and small tools. They are run by name where no file of
// that name exists: erlsh links.erlsh.
//
// Start with Text and List.
package scripts

import (
	"embed"
	"strings"
)

//go:embed *.erlsh
var files embed.FS

// Text returns the text of a script, false when there is none of that name.
func Text(name string) (string, bool) {
	b, err := files.ReadFile(name)
	return string(b), err == nil
}

// Script is one of them, with the sentence that its second line says about it.
type Script struct{ Name, About string }

// List returns all scripts in alphabetical order.
func List() []Script {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil
	}
	var out []Script
	for _, e := range entries {
		text, _ := Text(e.Name())
		_, rest, _ := strings.Cut(text, "\n")
		about, _, _ := strings.Cut(rest, "\n")
		out = append(out, Script{e.Name(), strings.TrimLeft(about, "% ")})
	}
	return out
}
