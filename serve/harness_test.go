package serve_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/storetest"
	"github.com/perch-chat/perch/token"
)

// disk has the directories of this binary's tests.
var disk storetest.Disk

// story runs a test with a whole server on a clock that the test moves.
func story(t *testing.T, tell func(*testing.T, *house), change ...func(*serve.Options)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t, dir: disk.Dir(t), bell: &bell{}, change: change}
		h.start()
		t.Cleanup(func() {
			h.stop()
			checkFiles(t, h.dir)
		})
		tell(t, h)
	})
}

// elapse moves the clock on, and waits until everybody has done what there is
// to do by then.
func elapse(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// house is a server on a data directory, started and stopped at will: one in a
// bubble, or a process of its own.
type house struct {
	t       *testing.T
	dir     string
	bell    *bell // of one in a bubble
	started serve.Started
	stop    func()
	change  []func(*serve.Options)
	client  *http.Client // of a process of its own
}

// do sends a request to wherever the server is.
func (h *house) do(r *http.Request) (*http.Response, error) {
	if h.client != nil {
		return h.client.Do(r)
	}
	w := httptest.NewRecorder()
	h.started.Handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// settle waits until the server has done what there is to do, if it is in a
// bubble: a process is on a clock of its own.
func (h *house) settle() {
	if h.client == nil {
		synctest.Wait()
	}
}

// bell is the memory bus, which can be kept from telling of work that is due:
// it is then found with the next reading, up to half a minute late.
type bell struct {
	bus.Memory
	deaf atomic.Bool
}

func (b *bell) Ring(topic string, at int64, payload any) {
	if topic != "due" || !b.deaf.Load() {
		b.Memory.Ring(topic, at, payload)
	}
}

func (h *house) start() {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, over := make(chan serve.Started, 1), make(chan error, 1)
	o := serve.Options{Dir: h.dir, PublicURL: "http://127.0.0.1:8080", Region: "us-east-1", Account: "000000000000",
		Bus: h.bell, PasswordCost: staff.Cost{Memory: 8, Passes: 1, Threads: 1}}
	for _, f := range h.change {
		f(&o)
	}
	go func() { over <- serve.Run(ctx, o, func(s serve.Started) { ready <- s }) }()
	select {
	case h.started = <-ready:
	case err := <-over:
		h.t.Fatal("the server did not start:", err)
	}
	h.stop = func() {
		h.stop = func() {}
		cancel()
		if err := <-over; err != nil {
			h.t.Error("the server stopped with", err)
		}
	}
	synctest.Wait()
}

// pass lets a long time pass, for most of which the server is down: one that is
// up looks at its clock every second, which takes a while.
func (h *house) pass(d time.Duration) {
	h.t.Helper()
	const up = 2 * time.Minute
	if d > up {
		h.stop()
		elapse(d - up)
		h.start()
	}
	elapse(min(d, up))
}

// furnish changes settings while the server is down: nothing changes them over
// the network yet.
func (h *house) furnish(change func(ctx context.Context, c *catalog.Catalog) error) {
	h.t.Helper()
	h.stop()
	ctx, cancel := context.WithCancel(context.Background())
	st, err := store.Open(ctx, store.Options{Dir: h.dir})
	h.must(err)
	over := make(chan error, 1)
	go func() { over <- st.Run(ctx) }()
	secrets, err := catalog.OpenSecrets(ctx, st, h.dir, rand.Reader)
	h.must(err)
	sealer, err := token.New(secrets.TokenKeys...)
	h.must(err)
	h.must(change(ctx, catalog.New(catalog.Options{Store: st, Sealer: sealer, Rand: rand.Reader})))
	cancel()
	h.must(<-over)
	h.must(st.Close())
	h.start()
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// reply is an answer whose body is JSON.
type reply struct {
	status int
	fault  string
	body   string
}

func (r reply) into(t *testing.T, v any) {
	t.Helper()
	if r.status != http.StatusOK {
		t.Fatalf("the answer is %d %s: %s", r.status, r.fault, r.body)
	}
	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
}

// serve sends a request; an answer of status 0 is none.
func (h *house) serve(r *http.Request) reply {
	res, err := h.do(r)
	if err != nil {
		return reply{fault: err.Error()}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{fault: err.Error()}
	}
	return reply{res.StatusCode, res.Header.Get("X-Amzn-ErrorType"), string(body)}
}

func (h *house) request(method, path string, data []byte) *http.Request {
	h.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, h.started.Endpoint+path, bytes.NewReader(data))
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// raw is a body that is sent as it stands.
type raw string

func encode(t *testing.T, body any) []byte {
	t.Helper()
	if body == nil {
		return nil
	}
	if text, ok := body.(raw); ok {
		return []byte(text)
	}
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// signed calls an operation of the Connect API, signed as an SDK signs it.
func (h *house) signed(method, path string, body any) reply {
	h.t.Helper()
	return h.signedBy(aws.Credentials{AccessKeyID: h.started.AccessKeyID, SecretAccessKey: h.started.SecretAccessKey}, method, path, body)
}

func (h *house) signedBy(credentials aws.Credentials, method, path string, body any) reply {
	h.t.Helper()
	data := encode(h.t, body)
	r := h.request(method, path, data)
	sum := sha256.Sum256(data)
	h.must(v4.NewSigner().SignHTTP(h.t.Context(), credentials, r, hex.EncodeToString(sum[:]), "connect", "us-east-1", time.Now()))
	return h.serve(r)
}

// borne calls with a header that says who calls.
func (h *house) borne(method, path, header, value string, body any) reply {
	h.t.Helper()
	r := h.request(method, path, encode(h.t, body))
	r.Header.Set(header, value)
	return h.serve(r)
}

// object is a JSON object to be sent.
type object = map[string]any

// person is somebody in a chat.
type person struct {
	h                               *house
	contact, id, token, credentials string
}

// begin starts a chat by the Connect API; more are members of the request.
func (h *house) begin(more object) *person {
	h.t.Helper()
	body := object{"InstanceId": h.started.InstanceID, "ContactFlowId": h.started.ContactFlowID,
		"ParticipantDetails": object{"DisplayName": "Ada"}}
	for k, v := range more {
		body[k] = v
	}
	var out struct{ ContactId, ParticipantId, ParticipantToken string }
	h.signed("PUT", "/contact/chat", body).into(h.t, &out)
	return &person{h: h, contact: out.ContactId, id: out.ParticipantId, token: out.ParticipantToken}
}

// open starts a chat whose customer has connected and whose flow has run as far
// as it does by itself.
func (h *house) open(more object) *person {
	h.t.Helper()
	p := h.begin(more)
	p.connect()
	h.settle()
	return p
}

func (p *person) connect() {
	p.h.t.Helper()
	var out struct {
		ConnectionCredentials struct{ ConnectionToken string }
	}
	p.h.borne("POST", "/participant/connection", "X-Amz-Bearer", p.token,
		object{"Type": []string{"CONNECTION_CREDENTIALS"}, "ConnectParticipant": true}).into(p.h.t, &out)
	p.credentials = out.ConnectionCredentials.ConnectionToken
}

func (p *person) call(operation string, body object) reply {
	p.h.t.Helper()
	return p.h.borne("POST", "/participant/"+operation, "X-Amz-Bearer", p.credentials, body)
}

func (p *person) say(text string) {
	p.h.t.Helper()
	if r := p.call("message", object{"ContentType": "text/plain", "Content": text}); r.status != http.StatusOK {
		p.h.t.Fatalf("saying %q: %d %s", text, r.status, r.body)
	}
}

// item is a line of a transcript.
type item struct {
	AbsoluteTime, Content, ContentType, Id, Type, ParticipantRole, DisplayName, ContactId, RelatedContactId string
}

// String is what somebody who looks at a transcript would tell the item by.
func (i item) String() string {
	if i.Type == "MESSAGE" {
		return i.ParticipantRole + ": " + i.Content
	}
	return strings.TrimSpace(i.DisplayName + " " + strings.TrimPrefix(i.ContentType, "application/vnd.amazonaws.connect.event."))
}

// transcript is all that a participant can read, oldest first.
func (p *person) transcript() (items []item) {
	p.h.t.Helper()
	next := ""
	for {
		body := object{"MaxResults": 100, "ScanDirection": "BACKWARD", "SortOrder": "DESCENDING"}
		if next != "" {
			body["NextToken"] = next
		}
		var page struct {
			Transcript []item
			NextToken  string
		}
		p.call("transcript", body).into(p.h.t, &page)
		items = append(items, page.Transcript...)
		if next = page.NextToken; next == "" {
			slices.Reverse(items)
			return items
		}
	}
}

// told is a transcript as lines.
func (p *person) told() []string {
	p.h.t.Helper()
	var lines []string
	for _, i := range p.transcript() {
		lines = append(lines, i.String())
	}
	return lines
}

// past is the transcript of a chat that has ended, which only a chat that
// continues it can read.
func (h *house) past(contact string) (lines []string) {
	h.t.Helper()
	reader := h.begin(object{"PersistentChat": object{"SourceContactId": contact, "RehydrationType": "ENTIRE_PAST_SESSION"}})
	reader.connect()
	for _, i := range reader.transcript() {
		if i.RelatedContactId != "" {
			lines = append(lines, i.String())
		}
	}
	h.signed("POST", "/contact/stop", object{"InstanceId": h.started.InstanceID, "ContactId": reader.contact}).into(h.t, &struct{}{})
	h.settle()
	return lines
}

// record is a contact as DescribeContact shows it.
type record struct {
	PreviousContactId, InitialContactId, InitiationMethod, DisconnectReason string
	Recordings                                                              []struct {
		StorageType, Location, MediaStreamType, Status string
		StartTimestamp, StopTimestamp                  float64
	}
	InitiationTimestamp, DisconnectTimestamp, ConnectedToSystemTimestamp float64
	QueueInfo                                                            struct {
		Id               string
		EnqueueTimestamp float64
	}
	AgentInfo struct {
		Id                                                           string
		AcceptedByAgentTimestamp                                     float64
		AfterContactWorkStartTimestamp, AfterContactWorkEndTimestamp float64
		AfterContactWorkDuration                                     *int
	}
}

func (h *house) describe(contact string) record {
	h.t.Helper()
	var out struct{ Contact record }
	h.signed("GET", fmt.Sprintf("/contacts/%s/%s", h.started.InstanceID, contact), nil).into(h.t, &out)
	return out.Contact
}

// seconds is a time as the Connect API writes it.
func seconds(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }

// next is the contact that follows another in its chain.
func (h *house) next(contact string) string {
	h.t.Helper()
	var out struct {
		ContactSummaryList []struct{ ContactId, PreviousContactId string }
	}
	h.signed("GET", fmt.Sprintf("/contact/associated/%s?contactId=%s", h.started.InstanceID, contact), nil).into(h.t, &out)
	for _, c := range out.ContactSummaryList {
		if c.PreviousContactId == contact {
			return c.ContactId
		}
	}
	h.t.Fatalf("no contact follows %s", contact)
	return ""
}

// agent is somebody who works here, signed in.
type agent struct {
	h      *house
	id     string
	name   string
	bearer string
}

// agent signs in the first or the second agent.
func (h *house) agent(n int) *agent {
	h.t.Helper()
	login := h.started.Agents[n-1]
	var out struct {
		AgentToken string
		User       struct{ Id, DisplayName string }
	}
	h.borne("POST", "/agent/login", "X-Test", "", object{"Username": login.Username, "Password": login.Password}).into(h.t, &out)
	return &agent{h: h, id: out.User.Id, name: out.User.DisplayName, bearer: "Bearer " + out.AgentToken}
}

// available signs in an agent who takes contacts from now on.
func (h *house) available(n int) *agent {
	h.t.Helper()
	a := h.agent(n)
	a.status("Available")
	return a
}

func (a *agent) call(method, path string, body any) reply {
	a.h.t.Helper()
	r := a.h.borne(method, "/agent/"+path, "Authorization", a.bearer, body)
	a.h.settle()
	return r
}

func (a *agent) status(name string) {
	a.h.t.Helper()
	a.call("PUT", "status", object{"Status": name}).into(a.h.t, &struct{}{})
}

// work is a row of what an agent has to do with.
type work struct {
	ContactId, InitialContactId, State, StateStartTimestamp, OfferExpiry, InitiationMethod string
	Queue                                                                                  *struct{ Id, Name string }
	Notes                                                                                  int
	Disposition                                                                            *struct{ Code, Text, Timestamp string }
}

func (a *agent) contacts() []work {
	a.h.t.Helper()
	var out struct{ Contacts []work }
	a.call("GET", "contacts", nil).into(a.h.t, &out)
	return out.Contacts
}

// state is where the agent stands with a contact; empty where nowhere.
func (a *agent) state(contact string) string {
	a.h.t.Helper()
	for _, w := range a.contacts() {
		if w.ContactId == contact {
			return w.State
		}
	}
	return ""
}

func (a *agent) on(contact, verb string, body any) reply {
	a.h.t.Helper()
	return a.call("POST", "contacts/"+contact+"/"+verb, body)
}

// does what must succeed.
func (a *agent) does(verb, contact string) {
	a.h.t.Helper()
	a.on(contact, verb, nil).into(a.h.t, &struct{}{})
}

// accept takes an offered contact and connects to the chat.
func (a *agent) accept(contact string) *person {
	a.h.t.Helper()
	var out struct{ ContactId, ParticipantId, ParticipantToken string }
	a.on(contact, "accept", nil).into(a.h.t, &out)
	p := &person{h: a.h, contact: out.ContactId, id: out.ParticipantId, token: out.ParticipantToken}
	p.connect()
	a.h.settle()
	return p
}

// transfer hands a contact over by the quick connect of a name.
func (a *agent) transfer(contact, to string) (next string) {
	a.h.t.Helper()
	var me struct {
		QuickConnects []struct{ Id, Name string }
	}
	a.call("GET", "me", nil).into(a.h.t, &me)
	for _, q := range me.QuickConnects {
		if q.Name == to {
			var out struct{ ContactId string }
			a.on(contact, "transfer", object{"QuickConnectId": q.Id}).into(a.h.t, &out)
			return out.ContactId
		}
	}
	a.h.t.Fatalf("%s has no quick connect %q", a.name, to)
	return ""
}

func wantState(t *testing.T, a *agent, contact, want string) {
	t.Helper()
	if got := a.state(contact); got != want {
		t.Errorf("%s has the contact as %q, want %q", a.name, got, want)
	}
}

func wantReason(t *testing.T, h *house, contact, want string) {
	t.Helper()
	if got := h.describe(contact).DisconnectReason; got != want {
		t.Errorf("the contact has the reason %q, want %q", got, want)
	}
}

// count is how many lines hold a text.
func count(lines []string, text string) (n int) {
	for _, l := range lines {
		if strings.Contains(l, text) {
			n++
		}
	}
	return n
}
