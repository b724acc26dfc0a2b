package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/erlsh/erlsh/dist"
	"github.com/erlsh/erlsh/node"
)

// distribute gives the node its distribution, and a name if the flags say one. Without a name it can still get one later, by
// net_kernel:start/1.
func distribute(o options, n *node.Node) (*dist.NetKernel, error) {
	port, err := epmdPort(os.Getenv("ERL_EPMD_PORT"))
	if err != nil {
		return nil, err
	}
	network := dist.New(dist.Options{
		Host:     n,
		EpmdPort: port, FixedPort: o.fixedPort, NoEpmd: !o.startEpmd,
		NoMsgpack: o.codec == "etf",
		Cookie: func() (string, error) {
			home, err := os.UserHomeDir()
			if err != nil && o.cookie == "" {
				return "", fmt.Errorf("find the cookie file: %w", err)
			}
			return cookie(o.cookie, home, os.Getenv("XDG_CONFIG_HOME"))
		},
	})
	n.SetNetwork(network)
	if o.name == "" {
		return network, nil
	}
	err = network.Start(node.StartOptions{Name: o.name, Long: o.long, Hidden: o.hidden, Tick: o.tick, Permanent: true})
	if err != nil {
		return nil, fmt.Errorf("cannot be node %s: %w", o.name, err)
	}
	return network, nil
}

// epmdPort reads ERL_EPMD_PORT.
func epmdPort(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return 0, fmt.Errorf("ERL_EPMD_PORT is no port: %q", text)
	}
	return port, nil
}
