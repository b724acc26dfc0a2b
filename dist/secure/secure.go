// Package secure encrypts the connections between nodes with TLS, as Erlang's distribution over TLS does, and reads the options that
// are written for it: those of -ssl_dist_optfile and -ssl_dist_opt.
//
// New makes a Carrier of two sets of options; Parse reads a file of options.
package secure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Side is what one side of a connection needs: the node as server, for those who dial it, and as client.
type Side struct {
	Certificates []tls.Certificate
	Authorities  *x509.CertPool // nil: none
	AuthorityOf  string         // the file of the authorities, for texts
	VerifyPeer   bool
	NeedPeer     bool // a client without a certificate is turned away
	Depth        int  // how many authorities may stand between the peer's certificate and one of Authorities
	Versions     []uint16
	Ciphers      []uint16
	// ServerName is what the client says that it wants to talk to, and checks in the certificate; "" is the host of the node.
	ServerName string
	NoName     bool // the client neither says nor checks it
}

// Carrier wraps connections in TLS.
type Carrier struct {
	server, client Side
	now            func() time.Time
}

// New returns a carrier. now is the clock that certificates are held against.
func New(server, client Side, now func() time.Time) *Carrier { return &Carrier{server, client, now} }

// What goes wrong between two nodes, beyond the errors of TLS.
var (
	errNoName = errors.New("the certificate is made for another host")
	errDepth  = errors.New("the chain of certificates is too long")
)

// Client proves the node that was dialled, on c, to be one of the given host.
func (k *Carrier) Client(ctx context.Context, c net.Conn, host string) (net.Conn, error) {
	s := k.client
	config := s.config(k.now)
	name := host
	if s.ServerName != "" {
		name = s.ServerName
	}
	if net.ParseIP(name) == nil && !s.NoName {
		config.ServerName = name
	}
	if len(s.Certificates) > 0 { // shown even to a server that names other authorities: its refusal says more than its silence
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &s.Certificates[0], nil }
	}
	config.InsecureSkipVerify = true // VerifyConnection does it, in OTP's way
	if s.VerifyPeer {
		config.VerifyConnection = func(state tls.ConnectionState) error {
			return s.verify(state, x509.ExtKeyUsageServerAuth, name, k.now())
		}
	}
	secure := tls.Client(c, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("TLS: %w", s.explain(err))
	}
	return secure, nil
}

// Server proves this node to the one that has dialled it, and that one to this if the options say so.
func (k *Carrier) Server(ctx context.Context, c net.Conn) (net.Conn, error) {
	s := k.server
	config := s.config(k.now)
	if s.VerifyPeer {
		config.ClientCAs, config.ClientAuth = s.Authorities, tls.VerifyClientCertIfGiven
		if s.NeedPeer {
			config.ClientAuth = tls.RequireAndVerifyClientCert
		}
		config.VerifyConnection = func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) == 0 {
				return nil
			}
			return s.verify(state, x509.ExtKeyUsageClientAuth, "", k.now())
		}
	}
	secure := tls.Server(c, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		var record tls.RecordHeaderError
		if errors.As(err, &record) {
			_, _ = c.Write(notTLS) // by which the other side can tell what it has met
		}
		return nil, fmt.Errorf("TLS: %w", s.explain(err))
	}
	return secure, nil
}

// notTLS is an alert: fatal, protocol_version. RFC 5246, 7.2.
var notTLS = []byte{21, 3, 1, 0, 2, 2, 70}

func (s Side) config(now func() time.Time) *tls.Config {
	c := &tls.Config{
		Certificates: s.Certificates, CipherSuites: s.Ciphers, Time: now, MinVersion: tls.VersionTLS12,
		SessionTicketsDisabled: true, // a connection between nodes is made once
	}
	if len(s.Versions) > 0 {
		c.MinVersion, c.MaxVersion = s.Versions[0], s.Versions[0]
		for _, v := range s.Versions {
			c.MinVersion, c.MaxVersion = min(c.MinVersion, v), max(c.MaxVersion, v)
		}
	}
	return c
}

// verify checks the certificates of the peer: who has signed them, when, for what, and for which host unless that is "".
func (s Side) verify(state tls.ConnectionState, usage x509.ExtKeyUsage, host string, now time.Time) error {
	leaf := state.PeerCertificates[0]
	o := x509.VerifyOptions{Roots: s.Authorities, Intermediates: x509.NewCertPool(), CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{usage}}
	for _, c := range state.PeerCertificates[1:] {
		o.Intermediates.AddCert(c)
	}
	chains, err := leaf.Verify(o)
	if err != nil {
		return &tls.CertificateVerificationError{UnverifiedCertificates: state.PeerCertificates, Err: err}
	}
	short := false
	for _, chain := range chains {
		short = short || len(chain)-2 <= s.Depth // neither the peer's own nor the last, which is trusted, count
	}
	if !short {
		return fmt.Errorf("%w: depth is %d", errDepth, s.Depth)
	}
	if host == "" || s.NoName || s.ServerName == "" && names(leaf, host) || s.ServerName != "" && names(leaf, s.ServerName) {
		return nil
	}
	return fmt.Errorf("%w: it names %s, not %s", errNoName, listNames(leaf), host)
}

// names reports whether a certificate is made for a host. As OTP's public_key:pkix_verify_hostname/2 without further options: the
// alternative names, letter case aside, and the common name where there are none; wildcards do not count.
func names(c *x509.Certificate, host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		for _, a := range c.IPAddresses {
			if a.Equal(ip) {
				return true
			}
		}
	}
	for _, name := range c.DNSNames {
		if strings.EqualFold(name, host) {
			return true
		}
	}
	return len(c.DNSNames)+len(c.IPAddresses) == 0 && strings.EqualFold(c.Subject.CommonName, host)
}

func listNames(c *x509.Certificate) string {
	list := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		list = append(list, ip.String())
	}
	if len(list) == 0 {
		list = append(list, c.Subject.CommonName)
	}
	return strings.Join(list, ", ")
}

// explain says in a person's words what went wrong while certificates were checked here.
func (s Side) explain(err error) error {
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("the peer's certificate is signed by an authority that is not in %s (%w)", s.AuthorityOf, unknown)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("the peer's certificate is valid from %s to %s only (%w)", invalid.Cert.NotBefore.Format(time.RFC3339),
			invalid.Cert.NotAfter.Format(time.RFC3339), invalid)
	case errors.As(err, &record):
		return fmt.Errorf("the peer does not speak TLS: does it run with -proto_dist inet_tls? (%w)", err)
	}
	return err
}
