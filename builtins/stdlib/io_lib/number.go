package io_lib

import (
	"math"
	"math/big"
	"strconv"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// parseInteger reads an integer with a sign, as list_to_integer/2 does.
func parseInteger(text []rune, base int) (term.Term, bool) {
	digits := text
	if len(digits) > 0 && (digits[0] == '+' || digits[0] == '-') {
		digits = digits[1:]
	}
	if len(digits) == 0 {
		return term.None, false
	}
	for _, c := range digits {
		if !digit(c) && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') {
			return term.None, false
		}
	}
	n, ok := new(big.Int).SetString(string(text), base)
	if !ok {
		return term.None, false
	}
	return term.Big(n), true
}

// parseFloat reads a float, as list_to_float/1 does: with a point, and digits on both sides of it.
func parseFloat(text string) (float64, bool) {
	point := -1
	for i, c := range text {
		switch {
		case c == '.' && point < 0 && i > 0 && digit(rune(text[i-1])):
			point = i
		case c == '.', c == '_', c == 'x', c == 'X', c == 'p', c == 'P', c == 'i', c == 'I', c == 'n', c == 'N':
			return 0, false
		}
	}
	if point < 0 || point+1 >= len(text) || !digit(rune(text[point+1])) {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil && !math.IsInf(f, 0)
}

// fread3 is fread/3: it collects lines and reads them until the format is used up.
func fread3(args []term.Term) (term.Term, error) {
	c := collector{format: args[2]}
	if e, ok := args[0].Tuple(); ok && len(e) == 4 {
		n, _ := e[2].Int()
		c.format, c.stack, c.count, c.values = e[0], e[1], int(n), e[3]
	} else {
		c.stack, c.values = term.Nil, term.Nil
	}
	return c.collect(args[1])
}

// collector is the state of fread/3 between two calls: what is left of the format, the line so far in reverse, how many characters
// were read and the values in reverse.
type collector struct {
	format, stack, values term.Term
	count                 int
}

func (c *collector) collect(chars term.Term) (term.Term, error) {
	for {
		cell, ok := chars.Cons()
		switch {
		case ok && cell.Head == term.Int('\n'):
			newline := []term.Term{term.Int('\n')}
			if top, ok := c.stack.Cons(); ok && top.Head == term.Int('\r') {
				newline = []term.Term{term.Int('\r'), term.Int('\n')}
				c.stack = top.Tail
			}
			result, done, err := c.line(cell.Tail, newline)
			if done || err != nil {
				return result, err
			}
			chars = cell.Tail
		case ok:
			if top, isCons := c.stack.Cons(); isCons && top.Head == term.Int('\r') {
				// A carriage return ends the line, too, once something else follows.
				c.stack = top.Tail
				result, done, err := c.line(chars, []term.Term{term.Int('\r')})
				if done || err != nil {
					return result, err
				}
				continue
			}
			c.stack = term.NewCons(cell.Head, c.stack)
			chars = cell.Tail
		case chars.IsNil():
			return term.Tuple(atomMore, term.Tuple(c.format, c.stack, term.Int(int64(c.count)), c.values)), nil
		default:
			return c.finish(chars)
		}
	}
}

// finish reads the last line at the end of the input, which has no new line.
func (c *collector) finish(end term.Term) (term.Term, error) {
	var newline []term.Term
	if top, ok := c.stack.Cons(); ok && top.Head == term.Int('\r') {
		newline, c.stack = []term.Term{top.Head}, top.Tail
	}
	result, done, err := c.line(end, newline)
	if done || err != nil {
		return result, err
	}
	r, err := c.reader(nil)
	if err != nil {
		return term.None, err
	}
	r.end = true
	return c.answer(r.read(), end, nil), nil
}

// reader returns a reader that goes on with a line.
func (c *collector) reader(line []term.Term) (*reader, error) {
	format, ok1 := c.format.Slice()
	reversed, ok2 := c.values.Slice()
	if !ok1 || !ok2 {
		return nil, term.FunctionClause()
	}
	r := &reader{format: format, line: line, count: c.count}
	for i := len(reversed) - 1; i >= 0; i-- {
		r.values = append(r.values, reversed[i])
	}
	return r, nil
}

// line reads the line that was collected; done is false when the format wants another one.
func (c *collector) line(after term.Term, newline []term.Term) (result term.Term, done bool, err error) {
	reversed, ok := c.stack.Slice()
	if !ok {
		return term.None, false, term.FunctionClause()
	}
	line := make([]term.Term, len(reversed))
	for i, t := range reversed {
		line[len(line)-1-i] = t
	}
	r, err := c.reader(line)
	if err != nil {
		return term.None, false, err
	}
	answer := r.read()
	if e, ok := answer.Tagged(atomMore, 4); ok {
		n, _ := e[2].Int()
		c.format, c.stack, c.count, c.values = e[1], term.Nil, int(n)+len(newline), e[3]
		return term.None, false, nil
	}
	return c.answer(answer, after, newline), true, nil
}

// answer makes the result of fread/3 of one of fread/2 for a line.
func (c *collector) answer(result, after term.Term, newline []term.Term) term.Term {
	e, ok := result.Tagged(atom.OK, 3)
	if !ok {
		return term.Tuple(atomDone, result, after)
	}
	if !after.IsList() {
		after = term.Nil
	}
	value := term.Tuple(atom.OK, e[1])
	rest, _ := e[2].Slice()
	if len(rest) == 0 {
		return term.Tuple(atomDone, value, after)
	}
	return term.Tuple(atomDone, value, term.ListTail(append(rest, newline...), after))
}
