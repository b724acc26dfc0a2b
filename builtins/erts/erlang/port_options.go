package erlang

import (
	"io/fs"
	"os"
	"os/exec"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// portOptions are those of open_port/2 and the program that it names.
type portOptions struct {
	world  *bif.World
	framer framer

	in, out, eof, status, stdio, stderr bool
	directory                           string
	environment                         map[string]*string // nil: taken out
	args                                []string
	argsGiven                           bool
	arg0                                string

	name string
	path string
	argv []string
}

// read takes the options; false for one that is none.
func (o *portOptions) read(options term.Term) bool {
	list, ok := options.Slice()
	direction := false
	for _, x := range list {
		if e, isTuple := x.Tuple(); isTuple {
			if len(e) != 2 || !o.pair(e[0].AtomName(), e[1]) {
				return false
			}
			continue
		}
		switch x.AtomName() {
		case "stream":
			o.framer.packet = 0
		case "use_stdio":
			o.stdio = true
		case "nouse_stdio":
			o.stdio = false
		case "stderr_to_stdout":
			o.stderr = true
		case "exit_status":
			o.status = true
		case "eof":
			o.eof = true
		case "binary":
			o.framer.binary = true
		case "in", "out":
			if !direction {
				o.in, o.out, direction = false, false, true
			}
			o.in = o.in || x.AtomName() == "in"
			o.out = o.out || x.AtomName() == "out"
		case "hide", "overlapped_io":
		default:
			return false
		}
	}
	return ok
}

func (o *portOptions) pair(name string, value term.Term) bool {
	n, isInt := value.Int()
	switch name {
	case "packet":
		o.framer.packet = int(n)
		return isInt && (n == 1 || n == 2 || n == 4)
	case "line":
		o.framer.line = int(n)
		return isInt && n > 0 && n < 1<<31
	case "cd":
		s, ok := bif.FileName(value)
		o.directory = s
		return ok
	case "env":
		return o.variables(value)
	case "args":
		return o.arguments(value)
	case "arg0":
		s, ok := bif.FileName(value)
		o.arg0 = s
		return ok
	case "parallelism":
		return value == term.True || value == term.False
	case "busy_limits_port", "busy_limits_msgq":
		return true
	}
	return false
}

func (o *portOptions) variables(value term.Term) bool {
	list, ok := value.Slice()
	o.environment = map[string]*string{}
	for _, x := range list {
		e, isTuple := x.Tuple()
		if !isTuple || len(e) != 2 {
			return false
		}
		name, isText := bif.FileName(e[0])
		if !isText || name == "" {
			return false
		}
		if e[1] == term.False {
			o.environment[name] = nil
			continue
		}
		v, isText := bif.FileName(e[1])
		if !isText {
			return false
		}
		o.environment[name] = &v
	}
	return ok
}

func (o *portOptions) arguments(value term.Term) bool {
	list, ok := value.Slice()
	o.args, o.argsGiven = nil, true
	for _, x := range list {
		s, isText := bif.FileName(x)
		if !isText {
			return false
		}
		o.args = append(o.args, s)
	}
	return ok
}

// program finds what a port name asks to run.
func (o *portOptions) program(name term.Term) error {
	if line, ok := name.Atom(); ok {
		o.shell(line)
		return o.onlyForFiles()
	}
	e, ok := name.Tuple()
	if !ok || len(e) != 2 {
		return term.Badarg()
	}
	text, ok := bif.FileName(e[1])
	if !ok {
		return term.Badarg()
	}
	switch e[0].AtomName() {
	case "spawn":
		o.shell(text)
		return o.onlyForFiles()
	case "spawn_executable":
		return o.executable(text)
	}
	return term.Badarg()
}

func (o *portOptions) onlyForFiles() error {
	if o.argsGiven || o.arg0 != "" {
		return term.Badarg()
	}
	return nil
}

func (o *portOptions) shell(line string) {
	o.name, o.path = line, "/bin/sh"
	o.argv = []string{"sh", "-c", "exec " + line}
}

// executable checks a file before it is run, so that the caller learns of it.
func (o *portOptions) executable(name string) error {
	path := o.world.Path(name)
	f, err := os.Stat(path)
	if err != nil {
		return posix(err)
	}
	if f.Mode()&0o111 == 0 {
		return posix(fs.ErrPermission)
	}
	o.name, o.path = name, path
	if o.arg0 == "" {
		o.arg0 = name
	}
	o.argv = append([]string{o.arg0}, o.args...)
	return nil
}

// command makes the command of the operating system. A directory that is not there shows as the exit status of what was started.
func (o *portOptions) command() *exec.Cmd {
	c := &exec.Cmd{Path: o.path, Args: o.argv, Dir: o.world.Directory()}
	if o.directory != "" {
		c.Dir = o.world.Path(o.directory)
	}
	failed := ""
	if f, err := os.Stat(c.Dir); err != nil || !f.IsDir() {
		failed = "spawn: Could not cd to " + o.directory
	} else if f, err := os.Stat(c.Path); err != nil || f.IsDir() {
		failed = "spawn: Could not run " + o.path
	}
	if failed != "" {
		c.Path, c.Dir = "/bin/sh", ""
		c.Args = []string{"sh", "-c", `echo "$0" >&2; exit 2`, failed}
	}
	for _, pair := range o.world.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if _, changed := o.environment[name]; !changed {
			c.Env = append(c.Env, pair)
		}
	}
	for name, value := range o.environment {
		if value != nil {
			c.Env = append(c.Env, name+"="+*value)
		}
	}
	return c
}
