package eval

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed obsolete.txt
var obsoleteText string

// obsolete is what the compiler of OTP 25 says of a function that is on its way out, or that is gone.
type obsolete struct {
	removed bool
	until   string // the release that removes it; "" for none in sight
	instead string
}

var obsoleteTable = sync.OnceValue(func() map[string]obsolete {
	table := map[string]obsolete{}
	for line := range strings.Lines(obsoleteText) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 4)
		if len(f) < 4 || f[0] == "%" {
			continue
		}
		until := strings.Replace(strings.TrimPrefix(f[2], "-"), "OTP", "OTP ", 1)
		table[f[1]] = obsolete{f[0] == "removed", until, f[3]}
	}
	return table
})

// obsoleteOf looks a function up, by itself and as one of those of its name and of its module.
func obsoleteOf(module, name string, arity int) (obsolete, bool) {
	table := obsoleteTable()
	for _, key := range []string{fmt.Sprintf("%s:%s/%d", module, name, arity), module + ":" + name + "/_", module + ":_/_"} {
		if o, ok := table[key]; ok {
			return o, true
		}
	}
	return obsolete{}, false
}
