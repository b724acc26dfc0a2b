package dist

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/erlsh/erlsh/dist/epmd"
	"github.com/erlsh/erlsh/dist/handshake"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// NetKernel connects one node to others.
type NetKernel struct {
	o    Options
	host Host

	mu       sync.RWMutex
	on       *presence               // guarded by mu: nil while the node is on no network
	routes   map[term.Term]*route    // guarded by mu
	known    map[term.Term]bool      // guarded by mu: names ever heard of; true for those ever connected
	ports    map[term.Term]int       // guarded by mu: where nodes listen that were dialled by their ports
	spare    map[string][]identity   // guarded by mu: of each host the names given to its nodes that are free again
	given    map[term.Term]bool      // guarded by mu: names given to nodes
	cookie   term.Term               // guarded by mu
	source   string                  // guarded by mu: where cookie is from; "": somebody has set it
	cookies  map[term.Term]term.Term // guarded by mu
	allowed  []term.Term             // guarded by mu: empty allows everybody
	tick     time.Duration           // guarded by mu
	next     time.Duration           // guarded by mu: the tick time to come; 0: none
	retick   chan struct{}           // tick or next has changed
	lastConn uint64                  // guarded by mu: connection_id
	record   *recorder
	tickets  atomic.Uint64
}

// presence is the node on the network, from Start to Stop.
type presence struct {
	who      atomic.Pointer[identity]
	short    string // before the @
	host     string // behind it
	long     bool
	hidden   bool
	stays    bool               // until Close
	dynamic  bool               // the first peer gives the name
	naming   chan struct{}      // dynamic: one at a time asks for a name
	parts    int                // ticks in a tick time
	listener net.Listener       // nil for a silent node
	epmd     *epmd.Registration // nil for a node without a port mapper
	settled  atomic.Int64       // until when nodes look for a new port mapper, in Unix nanoseconds
	killed   atomic.Bool        // it was the port mapper, and was told to end that
	mu       sync.Mutex
	server   *epmd.Server    // guarded by mu: nil unless this node is the port mapper
	ctx      context.Context // ends with Stop
	cancel   context.CancelFunc
	wait     sync.WaitGroup // all goroutines
	doors    chan struct{}  // room for strangers
}

// identity is what others know the node by; one that waits for its name has the name "".
type identity struct {
	name     string // with the host
	atom     term.Term
	creation uint32
}

func (on *presence) me() *identity { return on.who.Load() }

// route is what is known of the way to one node while there is one, or will be one. Its fields are guarded by the NetKernel's mu.
type route struct {
	name    term.Term
	conn    *Conn
	attempt *attempt
	inbound int  // handshakes of the peer that we have agreed to
	closing bool // the node is being told that the connection is gone
	queue   []queued
	waiters []chan error
	settled chan struct{} // closed when closing ends
	hidden  bool
}

// attempt is a connection being set up by this node.
type attempt struct {
	cancel context.CancelFunc
}

// queued is a signal that waits for its connection.
type queued struct {
	s    node.Signal
	done func(error)
}

// New returns the distribution of a node that is not on a network yet.
func New(o Options) *NetKernel {
	if o.MaxMessage == 0 {
		o.MaxMessage = defaultMaxMessage
	}
	if o.BusyLimit == 0 {
		o.BusyLimit = defaultBusyLimit
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	if o.Listen == nil {
		o.Listen = net.Listen
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &NetKernel{
		o: o, host: o.Host, record: newRecorder(o.Record),
		routes:  map[term.Term]*route{},
		known:   map[term.Term]bool{},
		ports:   map[term.Term]int{},
		spare:   map[string][]identity{},
		given:   map[term.Term]bool{},
		cookie:  atomNoCookie,
		cookies: map[term.Term]term.Term{},
		tick:    defaultTick,
		retick:  make(chan struct{}, 1),
	}
}

var atomNoCookie = term.Atom("nocookie")

// Connect sets a connection up, or finds one.
func (k *NetKernel) Connect(ctx context.Context, name term.Term, hidden bool) error {
	name = k.withPort(name)
	k.mu.Lock()
	if k.on == nil {
		k.mu.Unlock()
		return errors.New("this node has no name: start one with net_kernel:start/1, or erlsh -sname")
	}
	if name == k.on.me().atom {
		k.mu.Unlock()
		return nil
	}
	k.hear(name)
	r := k.route(name)
	if r.conn != nil {
		k.mu.Unlock()
		return nil
	}
	done := make(chan error, 1)
	r.waiters = append(r.waiters, done)
	k.begin(r, hidden)
	k.mu.Unlock()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return errTimedOut(name)
	}
}

// route returns the route to a node, made if need be; mu is held.
func (k *NetKernel) route(name term.Term) *route {
	r := k.routes[name]
	if r == nil {
		r = &route{name: name}
		k.routes[name] = r
	}
	return r
}

// begin starts an attempt unless something is under way already; mu is held, and the node is on.
func (k *NetKernel) begin(r *route, hidden bool) {
	hidden = hidden || k.on != nil && k.on.hidden
	if r.conn != nil || r.attempt != nil || r.inbound > 0 || r.closing {
		return
	}
	ctx, cancel := context.WithCancel(k.on.ctx)
	a := &attempt{cancel: cancel}
	r.attempt, r.hidden = a, hidden
	on := k.on
	on.wait.Add(1)
	go func() {
		defer on.wait.Done()
		defer cancel()
		k.dial(ctx, on, r, a, hidden)
	}()
}

// Send hands a signal to a node. See node.Network.
func (k *NetKernel) Send(name term.Term, s node.Signal, o node.SendOptions) error {
	k.mu.RLock()
	var c *Conn
	// A node that leaves sends nothing more: to lose one connection after the other is no news to those that are still connected.
	if r := k.routes[name]; r != nil && k.on != nil {
		c = r.conn
	}
	k.mu.RUnlock()
	if c != nil {
		if err := c.send(s, o); !errors.Is(err, errClosed) {
			return err
		}
	}

	k.mu.Lock()
	defer k.mu.Unlock()
	if k.on == nil || name == k.on.me().atom {
		return node.ErrNotConnected
	}
	r := k.routes[name]
	if r == nil || r.conn == nil && r.attempt == nil && r.inbound == 0 {
		if o.NoConnect || k.forbidden(name) {
			return node.ErrNotConnected
		}
	}
	k.hear(name)
	if r = k.route(name); r.conn != nil {
		// Of a connection that has just been closed the node has not been told yet: it will undo this signal too.
		if err := r.conn.send(s, o); !errors.Is(err, errClosed) {
			return err
		}
		return nil
	}
	full := len(r.queue) >= maxWaiting
	if full && o.NoSuspend {
		return node.ErrBusy
	}
	q := queued{s: s}
	if full {
		q.done = o.Done
	}
	r.queue = append(r.queue, q)
	k.begin(r, k.on.hidden)
	if q.done != nil {
		return node.ErrBusy
	}
	return nil
}

// forbidden reports whether dist_auto_connect forbids to set up a connection without being told to; mu is held.
func (k *NetKernel) forbidden(name term.Term) bool {
	return k.o.AutoConnect == "never" || k.o.AutoConnect == "once" && k.known[name]
}

// MayConnect reports whether a connection may be set up without being told to.
func (k *NetKernel) MayConnect(name term.Term) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return !k.forbidden(name)
}

// up installs a connection that has been agreed on. Of two to the same node the one agreed on later counts: ticket.
func (k *NetKernel) up(on *presence, c net.Conn, p handshake.Peer, ticket uint64) error {
	name := term.Atom(p.Name)
	_ = c.SetDeadline(time.Time{})
	peer := node.Peer{
		Name: name, Origin: k.host.OriginOf(name, p.Creation), Creation: p.Creation,
		Hidden: !p.Agreed.Has(handshake.Published), Address: c.RemoteAddr().String(), Since: k.o.Now(), Flags: uint64(p.Flags),
		Erlsh:  p.Agreed.Has(handshake.Erlsh),
		Secure: k.o.Secure != nil,
	}
	if err := k.clear(on, name, ticket); err != nil { // holds mu where there is no error
		return err
	}
	k.lastConn++
	peer.Connection = k.lastConn
	r := k.route(name)
	conn := newConn(k.host, c, peer, p.Agreed, limits{k.o.MaxMessage, k.o.BusyLimit}, k.down)
	conn.ticket, conn.record = ticket, k.record
	waiting := r.queue
	r.queue = nil
	for _, q := range waiting {
		_ = conn.send(q.s, node.SendOptions{})
	}
	r.conn = conn
	k.known[name] = true
	waiters := r.waiters
	r.waiters = nil
	if a := r.attempt; a != nil {
		r.attempt = nil
		defer a.cancel()
	}
	k.mu.Unlock()
	k.host.NodeUp(peer)
	conn.start(&on.wait)
	for _, q := range waiting {
		if q.done != nil {
			q.done(nil)
		}
	}
	for _, w := range waiters {
		w <- nil
	}
	return nil
}

// flags returns what this node announces.
func (k *NetKernel) flags(hidden bool) handshake.Flags {
	f := handshake.Ours(hidden)
	if k.o.NoMsgpack {
		f &^= handshake.Msgpack
	}
	return f
}

// clear ends an older connection to a node, if there is one, and waits until the node knows. It returns with mu held, unless this node
// has stopped or a newer connection stands.
func (k *NetKernel) clear(on *presence, name term.Term, ticket uint64) error {
	for {
		k.mu.Lock()
		r := k.routes[name]
		switch {
		case k.on != on:
			k.mu.Unlock()
			return errStopped
		case r == nil || r.conn == nil && !r.closing:
			return nil
		case r.conn != nil && r.conn.ticket > ticket:
			k.mu.Unlock()
			return errReplaced
		}
		if r.settled == nil {
			r.settled = make(chan struct{})
		}
		settled, old := r.settled, r.conn
		k.mu.Unlock()
		if old != nil {
			old.close(atomConnectionClosed, errReplaced)
		}
		select {
		case <-settled:
		case <-on.ctx.Done():
			return errStopped
		}
	}
}

// ticket numbers connections in the order in which they were agreed on.
func (k *NetKernel) ticket() uint64 { return k.tickets.Add(1) }

// down takes the end of a connection: the node is told, then the way is free for another one.
func (k *NetKernel) down(c *Conn) {
	k.mu.Lock()
	r := k.routes[c.peer.Name]
	r.conn, r.closing = nil, true
	k.mu.Unlock()
	c.mu.Lock()
	reason := c.reason
	c.mu.Unlock()
	k.host.NodeDown(c.peer, reason)
	k.release(c.peer)
	k.mu.Lock()
	defer k.mu.Unlock()
	r.closing = false
	if r.settled != nil {
		close(r.settled)
		r.settled = nil
	}
	k.restart(r)
}

// restart sets up a connection that something waits for, or forgets a route that nobody needs; mu is held.
func (k *NetKernel) restart(r *route) {
	switch {
	case r.conn != nil || r.attempt != nil || r.inbound > 0 || r.closing:
	case len(r.queue)+len(r.waiters) > 0 && k.on != nil:
		k.begin(r, r.hidden || k.on.hidden)
	default:
		if k.routes[r.name] == r {
			delete(k.routes, r.name)
		}
	}
}

// failed ends an attempt or an agreed handshake that came to nothing; unless something else is under way, what waited is undone.
func (k *NetKernel) failed(r *route, err error) {
	k.mu.Lock()
	if r.conn != nil || r.attempt != nil || r.inbound > 0 || r.closing {
		k.mu.Unlock()
		return
	}
	queue, waiters := r.queue, r.waiters
	r.queue, r.waiters = nil, nil
	r.closing = true
	k.mu.Unlock()
	if len(queue) > 0 {
		k.host.Lost(r.name)
		if len(waiters) == 0 {
			k.host.Notice(err.Error())
		}
	}
	for _, q := range queue {
		if q.done != nil {
			q.done(nil)
		}
	}
	for _, w := range waiters {
		w <- err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	r.closing = false
	if r.settled != nil {
		close(r.settled)
		r.settled = nil
	}
	k.restart(r)
}

// Disconnect closes the connection to a node.
func (k *NetKernel) Disconnect(name term.Term) bool {
	k.mu.RLock()
	var c *Conn
	// A node that leaves sends nothing more: to lose one connection after the other is no news to those that are still connected.
	if r := k.routes[name]; r != nil && k.on != nil {
		c = r.conn
	}
	k.mu.RUnlock()
	if c == nil {
		return false
	}
	c.close(atomDisconnect, errDisconnected)
	return true
}

// Peers returns the connected nodes, the oldest connection first.
func (k *NetKernel) Peers() []node.Peer {
	k.mu.RLock()
	defer k.mu.RUnlock()
	var peers []node.Peer
	for _, r := range k.routes {
		if c := r.conn; c != nil {
			p := c.peer
			p.In, p.Out = c.in.Load(), c.out.Load()
			peers = append(peers, p)
		}
	}
	slices.SortFunc(peers, func(a, b node.Peer) int { return int(a.Connection) - int(b.Connection) })
	return peers
}

// hear notes the name of a node; mu is held.
func (k *NetKernel) hear(name term.Term) {
	if _, ok := k.known[name]; !ok && strings.Contains(name.AtomName(), "@") {
		k.known[name] = false
	}
}

// Known returns the names of all nodes that were ever connected, or meant to be.
func (k *NetKernel) Known() []term.Term {
	k.mu.RLock()
	defer k.mu.RUnlock()
	names := make([]term.Term, 0, len(k.known))
	for name := range k.known {
		names = append(names, name)
	}
	slices.SortFunc(names, term.Compare)
	return names
}

// Cookie returns the cookie for a node, or the default one for None and for nodes without their own.
func (k *NetKernel) Cookie(name term.Term) term.Term {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if c, ok := k.cookies[name]; ok {
		return c
	}
	return k.cookie
}

// SetCookie sets the cookie for a node, or the default one for None and for this node's own name.
func (k *NetKernel) SetCookie(name, cookie term.Term) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if name.None() || k.on != nil && name == k.on.me().atom {
		k.cookie, k.source = cookie, ""
		return
	}
	k.cookies[name] = cookie
}

func (k *NetKernel) cookieFor(peer string) string {
	name, _ := term.ExistingAtom(peer)
	return k.Cookie(name).AtomName()
}

// Names asks the port mapper of a host for its nodes.
func (k *NetKernel) Names(ctx context.Context, host string) ([]node.Registration, error) {
	if host == "" {
		host = k.loopback()
	}
	nodes, err := k.mapper().Names(ctx, host)
	out := make([]node.Registration, len(nodes))
	for i, n := range nodes {
		out[i] = node.Registration{Name: n.Name, Port: n.Port}
	}
	return out, err
}

// Allow lets only the named nodes, and those named before, connect.
func (k *NetKernel) Allow(names []term.Term) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, name := range names {
		if !slices.Contains(k.allowed, name) {
			k.allowed = append(k.allowed, name)
		}
	}
}

// Allowed returns the nodes that may connect, nil for everybody.
func (k *NetKernel) Allowed() []term.Term {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return slices.Clone(k.allowed)
}

func (k *NetKernel) isAllowed(name term.Term) bool {
	return len(k.allowed) == 0 || slices.Contains(k.allowed, name)
}
