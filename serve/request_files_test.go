package serve_test

import (
	"net/http"
	"strings"

	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// withFiles are values that mean something to operations on files.
func (s *site) withFiles(op *wire.Operation, c talk) map[string]any {
	if op.Name == "DescribeAttachedFilesConfiguration" || op.Name == "UpdateAttachedFilesConfiguration" {
		return map[string]any{"AttachmentScope": "CHAT"}
	}
	if !strings.Contains(op.Name, "Attach") {
		return nil
	}
	s.placeFiles() // which another call may have undone
	var of token.Connection
	if s.town.sealer.Open(token.KindConnection, c.customer.credentials, &of) != nil || of.Instance != s.instance {
		s = &site{town: s.town, instance: s.instance, keys: s.keys, storage: s.storage, files: map[string]string{c.contact: "x", "any": "x"}}
	}
	arn := "arn:aws:connect:us-east-1:000000000000:instance/" + s.instance + "/contact/" + c.contact
	switch op.Name {
	case "StartAttachmentUpload":
		return map[string]any{"AttachmentName": "a.png", "ContentType": "image/png"}
	case "CompleteAttachmentUpload", "GetAttachment":
		id := s.attached(c)
		return map[string]any{"AttachmentIds[]": id, "AttachmentId": id}
	case "StartAttachedFileUpload":
		return map[string]any{"FileName": "a.png", "FileUseCaseType": "ATTACHMENT", "AssociatedResourceArn": arn}
	case "CompleteAttachedFileUpload", "DeleteAttachedFile":
		return map[string]any{"FileId": s.added(arn, c), "AssociatedResourceArn": arn}
	case "GetAttachedFile", "BatchGetAttachedFileMetadata":
		return map[string]any{"FileId": s.attached(c), "AssociatedResourceArn": arn}
	}
	return nil
}

type uploadTo struct {
	Url              string
	HeadersToInclude map[string]string
}

// upload uploads three bytes.
func (s *site) upload(u uploadTo) {
	s.town.t.Helper()
	got := s.town.plain("PUT", strings.TrimPrefix(u.Url, "http://127.0.0.1:8080"), http.Header{"Content-Type": {u.HeadersToInclude["Content-Type"]}}, "x")
	if got.status != http.StatusOK {
		s.town.t.Fatalf("uploading: %d %s", got.status, got.body)
	}
}

// attached is a file that the customer of a chat has attached.
func (s *site) attached(c talk) string {
	s.town.t.Helper()
	if id := s.files[c.contact]; id != "" {
		return id
	}
	bearer := http.Header{wire.BearerHeader: {c.customer.credentials}}
	var out struct {
		AttachmentId   string
		UploadMetadata uploadTo
	}
	s.town.plain("POST", "/participant/start-attachment-upload", bearer,
		object{"AttachmentName": "a.png", "ContentType": "image/png", "AttachmentSizeInBytes": 3, "ClientToken": "made"}).into(s.town.t, &out)
	s.upload(out.UploadMetadata)
	s.town.plain("POST", "/participant/complete-attachment-upload", bearer,
		object{"AttachmentIds": []string{out.AttachmentId}, "ClientToken": "made"}).into(s.town.t, &struct{}{})
	if s.files == nil {
		s.files = map[string]string{}
	}
	s.files[c.contact] = out.AttachmentId
	return out.AttachmentId
}

// added is a file that the Connect API has added to a contact, and that nobody has
// deleted.
func (s *site) added(arn string, c talk) string {
	s.town.t.Helper()
	if id := s.files["any"]; id != "" { // the contact is not of this site
		return id
	}
	at, of := "/attached-files/"+s.instance, "?associatedResourceArn="+arn
	if id := s.files[arn]; id != "" {
		var known struct{ Files []struct{ FileId string } }
		got := s.signedBy("POST", at+of, object{"FileIds": []string{id}})
		if got.status == http.StatusTooManyRequests {
			return id
		}
		got.into(s.town.t, &known)
		if len(known.Files) == 1 {
			return id
		}
	}
	var out struct {
		FileId            string
		UploadUrlMetadata uploadTo
	}
	got := s.signedBy("PUT", at+of, object{"FileName": "a.png", "FileSizeInBytes": 3, "FileUseCaseType": "ATTACHMENT"})
	if got.status == http.StatusTooManyRequests { // a test of just that
		return "x"
	}
	got.into(s.town.t, &out)
	s.upload(out.UploadUrlMetadata)
	if s.files == nil {
		s.files = map[string]string{}
	}
	s.files[arn] = out.FileId
	return out.FileId
}
