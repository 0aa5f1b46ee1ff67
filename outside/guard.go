// Package outside calls what flows name and perch does not have: functions, over
// HTTP or by Lambda's own interface, and bots, over HTTP or by Lex's. What may be reached is the operator's to say:
// a flow is written by many, and what it names must not become a way into the
// operator's network.
package outside

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"
)

// dialWithin is how long making a connection may take.
const dialWithin = 5 * time.Second

// Rules are whom the operator lets perch call beyond the public internet.
type Rules struct {
	Networks []netip.Prefix // such as 10.1.2.0/24
	// Hosts are names or addresses with their port, such as bots.internal:8080. To
	// whatever address such a name leads when it is dialled, it may be reached.
	Hosts []string
}

// forbidden are networks that are not the public internet and that no method of
// netip names.
func forbidden() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8",       // this network
		"100.64.0.0/10",   // shared by carriers; clouds' own services
		"192.0.0.0/24",    // protocols
		"192.0.2.0/24",    // documentation
		"198.18.0.0/15",   // benchmarks
		"198.51.100.0/24", // documentation
		"203.0.113.0/24",  // documentation
		"240.0.0.0/4",     // reserved
		"64:ff9b::/96",    // NAT64: may lead to any of the above
		"64:ff9b:1::/48",  // NAT64, local
		"2001::/32",       // Teredo
		"2001:db8::/32",   // documentation
		"2002::/16",       // 6to4
		"fec0::/10",       // site-local, of before
		"::/96",           // IPv4 in IPv6, of before
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// ErrRefused says that an address may not be reached.
var ErrRefused = errors.New("the address may not be called")

// Check tells whether an address may be reached.
func (r Rules) Check(ip netip.Addr) error {
	ip = ip.Unmap().WithZone("")
	within := func(p netip.Prefix) bool { return p.Contains(ip) }
	if slices.ContainsFunc(r.Networks, within) {
		return nil
	}
	if !ip.IsValid() || !ip.IsGlobalUnicast() || ip.IsPrivate() || slices.ContainsFunc(forbidden(), within) {
		return fmt.Errorf("%w: %s is not on the public internet; name its network, or its host and port, under Allowed in the file of functions if it is meant", ErrRefused, ip)
	}
	return nil
}

// control is asked with the address that is about to be dialled, after the name
// has been looked up: a name that changes its mind gains nothing.
func (r Rules) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrRefused, address)
	}
	return r.Check(at.Addr())
}

// Dial connects as the rules allow; it is the default of Options.Dial.
func (r Rules) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: dialWithin, Control: r.control}
	if slices.ContainsFunc(r.Hosts, func(host string) bool { return strings.EqualFold(host, address) }) {
		d.Control = nil
	}
	return d.DialContext(ctx, network, address)
}

// transport asks no proxy and keeps few connections.
func transport(dial func(context.Context, string, string) (net.Conn, error)) *http.Transport {
	return &http.Transport{DialContext: dial, Proxy: nil, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute,
		TLSHandshakeTimeout: dialWithin, MaxResponseHeaderBytes: 64 << 10}
}

// client follows no redirect, and reads fewer than maxRead bytes of any answer,
// whoever does the reading.
func client(dial func(context.Context, string, string) (net.Conn, error)) *http.Client {
	return &http.Client{
		Transport:     capped{transport(dial), maxRead},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ErrTooLong says that an answer has more bytes than are read.
var ErrTooLong = errors.New("the answer is too long")

type capped struct {
	http.RoundTripper
	limit int
}

func (c capped) RoundTrip(r *http.Request) (*http.Response, error) {
	got, err := c.RoundTripper.RoundTrip(r)
	if err == nil {
		got.Body = &cappedBody{ReadCloser: got.Body, left: c.limit, limit: c.limit}
	}
	return got, err
}

type cappedBody struct {
	io.ReadCloser
	left, limit int
}

func (b *cappedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	if b.left -= n; b.left == 0 {
		return n, fmt.Errorf("%w: the limit is %d bytes", ErrTooLong, b.limit-1)
	}
	return n, err
}
