package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/pack"
	"github.com/erlsh/erlsh/lang/term"
)

// distribution measures links between nodes, each of which is an operating system process of its own: two of the real Erlang, two of erlsh in
// either codec, and erlsh with the real one.
var distribution = Suite{Name: "dist", Run: runDist}

// distCase is one row: goals are ratios to the real Erlang, 0 for none.
type distCase struct {
	name, unit string
	scale      float64 // nanoseconds of one unit; 0: size bytes take so long, in GB/s
	size       float64
	own, mixed float64 // goals among erlsh nodes, and of erlsh with the real one
}

var distCases = []distCase{
	{"ping_pong", "us", 1e3, 0, 0.75, 0.9},
	{"one_way", "us", 1e3, 0, 0.333, 1},
	{"binary_64k", "GB/s", 0, 65536, 1, 1},
	{"binary_16m", "GB/s", 0, 16777216, 0.667, 1},
	{"rpc_call", "us", 1e3, 0, 0.7, 1},
	{"erpc_call", "us", 1e3, 0, 0.7, 1},
	{"remote_spawn", "us", 1e3, 0, 0.7, 1},
	{"multicall_3", "us", 1e3, 0, 0.8, 1},
	{"pg_join", "us", 1e3, 0, 0.8, 1},
	{"global_2", "ms", 1e6, 0, 0.8, 1},
	{"global_3", "ms", 1e6, 0, 0.8, 1},
	{"first_ping", "ms", 1e6, 0, 0.1, 0.2},
	{"reconnect", "ms", 1e6, 0, 0.4, 0.6},
	{"nodedown", "ms", 1e6, 0, 0.3, 0},
}

// lab is where the nodes of the suite run.
type lab struct {
	dir, erlsh, host string
	port             int
	running          map[string]*exec.Cmd
}

func runDist() error {
	dir, err := os.MkdirTemp("", "erlsh-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	l := &lab{dir: dir, erlsh: filepath.Join(dir, "erlsh"), port: 24369}
	if l.host, err = os.Hostname(); err != nil {
		return err
	}
	l.host, _, _ = strings.Cut(l.host, ".")
	if err := l.prepare(); err != nil {
		return err
	}
	columns := []struct {
		name           string
		driver, peers  []string
		times          map[string]float64
		isErl, isMixed bool
	}{
		{name: "OTP-OTP", driver: []string{"erl"}, peers: []string{"erl"}, isErl: true},
		{name: "erlsh msgpack", driver: []string{l.erlsh}, peers: []string{l.erlsh}},
		{name: "erlsh etf", driver: []string{l.erlsh, "-dist_codec", "etf"}, peers: []string{l.erlsh, "-dist_codec", "etf"}},
		{name: "erlsh-OTP", driver: []string{l.erlsh}, peers: []string{"erl"}, isMixed: true},
	}
	for i := range columns {
		if columns[i].times, err = l.measure(columns[i].driver, columns[i].peers); err != nil {
			return fmt.Errorf("%s: %w", columns[i].name, err)
		}
	}
	fmt.Printf("%-14s %-5s %10s | %13s %6s %6s | %9s %6s | %9s %6s %6s\n", "dist", "", "OTP-OTP",
		"erlsh msgpack", "ratio", "goal", "erlsh etf", "ratio", "erlsh-OTP", "ratio", "goal")
	for _, c := range distCases {
		fmt.Printf("%-14s %-5s %10s | %13s %6s %6s | %9s %6s | %9s %6s %6s\n", c.name, c.unit, c.show(columns[0].times),
			c.show(columns[1].times), c.ratio(columns[1].times, columns[0].times), goal(c.own),
			c.show(columns[2].times), c.ratio(columns[2].times, columns[0].times),
			c.show(columns[3].times), c.ratio(columns[3].times, columns[0].times), goal(c.mixed))
	}
	return sizes()
}

func (c distCase) show(times map[string]float64) string {
	ns, ok := times[c.name]
	switch {
	case !ok:
		return "-"
	case c.scale == 0:
		return fmt.Sprintf("%.2f", c.size/ns)
	}
	return fmt.Sprintf("%.2f", ns/c.scale)
}

func (c distCase) ratio(a, b map[string]float64) string {
	if a[c.name] == 0 || b[c.name] == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", a[c.name]/b[c.name])
}

// prepare builds what the nodes run.
func (l *lab) prepare() error {
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", l.erlsh, "./cmd/erlsh")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	source := filepath.Join(l.dir, "distbench.erl")
	if err := os.WriteFile(source, []byte(distModule), 0o600); err != nil {
		return err
	}
	if out, err := exec.Command("erlc", "-o", l.dir, source).CombinedOutput(); err != nil {
		return fmt.Errorf("erlc: %w\n%s", err, out)
	}
	return nil
}

// start starts a node that evaluates a call.
func (l *lab) start(command []string, name, call string) (*exec.Cmd, io.Reader, error) {
	args := append([]string{}, command[1:]...)
	if command[0] == "erl" {
		args = append(args, "-noinput", "-pa", l.dir, "-sname", name, "-setcookie", "bench", "-eval", call)
	} else {
		load := fmt.Sprintf("{ok,_} = c(%q), ", filepath.Join(l.dir, "distbench.erl"))
		args = append(args, "-sname", name, "-setcookie", "bench", "-e", load+call)
	}
	c := exec.Command(command[0], args...)
	c.Dir = l.dir
	c.Env = append(os.Environ(), "ERL_EPMD_PORT="+strconv.Itoa(l.port))
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := c.Start(); err != nil {
		return nil, nil, err
	}
	l.running[name] = c
	return c, out, nil
}

func (l *lab) stop(name string) {
	if c := l.running[name]; c != nil {
		_ = c.Process.Kill()
		_ = c.Wait()
		delete(l.running, name)
	}
}

// measure runs all cases with a port mapper of their own.
func (l *lab) measure(driver, peers []string) (map[string]float64, error) {
	l.port++
	l.running = map[string]*exec.Cmd{}
	defer func() {
		for name := range l.running {
			l.stop(name)
		}
	}()
	if driver[0] == "erl" || peers[0] == "erl" {
		mapper := exec.Command("epmd", "-port", strconv.Itoa(l.port))
		if err := mapper.Start(); err != nil {
			return nil, err
		}
		l.running["epmd"] = mapper
	}
	var names []string
	for _, p := range []string{"p1", "p2", "p3"} {
		if _, out, err := l.start(peers, p, "io:format(\"ready~n\"), distbench:serve()."); err != nil {
			return nil, err
		} else if err := ready(out); err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		names = append(names, "'"+p+"@"+l.host+"'")
	}
	_, out, err := l.start(driver, "driver", "distbench:main(["+strings.Join(names, ",")+"]).")
	if err != nil {
		return nil, err
	}
	return l.follow(out)
}

func ready(out io.Reader) error {
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "ready") {
		return fmt.Errorf("does not start: %q, %w", line, err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return nil
}

// follow reads the figures, and kills a peer when it is time.
func (l *lab) follow(out io.Reader) (map[string]float64, error) {
	times := map[string]float64{}
	var killed time.Time
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if os.Getenv("BENCH_VERBOSE") != "" {
			fmt.Fprintln(os.Stderr, lines.Text())
		}
		n, err := strconv.ParseFloat(value, 64)
		switch {
		case name == "end":
			return times, nil
		case name == "kill" && l.running[value] != nil:
			time.Sleep(50 * time.Millisecond)
			killed = time.Now()
			_ = l.running[value].Process.Kill()
		case name == "nodedown":
			times[name] = max(n-float64(killed.UnixNano()), 1)
		case err == nil:
			times[name] = n
		default:
			fmt.Fprintln(os.Stderr, lines.Text())
		}
	}
	return nil, fmt.Errorf("it ended after %v", times)
}

// sizes compares what the codecs make of messages.
func sizes() error {
	o := term.NewOrigin(term.Atom("someone@somewhere"), 1_700_000_000)
	pid := (&term.Pid{Origin: o, ID: 90}).Term()
	ref := (&term.Ref{Origin: o, Len: 3, Words: [5]uint32{200_000, 3_000_000_000, 77}}).Term()
	fmt.Printf("%-40s %8s %8s\n", "bytes of a message", "msgpack", "etf")
	for _, m := range []struct {
		name string
		t    term.Term
	}{
		{"{message,1}", term.Tuple(term.Atom("message"), term.Int(1))},
		{"{'$gen_call',{Pid,[alias|Ref]},get}", term.Tuple(term.Atom("$gen_call"),
			term.Tuple(pid, term.ListTail([]term.Term{term.Atom("alias")}, ref)), term.Atom("get"))},
		{"#{name => <<\"Ada\">>, born => 1815}", term.NewMap(term.Atom("name"), term.BinaryString("Ada"), term.Atom("born"), term.Int(1815))},
		{"[1, 2.5, \"text\"]", term.List(term.Int(1), term.Float(2.5), term.String("text"))},
	} {
		p, err := pack.Encode(m.t, nil)
		if err != nil {
			return err
		}
		e, err := etf.Encode(m.t, nil)
		if err != nil {
			return err
		}
		fmt.Printf("%-40s %8d %8d\n", m.name, len(p), len(e)-1)
	}
	return nil
}
