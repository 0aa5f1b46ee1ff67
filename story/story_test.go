package story_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/perch-chat/perch/story"
)

var update = flag.Bool("update", false, "write the files that are made of what is in the code")

func TestTheSchemaInDocsIsThatOfTheCode(t *testing.T) {
	t.Parallel()
	const file = "../docs/story.schema.json"
	want, err := story.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the types say (%v): go test ./story -update writes it", file, err)
	}
}

func TestStoriesOfTheExamplesComeTrue(t *testing.T) {
	t.Parallel()
	files, err := story.Files([]string{"../examples/stories"})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			s, err := story.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			played, err := story.Run(t.Context(), []*story.Story{s}, story.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Log("\n" + played.Results[0].Report())
			if len(played.Results[0].Failures) > 0 {
				t.Fail()
			}
		})
	}
}
