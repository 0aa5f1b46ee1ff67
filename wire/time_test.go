package wire_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/perch-chat/perch/wire"
)

func TestTimeHasThreeDigitsAndZ(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("", 2*3600)
	for want, at := range map[string]time.Time{
		"2026-01-02T03:04:05.000Z": time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"2026-01-02T03:04:05.120Z": time.Date(2026, 1, 2, 3, 4, 5, 120999999, time.UTC),
		"2026-01-02T01:04:05.999Z": time.Date(2026, 1, 2, 3, 4, 5, 999999999, berlin),
	} {
		if got := wire.Time(at); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, s := range []string{"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z", "2026-01-02T05:04:05+02:00", "2026-01-02T03:04:05.000000000Z"} {
		if got, err := wire.ParseTime(s); err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%s: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "2026-01-02", "2026-01-02 03:04:05Z", "2026-01-02T03:04:05", "2026-02-30T03:04:05Z"} {
		if _, err := wire.ParseTime(s); err == nil {
			t.Errorf("%s: accepted", s)
		}
	}
}

func TestEpochIsANumberOfSeconds(t *testing.T) {
	t.Parallel()
	for want, ms := range map[string]int64{
		`{"InitiationTimestamp":1700000000}`:     1700000000000,
		`{"InitiationTimestamp":1700000000.001}`: 1700000000001,
		`{"InitiationTimestamp":1700000000.990}`: 1700000000990,
	} {
		type contact struct {
			InitiationTimestamp wire.Epoch `json:",omitzero"`
			DisconnectTimestamp wire.Epoch `json:",omitzero"`
		}
		in := contact{InitiationTimestamp: wire.Epoch(time.UnixMilli(ms))}
		got, err := json.Marshal(in)
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
		var out contact
		if err := json.Unmarshal(got, &out); err != nil || time.Time(out.InitiationTimestamp).UnixMilli() != ms {
			t.Errorf("%s came back as %v, %v", got, time.Time(out.InitiationTimestamp), err)
		}
	}
	if json.Unmarshal([]byte(`"x"`), new(wire.Epoch)) == nil {
		t.Error("accepted a string")
	}
}
