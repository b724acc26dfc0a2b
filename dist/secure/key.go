package secure

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"hash"
	"os"

	"github.com/erlsh/erlsh/lang/term"
)

// certificate reads a certificate, the authorities that come along in its file, and its key: from a file of its own, or the same one.
func (s *Side) certificate(cert, key, password string) error {
	certs, err := os.ReadFile(cert)
	if err != nil {
		return fmt.Errorf("certfile: %w", err)
	}
	if key == "" {
		key = cert
	}
	text, err := os.ReadFile(key)
	if err != nil {
		return fmt.Errorf("keyfile: %w", err)
	}
	plain, err := decrypted(text, password)
	if err != nil {
		return fmt.Errorf("keyfile %s: %w", key, err)
	}
	pair, err := tls.X509KeyPair(certs, plain)
	if err != nil {
		return fmt.Errorf("certfile %s, keyfile %s: %w", cert, key, err)
	}
	s.Certificates = append(s.Certificates, pair)
	return nil
}

// certsKeys reads several certificates, each as a map of the names of its files.
func (s *Side) certsKeys(t term.Term) error {
	list, ok := t.Slice()
	if !ok {
		return fmt.Errorf("certs_keys cannot be %v", t)
	}
	for _, item := range list {
		m, ok := item.Map()
		if !ok {
			return fmt.Errorf("certs_keys: %v is no map", item)
		}
		files := map[string]string{}
		for k, v := range m.All() {
			value, err := text(Option{k.AtomName(), v})
			if err != nil {
				return fmt.Errorf("certs_keys: %w", err)
			}
			files[k.AtomName()] = value
		}
		if err := s.certificate(files["certfile"], files["keyfile"], files["password"]); err != nil {
			return err
		}
	}
	return nil
}

// decrypted returns a key file with its key in the clear.
func decrypted(text []byte, password string) ([]byte, error) {
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return text, nil
		}
		var plain []byte
		var err error
		switch {
		case block.Type == "ENCRYPTED PRIVATE KEY":
			plain, err = openPKCS8(block.Bytes, password)
			block.Type = "PRIVATE KEY"
		case bytes.HasPrefix([]byte(block.Headers["Proc-Type"]), []byte("4,ENCRYPTED")):
			//lint:ignore SA1019 keys of this kind exist, and their owner has chosen it
			plain, err = x509.DecryptPEMBlock(block, []byte(password))
		default:
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("the password does not open it (%w)", err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: plain}), nil
	}
}

// The shape of an encrypted key. RFC 5208 and RFC 8018, appendix A.
type (
	encryptedKey struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	pbes2 struct{ Derive, Cipher pkix.AlgorithmIdentifier }
	pbkdf struct {
		Salt       []byte
		Iterations int
		Length     int                      `asn1:"optional"`
		Digest     pkix.AlgorithmIdentifier `asn1:"optional"`
	}
)

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
	oidSHA1   = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 7}
)

// keySizes has the ciphers AES-CBC by the size of their keys. NIST, "AES Algorithms", aes 2, 22 and 42.
var keySizes = map[string]int{"2.16.840.1.101.3.4.1.2": 16, "2.16.840.1.101.3.4.1.22": 24, "2.16.840.1.101.3.4.1.42": 32}

var errScheme = errors.New("it is encrypted in a way that is not known here")

// maxIterations bounds the work that a key file may ask for.
const maxIterations = 10_000_000

// openPKCS8 decrypts a key as `openssl genpkey -aes256` writes it.
func openPKCS8(der []byte, password string) ([]byte, error) {
	var outer encryptedKey
	var scheme pbes2
	var derive pbkdf
	var iv []byte
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return nil, err
	}
	if !outer.Algorithm.Algorithm.Equal(oidPBES2) {
		return nil, errScheme
	}
	if _, err := asn1.Unmarshal(outer.Algorithm.Parameters.FullBytes, &scheme); err != nil {
		return nil, err
	}
	size := keySizes[scheme.Cipher.Algorithm.String()]
	if !scheme.Derive.Algorithm.Equal(oidPBKDF2) || size == 0 {
		return nil, errScheme
	}
	if _, err := asn1.Unmarshal(scheme.Derive.Parameters.FullBytes, &derive); err != nil {
		return nil, err
	}
	if _, err := asn1.Unmarshal(scheme.Cipher.Parameters.FullBytes, &iv); err != nil {
		return nil, err
	}
	digest := map[bool]func() hash.Hash{true: sha256.New, false: sha1.New}[derive.Digest.Algorithm.Equal(oidSHA256)]
	if n := derive.Digest.Algorithm; len(n) > 0 && !n.Equal(oidSHA256) && !n.Equal(oidSHA1) {
		return nil, errScheme
	}
	if derive.Iterations < 1 || derive.Iterations > maxIterations || len(iv) != aes.BlockSize || len(outer.Data)%aes.BlockSize != 0 || len(outer.Data) == 0 {
		return nil, errScheme
	}
	key, err := pbkdf2.Key(digest, password, derive.Salt, derive.Iterations, size)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	plain := make([]byte, len(outer.Data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, outer.Data)
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > aes.BlockSize || !bytes.Equal(plain[len(plain)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		return nil, errors.New("wrong password")
	}
	return plain[:len(plain)-pad], nil
}
