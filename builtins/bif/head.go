package bif

import (
	"fmt"
	"strings"
)

// Head returns the name and the arity of the function that a spec describes: the text before the arguments, and their number.
func Head(spec string) (name string, arity int, err error) {
	name, rest, ok := cutName(spec)
	if !ok || name == "" {
		return "", 0, fmt.Errorf("no function head in the spec %q", spec)
	}
	depth := 0
	quote := byte(0)
	some := false
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		switch {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote, some = c, true
		case c == '(' || c == '[' || c == '{' || strings.HasPrefix(rest[i:], "<<"):
			depth++
			some = some || depth > 1
			if c == '<' {
				i++
			}
		case c == ')' || c == ']' || c == '}' || strings.HasPrefix(rest[i:], ">>"):
			if c == '>' {
				i++
			}
			if depth--; depth == 0 {
				if some {
					arity++
				}
				return name, arity, nil
			}
		case c == ',' && depth == 1:
			arity++
		case c != ' ' && c != '\n':
			some = true
		}
	}
	return "", 0, fmt.Errorf("no end of the arguments in the spec %q", spec)
}

// cutName splits a spec in front of the argument list; the name may be quoted.
func cutName(spec string) (name, rest string, ok bool) {
	if quoted, found := strings.CutPrefix(spec, "'"); found {
		end := strings.IndexByte(quoted, '\'')
		if end < 0 || !strings.HasPrefix(quoted[end+1:], "(") {
			return "", "", false
		}
		return quoted[:end], quoted[end+1:], true
	}
	at := strings.IndexByte(spec, '(')
	if at < 0 {
		return "", "", false
	}
	return spec[:at], spec[at:], true
}
