package node

import (
	"io"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// A port is a process of a kind: it has a mailbox, links and monitors like one, but its identity is a port, it stands in a table of its
// own, and what it runs is written in Go. Its goroutines read from and write to what it is connected with.
// Erlang reference manual, "Ports and Port Drivers"; module erlang, open_port/2.

// Device is what a port is connected with.
type Device interface {
	io.ReadWriteCloser
	// Wait returns the exit status when the device has ended.
	Wait() int
}

// PortOptions describe a port to be.
type PortOptions struct {
	Name   string // what port_info calls it
	OSPid  int    // 0: none
	Device Device
	In     bool // the device is read
	Out    bool // the device is written to
	EOF    bool // the end of what comes in is a message, and the port stays
	Status bool // the exit status is a message
	// Bytes reads what a command wants to have sent.
	Bytes func(t term.Term) ([]byte, bool)
	// Receive returns what becomes of bytes that came in, the part behind {Port, {data, ...}}; end tells that no more will come.
	Receive func(data []byte, end bool) []term.Term
	// Frame returns bytes as they go out.
	Frame func(data []byte) []byte
}

// port is what the process of a port has besides.
type port struct {
	process *Process
	id      *term.Port
	o       PortOptions
	closed  atomic.Bool
	gate    *Gate // nil for a port with a device
	writer  portWriter
	output  atomic.Uint64 // bytes that went out

	// What follows belongs to the process.
	owner term.Term
	input uint64
}

// portWriter is the queue of what a port still has to write.
type portWriter struct {
	mu      sync.Mutex
	changed sync.Cond
	queue   [][]byte // guarded by mu
	size    int      // guarded by mu: bytes in queue and under way
	over    bool     // guarded by mu
}

// busyPort is how many bytes may wait in a port before those who send more have to wait too.
const busyPort = 1 << 16

// ports are the ports of a node.
type ports struct {
	mu   sync.RWMutex
	byID map[uint64]*port   // guarded by mu
	of   map[*Process]*port // guarded by mu
	next uint64             // guarded by mu
	over bool               // guarded by mu: the node is closed

	gates sync.WaitGroup // the goroutines of gates
}

var (
	atomPort       = term.Atom("port")
	atomData       = term.Atom("data")
	atomCommand    = term.Atom("command")
	atomConnect    = term.Atom("connect")
	atomConnected  = term.Atom("connected")
	atomClose      = term.Atom("close")
	atomClosed     = term.Atom("closed")
	atomEOF        = term.Atom("eof")
	atomExitStatus = term.Atom("exit_status")
	atomBadsig     = term.Atom("badsig")
	atomEpipe      = term.Atom("epipe")
	atomEbadf      = term.Atom("ebadf")
)

// OpenPort makes a port whose owner is the process, to which it is linked.
func (p *Process) OpenPort(o PortOptions) term.Term {
	n := p.node
	q := &Process{node: n, parent: p.id, leader: p.leader, trapExit: true}
	q.state.Store(stateReady)
	t := &port{process: q, o: o, owner: p.Self()}
	t.writer.changed.L = &t.writer.mu
	x := q.more()
	x.handler = t.handle
	n.ports.add(t, n.origin)
	p.addLink(q.Self())
	q.addLink(p.Self())
	n.put(p.worker, q)
	go t.write(q)
	go t.read(q)
	return q.Self()
}

func (s *ports) add(t *port, origin *term.Origin) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID, s.of, s.next = map[uint64]*port{}, map[*Process]*port{}, 4
	}
	s.next++
	t.id = &term.Port{Origin: origin, ID: s.next}
	t.closed.Store(s.over)
	s.byID[s.next], s.of[t.process] = t, t
}

func (s *ports) remove(q *Process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.of[q]; t != nil {
		delete(s.byID, t.id.ID)
		delete(s.of, q)
	}
}

// identity returns the port that a process is.
func (s *ports) identity(q *Process) term.Term {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if t := s.of[q]; t != nil {
		return t.id.Term()
	}
	return term.None
}

// port returns the process of a port of this node, nil when there is none.
func (n *Node) port(id *term.Port) *Process {
	n.ports.mu.RLock()
	defer n.ports.mu.RUnlock()
	if t := n.ports.byID[id.ID]; t != nil {
		return t.process
	}
	return nil
}

// portOf returns an open port, which may be given by its name; nil when there is none.
func (n *Node) portOf(to term.Term) *port {
	var t *port
	q := n.named(to)
	n.ports.mu.RLock()
	defer n.ports.mu.RUnlock()
	if q != nil {
		t = n.ports.of[q]
	} else if id, ok := to.Port(); ok && n.local(id.Origin) {
		t = n.ports.byID[id.ID]
	}
	if t == nil || t.closed.Load() {
		return nil
	}
	return t
}

// Ports returns the open ports, the oldest first.
func (n *Node) Ports() []term.Term {
	n.ports.mu.RLock()
	defer n.ports.mu.RUnlock()
	out := make([]term.Term, 0, len(n.ports.byID))
	for _, t := range n.ports.byID {
		if !t.closed.Load() {
			out = append(out, t.id.Term())
		}
	}
	slices.SortFunc(out, term.Compare)
	return out
}

// closePorts gives back what the ports of a node hold.
func (n *Node) closePorts() {
	n.ports.mu.Lock()
	n.ports.over = true
	all := slices.Collect(maps.Values(n.ports.byID))
	n.ports.mu.Unlock()
	for _, t := range all {
		t.stop()
	}
	n.ports.gates.Wait()
}

// handle takes a message to a port: {From, Message} from a process, or an exit signal.
func (t *port) handle(q *Process, m term.Term) {
	if e, ok := m.Tagged(atom.ExitSignal, 3); ok {
		t.shut(q, e[2])
		return
	}
	e, _ := m.Tuple()
	r, ok := e[1].Tuple()
	if !ok || len(r) != 2 || !term.Equal(r[0], t.owner) || !t.perform(q, r[1]) {
		q.deliver(&Exit2{From: q.Self(), To: t.owner, Reason: atomBadsig})
	}
}

// perform does what the owner asked for by message; false when that means nothing.
func (t *port) perform(q *Process, op term.Term) bool {
	if op == atomClose {
		q.deliver(&Exit{From: q.Self(), To: t.owner, Reason: atom.Normal}) // before the answer
		_ = q.Send(t.owner, term.Tuple(q.Self(), atomClosed))
		t.shut(q, atom.Normal)
		return true
	}
	e, ok := op.Tuple()
	if !ok || len(e) != 2 {
		return false
	}
	switch e[0] {
	case atomCommand:
		if t.gate != nil {
			return false
		}
		data, ok := t.o.Bytes(e[1])
		if ok {
			t.send(q, data)
		}
		return ok
	case atomConnect:
		if !q.node.isLocal(e[1]) {
			return false
		}
		_ = q.Send(t.owner, term.Tuple(q.Self(), atomConnected))
		t.connect(q, e[1])
		return true
	}
	return false
}

func (t *port) connect(q *Process, owner term.Term) {
	t.owner = owner
	if t.gate != nil {
		t.gate.setOwner(q.node.Process(owner))
	}
	q.addLink(owner)
	q.deliver(&Link{From: q.Self(), To: owner})
}

// shut ends the port.
func (t *port) shut(q *Process, reason term.Term) {
	t.stop()
	if reason == atom.Kill {
		reason = atom.Killed
	}
	q.exit(reason)
}

// stop closes the device when what is queued has been written.
func (t *port) stop() {
	if !t.closed.Swap(true) {
		if t.gate != nil {
			t.gate.close()
			return
		}
		t.writer.mu.Lock()
		t.writer.over = true
		t.writer.changed.Broadcast()
		t.writer.mu.Unlock()
	}
}

// send queues bytes.
func (t *port) send(q *Process, data []byte) {
	if !t.o.Out {
		t.shut(q, atomEbadf)
		return
	}
	if t.o.Frame != nil {
		data = t.o.Frame(data)
	}
	w := &t.writer
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = append(w.queue, data)
	w.size += len(data)
	w.changed.Broadcast()
}

func (w *portWriter) busy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.size > busyPort && !w.over
}

// await returns when the queue is short again.
func (w *portWriter) await() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.size > busyPort && !w.over {
		w.changed.Wait()
	}
}

// write is the goroutine that writes. It ends with the port, whose device it closes.
func (t *port) write(q *Process) {
	w := &t.writer
	for {
		w.mu.Lock()
		for len(w.queue) == 0 && !w.over {
			w.changed.Wait()
		}
		queue := w.queue
		w.queue = nil
		over := w.over
		w.mu.Unlock()
		for _, data := range queue {
			if _, err := t.o.Device.Write(data); err != nil {
				q.post(nil, func(q *Process) { t.shut(q, atomEpipe) })
				break
			}
			t.output.Add(uint64(len(data)))
			w.mu.Lock()
			w.size -= len(data)
			w.changed.Broadcast()
			w.mu.Unlock()
		}
		if over {
			_ = t.o.Device.Close()
			return
		}
	}
}

// read is the goroutine that reads. It ends when no more comes and the device has ended.
func (t *port) read(q *Process) {
	if t.o.In {
		buffer := make([]byte, 1<<16)
		for {
			n, err := t.o.Device.Read(buffer)
			if n > 0 {
				data := append([]byte(nil), buffer[:n]...)
				q.post(nil, func(q *Process) { t.received(q, data, false) })
			}
			if err != nil {
				break
			}
		}
		q.post(nil, func(q *Process) { t.received(q, nil, true) })
	}
	status := t.o.Device.Wait()
	q.post(nil, func(q *Process) { t.ended(q, status) })
	if t.o.In && !t.o.Status {
		return
	}
}

func (t *port) tell(q *Process, what ...term.Term) {
	if q.exiting == nil {
		_ = q.Send(t.owner, term.Tuple(q.Self(), term.Tuple(what...)))
	}
}

// received hands bytes that came in to the owner.
func (t *port) received(q *Process, data []byte, end bool) {
	t.input += uint64(len(data))
	for _, d := range t.o.Receive(data, end) {
		t.tell(q, atomData, d)
	}
	if end && !t.o.Status {
		t.over(q)
	}
}

// ended takes the end of the device.
func (t *port) ended(q *Process, status int) {
	if t.o.Status {
		t.tell(q, atomExitStatus, term.Int(int64(status)))
		t.over(q)
	}
}

// over takes the end of what comes in.
func (t *port) over(q *Process) {
	if !t.o.EOF {
		t.shut(q, atom.Normal)
	} else if q.exiting == nil {
		_ = q.Send(t.owner, term.Tuple(q.Self(), atomEOF))
	}
}
