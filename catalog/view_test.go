package catalog_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/perch-chat/perch"
)

func TestBasicViewsAreFoundByIdAndARN(t *testing.T) {
	t.Parallel()
	h := found(t)
	for id, action := range map[string]string{"form": "Submit", "cards": "ActionSelected", "list": "ActionSelected", "detail": "ActionSelected", "confirmation": "Next"} {
		for _, name := range []string{id, id + ":1", id + ":$LATEST", "arn:aws:connect:us-east-1:aws:view/" + id + ":1"} {
			v, err := h.View(t.Context(), h.instance, name, "")
			if err != nil || v.ID != id || !v.Managed || v.Version != 1 || !slices.Contains(v.Actions, action) || !slices.Contains(v.Actions, "Back") {
				t.Errorf("%s: %+v, %v", name, v, err)
			}
			for _, text := range []string{v.InputSchema, v.Template} {
				var object map[string]any
				if err := json.Unmarshal([]byte(text), &object); err != nil || len(object) == 0 {
					t.Errorf("%s has %s: %v", name, text, err)
				}
			}
		}
	}
	for _, name := range []string{"", "forms", "form:2", "form:$SAVED", "Form"} {
		if _, err := h.View(t.Context(), h.instance, name, ""); err == nil || perch.KindOf(err) != perch.NotFound {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := h.View(t.Context(), h.instance, "form", "2"); err == nil {
		t.Error("the second version of a basic view is there")
	}
}
