package serve

import (
	"context"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flowrun"
)

// FlowLog reads what the flows of a contact have done, oldest first, whether or
// not a perch serves the directory. The contact may be of any of its instances.
func FlowLog(ctx context.Context, o Options, contact perch.ContactID, each func(flowrun.Logged) error) error {
	return look(ctx, o, func(l looking) error {
		s, err := l.find(ctx, contact)
		if err != nil {
			return err
		}
		for after := int64(0); ; {
			const page = 500
			steps, err := flowrun.FlowLog(ctx, l.store, s.ID, contact, after, page)
			if err != nil || len(steps) == 0 {
				return err
			}
			for _, step := range steps {
				if err := each(step); err != nil {
					return err
				}
				after = step.Number
			}
		}
	})
}
