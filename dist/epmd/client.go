package epmd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"syscall"
	"time"
)

// What a mapper may answer besides what was asked for.
var (
	// ErrNotRegistered says that the mapper answers and knows no node of that name.
	ErrNotRegistered = errors.New("name is not registered")
	// ErrDuplicate says that another node has that name.
	ErrDuplicate = errors.New("name is taken")
	// ErrNoAnswer says that the mapper took the question and closed the connection, as one does that is just ending.
	ErrNoAnswer = errors.New("it hung up without an answer")
)

// Retry is how often a node whose mapper has gone tries to register again. Real nodes do the same.
const Retry = 2 * time.Second

// Dialer opens a connection, as net.Dialer.DialContext does.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Client asks port mappers. The zero Client uses TCP and the default port.
type Client struct {
	Port int    // of every mapper; 0: DefaultPort
	Dial Dialer // nil: TCP
	// Network is what to dial with: "tcp", "tcp4" or "tcp6"; "": "tcp".
	Network string
	// Refused is called when a registration has ended and nobody answers at the mapper's port any more; nil for nothing. What it
	// starts there is found at the next try.
	Refused func()
	// Renewed is called when a registration that had ended has been made again, with a mapper that may know few nodes yet; nil for nothing.
	Renewed func()
}

// Address returns where the mapper of a host listens.
func (c *Client) Address(host string) string {
	port := c.Port
	if port == 0 {
		port = DefaultPort
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}

// open connects to a mapper; the connection ends with the context at the latest.
func (c *Client) open(ctx context.Context, host string) (net.Conn, error) {
	dial := c.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	network := c.Network
	if network == "" {
		network = "tcp"
	}
	conn, err := dial(ctx, network, c.Address(host))
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(patience)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	if err := conn.SetDeadline(deadline); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// ask sends a request and returns all of the answer, up to limit bytes.
func (c *Client) ask(ctx context.Context, host string, body []byte, limit int64) ([]byte, error) {
	conn, err := c.open(ctx, host)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	if err := writeRequest(conn, body); err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(io.LimitReader(conn, limit))
	if err == nil && len(answer) == 0 {
		return nil, ErrNoAnswer
	}
	return answer, err
}

// Lookup asks the mapper of a host for a node, whose name is the part before the @. The error is ErrNotRegistered or ErrNoAnswer,
// or says why the mapper could not be asked.
func (c *Client) Lookup(ctx context.Context, host, name string) (Node, error) {
	b, err := c.ask(ctx, host, append([]byte{reqPort2}, name...), 1<<17)
	if err != nil {
		return Node{}, fmt.Errorf("epmd: look %s up: %w", name, err)
	}
	if len(b) < 2 || b[0] != respPort2 {
		return Node{}, fmt.Errorf("epmd: look %s up: answer of %s: %w", name, c.Address(host), errMalformed)
	}
	if b[1] != 0 {
		return Node{}, fmt.Errorf("epmd: look %s up: %w", name, ErrNotRegistered)
	}
	n, err := parseNode(b[2:])
	if err != nil {
		return Node{}, fmt.Errorf("epmd: look %s up: answer of %s: %w", name, c.Address(host), err)
	}
	return n, nil
}

// Names returns name and port of every node that the mapper of a host knows.
func (c *Client) Names(ctx context.Context, host string) ([]Node, error) {
	b, err := c.ask(ctx, host, []byte{reqNames}, 1<<22)
	if err != nil {
		return nil, fmt.Errorf("epmd: names of %s: %w", c.Address(host), err)
	}
	if len(b) < 4 {
		return nil, fmt.Errorf("epmd: names of %s: %w", c.Address(host), errMalformed)
	}
	var nodes []Node
	lines := bufio.NewScanner(bytes.NewReader(b[4:]))
	for lines.Scan() {
		name, port, ok := parseListing(lines.Text())
		if ok {
			nodes = append(nodes, Node{Name: name, Port: port})
		}
	}
	return nodes, nil
}

// parseListing takes "name NAME at port PORT" apart. A name may have spaces.
func parseListing(line string) (name string, port int, ok bool) {
	const head, middle = "name ", " at port "
	at := bytes.LastIndex([]byte(line), []byte(middle))
	if len(line) < len(head) || line[:len(head)] != head || at < len(head) {
		return "", 0, false
	}
	port, err := strconv.Atoi(line[at+len(middle):])
	return line[len(head):at], port, err == nil
}

// Registration is the connection that keeps a name registered.
type Registration struct {
	Creation uint32 // what the mapper gave at the first registration: re-registrations do not change it

	cancel context.CancelFunc
	done   chan struct{}
}

// Register registers a node with the mapper of this host, at address host, and keeps it registered until Close: when the mapper
// goes away, it tries again every retry (0: Retry). The error is ErrDuplicate, or says why the mapper gave no answer.
func (c *Client) Register(ctx context.Context, host string, n Node, retry time.Duration) (*Registration, error) {
	conn, creation, err := c.alive(ctx, host, n)
	if err != nil {
		return nil, err
	}
	if retry == 0 {
		retry = Retry
	}
	keeping, cancel := context.WithCancel(context.Background())
	r := &Registration{Creation: creation, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		c.keep(keeping, conn, host, n, retry)
	}()
	return r, nil
}

// Close takes the registration back and waits for the goroutine that kept it.
func (r *Registration) Close() {
	r.cancel()
	<-r.done
}

// maxBrief is after how many registrations that ended at once the next one has to wait: the mapper may be one that hangs up.
const maxBrief = 10

// keep waits for the end of the registration's connection and makes a new one, until the context ends.
func (c *Client) keep(ctx context.Context, conn net.Conn, host string, n Node, retry time.Duration) {
	brief := 0
	for ctx.Err() == nil {
		began := time.Now()
		if conn != nil {
			held := conn // conn is another one when the context ends later
			closer := context.AfterFunc(ctx, func() { _ = held.Close() })
			_, _ = io.Copy(io.Discard, held)
			closer()
			_ = held.Close()
		}
		if brief++; conn == nil || time.Since(began) > retry/20 {
			brief = 0
		}
		if conn = nil; brief < maxBrief {
			if conn = c.again(ctx, host, n); conn != nil {
				continue
			}
		}
		wait := time.NewTimer(retry)
		select {
		case <-ctx.Done():
			wait.Stop()
		case <-wait.C:
		}
	}
	if conn != nil {
		_ = conn.Close()
	}
}

// again registers anew; nil when that is not possible now. Where nobody answers, Refused may change that.
func (c *Client) again(ctx context.Context, host string, n Node) net.Conn {
	conn, _, err := c.alive(ctx, host, n)
	if errors.Is(err, syscall.ECONNREFUSED) && c.Refused != nil && ctx.Err() == nil {
		c.Refused()
		conn, _, _ = c.alive(ctx, host, n)
	}
	if conn != nil && c.Renewed != nil {
		c.Renewed()
	}
	return conn
}

// alive sends ALIVE2_REQ. The connection is the registration and carries nothing afterwards: any byte would end it.
func (c *Client) alive(ctx context.Context, host string, n Node) (net.Conn, uint32, error) {
	if n.Type == 0 {
		n.Type = typeVisible
	}
	if n.High == 0 {
		n.High, n.Low = highVersion, lowVersion
	}
	conn, err := c.open(ctx, host)
	if err != nil {
		return nil, 0, fmt.Errorf("epmd: register %s: %w", n.Name, err)
	}
	creation, err := c.introduce(conn, n)
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	if err != nil {
		_ = conn.Close()
		return nil, 0, fmt.Errorf("epmd: register %s at %s: %w", n.Name, c.Address(host), err)
	}
	return conn, creation, nil
}

func (c *Client) introduce(conn net.Conn, n Node) (uint32, error) {
	if err := writeRequest(conn, appendNode([]byte{reqAlive2}, n)); err != nil {
		return 0, err
	}
	var head [2]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return 0, err
	}
	creation := make([]byte, 4)
	if head[0] == respAlive2 {
		creation = creation[:2]
	} else if head[0] != respAlive2X {
		return 0, errMalformed
	}
	if _, err := io.ReadFull(conn, creation); err != nil {
		return 0, err
	}
	if head[1] != 0 {
		return 0, ErrDuplicate
	}
	if len(creation) == 2 {
		return uint32(binary.BigEndian.Uint16(creation)), nil
	}
	return binary.BigEndian.Uint32(creation), nil
}
