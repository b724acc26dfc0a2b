package dist

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/erlsh/erlsh/dist/epmd"
	"github.com/erlsh/erlsh/dist/handshake"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// What people are told when there is no connection, or no longer.
var (
	errStopped      = errors.New("this node has left the network")
	errReplaced     = errors.New("the peer has made a new connection")
	errDisconnected = errors.New("this node has closed the connection")
	errNotReading   = errors.New("the peer does not read what it is sent")
)

const loopback = "127.0.0.1"

func errTimedOut(name term.Term) error {
	return fmt.Errorf("cannot connect to %s: no answer in time", name.AtomName())
}

func (k *NetKernel) mapper() *epmd.Client {
	return &epmd.Client{Port: k.o.EpmdPort, Dial: epmd.Dialer(k.o.Dial), Network: k.o.Family}
}

// dial carries an attempt out.
func (k *NetKernel) dial(ctx context.Context, on *presence, r *route, a *attempt, hidden bool) {
	err := k.reach(ctx, on, r.name, hidden)
	if errors.Is(err, handshake.ErrNOK) { // the peer's own attempt is under way to us
		err = k.awaited(ctx, r.name, err)
	}
	if err == nil {
		return
	}
	k.mu.Lock()
	mine := r.attempt == a
	if mine {
		r.attempt = nil
	}
	k.mu.Unlock()
	if !mine { // the peer's attempt has taken its place
		return
	}
	k.failed(r, notConnected(r.name.AtomName(), err))
}

func notConnected(name string, err error) error {
	return fmt.Errorf("cannot connect to %s: %w", name, err)
}

// awaited waits for the connection that the peer makes instead of ours. up ends the attempt's context.
func (k *NetKernel) awaited(ctx context.Context, name term.Term, refused error) error {
	t := time.NewTimer(k.setup())
	defer t.Stop()
	select {
	case <-ctx.Done():
		return errStopped
	case <-t.C:
		return k.explain(refused, name.AtomName(), "")
	}
}

func (k *NetKernel) setup() time.Duration {
	if k.o.Setup == 0 {
		return handshake.DefaultTimeout
	}
	return k.o.Setup
}

// reach finds the node, proves both sides to each other and installs the connection. The error says in a person's words why not.
func (k *NetKernel) reach(ctx context.Context, on *presence, name term.Term, hidden bool) error {
	full := name.AtomName()
	short, host, err := on.mayDial(full)
	if err != nil {
		return err
	}
	k.mu.RLock()
	allowed, port := k.isAllowed(name), k.ports[name]
	k.mu.RUnlock()
	if !allowed {
		return errors.New("net_kernel:allow/1 of this node does not name it")
	}
	address := net.JoinHostPort(host, strconv.Itoa(port))
	if port == 0 {
		if address, err = k.locate(ctx, on, short, host); err != nil {
			return err
		}
	}
	if on.dynamic { // whoever comes first asks for a name, and the others wait whether there is one
		select {
		case on.naming <- struct{}{}:
			defer func() { <-on.naming }()
		case <-ctx.Done():
			return errStopped
		}
	}
	c, err := k.open(ctx, address, host)
	if err != nil {
		return k.explain(err, full, address)
	}
	if err := k.introduce(ctx, on, c, full, hidden); err != nil {
		_ = c.Close()
		return k.explain(err, full, address)
	}
	return nil
}

// open makes the connection to a node, encrypted where that is asked for.
func (k *NetKernel) open(ctx context.Context, address, host string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, k.setup())
	defer cancel()
	c, err := k.o.Dial(ctx, k.family(), address)
	if err != nil || k.o.Secure == nil {
		return c, err
	}
	secure, err := k.o.Secure.Client(ctx, c, host)
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	return secure, nil
}

// introduce proves this node to the one that was dialled, and that one to this, and installs the connection.
func (k *NetKernel) introduce(ctx context.Context, on *presence, c net.Conn, full string, hidden bool) error {
	ticket := k.ticket()
	me, flags := on.me(), k.flags(hidden)
	o := handshake.Options{Name: me.name, Creation: me.creation, Flags: flags, Cookie: k.cookieFor, Timeout: k.setup(), Peer: full}
	o.Wide = k.o.Secure != nil
	if me.name == "" {
		o.Name, o.Flags = on.host, flags|handshake.NameMe
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	p, err := handshake.Connect(c, o)
	if !stop() && err == nil {
		err = errStopped
	}
	if err != nil {
		return err
	}
	switch {
	case me.name == "":
		k.adopt(on, p)
	case on.me() != me: // the name was gone with the last connection
		return errStopped
	}
	if err = k.up(on, c, p, ticket); err != nil {
		k.release(node.Peer{})
	}
	return err
}

func (k *NetKernel) family() string {
	if k.o.Family == "" {
		return "tcp"
	}
	return k.o.Family
}

// loopback is the address at which nodes register with the port mapper of their host.
func (k *NetKernel) loopback() string {
	if k.o.Family == "tcp6" {
		return "::1"
	}
	return loopback
}

// mayDial takes a name apart and checks what the initiator of a connection has to check.
func (on *presence) mayDial(name string) (short, host string, err error) {
	short, host, ok := strings.Cut(name, "@")
	switch {
	case !ok || short == "" || host == "" || strings.Contains(host, "@") || len(name) > 255:
		return "", "", fmt.Errorf("%q is no node name: it must be name@host", name)
	case !on.long && net.ParseIP(host) != nil:
		return "", "", fmt.Errorf("this node (%s) has a short name, and to nodes with short names the host is a name, not an address: start it with -name", on.called())
	case !on.long && strings.Contains(host, "."):
		return "", "", fmt.Errorf("this node (%s) has a short name, and nodes with short names only talk to short names: start it with -name, or dial %s@%s",
			on.called(), short, strings.SplitN(host, ".", 2)[0])
	case on.long && !strings.Contains(host, ".") && !strings.Contains(host, ":"):
		return "", "", fmt.Errorf("this node (%s) has a long name, and nodes with long names only talk to long names: start it with -sname, or dial %s@%s.<domain>",
			on.called(), short, host)
	}
	return short, host, nil
}

// called is what to call this node in a text.
func (on *presence) called() string {
	if name := on.me().name; name != "" {
		return name
	}
	return "undefined"
}

// locate asks the port mapper of a host where a node listens.
func (k *NetKernel) locate(ctx context.Context, on *presence, short, host string) (address string, err error) {
	if k.o.FixedPort > 0 {
		return net.JoinHostPort(host, strconv.Itoa(k.o.FixedPort)), nil
	}
	m := k.mapper()
	n, err := m.Lookup(ctx, host, short)
	if err != nil && host == on.host {
		n, err = k.insist(ctx, on, m, short, host, err)
	}
	if err == nil {
		return net.JoinHostPort(host, strconv.Itoa(n.Port)), nil
	}
	where := m.Address(host)
	var unknown *net.DNSError
	switch {
	case errors.As(err, &unknown):
		return "", fmt.Errorf("no such host: %s", host)
	case unreachable(err):
		return "", fmt.Errorf("host %s cannot be reached: there is no way to it (%w)", host, errors.Unwrap(err))
	case errors.Is(err, epmd.ErrNotRegistered):
		return "", fmt.Errorf("%s is not registered with epmd on %s: %s%s", short, host, k.others(ctx, m, host), on.asMapper(host))
	case errors.Is(err, syscall.ECONNREFUSED):
		return "", fmt.Errorf("no epmd answers at %s: is a node running on that host, and on that epmd port?", where)
	case isTimeout(err):
		return "", fmt.Errorf("epmd at %s does not answer", where)
	}
	return "", fmt.Errorf("epmd at %s: %w", where, err)
}

// insist looks a node of this host up again where the port mapper has just gone: this node may take its place, or another one does, and
// all need a moment to find the new one.
func (k *NetKernel) insist(ctx context.Context, on *presence, m *epmd.Client, short, host string, err error) (n epmd.Node, _ error) {
	patience := k.o.Now().Add(k.comeback())
	for err != nil {
		switch {
		case errors.Is(err, epmd.ErrNotRegistered):
			if !k.settling(on) {
				return n, err
			}
		case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, epmd.ErrNoAnswer):
			if !k.succeed(on) && k.o.Now().After(patience) {
				return n, err
			}
		default:
			return n, err
		}
		t := time.NewTimer(10 * time.Millisecond)
		select {
		case <-ctx.Done():
			t.Stop()
			return n, err
		case <-t.C:
		}
		n, err = m.Lookup(ctx, host, short)
	}
	return n, nil
}

// asMapper says, behind other words, that no epmd ran on this host when this node looked for one, and what that may mean.
func (on *presence) asMapper(host string) string {
	on.mu.Lock()
	defer on.mu.Unlock()
	if on.server == nil || host != on.host {
		return ""
	}
	return "; no epmd ran here before this node became it: nodes of one that has died register again within a few seconds"
}

// others tells which nodes a port mapper knows instead.
func (k *NetKernel) others(ctx context.Context, m *epmd.Client, host string) string {
	nodes, err := m.Names(ctx, host)
	if err != nil || len(nodes) == 0 {
		return "it knows none at all"
	}
	names := make([]string, len(nodes))
	for i, n := range nodes {
		names[i] = n.Name
	}
	return "it knows " + strings.Join(names, ", ")
}

func unreachable(err error) bool {
	return errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH)
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}

// cookieSource says where the cookie for a node is from, behind other words.
func (k *NetKernel) cookieSource(name string) string {
	peer, _ := term.ExistingAtom(name)
	k.mu.RLock()
	defer k.mu.RUnlock()
	if _, own := k.cookies[peer]; own {
		return ", and the one of this node for it is set by set_cookie/2"
	}
	if k.source == "" {
		return ""
	}
	return ", and the one of this node is " + k.source
}

// explain says what went wrong with a node that was found.
func (k *NetKernel) explain(err error, name, address string) error {
	host := name[strings.IndexByte(name, '@')+1:]
	switch {
	case errors.Is(err, errStopped):
		return err
	case errors.Is(err, handshake.ErrEncrypted):
		return fmt.Errorf("it expects TLS: start this node with -proto_dist inet_tls and its options too (%w)", err)
	case k.o.Secure != nil:
		if err := explainSecure(err, address); err != nil {
			return err
		}
	}
	switch {
	case errors.Is(err, handshake.ErrCookie):
		return fmt.Errorf("it rejected our cookie: both nodes need the same one%s (%w)", k.cookieSource(name), err)
	case errors.Is(err, handshake.ErrNOK):
		return fmt.Errorf("it refused: it has a connection under way to a node of our name, or our name itself (%w)", err)
	case errors.Is(err, handshake.ErrNotAllowed):
		return fmt.Errorf("it does not allow this node to connect (%w)", err)
	case errors.Is(err, handshake.ErrWrongName):
		return fmt.Errorf("the port mapper of %s is out of date (%w)", host, err)
	case errors.Is(err, handshake.ErrTimeout), isTimeout(err):
		if k.o.Secure == nil {
			return fmt.Errorf("%s accepts the connection and says nothing: it hangs, or waits for TLS (%w)", address, err)
		}
		return fmt.Errorf("%s accepts the connection and says nothing (%w)", address, err)
	case unreachable(err):
		return fmt.Errorf("host %s cannot be reached: there is no way to it (%w)", host, err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("connection refused by %s, where it is said to listen", address)
	}
	return err
}
