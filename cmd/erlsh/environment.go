package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// surroundings are what the environment says that erl looks at too.
type surroundings struct {
	before, behind []string // flags in front of those of the command line, and behind them
	libraries      []string // directories with applications
}

// lookAround reads the environment.
func lookAround(getenv func(string) string) surroundings {
	var s surroundings
	s.before = words(getenv("ERL_AFLAGS"))
	for _, name := range []string{"ERL_OTP25_FLAGS", "ERL_FLAGS", "ERL_ZFLAGS"} {
		s.behind = append(s.behind, words(getenv(name))...)
	}
	s.libraries = filepath.SplitList(getenv("ERL_LIBS"))
	return s
}

// take takes in the flags of the environment. They are meant for erl: what is unknown here is passed over, and they do not decide how
// the command line is read.
func (o *options) take(flags []string) (rest []string, err error) {
	asErl, plain := o.asErl, o.plain
	o.asErl, o.lenient = true, true
	rest, err = o.separate(flags)
	o.asErl, o.lenient, o.plain = asErl, false, plain
	if err != nil {
		return nil, fmt.Errorf("in the environment (ERL_FLAGS and the like): %w", err)
	}
	return rest, nil
}

// words takes a line apart where there is white space, but for that in quotes or behind a backslash.
func words(line string) []string {
	var all []string
	var word strings.Builder
	begun, quote := false, rune(0)
	escaped := false
	for _, r := range line {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, begun = true, true
		case r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, begun = r, true
		case strings.ContainsRune(" \t\r\n", r):
			if begun {
				all = append(all, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if begun {
		all = append(all, word.String())
	}
	return all
}

// argumentFile reads the file of -args_file: flags on any number of lines, with comments behind a #.
func argumentFile(name string) ([]string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("-args_file: %w", err)
	}
	var all []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		all = append(all, words(line)...)
	}
	return all, nil
}

// applications returns the ebin directories of what ERL_LIBS names.
func (s surroundings) applications() []string {
	var all []string
	for _, dir := range s.libraries {
		found, _ := filepath.Glob(filepath.Join(dir, "*", "ebin"))
		all = append(all, found...)
	}
	return all
}
