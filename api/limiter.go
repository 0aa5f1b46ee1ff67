package api

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxAddresses is how many addresses a limiter remembers.
const maxAddresses = 10_000

// limiter allows so many events a minute for each address, or network of IPv6
// that one household gets; zero is no limit.
type limiter struct {
	perMinute int

	mu   sync.Mutex
	each map[netip.Addr]*rate.Limiter
}

func newLimiter(perMinute int) *limiter {
	return &limiter{perMinute: perMinute, each: map[netip.Addr]*rate.Limiter{}}
}

func (l *limiter) allow(address netip.Addr, now time.Time) bool {
	if l.perMinute <= 0 {
		return true
	}
	if p, err := address.Prefix(64); err == nil && address.Is6() { // the network of a household
		address = p.Addr()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	of, ok := l.each[address]
	if !ok {
		l.forget(now)
		of = rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), l.perMinute)
		l.each[address] = of
	}
	return of.AllowN(now, 1)
}

// forget makes room: an address whose bucket is full is as good as unknown.
func (l *limiter) forget(now time.Time) {
	if len(l.each) < maxAddresses {
		return
	}
	for a, of := range l.each {
		if of.TokensAt(now) >= float64(l.perMinute) {
			delete(l.each, a)
		}
	}
	for a := range l.each { // all of them busy: some have to go
		if len(l.each) < maxAddresses {
			return
		}
		delete(l.each, a)
	}
}
