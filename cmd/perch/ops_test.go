package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/perch-chat/perch/api"
)

func TestOpsShowsWhatIsAnsweredAndWhatIsNot(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := printOps(&out, api.Covered()); err != nil {
		t.Fatal(err)
	}
	lines := map[string]string{}
	for line := range strings.Lines(out.String()) {
		if f := strings.Fields(line); len(f) > 4 {
			lines[f[1]] = strings.Join(f, " ")
		}
	}
	for name, want := range map[string]string{
		"OPERATION":                   "SERVICE OPERATION METHOD PATH STATE AUTH",
		"UpdateContact":               "connect UpdateContact POST /contacts/{InstanceId}/{ContactId} answered SigV4",
		"AssociateBot":                "connect AssociateBot PUT /instance/{InstanceId}/bot not yet SigV4",
		"CreateParticipantConnection": "participant CreateParticipantConnection POST /participant/connection answered participant token",
		"GetAttachment":               "participant GetAttachment POST /participant/attachment answered connection token",
		"GetAuthenticationUrl":        "participant GetAuthenticationUrl POST /participant/authentication-url answered connection token",
	} {
		if lines[name] != want {
			t.Errorf("%q, want %q", lines[name], want)
		}
	}
}

func TestOpsIsACommandOfItsOwn(t *testing.T) {
	t.Parallel()
	c, err := parse(t, "ops", "--json")
	if err != nil || !c.Ops.JSON {
		t.Errorf("%+v, %v", c.Ops, err)
	}
}
