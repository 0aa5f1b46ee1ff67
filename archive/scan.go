package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/wire"
)

const (
	// DueScan comes due when a file is to be looked through; Key is its id. The row
	// stays until the commit of what has come of it.
	DueScan = "archive.scan"
	// scanWithin is how long that may take.
	// doc: configure-attachment-scanning.md
	scanWithin = time.Minute
	// scanTries is how often it is begun. A file of which nobody has said by then
	// that it is good is taken for a bad one.
	scanTries  = 3
	againAfter = 5 * time.Second
	// scansAtOnce is how many one process waits for at the same time.
	scansAtOnce = 16
)

// scans are those under way in this process.
type scans struct {
	mu      sync.Mutex
	ctx     context.Context // of Run; nil before and after
	under   map[string]bool
	waiting sync.WaitGroup
}

// Run lets files be scanned until ctx is done. What is under way then is begun
// again at the next start.
func (a *Archive) Run(ctx context.Context) error {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	a.scanning.mu.Lock()
	a.scanning.ctx = running
	a.scanning.mu.Unlock()
	<-ctx.Done()
	a.scanning.mu.Lock()
	a.scanning.ctx = nil
	a.scanning.mu.Unlock()
	cancel()
	a.scanning.waiting.Wait()
	return nil
}

// begin notes a scan, unless it is under way, there is no room, or perch stops.
func (s *scans) begin(id string) (ctx context.Context, begun bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx == nil || s.under[id] || len(s.under) >= scansAtOnce {
		return nil, false
	}
	s.under[id] = true
	s.waiting.Add(1)
	return s.ctx, true
}

func (s *scans) over(id string) {
	s.mu.Lock()
	delete(s.under, id)
	s.mu.Unlock()
	s.waiting.Done()
}

// scans tells whether a file is to be looked through before anybody reads it.
func (a *Archive) scans(ctx context.Context, f perch.File) (bool, error) {
	call, err := a.scanCall(ctx, f)
	return err == nil && a.opts.Scans(call.Instance, call.Alias), err
}

func (a *Archive) scanCall(ctx context.Context, f perch.File) (outside.Call, error) {
	s, err := a.opts.Chats.Session(ctx, f.Session)
	if err != nil {
		return outside.Call{}, err
	}
	i, err := a.opts.Settings.Instance(ctx, s.Instance)
	return outside.Call{Instance: string(s.Instance), Alias: i.Alias}, err
}

// scan has a file looked through beside all else, and puts the row off meanwhile.
func (a *Archive) scan(claimed context.Context, d perch.Due) error {
	ctx, begun := a.scanning.begin(d.Key)
	if !begun {
		return a.putOffScan(claimed, d, crowdedBy, d.Attempts)
	}
	if d.Attempts >= scanTries {
		defer a.scanning.over(d.Key)
		a.opts.Log.WarnContext(ctx, "a file could not be scanned and is rejected", "file", d.Key, "tries", d.Attempts)
		return a.scanned(ctx, d, perch.FileRejected)
	}
	held := d
	err := a.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
		held.At, held.Attempts = t.Now.Add(scanWithin+againAfter).Truncate(time.Millisecond), d.Attempts+1
		t.PutOff(d, held.At, held.Attempts)
		return nil
	})
	if err != nil {
		a.scanning.over(d.Key)
		return err
	}
	go func() {
		defer a.scanning.over(d.Key)
		if err := a.safely(ctx, held); err != nil && ctx.Err() == nil {
			a.opts.Log.WarnContext(ctx, "a file could not be scanned; it is tried again, and rejected if that comes to nothing", "file", d.Key, "tries", held.Attempts, "error", err)
			if err := a.putOffScan(ctx, held, againAfter, held.Attempts); err != nil && perch.KindOf(err) != perch.Conflict {
				a.opts.Log.ErrorContext(ctx, "a scan could not be put off", "file", d.Key, "error", err)
			}
		}
	}()
	return nil
}

func (a *Archive) putOffScan(ctx context.Context, d perch.Due, by time.Duration, attempts int) error {
	return a.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
		t.PutOff(d, t.Now.Add(by), attempts)
		return nil
	})
}

// safely looks. A panic is an error like any other, as it is of all that comes due.
func (a *Archive) safely(ctx context.Context, d perch.Due) (err error) {
	defer func() {
		if p := recover(); p != nil {
			a.opts.Log.ErrorContext(ctx, "a scan made perch panic: report this with its stack", "file", d.Key, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return a.look(ctx, d)
}

// look asks whether a file is good, and keeps the answer.
func (a *Archive) look(ctx context.Context, d perch.Due) error {
	f, err := a.opts.Chats.File(ctx, perch.FileID(d.Key))
	if err != nil {
		return err
	}
	call, err := a.scanCall(ctx, f)
	if err != nil {
		return err
	}
	place, err := a.store(f.Bucket)
	if err != nil {
		return err
	}
	// A bucket is named as its owner knows it; a directory as the instance does.
	bucket, key := f.Bucket, f.Key
	if at := place.Location(f.Key); !path.IsAbs(at) {
		bucket, key, _ = strings.Cut(at, "/")
	}
	url, err := a.opts.ScanURL(call.Instance, f.ID)
	if err != nil {
		return err
	}
	call.Event, err = json.Marshal(wire.ScanEvent{Version: "1.0", InstanceId: call.Instance, File: wire.ScanFile{
		FileId: string(f.ID), FileCreationTime: wire.Time(f.Created), FileName: f.Name, FileSizeInBytes: f.Size,
		FileLocation: wire.FileLocation{S3Location: wire.S3Location{Key: key, Bucket: bucket, Arn: "arn:aws:s3:::" + path.Join(bucket, key)}, Url: url}}})
	if err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, scanWithin)
	defer cancel()
	good, err := a.opts.Scan(within, call)
	if err != nil {
		return err
	}
	as := perch.FileRejected
	if good {
		as = perch.FileApproved
	}
	return a.scanned(ctx, d, as)
}

// scanned keeps what has come of it. The bytes of a file that is not good go.
func (a *Archive) scanned(ctx context.Context, d perch.Due, as perch.FileState) error {
	return a.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
		t.DropDue(d.Kind, d.Key)
		f, err := a.opts.Chats.File(ctx, perch.FileID(d.Key))
		if err != nil || f.State != perch.FileScanning {
			return err
		}
		if as == perch.FileRejected {
			t.Due(DueSweep, d.Key, t.Now, nil)
		}
		return t.Scan(f, as)
	})
}
