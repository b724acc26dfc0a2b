package dist_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/erlsh/erlsh/dist"
	"github.com/erlsh/erlsh/dist/secure"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// authority signs certificates for tests and keeps them in a folder.
type authority struct {
	t    testing.TB
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t testing.TB, name string) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	a.key = a.newKey()
	a.cert = &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a.issue("ca", a.cert, a.key)
	return a
}

func (a *authority) newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	return key
}

// issue writes name.pem and name.key.
func (a *authority) issue(name string, c *x509.Certificate, key *ecdsa.PrivateKey) {
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{".pem": {Type: "CERTIFICATE", Bytes: der}, ".key": {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(a.file(name+file), pem.EncodeToMemory(block), 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name) }

// node issues the certificate of a node on some host, valid until then.
func (a *authority) node(name, host string, until time.Time) {
	a.issue(name, &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{host},
		NotBefore: until.Add(-24 * time.Hour), NotAfter: until}, a.newKey())
}

// options writes the file of options that both real nodes and ours read.
func (a *authority) options(cert string, trusted *authority, more string) string {
	common := fmt.Sprintf(`{certfile, %q}, {keyfile, %q}, {cacertfile, %q}, {verify, verify_peer}, {secure_renegotiate, true}, {depth, 2}%s`,
		a.file(cert+".pem"), a.file(cert+".key"), trusted.file("ca.pem"), more)
	text := fmt.Sprintf("%%%% of nodes with TLS\n[{server, [{fail_if_no_peer_cert, true}, %s]},\n {client, [%s]}].\n", common, common)
	file := a.file(cert + ".conf")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return file
}

func carrierOf(t testing.TB, file string) dist.Secure {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	o, err := secure.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	server, client, err := o.Sides()
	if err != nil {
		t.Fatal(err)
	}
	return secure.New(server, client, time.Now)
}

func withTLS(t testing.TB, file string) func(*dist.Options, *node.StartOptions) {
	return func(o *dist.Options, _ *node.StartOptions) { o.Secure = carrierOf(t, file) }
}

// TestSecureWhyNot has the reasons for which two nodes with certificates do not come together, and what a person is told.
func TestSecureWhyNot(t *testing.T) {
	port := freePort(t)
	ca, stranger := newAuthority(t, "ours"), newAuthority(t, "strangers")
	soon := time.Now().Add(time.Hour)
	host := hostOf(startOurs(t, "plain", port))
	ca.node("good", host, soon)
	ca.node("expired", host, time.Now().Add(-time.Hour))
	ca.node("elsewhere", "elsewhere", soon)
	stranger.node("strange", host, soon)
	good := ca.options("good", ca, "")
	startOurs(t, "good", port, withTLS(t, good))
	startOurs(t, "old", port, withTLS(t, ca.options("expired", ca, "")))
	startOurs(t, "elsewhere", port, withTLS(t, ca.options("elsewhere", ca, "")))
	startOurs(t, "strange", port, withTLS(t, stranger.options("strange", ca, "")))
	n := startOurs(t, "ours", port, withTLS(t, good))
	for _, c := range []struct{ name, want string }{
		{"good", ""},
		{"old", "is valid from"},
		{"elsewhere", "made for another host: it names elsewhere, not " + host},
		{"strange", "signed by an authority that is not in"},
		{"plain", "instead of an answer to TLS"},
	} {
		err := n.net.Connect(context.Background(), atom(c.name+"@"+host), false)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	for _, c := range []struct {
		from, want string
		file       string
	}{
		{"plain2", "it expects TLS", ""},
		{"stranger2", "does not know the authority", stranger.options("strange", ca, "")},
		{"late", "our certificate has expired", ca.options("expired", ca, "")},
		{"young", "", ca.options("good", ca, ", {versions, ['tlsv1.3']}")},
		{"older", "", ca.options("good", ca, `, {versions, ['tlsv1.2']}, {ciphers, ["ECDHE-ECDSA-AES128-GCM-SHA256"]}`)},
	} {
		set := func(*dist.Options, *node.StartOptions) {}
		if c.file != "" {
			set = withTLS(t, c.file)
		}
		err := startOurs(t, c.from, port, set).net.Connect(context.Background(), atom("good@"+host), false)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("from %s: %v, want %q", c.from, err, c.want)
		}
	}
}

// TestSecureErl connects with a real node over TLS, which reads the same file of options, in both directions.
func TestSecureErl(t *testing.T) {
	port := startEpmd(t)
	ca := newAuthority(t, "ours")
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	ca.node("node", host, time.Now().Add(time.Hour))
	file := ca.options("node", ca, "")
	e := startErl(t, port, "-sname", "real", "-setcookie", "secret", "-proto_dist", "inet_tls", "-ssl_dist_optfile", file)
	n := startOurs(t, "ours", port, withTLS(t, file))
	real := atom("real@" + host)
	if err := n.net.Connect(context.Background(), real, false); err != nil {
		t.Fatal(err)
	}
	e.want("[ours@"+host+"]", "nodes().")
	p, in := n.sink("sink")
	large := make([]byte, 1<<20)
	e.want("true", "register(echo, spawn(fun F() -> receive {P, M} -> P ! {echo, byte_size(M)}, F() end end)).")
	_ = n.Send(p.Self(), term.Tuple(atom("echo"), real), term.Tuple(p.Self(), term.Binary(large)))
	if got := receive(t, in); got.String() != "{echo,1048576}" {
		t.Errorf("got %v", got)
	}
	n.net.Disconnect(real)
	e.want("gone", "(fun F() -> case nodes() of [] -> gone; _ -> timer:sleep(5), F() end end)().")
	e.want("true", "net_kernel:connect_node('ours@%s').", host)
	until(t, "connected", func() bool { peers := n.net.Peers(); return len(peers) == 1 && peers[0].Secure })
}

// TestSecureOptions has files of options that cannot be, and what a person is told.
func TestSecureOptions(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[{server, [{certfile, \"x\"}]}", "line 1"},
		{"[{server, [{certfile, \"/no/such/file\"}]}].", "server: certfile: open /no/such/file"},
		{"[{client, []}].", "server: the server needs a certfile"},
		{"[{server, [{verify, perhaps}]}].", "server: verify cannot be perhaps"},
		{"[{server, [{colour, blue}]}].", "option colour is not known here"},
		{"[{both, []}].", "neither {server, Options} nor {client, Options}"},
		{"{server, []}.", "not a list"},
		{"[{server, [{versions, ['tlsv1.1']}]}].", "there are 'tlsv1.2' and 'tlsv1.3'"},
		{"[{server, [{cacertfile, \"" + os.DevNull + "\"}]}].", "no certificate in it"},
	} {
		o, err := secure.Parse(c.text)
		if err == nil {
			_, _, err = o.Sides()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.text, err, c.want)
		}
	}
}
