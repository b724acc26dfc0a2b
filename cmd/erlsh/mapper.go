package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/erlsh/erlsh/dist/epmd"
)

// orphanage is how long a port mapper that was left behind outlives the last node.
const orphanage = 10 * time.Second

// mapper runs a port mapper until it is told to end, or is not needed any more.
func mapper(o options) (int, error) {
	network, err := distOptions(o)
	if err != nil {
		return 1, err
	}
	port := network.EpmdPort
	if port == 0 {
		port = epmd.DefaultPort
	}
	killed := make(chan struct{})
	server, err := epmd.Serve(port, mapperHosts(network.EpmdHosts), epmd.ServerOptions{
		Seed: uint32(time.Now().Unix()), Loose: network.EpmdLoose, Killed: func() { close(killed) },
	})
	if errors.Is(err, syscall.EADDRINUSE) {
		return 1, fmt.Errorf("port %d is taken: an epmd runs here already, or something else does", port)
	}
	if err != nil {
		return 1, err
	}
	defer server.Close()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	deserted := make(chan struct{})
	if o.epmdIdle > 0 {
		go awaitDesertion(server, time.Duration(o.epmdIdle)*time.Second, deserted)
	}
	select {
	case <-stop:
	case <-killed:
	case <-deserted:
	}
	return 0, nil
}

// awaitDesertion closes deserted when no node has been registered for a while.
func awaitDesertion(server *epmd.Server, while time.Duration, deserted chan<- struct{}) {
	last := time.Now()
	for time.Since(last) < while {
		time.Sleep(while / 20)
		if len(server.Names()) > 0 {
			last = time.Now()
		}
	}
	close(deserted)
}

// mapperHosts returns the addresses of a port mapper: the loopback ones, and those given, or else those of the host.
func mapperHosts(given []string) []string {
	hosts := []string{"127.0.0.1", "::1"}
	if given != nil {
		return append(hosts, given...)
	}
	if name, err := os.Hostname(); err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if more, err := net.DefaultResolver.LookupHost(ctx, name); err == nil {
			hosts = append(hosts, more...)
		}
	}
	return hosts
}

// leaveMapper leaves a port mapper behind for the nodes that were registered with this program: real ones look for a new one, but cannot
// be one.
func leaveMapper() {
	program, err := os.Executable()
	if err != nil {
		return
	}
	c := exec.Command(program, "-epmd", "-epmd_idle", strconv.Itoa(int(orphanage.Seconds())))
	c.Dir = "/"
	detach(c)
	if c.Start() == nil {
		_ = c.Process.Release()
	}
}
