package dist

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"

	"github.com/erlsh/erlsh/dist/handshake"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// A node that is started without a name of its own, or that nobody can connect to, and the names that this node gives to such nodes.

// Standing tells how the node is on the network.
func (k *NetKernel) Standing() node.Standing {
	k.mu.RLock()
	defer k.mu.RUnlock()
	on := k.on
	if on == nil {
		return node.Standing{}
	}
	return node.Standing{Alive: true, Static: on.stays, Dynamic: on.dynamic, Long: on.long, Hidden: on.hidden}
}

// adopt takes the name that a peer has given to this node, before the connection is used.
func (k *NetKernel) adopt(on *presence, p handshake.Peer) {
	me := &identity{name: p.Own, atom: term.Atom(p.Own), creation: p.OwnCreation}
	on.who.Store(me)
	k.host.Origin().Rename(me.atom, me.creation)
	k.host.NodeUp(node.Peer{Name: me.atom, Creation: me.creation})
}

// nameless returns who a node is that waits for its name.
func nameless() *identity { return &identity{atom: atom.NonodeNohost} }

// release gives up a name that depends on being connected: that of this node when its last connection has gone, and that which this
// node has given to the peer.
func (k *NetKernel) release(peer node.Peer) {
	k.mu.Lock()
	if k.given[peer.Name] {
		delete(k.given, peer.Name)
		_, host, _ := strings.Cut(peer.Name.AtomName(), "@")
		k.spare[host] = append(k.spare[host], identity{name: peer.Name.AtomName(), creation: peer.Creation})
	}
	on := k.on
	if on == nil || !on.dynamic {
		k.mu.Unlock()
		return
	}
	for _, r := range k.routes {
		if r.conn != nil {
			k.mu.Unlock()
			return
		}
	}
	me := on.me()
	on.who.Store(nameless())
	k.mu.Unlock()
	if me.name != "" {
		k.host.NodeDown(node.Peer{Name: me.atom, Creation: me.creation}, atomKernelTerminated)
		k.host.Origin().Rename(atom.NonodeNohost, 0)
	}
}

// maxGiven is how many names this node gives away at a time, and keeps for nodes that come back.
const maxGiven = 10_000

// assign gives a name to a node that wants one: one that was given before and is free, so that a node that comes back is likely to get
// its old one, with the creation of a new incarnation.
func (k *NetKernel) assign(host string) (string, uint32) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if spare := k.spare[host]; len(spare) > 0 {
		old := spare[len(spare)-1]
		k.spare[host] = slices.Delete(spare, len(spare)-1, len(spare))
		return old.name, max(old.creation+1, 4)
	}
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	b[0] = letters[10+int(b[0])%26]
	return string(b[:]) + "@" + host, randomCreation()
}

// gave notes that a peer lives by a name of ours.
func (k *NetKernel) gave(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.given) < maxGiven {
		k.given[term.Atom(name)] = true
	}
}

// withPort takes the port out of a name like b@host:25672, and keeps it: that node is dialled there, whatever port mappers know.
func (k *NetKernel) withPort(name term.Term) term.Term {
	plain, port, ok := SplitPort(name.AtomName())
	if !ok {
		return name
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	at := term.Atom(plain)
	k.ports[at] = port
	return at
}

// SplitPort takes a name like b@host:25672 apart; false for a name without a port. A host with several colons is an address of IPv6.
func SplitPort(name string) (plain string, port int, ok bool) {
	_, host, _ := strings.Cut(name, "@")
	if strings.Count(host, ":") != 1 {
		return name, 0, false
	}
	i := strings.LastIndexByte(name, ':')
	port, err := strconv.Atoi(name[i+1:])
	if err != nil || port < 1 || port > 65535 {
		return name, 0, false
	}
	return name[:i], port, true
}
