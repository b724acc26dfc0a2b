package shell

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/shell/group"
	"github.com/erlsh/erlsh/shell/tty"
)

// jobs are the conversations of the program: those at the terminal, of which one is in front, and those that other nodes hold here.
// Ctrl-G switches between them.
type jobs struct {
	options Options
	editor  *tty.Editor
	end     chan result // has room for one

	mu       sync.Mutex
	list     []*job              // guarded by mu
	next     int                 // guarded by mu: the number of the job after this one
	current  *job                // guarded by mu
	home     *Session            // of the first local job
	sessions map[string]*Session // guarded by mu: by group leader, as it is printed
}

// result is how the program ends.
type result struct {
	status int
	err    error
}

// job is one conversation at the terminal.
type job struct {
	number  int
	what    string    // as the list shows it
	node    string    // where its shell runs; "" for here
	module  term.Term // whose start/0 its shell is, when it is no session of ours
	seat    *tty.Seat
	group   *group.Group
	session *Session  // of a shell of ours
	shell   term.Term // guarded by jobs.mu: the process of any other; None until it runs
	killed  bool      // guarded by jobs.mu
}

func newJobs(o Options) *jobs {
	return &jobs{options: o, end: make(chan result, 1), next: 1, sessions: map[string]*Session{}}
}

// open makes the group leaders and the first session.
func (j *jobs) open(editor *tty.Editor) *Session {
	j.editor = editor
	n := j.options.Node
	if !j.options.Interactive && j.options.Remote == "" {
		seat := editor.NewSeat(nil)
		g := group.New(n, seat, term.Atom("user"))
		group.NewErrors(n, seat, term.Atom("standard_error"))
		j.home = j.newSession(g)
		j.install()
		return j.home
	}
	behind := editor.NewBackdrop()
	group.New(n, behind, term.Atom("user"))
	group.NewErrors(n, behind, term.Atom("standard_error"))
	if j.options.Remote == "" {
		j.home = j.addLocal("{shell,start,[init]}").session
	} else {
		j.home = j.newSession(group.New(n, behind, term.None)) // it explains, and reads nothing
		j.addGuest(j.options.Remote, "shell")
	}
	j.install()
	return j.home
}

// newSession makes a session and remembers whose it is.
func (j *jobs) newSession(c console) *Session {
	s := newSession(j.options, c)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sessions[leaderKey(c.Pid())] = s
	return s
}

func leaderKey(pid term.Term) string { return format.Write(pid, format.Options{}) }

// sessionOf returns the session whose group leader a process has; the first one for all others.
func (j *jobs) sessionOf(leader term.Term) *Session {
	j.mu.Lock()
	defer j.mu.Unlock()
	if s := j.sessions[leaderKey(leader)]; s != nil {
		return s
	}
	return j.home
}

// session returns the one in front, or the first one.
func (j *jobs) session() *Session {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.current != nil && j.current.session != nil {
		return j.current.session
	}
	return j.home
}

// close writes out what is left and gives the terminal back.
func (j *jobs) close() {
	j.session().printNotices()
	j.editor.Close()
}

// run holds the conversations and returns when the program is to end.
func (j *jobs) run() (int, error) {
	if j.options.Remote == "" {
		go j.converse(j.current)
	} else {
		j.home.setAsking(true) // whoever explains need not wait
		go j.attend(j.current)
	}
	r := <-j.end
	return r.status, r.err
}

// finish ends the program.
func (j *jobs) finish(r result) {
	select {
	case j.end <- r:
	default: // it ends already
	}
}

// addLocal makes a job with a shell of ours and puts it in front.
func (j *jobs) addLocal(what string) *job {
	b := &job{what: what, shell: term.None}
	b.seat = j.editor.NewSeat(func(before []rune) tty.Completion { return b.session.complete(before) })
	b.group = group.New(j.options.Node, b.seat, term.None)
	b.session = j.newSession(b.group)
	j.add(b)
	return b
}

// add puts a job into the list and in front.
func (j *jobs) add(b *job) {
	j.mu.Lock()
	defer j.mu.Unlock()
	b.number = j.next
	j.next++
	j.list = append(j.list, b)
	j.current = b
}

// converse runs a shell of ours until its input ends, which ends the program.
func (j *jobs) converse(b *job) {
	s := b.session
	for {
		b.group.Write(j.options.Banner)
		s.converse()
		j.mu.Lock()
		killed := b.killed
		j.mu.Unlock()
		switch {
		case killed || s.isStopping():
			return
		case !s.leaving:
			j.finish(result{})
			return
		}
		b.group.Write("*** Shell process terminated! ***\n") // by exit(), which begins anew, as in the real shell
		s = j.newSession(b.group)
		j.mu.Lock()
		if j.home == b.session {
			j.home = s
		}
		b.session = s
		j.mu.Unlock()
	}
}

// escape is the dialogue behind Ctrl-G. It ends with a job in front.
func (j *jobs) escape() {
	j.editor.Write("User switch command\n")
	for {
		line, err := j.editor.Ask(" --> ")
		switch {
		case errors.Is(err, tty.ErrInterrupt):
			continue
		case err != nil: // Ctrl-D: back to where one was
			line = "c"
		}
		if j.switchTo(strings.Fields(strings.ReplaceAll(line, "'", " "))) {
			return
		}
	}
}

const switchHelp = `  c [nn]            - connect to job
  i [nn]            - interrupt job
  k [nn]            - kill job
  j                 - list all jobs
  s [shell]         - start local shell
  r [node [shell]]  - start remote shell
  q                 - quit erlsh
  ? | h             - this message
`

// switchTo carries out one switch command and reports whether the dialogue is over.
func (j *jobs) switchTo(words []string) bool {
	command, words := "", append(words, "", "")
	command, words = words[0], words[1:]
	switch command {
	case "":
	case "h", "?":
		j.editor.Write(switchHelp)
	case "j":
		j.editor.Write(j.text())
	case "q":
		j.finish(result{})
		return true
	case "c", "i", "k":
		b := j.find(words[0])
		if b == nil {
			j.editor.Write("Unknown job\n")
			return false
		}
		switch command {
		case "c":
			j.connect(b)
			return true
		case "i":
			b.seat.Interrupt()
		case "k":
			j.kill(b)
		}
	case "s":
		if words[0] == "" || words[0] == "shell" {
			b := j.addLocal("{shell,start,[]}")
			go j.converse(b)
			return false
		}
		go j.attend(j.addGuest("", words[0]))
	case "r":
		j.remote(words[0], words[1])
	default:
		j.editor.Write("Unknown command\n")
	}
	return false
}

// remote starts a shell on another node.
func (j *jobs) remote(node, module string) {
	switch {
	case !j.options.Node.Alive():
		j.editor.Write("Not alive: this node has no name, and cannot reach others before net_kernel:start([Name, shortnames])\n")
	case node == "":
		j.editor.Write("Which node? r 'name@host'\n")
	default:
		if module == "" {
			module = "shell"
		}
		go j.attend(j.addGuest(node, module))
	}
}

// connect puts a job in front.
func (j *jobs) connect(b *job) {
	j.mu.Lock()
	j.current = b
	j.mu.Unlock()
	j.editor.Front(b.seat)
}

// find returns the job with a number, the current one for "", or nil.
func (j *jobs) find(number string) *job {
	j.mu.Lock()
	defer j.mu.Unlock()
	if number == "" {
		return j.current
	}
	n, err := strconv.Atoi(number)
	i := slices.IndexFunc(j.list, func(b *job) bool { return b.number == n })
	if err != nil || i < 0 {
		return nil
	}
	return j.list[i]
}

// text is the list of jobs.
func (j *jobs) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out strings.Builder
	for _, b := range j.list {
		mark := " "
		if b == j.current {
			mark = "*"
		}
		fmt.Fprintf(&out, "%4d%s %s\n", b.number, mark, b.what)
	}
	return out.String()
}

// kill ends a job.
func (j *jobs) kill(b *job) {
	j.mu.Lock()
	b.killed = true
	shell := b.shell
	j.mu.Unlock()
	j.remove(b)
	b.seat.Close()
	if b.session != nil {
		b.session.kill()
	}
	if !shell.None() {
		j.exitTo(b, shell, atom.Kill)
	}
}

// remove takes a job out of the list. There is no current one any more when it was that.
func (j *jobs) remove(b *job) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.list = slices.DeleteFunc(j.list, func(other *job) bool { return other == b })
	if j.current == b {
		j.current = nil
	}
	delete(j.sessions, leaderKey(b.group.Pid()))
}
