package serve_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// wrong is a value that a row must not take.
type wrong struct {
	way   string
	value any
	says  []string // what the message must name besides the row
}

// ways are all in which a row of the table can be wrong.
func ways(f wire.Field) []wrong {
	var out []wrong
	add := func(way string, value any, says ...string) { out = append(out, wrong{way, value, says}) }
	key, inJSON := strings.HasSuffix(f.Name, "{key}"), f.In == wire.InBody
	if f.Required && f.In != wire.InPath && f.In != wire.InHeader {
		add("missing", absent{}, "required")
		if inJSON {
			add("null", nil, "required")
		}
	}
	if inJSON && !key {
		for kind, value := range map[string]any{"number": 5, "text": "x", "true": true, "list": []any{}, "object": map[string]any{}, "fraction": 1.5} {
			if !fits(f, kind) {
				add("a "+kind, value)
			}
		}
	}
	switch f.Type {
	case wire.String, wire.Timestamp:
		out = append(out, wrongText(f)...)
	case wire.Integer:
		out = append(out, wrongNumber(f)...)
	case wire.List:
		if f.Max > 0 {
			add("too many", repeated("x", f.Max+1), strconv.Itoa(f.Max))
		}
		if f.Min > 0 && inJSON {
			add("empty", []any{}, strconv.Itoa(f.Min))
		}
	case wire.Map:
		if f.Min > 0 {
			add("empty", map[string]any{}, strconv.Itoa(f.Min))
		}
		if f.MaxBytes > 0 {
			add("too large by one", tooLarge(f.MaxBytes), strconv.Itoa(f.MaxBytes), strconv.Itoa(f.MaxBytes+1))
		}
	}
	return out
}

// fits tells whether a JSON value of that kind may stand for the row.
func fits(f wire.Field, kind string) bool {
	switch f.Type {
	case wire.Number:
		return kind == "number" || kind == "fraction"
	case wire.Integer:
		return kind == "number"
	case wire.Boolean:
		return kind == "true"
	case wire.List:
		return kind == "list"
	case wire.Map, wire.Structure:
		return kind == "object"
	}
	return kind == "text"
}

func wrongText(f wire.Field) []wrong {
	var out []wrong
	add := func(way string, value string, says ...string) { out = append(out, wrong{way, value, says}) }
	letter := "x"
	if f.Pattern == nil && f.In == wire.InBody {
		letter = "é"
	}
	if len(f.Enum) > 0 {
		add("of another enum", strings.Repeat("X", max(f.Min, 2)), f.Enum...)
		return out
	}
	if f.Max > 0 && f.Type == wire.String {
		add("too long by one", strings.Repeat(letter, f.Max+1), strconv.Itoa(f.Max), strconv.Itoa(f.Max+1))
	}
	if f.MaxBytes > 0 {
		add("too long by one", strings.Repeat("x", f.MaxBytes+1), strconv.Itoa(f.MaxBytes), strconv.Itoa(f.MaxBytes+1))
		add("too long in bytes", strings.Repeat("é", f.MaxBytes/2+1), strconv.Itoa(f.MaxBytes))
	}
	if f.Min > 0 && f.In != wire.InPath && f.In != wire.InHeader {
		add("empty", strings.Repeat(letter, f.Min-1), strconv.Itoa(f.Min))
	}
	if f.Pattern != nil && !f.Pattern.MatchString("é é") {
		add("of another pattern", strings.Repeat("é ", max((f.Min+1)/2, 2)), f.Pattern.String())
	}
	if f.NotPrefix != "" {
		add("of a prefix", f.NotPrefix+"x", f.NotPrefix)
	}
	if f.Type == wire.Timestamp {
		add("no time", "yesterday", "time")
	}
	return out
}

func wrongNumber(f wire.Field) []wrong {
	var out []wrong
	add := func(way string, value any, says ...string) { out = append(out, wrong{way, value, says}) }
	if f.Max > 0 {
		add("too small by one", f.Min-1, strconv.Itoa(f.Min), strconv.Itoa(f.Max))
		add("too large by one", f.Max+1, strconv.Itoa(f.Min), strconv.Itoa(f.Max))
	}
	add("more than 32 bits", json.Number("4294967296"))
	add("without end", json.Number("1e999"))
	return out
}

func repeated(v any, n int) []any { return slices.Repeat([]any{v}, n) }

// tooLarge is a map whose keys and values have one byte more than n.
func tooLarge(n int) map[string]any {
	half := (n + 1 - 2) / 2
	return map[string]any{"a": strings.Repeat("x", half), "b": strings.Repeat("x", n+1-2-half)}
}

// Every operation, every row, every way to be wrong: the fault is the one that
// the operation declares for it, and says which row and which limit.
func TestWrongFieldIsRefusedByName(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		c, tried := w.here.chats[0], 0
		for _, op := range wire.Operations() {
			want := wire.FaultOf(op, perch.InvalidField("x", "x"))
			if !op.Declares(want.Name) {
				t.Errorf("%s would answer bad input with %s, which it does not declare", op.Name, want.Name)
			}
			known := w.here.known(op, c)
			for _, f := range op.Fields {
				for _, bad := range ways(f) {
					tried++
					a := w.here.about(op, known, f.Name, bad.value)
					got := w.send(a)
					message := got.message()
					if got.status != want.Status || got.fault != want.Name || !strings.HasPrefix(message, f.Name+": ") {
						t.Errorf("%s, %s %s: %d %s %.200s", op.Name, f.Name, bad.way, got.status, got.fault, message)
						continue
					}
					for _, part := range bad.says {
						if !strings.Contains(message, part) {
							t.Errorf("%s, %s %s: %.200q does not say %q", op.Name, f.Name, bad.way, message, part)
						}
					}
				}
			}
		}
		if tried < 300 {
			t.Errorf("only %d ways were tried", tried)
		}
	})
}

// credential is the bearer that an operation of the participant API takes.
func credential(op *wire.Operation, p party) string {
	if op.Name == "CreateParticipantConnection" {
		return p.token
	}
	return p.credentials
}

func (r reply) message() string {
	var body struct{ Message string }
	_ = json.Unmarshal([]byte(r.body), &body)
	return body.Message
}

// The same table without a mistake is taken, and with a member that nobody
// knows as well: without this the test above would prove nothing.
func TestValidRequestIsTaken(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		for _, op := range wire.Operations() {
			for _, more := range []map[string]any{{}, {"X-Unknown": map[string]any{"a": []any{1, nil}}}} {
				c := w.here.begin(nil)
				a := w.here.valid(op, c, "", nil)
				for k, v := range more {
					a.fields[k] = v
				}
				if got := w.send(a); got.status != http.StatusOK {
					t.Errorf("%s with %v: %d %s %s", op.Name, more, got.status, got.fault, got.body)
				}
			}
		}
	})
}

// A path's parameter that is empty or not there names no operation.
func TestEmptyPathParameterIsNoOperation(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		for _, op := range wire.Operations() {
			known := w.here.known(op, w.here.chats[0])
			for _, f := range op.Fields {
				if f.In != wire.InPath {
					continue
				}
				for _, value := range []any{absent{}, ""} {
					a := w.here.about(op, known, f.Name, value)
					if got := w.send(a); got.status != http.StatusNotFound || got.fault != "UnknownOperationException" {
						t.Errorf("%s without %s: %d %s", op.Name, f.Name, got.status, got.fault)
					}
				}
				over := strconv.Itoa(f.Max + 1)
				if f.Type == wire.String {
					over = strings.Repeat("x", f.Max+1)
				}
				a := w.here.about(op, known, f.Name, over)
				if got := w.send(a); got.status != http.StatusBadRequest || !strings.HasPrefix(got.message(), f.Name+": ") {
					t.Errorf("%s with a long %s: %d %s", op.Name, f.Name, got.status, got.body)
				}
			}
		}
	})
}

func TestBodyThatIsNoObjectIsRefused(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		bodies := map[string]string{
			"cut short": `{"a":`, "a list": `[]`, "text": `"x"`, "a number": `1`, "two objects": `{} {}`, "not UTF-8": "{\"a\":\"\xff\"}",
			"too deep": strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000), "no JSON": "a=1&b=2",
		}
		long := append(bytes.Repeat([]byte(" "), 1<<20), '{', '}')
		for _, op := range wire.Operations() {
			known := w.here.known(op, w.here.chats[0])
			inBody := slices.ContainsFunc(op.Fields, func(f wire.Field) bool { return f.In == wire.InBody })
			want := wire.FaultOf(op, perch.InvalidField("body", "x"))
			for name, body := range bodies {
				if !inBody {
					continue // nothing there is read
				}
				a := w.here.about(op, known, "", nil)
				a.body = []byte(body)
				if got := w.send(a); got.status != want.Status || got.fault != want.Name || !strings.HasPrefix(got.message(), "body: ") {
					t.Errorf("%s, %s: %d %s %s", op.Name, name, got.status, got.fault, got.body)
				}
			}
			a := w.here.about(op, known, "", nil)
			a.body = long
			if got := w.send(a); got.status != http.StatusRequestEntityTooLarge || got.fault != "RequestEntityTooLarge" || !strings.Contains(got.message(), "1048576") {
				t.Errorf("%s with more than 1 MiB: %d %s", op.Name, got.status, got.body)
			}
		}
	})
}

func TestWrongSignatureIsRefusedByItsName(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		wrongs := map[string]struct {
			change func(*ask)
			want   string
		}{
			"none":                 {func(a *ask) { a.unsigned = true }, "MissingAuthenticationToken"},
			"another scheme":       {func(a *ask) { a.tamper = header("Authorization", "Basic eDp5") }, "IncompleteSignature"},
			"unknown key":          {func(a *ask) { a.by.AccessKeyID = "PERCHAAAAAAAAAAAAAAA" }, "UnrecognizedClientException"},
			"another key's secret": {func(a *ask) { a.by.SecretAccessKey = w.there.keys["admin"].SecretAccessKey }, "InvalidSignatureException"},
			"another service":      {func(a *ask) { a.service = "execute-api" }, "InvalidSignatureException"},
			"clock behind":         {func(a *ask) { a.late = 5*time.Minute + time.Second }, "InvalidSignatureException"},
			"clock ahead":          {func(a *ask) { a.late = -5*time.Minute - time.Second }, "InvalidSignatureException"},
			"no date":              {func(a *ask) { a.tamper = func(r *http.Request) { r.Header.Del("X-Amz-Date") } }, "IncompleteSignature"},
			"another host":         {func(a *ask) { a.tamper = func(r *http.Request) { r.Host = "elsewhere.example" } }, "InvalidSignatureException"},
			"another query":        {func(a *ask) { a.tamper = func(r *http.Request) { r.URL.RawQuery += "&a=b" } }, "InvalidSignatureException"},
			"in the query":         {func(a *ask) { a.tamper = func(r *http.Request) { r.URL.RawQuery += "&X-Amz-Signature=x" } }, "IncompleteSignature"},
		}
		for _, op := range wire.Operations() {
			if op.Service != wire.Connect {
				continue
			}
			known := w.here.known(op, w.here.chats[0])
			for way, c := range wrongs {
				a := w.here.about(op, known, "", nil)
				c.change(&a)
				if got := w.send(a); got.status != http.StatusForbidden || got.fault != c.want || got.message() == "" {
					t.Errorf("%s, %s: %d %s %s", op.Name, way, got.status, got.fault, got.body)
				}
			}
		}
		if late := w.here.valid(wire.Lookup(wire.Connect, "DescribeContact"), w.here.chats[0], "", nil); true {
			late.late = 5 * time.Minute
			if got := w.send(late); got.status != http.StatusOK {
				t.Errorf("five minutes late: %s", got.body)
			}
		}
	})
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// Whatever is wrong with a bearer, the answer is the same.
func TestWrongBearerIsDenied(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		c := w.here.chats[0]
		bearers := w.wrongBearers(c)
		for _, op := range wire.Operations() {
			if op.Service != wire.Participant {
				continue
			}
			var first string
			known := w.here.known(op, c)
			for way, bearer := range bearers {
				if bearer == credential(op, c.customer) {
					continue // of the other operations
				}
				a := w.here.about(op, known, "", nil)
				a.bearer = bearer
				got := w.send(a)
				if got.status != http.StatusForbidden || got.fault != "AccessDeniedException" {
					t.Errorf("%s, %s: %d %s %s", op.Name, way, got.status, got.fault, got.body)
				}
				if first == "" {
					first = got.body
				}
				if got.body != first {
					t.Errorf("%s, %s: the answer tells it from others: %s, not %s", op.Name, way, got.body, first)
				}
			}
			a := w.here.about(op, known, "", nil)
			a.bearer = strings.Repeat("x", token.MaxLength+1)
			if got := w.send(a); got.status != http.StatusBadRequest || got.fault != "ValidationException" || !strings.Contains(got.message(), "1000") {
				t.Errorf("%s, too long by one: %d %s %s", op.Name, got.status, got.fault, got.body)
			}
		}
	})
}

// wrongBearers are all kinds of bearer that must not let anybody do anything in
// a chat; two of them are good for the one or the other kind of call.
func (w *town) wrongBearers(c talk) map[string]string {
	w.t.Helper()
	seal := func(kind token.Kind, payload any) string {
		s, err := w.sealer.Seal(kind, payload)
		w.must(err)
		return s
	}
	now := time.Now()
	live := token.Connection{Instance: w.here.instance, Session: c.contact, Participant: c.customer.id, Expires: now.Add(time.Hour).UnixMilli()}
	expired, nobody, nowhere := live, live, live
	expired.Expires = now.UnixMilli()
	nobody.Participant, nowhere.Session = newID(w), newID(w)
	other, err := token.New(bytes.Repeat([]byte{7}, token.KeySize))
	w.must(err)
	forged, err := other.Seal(token.KindConnection, live)
	w.must(err)
	out := map[string]string{
		"none": "", "text": "x", "expired": seal(token.KindConnection, expired), "of nobody": seal(token.KindConnection, nobody),
		"of no chat": seal(token.KindConnection, nowhere), "of another key": forged,
		"for the other kind of call": c.customer.token, "for this kind of call": c.customer.credentials,
		"of a socket":     seal(token.KindSocket, token.Socket{Instance: w.here.instance, Session: c.contact, Participant: c.customer.id, Expires: live.Expires}),
		"of a page":       seal(token.KindPage, live),
		"of an agent":     w.here.workers[0].bearer,
		"of an ended one": w.here.ended.customer.credentials, "of its agent": w.here.ended.agent.credentials,
		"to join an ended one": w.here.ended.customer.token,
	}
	for i := 0; i < len(c.customer.credentials); i += 17 {
		b := []byte(c.customer.credentials)
		b[i] ^= 1
		out[fmt.Sprint("tampered at ", i)] = string(b)
	}
	return out
}

func newID(w *town) string {
	w.t.Helper()
	id, err := perch.NewID(rand.Reader)
	w.must(err)
	return id
}

// A NextToken that is not of this operation, chat and reader is bad input: 403
// is for bearers alone.
func TestWrongNextTokenIsBadInput(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		own, list := w.page(w.here, 0), w.associated(w.here)
		tokens := map[string]string{
			"of another chat": w.page(w.here, 1), "of another instance": w.page(w.there, 0), "of another operation": list,
			"a bearer": w.here.chats[0].customer.credentials, "text": "x",
		}
		for i := 0; i < len(own); i += 13 {
			b := []byte(own)
			b[i] ^= 1
			tokens[fmt.Sprint("tampered at ", i)] = string(b)
		}
		for _, op := range wire.Operations() {
			i := slices.IndexFunc(op.Fields, func(f wire.Field) bool { return f.Name == "NextToken" })
			if i < 0 {
				continue
			}
			want := wire.FaultOf(op, perch.InvalidField("NextToken", "x"))
			for way, next := range tokens {
				if op.Name == "ListAssociatedContacts" && next == list {
					next = own
				}
				got := w.send(w.here.valid(op, w.here.chats[0], "NextToken", next))
				if got.status != want.Status || got.fault != want.Name || !strings.HasPrefix(got.message(), "NextToken: ") {
					t.Errorf("%s, %s: %d %s %s", op.Name, way, got.status, got.fault, got.body)
				}
			}
		}
		transcript := wire.Lookup(wire.Participant, "GetTranscript")
		if got := w.send(w.here.valid(transcript, w.here.chats[0], "NextToken", own)); got.status != http.StatusOK {
			t.Errorf("its own: %d %s", got.status, got.body)
		}
		agents := w.here.valid(transcript, w.here.chats[0], "NextToken", own)
		agents.bearer = w.here.chats[0].agent.credentials
		if got := w.send(agents); got.status != http.StatusBadRequest {
			t.Errorf("a customer's, with an agent's bearer: %d %s", got.status, got.body)
		}
	})
}

// page is a NextToken of the transcript of a chat.
func (w *town) page(s *site, n int) string {
	w.t.Helper()
	var out struct{ NextToken string }
	w.send(s.valid(wire.Lookup(wire.Participant, "GetTranscript"), s.chats[n], "MaxResults", 1)).into(w.t, &out)
	if out.NextToken == "" {
		w.t.Fatal("the transcript has one page")
	}
	return out.NextToken
}

// associated is a NextToken of the contacts of a chat that continues another.
func (w *town) associated(s *site) string {
	w.t.Helper()
	c := s.begin(object{"PersistentChat": object{"SourceContactId": s.ended.contact, "RehydrationType": "ENTIRE_PAST_SESSION"}})
	var out struct{ NextToken string }
	w.send(s.valid(wire.Lookup(wire.Connect, "ListAssociatedContacts"), c, "MaxResults", 1)).into(w.t, &out)
	if out.NextToken == "" {
		w.t.Fatal("the contacts have one page")
	}
	return out.NextToken
}

// No table says what is mounted: this finds an operation of the table that
// nothing answers, and anything mounted that the policy does not know.
func TestEverythingMountedHasARowInThePolicy(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		rights := w.rights()
		for action, r := range rights {
			if len(r.Callers) == 0 {
				t.Errorf("%s (%s) has no row in the policy, so that nobody may call it: say in api/policy.go who may", action, r.Pattern)
			}
		}
		for _, op := range wire.Operations() {
			r, ok := rights[action(op)]
			if !ok || r.Pattern != op.Method+" "+op.Path {
				t.Errorf("%s is in the table of operations, and mounted as %q", action(op), r.Pattern)
			}
		}
	})
}

func action(op *wire.Operation) string {
	if op.Service == wire.Participant {
		return "participant:" + op.Name
	}
	return "connect:" + op.Name
}
