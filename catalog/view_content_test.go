package catalog

import (
	"encoding/json"
	"testing"

	"github.com/perch-chat/perch"
)

// Whatever is published can be read again, and what is refused says which part of
// it is wrong.
func FuzzViewContent(f *testing.F) {
	for _, seed := range []string{"", "null", "{}", `{"Head":{},"Body":[{"Type":"Card","Props":{"Heading":"$.A.B $.A"},"Content":["x",{"Type":"Button"}]}]}`,
		`{"Body":[null]}`, `{"Body":[{"Type":"Form","Content":"$.Fields"}]}`, `{"Body":[{"Type":"Form","Content":null}]}`, `{"Body":[[]]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, template string) {
		for _, publish := range []bool{true, false} {
			c := ViewContent{Template: template}
			if err := c.prepare(publish); err != nil {
				if e, ok := err.(*perch.Error); !ok || e.Kind != perch.Invalid || e.Field == "" {
					t.Errorf("%q: %v", template, err)
				}
				continue
			}
			if template != "" && !json.Valid([]byte(c.InputSchema)) {
				t.Errorf("%q has the schema %s", template, c.InputSchema)
			}
			if publish && template == "" {
				t.Error("nothing is published")
			}
		}
	})
}
