// Package file is module file: the files of the host. An open file is a process, which serves the requests of this module and of the
// I/O protocol.
package file

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed file.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	rows := append(contentRows(), directoryRows()...)
	return &bif.Module{Name: "file", Doc: "The files of the host.", Source: source, Functions: append(rows, infoRows()...)}
}

func contentRows() []bif.Function {
	return []bif.Function{
		{Spec: "read_file(Name :: name_all()) -> {ok, binary()} | {error, atom()}", Doc: "Returns what is in a file.",
			Example: "1> file:read_file(\"/no/such/file\").\n{error,enoent}", Proc: readFile},
		{Spec: "write_file(Name :: name_all(), Bytes :: iodata()) -> ok | {error, atom()}", Doc: "Makes a file of Bytes.",
			Example: "1> file:write_file(\"/no/such/file\", \"x\").\n{error,enoent}", Proc: writeFile},
		{Spec: "write_file(Name :: name_all(), Bytes :: iodata(), Modes :: [term()]) -> ok | {error, atom()}",
			Doc:     "As `write_file/2`, with modes of `open/2`, such as `append` and `exclusive`.",
			Example: "1> file:write_file(\"/no/such/file\", \"x\", [append]).\n{error,enoent}", Proc: writeFile},
		{Spec: "consult(Name :: name_all()) -> {ok, [term()]} | {error, term()}", Doc: "Reads the terms of a file, each ended by a dot.",
			Example: "1> file:write_file(\"/tmp/erlsh_consult\", \"{a,1}. b.\"), file:consult(\"/tmp/erlsh_consult\").\n{ok,[{a,1},b]}", Proc: consult},
		{Spec: "open(Name :: name_all(), Modes :: [term()]) -> {ok, pid() | term()} | {error, atom()}",
			Doc: "Opens a file: `read`, `write`, `append`, `exclusive`; `binary` reads binaries; `{encoding, Encoding}` is for module io; `compressed` is for files of gzip. " +
				"The file is closed when the calling process ends.",
			Example: "1> file:open(\"/no/such/file\", [read]).\n{error,enoent}\n" +
				"2> file:write_file(\"/tmp/erlsh_file_gz\", \"hello\", [compressed]), {ok, F} = file:open(\"/tmp/erlsh_file_gz\", [read, compressed]), file:read(F, 9).\n{ok,\"hello\"}", Proc: open},
		{Spec: "posix_text(Reason :: term()) -> string()", Doc: "Explains an error of the operating system.",
			Example: "1> file:posix_text(eacces).\n\"permission denied\"",
			Pure:    func(args []term.Term) (term.Term, error) { return term.String(bif.PosixText(args[0].AtomName())), nil }},
	}
}

var badarg = term.Tuple(atom.ErrorAtom, atom.Badarg)

// path reads a file name.
func path(p *node.Process, t term.Term) (string, bool) {
	name, ok := bif.FileName(t)
	if name == "" && ok {
		return "", true
	}
	return bif.WorldOf(p.Node()).Path(name), ok
}

// onPath makes a function of one file name.
func onPath(do func(path string) (term.Term, error)) func(p *node.Process, args []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		name, ok := path(p, args[0])
		switch {
		case !ok:
			return badarg, nil
		case name == "":
			return bif.ErrorTuple(fs.ErrNotExist), nil
		}
		v, err := do(name)
		if err != nil {
			return bif.ErrorTuple(err), nil
		}
		return v, nil
	}
}

func readFile(p *node.Process, args []term.Term) (term.Term, error) {
	return onPath(func(path string) (v term.Term, err error) {
		p.Blocking(func() {
			var b []byte
			b, err = os.ReadFile(path)
			v = term.Tuple(atom.OK, term.Binary(b))
		})
		return v, err
	})(p, args)
}

func writeFile(p *node.Process, args []term.Term) (term.Term, error) {
	data, ok := bif.Iodata(nil, args[1])
	flags, packed := os.O_WRONLY|os.O_CREATE|os.O_TRUNC, false
	if len(args) == 3 {
		modes, proper := args[2].Slice()
		ok = ok && proper
		for _, m := range modes {
			switch m.AtomName() {
			case "append":
				flags = flags&^os.O_TRUNC | os.O_APPEND
			case "exclusive":
				flags |= os.O_EXCL
			case "compressed":
				packed = true
			}
		}
	}
	switch {
	case !ok:
		return badarg, nil
	case packed && flags&os.O_APPEND != 0:
		return bif.ErrorTuple(syscall.EINVAL), nil
	case packed:
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(data) // a buffer takes everything
		_ = z.Close()
		data = b.Bytes()
	}
	return onPath(func(path string) (v term.Term, err error) {
		p.Blocking(func() { err = write(path, flags, data) })
		return atom.OK, err
	})(p, args)
}

func write(path string, flags int, data []byte) error {
	f, err := os.OpenFile(path, flags, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

func directoryRows() []bif.Function {
	const dir, result = "Dir :: name_all()", "ok | {error, atom()}"
	return []bif.Function{
		{Spec: "list_dir(" + dir + ") -> {ok, [string()]} | {error, atom()}", Doc: "Returns the names in a directory; those that are no UTF-8 are left out.",
			Example: "1> file:list_dir(\"/no/such/directory\").\n{error,enoent}", Proc: onPath(listDir(false))},
		{Spec: "list_dir_all(" + dir + ") -> {ok, [string() | binary()]} | {error, atom()}", Doc: "Returns all names in a directory, those that are no UTF-8 as binaries.",
			Example: "1> file:list_dir_all(\"/no/such/directory\").\n{error,enoent}", Proc: onPath(listDir(true))},
		{Spec: "make_dir(" + dir + ") -> " + result, Doc: "Makes a directory.",
			Example: "1> file:make_dir(\"/no/such/directory\").\n{error,enoent}", Proc: doing(func(path string) error { return os.Mkdir(path, 0o777) })},
		{Spec: "del_dir(" + dir + ") -> " + result, Doc: "Removes an empty directory.",
			Example: "1> file:del_dir(\"/no/such/directory\").\n{error,enoent}", Proc: doing(syscall.Rmdir)},
		{Spec: "delete(Name :: name_all()) -> " + result, Doc: "Removes a file.",
			Example: "1> file:delete(\"/no/such/file\").\n{error,enoent}", Proc: doing(remove)},
		{Spec: "delete(Name :: name_all(), Options :: [raw]) -> " + result, Doc: "Removes a file.",
			Example: "1> file:delete(\"/no/such/file\", []).\n{error,enoent}", Proc: doing(remove)},
		{Spec: "rename(From :: name_all(), To :: name_all()) -> " + result, Doc: "Gives a file another name.",
			Example: "1> file:rename(\"/no/such/file\", \"x\").\n{error,enoent}", Proc: doing2(os.Rename)},
		{Spec: "make_link(Existing :: name_all(), New :: name_all()) -> " + result, Doc: "Gives a file a second name.",
			Example: "1> file:make_link(\"/no/such/file\", \"x\").\n{error,enoent}", Proc: doing2(os.Link)},
		{Spec: "make_symlink(Target :: name_all(), New :: name_all()) -> " + result, Doc: "Makes a symbolic link New to Target.",
			Example: "1> file:make_symlink(\"x\", \"/no/such/directory/y\").\n{error,enoent}", Proc: makeSymlink},
		{Spec: "read_link(Name :: name_all()) -> {ok, string()} | {error, atom()}", Doc: "Returns where a symbolic link leads.",
			Example: "1> file:read_link(\"/no/such/file\").\n{error,enoent}", Proc: onPath(readLink)},
		{Spec: "read_link_all(Name :: name_all()) -> {ok, string() | binary()} | {error, atom()}", Doc: "As `read_link/1`; a name that is no UTF-8 is a binary.",
			Example: "1> file:read_link_all(\"/no/such/link\").\n{error,enoent}", Proc: onPath(readLinkAll)},
		{Spec: "get_cwd() -> {ok, string()} | {error, atom()}", Doc: "Returns the working directory.",
			Example: "1> file:set_cwd(\"/\"), file:get_cwd().\n{ok,\"/\"}", Proc: getCwd},
		{Spec: "set_cwd(" + dir + ") -> " + result, Doc: "Changes the working directory.",
			Example: "1> file:set_cwd(\"/no/such/directory\").\n{error,enoent}", Proc: setCwd},
		{Spec: "native_name_encoding() -> latin1 | utf8", Doc: "Returns how file names are encoded.",
			Example: "1> file:native_name_encoding().\nutf8", Pure: func([]term.Term) (term.Term, error) { return term.Atom("utf8"), nil }},
	}
}

// doing makes a function of one file name that returns ok.
func doing(do func(path string) error) func(p *node.Process, args []term.Term) (term.Term, error) {
	return onPath(func(path string) (term.Term, error) { return atom.OK, do(path) })
}

func doing2(do func(from, to string) error) func(p *node.Process, args []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		to, ok := path(p, args[1])
		if !ok {
			return badarg, nil
		}
		return doing(func(from string) error { return do(from, to) })(p, args)
	}
}

// remove refuses directories, as unlink does.
func remove(path string) error {
	if f, err := os.Lstat(path); err == nil && f.IsDir() {
		return syscall.EPERM
	}
	return os.Remove(path)
}

// listDir lists a directory; names that are no UTF-8 are left out, or binaries.
func listDir(all bool) func(path string) (term.Term, error) {
	return func(path string) (term.Term, error) {
		entries, err := os.ReadDir(path)
		if err != nil {
			return term.None, err
		}
		var b term.Builder
		for _, e := range entries {
			if name := e.Name(); all || utf8.ValidString(name) {
				b.Add(rawName(name))
			}
		}
		return term.Tuple(atom.OK, b.List(term.Nil)), nil
	}
}

// rawName is a name as characters, or a binary where it is no UTF-8.
func rawName(name string) term.Term {
	if utf8.ValidString(name) {
		return term.String(name)
	}
	return term.Binary([]byte(name))
}

func makeSymlink(p *node.Process, args []term.Term) (term.Term, error) {
	target, ok := bif.FileName(args[0])
	if !ok {
		return badarg, nil
	}
	return doing(func(link string) error { return os.Symlink(target, link) })(p, args[1:])
}

func readLink(path string) (term.Term, error) {
	target, err := os.Readlink(path)
	if err == nil && !utf8.ValidString(target) {
		err = syscall.EINVAL
	}
	return term.Tuple(atom.OK, term.String(target)), err
}

func readLinkAll(path string) (term.Term, error) {
	target, err := os.Readlink(path)
	return term.Tuple(atom.OK, rawName(target)), err
}

func getCwd(p *node.Process, _ []term.Term) (term.Term, error) {
	return term.Tuple(atom.OK, term.String(bif.WorldOf(p.Node()).Directory())), nil
}

func setCwd(p *node.Process, args []term.Term) (term.Term, error) {
	return doing(func(path string) error { return bif.WorldOf(p.Node()).SetDirectory(filepath.Clean(path)) })(p, args)
}
