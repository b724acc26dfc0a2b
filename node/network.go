package node

import (
	"context"
	"time"

	"github.com/erlsh/erlsh/lang/term"
)

// Network is what a node asks of the distribution. A node without one is nonode@nohost. Names are atoms. All methods may be called
// from any goroutine; those with a context may take long and are called from inside Process.Blocking.
type Network interface {
	// Connect sets a connection up, or finds one, and returns nil; the error says in a person's words why there is none.
	Connect(ctx context.Context, name term.Term, hidden bool) error
	// MayConnect reports whether a connection to a node that is not connected may be set up without being told to.
	MayConnect(name term.Term) bool
	// Disconnect closes the connection, false when there is none.
	Disconnect(name term.Term) bool
	// Peers returns the connected nodes, the oldest connection first.
	Peers() []Peer
	// Known returns the names of all nodes ever heard of.
	Known() []term.Term
	// Send hands a signal to the node called name and never blocks: while the connection is set up, which Send starts when opts
	// allow it, signals wait in order. When there will be no connection the network calls Node.Lost, which undoes what waited.
	// The error is nil; or ErrBusy, for a busy connection with NoSuspend (nothing was sent) or with Done (the signal is queued and Done
	// is called when the sender may go on); or ErrNotConnected, with NoConnect. A nil signal only sets the connection up.
	Send(name term.Term, s Signal, opts SendOptions) error

	// Start makes the node part of a network; the error says why it cannot be one.
	Start(opts StartOptions) error
	// Stop takes it off; false when it was not on one, or is there to stay.
	Stop() bool
	// Cookie returns the cookie for a node, or the default one for None; SetCookie sets it.
	Cookie(name term.Term) term.Term
	SetCookie(name, cookie term.Term)
	// Names asks the port mapper of a host ("" for this one) for its nodes.
	Names(ctx context.Context, host string) ([]Registration, error)
	// Standing tells how the node is on the network.
	Standing() Standing
	// Tick returns the tick time and whether the node is still on its way to it; SetTick changes it, after a while in which peers with
	// either tick time are content.
	Tick() (d time.Duration, changing bool)
	SetTick(d, transition time.Duration)
	// Allow restricts who may connect to the named nodes and those allowed before; Allowed returns them, nil for everybody.
	Allow(names []term.Term)
	Allowed() []term.Term
}

// Standing is what a node is on its network. Without a network it is zero.
type Standing struct {
	Alive   bool
	Static  bool // since the start of the program
	Dynamic bool // the first peer gives the name; the node has none while it is not connected
	Long    bool // names with domains
	Hidden  bool
}

// Peer is one connected node.
type Peer struct {
	Name     term.Term // atom
	Origin   *term.Origin
	Hidden   bool
	Address  string // "127.0.0.1:37337"
	In, Out  uint64 // frames read and written
	Since    time.Time
	Flags    uint64
	Creation uint32
	Erlsh    bool // another erlsh node
	Secure   bool // the connection is encrypted
	// Connection tells one connection to a node from the next: net_kernel's connection_id.
	Connection uint64
}

// Registration is one line of what a port mapper knows.
type Registration struct {
	Name string // without the host
	Port int
}

// SendOptions say what a sender puts up with.
type SendOptions struct {
	NoConnect bool        // do not set up a connection
	NoSuspend bool        // return ErrBusy where the sender would be suspended
	Outbox    *Outbox     // when not nil: the signal may be held back until the connection, which is noted there, is flushed
	Done      func(error) // when not nil: called when a sender suspended for a busy connection may go on
}

// StartOptions describe the node to be, as net_kernel:start/2 takes them.
type StartOptions struct {
	Name   string // with or without @host
	Long   bool
	Hidden bool
	Tick   time.Duration // zero: 60 s
	// Intensity is how many ticks make a tick time; zero: 4.
	Intensity int
	// Silent says that nobody can connect to this node: it does not listen, and is hidden. A node whose name is undefined is silent too.
	Silent bool
	// Permanent says that Stop does not take the node off again: the program was started with a name.
	Permanent bool
}
