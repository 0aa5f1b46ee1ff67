package perch_test

import (
	"testing"
	"time"

	"github.com/perch-chat/perch"
)

// pastSession is C1, transferred to C2, surveyed in C3; at 100 entries each.
func pastSession(ended bool) *perch.Session {
	s := &perch.Session{ID: "C1", Ended: ended, Contacts: []perch.Contact{
		{ID: "C1", First: 2, Last: 100, Method: perch.ByAPI},
		{ID: "C2", Previous: "C1", First: 101, Last: 200, Method: perch.ByTransfer},
		{ID: "C3", Previous: "C2", First: 201, Method: perch.ByDisconnect},
	}}
	if ended {
		s.Contacts[2].Last = 300
	}
	return s
}

// The table of what each request continues from.
func TestRehydrateChoosesTheContactContinuedFrom(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind    perch.RehydrationType
		source  perch.ContactID
		from    perch.ContactID
		through int64
	}{
		{perch.FromSegment, "C1", "C1", 100},
		{perch.FromSegment, "C2", "C2", 200},
		{perch.FromSegment, "C3", "C3", 300},
		{perch.EntirePastSession, "C1", "C3", 300},
		// Not the first contact: its session is meant.
		{perch.EntirePastSession, "C2", "C3", 300},
		{perch.EntirePastSession, "C3", "C3", 300},
	} {
		t.Run(string(c.kind)+" "+string(c.source), func(t *testing.T) {
			t.Parallel()
			got, err := perch.Rehydrate(c.kind, c.source, pastSession(true))
			want := perch.Link{Session: "C1", Contact: c.from, Through: c.through, Type: c.kind}
			if err != nil || got != want {
				t.Errorf("got %+v, %v; want %+v", got, err, want)
			}
		})
	}
}

func TestRehydrateRefuses(t *testing.T) {
	t.Parallel()
	for _, kind := range []perch.RehydrationType{perch.FromSegment, perch.EntirePastSession} {
		for _, source := range []perch.ContactID{"C1", "C2", "C3"} { // C1 and C2 are closed, their chat is not
			_, err := perch.Rehydrate(kind, source, pastSession(false))
			errorKind(t, err, perch.Refused)
		}
		_, err := perch.Rehydrate(kind, "C4", pastSession(true))
		errorKind(t, err, perch.NotFound)
	}
	for _, kind := range []perch.RehydrationType{"", "from_segment", "ALL"} {
		_, err := perch.Rehydrate(kind, "C1", pastSession(true))
		errorKind(t, err, perch.Invalid)
	}
}

func TestOnlyALiveChatWithoutAPastMayBeGivenOne(t *testing.T) {
	t.Parallel()
	if err := (&perch.Session{}).MayPersist(); err != nil {
		t.Errorf("a live chat without a past: %v", err)
	}
	errorKind(t, (&perch.Session{Ended: true}).MayPersist(), perch.Refused)
	errorKind(t, (&perch.Session{Link: &perch.Link{}}).MayPersist(), perch.Refused)
}

func TestOnlyWhoIsInALiveChatMayAct(t *testing.T) {
	t.Parallel()
	s := &perch.Session{Participants: []perch.Participant{
		{ID: "expected"}, {ID: "present", Presence: perch.Present}, {ID: "departed", Presence: perch.Departed}}}
	for _, id := range []perch.ParticipantID{"expected", "present"} {
		if p, err := s.Caller(id); err != nil || p.ID != id {
			t.Errorf("%s: %+v, %v", id, p, err)
		}
	}
	for _, id := range []perch.ParticipantID{"departed", "unknown", ""} {
		_, err := s.Caller(id)
		errorKind(t, err, perch.Denied)
	}
	s.Ended = true
	for _, id := range []perch.ParticipantID{"expected", "present", "departed"} {
		_, err := s.Caller(id)
		errorKind(t, err, perch.Denied)
	}
}

func TestTimeRisesWhateverTheClockDoes(t *testing.T) {
	t.Parallel()
	last := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := &perch.Session{Time: last}
	for _, c := range []struct{ ahead, want time.Duration }{
		{-time.Hour, time.Millisecond}, {-1, time.Millisecond}, {0, time.Millisecond}, {time.Millisecond - 1, time.Millisecond},
		{time.Millisecond, time.Millisecond}, {2*time.Millisecond + 999, 2 * time.Millisecond}, {time.Hour, time.Hour},
	} {
		now := last.Add(c.ahead).In(time.FixedZone("east", 3600))
		if got := s.Next(now); !got.Equal(last.Add(c.want)) || got.Location() != time.UTC {
			t.Errorf("the clock %v ahead of the last entry: the next has %v, want %v after it, in UTC", c.ahead, got, c.want)
		}
	}
	if got, want := (&perch.Session{}).Next(last.Add(1)), last; !got.Equal(want) {
		t.Errorf("the first entry has %v, want the clock's %v", got, want)
	}
}

func TestASessionHasRoomForTwelveContacts(t *testing.T) {
	t.Parallel()
	s := &perch.Session{}
	for n := range 12 {
		if !s.HasRoom() {
			t.Fatalf("no room after %d contacts", n)
		}
		s.Contacts = append(s.Contacts, perch.Contact{})
	}
	if s.HasRoom() {
		t.Error("room for a thirteenth contact")
	}
}

func TestWhoVouchesForASource(t *testing.T) {
	t.Parallel()
	for origin, want := range map[perch.Origin]bool{
		perch.FromBrowser: false, perch.FromAgent: false, perch.FromFlow: true, perch.FromJWT: true, perch.FromSigV4: true,
	} {
		if origin.Vouched() != want {
			t.Errorf("origin %d is vouched for: %v, want %v", origin, !want, want)
		}
	}
}

func TestAttributesCountKeysAndValues(t *testing.T) {
	t.Parallel()
	a := perch.Attributes{"ab": {Value: "cde"}, "é": {Value: ""}}
	if n := a.Bytes(); n != 7 {
		t.Errorf("%d bytes, want 7", n)
	}
}

func TestRolesReadUnderTheirAudience(t *testing.T) {
	t.Parallel()
	for role, want := range map[perch.Role]perch.Audience{perch.Customer: perch.ToCustomer, perch.Bot: perch.ToCustomer,
		perch.Agent: perch.ToAgents, perch.System: perch.ToAgents, perch.Supervisor: perch.ToSupervisors} {
		if got := role.Audience(); got != want || perch.ToAll&got == 0 || perch.ToNobody&got != 0 {
			t.Errorf("role %d reads as %d, want %d", role, got, want)
		}
	}
	if perch.ToStaff&perch.ToCustomer != 0 {
		t.Error("customers are staff")
	}
}
