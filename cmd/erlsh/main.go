// Command erlsh is the Erlang shell without the BEAM. It turns flags into options, joins the wings of the house (the built-in
// modules, the distribution, the shell) around one node, and returns the exit status.
package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// version is set when a release is built.
var version = "dev"

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	node.TuneCollector()
	o, err := parse(args, lookAround(os.Getenv))
	switch {
	case err != nil:
		fmt.Fprintf(os.Stderr, "erlsh: %v\nTry erlsh -help\n", err)
		return 2
	case o.help:
		fmt.Print(usage())
		return 0
	case o.version:
		fmt.Printf("erlsh %s\n", version)
		return 0
	}
	work := session
	if o.epmd {
		work = mapper
	}
	status, err := work(o)
	if err != nil {
		fmt.Fprintf(os.Stderr, "erlsh: %v\n", err)
		return max(status, 1)
	}
	return status
}

// makeCookie writes a new cookie file that only its owner can read.
func makeCookie(file string) (string, error) {
	raw := make([]byte, 20)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make a cookie: %w", err)
	}
	for i := range raw {
		raw[i] = 'A' + raw[i]%26
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if err != nil {
		return "", fmt.Errorf("write a new cookie: %w", err)
	}
	if _, err := f.Write(raw); err != nil {
		_ = f.Close()
		return "", fmt.Errorf("write a new cookie: %w", err)
	}
	return string(raw), f.Close()
}

// historyFile returns where typed lines are kept, "" when there is no place, or they are not to be kept.
func (o options) historyFile() string {
	if o.kernel("shell_history") == term.Atom("disabled") {
		return ""
	}
	dir, ok := textOf(o.kernel("shell_history_path"))
	if !ok {
		cache, err := os.UserCacheDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(cache, "erlsh")
	}
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return filepath.Join(dir, "history")
}
