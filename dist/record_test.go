package dist_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/erlsh/erlsh/dist"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

var update = flag.Bool("update", false, "record testdata/otp25 anew from a real node")

// tap keeps what a connection reads.
type tap struct {
	net.Conn
	mu sync.Mutex
	b  []byte // guarded by mu
}

func (t *tap) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	t.mu.Lock()
	t.b = append(t.b, b[:n]...)
	t.mu.Unlock()
	return n, err
}

// frames returns what followed the handshake, whose messages have two bytes of length, the last one being the ack.
func (t *tap) frames() [][]byte {
	t.mu.Lock()
	b := t.b
	t.mu.Unlock()
	for ack := false; !ack; {
		n := int(binary.BigEndian.Uint16(b))
		ack = b[2] == 'a'
		b = b[2+n:]
	}
	var out [][]byte
	for len(b) >= 4 {
		n := int(binary.BigEndian.Uint32(b))
		if n > 0 {
			out = append(out, b[4:4+n])
		}
		b = b[4+n:]
	}
	return out
}

// names of the control messages by number, for the file.
var names = map[byte]string{
	1: "LINK", 6: "REG_SEND", 7: "GROUP_LEADER", 19: "MONITOR_P", 20: "DEMONITOR_P", 22: "SEND_SENDER", 24: "PAYLOAD_EXIT", 26: "PAYLOAD_EXIT2",
	28: "PAYLOAD_MONITOR_P_EXIT", 29: "SPAWN_REQUEST", 31: "SPAWN_REPLY", 33: "ALIAS_SEND", 35: "UNLINK_ID", 36: "UNLINK_ID_ACK",
}

// TestRecord writes what a real node sends into testdata/otp25, when told to.
func TestRecord(t *testing.T) {
	if !*update {
		t.Skip("only with -update")
	}
	port := startEpmd(t)
	e := startErl(t, port, "-sname", "real", "-setcookie", "secret")
	var tapped *tap
	n := startOurs(t, "ours", port, func(o *dist.Options, _ *node.StartOptions) {
		o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil || strings.HasSuffix(address, fmt.Sprint(":", port)) {
				return c, err
			}
			tapped = &tap{Conn: c}
			return tapped, nil
		}
	})
	real := atom("real@" + hostOf(n))
	if err := n.net.Connect(context.Background(), real, false); err != nil {
		t.Fatal(err)
	}
	p, in := n.sink("sink")
	us := n.Name().AtomName()
	if err := n.Send(p.Self(), p.Self(), atom("start")); err != nil {
		t.Fatal(err)
	}
	receive(t, in)
	e.want("true", "register(me, self()).")
	_ = n.Send(p.Self(), term.Tuple(atom("me"), real), term.Tuple(p.Self(), p.MakeRef()))
	e.want("ok", "receive {P, R} -> ok end.")
	for _, expressions := range []string{
		"P ! hello.",
		"{sink,'" + us + "'} ! {self(), make_ref(), \"text\", <<\"bytes\">>, 1.5, -7, 1 bsl 70, #{a => [], 3 => {}}, [x|y], <<5:3>>}.",
		"P ! {fun lists:map/2, fun(X) -> {X, P} end, hd(erlang:ports()), 'ü', '\\x{3b1}'}.",
		"link(P).", "unlink(P).", "exit(P, normal).", "group_leader(self(), P).",
		"M = monitor(process, P).", "demonitor(M).",
		"monitor(process, {nobody, '" + us + "'}).",
		"spawn('" + us + "', test, tell, [P, x]).",
		"spawn_monitor('" + us + "', test, tell, [P, [100,200]]).",
		"rpc:call('" + us + "', test, add, [[1], 1]).",
		"gen_server:call({sink, '" + us + "'}, question, 1) .",
		"R ! to_alias.",
	} {
		e.eval("%s", expressions)
	}
	// what it answers to us: spawns, exits, confirmations
	e.want("true", "register(victim, spawn(fun() -> receive stop -> exit({because, 1}) end end)).")
	run(n, p, func() {
		_ = mustRef(t, p, term.Tuple(atom("victim"), real))
		_, _ = p.SpawnAsync(real, atom("timer"), atom("sleep"), term.List(term.Int(1)), term.List(atom("link"), atom("monitor")))
	})
	e.eval("V = whereis(victim).")
	e.eval("P ! {victim, V}.")
	var victim term.Term
	for victim.None() {
		if m, ok := receive(t, in).Tagged(atom("victim"), 2); ok {
			victim = m[1]
		}
	}
	run(n, p, func() { _ = p.Link(victim) })
	run(n, p, func() { p.Unlink(victim) })
	e.eval("begin timer:sleep(50), victim ! stop, timer:sleep(50) end.")

	var b strings.Builder
	fmt.Fprintf(&b, "%% Frames that a node of OTP 25 has sent, after the handshake, without their lengths: the control message, and the bytes.\n")
	for _, f := range tapped.frames() {
		fmt.Fprintf(&b, "%s %s\n", names[f[6]], hex.EncodeToString(f))
	}
	if err := os.MkdirAll("testdata/otp25", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/otp25/frames.txt", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
