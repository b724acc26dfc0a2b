package re

import (
	"math"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
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
	forbidden                         bool   // an option was given that makes no sense where pieces are taken
	newlines                          int    // which {newline,_} were given, as PCRE's bits
	bsr                               int    // which of bsr_anycrlf and bsr_unicode were given
	compileOnly                       bool   // an option was given that a compiled pattern cannot take
	global, notempty, notemptyAtstart bool
	reportErrors, runAnchored         bool
	offset                            int64
	capture                           int
	captureWrong                      bool        // what it is to capture, or as what, is nothing that is known
	which                             []term.Term // for captureList
	kind                              string      // index, list or binary
	result                            string      // of replace and split: iodata, list or binary
	parts                             int64       // of split; -1 for all
	group, trim                       bool
}

func newOptions(allowed string) options {
	return options{allowed: allowed, kind: "index", result: "iodata", parts: -1}
}

// read reads a list of options, to its end whatever there is; running allows those that are about one run.
func (o *options) read(list term.Term, running bool) bool {
	elements, ok := list.Slice()
	for _, e := range elements {
		ok = (o.compileOption(e) || running && o.runOption(e)) && ok
	}
	return ok
}

// newlineBits are PCRE's: several {newline,_} are taken together, so that cr and lf make crlf.
var newlineBits = []string{"", "cr", "lf", "crlf", "any", "anycrlf"}

func (o *options) newlineOption(name string) bool {
	bits := slices.Index(newlineBits, name)
	if bits <= 0 {
		return false
	}
	if o.newlines |= bits; o.newlines < len(newlineBits) {
		o.newline = newlineBits[o.newlines]
	}
	return true
}

// inconsistent tells that line ends are called for in two ways at once.
func (o *options) inconsistent() bool { return o.newlines >= len(newlineBits) || o.bsr == 3 }

func (o *options) compileOption(t term.Term) bool {
	if e, ok := t.Tuple(); ok && len(e) == 2 && e[0].AtomName() == "newline" {
		return o.newlineOption(e[1].AtomName())
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
	case "bsr_anycrlf":
		o.bsrAnycrlf = true
		o.bsr |= 1
		return true
	case "bsr_unicode":
		o.bsrAnycrlf = false
		o.bsr |= 2
		return true
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
		o.forbidden = o.forbidden || t.AtomName() == "global"
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
		o.reportErrors, o.forbidden = true, true
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
	if len(e) != 2 && (len(e) != 3 || e[0].AtomName() != "capture") {
		return false
	}
	if special(e[0].AtomName()) && !strings.Contains(o.allowed, e[0].AtomName()) {
		return false
	}
	n, isInt := e[1].Int()
	switch e[0].AtomName() {
	case "capture":
		o.forbidden = true
		o.kind = "index"
		o.captureWrong = !o.captureOption(e[1:])
	case "offset":
		o.offset = n
		return isInt && n >= 0
	case "match_limit", "match_limit_recursion":
		return isInt && n >= 0
	case "return":
		o.result = e[1].AtomName()
		o.forbidden = o.forbidden || o.result != "iodata" && o.result != "list" && o.result != "binary"
	case "parts":
		o.parts = n
		if isInt && n == 0 {
			o.trim = true
		}
		if !isInt || n == 0 {
			o.parts = -1
		}
		o.forbidden = o.forbidden || !e[1].IsInteger() && e[1] != atom.Infinity || isInt && n < 0
	default:
		return false
	}
	return true
}

func (o *options) captureOption(e []term.Term) bool {
	if len(e) == 2 {
		o.kind = e[1].AtomName()
	}
	kinds := map[string]int{"all": captureAll, "all_but_first": captureAllButFirst, "first": captureFirst, "none": captureNone, "all_names": captureNames}
	kind, ok := kinds[e[0].AtomName()]
	if ok {
		o.capture = kind
	} else {
		o.capture = captureList
		if o.which, ok = e[0].Slice(); len(o.which) == 0 {
			o.capture = captureNone
		}
		ok = ok && !slices.ContainsFunc(o.which, func(t term.Term) bool { return !isGroup(t) })
	}
	return ok && (o.kind == "index" || o.kind == "list" || o.kind == "binary")
}

// isGroup tells whether a term can be the number or the name of a group.
func isGroup(t term.Term) bool {
	if n, ok := t.Int(); ok {
		return n >= 0 && n <= math.MaxInt32
	}
	_, ok := bif.Iodata(nil, t)
	return ok || t.IsAtom()
}
