package re

import (
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// What of a match is returned.
const (
	captureAll = iota
	captureAllButFirst
	captureFirst
	captureNone
	captureNames
	captureList
)

// options are those of all functions.
type options struct {
	flags
	allowed                           string // the options that only some functions know, and this one does
	compileOnly                       bool   // an option was given that a compiled pattern cannot take
	global, notempty, notemptyAtstart bool
	reportErrors, runAnchored         bool
	offset                            int64
	capture                           int
	which                             []term.Term // for captureList
	kind                              string      // index, list or binary
	result                            string      // of replace and split: iodata, list or binary
	parts                             int64       // of split; -1 for all
	group, trim                       bool
}

func newOptions(allowed string) options {
	return options{allowed: allowed, kind: "index", result: "iodata", parts: -1}
}

// read reads a list of options; running allows those that are about one run.
func (o *options) read(list term.Term, running bool) bool {
	elements, ok := list.Slice()
	for _, e := range elements {
		ok = ok && (o.compileOption(e) || running && o.runOption(e))
	}
	return ok
}

func (o *options) compileOption(t term.Term) bool {
	if e, ok := t.Tuple(); ok && len(e) == 2 && e[0].AtomName() == "newline" {
		o.newline = e[1].AtomName()
		_, known := newlines[o.newline]
		return known
	}
	switch t.AtomName() {
	case "unicode":
		o.unicode = true
	case "anchored":
		o.runAnchored = true
		o.anchored = true
		return true
	case "caseless":
		o.caseless = true
	case "dollar_endonly":
		o.dollarEndonly = true
	case "dotall":
		o.dotall = true
	case "extended":
		o.extended = true
	case "firstline":
		o.firstline = true
	case "multiline":
		o.multiline = true
	case "no_auto_capture":
		o.noAutoCapture = true
	case "dupnames":
		o.dupnames = true
	case "ungreedy":
		o.ungreedy = true
	case "ucp":
		o.ucp = true
	case "bsr_anycrlf", "bsr_unicode":
		o.bsrAnycrlf = t.AtomName() == "bsr_anycrlf"
	case "never_utf":
		o.neverUTF = true
	case "no_start_optimize": // it changes how fast a match is found, not which
	default:
		return false
	}
	o.compileOnly = true
	return true
}

func (o *options) runOption(t term.Term) bool {
	if e, ok := t.Tuple(); ok {
		return o.runTuple(e)
	}
	if special(t.AtomName()) && !strings.Contains(o.allowed, t.AtomName()) {
		return false
	}
	switch t.AtomName() {
	case "global":
		o.global = true
	case "notempty":
		o.notempty = true
	case "notempty_atstart":
		o.notemptyAtstart = true
	case "report_errors":
		o.reportErrors = true
	case "notbol":
		o.notbol = true
	case "noteol":
		o.noteol = true
	case "group":
		o.group = true
	case "trim":
		o.trim = true
	default:
		return false
	}
	return true
}

func special(name string) bool {
	return slices.Contains([]string{"global", "return", "group", "trim", "parts"}, name)
}

func (o *options) runTuple(e []term.Term) bool {
	if len(e) < 2 {
		return false
	}
	if special(e[0].AtomName()) && !strings.Contains(o.allowed, e[0].AtomName()) {
		return false
	}
	n, isInt := e[1].Int()
	switch e[0].AtomName() {
	case "capture":
		return o.captureOption(e[1:])
	case "offset":
		o.offset = n
		return isInt && n >= 0 && len(e) == 2
	case "match_limit", "match_limit_recursion":
		return isInt && n >= 0 && len(e) == 2
	case "return":
		o.result = e[1].AtomName()
		return o.result == "iodata" || o.result == "list" || o.result == "binary"
	case "parts":
		o.parts = n
		if n == 0 {
			o.trim = true
		}
		if e[1] == atom.Infinity || n == 0 {
			o.parts = -1
		}
		return isInt && n >= 0 || e[1] == atom.Infinity
	}
	return false
}

func (o *options) captureOption(e []term.Term) bool {
	if len(e) > 2 {
		return false
	}
	if len(e) == 2 {
		o.kind = e[1].AtomName()
		if o.kind != "index" && o.kind != "list" && o.kind != "binary" {
			return false
		}
	}
	kinds := map[string]int{"all": captureAll, "all_but_first": captureAllButFirst, "first": captureFirst, "none": captureNone, "all_names": captureNames}
	if kind, ok := kinds[e[0].AtomName()]; ok {
		o.capture = kind
		return true
	}
	which, ok := e[0].Slice()
	o.capture, o.which = captureList, which
	if ok && len(which) == 0 {
		o.capture = captureNone
	}
	return ok
}
