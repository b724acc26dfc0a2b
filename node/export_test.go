package node

import "fmt"

// Held tells what the tables of a node hold, for tests that look for what is left behind.
func (n *Node) Held() string {
	n.namesMu.RLock()
	names := len(n.names) + len(n.nameOf)
	n.namesMu.RUnlock()
	n.timersMu.RLock()
	timers := n.timers.count
	listed := 0
	for i := range n.wheel.slots {
		for t := n.wheel.slots[i].first; t != nil; t = t.after {
			listed++
		}
	}
	n.timersMu.RUnlock()
	n.mu.RLock()
	watchers, remotes := len(n.watchers), len(n.remotes)
	n.mu.RUnlock()
	return fmt.Sprintf("processes %d, names %d, timers %d in lists %d, watchers %d, remotes %d, ports %d",
		n.Count(), names, timers, listed, watchers, remotes, len(n.Ports()))
}
