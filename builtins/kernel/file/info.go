package file

import (
	"os"
	"syscall"
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func infoRows() []bif.Function {
	const name, result = "Name :: name_all()", "{ok, tuple()} | {error, atom()}"
	const options = ", Options :: [raw | {time, local | universal | posix}]"
	return []bif.Function{
		{Spec: "read_file_info(" + name + ") -> " + result, Doc: "Returns what is known of a file, as a record `file_info`.",
			Example: "1> {ok, Info} = file:read_file_info(\"/\"), element(3, Info).\ndirectory", Proc: reading(os.Stat)},
		{Spec: "read_file_info(" + name + options + ") -> " + result, Doc: "As `read_file_info/1`; the times are local, universal or seconds since 1970.",
			Example: "1> {ok, Info} = file:read_file_info(\"/\", [{time,posix}]), is_integer(element(5, Info)).\ntrue", Proc: reading(os.Stat)},
		{Spec: "read_link_info(" + name + ") -> " + result, Doc: "As `read_file_info/1`, of a symbolic link itself.",
			Example: "1> {ok, Info} = file:read_link_info(\"/\"), element(3, Info).\ndirectory", Proc: reading(os.Lstat)},
		{Spec: "read_link_info(" + name + options + ") -> " + result, Doc: "As `read_file_info/2`, of a symbolic link itself.",
			Example: "1> {ok, Info} = file:read_link_info(\"/\", []), element(3, Info).\ndirectory", Proc: reading(os.Lstat)},
		{Spec: "change_mode(" + name + ", Mode :: integer()) -> ok | {error, atom()}", Doc: "Sets the permissions of a file.",
			Example: "1> file:change_mode(\"/no/such/file\", 8#644).\n{error,enoent}", Proc: changeMode},
		{Spec: "change_time(" + name + ", Mtime :: tuple()) -> ok | {error, atom()}", Doc: "Sets when a file was read and changed last.",
			Example: "1> file:change_time(\"/no/such/file\", {{2020,1,1},{0,0,0}}).\n{error,enoent}", Proc: changeTime},
		{Spec: "change_time(" + name + ", Atime :: tuple(), Mtime :: tuple()) -> ok | {error, atom()}", Doc: "Sets when a file was read and changed last.",
			Example: "1> file:change_time(\"/no/such/file\", {{2020,1,1},{0,0,0}}, {{2020,1,1},{0,0,0}}).\n{error,enoent}", Proc: changeTime},
		{Spec: "change_owner(" + name + ", Uid :: integer()) -> ok | {error, atom()}", Doc: "Sets the owner of a file.",
			Example: "1> file:change_owner(\"/no/such/file\", 0).\n{error,enoent}", Proc: changeOwner(1, 0)},
		{Spec: "change_owner(" + name + ", Uid :: integer(), Gid :: integer()) -> ok | {error, atom()}", Doc: "Sets the owner and the group of a file.",
			Example: "1> file:change_owner(\"/no/such/file\", 0, 0).\n{error,enoent}", Proc: changeOwner(1, 2)},
		{Spec: "change_group(" + name + ", Gid :: integer()) -> ok | {error, atom()}", Doc: "Sets the group of a file.",
			Example: "1> file:change_group(\"/no/such/file\", 0).\n{error,enoent}", Proc: changeOwner(0, 1)},
	}
}

// changeOwner sets what stands at two places of the arguments, the user and the group; place 0 leaves it as it is.
func changeOwner(user, group int) func(p *node.Process, args []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		ids := [2]int{-1, -1}
		for i, place := range [2]int{user, group} {
			if place == 0 {
				continue
			}
			n, ok := args[place].Int()
			if !ok {
				return term.None, term.FunctionClause()
			}
			ids[i] = int(n)
		}
		return onPath(func(path string) (term.Term, error) {
			if err := os.Chown(path, ids[0], ids[1]); err != nil {
				return term.None, err
			}
			return atom.OK, nil
		})(p, args)
	}
}

func reading(stat func(name string) (os.FileInfo, error)) func(p *node.Process, args []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		stamp := localTime
		if len(args) == 2 {
			options, ok := args[1].Slice()
			if !ok {
				return badarg, nil
			}
			for _, o := range options {
				if e, ok := o.Tuple(); ok && len(e) == 2 && e[0].AtomName() == "time" {
					if stamp = stamps[e[1].AtomName()]; stamp == nil {
						return badarg, nil
					}
				}
			}
		}
		return onPath(func(path string) (term.Term, error) {
			f, err := stat(path)
			if err != nil {
				return term.None, err
			}
			return term.Tuple(atom.OK, infoOf(path, f, stamp)), nil
		})(p, args)
	}
}

var stamps = map[string]func(t time.Time) term.Term{
	"local":     localTime,
	"universal": func(t time.Time) term.Term { return dateTime(t.UTC()) },
	"posix":     func(t time.Time) term.Term { return term.Int(t.Unix()) },
}

func localTime(t time.Time) term.Term { return dateTime(t.Local()) }

func dateTime(t time.Time) term.Term {
	three := func(a, b, c int) term.Term {
		return term.Tuple(term.Int(int64(a)), term.Int(int64(b)), term.Int(int64(c)))
	}
	return term.Tuple(three(t.Year(), int(t.Month()), t.Day()), three(t.Hour(), t.Minute(), t.Second()))
}

func fileType(m os.FileMode) string {
	switch {
	case m.IsRegular():
		return "regular"
	case m.IsDir():
		return "directory"
	case m&os.ModeSymlink != 0:
		return "symlink"
	case m&os.ModeDevice != 0:
		return "device"
	}
	return "other"
}

// infoOf makes the record file_info: size, type, access, atime, mtime, ctime, mode, links, major_device, minor_device, inode, uid, gid.
func infoOf(path string, f os.FileInfo, stamp func(t time.Time) term.Term) term.Term {
	number := func(n uint64) term.Term { return term.Uint(n) }
	e := []term.Term{term.Atom("file_info"), term.Int(f.Size()), term.Atom(fileType(f.Mode())), term.Atom(access(path))}
	i := system(f)
	return term.Tuple(append(e, stamp(i.read), stamp(f.ModTime()), stamp(i.changed), number(i.mode), number(i.links), number(i.device), number(i.minor),
		number(i.number), number(i.uid), number(i.gid))...)
}

// inode is what a system keeps of a file besides its size and the time of its last change.
type inode struct {
	read, changed                                time.Time
	mode, links, device, minor, number, uid, gid uint64
}

// plain is the inode of a file about which the system says no more than that it is there.
func plain(f os.FileInfo) inode {
	return inode{read: f.ModTime(), changed: f.ModTime(), mode: uint64(f.Mode().Perm()), links: 1}
}

func changeMode(p *node.Process, args []term.Term) (term.Term, error) {
	mode, ok := args[1].Int()
	if !ok || mode < 0 {
		return badarg, nil
	}
	return doing(func(path string) error { return syscall.Chmod(path, uint32(mode)) })(p, args)
}

// stampOf reads a local date and time.
func stampOf(t term.Term) (time.Time, bool) {
	var n []int
	e, ok := t.Tuple()
	for _, part := range e {
		three, isTuple := part.Tuple()
		ok = ok && isTuple && len(three) == 3
		for _, x := range three {
			i, isInt := x.Int()
			ok = ok && isInt
			n = append(n, int(i))
		}
	}
	if !ok || len(n) != 6 {
		return time.Time{}, false
	}
	day := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	if n[0] < 1902 || day.Day() != n[2] || int(day.Month()) != n[1] || n[3] < 0 || n[3] > 23 || n[4] < 0 || n[4] > 59 || n[5] < 0 || n[5] > 59 {
		return time.Time{}, false // the calendar has no such time, or the system's clock did not begin yet
	}
	return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.Local), true
}

func changeTime(p *node.Process, args []term.Term) (term.Term, error) {
	at, ok1 := stampOf(args[1])
	mt, ok2 := stampOf(args[len(args)-1])
	if !ok1 || !ok2 {
		return badarg, nil
	}
	return doing(func(path string) error { return os.Chtimes(path, at, mt) })(p, args)
}
