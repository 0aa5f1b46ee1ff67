package serve_test

import (
	"strings"
	"testing"
)

func TestOperationThatIsNotAnsweredIsNamed(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		for path, name := range map[string]string{
			"PUT /instance/i/bot":                                                       "AssociateBot",
			"GET /contact/references/i/c?referenceTypes=URL":                            "ListContactReferences",
			"GET /instance/i/bots?lexVersion=V2":                                        "ListBots",
			"GET /instance/arn:aws:connect:us-east-1:0:instance%2Fi/bots?lexVersion=V2": "ListBots",
		} {
			method, at, _ := strings.Cut(path, " ")
			r := h.borne(method, at, "X-Test", "", object{})
			wantRefused(t, r, 404, "UnknownOperationException", name+" is an operation of ")
			wantRefused(t, r, 404, "UnknownOperationException", "perch ops")
		}
		for _, path := range []string{"GET /nothing", "GET /instance/i/bot/of/nobody", "PATCH /instance/i/bot", "GET /instance//", "POST /instance/"} {
			method, at, _ := strings.Cut(path, " ")
			wantRefused(t, h.borne(method, at, "X-Test", "", object{}), 404, "UnknownOperationException", "there is no such operation here")
		}
	})
}
