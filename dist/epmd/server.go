package epmd

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// maxConnections bounds how many sockets a server holds at a time: nodes that are registered, and requests under way.
const maxConnections = 4096

// Server is a port mapper. Rubbish, silence and scans cost those who send them their own connection and nobody else anything.
type Server struct {
	port      int
	o         ServerOptions
	listeners []net.Listener
	wait      sync.WaitGroup

	mu       sync.Mutex
	closed   bool              // guarded by mu
	conns    map[net.Conn]bool // guarded by mu
	nodes    []*entry          // guarded by mu: the oldest first
	past     map[string]uint32 // guarded by mu: the last creation of names that were registered once
	creation uint32            // guarded by mu: where the next new name begins
}

type entry struct {
	Node
	conn     net.Conn
	creation uint32
	number   int
}

// maxPast is how many names of the past a server remembers.
const maxPast = 10_000

// ServerOptions are what a server may be told. The zero value is what a real mapper does on its own.
type ServerOptions struct {
	// Seed is where creations begin, the Unix time as a rule, so that a restarted mapper does not hand out the same ones again.
	Seed   uint32
	Listen func(network, address string) (net.Listener, error) // nil: TCP
	// Loose obeys KILL although nodes are registered, and STOP. Killed is called after the server has ended itself for KILL.
	Loose  bool
	Killed func()
}

// Serve starts a mapper on some addresses, of which the first must work: it decides whether this host has a mapper already.
func Serve(port int, hosts []string, o ServerOptions) (*Server, error) {
	if o.Listen == nil {
		o.Listen = net.Listen
	}
	s := &Server{port: port, o: o, conns: map[net.Conn]bool{}, past: map[string]uint32{}, creation: max(o.Seed, 4)}
	for i, host := range hosts {
		l, err := o.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(s.port)))
		if err != nil && i == 0 {
			return nil, fmt.Errorf("epmd: serve: %w", err)
		}
		if err != nil {
			continue // the address may not exist here, or may be the first one under another name
		}
		if a, ok := l.Addr().(*net.TCPAddr); ok && i == 0 {
			s.port = a.Port
		}
		s.listeners = append(s.listeners, l)
	}
	for _, l := range s.listeners {
		s.wait.Add(1)
		go s.accept(l)
	}
	return s, nil
}

// Port returns where the server listens.
func (s *Server) Port() int { return s.port }

// Names returns the nodes that are registered, the oldest first.
func (s *Server) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := make([]string, len(s.nodes))
	for i, e := range s.nodes {
		names[i] = e.Name
	}
	return names
}

// Close ends the server, its connections, and waits for its goroutines. Nodes that were registered try again elsewhere.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	for _, l := range s.listeners { // before the connections: who loses one comes again at once, and should be refused
		_ = l.Close()
	}
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.wait.Wait()
}

func (s *Server) accept(l net.Listener) {
	defer s.wait.Done()
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // too many open files and the like: they pass
			time.Sleep(50 * time.Millisecond)
			if s.isClosed() {
				return
			}
			continue
		}
		if !s.add(c) {
			_ = c.Close()
			continue
		}
		s.wait.Add(1)
		go func() {
			defer s.wait.Done()
			defer s.remove(c)
			s.serve(c)
		}()
	}
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *Server) add(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) >= maxConnections {
		return false
	}
	s.conns[c] = true
	return true
}

func (s *Server) remove(c net.Conn) {
	_ = c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// serve answers the one request of a connection.
func (s *Server) serve(c net.Conn) {
	_ = c.SetDeadline(time.Now().Add(patience))
	body, err := readRequest(c)
	if err != nil {
		return
	}
	switch body[0] {
	case reqAlive2:
		s.alive(c, body[1:])
	case reqPort2:
		_, _ = c.Write(s.lookup(string(body[1:])))
	case reqNames:
		_, _ = c.Write(s.list(func(e *entry) string { return listing(e.Node) }))
	case reqDump:
		_, _ = c.Write(s.list(func(e *entry) string {
			return fmt.Sprintf("active name     <%s> at port %d, fd = %d\n\x00", e.Name, e.Port, e.number)
		}))
	case reqKill:
		s.kill(c)
	case reqStop: // without Loose refused silently
		if s.o.Loose {
			_, _ = io.WriteString(c, s.stop(string(body[1:])))
		}
	}
}

// kill ends the server unless nodes are registered, or anyhow when it is loose. A server in a node has that node at least.
func (s *Server) kill(c net.Conn) {
	s.mu.Lock()
	empty := len(s.nodes) == 0
	s.mu.Unlock()
	if !empty && !s.o.Loose {
		_, _ = io.WriteString(c, "NO")
		return
	}
	_, _ = io.WriteString(c, "OK")
	if s.o.Killed != nil {
		s.o.Killed()
	}
	go s.Close() // it waits for this connection
}

// stop takes the registration of a node back.
func (s *Server) stop(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, e := range s.nodes {
		if e.Name == name {
			s.nodes = slices.Delete(s.nodes, i, i+1)
			_ = e.conn.Close()
			return "STOPPED"
		}
	}
	return "NOEXIST"
}

func (s *Server) alive(c net.Conn, body []byte) {
	n, err := parseNode(body)
	if err != nil || n.Name == "" {
		return
	}
	e := s.register(n, c)
	result, creation := byte(0), uint32(99)
	if e == nil {
		result = 1
	} else {
		creation = e.creation
		defer s.unregister(e)
	}
	answer := binary.BigEndian.AppendUint32([]byte{respAlive2X, result}, creation)
	if n.High < highVersion {
		answer = binary.BigEndian.AppendUint16([]byte{respAlive2, result}, uint16(creation%3+1))
	}
	if _, err := c.Write(answer); err != nil {
		return
	}
	_ = c.SetDeadline(time.Time{})
	if e == nil {
		_ = c.SetDeadline(time.Now().Add(patience))
	}
	// The connection is the registration: its end, or any byte, takes it back.
	_, _ = c.Read(make([]byte, 1))
}

// register returns nil when the name is too long or taken.
func (s *Server) register(n Node, c net.Conn) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(n.Name) > maxName || slices.ContainsFunc(s.nodes, func(e *entry) bool { return e.Name == n.Name }) {
		return nil
	}
	creation, known := s.past[n.Name]
	if !known {
		creation = s.creation
	}
	creation++
	if creation < 4 { // 0 to 3 are those of times before OTP 23
		creation = 4
	}
	if len(s.past) >= maxPast {
		clear(s.past)
	}
	s.past[n.Name] = creation
	s.creation = max(s.creation, creation)
	e := &entry{Node: n, conn: c, creation: creation, number: len(s.nodes) + 5}
	s.nodes = append(s.nodes, e)
	return e
}

func (s *Server) unregister(e *entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nodes = slices.DeleteFunc(s.nodes, func(x *entry) bool { return x == e })
}

func (s *Server) lookup(name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.nodes {
		if e.Name == name {
			return appendNode([]byte{respPort2, 0}, e.Node)
		}
	}
	return []byte{respPort2, 1}
}

// list returns the answer to NAMES and DUMP: the port of the mapper, and a text for each node, the newest first.
func (s *Server) list(line func(e *entry) string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := binary.BigEndian.AppendUint32(nil, uint32(s.port))
	for _, e := range slices.Backward(s.nodes) {
		b = append(b, line(e)...)
	}
	return b
}
