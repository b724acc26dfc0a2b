package dist

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
)

// explainSecure says what went wrong on an encrypted connection; nil when that has nothing to do with encryption.
func explainSecure(err error, address string) error {
	var alert tls.AlertError
	switch remote := remoteAlert(err); {
	case errors.As(err, &alert) || remote != "":
		return fmt.Errorf("%s turned this node away: %s (%w)", address, meaning(remote), err)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return fmt.Errorf("%s closed the connection instead of an answer to TLS: does it run with -proto_dist inet_tls, and accept our certificate? (%w)", address, err)
	case isTimeout(err):
		return fmt.Errorf("%s gives no answer to TLS: it may be a node without -proto_dist inet_tls (%w)", address, err)
	}
	return nil
}

// remoteAlert returns what a peer has said in an alert; "" when the error is none.
func remoteAlert(err error) string {
	const head = "remote error: tls: "
	text := err.Error()
	if i := strings.Index(text, head); i >= 0 {
		return strings.TrimSuffix(text[i+len(head):], ")")
	}
	return ""
}

// meaning says what an alert of TLS means between two nodes.
func meaning(alert string) string {
	switch alert {
	case "unknown certificate authority":
		return "it does not know the authority that has signed our certificate"
	case "expired certificate":
		return "our certificate has expired, by its clock"
	case "certificate required", "handshake failure":
		return "it wants a certificate of ours (certfile of the client), or a version or cipher that we do not have"
	case "bad certificate", "unsupported certificate", "unknown certificate", "access denied":
		return "it does not accept our certificate"
	case "protocol version not supported":
		return "there is no version of TLS that both nodes are allowed to use"
	}
	return alert
}
