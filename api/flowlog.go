package api

import (
	"net/http"
	"strconv"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flowrun"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// What the flows of a contact have done is perch's own to tell: Amazon writes it
// to CloudWatch. The route takes an access key as Amazon's operations do.

// flowLogPage is how many steps a page has, if not asked for fewer, and at most.
const flowLogPage, maxFlowLogPage = 100, 1000

// flowLogCursor is the payload of a token for the next page.
type flowLogCursor struct {
	Instance perch.InstanceID `json:"i"`
	Contact  perch.ContactID  `json:"f"`
	After    int64            `json:"n"`
}

type flowLogResponse struct {
	FlowLog   []FlowStep
	NextToken string `json:",omitempty"`
}

// FlowStep is a step of a contact's flow as it is shown: names, and no word that
// anybody has written.
type FlowStep struct {
	Number       int64
	Timestamp    wire.Epoch
	FlowID       string   `json:"FlowId"`
	ActionID     string   `json:"ActionId"`
	ActionType   string   `json:",omitempty"`
	Parameters   []string `json:",omitempty"`
	Effect       string   `json:",omitempty"`
	Error        string   `json:",omitempty"`
	Result       string   `json:",omitempty"`
	Branch       string   `json:",omitempty"`
	Condition    int      `json:",omitempty"`
	NextActionID string   `json:"NextActionId,omitempty"`
	Reason       string   `json:",omitempty"`
}

// ShowStep makes the shown form of a step.
func ShowStep(s flowrun.Logged) FlowStep {
	return FlowStep{Number: s.Number, Timestamp: wire.Epoch(s.Time), FlowID: s.Flow, ActionID: s.Action, ActionType: s.Type,
		Parameters: s.Parameters, Effect: s.Effect, Error: s.Error, Result: s.Result, Branch: string(s.Way), Condition: s.Condition,
		NextActionID: s.Next, Reason: s.Reason}
}

func (s *Server) flowLogRoutes() {
	like := wire.Lookup(wire.Connect, "DescribeContact")
	s.mux.Handle("GET /perch/contacts/{ContactId}/flow-log", guarded{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var out flowLogResponse
		c, err := s.own(w, r, like)
		if err == nil {
			out, err = flowLog(c)
		}
		if err != nil {
			s.fail(w, r, like, err)
			return
		}
		w.Header().Set("x-amzn-RequestId", requestID(r))
		writeJSON(w, http.StatusOK, out)
	})})
}

func flowLog(c *call) (flowLogResponse, error) {
	out := flowLogResponse{FlowLog: []FlowStep{}}
	cursor := flowLogCursor{Instance: c.instance, Contact: perch.ContactID(c.PathValue("ContactId"))}
	s, err := c.find(cursor.Contact)
	if err != nil {
		return out, err
	}
	limit := flowLogPage
	q := c.URL.Query()
	if text := q.Get("maxResults"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > maxFlowLogPage {
			return out, perch.InvalidField("maxResults", "must be a whole number from 1 to %d", maxFlowLogPage)
		}
	}
	if text := q.Get("nextToken"); text != "" {
		var given flowLogCursor
		err := c.opts.Tokens.Open(token.KindPage, text, &given)
		if err != nil || given.Instance != cursor.Instance || given.Contact != cursor.Contact {
			return out, perch.InvalidField("nextToken", "is not a token of this contact's flow log")
		}
		cursor = given
	}
	steps, err := c.opts.FlowLog(c.Context(), s.ID, cursor.Contact, cursor.After, limit+1)
	if err != nil {
		return out, err
	}
	for _, step := range steps[:min(len(steps), limit)] {
		out.FlowLog = append(out.FlowLog, ShowStep(step))
	}
	if len(steps) > limit {
		cursor.After = steps[limit-1].Number
		out.NextToken, err = c.opts.Tokens.Seal(token.KindPage, cursor)
	}
	return out, err
}
