package perchtest

import (
	"testing"
	"time"

	"github.com/perch-chat/perch/story"
)

// Story plays a story file in a perch of its own, as perch story does. The test fails
// where it does not come true, and shows what came instead, and the conversation.
func Story(t testing.TB, file string) {
	t.Helper()
	s, err := story.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	played, err := story.Run(t.Context(), []*story.Story{s}, story.Options{Tell: testing.Verbose()})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + played.Results[0].Report())
	if played.Failed() > 0 {
		t.FailNow()
	}
}

// Telling is a story whose steps a test takes one by one.
type Telling struct {
	*Perch
	play *story.Play
	step int
}

// Tell starts a server and takes a story's settings, agents and customers into it. Its
// steps are done at once; further ones by Step. The clock stands between them.
func Tell(t testing.TB, s story.Story, options ...Option) *Telling {
	t.Helper()
	p := Start(t, options...)
	play, err := story.Begin(p.ctx(), p.Trial, &s, 1)
	p.must(err)
	t.Cleanup(play.Close)
	told := &Telling{Perch: p, play: play}
	told.Step(s.Steps...)
	return told
}

// Step does steps, and what they set off. The test fails where one does not succeed,
// or where what it expects is not so.
func (p *Telling) Step(steps ...story.Step) {
	p.t.Helper()
	for _, s := range steps {
		p.step++
		failures := p.play.Step(p.ctx(), p.step, s)
		for _, f := range failures {
			p.t.Errorf("step %d, %s\n%s", f.Step, f.What, f.Detail)
		}
		if len(failures) > 0 {
			p.t.Fatal("the conversation:\n" + p.play.Told(p.ctx()))
		}
	}
}

// Says has somebody say something.
func (p *Telling) Says(who, text string) {
	p.t.Helper()
	p.Step(story.Step{Who: who, Say: text})
}

// Does has somebody do something, such as story.Accept.
func (p *Telling) Does(who string, what story.Deed) {
	p.t.Helper()
	p.Step(story.Step{Who: who, Do: what})
}

// Wait lets time pass.
func (p *Telling) Wait(by time.Duration) {
	p.t.Helper()
	p.Step(story.Step{Wait: &story.Span{From: by, To: by}})
}

// Expect compares something with what it must be.
func (p *Telling) Expect(all ...story.Expectation) {
	p.t.Helper()
	p.Step(story.Step{All: all})
}
