package serve_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/api"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/token"
)

// town is a server with two instances, in each of which the same goes on.
type town struct {
	*house
	here, there *site
	sealer      *token.Sealer // with the server's own keys, for tokens that time would make
}

// site is one instance, and what goes on in it.
type site struct {
	town           *town
	instance, flow string
	keys           map[catalog.Scope]aws.Credentials
	logins         []catalog.Login
	workers        [2]worker
	supervisor     worker
	admin          worker
	found          map[string]string                  // see once
	passwords      map[catalog.SecurityProfile]string // of the latter two
	chats          [2]talk                            // each with an agent of its own
	module         string                             // id of a flow module that has a version
	alias          string                             // id of the alias of that version
	versionedFlow  string                             // id of a flow that has a version
	settings       map[string]string                  // ids of settings, by the row that names them
	files          map[string]string                  // a file attached to each contact, by its id
	storage        string                             // id of the association of the place for attachments
	view           string                             // id of a view that has a version
	ended          talk                               // over, and not to be read by anybody in it
}

// hire adds a supervisor who serves the agents' queues, and an administrator.
func (s *site) hire(ctx context.Context, d *serve.Desk) {
	w := s.town
	all, err := d.RoutingProfiles(ctx, perch.InstanceID(s.instance))
	w.must(err)
	s.passwords = map[catalog.SecurityProfile]string{}
	for _, as := range []catalog.SecurityProfile{catalog.Supervisor, catalog.Admin} {
		_, s.passwords[as], err = d.CreateUser(ctx, perch.InstanceID(s.instance), catalog.User{Username: string(as), DisplayName: string(as),
			RoutingProfile: all[0].ID, SecurityProfile: as})
		w.must(err)
	}
}

// signIn signs in somebody who works here.
func (s *site) signIn(username, password string) worker {
	s.town.t.Helper()
	var out struct {
		AgentToken string
		User       struct{ Id string }
	}
	s.town.plain("POST", "/agent/login", nil, object{"Username": username, "Password": password, "InstanceId": s.instance}).into(s.town.t, &out)
	return worker{out.User.Id, out.AgentToken}
}

// worker is an agent who has signed in.
type worker struct{ id, bearer string }

// talk is a chat, and what lets somebody into it.
type talk struct {
	contact         string
	customer, agent party
}

// party is one side of a chat. Credentials is a connection token.
type party struct{ id, token, credentials string }

// inTown runs a test with two instances on a clock that the test moves.
func inTown(t *testing.T, tell func(*testing.T, *town), change ...func(*serve.Options)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &town{house: &house{t: t, dir: disk.Dir(t), bell: &bell{}}}
		w.open(change...)
		t.Cleanup(func() { w.stop() })
		tell(t, w)
	})
}

// open founds the first instance, makes another, and lets chats begin in both.
func (w *town) open(change ...func(*serve.Options)) {
	w.t.Helper()
	w.serveWith(func(o *serve.Options) {})
	w.here = &site{town: w, instance: string(w.started.InstanceID), flow: string(w.started.ContactFlowID), logins: w.started.Agents}
	w.stop()
	w.must(serve.Settle(w.t.Context(), w.options(), func(ctx context.Context, d *serve.Desk) error {
		f, err := d.CreateInstance(ctx, "there")
		w.must(err)
		w.there = &site{town: w, instance: string(f.InstanceID), flow: string(f.ContactFlowID), logins: f.Agents}
		for _, s := range []*site{w.here, w.there} {
			s.hire(ctx, d)
			s.keys = map[catalog.Scope]aws.Credentials{}
			for _, scope := range []catalog.Scope{catalog.StartScope, catalog.ReadScope, catalog.AdminScope} {
				i, err := d.InstanceNamed(ctx, s.instance)
				w.must(err)
				k, err := d.CreateKey(ctx, i.ID, scope)
				w.must(err)
				s.keys[scope] = aws.Credentials{AccessKeyID: k.ID, SecretAccessKey: k.Secret}
			}
		}
		return nil
	}))
	w.serveWith(change...)
	data, err := os.ReadFile(filepath.Join(w.dir, "secrets.json"))
	w.must(err)
	var secrets catalog.Secrets
	w.must(json.Unmarshal(data, &secrets))
	w.sealer, err = token.New(secrets.TokenKeys...)
	w.must(err)
	for _, s := range []*site{w.here, w.there} {
		s.populate()
	}
}

func (w *town) options() serve.Options {
	return serve.Options{Dir: w.dir, PublicURL: "http://127.0.0.1:8080", Region: "us-east-1", Account: "000000000000",
		Bus: w.bell, SignIn: withLogin(), PasswordCost: staff.Cost{Memory: 8, Passes: 1, Threads: 1},
		Outside: outside.Options{Functions: []outside.Function{{Name: "processor", Place: outside.Place{URL: "http://processor.invalid"}}},
			Dial: func(context.Context, string, string) (net.Conn, error) { return nil, outside.ErrRefused }}}
}

func (w *town) serveWith(change ...func(*serve.Options)) {
	w.t.Helper()
	o := w.options()
	for _, f := range change {
		f(&o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, over := make(chan serve.Started, 1), make(chan error, 1)
	go func() { over <- serve.Run(ctx, o, func(s serve.Started) { ready <- s }) }()
	select {
	case w.started = <-ready:
	case err := <-over:
		w.t.Fatal("the server did not start:", err)
	}
	w.stop = func() {
		w.stop = func() {}
		cancel()
		if err := <-over; err != nil {
			w.t.Error("the server stopped with", err)
		}
	}
	synctest.Wait()
}

// rights are the rows of the policy, by action.
func (w *town) rights() map[string]api.Right {
	out := map[string]api.Right{}
	for _, r := range w.started.Handler.(*api.Server).Rights() {
		out[r.Action] = r
	}
	return out
}

// populate lets chats begin, each accepted by another agent, and one that ends.
func (s *site) populate() {
	w := s.town
	w.t.Helper()
	s.makeVersions()
	s.storage = s.placeFiles()
	s.view = s.makeView()
	s.makeSettings()
	for i, l := range s.logins {
		s.workers[i] = s.signIn(l.Username, l.Password)
	}
	s.supervisor, s.admin = s.signIn(string(catalog.Supervisor), s.passwords[catalog.Supervisor]), s.signIn(string(catalog.Admin), s.passwords[catalog.Admin])
	s.ended = s.accepted(0)
	s.attached(s.ended)
	s.end(s.ended)
	s.work(0, "POST", "contacts/"+s.ended.contact+"/clear", nil)
	for i := range s.chats {
		s.chats[i] = s.accepted(i)
		s.attached(s.chats[i])
	}
}

// accepted is a new chat that an agent has taken, and nobody else could.
func (s *site) accepted(agent int) talk {
	w := s.town
	w.t.Helper()
	s.work(agent, "PUT", "status", object{"Status": "Available"})
	c := s.begin(nil)
	var out struct{ ParticipantId, ParticipantToken string }
	s.work(agent, "POST", "contacts/"+c.contact+"/accept", nil).into(w.t, &out)
	c.agent = w.connect(party{id: out.ParticipantId, token: out.ParticipantToken})
	s.work(agent, "PUT", "status", object{"Status": "Offline"})
	return c
}

// begin starts a chat, whose customer connects and says something.
func (s *site) begin(more object) talk {
	w := s.town
	w.t.Helper()
	body := object{"InstanceId": s.instance, "ContactFlowId": s.flow, "ParticipantDetails": object{"DisplayName": "Ada"}}
	for k, v := range more {
		body[k] = v
	}
	var out struct{ ContactId, ParticipantId, ParticipantToken string }
	w.signedBy(s.keys[catalog.AdminScope], "PUT", "/contact/chat", body).into(w.t, &out)
	c := talk{contact: out.ContactId, customer: w.connect(party{id: out.ParticipantId, token: out.ParticipantToken})}
	w.say(c.customer, "hello")
	synctest.Wait()
	return c
}

func (s *site) end(c talk) {
	s.town.t.Helper()
	s.town.signedBy(s.keys[catalog.AdminScope], "POST", "/contact/stop",
		object{"InstanceId": s.instance, "ContactId": c.contact}).into(s.town.t, &struct{}{})
	synctest.Wait()
}

// work calls the agents' API.
func (s *site) work(agent int, method, path string, body any) reply {
	s.town.t.Helper()
	r := s.town.plain(method, "/agent/"+path, http.Header{"Authorization": {"Bearer " + s.workers[agent].bearer}}, body)
	synctest.Wait()
	return r
}

func (w *town) connect(p party) party {
	w.t.Helper()
	var out struct {
		ConnectionCredentials struct{ ConnectionToken string }
	}
	w.plain("POST", "/participant/connection", http.Header{"X-Amz-Bearer": {p.token}},
		object{"Type": []string{"CONNECTION_CREDENTIALS"}, "ConnectParticipant": true}).into(w.t, &out)
	p.credentials = out.ConnectionCredentials.ConnectionToken
	return p
}

func (w *town) say(p party, text string) {
	w.t.Helper()
	w.plain("POST", "/participant/message", http.Header{"X-Amz-Bearer": {p.credentials}},
		object{"ContentType": "text/plain", "Content": text}).into(w.t, &struct{}{})
}

// plain sends a request that nobody signed.
func (w *town) plain(method, path string, header http.Header, body any) reply {
	w.t.Helper()
	r := httptest.NewRequest(method, path, bytes.NewReader(encode(w.t, body)))
	for name, values := range header {
		r.Header[name] = values
	}
	return w.take(r)
}

// signedBy sends a request as an SDK signs it.
func (w *town) signedBy(by aws.Credentials, method, path string, body any) reply {
	w.t.Helper()
	data := encode(w.t, body)
	r := httptest.NewRequest(method, path, bytes.NewReader(data))
	w.sign(r, data, by, "connect", time.Now())
	return w.take(r)
}

func (w *town) sign(r *http.Request, body []byte, by aws.Credentials, service string, at time.Time) {
	w.t.Helper()
	sum := sha256.Sum256(body)
	w.must(v4.NewSigner().SignHTTP(w.t.Context(), by, r, hex.EncodeToString(sum[:]), service, "us-east-1", at))
}

// take hands a request to the server. Whatever is asked, the server must not fail.
func (w *town) take(r *http.Request) reply {
	w.t.Helper()
	out := httptest.NewRecorder()
	w.started.Handler.ServeHTTP(out, r)
	got := reply{out.Code, out.Header().Get("X-Amzn-ErrorType"), out.Body.String()}
	if got.status >= 500 {
		w.t.Errorf("%s %s answers %d %s: %s", r.Method, r.URL, got.status, got.fault, got.body)
	}
	return got
}

// viewToken is what a message of a view would hold.
func (s *site) viewToken() string {
	t, err := s.town.sealer.Seal(token.KindView, token.View{Instance: s.instance, View: "form:1"})
	s.town.must(err)
	return t
}

// signedBy calls an operation with the site's key of scope admin.
func (s *site) signedBy(method, path string, body any) reply {
	s.town.t.Helper()
	return s.town.signedBy(s.keys[catalog.AdminScope], method, path, body)
}

// placeFiles sets where attachments go, and returns the association's id.
func (s *site) placeFiles() string {
	s.town.t.Helper()
	var out struct{ AssociationId string }
	s.signedBy("PUT", "/instance/"+s.instance+"/storage-config", object{"ResourceType": "ATTACHMENTS", "StorageConfig": object{"StorageType": "S3",
		"S3Config": object{"BucketName": "perch", "BucketPrefix": "p"}}}).into(s.town.t, &out)
	return out.AssociationId
}
