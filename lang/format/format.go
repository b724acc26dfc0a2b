// Package format is terms as text: ~w, ~p and io_lib:format, character for character as OTP 25 prints them.
//
// Write prints a term on one line, Pretty breaks it over lines as the shell and ~p do, Format fills a format string. Each has an
// Append form for those who collect bytes and a Chars form that returns the nested list of characters which the function of io_lib
// returns.
package format

import (
	"github.com/erlsh/erlsh/lang/term"
)

// Options say how a term is printed. The zero Options print all of it, 80 columns wide, as ~tp and ~tw do.
type Options struct {
	// Home is the node for which the text is: its pids, ports and references print as <0.84.0>, those of other nodes with a number
	// that stands for the node. Without Home every node is home.
	Home *term.Origin
	// Latin1 prints characters above Latin-1 as escapes and lists of them as integers, as ~p does without the modifier t.
	Latin1 bool
	// Unicode takes every character of Unicode for a printable one, as `erl +pc unicode` does; otherwise those of Latin-1 are.
	Unicode bool
	// Depth is how deep the term is printed before `...`; 0 or less is all of it.
	Depth int

	// What follows is for Pretty alone.

	Column     int  // where the first line begins; from 1, which is the default
	LineLength int  // 80 when 0; below 0, everything goes on one line
	Ribbon     int  // the most characters of a line without its indentation; 0 or less: no such limit. The shell has 60.
	NoStrings  bool // print lists of characters as lists, and binaries as bytes
	// Limit is about how many characters may be printed (chars_limit); 0 or less is no limit. What is left out is spread over the
	// term, so that all parts of it can still be seen.
	Limit int
	// Records returns the names of the fields of a record with this tag and number of fields, false where there is none. Tuples
	// that are records print as such.
	Records func(tag term.Term, fields int) ([]term.Term, bool)
}

// Write returns t on one line, as ~tw prints it.
func Write(t term.Term, o Options) string { return string(Append(nil, t, o)) }

// Append appends what Write returns.
func Append(b []byte, t term.Term, o Options) []byte {
	w := writer{sink: sink{text: b}, o: &o}
	w.write(t, unlimited(o.Depth))
	return w.text
}

// WriteChars returns t on one line as io_lib:write does: a nested list of characters.
func WriteChars(t term.Term, o Options) term.Term {
	if o.Limit > 0 {
		o.NoStrings, o.LineLength, o.Records = true, -1, nil
		return PrettyChars(t, o)
	}
	w := writer{sink: sink{nested: true}, o: &o}
	w.write(t, unlimited(o.Depth))
	return w.chars()
}

// Pretty returns t as ~tp prints it: strings as strings, and over several lines when it does not fit on one.
func Pretty(t term.Term, o Options) string { return string(AppendPretty(nil, t, o)) }

// AppendPretty appends what Pretty returns.
func AppendPretty(b []byte, t term.Term, o Options) []byte {
	s := sink{text: b}
	pretty(&s, t, &o)
	return s.text
}

// PrettyChars returns t as io_lib:print does: a nested list of characters.
func PrettyChars(t term.Term, o Options) term.Term {
	s := sink{nested: true}
	pretty(&s, t, &o)
	return s.chars()
}

// unlimited turns the depth of Options into one that counts down and never ends at 0 where there is no limit.
func unlimited(depth int) int {
	if depth <= 0 {
		return -1
	}
	return depth
}
