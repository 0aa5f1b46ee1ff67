package wire_test

import (
	"strings"
	"testing"

	"github.com/perch-chat/perch/wire"
)

func TestListingFindsEachOperationByItsOwnRoute(t *testing.T) {
	t.Parallel()
	l := wire.NewListing()
	counts := map[wire.Service]int{}
	for _, o := range l.All {
		counts[o.Service]++
		path := strings.NewReplacer("{", "value-of-", "}", "").Replace(o.Path)
		if found, ok := l.Find(o.Method, path); !ok || found.Path != o.Path || found.Method != o.Method {
			t.Errorf("%s %s finds %+v, %v; want %s", o.Method, path, found, ok, o.Name)
		}
	}
	if counts[wire.Connect] != 380 || counts[wire.Participant] != 11 {
		t.Errorf("the list has %v operations", counts)
	}
}

// Of routes that fit both, the one with more words of the path is meant.
func TestListingPrefersWords(t *testing.T) {
	t.Parallel()
	l := wire.NewListing()
	for request, want := range map[string]string{
		"GET /contacts/i/c":                "DescribeContact",
		"DELETE /contact/tags/i/c":         "UntagContact",
		"GET /contact/associated/i":        "ListAssociatedContacts",
		"POST /participant/transcript/":    "GetTranscript",
		"GET /contact/associated":          "",
		"GET /contacts//c":                 "",
		"get /contacts/i/c":                "",
		"GET contacts/i/c":                 "",
		"GET /participant/views/some-view": "DescribeView",
	} {
		method, path, _ := strings.Cut(request, " ")
		if found, ok := l.Find(method, path); found.Name != want || ok != (want != "") {
			t.Errorf("%s finds %q, want %q", request, found.Name, want)
		}
	}
}

func TestNotYetFaultNamesTheOperationAndItsService(t *testing.T) {
	t.Parallel()
	for service, want := range map[wire.Service]string{
		wire.Connect:     "AssociateBot is an operation of Amazon Connect that perch does not answer yet; `perch ops` lists what it does",
		wire.Participant: "AssociateBot is an operation of the Amazon Connect Participant Service that perch does not answer yet; `perch ops` lists what it does",
	} {
		f := wire.NotYetFault(wire.Listed{Service: service, Name: "AssociateBot"})
		if f.Message != want || f.Status != 404 || f.Name != wire.UnknownOperation {
			t.Errorf("%+v, want %q", f, want)
		}
	}
}

func TestTagsOfTheSystemAreNamedInTheRefusal(t *testing.T) {
	t.Parallel()
	op := wire.Lookup(wire.Connect, "TagContact")
	_, err := sample{op: op, target: "Tags{key}", value: "aws:x"}.decode(t)
	wantInvalid(t, err, "Tags{key}")
	if !strings.Contains(err.Error(), "must not begin with aws:") {
		t.Error(err)
	}
	if _, err := (sample{op: op, target: "Tags{key}", value: "aws"}).decode(t); err != nil {
		t.Error(err)
	}
}

func TestListInAQueryHasItsNameOncePerElement(t *testing.T) {
	t.Parallel()
	op := wire.Lookup(wire.Connect, "UntagContact")
	got, err := sample{op: op, target: "TagKeys", value: []any{"a", "b", "c"}}.decode(t)
	if err != nil {
		t.Fatal(err)
	}
	if keys := got.(*wire.UntagContactRequest).TagKeys; strings.Join(keys, " ") != "a b c" {
		t.Errorf("the keys are %q", keys)
	}
	_, err = sample{op: op, target: "TagKeys", value: []any{"a", "b", "c", "d", "e", "f", "g"}}.decode(t)
	wantInvalid(t, err, "TagKeys")
	_, err = sample{op: op, target: "TagKeys"}.decode(t)
	wantInvalid(t, err, "TagKeys")
}
