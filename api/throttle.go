package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/wire"
)

// Limits is what each instance may use; nothing is no limit. As JSON it is what
// an operator writes in a file.
type Limits struct {
	// ActiveChats is how many chats that have not ended an instance may have:
	// waiting and idle ones count. 0 is no limit.
	ActiveChats int
	// Operations are the rates of operations, by name; a name that both APIs have is
	// the rate of each.
	Operations map[string]Rate
}

// Rate is a token bucket: one token a call, so many more each second, and at
// most Burst of them kept.
type Rate struct {
	PerSecond float64
	Burst     int
}

// AmazonLimits is what Amazon sets for a new account. There the rates are for
// account and region; an instance here is on its own.
//
// doc: amazon-connect-service-limits.md, feature-limits.md
func AmazonLimits() Limits {
	l := Limits{ActiveChats: strict.MostActiveChats, Operations: map[string]Rate{}}
	for _, op := range wire.Operations() {
		if op.Service == wire.Connect {
			l.Operations[op.Name] = Rate{2, 5} // unless it is below
		}
	}
	maps.Copy(l.Operations, map[string]Rate{
		"StartChatContact":                   {5, 8},
		"CreatePersistentContactAssociation": {5, 8},
		"UpdateParticipantRoleConfig":        {5, 8},
		"CreateParticipant":                  {5, 8},
		"DescribeContact":                    {10, 15},
		"GetContactAttributes":               {10, 15},
		"UpdateContactAttributes":            {10, 15},
		"StopContact":                        {10, 15},
		"UpdateContact":                      {10, 15},
		"UpdateContactRoutingData":           {20, 20},
		"SearchContacts":                     {10, 30}, // for two weeks at most; 1 a second for longer
		"TagContact":                         {20, 25},
		"UntagContact":                       {20, 25},

		"CreateParticipantConnection": {6, 9},
		"DisconnectParticipant":       {3, 5},
		"GetTranscript":               {8, 12},
		"GetAttachment":               {8, 12},
		"StartAttachmentUpload":       {2, 5},
		"CompleteAttachmentUpload":    {2, 5},
		"DescribeView":                {8, 12}, // not published; read as often as pages are
		"SendMessage":                 {10, 15},

		"GetAuthenticationUrl":            {2, 5},
		"CancelParticipantAuthentication": {2, 5}, // neither is published
		"SendEvent":                       {10, 15},
	})
	return l
}

// ReadLimits reads an operator's limits from JSON, such as
//
//	{"ActiveChats": 1000, "Operations": {"SendMessage": {"PerSecond": 50, "Burst": 100}}}
//
// What it does not name has no limit. Its errors say what to correct.
func ReadLimits(data []byte) (Limits, error) {
	var l Limits
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields() // a limit with a slip in its name would be none
	if err := d.Decode(&l); err != nil {
		return Limits{}, fmt.Errorf("limits must be JSON like {\"ActiveChats\": 500, \"Operations\": {\"SendMessage\": {\"PerSecond\": 10, \"Burst\": 15}}}: %w", err)
	}
	if d.More() {
		return Limits{}, errors.New("limits must be one JSON object with nothing after it")
	}
	if l.ActiveChats < 0 {
		return Limits{}, fmt.Errorf("ActiveChats must be 0, which is no limit, or more, not %d", l.ActiveChats)
	}
	for _, name := range slices.Sorted(maps.Keys(l.Operations)) {
		if !slices.ContainsFunc(wire.Operations(), func(op *wire.Operation) bool { return op.Name == name }) {
			return Limits{}, fmt.Errorf("the limits name the operation %q, which perch does not know", name)
		}
		if r := l.Operations[name]; r.PerSecond <= 0 || r.Burst < 1 {
			return Limits{}, fmt.Errorf("%s must have a PerSecond above 0 and a Burst of at least 1", name)
		}
	}
	return l, nil
}

// throttle holds instances to their rates. A bucket belongs to one instance and
// one action: nothing that somebody does is felt by another.
type throttle struct {
	rates map[string]Rate

	mu      sync.Mutex
	buckets map[bucket]*rate.Limiter // as many as instances times operations
	seen    time.Time                // the last time that was given
	at      time.Time                // the buckets' own time, which never goes back
}

type bucket struct {
	instance perch.InstanceID
	action   string
}

func newThrottle(l Limits) *throttle {
	return &throttle{rates: l.Operations, buckets: map[bucket]*rate.Limiter{}}
}

// throttled takes a token for an action of an instance, see allow; and by Amazon's
// rates as well, for who is strict.
func (s *Server) throttled(ctx context.Context, instance perch.InstanceID, action string) error {
	now := s.opts.Wall()
	if err := s.limits.allow(instance, action, now); err != nil || !strict.Watched(ctx, strict.Rates) {
		return err
	}
	if err := s.amazons().allow(instance, action, now); err != nil && strict.Holds(ctx, strict.Rates, "") {
		return err
	}
	return nil
}

// allow takes a token for an action, as the policy names it: both of Amazon's APIs
// have a DescribeView, and one takes nothing from the other. Throttled where there
// is none. The instance exists: what strangers name makes no bucket.
func (t *throttle) allow(instance perch.InstanceID, action string, now time.Time) error {
	_, operation, _ := strings.Cut(action, ":")
	r, limited := t.rates[operation]
	if !limited {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	// A limiter that has seen a later time waits for that time to come again.
	t.at = t.at.Add(max(0, now.Sub(t.seen)))
	t.seen = now
	b := bucket{instance, action}
	of, ok := t.buckets[b]
	if !ok {
		of = rate.NewLimiter(rate.Limit(r.PerSecond), r.Burst)
		t.buckets[b] = of
	}
	if !of.AllowN(t.at, 1) {
		return perch.Errorf(perch.Throttled, "Rate exceeded: this instance may call %s %g times a second, %d times at once", operation, r.PerSecond, r.Burst)
	}
	return nil
}
