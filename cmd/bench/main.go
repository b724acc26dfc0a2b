// Command bench measures erlsh against the real Erlang in one run and prints both times and their ratio.
//
// A suite is a module in Erlang with one function for each case; the same text runs here, compiled by erlc, and where the case says so
// as funs typed at a prompt. Every time is the best of several runs. Name suites as arguments to run only these.
package main

import (
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/node"
)

// Suite is a group of cases that share a module.
type Suite struct {
	Name   string
	Module string // Erlang source of module bench, which exports every function
	Cases  []Case
	Run    func() error // measures otherwise; nil: the cases, as programs in both
}

// Case is one piece of work: a call without arguments of function Name of the module.
type Case struct {
	Name string
	// Prompt is the same work as an expression typed at a prompt; "" where that is not compared.
	Prompt string
	// Goal is the ratio to reach against the compiled module; 0 for none. PromptGoal is how many times as fast as a prompt to be.
	Goal, PromptGoal float64
}

func main() {
	node.TuneCollector() // as the program itself
	if file := os.Getenv("BENCH_PROFILE"); file != "" {
		f, err := os.Create(file)
		if err == nil && pprof.StartCPUProfile(f) == nil {
			defer pprof.StopCPUProfile()
		}
	}
	for _, s := range suites() {
		if len(os.Args) > 1 && !slices.Contains(os.Args[1:], s.Name) {
			continue
		}
		if only := os.Getenv("BENCH_CASE"); only != "" {
			s.Cases = slices.DeleteFunc(s.Cases, func(c Case) bool { return !slices.Contains(strings.Split(only, ","), c.Name) })
		}
		measure := s.Run
		if measure == nil {
			measure = func() error { return run(s) }
		}
		if err := measure(); err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s: %v\n", s.Name, err)
			os.Exit(1)
		}
	}
}

func suites() []Suite { return []Suite{start, language, library, processes, ets, distribution} }
