package serve

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// lookAgainAfter is how long a certificate is used before its files are looked
// at again.
const lookAgainAfter = 2 * time.Second

// Certificate is what the listener shows to clients. It is read from its files
// once more when they have changed, so a renewal needs no restart.
type Certificate struct {
	certFile, keyFile string
	first             *tls.Certificate
	files             stamps // as they were when first was read
}

// LoadCertificate reads a certificate with its chain, and its key, both in PEM.
func LoadCertificate(certFile, keyFile string) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile}
	var err error
	c.first, c.files, err = c.read()
	if err != nil {
		return nil, err
	}
	return c, nil
}

// stamps tell whether files have changed since they were read.
type stamps [2]struct {
	at   time.Time
	size int64
}

func (c *Certificate) stamps() (s stamps, err error) {
	for i, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return s, err
		}
		s[i].at, s[i].size = info.ModTime(), info.Size()
	}
	return s, nil
}

// read looks at the stamps first: what is written meanwhile is then seen as a
// change the next time.
func (c *Certificate) read() (*tls.Certificate, stamps, error) {
	s, err := c.stamps()
	if err != nil {
		return nil, s, fmt.Errorf("the certificate: %w", err)
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return nil, s, fmt.Errorf("the certificate %s with the key %s: %w", c.certFile, c.keyFile, err)
	}
	return &pair, s, nil
}

// host is the host and port at which clients can reach a listener with this
// certificate: the address that is listened on if the certificate is for it,
// else the first name that it is for.
func (c *Certificate) host(listen net.Addr) (string, error) {
	host, port, err := net.SplitHostPort(listen.String())
	if err != nil {
		return "", fmt.Errorf("the listen address %s: %w", listen, err)
	}
	if c.first.Leaf.VerifyHostname(host) != nil {
		host = ""
		for _, name := range c.first.Leaf.DNSNames {
			if !strings.HasPrefix(name, "*") {
				host = name
				break
			}
		}
	}
	if host == "" {
		return "", errors.New("the certificate does not say at which address clients reach perch: give it as --public-url")
	}
	if port == "443" {
		return strings.TrimSuffix(net.JoinHostPort(host, ""), ":"), nil
	}
	return net.JoinHostPort(host, port), nil
}

// config is the listener's. HTTP/2 is offered for calls; browsers open their
// sockets over HTTP/1.1 whatever is offered.
func (c *Certificate) config(now func() time.Time, log *slog.Logger) *tls.Config {
	w := &watchedCertificate{Certificate: c, now: now, log: log, looked: now()}
	w.current.Store(c.first)
	w.complain(c.first)
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: w.get}
}

// watchedCertificate is a certificate in use.
type watchedCertificate struct {
	*Certificate
	now     func() time.Time
	log     *slog.Logger
	current atomic.Pointer[tls.Certificate]

	mu      sync.Mutex // held by the one handshake that looks at the files
	looked  time.Time
	trouble string // why the files could not be read, as it has been logged
}

func (w *watchedCertificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if w.mu.TryLock() {
		w.look()
		w.mu.Unlock()
	}
	return w.current.Load(), nil
}

// look reads changed files. While they cannot be read, as in the middle of a
// renewal, the certificate that there was is shown on.
func (w *watchedCertificate) look() {
	if w.now().Sub(w.looked) < lookAgainAfter {
		return
	}
	w.looked = w.now()
	if s, err := w.stamps(); err == nil && s == w.files && w.trouble == "" {
		return
	}
	pair, s, err := w.read()
	if err != nil {
		if w.trouble != err.Error() {
			w.log.Error("the certificate has changed and cannot be read; the one before is used until it can", "error", err)
		}
		w.trouble = err.Error()
		return
	}
	w.current.Store(pair)
	w.files, w.trouble = s, ""
	w.log.Info("the certificate has been read again", "names", pair.Leaf.DNSNames, "until", pair.Leaf.NotAfter)
	w.complain(pair)
}

// complain tells of a certificate that clients will not accept.
func (w *watchedCertificate) complain(c *tls.Certificate) {
	if at := w.now(); at.After(c.Leaf.NotAfter) || at.Before(c.Leaf.NotBefore) {
		w.log.Warn("the certificate is not valid now: clients will refuse it", "file", w.certFile, "from", c.Leaf.NotBefore, "until", c.Leaf.NotAfter)
	}
}
