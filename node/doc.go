// Package node runs processes: mailboxes, signals, links, monitors, timers and names.
//
// A Node owns its processes and the goroutines that run them; many nodes live in one program and share nothing but code. A Process
// that waits has no goroutine. What one process sends another is a Signal, delivered in order, be the receiver here or, through
// Network, on another node.
//
// Start with New and Node.Spawn.
package node
