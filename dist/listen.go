package dist

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/erlsh/erlsh/dist/epmd"
	"github.com/erlsh/erlsh/dist/handshake"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Start makes the node part of a network: it listens, and registers with the port mapper, which this node becomes itself where none
// runs.
func (k *NetKernel) Start(o node.StartOptions) error {
	k.mu.RLock()
	running := k.on != nil
	k.mu.RUnlock()
	if running {
		return errors.New("this node has a name already")
	}
	on, err := k.present(o)
	if err != nil {
		return err
	}
	if err := k.askCookie(); err != nil {
		on.cancel()
		return err
	}
	if on.listener, err = k.listen(); err != nil {
		on.cancel()
		return err
	}
	if err := k.register(on); err != nil {
		on.cancel()
		_ = on.listener.Close()
		return err
	}
	if o.Tick > 0 {
		k.SetTick(o.Tick)
	}
	k.mu.Lock()
	k.on = on
	k.mu.Unlock()
	k.host.Origin().Rename(on.atom, on.creation)
	on.wait.Add(2)
	go func() {
		defer on.wait.Done()
		k.accept(on)
	}()
	go func() {
		defer on.wait.Done()
		k.ticking(on)
	}()
	return nil
}

// askCookie takes the default cookie from the options, unless one has been set already.
func (k *NetKernel) askCookie() error {
	if k.o.Cookie == nil || k.Cookie(term.None) != atomNoCookie {
		return nil
	}
	c, err := k.o.Cookie()
	if err != nil {
		return err
	}
	if !term.AtomFits(c) {
		return errors.New("a cookie has at most 255 characters")
	}
	k.SetCookie(term.None, term.Atom(c))
	return nil
}

// present says who the node is to be.
func (k *NetKernel) present(o node.StartOptions) (*presence, error) {
	short, host, given := strings.Cut(o.Name, "@")
	if !given {
		var err error
		if host, err = k.hostname(o.Long); err != nil {
			return nil, err
		}
	}
	if !validShort(short) || host == "" || strings.ContainsAny(host, "@ \t\r\n") {
		return nil, fmt.Errorf("%q is no node name: letters, digits, - and _, then perhaps @host", o.Name)
	}
	dotted := strings.ContainsAny(host, ".:")
	if o.Long && !dotted {
		return nil, fmt.Errorf("a long name needs a host with a domain, or an address: %s@%s has none", short, host)
	}
	if !o.Long && dotted {
		return nil, fmt.Errorf("a short name must not have a host with a domain: %s@%s", short, host)
	}
	name := short + "@" + host
	if len(name) > 255 {
		return nil, errors.New("the name of a node has at most 255 characters")
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &presence{
		name: name, atom: term.Atom(name), short: short, long: o.Long, hidden: o.Hidden, stays: o.Permanent,
		ctx: ctx, cancel: cancel, doors: make(chan struct{}, maxHandshakes),
	}, nil
}

func validShort(name string) bool {
	for _, r := range name {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-') {
			return false
		}
	}
	return name != ""
}

// hostname returns the name of this machine, with its domain for a long name.
func (k *NetKernel) hostname(long bool) (string, error) {
	host := k.o.Hostname
	if host == "" {
		var err error
		if host, err = os.Hostname(); err != nil {
			return "", fmt.Errorf("what is this machine called? %w", err)
		}
	}
	first, domain, _ := strings.Cut(host, ".")
	if !long {
		return first, nil
	}
	if k.o.Domain != "" {
		domain = k.o.Domain
	}
	if domain == "" {
		return "", fmt.Errorf("the domain of %s is not known: give the whole name, as in -name x@%s.example.org", first, first)
	}
	return first + "." + domain, nil
}

// listen opens the port that other nodes connect to.
func (k *NetKernel) listen() (net.Listener, error) {
	var err error
	first, last := k.o.PortMin, k.o.PortMax
	if k.o.FixedPort > 0 {
		first, last = k.o.FixedPort, k.o.FixedPort
	}
	for port := first; port <= max(first, last); port++ {
		var l net.Listener
		if l, err = k.o.Listen("tcp", net.JoinHostPort(k.o.ListenHost, strconv.Itoa(port))); err == nil {
			return l, nil
		}
	}
	return nil, fmt.Errorf("cannot listen for other nodes: %w", err)
}

// register registers with the port mapper.
func (k *NetKernel) register(on *presence) error {
	if k.o.FixedPort > 0 {
		on.creation = randomCreation()
		return nil
	}
	port := 0
	if a, ok := on.listener.Addr().(*net.TCPAddr); ok {
		port = a.Port
	}
	n := epmd.Node{Name: on.short, Port: port}
	m := k.mapper()
	m.Refused = func() { k.succeed(on) }
	m.Renewed = func() { k.settle(on, k.comeback()) }
	r, err := m.Register(on.ctx, loopback, n, k.o.Retry)
	if errors.Is(err, syscall.ECONNREFUSED) && !k.o.NoEpmd {
		if err = k.serve(on); err != nil && !errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("no epmd runs here, and this node cannot be one: %w", err)
		}
		r, err = m.Register(on.ctx, loopback, n, k.o.Retry)
	}
	if err != nil {
		on.closeServer()
		if errors.Is(err, epmd.ErrDuplicate) {
			return fmt.Errorf("a node called %s runs on this host already", on.short)
		}
		return fmt.Errorf("cannot register with epmd at %s: %w", m.Address(loopback), err)
	}
	on.epmd, on.creation = r, r.Creation
	if on.creation < 4 {
		on.creation = randomCreation()
	}
	return nil
}

func randomCreation() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return max(binary.BigEndian.Uint32(b[:]), 4)
}

// serve makes this node the port mapper of the host: registrations come to the loopback address, questions to that of the host.
func (k *NetKernel) serve(on *presence) error {
	hosts := []string{loopback, "::1"}
	_, host, _ := strings.Cut(on.name, "@")
	if addresses, err := net.DefaultResolver.LookupHost(on.ctx, host); err == nil {
		hosts = append(hosts, addresses...)
	}
	port := k.o.EpmdPort
	if port == 0 {
		port = epmd.DefaultPort
	}
	on.mu.Lock()
	defer on.mu.Unlock()
	if on.server != nil {
		return nil
	}
	server, err := epmd.Serve(port, hosts, uint32(k.o.Now().Unix()), k.o.Listen)
	if err == nil {
		on.server = server
		k.settle(on, newcomer)
	}
	return err
}

// succeed makes this node the port mapper when the one before is gone: of all nodes that notice, the first one. It reports whether there
// is a new one now.
func (k *NetKernel) succeed(on *presence) bool {
	if k.o.NoEpmd || k.o.FixedPort > 0 {
		return false
	}
	on.mu.Lock()
	running := on.server != nil
	on.mu.Unlock()
	if running || k.serve(on) != nil {
		return false
	}
	k.settle(on, k.comeback())
	return true
}

// newcomer is how long a node that starts as port mapper waits for others: it may follow another one that has just gone, whose nodes
// of our kind come back at once.
const newcomer = 300 * time.Millisecond

// comeback is how long it takes until every node has found a new port mapper.
func (k *NetKernel) comeback() time.Duration {
	retry := k.o.Retry
	if retry == 0 {
		retry = epmd.Retry
	}
	return retry + retry/2
}

// settle notes that the port mapper of this host is new, and that it takes a while until every node has found it.
func (k *NetKernel) settle(on *presence, while time.Duration) {
	on.settled.Store(k.o.Now().Add(while).UnixNano())
}

func (k *NetKernel) settling(on *presence) bool { return k.o.Now().UnixNano() < on.settled.Load() }

func (on *presence) closeServer() {
	on.mu.Lock()
	defer on.mu.Unlock()
	if on.server != nil {
		on.server.Close()
		on.server = nil
	}
}

// Stop takes the node off the network, unless it is there to stay. What is written already is sent before, if the peers read it soon.
func (k *NetKernel) Stop() bool { return k.leave(false) }

// Close is Stop at the end of the program, for any node.
func (k *NetKernel) Close() { k.leave(true) }

// parting is how long a node that leaves waits for connections on whose other side something is to arrive, and for what is being
// written.
const parting = time.Second

// awaitQueued waits for the connections that are being set up for something that has been sent already.
func (k *NetKernel) awaitQueued() {
	ctx, cancel := context.WithTimeout(context.Background(), parting)
	defer cancel()
	var all sync.WaitGroup
	k.mu.RLock()
	for _, r := range k.routes {
		if len(r.queue) > 0 {
			all.Go(func() { _ = k.Connect(ctx, r.name, r.hidden) }) // when it fails the sender has been told
		}
	}
	k.mu.RUnlock()
	all.Wait()
}

func (k *NetKernel) leave(anyhow bool) bool {
	k.awaitQueued()
	k.mu.Lock()
	on := k.on
	if on == nil || on.stays && !anyhow {
		k.mu.Unlock()
		return false
	}
	k.on = nil
	var conns []*Conn
	var waiting []*route
	for _, r := range k.routes {
		if r.conn != nil {
			conns = append(conns, r.conn)
		} else {
			waiting = append(waiting, r)
		}
	}
	k.mu.Unlock()
	for _, c := range conns {
		c.flush(parting)
	}
	on.cancel()
	_ = on.listener.Close()
	for _, c := range conns {
		c.close(atomKernelTerminated, errStopped)
	}
	for _, r := range waiting {
		k.failed(r, errStopped)
	}
	on.wait.Wait()
	if on.epmd != nil {
		on.epmd.Close()
	}
	on.closeServer()
	k.host.Origin().Rename(atom.NonodeNohost, 0)
	return true
}

// accept lets strangers in to prove themselves, some at a time.
func (k *NetKernel) accept(on *presence) {
	for {
		c, err := on.listener.Accept()
		if on.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
			if err == nil {
				_ = c.Close()
			}
			return
		}
		if err != nil { // too many open files and the like: they pass
			select {
			case <-on.ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
			continue
		}
		select {
		case on.doors <- struct{}{}:
		default:
			_ = c.Close()
			continue
		}
		on.wait.Add(1)
		go func() {
			defer on.wait.Done()
			k.answer(on, c)
		}()
	}
}

// answer lets one stranger prove itself.
func (k *NetKernel) answer(on *presence, c net.Conn) {
	stop := context.AfterFunc(on.ctx, func() { _ = c.Close() })
	var agreed *route
	ticket := k.ticket()
	p, err := handshake.Accept(c, handshake.Options{
		Name: on.name, Creation: on.creation, Flags: handshake.Ours(on.hidden), Cookie: k.cookieFor, Timeout: k.setup(),
		Decide: func(peer string) handshake.Status {
			status, r := k.decide(on, peer)
			agreed, ticket = r, k.ticket()
			return status
		},
		Assign: k.assign,
		Commit: func(p handshake.Peer) error { // it has the cookie: its name may become an atom
			err := k.clear(on, term.Atom(p.Name), ticket)
			if err == nil {
				k.mu.Unlock()
			}
			return err
		},
	})
	<-on.doors
	if !stop() && err == nil {
		err = errStopped
	}
	if err == nil {
		err = k.up(on, c, p, ticket)
	}
	if err != nil {
		_ = c.Close()
	}
	if errors.Is(err, handshake.ErrCookie) {
		k.host.Notice(fmt.Sprintf("connection attempt from %s with a different cookie", p.Name))
	}
	if agreed == nil {
		return
	}
	k.mu.Lock()
	agreed.inbound--
	k.mu.Unlock()
	if err != nil {
		k.failed(agreed, notConnected(p.Name, err))
	}
}

// decide answers the name of a node that dials. The route is the one on which the connection is expected now; nil for a name of
// which nothing is known here: no atom is made of a name before its owner has proved itself.
func (k *NetKernel) decide(on *presence, peer string) (handshake.Status, *route) {
	name, known := term.ExistingAtom(peer)
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.on != on || !k.isAllowed(name):
		return handshake.StatusNotAllowed, nil
	case !known:
		return handshake.StatusOK, nil
	case name == on.atom:
		return handshake.StatusNOK, nil
	}
	r := k.route(name)
	status := handshake.StatusOK
	switch {
	case r.conn != nil:
		status = handshake.StatusAlive
	case r.attempt != nil:
		// erl_dist_protocol, "Distribution Handshake": of two nodes that dial one another the greater name goes on
		if term.Compare(on.atom, name) > 0 {
			return handshake.StatusNOK, nil
		}
		status = handshake.StatusSimultaneous
		r.attempt.cancel()
		r.attempt = nil
	}
	r.inbound++
	return status, r
}

// assign gives a name to a node that wants one.
func (k *NetKernel) assign(host string) (string, uint32) {
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	var b [13]byte
	_, _ = rand.Read(b[:]) // never fails
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b[:]) + "@" + host, randomCreation()
}

// ticking keeps connections alive, and ends those whose peers are silent for the tick time and a quarter.
func (k *NetKernel) ticking(on *presence) {
	for {
		check := max(k.Tick()/4, time.Millisecond)
		say := min(check, shortestTick)
		t := time.NewTicker(say)
		elapsed := time.Duration(0)
		for again := true; again; {
			select {
			case <-on.ctx.Done():
				t.Stop()
				return
			case <-k.retick:
				again = false
			case <-t.C:
				elapsed += say
				due := elapsed >= check
				if due {
					elapsed = 0
				}
				k.tickAll(due)
			}
		}
		t.Stop()
	}
}

// tickAll says something on every connection; due, it also counts the silence of the peers.
func (k *NetKernel) tickAll(due bool) {
	k.mu.RLock()
	var conns []*Conn
	for _, r := range k.routes {
		if r.conn != nil {
			conns = append(conns, r.conn)
		}
	}
	k.mu.RUnlock()
	for _, c := range conns {
		c.tick()
		switch {
		case !due:
		case c.heard.Swap(false):
			c.silent = 0
		default:
			if c.silent++; c.silent >= 5 {
				c.close(atomTickTimeout, errors.New("the peer is silent"))
			}
		}
	}
}
