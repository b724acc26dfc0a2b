package node

import (
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
)

// SystemMonitor is what erlang:system_monitor/2 asked for. Nothing is written to it once it is in use.
type SystemMonitor struct {
	To           term.Term     // who is told
	Options      term.Term     // as system_monitor/0 returns them
	LongSchedule time.Duration // slices that last longer are told of; 0: none
	BusyPort     bool          // processes that wait for a port are told of
	BusyDistPort bool          // and those that wait for a connection to another node
}

var (
	atomMonitorTag   = term.Atom("monitor")
	atomBusyPort     = term.Atom("busy_port")
	atomBusyDistPort = term.Atom("busy_dist_port")
	atomLongSchedule = term.Atom("long_schedule")
)

// SystemMonitor returns the system monitor, nil when there is none, or when its process has ended.
func (n *Node) SystemMonitor() *SystemMonitor {
	m := n.sysmon.Load()
	if m != nil && n.Process(m.To) == nil {
		n.sysmon.CompareAndSwap(m, nil)
		return nil
	}
	return m
}

// SetSystemMonitor replaces the system monitor, nil for none, and returns the old one.
func (n *Node) SetSystemMonitor(m *SystemMonitor) *SystemMonitor {
	old := n.SystemMonitor()
	n.sysmon.Store(m)
	return old
}

// observed tells the system monitor of what befalls the process.
func (p *Process) observed(m *SystemMonitor, event, about term.Term) {
	if q := p.node.Process(m.To); q != nil && q != p {
		q.tell(p.worker, term.Tuple(atomMonitorTag, p.Self(), event, about))
	}
}

// waitsFor tells the system monitor, where it wants to know, that the process waits for a port, or for the connection to a node.
func (p *Process) waitsFor(event, what term.Term) {
	m := p.node.sysmon.Load()
	if m != nil && (event == atomBusyPort && m.BusyPort || event == atomBusyDistPort && m.BusyDistPort) {
		p.observed(m, event, what)
	}
}

// schedule is a slice that the system monitor looks at.
type schedule struct {
	monitor *SystemMonitor
	began   time.Time
	in      term.Term
}

// beginSchedule looks at the clock where somebody wants to know of long slices.
func (p *Process) beginSchedule(m *SystemMonitor) *schedule {
	if m.LongSchedule == 0 {
		return nil
	}
	return &schedule{m, time.Now(), currently(p.CurrentFunction())}
}

// end tells of a slice that has lasted long.
func (s *schedule) end(p *Process) {
	took := time.Since(s.began)
	if took < s.monitor.LongSchedule {
		return
	}
	out := currently(p.CurrentFunction())
	p.observed(s.monitor, atomLongSchedule, term.List(
		term.Tuple(atomTimeout, term.Int(took.Milliseconds())), term.Tuple(atomInEvent, s.in), term.Tuple(atomOutEvent, out)))
}

func currently(f code.MFA, ok bool) term.Term {
	if !ok {
		return atom.Undefined
	}
	return functionTerm(f)
}
