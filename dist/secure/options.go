package secure

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Options are the options of both sides as they are written, before any file that they name is read.
type Options struct{ Server, Client []Option }

// Option is one of them.
type Option struct {
	Name  string
	Value term.Term
}

// Parse reads what a file of -ssl_dist_optfile holds: one list with the options of the server and of the client.
func Parse(text string) (Options, error) {
	var o Options
	tokens, rest, _, err := syntax.Next(text, syntax.Position{Line: 1, Column: 1})
	if err != nil {
		return o, readError(err)
	}
	t, err := syntax.ParseTerm(tokens)
	if err != nil {
		return o, readError(err)
	}
	if tokens, _, _, err := syntax.Next(rest, syntax.Position{Line: 1, Column: 1}); err == nil || len(tokens) > 0 {
		return o, errors.New("there is more than one term in it")
	}
	sides, ok := t.Slice()
	if !ok {
		return o, errors.New("it is not a list like [{server, [...]}, {client, [...]}]")
	}
	for _, side := range sides {
		e, _ := side.Tuple()
		if len(e) != 2 || e[0] != term.Atom("server") && e[0] != term.Atom("client") {
			return o, fmt.Errorf("%v is neither {server, Options} nor {client, Options}", side)
		}
		list, err := optionList(e[1])
		if err != nil {
			return o, err
		}
		if e[0] == term.Atom("server") {
			o.Server = list
		} else {
			o.Client = list
		}
	}
	return o, nil
}

func readError(err error) error {
	if e, ok := err.(*syntax.Error); ok {
		return fmt.Errorf("line %d: %s", e.At.Line, e.Text)
	}
	return err
}

func optionList(t term.Term) ([]Option, error) {
	items, ok := t.Slice()
	if !ok {
		return nil, fmt.Errorf("%v is not a list of options", t)
	}
	var list []Option
	for _, item := range items {
		e, _ := item.Tuple()
		if len(e) != 2 || !e[0].IsAtom() {
			return nil, fmt.Errorf("%v is not an option", item)
		}
		list = append(list, Option{e[0].AtomName(), e[1]})
	}
	return list, nil
}

// Add takes one pair of -ssl_dist_opt, such as server_certfile and the name of a file.
func (o *Options) Add(key, value string) error {
	side, name, _ := strings.Cut(key, "_")
	v := term.String(value)
	switch name {
	case "certfile", "cacertfile", "keyfile", "password", "dhfile", "ciphers":
	case "verify", "fail_if_no_peer_cert", "secure_renegotiate", "reuse_sessions", "versions", "depth", "hibernate_after", "ktls":
		tokens, _, _, err := syntax.Next(value+" .", syntax.Position{Line: 1, Column: 1})
		if err == nil {
			v, err = syntax.ParseTerm(tokens)
		}
		if err != nil {
			return fmt.Errorf("-ssl_dist_opt %s: %q is no value", key, value)
		}
	default:
		return fmt.Errorf("-ssl_dist_opt %s: no such option", key)
	}
	switch side {
	case "server":
		o.Server = append(o.Server, Option{name, v})
	case "client":
		o.Client = append(o.Client, Option{name, v})
	default:
		return fmt.Errorf("-ssl_dist_opt %s: options begin with server_ or client_", key)
	}
	return nil
}

// side reads the options of one side, and the files that they name.
func side(list []Option, server bool) (Side, error) {
	s := Side{Depth: 10}
	var cert, key, password string
	for _, o := range list {
		var err error
		switch o.Name {
		case "certfile":
			cert, err = text(o)
		case "keyfile":
			key, err = text(o)
		case "password":
			password, err = text(o)
		case "certs_keys":
			err = s.certsKeys(o.Value)
		case "cacertfile":
			if s.AuthorityOf, err = text(o); err == nil {
				s.Authorities, err = authorities(s.AuthorityOf)
			}
		default:
			err = s.set(o, server)
		}
		if err != nil {
			return s, err
		}
	}
	if cert != "" {
		if err := s.certificate(cert, key, password); err != nil {
			return s, err
		}
	}
	switch {
	case server && len(s.Certificates) == 0:
		return s, errors.New("the server needs a certfile")
	case s.VerifyPeer && s.Authorities == nil:
		return s, errors.New("verify_peer needs a cacertfile to verify with")
	}
	return s, nil
}

// Sides reads both sides.
func (o Options) Sides() (server, client Side, err error) {
	if server, err = side(o.Server, true); err != nil {
		return server, client, fmt.Errorf("server: %w", err)
	}
	if client, err = side(o.Client, false); err != nil {
		return server, client, fmt.Errorf("client: %w", err)
	}
	return server, client, nil
}

// set takes an option that names no file.
func (s *Side) set(o Option, server bool) error {
	wrong := fmt.Errorf("%s cannot be %v", o.Name, o.Value)
	on, isFlag := o.Value == term.True, o.Value == term.True || o.Value == term.False
	switch o.Name {
	case "verify":
		s.VerifyPeer = o.Value == term.Atom("verify_peer")
		if !s.VerifyPeer && o.Value != term.Atom("verify_none") {
			return wrong
		}
	case "fail_if_no_peer_cert":
		if s.NeedPeer = on; !isFlag || !server {
			return wrong
		}
	case "depth":
		n, ok := o.Value.Int()
		if s.Depth = int(n); !ok || n < 0 || n > 255 {
			return wrong
		}
	case "versions":
		return s.versions(o)
	case "ciphers":
		return s.ciphers(o)
	case "server_name_indication":
		if s.NoName = o.Value == term.Atom("disable"); s.NoName {
			return nil
		}
		var err error
		s.ServerName, err = text(o)
		return err
	case "secure_renegotiate", "client_renegotiation", "reuse_sessions", "reuse_session", "honor_cipher_order", "honor_ecc_order",
		"hibernate_after", "ktls", "log_level", "dhfile", "dh", "handshake", "session_tickets", "beast_mitigation", "padding_check",
		"signature_algs", "signature_algs_cert", "supported_groups", "eccs", "use_ticket", "keep_secrets":
		// nothing to choose here, or nothing that a peer notices: Go's TLS decides
	case "crl_check":
		if o.Value != term.False {
			return errors.New("crl_check: there are no revocation lists here")
		}
	default:
		return fmt.Errorf("option %s is not known here", o.Name)
	}
	return nil
}

func (s *Side) versions(o Option) error {
	known := map[string]uint16{"tlsv1.2": tls.VersionTLS12, "tlsv1.3": tls.VersionTLS13, "tlsv1.1": tls.VersionTLS11, "tlsv1": tls.VersionTLS10}
	list, _ := o.Value.Slice()
	for _, v := range list {
		n, ok := known[v.AtomName()]
		if !ok {
			return fmt.Errorf("versions: there is no %v", v)
		}
		if n >= tls.VersionTLS12 { // older ones are broken, and no node of today asks for them alone
			s.Versions = append(s.Versions, n)
		}
	}
	if len(s.Versions) == 0 {
		return fmt.Errorf("versions: none of %v is possible; there are 'tlsv1.2' and 'tlsv1.3'", o.Value)
	}
	return nil
}

// ciphers takes names as OpenSSL or the standard write them. Those that Go's TLS lacks are left out, if only some remain; those of TLS 1.3
// are always all there.
func (s *Side) ciphers(o Option) error {
	list, ok := o.Value.Slice()
	if one, err := text(o); err == nil && one != "" { // one string with colons
		list, ok = nil, true
		for name := range strings.SplitSeq(one, ":") {
			list = append(list, term.String(name))
		}
	}
	if !ok {
		return fmt.Errorf("ciphers cannot be %v", o.Value)
	}
	known := map[string]uint16{}
	for _, c := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		known[plainName(c.Name)] = c.ID
	}
	modern := false
	for _, item := range list {
		name, err := text(Option{"ciphers", item})
		if err != nil {
			return err
		}
		if id, ok := known[plainName(name)]; ok {
			s.Ciphers = append(s.Ciphers, id)
			modern = modern || id>>8 == 0x13
		}
	}
	if len(s.Ciphers) == 0 {
		return fmt.Errorf("ciphers: none of %v is there", o.Value)
	}
	if modern && len(s.Versions) == 0 && onlyModern(s.Ciphers) {
		s.Versions = []uint16{tls.VersionTLS13}
	}
	return nil
}

func onlyModern(ids []uint16) bool {
	for _, id := range ids {
		if id>>8 != 0x13 {
			return false
		}
	}
	return true
}

// plainName brings TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 and ECDHE-RSA-AES256-GCM-SHA384 to one form.
func plainName(name string) string {
	name = strings.ToUpper(name)
	for _, part := range []string{"TLS_", "WITH_", "_", "-", "CBC"} {
		name = strings.ReplaceAll(name, part, "")
	}
	return strings.Replace(name, "CHACHA20POLY1305SHA256", "CHACHA20POLY1305", 1)
}

// text takes a value that is a string or a binary.
func text(o Option) (string, error) {
	if b, ok := o.Value.Binary(); ok {
		return string(b), nil
	}
	list, ok := o.Value.Slice()
	var b strings.Builder
	for _, c := range list {
		n, isInt := c.Int()
		if !isInt || n < 1 || n > 0x10ffff {
			ok = false
			break
		}
		b.WriteRune(rune(n))
	}
	if !ok {
		return "", fmt.Errorf("%s cannot be %v", o.Name, o.Value)
	}
	return b.String(), nil
}

func authorities(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("cacertfile: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("cacertfile %s: there is no certificate in it", file)
	}
	return pool, nil
}
