package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/erlsh/erlsh/dist"
	"github.com/erlsh/erlsh/dist/secure"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// distribute gives the node its distribution, and a name if the flags say one. Without a name it can still get one later, by
// net_kernel:start/1.
func distribute(o options, n *node.Node) (*dist.NetKernel, error) {
	options, err := distOptions(o)
	if err != nil {
		return nil, err
	}
	options.Host = n
	network := dist.New(options)
	n.SetNetwork(network)
	if o.name == "" {
		return network, nil
	}
	spareProcessors()
	tick := o.tick
	if seconds, ok := o.kernel("net_ticktime").Int(); ok && seconds > 0 {
		tick = time.Duration(seconds) * time.Second
	}
	err = network.Start(node.StartOptions{Name: o.name, Long: o.long, Hidden: o.hidden, Tick: tick, Silent: o.silent, Permanent: true})
	if err != nil {
		return nil, fmt.Errorf("cannot be node %s: %w", o.name, err)
	}
	return network, nil
}

// readers is how many connections may wait in a system call without keeping one of Go's processors from those that work.
const readers = 4

// spareProcessors has Go think of more processors than there are: a thread that waits for a connection keeps one for up to 10 ms, and
// who comes back from such a wait finds none left.
func spareProcessors() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + readers)
	}
}

// recordTo opens the file that takes messages of other erlsh nodes, which the end of the program closes; nil for none.
func recordTo(file string) (io.Writer, error) {
	if file == "" {
		return nil, nil
	}
	return os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
}

// distOptions turns flags, parameters of kernel and the environment into options.
func distOptions(o options) (dist.Options, error) {
	record, err := recordTo(o.record)
	if err != nil {
		return dist.Options{}, err
	}
	options := dist.Options{
		Record: record, Orphaned: leaveMapper,
		FixedPort: o.fixedPort, NoEpmd: !o.startEpmd, NoMsgpack: o.codec == "etf", EpmdLoose: os.Getenv("ERL_EPMD_RELAXED_COMMAND_CHECK") != "",
		Cookie: func() (value, source string, err error) {
			home, err := os.UserHomeDir()
			if err != nil && o.cookie == "" {
				return "", "", fmt.Errorf("find the cookie file: %w", err)
			}
			return cookie(o.cookie, home, os.Getenv("XDG_CONFIG_HOME"))
		},
	}
	if addresses := os.Getenv("ERL_EPMD_ADDRESS"); addresses != "" {
		options.EpmdHosts = strings.Split(addresses, ",")
		for _, a := range options.EpmdHosts {
			if net.ParseIP(a) == nil {
				return options, fmt.Errorf("ERL_EPMD_ADDRESS: %q is not an IP address", a)
			}
		}
	}
	if options.EpmdPort, err = epmdPort(os.Getenv("ERL_EPMD_PORT")); err != nil {
		return options, err
	}
	if strings.HasPrefix(o.carrier, "inet6") {
		options.Family = "tcp6"
	}
	if strings.HasSuffix(o.carrier, "_tls") || o.tls.on {
		if options.Secure, err = carrier(o.tls); err != nil {
			return options, err
		}
	} else if o.tls.cacert != "" || o.tls.cert != "" || o.tls.key != "" {
		return options, errors.New("-cacert, -cert and -key are for -tls, which is missing: connections would not be encrypted")
	}
	return options, kernelOptions(o, &options)
}

// kernelOptions takes the parameters of kernel that mean something here.
func kernelOptions(o options, options *dist.Options) error {
	for name, set := range map[string]func(v term.Term) bool{
		"dist_auto_connect": func(v term.Term) bool {
			options.AutoConnect = v.AtomName()
			return v == term.Atom("never") || v == term.Atom("once")
		},
		"inet_dist_listen_min":      func(v term.Term) bool { return port(v, &options.PortMin) },
		"inet_dist_listen_max":      func(v term.Term) bool { return port(v, &options.PortMax) },
		"erl_epmd_node_listen_port": func(v term.Term) bool { return port(v, &options.FixedPort) },
		"inet_dist_use_interface": func(v term.Term) bool {
			var ok bool
			options.ListenHost, ok = interfaceOf(v)
			return ok
		},
		"net_setuptime": func(v term.Term) bool {
			seconds, ok := v.Int()
			options.Setup = time.Duration(seconds) * time.Second
			return ok && seconds > 0 && seconds <= 120
		},
	} {
		if v := o.kernel(name); !v.None() && !set(v) {
			return fmt.Errorf("-kernel %s cannot be %v", name, v)
		}
	}
	if options.PortMin > 0 && options.PortMax == 0 {
		options.PortMax = 65535
	}
	if options.PortMax < options.PortMin {
		return fmt.Errorf("-kernel inet_dist_listen_min %d is above inet_dist_listen_max %d", options.PortMin, options.PortMax)
	}
	return nil
}

func port(v term.Term, to *int) bool {
	n, ok := v.Int()
	*to = int(n)
	return ok && n > 0 && n < 65536
}

// interfaceOf reads the tuple of an address, or a string or an atom with one.
func interfaceOf(v term.Term) (string, bool) {
	if name, ok := v.Atom(); ok {
		return name, true
	}
	if e, ok := v.Tuple(); ok {
		parts, sep, base := make([]string, len(e)), ".", 10
		if len(e) == 8 {
			sep, base = ":", 16
		}
		for i, x := range e {
			n, _ := x.Int()
			parts[i] = strconv.FormatInt(n, base)
		}
		a, err := netip.ParseAddr(strings.Join(parts, sep))
		return a.String(), err == nil
	}
	list, ok := v.Slice()
	var b strings.Builder
	for _, c := range list {
		n, _ := c.Int()
		b.WriteByte(byte(n))
	}
	return b.String(), ok && net.ParseIP(b.String()) != nil
}

// carrier reads the options of encrypted connections: those of Erlang's file and flags, or those of our own flags, which ask every peer
// for a certificate that the authorities have signed.
func carrier(f tlsFiles) (*secure.Carrier, error) {
	var o secure.Options
	if f.options != "" {
		text, err := os.ReadFile(f.options)
		if err != nil {
			return nil, fmt.Errorf("-ssl_dist_optfile: %w", err)
		}
		if o, err = secure.Parse(string(text)); err != nil {
			return nil, fmt.Errorf("-ssl_dist_optfile %s: %w", f.options, err)
		}
	}
	for _, pair := range f.pairs {
		if err := o.Add(pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	add := func(name string, value term.Term) {
		o.Server = append(o.Server, secure.Option{Name: name, Value: value})
		if name != "fail_if_no_peer_cert" {
			o.Client = append(o.Client, secure.Option{Name: name, Value: value})
		}
	}
	for name, file := range map[string]string{"certfile": f.cert, "keyfile": f.key, "cacertfile": f.cacert} {
		if file != "" {
			add(name, term.String(file))
		}
	}
	if f.cacert != "" {
		add("verify", term.Atom("verify_peer"))
		add("fail_if_no_peer_cert", term.True)
	}
	if len(o.Server) == 0 {
		return nil, errors.New("TLS needs a certificate: give --cert and --cacert, or Erlang's -ssl_dist_optfile")
	}
	server, client, err := o.Sides()
	if err != nil {
		if f.options != "" {
			err = fmt.Errorf("%s: %w", f.options, err)
		}
		return nil, fmt.Errorf("options of TLS: %w", err)
	}
	return secure.New(server, client, time.Now), nil
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
