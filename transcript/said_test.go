package transcript

import (
	"testing"

	"github.com/perch-chat/perch/wire"
)

// A file stands in the document by its name, and with why it cannot be had.
func TestAnAttachmentIsReadByItsName(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]string{
		wire.StatusApproved:   "File: bill.pdf",
		wire.StatusInProgress: "File: bill.pdf (not looked through yet)",
		wire.StatusRejected:   "File: bill.pdf (not available)",
	} {
		it := wire.Item{Type: wire.TypeAttachment, Attachments: []wire.Attachment{{AttachmentName: "bill.pdf", Status: status}}}
		if got := said(it); got != want {
			t.Errorf("%s: %q, not %q", status, got, want)
		}
	}
}
