package serve

import (
	"context"
	"io"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/transcript"
)

// Kept asks a data directory for the transcript of a chat and all that it
// continues.
type Kept struct {
	Contact perch.ContactID // any of the last chat
	To      perch.Audience
	Format  transcript.Format
	Zone    *time.Location
}

// Transcript writes it, whether or not a perch serves the directory. The contact may be of any of the directory's instances:
// who may read the directory may read all of them.
func Transcript(ctx context.Context, w io.Writer, o Options, k Kept) error {
	return look(ctx, o, func(l looking) error { return l.transcript(ctx, w, k) })
}

func (l looking) transcript(ctx context.Context, w io.Writer, k Kept) error {
	s, err := l.find(ctx, k.Contact)
	if err != nil {
		return err
	}
	return transcript.Write(ctx, w, transcript.Order{Chats: l.chats, Session: s, To: k.To, Format: k.Format, Zone: k.Zone, Queue: queueName(l.settings, s.Instance)})
}

// find looks for a contact in all instances.
func (l looking) find(ctx context.Context, contact perch.ContactID) (*perch.Session, error) {
	all, err := l.settings.Instances(ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		s, err := l.chats.Find(ctx, i.ID, contact)
		if perch.KindOf(err) != perch.NotFound {
			return s, err
		}
	}
	return nil, perch.Errorf(perch.NotFound, "there is no contact %s here", contact)
}

func queueName(settings *catalog.Catalog, instance perch.InstanceID) func(context.Context, perch.QueueID) string {
	return func(ctx context.Context, id perch.QueueID) string {
		q, err := settings.Queue(ctx, instance, id)
		if err != nil {
			return "" // it is gone, and the transcript is not
		}
		return q.Name
	}
}
