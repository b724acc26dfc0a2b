package dist

import (
	"errors"
	"time"
)

// Tick returns the tick time, and whether the node is still on its way to it.
func (k *NetKernel) Tick() (time.Duration, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.next > 0 {
		return k.next, true
	}
	return k.tick, false
}

// SetTick changes the tick time. During the transition the node ticks as the shorter of both asks for, and is as patient as the
// longer one allows.
func (k *NetKernel) SetTick(d, transition time.Duration) {
	k.mu.Lock()
	on := k.on
	if k.next = d; on == nil || transition == 0 {
		k.tick, k.next = d, 0
	}
	k.mu.Unlock()
	k.wakeTicking()
	if on == nil || transition == 0 {
		return
	}
	on.wait.Add(1)
	go func() {
		defer on.wait.Done()
		t := time.NewTimer(transition)
		defer t.Stop()
		select {
		case <-t.C:
		case <-on.ctx.Done():
		}
		k.mu.Lock()
		k.tick, k.next = d, 0
		k.mu.Unlock()
		k.wakeTicking()
	}()
}

func (k *NetKernel) wakeTicking() {
	select {
	case k.retick <- struct{}{}:
	default:
	}
}

// ticking keeps connections alive, and ends those whose peers are silent for the tick time and a part of it.
func (k *NetKernel) ticking(on *presence) {
	parts := time.Duration(on.parts)
	for {
		k.mu.RLock()
		short, long := k.tick, k.tick
		if k.next > 0 {
			short, long = min(k.tick, k.next), max(k.tick, k.next)
		}
		k.mu.RUnlock()
		check := max(long/parts, time.Millisecond)
		say := min(max(short/parts, time.Millisecond), shortestTick)
		t := time.NewTicker(say)
		elapsed := time.Duration(0)
		for again := true; again; {
			select {
			case <-on.ctx.Done():
				t.Stop()
				return
			case <-k.retick:
				again = false
			case <-t.C:
				elapsed += say
				due := elapsed >= check
				if due {
					elapsed = 0
				}
				k.tickAll(due, on.parts)
			}
		}
		t.Stop()
	}
}

// tickAll says something on every connection; due, it also counts the silence of the peers.
func (k *NetKernel) tickAll(due bool, parts int) {
	k.mu.RLock()
	var conns []*Conn
	for _, r := range k.routes {
		if r.conn != nil {
			conns = append(conns, r.conn)
		}
	}
	k.mu.RUnlock()
	for _, c := range conns {
		c.tick()
		switch {
		case !due:
		case c.heard.Swap(false):
			c.silent = 0
		default:
			if c.silent++; c.silent > parts {
				c.close(atomTickTimeout, errors.New("the peer is silent"))
			}
		}
	}
}
