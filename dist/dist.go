// Package dist connects a node to others: it carries signals between processes of different nodes in the protocol that all Erlang
// nodes speak.
//
// A NetKernel belongs to one node and implements node.Network: it listens, registers with the port mapper (or is one itself where
// none runs), dials, accepts, and keeps one Conn for each connected node. A Conn writes signals as control messages and reads
// them back; the table of control messages is in control.go. Host is the node as the protocol sees it, so that tests of the protocol
// need no running node.
//
// Start with New.
package dist

import (
	"context"
	"io"
	"net"
	"time"

	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/pack"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Host is the node as the protocol sees it. *node.Node is one.
type Host interface {
	// Origin is the identity of the node; Start gives it name and creation, Stop takes them away.
	Origin() *term.Origin
	// OriginOf returns the one origin for the name and creation of any node.
	OriginOf(name term.Term, creation uint32) *term.Origin
	// Encoding says how terms are written for a peer, Decoding how they are read.
	Encoding(peer term.Term) *etf.Encoding
	Decoding() *etf.Decoding
	// Packing and Unpacking say the same for nodes of our own kind, as msgpack.
	Packing() *pack.Encoding
	Unpacking() *pack.Decoding
	// Deliver carries a signal to its receiver; it does not wait for anything.
	Deliver(s node.Signal)
	// Carrier is for what a connection reads.
	Carrier(resume func()) node.Deliverer
	// NodeUp and NodeDown tell of connections, Lost of one that could not be set up.
	NodeUp(peer node.Peer)
	NodeDown(peer node.Peer, reason term.Term)
	Lost(name term.Term)
	// Notice explains something to the person at the prompt.
	Notice(text string)
}

// Options say what a NetKernel is made of. Only Host is needed.
type Options struct {
	Host Host
	// Cookie is the default cookie, asked for when the node gets a name, and for a person's eyes where it is from; nil: SetCookie sets it.
	Cookie    func() (value, source string, err error)
	EpmdPort  int           // of every port mapper; 0: the protocol's own
	NoEpmd    bool          // never be the port mapper of this host
	EpmdHosts []string      // where this node listens as port mapper, besides the loopback address; nil: where its host name leads to
	EpmdLoose bool          // as port mapper, obey those who want to end it or to take registrations of others back
	Orphaned  func()        // called when this node was the port mapper of nodes that go on without it; may be nil
	FixedPort int           // where this node listens and all others do, so that no port mapper is needed; 0: ask port mappers
	Retry     time.Duration // between attempts to register again with a port mapper that has gone; 0: 2 s
	Hostname  string        // of this machine; "": what the system says
	Domain    string        // of this machine, for long names; "": found out

	Family           string // "tcp", "tcp4" or "tcp6": what to listen and to dial with; "": "tcp"
	Secure           Secure // what to wrap connections in; nil: nothing
	ListenHost       string // "": every address of this machine
	PortMin, PortMax int    // where to listen; 0: any port

	// NoMsgpack says that the external term format is spoken with nodes of our own kind too.
	NoMsgpack bool

	// Record takes every message that comes in as msgpack: 4 bytes of length, then the message. nil: nothing does.
	Record io.Writer

	AutoConnect string        // "": always; "once": not again after a connection was lost; "never"
	Setup       time.Duration // patience with each step of a handshake; 0: 7 s
	MaxMessage  int           // bytes of the largest message that is read; 0: 1 GiB
	BusyLimit   int           // bytes waiting for a connection before senders are suspended; 0: 1 MiB

	Dial   func(ctx context.Context, network, address string) (net.Conn, error) // nil: TCP
	Listen func(network, address string) (net.Listener, error)                  // nil: TCP
	Now    func() time.Time                                                     // nil: the clock
}

// Secure wraps connections between nodes in encryption that also tells them who is who. Its errors are for a person to read.
type Secure interface {
	// Client wraps a connection that this node has made to a node of a host, Server one that has come in.
	Client(ctx context.Context, c net.Conn, host string) (net.Conn, error)
	Server(ctx context.Context, c net.Conn) (net.Conn, error)
}

const (
	defaultTick       = 60 * time.Second
	defaultMaxMessage = 1 << 30
	defaultBusyLimit  = 1 << 20
	// maxHandshakes is how many strangers may be at the door at a time.
	maxHandshakes = 128
	// maxWaiting is how many signals of suspendable senders wait for a connection being set up before the senders are suspended.
	maxWaiting = 1024
	// shortestTick is how often a connection says something at least, whatever the tick time of the peer may be.
	shortestTick = 5 * time.Second
)
