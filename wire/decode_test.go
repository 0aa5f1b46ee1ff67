package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

// wantInvalid fails unless the error is about that field.
func wantInvalid(t *testing.T, err error, field string) {
	t.Helper()
	e, ok := errors.AsType[*perch.Error](err)
	if !ok || e.Kind != perch.Invalid || e.Field != field || e.Message == "" {
		t.Errorf("got %v, want an invalid %s", err, field)
	}
}

func eachOperation(t *testing.T, check func(t *testing.T, op *wire.Operation)) {
	t.Helper()
	for _, op := range wire.Operations() {
		t.Run(op.Name, func(t *testing.T) {
			t.Parallel()
			check(t, op)
		})
	}
}

func eachField(t *testing.T, check func(t *testing.T, op *wire.Operation, f wire.Field)) {
	t.Helper()
	eachOperation(t, func(t *testing.T, op *wire.Operation) {
		for _, f := range op.Fields {
			t.Run(f.Name, func(t *testing.T) { check(t, op, f) })
		}
	})
}

// The struct must have every member of the table, and under the same name.
func TestEveryFieldReachesItsStruct(t *testing.T) {
	t.Parallel()
	eachField(t, func(t *testing.T, op *wire.Operation, f wire.Field) {
		s := sample{op: op, target: f.Name}
		s.value, _ = sample{op: op}.valueOf(f, rowsUnder(op, f))
		got, err := s.decode(t)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(s.members(op.Fields, false))
		if text, _ := json.Marshal(got); !sameJSON(text, want) {
			t.Errorf("decoded\n%s\nsent\n%s", text, want)
		}
	})
}

func rowsUnder(op *wire.Operation, f wire.Field) []wire.Field {
	var under []wire.Field
	for _, o := range op.Fields {
		if len(o.Name) > len(f.Name) && strings.HasPrefix(o.Name, f.Name) && strings.ContainsAny(o.Name[len(f.Name):][:1], ".[{") {
			under = append(under, o)
		}
	}
	return under
}

func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

func TestRequiredFieldIsAskedForWhenItIsAbsentOrNull(t *testing.T) {
	t.Parallel()
	eachField(t, func(t *testing.T, op *wire.Operation, f wire.Field) {
		for _, null := range []bool{false, true} {
			_, err := sample{op: op, target: f.Name, null: null}.decode(t)
			switch {
			case strings.HasSuffix(f.Name, "{key}"), strings.EqualFold(f.Name, "Tags{value}"): // a tag without a value is no tag
			case f.Required:
				wantInvalid(t, err, f.Name)
			case strings.Contains(f.Name, "[]"): // a list has no empty elements
				if err != nil && perch.KindOf(err) != perch.Invalid {
					t.Error(err)
				}
			case err != nil:
				t.Errorf("null %t: %v", null, err)
			}
		}
	})
}

func TestStringLimits(t *testing.T) {
	t.Parallel()
	eachField(t, func(t *testing.T, op *wire.Operation, f wire.Field) {
		if f.Type != wire.String || len(f.Enum) > 0 {
			return
		}
		letter := "é" // one character, two bytes
		if f.Pattern != nil || f.In == wire.InHeader {
			letter = "x"
		}
		try := func(s string) error {
			_, err := sample{op: op, target: f.Name, value: s}.decode(t)
			return err
		}
		if f.Max > 0 {
			if err := try(strings.Repeat(letter, f.Max)); err != nil && !strings.HasPrefix(f.Name, "Attributes{") {
				t.Errorf("at the limit: %.200v", err)
			}
			wantInvalid(t, try(strings.Repeat(letter, f.Max+1)), f.Name)
		}
		if f.MaxBytes > 0 {
			if err := try(strings.Repeat(letter, f.MaxBytes/2)); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			wantInvalid(t, try(strings.Repeat(letter, f.MaxBytes/2)+"x"), f.Name)
		}
		if f.Min > 0 && f.In == wire.InBody {
			wantInvalid(t, try(strings.Repeat(letter, f.Min-1)), f.Name)
		}
	})
}

func TestIntegerLimits(t *testing.T) {
	t.Parallel()
	eachField(t, func(t *testing.T, op *wire.Operation, f wire.Field) {
		if f.Type != wire.Integer {
			return
		}
		try := func(text string) error {
			_, err := sample{op: op, target: f.Name, value: json.Number(text)}.decode(t)
			return err
		}
		for _, text := range []string{"1.0", "1.5", "1e0", "1e400", "-1e400", "99999999999999999999999999", "2147483648"} {
			wantInvalid(t, try(text), f.Name)
		}
		if f.Max == 0 {
			return
		}
		for n, ok := range map[int]bool{f.Min - 1: false, f.Min: true, f.Max: true, f.Max + 1: false} {
			number, _ := json.Marshal(n)
			if err := try(string(number)); ok && err != nil {
				t.Errorf("%d: %v", n, err)
			} else if !ok {
				wantInvalid(t, err, f.Name)
			}
		}
	})
}

func TestWrongTypeIsRefused(t *testing.T) {
	t.Parallel()
	values := map[wire.Type]any{
		wire.String: "text", wire.Integer: 1, wire.Boolean: false,
		wire.Structure: map[string]any{"a": 1}, wire.List: []any{1},
	}
	same := map[wire.Type]wire.Type{wire.Timestamp: wire.String, wire.Map: wire.Structure, wire.Number: wire.Integer}
	eachField(t, func(t *testing.T, op *wire.Operation, f wire.Field) {
		if f.In != wire.InBody || strings.HasSuffix(f.Name, "{key}") {
			return
		}
		for kind, value := range values {
			if kind == f.Type || kind == same[f.Type] {
				continue
			}
			_, err := sample{op: op, target: f.Name, value: value}.decode(t)
			wantInvalid(t, err, f.Name)
		}
	})
}

func TestEnumAndPatternAreExact(t *testing.T) {
	t.Parallel()
	eachField(t, func(t *testing.T, op *wire.Operation, f wire.Field) {
		for _, e := range f.Enum {
			if _, err := (sample{op: op, target: f.Name, value: e}).decode(t); err != nil {
				t.Error(err)
			}
			_, err := sample{op: op, target: f.Name, value: e + "X"}.decode(t)
			wantInvalid(t, err, f.Name)
			_, err = sample{op: op, target: f.Name, value: swapCase(e)}.decode(t)
			wantInvalid(t, err, f.Name)
		}
		if f.Pattern != nil {
			for _, bad := range []string{"a b", "ä", "a\n", "$.a", "a.b"} {
				free := strings.Contains(f.Pattern.String(), `\p{L}`) || // letters of all languages, and spaces
					strings.Contains(f.Pattern.String(), `\x20`) // sentences
				if (bad == "a.b" || free) && f.Pattern.MatchString(bad) { // tags may have dots
					continue
				}
				_, err := sample{op: op, target: f.Name, value: bad}.decode(t)
				wantInvalid(t, err, f.Name)
			}
		}
		if f.Type == wire.Timestamp {
			for _, bad := range []string{"yesterday", "2019-11-08", "2019-13-08T02:41:28Z", "1573180888"} {
				_, err := sample{op: op, target: f.Name, value: bad}.decode(t)
				wantInvalid(t, err, f.Name)
			}
		}
	})
}

func swapCase(s string) string {
	if up := strings.ToUpper(s); up != s {
		return up
	}
	return strings.ToLower(s)
}

func TestListLimits(t *testing.T) {
	t.Parallel()
	eachField(t, func(t *testing.T, op *wire.Operation, f wire.Field) {
		if f.Type != wire.List {
			return
		}
		if f.Min > 0 {
			_, err := sample{op: op, target: f.Name, value: []any{}}.decode(t)
			wantInvalid(t, err, f.Name)
		}
		if f.Max > 0 {
			_, err := sample{op: op, target: f.Name, value: make([]any, f.Max+1)}.decode(t)
			wantInvalid(t, err, f.Name)
		}
		if f.Holds != "" {
			_, err := sample{op: op, target: f.Name, value: []any{wire.TextMarkdown}}.decode(t)
			wantInvalid(t, err, f.Name)
		}
		_, err := sample{op: op, target: f.Name + "[]", null: true}.decode(t)
		if !strings.Contains(f.Name, "Value") {
			wantInvalid(t, err, f.Name+"[]")
		}
	})
}

func decodeBody(op *wire.Operation, body string, into any) error {
	r := httptest.NewRequest(op.Method, "/", nil)
	r.Header.Set(wire.BearerHeader, "b")
	r.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	return wire.Decode(op, r, []byte(body), into)
}

func TestAttributesTotalIsCountedInBytesOfKeysAndValues(t *testing.T) {
	t.Parallel()
	op := wire.Lookup(wire.Connect, "UpdateContactAttributes")
	half := strings.Repeat("é", 8191) // 16382 bytes
	attributes := map[string]string{"ab": half, "cd": half}
	try := func() error {
		_, err := sample{op: op, target: "Attributes", value: attributes}.decode(t)
		return err
	}
	if err := try(); err != nil { // 32768
		t.Error(err)
	}
	attributes["cd"] += "x"
	wantInvalid(t, try(), "Attributes")
}

func TestAttributeOfNullIsAbsent(t *testing.T) {
	t.Parallel()
	var got wire.UpdateContactAttributesRequest
	op := wire.Lookup(wire.Connect, "UpdateContactAttributes")
	err := decodeBody(op, `{"InitialContactId":"c","InstanceId":"i","Attributes":{"a":null,"b":""}}`, &got)
	if err != nil || !reflect.DeepEqual(got.Attributes, map[string]string{"b": ""}) {
		t.Errorf("%v, %v", got.Attributes, err)
	}
}

func TestBodyThatIsNoObjectIsRefused(t *testing.T) {
	t.Parallel()
	op := wire.Lookup(wire.Participant, "DisconnectParticipant")
	for _, body := range []string{
		"null", "[]", `"x"`, "1", "true", "{", `{"a":}`, `{} {}`, `{}x`, "NaN", `{"a":NaN}`, `{"a":Infinity}`, "\xef\xbb\xbf{}",
		"{\"ClientToken\":\"\xff\"}", strings.Repeat(`{"a":`, 20000),
	} {
		wantInvalid(t, decodeBody(op, body, &wire.DisconnectParticipantRequest{}), "body")
	}
	for _, body := range []string{"", " \r\n\t", "{}", ` {"Unknown":[{}],"ClientToken":null} `} {
		if err := decodeBody(op, body, &wire.DisconnectParticipantRequest{}); err != nil {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestStartPosition(t *testing.T) {
	t.Parallel()
	op := wire.Lookup(wire.Participant, "GetTranscript")
	zero := 0
	for position, want := range map[string]*wire.StartPosition{
		`{}`:                           nil,
		`null`:                         nil,
		`{"Id":null}`:                  nil,
		`{"Id":"a"}`:                   {Id: "a"},
		`{"MostRecent":0}`:             {MostRecent: &zero},
		`{"Id":"a","MostRecent":null}`: {Id: "a"},
		`{"AbsoluteTime":"2019-11-08T02:41:28Z"}`: {AbsoluteTime: "2019-11-08T02:41:28Z"},
	} {
		var got wire.GetTranscriptRequest
		if err := decodeBody(op, `{"StartPosition":`+position+`}`, &got); err != nil || !reflect.DeepEqual(got.StartPosition, want) {
			t.Errorf("%s: %+v, %v", position, got.StartPosition, err)
		}
	}
	for _, position := range []string{`{"Id":"a","MostRecent":0}`, `{"Other":1}`} {
		wantInvalid(t, decodeBody(op, `{"StartPosition":`+position+`}`, &wire.GetTranscriptRequest{}), "StartPosition")
	}
}

// What ChatJS sends, to the letter.
func TestChatJSTranscriptRequest(t *testing.T) {
	t.Parallel()
	var got wire.GetTranscriptRequest
	op := wire.Lookup(wire.Participant, "GetTranscript")
	err := decodeBody(op, `{"MaxResults":15,"ScanDirection":"BACKWARD","SortOrder":"ASCENDING","StartPosition":{}}`, &got)
	want := wire.GetTranscriptRequest{MaxResults: 15, ScanDirection: "BACKWARD", SortOrder: "ASCENDING", ConnectionToken: "b"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

// A name in another case, a field from the wrong place and a doubled member must
// not reach the struct past the check.
func TestOnlyWhatWasCheckedIsDecoded(t *testing.T) {
	t.Parallel()
	var got wire.SendMessageRequest
	op := wire.Lookup(wire.Participant, "SendMessage")
	err := decodeBody(op, `{"ContentType":"text/csv","ContentType":"text/plain","Content":"hi","content":"`+strings.Repeat("x", 20000)+
		`","ConnectionToken":"stolen","connectiontoken":"stolen"}`, &got)
	want := wire.SendMessageRequest{ContentType: "text/plain", Content: "hi", ConnectionToken: "b"}
	if err != nil || got != want {
		t.Errorf("%.300v, %v", got, err)
	}
	var start wire.UpdateContactAttributesRequest
	body := `{"InitialContactId":"c","InstanceId":"i","Attributes":{"a":"1"},"Attributes":{"b":"2"}}`
	err = decodeBody(wire.Lookup(wire.Connect, "UpdateContactAttributes"), body, &start)
	if err != nil || !reflect.DeepEqual(start.Attributes, map[string]string{"b": "2"}) {
		t.Errorf("%v, %v", start.Attributes, err)
	}
}

func TestFirstViolationInTheTableIsTold(t *testing.T) {
	t.Parallel()
	op := wire.Lookup(wire.Participant, "SendMessage")
	wantInvalid(t, decodeBody(op, `{"ClientToken":1,"Content":"","ContentType":2}`, &wire.SendMessageRequest{}), "ContentType")
	wantInvalid(t, decodeBody(op, `{"ClientToken":1,"Content":"","ContentType":"text/plain"}`, &wire.SendMessageRequest{}), "Content")
	for range 20 { // maps too
		err := decodeBody(wire.Lookup(wire.Connect, "UpdateContactAttributes"), `{"InitialContactId":"c","InstanceId":"i","Attributes":{"z":1,"a":1,"m":1}}`, &struct{}{})
		if err == nil || !strings.Contains(err.Error(), `"a"`) {
			t.Fatal(err)
		}
	}
}

func TestSegmentValueNestedTooDeepIsRefusedNotDropped(t *testing.T) {
	t.Parallel()
	deep := map[string]any{"a": map[string]any{"ValueMap": map[string]any{"b": map[string]any{"ValueMap": map[string]any{"c": map[string]any{"ValueString": "x"}}}}}}
	_, err := sample{op: wire.Lookup(wire.Connect, "StartChatContact"), target: "SegmentAttributes", value: deep}.decode(t)
	wantInvalid(t, err, "SegmentAttributes{value}.ValueMap{value}")
}

// A full ARN comes as one escaped segment, and reaches the struct decoded.
func TestPathOfAnARNThroughServeMux(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:connect:eu-central-1:000000000000:instance/11111111-2222-3333-4444-555555555555"
	op := wire.Lookup(wire.Connect, "CreatePersistentContactAssociation")
	var got wire.CreatePersistentContactAssociationRequest
	mux := http.NewServeMux()
	mux.HandleFunc(op.Method+" "+op.Path, func(_ http.ResponseWriter, r *http.Request) {
		body := `{"RehydrationType":"FROM_SEGMENT","SourceContactId":"s","InitialContactId":"other"}`
		if err := wire.Decode(op, r, []byte(body), &got); err != nil {
			t.Error(err)
		}
	})
	path := "/contact/persistent-contact-association/arn%3Aaws%3Aconnect%3Aeu-central-1%3A000000000000%3Ainstance%2F11111111-2222-3333-4444-555555555555/c%201"
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(op.Method, path, bytes.NewReader(nil)))
	if got.InstanceId != arn || got.InitialContactId != "c 1" || wire.ResourceID(got.InstanceId) != "11111111-2222-3333-4444-555555555555" {
		t.Errorf("%+v", got)
	}
	if wire.ResourceID("a/b") != "a/b" {
		t.Error("an id that is no ARN was cut")
	}
}

func FuzzDecode(f *testing.F) {
	for i := range wire.Operations() {
		f.Add(uint8(i), []byte(`{"StartPosition":{},"Attributes":{"a":null}}`), "c")
		f.Add(uint8(i), []byte(`{"Type":["WEBSOCKET"],"ContentType":"text/plain","Content":"é"}`), "1")
	}
	f.Fuzz(func(t *testing.T, n uint8, body []byte, text string) {
		op := wire.Operations()[int(n)%len(wire.Operations())]
		r := httptest.NewRequest(op.Method, "/", nil)
		for _, field := range op.Fields {
			if field.In == wire.InPath {
				r.SetPathValue(field.Name, text)
			}
		}
		r.URL.RawQuery = "contactId=" + text + "&maxResults=" + text
		r.Header.Set(wire.BearerHeader, text)
		if err := wire.Decode(op, r, body, requestFor(op)); err != nil && perch.KindOf(err) != perch.Invalid {
			t.Error(err)
		}
	})
}
