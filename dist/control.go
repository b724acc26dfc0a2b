package dist

import (
	"reflect"

	"github.com/erlsh/erlsh/dist/handshake"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// The flags inside ALTACT_SIG_SEND.
const (
	altPriority = 1
	altToken    = 2
	altAlias    = 4
	altName     = 8
	altExit     = 16
	altKinds    = altAlias | altName | altExit
)

const (
	opUnlink = 4
	opAltact = 37
)

// row is one control message: its number, that of its form with a trace token, and its fields.
type row struct {
	op, token int
	name      string
	flags     handshake.Flags // what the peer must have
	alt       int             // ALTACT_SIG_SEND: which kind
	kind      reflect.Type    // of the signal
	read      func(w *wire) node.Signal
	write     func(w *wire, s node.Signal)
}

// signal is a pointer to S that is a Signal.
type signal[S any] interface {
	*S
	node.Signal
}

// control makes a row. fields names the elements of the tuple behind the number, then the payload if there is one; it serves for
// writing and for reading, so that the two cannot differ. token is 0 for a message without a form for traces.
func control[S any, P signal[S]](op, token int, name string, flags handshake.Flags, fields func(w *wire, s *S)) row {
	return row{
		op: op, token: token, name: name, flags: flags, kind: reflect.TypeFor[P](),
		read: func(w *wire) node.Signal {
			s := new(S)
			fields(w, s)
			return P(s)
		},
		write: func(w *wire, s node.Signal) { fields(w, (*S)(s.(P))) },
	}
}

// altact makes a row of ALTACT_SIG_SEND for one kind of receiver and signal.
func altact[S any, P signal[S]](alt int, fields func(w *wire, s *S)) row {
	r := control[S, P](opAltact, 0, "ALTACT_SIG_SEND", handshake.AltactSig, fields)
	r.alt = alt
	return r
}

const monitors = handshake.DistMonitor | handshake.DistMonitorName

// rows is the table of control messages, by family. Newer forms of a signal stand above older ones: the first one that fits and
// whose flags the peer has is sent. erl_dist_protocol, "Protocol between Connected Nodes".
var rows = []row{
	// messages
	control(22, 23, "SEND_SENDER", handshake.SendSender, func(w *wire, s *node.Send) {
		w.only(!s.To.None() && !s.From.None())
		w.pid(&s.From)
		w.to(&s.To)
		w.trace()
		w.payload(&s.Message)
	}),
	control(2, 12, "SEND", 0, func(w *wire, s *node.Send) {
		w.only(!s.To.None())
		w.unused()
		w.to(&s.To)
		w.trace()
		w.payload(&s.Message)
	}),
	control(6, 16, "REG_SEND", 0, func(w *wire, s *node.Send) {
		w.pid(&s.From)
		w.unused()
		w.atom(&s.Name)
		w.trace()
		w.payload(&s.Message)
	}),
	altact(altAlias, func(w *wire, s *node.AliasSend) {
		w.priority(&s.Priority)
		w.pid(&s.From)
		w.alias(&s.Alias)
		w.trace()
		w.payload(&s.Message)
	}),
	control(33, 34, "ALIAS_SEND", handshake.Alias, func(w *wire, s *node.AliasSend) {
		w.pid(&s.From)
		w.alias(&s.Alias)
		w.trace()
		w.payload(&s.Message)
	}),
	altact(0, func(w *wire, s *node.Send) { // with priority, which ours never have: only read
		var priority bool
		w.priority(&priority)
		w.pid(&s.From)
		w.to(&s.To)
		w.trace()
		w.payload(&s.Message)
	}),
	altact(altName, func(w *wire, s *node.Send) {
		var priority bool
		w.only(false)
		w.priority(&priority)
		w.pid(&s.From)
		w.atom(&s.Name)
		w.trace()
		w.payload(&s.Message)
	}),

	// links
	control(1, 0, "LINK", 0, func(w *wire, s *node.Link) { w.from(&s.From); w.to(&s.To) }),
	control(35, 0, "UNLINK_ID", handshake.UnlinkID, func(w *wire, s *node.Unlink) {
		w.number(&s.ID)
		w.from(&s.From)
		w.to(&s.To)
	}),
	control(opUnlink, 0, "UNLINK", 0, func(w *wire, s *node.Unlink) { w.from(&s.From); w.to(&s.To) }),
	control(36, 0, "UNLINK_ID_ACK", handshake.UnlinkID, func(w *wire, s *node.UnlinkAck) {
		w.number(&s.ID)
		w.from(&s.From)
		w.to(&s.To)
	}),
	control(24, 25, "PAYLOAD_EXIT", handshake.ExitPayload, func(w *wire, s *node.Exit) {
		w.from(&s.From)
		w.to(&s.To)
		w.trace()
		w.payload(&s.Reason)
	}),
	control(3, 13, "EXIT", 0, func(w *wire, s *node.Exit) {
		w.from(&s.From)
		w.to(&s.To)
		w.trace()
		w.term(&s.Reason)
	}),
	altact(altExit, func(w *wire, s *node.Exit2) {
		w.only(s.Priority)
		w.priority(&s.Priority)
		w.pid(&s.From)
		w.to(&s.To)
		w.trace()
		w.payload(&s.Reason)
	}),
	control(26, 27, "PAYLOAD_EXIT2", handshake.ExitPayload, func(w *wire, s *node.Exit2) {
		w.pid(&s.From)
		w.to(&s.To)
		w.trace()
		w.payload(&s.Reason)
	}),
	control(8, 18, "EXIT2", 0, func(w *wire, s *node.Exit2) {
		w.pid(&s.From)
		w.to(&s.To)
		w.trace()
		w.term(&s.Reason)
	}),
	control(7, 0, "GROUP_LEADER", 0, func(w *wire, s *node.GroupLeader) { w.pid(&s.Leader); w.to(&s.To) }),

	// monitors
	control(19, 0, "MONITOR_P", monitors, func(w *wire, s *node.Monitor) {
		w.from(&s.From)
		w.toName(&s.To)
		w.ref(&s.Ref)
	}),
	control(20, 0, "DEMONITOR_P", monitors, func(w *wire, s *node.Demonitor) {
		w.from(&s.From)
		w.toName(&s.To)
		w.ref(&s.Ref)
	}),
	control(28, 0, "PAYLOAD_MONITOR_P_EXIT", handshake.ExitPayload|monitors, func(w *wire, s *node.Down) {
		w.fromName(&s.From)
		w.to(&s.To)
		w.ref(&s.Ref)
		w.payload(&s.Reason)
	}),
	control(21, 0, "MONITOR_P_EXIT", monitors, func(w *wire, s *node.Down) {
		w.fromName(&s.From)
		w.to(&s.To)
		w.ref(&s.Ref)
		w.term(&s.Reason)
	}),

	// processes
	control(29, 30, "SPAWN_REQUEST", handshake.Spawn, func(w *wire, s *node.SpawnRequest) {
		w.ref(&s.Ref)
		w.from(&s.From)
		w.pid(&s.GroupLeader)
		w.function(&s.Module, &s.Function, &s.Args)
		w.term(&s.Options)
		w.trace()
		w.payload(&s.Args)
	}),
	control(31, 32, "SPAWN_REPLY", handshake.Spawn, func(w *wire, s *node.SpawnReply) {
		w.ref(&s.Ref)
		w.to(&s.To)
		w.small(&s.Flags)
		w.fromName(&s.Result)
		w.trace()
	}),
}

// writers returns the rows that a peer with these flags understands, by the type of the signal.
func writers(agreed handshake.Flags) map[reflect.Type][]*row {
	out := map[reflect.Type][]*row{}
	for i := range rows {
		if r := &rows[i]; agreed.Has(r.flags) {
			out[r.kind] = append(out[r.kind], r)
		}
	}
	return out
}

// reader is how a number is read.
type reader struct {
	rows   []*row // more than one for ALTACT_SIG_SEND
	traced bool
}

// readers returns the rows by number. Old forms are read whatever was agreed.
func readers() map[int]reader {
	out := map[int]reader{}
	for i := range rows {
		r := &rows[i]
		out[r.op] = reader{append(out[r.op].rows, r), false}
		if r.token != 0 {
			out[r.token] = reader{[]*row{r}, true}
		}
	}
	return out
}

// writeControl appends the control tuple of a signal; nil when the peer has no form for it. w.load is the payload then.
func writeControl(w *wire, s node.Signal, forms map[reflect.Type][]*row) *row {
	at := len(w.b)
	for _, r := range forms[reflect.TypeOf(s)] {
		w.b = w.b[:at]
		w.begin(r.op)
		w.alt = r.alt
		r.write(w, s)
		if w.skip {
			continue
		}
		if w.pack != nil {
			w.b[at] |= byte(w.count) // there are never more than 15
		} else {
			w.b[at+1] = byte(w.count)
		}
		return r
	}
	w.b = w.b[:at]
	return nil
}

// readControl reads the control tuple at the front of w.r, and its payload.
func readControl(w *wire, forms map[int]reader) (node.Signal, error) {
	n, err := w.r.Tuple()
	if err != nil {
		return nil, err
	}
	w.left, w.err, w.stray = n, nil, false
	op, ok := w.next().Int()
	if w.err != nil || !ok {
		return nil, errControl
	}
	form := forms[int(op)]
	if len(form.rows) == 0 {
		return nil, errControl
	}
	w.traced = form.traced
	r := form.rows[0]
	if op == opAltact {
		if r = altRow(w, form.rows); r == nil {
			return nil, errControl
		}
	}
	s := r.read(w)
	if w.err == nil && w.left != 0 {
		w.bad()
	}
	return s, w.err
}

// altRow reads the flags of ALTACT_SIG_SEND and returns the row that they mean.
func altRow(w *wire, forms []*row) *row {
	w.small(&w.given)
	w.traced = w.given&altToken != 0
	for _, r := range forms {
		if w.err == nil && r.alt == w.given&altKinds {
			return r
		}
	}
	return nil
}

var atomNotsup = term.Atom("notsup")
