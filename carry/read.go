package carry

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/perch-chat/perch/blob"
)

const (
	// maxUnpacked is how many bytes a file may have once it is unpacked. Amazon's own
	// limit of a transcript that can be continued is 5 MB; records come by the hundred.
	// doc: feature-limits.md
	maxUnpacked = 128 << 20
	// maxDocument is how many bytes one transcript or record may have.
	maxDocument = 32 << 20
	// A file of this size or more is read when no other such is.
	largeFile = 4 << 20
)

// attachmentName is what Amazon calls an attachment: its id, when it came, and the
// extension, which is never that of a transcript.
// doc: chat attachments
var attachmentName = regexp.MustCompile(`^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})_\d{8}T\d\d:\d\d_UTC\.([a-z0-9]{1,5})$`)

// attached is a file that was attached to a chat and lies beside.
type attached struct {
	key, extension string
	size           int64
}

// readAll reads what the store holds, and puts down what chats are made of.
func (w *work) readAll(ctx context.Context) error {
	all, err := w.from.List(ctx, "", "", math.MaxInt32)
	if err != nil {
		return fmt.Errorf("looking what there is: %w", err)
	}
	var texts []blob.Info
	for _, f := range all {
		name := attachmentName.FindStringSubmatch(path.Base(f.Key))
		switch {
		case name != nil && name[2] != "json":
			if first, twice := w.files[name[1]]; twice {
				w.report.refuse(Remark{File: f.Key, Reason: "it has the id of the attachment " + first.key, Do: "leave one of the two in place"})
				continue
			}
			w.files[name[1]] = attached{f.Key, name[2], f.Size}
		default:
			texts = append(texts, f)
		}
	}
	w.report.count(func(r *Report) { r.Files = len(all) })
	small, large := texts, []blob.Info(nil)
	if slices.ContainsFunc(texts, isLarge) {
		small, large = nil, nil
		for _, f := range texts {
			if isLarge(f) {
				large = append(large, f)
			} else {
				small = append(small, f)
			}
		}
	}
	if err := each(ctx, w, StageRead, 0, len(texts), readsAtOnce, small, w.readFile); err != nil {
		return err
	}
	return each(ctx, w, StageRead, len(small), len(texts), 1, large, w.readFile)
}

func isLarge(f blob.Info) bool { return f.Size >= largeFile || strings.HasSuffix(f.Key, ".gz") }

// readFile reads a file of transcripts and records. An error is one of the store,
// after which nothing can be read; what is wrong with the file is reported.
func (w *work) readFile(ctx context.Context, f blob.Info) error {
	refuse := func(reason, do string) error {
		w.report.refuse(Remark{File: f.Key, Reason: reason, Do: do})
		return nil
	}
	if f.Size > maxUnpacked {
		return refuse(fmt.Sprintf("it has %d bytes, the limit is %d", f.Size, maxUnpacked), "split it, if it has contact records")
	}
	if err := blob.Check(f.Key); err != nil {
		return refuse("it has a name that is not read: "+err.Error(), "give it a plain name")
	}
	body, err := w.from.Get(ctx, f.Key, 0, -1)
	if errors.Is(err, blob.ErrNotFound) {
		return refuse("it is gone", "run the import again")
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", f.Key, err)
	}
	data, err := unpacked(body)
	if err := errors.Join(err, body.Close()); err != nil {
		return refuse("it cannot be read: "+err.Error(), "get it anew from where it was")
	}
	first := bytes.TrimLeft(data, " \t\r\n\ufeff")
	if len(first) == 0 || first[0] != '{' && first[0] != '[' {
		w.report.count(func(r *Report) { r.Skipped++ })
		return nil
	}
	w.documents(f.Key, first, refuse)
	return nil
}

// unpacked reads a file that may be packed by gzip.
func unpacked(body io.Reader) ([]byte, error) {
	in := bufio.NewReader(body)
	var from io.Reader = in
	if magic, err := in.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		from = z
	}
	data, err := io.ReadAll(io.LimitReader(from, maxUnpacked+1))
	if err == nil && len(data) > maxUnpacked {
		err = fmt.Errorf("it has more than %d bytes", maxUnpacked)
	}
	return data, err
}

// documents takes in all documents of a file: one, several one behind the other with
// or without something between, or a list.
func (w *work) documents(key string, data []byte, refuse func(reason, do string) error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if data[0] == '[' {
		d.Token() //nolint:errcheck // it is a bracket
	}
	for n := 1; data[0] != '[' || d.More(); n++ {
		var one json.RawMessage
		err := d.Decode(&one)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil { // what follows cannot be told apart
			refuse(fmt.Sprintf("document %d of it is no JSON: %v", n, err), "get it anew from where it was") //nolint:errcheck // says nothing
			return
		}
		if err := w.document(key, one); err != nil {
			refuse(fmt.Sprintf("document %d of it: %v", n, err), "correct it, or leave it out") //nolint:errcheck // says nothing
		}
	}
}

// document puts a transcript or a record down.
func (w *work) document(key string, one json.RawMessage) error {
	if len(one) > maxDocument {
		return fmt.Errorf("it has %d bytes, the limit is %d", len(one), maxDocument)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, one); err != nil {
		return err
	}
	kind, err := kindOf(b.Bytes())
	if err != nil {
		return err
	}
	switch kind {
	case isTranscript:
		return w.putTranscript(key, b.Bytes())
	case isRecord:
		return w.putRecord(key, b.Bytes())
	}
	w.report.count(func(r *Report) { r.Skipped++ })
	return nil
}

type kind int

const (
	isOther kind = iota
	isTranscript
	isRecord
)

// kindOf tells what a document is by members that only its kind has.
func kindOf(one []byte) (kind, error) {
	var d struct {
		Transcript, CustomerMetadata, InitiationMethod json.RawMessage
		Format                                         json.RawMessage `json:"AWSContactTraceRecordFormatVersion"`
		ContactId                                      json.RawMessage //nolint:revive // Amazon's spelling
	}
	if err := json.Unmarshal(one, &d); err != nil {
		return isOther, fmt.Errorf("it is neither a transcript nor a contact record: %w", err)
	}
	switch {
	case d.CustomerMetadata != nil: // of Contact Lens, which says what a transcript says
		return isOther, nil
	case d.Transcript != nil:
		return isTranscript, nil
	case cmp.Or(len(d.Format), len(d.InitiationMethod)) > 0 && d.ContactId != nil:
		return isRecord, nil
	}
	return isOther, nil
}
