package outside_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/perch-chat/perch/outside"
)

// A scanner that is a Lambda function is asked by Lambda's interface; whatever it does
// but approve, the file is not approved.
func TestAScannerIsAskedByLambdasInterface(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:scan"
	const event = `{"Version":"1.0","File":{"FileId":"f"}}`
	for name, c := range map[string]struct {
		answer string
		status int
		failed string // X-Amz-Function-Error
		good   bool
		says   string
	}{
		"approves":          {answer: `{"Status":"APPROVED"}`, status: 200, good: true},
		"rejects":           {answer: `{"Status":"REJECTED"}`, status: 200},
		"says neither":      {answer: `{"Status":"MAYBE"}`, status: 200, says: "MAYBE"},
		"says nothing":      {answer: ``, status: 200, says: "outcome of a scan"},
		"fails as it runs":  {answer: `{"errorMessage":"out of memory","Status":"APPROVED"}`, status: 200, failed: "Unhandled", says: "Unhandled"},
		"may not be called": {answer: `{"Message":"no"}`, status: 403, says: "403"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := recorder(t, func(_ int, w http.ResponseWriter, r *http.Request, got string) {
				if r.URL.Path != "/2015-03-31/functions/"+arn+"/invocations" || got != event || !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=key/") {
					t.Errorf("%s %s %s", r.Method, r.URL, got)
				}
				if c.failed != "" {
					w.Header().Set("X-Amz-Function-Error", c.failed)
				}
				w.WriteHeader(c.status)
				io.WriteString(w, c.answer) //nolint:errcheck // a test
			})
			asked := outside.New(outside.Options{Scanners: []outside.Function{{Name: arn, Place: amazon(s.URL)}}, Rules: here})
			good, err := asked.Scan(t.Context(), outside.Call{Instance: "mine", Event: []byte(event)})
			if good != c.good || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("good is %t: %v", good, err)
			}
		})
	}
}
