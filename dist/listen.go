package dist

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
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
	if err := k.appear(on, o.Silent || on.dynamic); err != nil {
		on.cancel()
		return err
	}
	k.mu.Lock()
	k.on, k.tick, k.next = on, defaultTick, 0
	if o.Tick > 0 {
		k.tick = o.Tick
	}
	k.hear(atom.NonodeNohost)
	k.hear(on.me().atom)
	k.mu.Unlock()
	if me := on.me(); me.name != "" {
		k.host.Origin().Rename(me.atom, me.creation)
		k.host.NodeUp(node.Peer{Name: me.atom, Creation: me.creation})
	}
	on.wait.Add(1)
	go func() {
		defer on.wait.Done()
		k.ticking(on)
	}()
	if on.listener == nil {
		return nil
	}
	on.wait.Add(1)
	go func() {
		defer on.wait.Done()
		k.accept(on)
	}()
	return nil
}

// appear listens for other nodes and registers with the port mapper. A silent node does neither.
func (k *NetKernel) appear(on *presence, silent bool) (err error) {
	if silent {
		on.rename(randomCreation())
		return nil
	}
	if on.listener, err = k.listen(); err != nil {
		return err
	}
	if err = k.register(on); err != nil {
		_ = on.listener.Close()
	}
	return err
}

// rename completes who the node is by its creation; a node that waits for its name has none.
func (on *presence) rename(creation uint32) {
	if on.dynamic {
		on.who.Store(nameless())
		return
	}
	name := on.short + "@" + on.host
	on.who.Store(&identity{name: name, atom: term.Atom(name), creation: creation})
}

// askCookie takes the default cookie from the options, unless one has been set already.
func (k *NetKernel) askCookie() error {
	if k.o.Cookie == nil || k.Cookie(term.None) != atomNoCookie {
		return nil
	}
	c, source, err := k.o.Cookie()
	if err != nil {
		return err
	}
	if !term.AtomFits(c) {
		return errors.New("a cookie has at most 255 characters")
	}
	k.SetCookie(term.None, term.Atom(c))
	k.mu.Lock()
	k.source = source
	k.mu.Unlock()
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
	if !o.Long && strings.ContainsAny(host, ".:") {
		return nil, fmt.Errorf("a short name must not have a host with a domain: %s@%s", short, host)
	}
	if len(short)+1+len(host) > 255 {
		return nil, errors.New("the name of a node has at most 255 characters")
	}
	dynamic := short == "undefined"
	parts := o.Intensity
	if parts == 0 {
		parts = 4
	}
	ctx, cancel := context.WithCancel(context.Background())
	on := &presence{
		short: short, host: host, long: o.Long, hidden: o.Hidden || o.Silent || dynamic, stays: o.Permanent, dynamic: dynamic, parts: parts,
		ctx: ctx, cancel: cancel, doors: make(chan struct{}, maxHandshakes), naming: make(chan struct{}, 1),
	}
	on.rename(0)
	return on, nil
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
		if l, err = k.o.Listen(k.family(), net.JoinHostPort(k.o.ListenHost, strconv.Itoa(port))); err == nil {
			return l, nil
		}
	}
	return nil, fmt.Errorf("cannot listen for other nodes: %w", err)
}

// register registers with the port mapper.
func (k *NetKernel) register(on *presence) error {
	if k.o.FixedPort > 0 {
		on.rename(randomCreation())
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
	r, err := m.Register(on.ctx, k.loopback(), n, k.o.Retry)
	if errors.Is(err, syscall.ECONNREFUSED) && !k.o.NoEpmd {
		if err = k.serve(on); err != nil && !errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("no epmd runs here, and this node cannot be one: %w", err)
		}
		r, err = m.Register(on.ctx, k.loopback(), n, k.o.Retry)
	}
	if err != nil {
		on.closeServer()
		if errors.Is(err, epmd.ErrDuplicate) {
			return fmt.Errorf("a node called %s runs on this host already", on.short)
		}
		return fmt.Errorf("cannot register with epmd at %s: %w", m.Address(k.loopback()), err)
	}
	on.epmd = r
	if r.Creation < 4 {
		r.Creation = randomCreation()
	}
	on.rename(r.Creation)
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
	if k.o.Family == "tcp6" {
		hosts = []string{"::1", loopback}
	}
	if k.o.EpmdHosts != nil {
		hosts = append(hosts, k.o.EpmdHosts...)
	} else if addresses, err := net.DefaultResolver.LookupHost(on.ctx, on.host); err == nil {
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
	server, err := epmd.Serve(port, hosts, epmd.ServerOptions{
		Seed: uint32(k.o.Now().Unix()), Listen: k.o.Listen, Loose: k.o.EpmdLoose, Killed: func() { on.killed.Store(true) },
	})
	if err == nil {
		on.server = server
		k.settle(on, newcomer)
	}
	return err
}

// succeed makes this node the port mapper when the one before is gone: of all nodes that notice, the first one. It reports whether there
// is a new one now.
func (k *NetKernel) succeed(on *presence) bool {
	if k.o.NoEpmd || k.o.FixedPort > 0 || on.killed.Load() {
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

// closeServer ends the port mapper, if this node is it, and reports whether others were registered there.
func (on *presence) closeServer() (orphans bool) {
	on.mu.Lock()
	defer on.mu.Unlock()
	if on.server == nil {
		return false
	}
	orphans = slices.ContainsFunc(on.server.Names(), func(name string) bool { return name != on.short })
	on.server.Close()
	on.server = nil
	return orphans
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
	if on.listener != nil {
		_ = on.listener.Close()
	}
	goodbye(conns)
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
	if orphans := on.closeServer(); anyhow && orphans && k.o.Orphaned != nil {
		k.o.Orphaned()
	}
	if me := on.me(); me.name != "" {
		k.host.NodeDown(node.Peer{Name: me.atom, Creation: me.creation}, atomKernelTerminated)
	}
	k.host.Origin().Rename(atom.NonodeNohost, 0)
	return true
}

// hangUp is how long a node that leaves waits for its peers to hang up; those that stand still do not.
const hangUp = 1500 * time.Millisecond

// goodbye parts from all peers at once.
func goodbye(conns []*Conn) {
	late := time.NewTimer(hangUp)
	defer late.Stop()
	var gone []<-chan struct{}
	for _, c := range conns {
		if done := c.part(); done != nil {
			gone = append(gone, done)
		}
	}
	for _, done := range gone {
		select {
		case <-done:
		case <-late.C:
			return
		}
	}
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

// refused tells of a stranger with whom there is no agreement.
func (k *NetKernel) refused(who string, err error) {
	if text := remoteAlert(err); text != "" {
		err = fmt.Errorf("%s (%w)", meaning(text), err)
	}
	k.host.Notice(fmt.Sprintf("connection attempt from %s failed: %v", who, err))
}

// secured wraps what has come in. The connection is returned in any case, to be closed.
func (k *NetKernel) secured(on *presence, c net.Conn) (net.Conn, error) {
	if k.o.Secure == nil {
		return c, nil
	}
	ctx, cancel := context.WithTimeout(on.ctx, k.setup())
	defer cancel()
	secure, err := k.o.Secure.Server(ctx, c)
	if err != nil {
		k.refused(c.RemoteAddr().String(), err)
		return c, err
	}
	return secure, nil
}

// answer lets one stranger prove itself.
func (k *NetKernel) answer(on *presence, c net.Conn) {
	stop := context.AfterFunc(on.ctx, func() { _ = c.Close() })
	c, err := k.secured(on, c)
	if err != nil {
		<-on.doors
		stop()
		_ = c.Close()
		return
	}
	me := on.me()
	var agreed *route
	ticket := k.ticket()
	p, err := handshake.Accept(c, handshake.Options{
		Name: me.name, Creation: me.creation, Flags: k.flags(on.hidden), Cookie: k.cookieFor, Timeout: k.setup(),
		Wide: k.o.Secure != nil,
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
		if p.Flags.Has(handshake.NameMe) {
			k.gave(p.Name)
		}
		err = k.up(on, c, p, ticket)
	}
	if err != nil {
		_ = c.Close()
	}
	switch {
	case err != nil && k.o.Secure != nil && remoteAlert(err) != "":
		k.refused(p.Name+" at "+c.RemoteAddr().String(), err)
	case errors.Is(err, handshake.ErrEncrypted):
		k.refused(c.RemoteAddr().String(), fmt.Errorf("it speaks TLS, and this node does not: start it with -proto_dist inet_tls too (%w)", err))
	case errors.Is(err, handshake.ErrCookie):
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
	case name == on.me().atom:
		return handshake.StatusNOK, nil
	}
	r := k.route(name)
	status := handshake.StatusOK
	switch {
	case r.conn != nil:
		status = handshake.StatusAlive
	case r.attempt != nil:
		// erl_dist_protocol, "Distribution Handshake": of two nodes that dial one another the greater name goes on
		if term.Compare(on.me().atom, name) > 0 {
			return handshake.StatusNOK, nil
		}
		status = handshake.StatusSimultaneous
		r.attempt.cancel()
		r.attempt = nil
	}
	r.inbound++
	return status, r
}
