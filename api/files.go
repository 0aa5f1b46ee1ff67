package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/archive"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// FilePath is where files are uploaded and read, by who has the URL.
const FilePath = "/participant/file"

// defaultURLSeconds is how long a URL to read holds where nobody says.
// doc: API_GetAttachedFile
const defaultURLSeconds = 300

// fileFaults are what may be wrong at FilePath.
func fileFaults() *wire.Operation {
	op := &wire.Operation{Service: wire.Participant}
	for _, name := range []string{wire.AccessDenied, wire.Validation, wire.ResourceNotFound, wire.Conflict, wire.InternalServer} {
		op.Errors = append(op.Errors, wire.Shape{Name: name, Status: wire.StatusOf(name)})
	}
	return op
}

func (s *Server) fileRoutes() {
	s.mux.HandleFunc("PUT "+FilePath, s.takeFile)
	s.mux.HandleFunc("GET "+FilePath, s.giveFile)
}

// FileURL is where a file can be read until then; scanner is for who looks through
// it before anybody else may.
func FileURL(tokens *token.Sealer, public, instance string, id perch.FileID, until time.Time, scanner bool) (string, error) {
	t, err := tokens.Seal(token.KindDownload, token.Download{Instance: instance, File: string(id), Expires: until.UnixMilli(), Scanner: scanner})
	return public + FilePath + "?token=" + t, err
}

// upload is where and how a file is uploaded: what Amazon's URLs are signed for.
func (c *call) upload(f perch.File, contact perch.ContactID, until time.Time) (out wire.UploadMetadata, err error) {
	t, err := c.opts.Tokens.Seal(token.KindUpload, token.Upload{Instance: string(c.instance), File: string(f.ID), Expires: until.UnixMilli()})
	return wire.UploadMetadata{Url: c.opts.PublicURL + FilePath + "?token=" + t, UrlExpiry: wire.Time(until), HeadersToInclude: map[string]string{
		"Content-Type":                  f.ContentType,
		"Content-Length":                strconv.FormatInt(f.Size, 10),
		"Content-Disposition":           disposition(f.Name),
		"x-amz-acl":                     "bucket-owner-full-control",
		"x-amz-meta-contact_id":         string(contact),
		"x-amz-meta-initial_contact_id": string(f.Session.First()),
		"x-amz-meta-account_id":         c.opts.ARNs.Account,
		"x-amz-meta-organization_id":    string(c.instance),
	}}, err
}

// disposition has a browser keep a file, whatever its name, and never show it.
func disposition(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

// takeFile takes in a file at the URL that was given out for it.
func (s *Server) takeFile(w http.ResponseWriter, r *http.Request) {
	var t token.Upload
	if err := s.opts.Tokens.Open(token.KindUpload, r.URL.Query().Get("token"), &t); err != nil || t.Expired(s.opts.Now()) {
		s.fail(w, r, fileFaults(), errDenied)
		return
	}
	// A file may take longer to arrive than any other request.
	if err := http.NewResponseController(w).SetReadDeadline(s.opts.Wall().Add(archive.ReceiveWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		s.fail(w, r, fileFaults(), err)
		return
	}
	if err := s.opts.Files.Receive(r.Context(), perch.FileID(t.File), r.Header.Get("Content-Type"), r.ContentLength, r.Body); err != nil {
		s.fail(w, r, fileFaults(), err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// giveFile hands a file out as what is to be kept and not shown: a page that it
// might be has no rights here.
func (s *Server) giveFile(w http.ResponseWriter, r *http.Request) {
	var t token.Download
	if err := s.opts.Tokens.Open(token.KindDownload, r.URL.Query().Get("token"), &t); err != nil || t.Expired(s.opts.Now()) {
		s.fail(w, r, fileFaults(), errDenied)
		return
	}
	f, body, err := s.opts.Files.Open(r.Context(), perch.FileID(t.File), t.Scanner)
	if err != nil {
		s.fail(w, r, fileFaults(), err)
		return
	}
	defer body.Close() //nolint:errcheck // it was read
	h := w.Header()
	h.Set("Content-Type", f.ContentType)
	h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	h.Set("Content-Disposition", disposition(f.Name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	if _, err := io.Copy(w, body); err != nil {
		s.opts.Log.InfoContext(r.Context(), "a file was not read to its end", "file", f.ID, "error", err)
	}
}

func startAttachmentUpload(c *call, in wire.StartAttachmentUploadRequest) (out wire.StartAttachmentUploadResponse, err error) {
	f, err := c.opts.Files.Start(c.Context(), c.session, perch.File{Name: in.AttachmentName, ContentType: in.ContentType,
		Size: in.AttachmentSizeInBytes, Participant: c.party, UseCase: "ATTACHMENT"}, in.ClientToken)
	if err != nil {
		return out, err
	}
	out.AttachmentId = string(f.ID)
	out.UploadMetadata, err = c.upload(f, f.Contact, f.Created.Add(archive.UploadWithin))
	return out, err
}

func completeAttachmentUpload(c *call, in wire.CompleteAttachmentUploadRequest) (nothing, error) {
	f, err := c.opts.Chats.File(c.Context(), perch.FileID(in.AttachmentIds[0]))
	if err == nil && f.Session == c.session.ID && f.Number != 0 { // it is there
		return nothing{}, nil
	}
	if err == nil && (f.Session != c.session.ID || f.Participant != c.party) {
		err = perch.Errorf(perch.NotFound, "")
	}
	if err != nil {
		return nothing{}, noAttachment("AttachmentIds", err)
	}
	return nothing{}, c.opts.Files.Complete(c.Context(), f)
}

// noAttachment says of an attachment that is not there, or not this caller's, what
// it says of one that never was.
func noAttachment(field string, err error) error {
	if perch.KindOf(err) == perch.NotFound {
		return perch.InvalidField(field, "there is no such attachment in this chat")
	}
	return err
}

func getAttachment(c *call, in wire.GetAttachmentRequest) (out wire.GetAttachmentResponse, err error) {
	f, err := c.opts.Chats.File(c.Context(), perch.FileID(in.AttachmentId))
	if err == nil {
		var sees bool
		if sees, err = c.opts.Chats.SeesFile(c.Context(), c.session, f); err == nil && !sees {
			err = perch.Errorf(perch.NotFound, "")
		}
	}
	if err != nil {
		return out, noAttachment("AttachmentId", err)
	}
	if f.State != perch.FileApproved {
		return out, perch.InvalidField("AttachmentId", "the attachment may not be read: it is not approved")
	}
	out.AttachmentSizeInBytes = f.Size
	out.Url, out.UrlExpiry, err = c.download(f, in.UrlExpiryInSeconds)
	return out, err
}

func (c *call) download(f perch.File, seconds int) (url, expiry string, err error) {
	if seconds == 0 {
		seconds = defaultURLSeconds
	}
	until := c.opts.Now().Add(time.Duration(seconds) * time.Second)
	url, err = FileURL(c.opts.Tokens, c.opts.PublicURL, string(c.instance), f.ID, until, false)
	return url, wire.Time(until), err
}
