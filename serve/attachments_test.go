package serve_test

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/wire"
)

// started is an attachment that may be uploaded.
type startedUpload struct {
	AttachmentId   string
	UploadMetadata struct {
		Url, UrlExpiry   string
		HeadersToInclude map[string]string
	}
}

func (p *person) startUpload(name, contentType string, size int, more object) reply {
	body := object{"AttachmentName": name, "ContentType": contentType, "AttachmentSizeInBytes": size, "ClientToken": name}
	for k, v := range more {
		body[k] = v
	}
	return p.h.borne("POST", "/participant/start-attachment-upload", wire.BearerHeader, p.credentials, body)
}

// put uploads a body as a browser does: without the headers that it keeps to itself.
func (h *house) put(url, contentType, body string) reply {
	h.t.Helper()
	r := h.request("PUT", strings.TrimPrefix(url, h.started.Endpoint), []byte(body))
	r.Header.Set("Content-Type", contentType)
	return h.serve(r)
}

func (p *person) complete(id string) reply {
	return p.h.borne("POST", "/participant/complete-attachment-upload", wire.BearerHeader, p.credentials, object{"AttachmentIds": []string{id}, "ClientToken": id})
}

func (p *person) get(id string) reply {
	return p.h.borne("POST", "/participant/attachment", wire.BearerHeader, p.credentials, object{"AttachmentId": id})
}

// attach uploads a file and returns its id.
func (p *person) attach(name, contentType, body string) string {
	p.h.t.Helper()
	var s startedUpload
	p.startUpload(name, contentType, len(body), nil).into(p.h.t, &s)
	if got := p.h.put(s.UploadMetadata.Url, contentType, body); got.status != http.StatusOK {
		p.h.t.Fatalf("uploading: %d %s", got.status, got.body)
	}
	p.complete(s.AttachmentId).into(p.h.t, &struct{}{})
	return s.AttachmentId
}

// read downloads an attachment by the URL that GetAttachment gives.
func (p *person) read(id string) (body string, header http.Header) {
	p.h.t.Helper()
	var out struct {
		Url                   string
		AttachmentSizeInBytes int
	}
	p.get(id).into(p.h.t, &out)
	res, err := p.h.do(p.h.request("GET", strings.TrimPrefix(out.Url, p.h.started.Endpoint), nil))
	p.h.must(err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	p.h.must(err)
	if res.StatusCode != http.StatusOK || len(data) != out.AttachmentSizeInBytes {
		p.h.t.Fatalf("reading: %d, %d bytes of %d: %s", res.StatusCode, len(data), out.AttachmentSizeInBytes, data)
	}
	return string(data), res.Header
}

// statuses are those of the attachments that a transcript shows, by id.
func (p *person) statuses() map[string]string {
	p.h.t.Helper()
	var out struct {
		Transcript []struct {
			Type        string
			Attachments []wire.Attachment
		}
	}
	p.h.borne("POST", "/participant/transcript", wire.BearerHeader, p.credentials, object{"MaxResults": 100}).into(p.h.t, &out)
	all := map[string]string{}
	for _, it := range out.Transcript {
		if (it.Type == wire.TypeAttachment) != (len(it.Attachments) == 1) {
			p.h.t.Errorf("an item of type %s has %v", it.Type, it.Attachments)
		}
		for _, a := range it.Attachments {
			all[a.AttachmentId] = a.Status
		}
	}
	return all
}

// kept are the files that lie on the disk for attachments.
func (h *house) kept() (names []string) {
	h.t.Helper()
	err := filepath.WalkDir(filepath.Join(h.dir, "files"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.Contains(filepath.ToSlash(path), "/Attachments/") {
			names = append(names, filepath.Base(path))
		}
		return err
	})
	h.must(err)
	return names
}

func TestAttachmentIsUploadedShownAndRead(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		var s startedUpload
		p.startUpload("Ü \"1\".PDF", "application/pdf", 5, nil).into(t, &s)
		var again startedUpload
		p.startUpload("Ü \"1\".PDF", "application/pdf", 5, nil).into(t, &again)
		if again.AttachmentId != s.AttachmentId || again.UploadMetadata.Url != s.UploadMetadata.Url {
			t.Error("the same ClientToken starts another upload")
		}
		wantRefused(t, p.startUpload("Ü \"1\".PDF", "application/pdf", 6, nil), 400, "ValidationException", "ClientToken")
		wantRefused(t, p.complete(s.AttachmentId), 400, "ValidationException", "nothing has been uploaded")
		wantRefused(t, p.get(s.AttachmentId), 400, "ValidationException", "no such attachment")
		wantRefused(t, h.put(s.UploadMetadata.Url, "text/html", "12345"), 400, "ValidationException", "Content-Type")
		wantRefused(t, h.put(s.UploadMetadata.Url, "application/pdf", "123456"), 400, "ValidationException", "Content-Length")
		if got := h.put(s.UploadMetadata.Url, s.UploadMetadata.HeadersToInclude["Content-Type"], "%PDF-"); got.status != 200 {
			t.Fatalf("uploading: %d %s", got.status, got.body)
		}
		if got := h.put(s.UploadMetadata.Url, "application/pdf", "other"); got.status != 409 {
			t.Errorf("the URL takes another body: %d %s", got.status, got.body)
		}
		p.complete(s.AttachmentId).into(t, &struct{}{})
		p.complete(s.AttachmentId).into(t, &struct{}{})
		if all := p.statuses(); len(all) != 1 || all[s.AttachmentId] != "APPROVED" {
			t.Errorf("the transcript has %v", all)
		}
		body, header := p.read(s.AttachmentId)
		if body != "%PDF-" || header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(header.Get("Content-Security-Policy"), "sandbox") ||
			!strings.HasPrefix(header.Get("Content-Disposition"), "attachment;") || header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%q with %v", body, header)
		}
		// The bytes have a name of the server's own.
		if names := h.kept(); len(names) != 1 || !strings.HasPrefix(names[0], s.AttachmentId) || !strings.HasSuffix(names[0], ".pdf") {
			t.Errorf("on the disk are %v", names)
		}
		elapse(2 * time.Hour)
		if body, _ := p.read(s.AttachmentId); body != "%PDF-" {
			t.Errorf("later it is %q", body)
		}
	})
}

func TestWhatMayNotBeAttachedIsRefused(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		for name, says := range map[string]string{"../../etc/passwd.txt": "AttachmentName", `..\x.txt`: "AttachmentName", "a/b.txt": "AttachmentName", "a\x00.txt": "AttachmentName",
			"a\n.txt": "AttachmentName", "txt.‮fdp.txt": "AttachmentName", "a.exe": ".pdf", "a": ".pdf", "a.txt.svg": ".pdf", "a.html": ".pdf"} {
			wantRefused(t, p.startUpload(name, "text/plain", 5, nil), 400, "ValidationException", says)
		}
		for _, kind := range []string{"text/html", "image/svg+xml", "text", "text/plain\r\nX: y", "image/png"} {
			wantRefused(t, p.startUpload("a.txt", kind, 5, nil), 400, "ValidationException", "ContentType")
		}
		wantRefused(t, p.startUpload("a.txt", "text/plain", 20<<20+1, nil), 400, "ValidationException", "20971520")
		if names := h.kept(); len(names) != 0 {
			t.Errorf("on the disk are %v", names)
		}
	})
}

func TestUploadURLIsGoodForOneFileAndAWhile(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p, other := h.open(nil), h.open(nil)
		var a, b startedUpload
		p.startUpload("a.txt", "text/plain", 3, nil).into(t, &a)
		p.startUpload("b.txt", "text/plain", 3, nil).into(t, &b)
		token := func(u startedUpload) string { return u.UploadMetadata.Url[strings.Index(u.UploadMetadata.Url, "=")+1:] }
		for _, bad := range []string{"", "x", token(a)[:len(token(a))-1], p.credentials, p.token} {
			wantRefused(t, h.put(h.started.Endpoint+"/participant/file?token="+bad, "text/plain", "abc"), 403, "AccessDeniedException", "")
		}
		if got := h.serve(h.request("GET", "/participant/file?token="+token(a), nil)); got.status != 403 {
			t.Errorf("an upload URL is read: %d", got.status)
		}
		// It is the other's: neither completed nor read there, before and after.
		wantRefused(t, other.complete(a.AttachmentId), 400, "ValidationException", "no such attachment")
		h.put(a.UploadMetadata.Url, "text/plain", "abc")
		wantRefused(t, other.complete(a.AttachmentId), 400, "ValidationException", "no such attachment")
		p.complete(a.AttachmentId).into(t, &struct{}{})
		wantRefused(t, other.get(a.AttachmentId), 400, "ValidationException", "no such attachment")
		elapse(15 * time.Minute)
		wantRefused(t, h.put(b.UploadMetadata.Url, "text/plain", "abc"), 403, "AccessDeniedException", "")
	})
}

func TestUploadsThatAreNotCompletedGo(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		var s startedUpload
		p.startUpload("a.txt", "text/plain", 3, nil).into(t, &s)
		h.put(s.UploadMetadata.Url, "text/plain", "abc")
		if names := h.kept(); len(names) != 1 {
			t.Fatalf("on the disk are %v", names)
		}
		h.stop()
		h.start()
		elapse(time.Hour + time.Minute)
		if names := h.kept(); len(names) != 0 {
			t.Errorf("on the disk are %v", names)
		}
		wantRefused(t, p.complete(s.AttachmentId), 409, "ConflictException", "in time")
		if all := p.statuses(); len(all) != 0 {
			t.Errorf("the transcript has %v", all)
		}
	})
}

func TestChatHasThirtyFiveAttachments(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		for n := range 35 {
			p.attach(strings.Repeat("a", n+1)+".txt", "text/plain", "abc")
			elapse(time.Second) // within the rate
		}
		wantRefused(t, p.startUpload("more.txt", "text/plain", 3, nil), 402, "ServiceQuotaExceededException", "35")
	})
}

func TestAttachmentsOfThePastAreRead(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p, stranger := h.open(nil), h.open(nil)
		id := p.attach("a.txt", "text/plain", "abc")
		foreign := stranger.attach("b.txt", "text/plain", "abc")
		h.stopContact(p.contact)
		h.stopContact(stranger.contact)
		elapse(time.Minute)
		wantRefused(t, p.get(id), 403, "AccessDeniedException", "")
		next := h.open(object{"PersistentChat": object{"SourceContactId": p.contact, "RehydrationType": "ENTIRE_PAST_SESSION"}})
		if body, _ := next.read(id); body != "abc" {
			t.Errorf("it reads %q", body)
		}
		last := h.open(nil)
		wantRefused(t, last.get(id), 400, "ValidationException", "no such attachment")
		wantRefused(t, next.get(foreign), 400, "ValidationException", "no such attachment")
		h.stopContact(next.contact)
		elapse(time.Minute)
		third := h.open(object{"PersistentChat": object{"SourceContactId": next.contact, "RehydrationType": "ENTIRE_PAST_SESSION"}})
		if body, _ := third.read(id); body != "abc" {
			t.Errorf("two chats later it reads %q", body)
		}
	})
}

func TestBotsReadNoAttachments(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		id := p.attach("a.txt", "text/plain", "abc")
		bot := h.bot(p.contact)
		wantRefused(t, bot.get(id), 403, "AccessDeniedException", "")
	})
}

// scanner answers in a bubble: what it is asked, and what it says.
type scanner struct {
	answer func(event wire.ScanEvent, url string) string
	asked  atomic.Int64
}

func (s *scanner) change() func(*serve.Options) {
	return func(o *serve.Options) {
		o.Outside.Scanners = []outside.Function{{Place: outside.Place{URL: "http://scanner.invalid/scan"}}}
		o.Outside.Dial = func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			l := &onePipe{conn: there, taken: make(chan struct{})}
			server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var e wire.ScanEvent
				if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
					return
				}
				s.asked.Add(1)
				io.WriteString(w, s.answer(e, e.File.FileLocation.Url)) //nolint:errcheck // the caller is gone
			})}
			server.SetKeepAlivesEnabled(false)
			go server.Serve(l) //nolint:errcheck // it ends with its connection
			return here, nil
		}
	}
}

// onePipe is a listener with one connection.
type onePipe struct {
	conn  net.Conn
	taken chan struct{}
	given bool
}

func (l *onePipe) Accept() (net.Conn, error) {
	if l.given {
		return nil, net.ErrClosed
	}
	l.given = true
	return l.conn, nil
}
func (l *onePipe) Close() error   { return nil }
func (l *onePipe) Addr() net.Addr { return l.conn.LocalAddr() }

func TestFilesAreScannedBeforeAnybodyReadsThem(t *testing.T) {
	var h *house
	s := &scanner{answer: func(e wire.ScanEvent, url string) string {
		got := h.serve(h.request("GET", strings.TrimPrefix(url, h.started.Endpoint), nil))
		<-time.After(time.Second)
		if got.status != 200 || e.Version != "1.0" || e.File.FileSizeInBytes != int64(len(got.body)) || e.File.FileLocation.S3Location.Bucket != "perch" {
			return "{}"
		}
		if strings.Contains(got.body, "virus") {
			return `{"Status":"REJECTED"}`
		}
		return `{"Status":"APPROVED"}`
	}}
	story(t, func(t *testing.T, at *house) {
		h = at
		p := h.open(nil)
		good, bad := p.attach("good.txt", "text/plain", "fine"), p.attach("bad.txt", "text/plain", "a virus")
		if all := p.statuses(); all[good] != "IN_PROGRESS" || all[bad] != "IN_PROGRESS" {
			t.Errorf("before it is scanned: %v", all)
		}
		wantRefused(t, p.get(good), 400, "ValidationException", "not approved")
		elapse(3 * time.Second)
		if all := p.statuses(); all[good] != "APPROVED" || all[bad] != "REJECTED" {
			t.Errorf("then: %v", all)
		}
		wantRefused(t, p.get(bad), 400, "ValidationException", "not approved")
		if body, _ := p.read(good); body != "fine" {
			t.Errorf("it reads %q", body)
		}
		if names := h.kept(); len(names) != 1 || !strings.HasPrefix(names[0], good) {
			t.Errorf("on the disk are %v", names)
		}
		if s.asked.Load() != 2 {
			t.Errorf("it was asked %d times", s.asked.Load())
		}
	}, s.change())
}

func TestFileOfWhichNobodySaysThatItIsGoodIsRejected(t *testing.T) {
	for name, answer := range map[string]string{"nonsense": "so so", "another word": `{"Status":"MAYBE"}`, "no answer": "sleep"} {
		t.Run(name, func(t *testing.T) {
			s := &scanner{answer: func(wire.ScanEvent, string) string {
				if answer == "sleep" {
					<-time.After(2 * time.Minute)
				}
				return answer
			}}
			story(t, func(t *testing.T, h *house) {
				p := h.open(nil)
				id := p.attach("a.txt", "text/plain", "abc")
				elapse(5 * time.Second)
				if all := p.statuses(); all[id] != "IN_PROGRESS" {
					t.Errorf("it is given up at once: %v", all)
				}
				h.stop()
				h.start() // what was under way is begun again
				elapse(5 * time.Minute)
				if all := p.statuses(); all[id] != "REJECTED" {
					t.Errorf("in the end: %v", all)
				}
				if names := h.kept(); len(names) != 0 {
					t.Errorf("on the disk are %v", names)
				}
			}, s.change())
		})
	}
}
