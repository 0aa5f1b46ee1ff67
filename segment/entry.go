package segment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/perch-chat/perch"
)

// Receipt is what a participant has confirmed of a message; zero times are
// unconfirmed.
type Receipt struct {
	Number          int64
	Participant     perch.ParticipantID
	Delivered, Read time.Time
}

// line is an entry as a file has it.
type line struct {
	Number      int64               `json:"n"`
	Contact     perch.ContactID     `json:"c"`
	Kind        perch.Kind          `json:"k"`
	Audience    perch.Audience      `json:"a,omitempty"`
	Time        int64               `json:"t"` // milliseconds
	Participant perch.ParticipantID `json:"p,omitempty"`
	Turn        perch.TurnID        `json:"u"`
	Token       perch.TokenHash     `json:"x,omitempty"`
	Codec       byte                `json:"d"`
	Body        json.RawMessage     `json:"b"`
	Foreign     string              `json:"i,omitempty"`
}

func appendEntry(to []byte, e perch.Entry) ([]byte, error) {
	codec, body, err := perch.EncodeBody(e.Body)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(line{e.Number, e.Contact, e.Kind, e.Audience, e.Time.UnixMilli(), e.Participant, e.Turn, e.Token, codec, body, e.Foreign})
	if err != nil {
		return nil, fmt.Errorf("number %d: %w", e.Number, err)
	}
	return append(append(to, data...), '\n'), nil
}

// readEntries reads the lines of a block.
func readEntries(lines []byte) ([]perch.Entry, error) {
	var out []perch.Entry
	for data := range bytes.Lines(lines) {
		var l line
		if err := json.Unmarshal(data, &l); err != nil {
			return nil, err
		}
		body, err := perch.DecodeBody(l.Kind, l.Codec, l.Body)
		if err != nil {
			return nil, fmt.Errorf("number %d: %w", l.Number, err)
		}
		out = append(out, perch.Entry{Number: l.Number, Contact: l.Contact, Kind: l.Kind, Audience: l.Audience,
			Time: time.UnixMilli(l.Time).UTC(), Participant: l.Participant, Turn: l.Turn, Token: l.Token, Body: body, Foreign: l.Foreign})
	}
	return out, nil
}
