package story_test

import (
	"testing"

	"github.com/perch-chat/perch/story"
)

// A month with three returns and two transfers, over and over in one perch.
func BenchmarkMonth(b *testing.B) {
	s, err := story.Load("../examples/stories/month.story.yaml")
	if err != nil {
		b.Fatal(err)
	}
	played, err := story.Run(b.Context(), []*story.Story{s}, story.Options{Repeat: b.N})
	if err != nil || played.Failed() > 0 {
		b.Fatal(err, played.Results)
	}
}
