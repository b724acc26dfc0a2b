// Package zip is module zip: archives in the format of zip: written, listed, and read whole or file by file.
package zip

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed zip.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "zip", Doc: "Archives in the format of zip: written, listed, and read whole or file by file.", Source: source}
}
