package node

import "github.com/erlsh/erlsh/lang/term"

// Signal is what one process sends another, on this node or across the network. The fields are those of the distribution protocol's
// control messages, which package dist writes and reads; pids and references may be of any node.
// erl_dist_protocol, "Protocol between Connected Nodes".
type Signal interface {
	// deliver carries the signal to its receiver; w is the worker of the goroutine that calls, nil if it has none.
	deliver(n *Node, w *worker)
}

type (
	// Send is a message to a pid, or to the registered name Name (an atom) when To is None.
	Send struct {
		From, To, Name term.Term
		Message        term.Term
	}
	// AliasSend is a message to an alias, a reference.
	AliasSend struct {
		From, Alias, Message term.Term
		Priority             bool
	}
	// Link asks To to be linked to From.
	Link struct{ From, To term.Term }
	// Unlink ends a link; the answer is UnlinkAck with the same ID.
	Unlink struct {
		ID       uint64
		From, To term.Term
	}
	// UnlinkAck confirms an Unlink; From is the process that confirms.
	UnlinkAck struct {
		ID       uint64
		From, To term.Term
	}
	// Exit says that From, which was linked to To, has ended.
	Exit struct{ From, To, Reason term.Term }
	// Exit2 is exit/2: From asks To to end.
	Exit2 struct {
		From, To, Reason term.Term
		Priority         bool
	}
	// Monitor asks to be told when To, a pid or a registered name, ends.
	Monitor struct{ From, To, Ref term.Term }
	// Demonitor takes a Monitor back.
	Demonitor struct{ From, To, Ref term.Term }
	// Down says that From, exactly what was monitored (pid or name), has ended. Process is the pid of a local process that was
	// monitored by its name: the signal must not overtake what it has sent.
	Down struct {
		From, To, Ref, Reason term.Term
		Process               term.Term
	}
	// SpawnRequest asks for a new process; the answer is SpawnReply.
	SpawnRequest struct {
		Ref, From, GroupLeader term.Term
		Module, Function       term.Term // atoms
		Args                   term.Term // list
		Options                term.Term // list as on the wire: link, monitor, {monitor, [...]} ...
	}
	// SpawnReply answers a SpawnRequest. Result is the pid, or an atom that says why there is none. Flags: 1 linked, 2 monitored.
	SpawnReply struct {
		Ref, To term.Term
		Flags   int
		Result  term.Term
	}
	// GroupLeader makes Leader the group leader of To.
	GroupLeader struct{ Leader, To term.Term }
)
