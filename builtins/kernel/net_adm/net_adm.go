// Package net_adm is module net_adm: what an operator asks about nodes and hosts.
package net_adm

import (
	"context"
	_ "embed"
	"errors"
	"net"
	"os"
	"strings"
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed net_adm.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "net_adm",
		Doc:    "Questions about nodes and hosts: who is there, who answers.",
		Source: source,
		Functions: []bif.Function{
			{
				Spec:    "names(Host :: atom() | string()) -> {ok, [{Name :: string(), Port :: inet:port_number()}]} | {error, address | file:posix()}",
				Doc:     "Returns the nodes that the port mapper of Host knows, with their ports, or `{error,address}` when there is none.",
				Example: "1> net_adm:names('no.such.host.invalid').\n{error,...}",
				Proc:    names,
			},
			{
				Spec:    "localhost() -> Name :: string()",
				Doc:     "Returns the name of this host, with its domain where that is known.",
				Example: "1> is_list(net_adm:localhost()).\ntrue",
				Pure:    localhost,
			},
			{
				Spec:    "dns_hostname(Host :: atom() | string()) -> {ok, Name :: string()} | {error, Host}",
				Doc:     "Returns the official name of Host.",
				Example: "1> net_adm:dns_hostname('no.such.host.invalid').\n{error,'no.such.host.invalid'}",
				Proc:    dnsHostname,
			},
		},
	}
}

const patience = 10 * time.Second // what epmd clients of OTP wait for an answer

func names(p *node.Process, args []term.Term) (term.Term, error) {
	host, ok := hostName(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	network := p.Node().Network()
	if network == nil {
		return term.Tuple(atom.ErrorAtom, term.Atom("address")), nil
	}
	var found []node.Registration
	var err error
	p.Blocking(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		found, err = network.Names(ctx, host)
	})
	if err != nil {
		reason := "address"
		var e *net.DNSError
		if errors.As(err, &e) {
			reason = "nxdomain"
		}
		return term.Tuple(atom.ErrorAtom, term.Atom(reason)), nil
	}
	var list term.Builder
	for _, r := range found {
		list.Add(term.Tuple(term.String(r.Name), term.Int(int64(r.Port))))
	}
	return term.Tuple(atom.OK, list.List(term.Nil)), nil
}

func hostName(t term.Term) (string, bool) {
	if name, ok := t.Atom(); ok {
		return name, true
	}
	chars, ok := t.Slice()
	if !ok {
		return "", false
	}
	var b strings.Builder
	for _, c := range chars {
		i, ok := c.Int()
		if !ok || i < 1 || i > 255 {
			return "", false
		}
		b.WriteByte(byte(i))
	}
	return b.String(), true
}

func localhost([]term.Term) (term.Term, error) {
	name, err := os.Hostname()
	if err != nil {
		name = "localhost"
	}
	return term.String(name), nil
}

func dnsHostname(p *node.Process, args []term.Term) (term.Term, error) {
	host, ok := hostName(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	var official string
	var err error
	p.Blocking(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		official, err = net.DefaultResolver.LookupCNAME(ctx, host)
	})
	if err != nil {
		return term.Tuple(atom.ErrorAtom, args[0]), nil
	}
	return term.Tuple(atom.OK, term.String(strings.TrimSuffix(official, "."))), nil
}
