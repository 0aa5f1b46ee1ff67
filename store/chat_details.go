package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/perch-chat/perch"
)

// SetDetails replaces a contact's details if they are at version-1.
func SetDetails(session perch.SessionID, contact perch.ContactID, details []byte, version int64) Write {
	return Write{SQL: `UPDATE contact SET details = ?, details_version = ? WHERE bucket = ? AND session = ? AND id = ? AND details_version = ?`,
		Args: []any{details, version, session.Bucket(), string(session), string(contact), version - 1}, Rows: 1}
}

// Details are a contact's, with their version; none have version 0.
func (s *Store) Details(ctx context.Context, session perch.SessionID, contact perch.ContactID) (d perch.Details, version int64, err error) {
	var data []byte
	found, err := s.one(ctx, []any{&data, &version},
		`SELECT details, details_version FROM contact WHERE bucket = ? AND session = ? AND id = ?`,
		session.Bucket(), string(session), string(contact))
	if err != nil || !found || len(data) == 0 {
		return d, version, err
	}
	if err := json.Unmarshal(data, &d); err != nil {
		return d, version, fmt.Errorf("damaged details of contact %s: %w", contact, err)
	}
	return d, version, nil
}
