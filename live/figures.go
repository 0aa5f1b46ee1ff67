package live

import (
	"bytes"
	"context"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

// Figures of queues and agents have no version: they are looked at each second
// while a socket is subscribed to them, and told where they have changed.

// readFigures is the frame of the agent's figures; nil where the agent may not see
// them, or they cannot be read now.
func (f *feed) readFigures(ctx context.Context) []byte {
	if f.live.opts.Agents.Figures == nil {
		return nil
	}
	content, err := f.live.opts.Agents.Figures(ctx, f.instance, f.user)
	if err != nil {
		if perch.KindOf(err) != perch.Denied {
			f.report(ctx, err)
		}
		return nil
	}
	return wire.FiguresFrame(content)
}

// tellFigures tells the sockets that are subscribed what has changed. Who may not
// see figures any more is told that there will be none.
func (f *feed) tellFigures(ctx context.Context) {
	if !slices.ContainsFunc(f.open, func(a *agentSocket) bool { return a.figures != nil }) {
		return
	}
	content, err := f.live.opts.Agents.Figures(ctx, f.instance, f.user)
	denied := err != nil && perch.KindOf(err) == perch.Denied
	if err != nil && !denied {
		f.report(ctx, err)
		return
	}
	frame := wire.FiguresFrame(content)
	for _, a := range f.open {
		switch {
		case a.figures == nil:
		case denied:
			a.figures = nil
			a.push(wire.UnsubscribeAnswer([]string{wire.TopicFigures}))
		case !bytes.Equal(a.figures, frame):
			a.showFigures(frame)
		}
	}
}

// showFigures queues figures in place of earlier ones that have not been written
// yet.
func (a *agentSocket) showFigures(frame []byte) {
	a.pushInstead(a.figures, frame)
	a.figures = frame
}
