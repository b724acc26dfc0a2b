// Package inet is module inet: host names and addresses, and the options and names of sockets.
package inet

import (
	"context"
	_ "embed"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/sockets"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

var (
	atomInet     = term.Atom("inet")
	atomInet6    = term.Atom("inet6")
	atomNxdomain = term.Atom("nxdomain")
	atomEinval   = term.Atom("einval")
)

//go:embed inet.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	const host, family = "Host :: inet:ip_address() | string() | atom()", "Family :: inet | inet6"
	return &bif.Module{
		Name:   "inet",
		Source: source,
		Doc:    "Host names and addresses, and what is common to sockets of all kinds.",
		Functions: slices.Concat(socketRows(), moreRows(), []bif.Function{
			{Spec: "gethostname() -> {ok, string()}", Doc: "Returns the name of this host, without its domain.",
				Example: "1> element(1, inet:gethostname()).\nok", Pure: gethostname},
			{Spec: "getaddr(" + host + ", " + family + ") -> {ok, tuple()} | {error, atom()}", Doc: "Returns an address of a host.",
				Example: "1> inet:getaddr({127,0,0,1}, inet).\n{ok,{127,0,0,1}}", Proc: getaddr},
			{Spec: "getaddrs(" + host + ", " + family + ") -> {ok, [tuple()]} | {error, atom()}", Doc: "Returns the addresses of a host.",
				Example: "1> inet:getaddrs(\"127.0.0.1\", inet).\n{ok,[{127,0,0,1}]}", Proc: getaddrs},
			{Spec: "gethostbyname(" + host + ") -> {ok, tuple()} | {error, atom()}", Doc: "Returns what is known of a host as a record `hostent`.",
				Example: "1> inet:gethostbyname(\"127.0.0.1\").\n{ok,{hostent,\"127.0.0.1\",[],inet,4,[{127,0,0,1}]}}", Proc: gethostbyname},
			{Spec: "gethostbyname(" + host + ", " + family + ") -> {ok, tuple()} | {error, atom()}", Doc: "As `gethostbyname/1`, for a family of addresses.",
				Example: "1> inet:gethostbyname(\"127.0.0.1\", inet).\n{ok,{hostent,\"127.0.0.1\",[],inet,4,[{127,0,0,1}]}}", Proc: gethostbyname},
			{Spec: "ntoa(Address :: tuple()) -> string() | {error, einval}", Doc: "Returns an address as it is written.",
				Example: "1> inet:ntoa({127,0,0,1}).\n\"127.0.0.1\"", Pure: ntoa},
			{Spec: "parse_address(Address :: string()) -> {ok, tuple()} | {error, einval}", Doc: "Reads an address of either family.",
				Example: "1> inet:parse_address(\"::1\").\n{ok,{0,0,0,0,0,0,0,1}}", Pure: parseAddress},
			{Spec: "parse_strict_address(Address :: string()) -> {ok, tuple()} | {error, einval}", Doc: "As `parse_address/1`, all four numbers wanted.",
				Example: "1> inet:parse_strict_address(\"127.1\").\n{error,einval}", Pure: parseStrict},
			{Spec: "parse_ipv4_address(Address :: string()) -> {ok, tuple()} | {error, einval}", Doc: "Reads an address of IPv4.",
				Example: "1> inet:parse_ipv4_address(\"127.1\").\n{ok,{127,0,0,1}}", Pure: parseV4},
			{Spec: "parse_ipv6_address(Address :: string()) -> {ok, tuple()} | {error, einval}", Doc: "Reads an address of IPv6.",
				Example: "1> inet:parse_ipv6_address(\"::1\").\n{ok,{0,0,0,0,0,0,0,1}}", Pure: parseV6},
			{Spec: "is_ip_address(Term :: term()) -> boolean()", Doc: "Tells whether Term is an address.",
				Example: "1> inet:is_ip_address({1,2,3,256}).\nfalse", Pure: isAddress},
			{Spec: "format_error(Reason :: term()) -> string()", Doc: "Explains the reason of an error.",
				Example: "1> inet:format_error(econnrefused).\n\"connection refused\"", Pure: formatError},
		}),
	}
}

func gethostname([]term.Term) (term.Term, error) {
	name, err := os.Hostname()
	if err != nil {
		name = "localhost"
	}
	short, _, _ := strings.Cut(name, ".")
	return term.Tuple(atom.OK, term.String(short)), nil
}

// tuple makes the tuple of an address: four bytes or eight words, which an address of IPv4 in those of IPv6 stays.
func tuple(a netip.Addr) term.Term {
	if a.Is4() {
		return sockets.Tuple(a)
	}
	return sockets.Tuple16(a)
}

// lookup returns the addresses of a family that a host has.
func lookup(p *node.Process, host, family term.Term) (name string, found []term.Term, reason term.Term) {
	network := map[term.Term]string{atomInet: "ip4", atomInet6: "ip6"}[family]
	if network == "" {
		return "", nil, term.Atom("eafnosupport")
	}
	if a, ok := sockets.Address(host); ok {
		if a.Is4() != (family == atomInet) {
			return "", nil, atomNxdomain
		}
		return a.String(), []term.Term{tuple(a)}, term.None
	}
	name, ok := bif.FileName(host)
	if !ok {
		return "", nil, atomEinval
	}
	var addresses []netip.Addr
	var err error
	p.Blocking(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 8*time.Second)
		defer cancel()
		addresses, err = net.DefaultResolver.LookupNetIP(ctx, network, name)
	})
	if err != nil || len(addresses) == 0 {
		return "", nil, atomNxdomain
	}
	for _, a := range addresses {
		found = append(found, tuple(a.Unmap()))
	}
	return name, found, term.None
}

func getaddr(p *node.Process, args []term.Term) (term.Term, error) {
	_, found, reason := lookup(p, args[0], args[1])
	if found == nil {
		return term.Tuple(atom.ErrorAtom, reason), nil
	}
	return term.Tuple(atom.OK, found[0]), nil
}

func getaddrs(p *node.Process, args []term.Term) (term.Term, error) {
	_, found, reason := lookup(p, args[0], args[1])
	if found == nil {
		return term.Tuple(atom.ErrorAtom, reason), nil
	}
	return term.Tuple(atom.OK, term.List(found...)), nil
}

func gethostbyname(p *node.Process, args []term.Term) (term.Term, error) {
	family, size := atomInet, int64(4)
	if len(args) == 2 {
		family = args[1]
	}
	if family == atomInet6 {
		size = 16
	}
	name, found, reason := lookup(p, args[0], family)
	if found == nil {
		return term.Tuple(atom.ErrorAtom, reason), nil
	}
	record := term.Tuple(term.Atom("hostent"), term.String(name), term.Nil, family, term.Int(size), term.List(found...))
	return term.Tuple(atom.OK, record), nil
}

func ntoa(args []term.Term) (term.Term, error) {
	a, ok := sockets.Address(args[0])
	if !ok {
		return term.Tuple(atom.ErrorAtom, atomEinval), nil
	}
	return term.String(a.String()), nil
}

func isAddress(args []term.Term) (term.Term, error) {
	_, ok := sockets.Address(args[0])
	return term.Bool(ok), nil
}

// parsed returns {ok, Address}, if the text could be read.
func parsed(a netip.Addr, ok bool) (term.Term, error) {
	if !ok {
		return term.Tuple(atom.ErrorAtom, atomEinval), nil
	}
	return term.Tuple(atom.OK, tuple(a)), nil
}

func parseAddress(args []term.Term) (term.Term, error) {
	s, _ := bif.Text(args[0])
	if a, ok := v4(s); ok {
		return parsed(a, ok)
	}
	return parsed(v6(s))
}

func parseStrict(args []term.Term) (term.Term, error) {
	s, _ := bif.Text(args[0])
	a, err := netip.ParseAddr(s)
	return parsed(a.WithZone(""), err == nil)
}

func parseV4(args []term.Term) (term.Term, error) {
	s, _ := bif.Text(args[0])
	return parsed(v4(s))
}

func parseV6(args []term.Term) (term.Term, error) {
	s, _ := bif.Text(args[0])
	return parsed(v6(s))
}

// v4 reads one to four numbers, decimal, octal or hexadecimal; the last one fills what is left: inet(3).
func v4(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 0, 32)
		last := i == len(parts)-1
		if err != nil || strings.ContainsAny(part, "_+oObB") || !last && n > 255 || last && n >= 1<<(8*(5-len(parts))) {
			return netip.Addr{}, false
		}
		if last {
			value |= n
		} else {
			value |= n << (24 - 8*i)
		}
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}

func v6(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(s)
	return a.WithZone(""), err == nil && a.Is6()
}

func formatError(args []term.Term) (term.Term, error) {
	name := args[0].AtomName()
	switch name {
	case "nxdomain":
		return term.String("non-existing domain"), nil
	case "exbadport":
		return term.String("invalid port state"), nil
	case "exbadseq":
		return term.String("bad command sequence"), nil
	case "system_limit":
		return term.String("a system limit was hit, probably not enough ports"), nil
	}
	return term.String(bif.PosixText(name)), nil
}
