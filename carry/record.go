package carry

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/perch-chat/perch/wire"
)

// record is what is used of a contact record.
// doc: ctr-data-model.md
type record struct {
	ContactId, InitialContactId, PreviousContactId, RelatedContactId string //nolint:revive // Amazon's spelling
	Channel, InitiationMethod, DisconnectReason, CustomerId          string //nolint:revive // the same
	InitiationTimestamp, DisconnectTimestamp, LastUpdateTimestamp    stamp
	Agent                                                            *recordAgent
	Queue                                                            *recordQueue
	Attributes, Tags                                                 map[string]string
	CustomerEndpoint, SystemEndpoint                                 *struct{ Type, Address string }
	SegmentAttributes                                                map[string]struct{ ValueString *string }
	Recordings                                                       []struct{ Location string }
}

type recordAgent struct {
	ARN, Username                                                string
	ConnectedToAgentTimestamp                                    stamp
	AfterContactWorkStartTimestamp, AfterContactWorkEndTimestamp stamp
}

type recordQueue struct {
	ARN, Name        string
	EnqueueTimestamp stamp
}

// stamp is a time that may be absent.
type stamp struct{ time.Time }

// UnmarshalJSON reads a time, an empty text or null.
func (s *stamp) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil || text == "" {
		return err
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("%.100q is no time", text)
	}
	if at.Year() >= oldest && at.Year() <= newest { // others stand for no time
		s.Time = at.UTC().Truncate(time.Millisecond)
	}
	return nil
}

// putRecord checks a contact record and puts it down.
func (w *work) putRecord(key string, one []byte) error {
	var r record
	if err := json.Unmarshal(one, &r); err != nil {
		return fmt.Errorf("it is a contact record that cannot be used: %w", err)
	}
	if r.Channel != "" && r.Channel != wire.ChannelChat {
		w.report.count(func(to *Report) { to.Skipped++ })
		return nil
	}
	for name, id := range map[string]string{"ContactId": r.ContactId, "InitialContactId": r.InitialContactId,
		"PreviousContactId": r.PreviousContactId, "RelatedContactId": r.RelatedContactId} {
		if !uuid.MatchString(id) && (id != "" || name == "ContactId") {
			return fmt.Errorf("it is a contact record whose %s is %.100q, which is no UUID in lower case", name, id)
		}
	}
	if !plain(r.InitiationMethod) || !plain(r.DisconnectReason) || !plain(r.CustomerId) {
		return fmt.Errorf("it is a contact record whose InitiationMethod, DisconnectReason or CustomerId is no plain text")
	}
	piece, err := w.heap.Put(one)
	if err != nil {
		return err
	}
	d := &document{key: key, piece: piece, sum: sha256.Sum256(one), first: r.InitiationTimestamp.Time, updated: r.LastUpdateTimestamp.Time,
		past: r.RelatedContactId, follows: r.PreviousContactId, over: !r.DisconnectTimestamp.IsZero()}
	initial := r.InitialContactId
	if initial == "" {
		initial = r.ContactId
	}
	w.chats.addRecord(r.ContactId, initial, d)
	return nil
}

// idOf is the last part of an ARN.
func idOf(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
