package serve_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flowrun"
	"github.com/perch-chat/perch/serve"
)

// flowLogPage is a page of a contact's flow log.
type flowLogPage struct {
	FlowLog []struct {
		Number                                          int64
		Timestamp                                       float64
		FlowID                                          string `json:"FlowId"`
		ActionID                                        string `json:"ActionId"`
		ActionType, Effect, Error, Branch, NextActionID string
		Parameters                                      []string
	}
	NextToken string
}

func TestFlowLogOfAContactIsReadInPages(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		elapse(1)
		path := "/perch/contacts/" + p.contact + "/flow-log"
		var whole flowLogPage
		h.signed("GET", path, nil).into(t, &whole)
		if len(whole.FlowLog) < 3 || whole.NextToken != "" {
			t.Fatalf("%+v", whole)
		}
		var types []string
		for i, s := range whole.FlowLog {
			types = append(types, s.ActionType)
			if s.Number != int64(i+1) || s.FlowID == "" || s.ActionID == "" || s.Timestamp == 0 {
				t.Errorf("step %d is %+v", i, s)
			}
		}
		if !slices.Contains(types, "TransferContactToQueue") {
			t.Errorf("what has run is %q", types)
		}
		token := ""
		for i := range whole.FlowLog {
			var page flowLogPage
			h.signed("GET", path+"?maxResults=1&nextToken="+url.QueryEscape(token), nil).into(t, &page)
			if len(page.FlowLog) != 1 || page.FlowLog[0].Number != int64(i+1) || (page.NextToken == "") != (i == len(whole.FlowLog)-1) {
				t.Errorf("page %d is %+v", i, page)
			}
			token = page.NextToken
		}
		for _, query := range []string{"maxResults=0", "maxResults=1001", "maxResults=x", "nextToken=x"} {
			if got := h.signed("GET", path+"?"+query, nil); got.status != http.StatusBadRequest {
				t.Errorf("%s: %d %s", query, got.status, got.body)
			}
		}
		var kept []flowrun.Logged
		err := serve.FlowLog(context.Background(), serve.Options{Dir: h.dir}, perch.ContactID(p.contact), func(s flowrun.Logged) error {
			kept = append(kept, s)
			return nil
		})
		if err != nil || len(kept) != len(whole.FlowLog) {
			t.Errorf("beside the server: %d steps, %v", len(kept), err)
		}
		if err := serve.FlowLog(context.Background(), serve.Options{Dir: h.dir}, "none", nil); perch.KindOf(err) != perch.NotFound {
			t.Errorf("of no contact: %v", err)
		}
	})
}
