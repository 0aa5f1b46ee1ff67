package serve_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// foreign is what every row that holds an id of ours may be given by somebody
// whose it is not. A new row of the kind fails the test below until it is put here,
// or among those that hold other people's ids.
func (w *town) foreign(op *wire.Operation, row string) (id string, ours, listed bool) {
	c := w.there.chats[0]
	switch row[strings.LastIndexByte(row, '.')+1:] {
	case "InstanceId":
		return w.there.instance, true, true
	case "ContactFlowModuleId":
		return w.there.module, true, true
	case "AssociationId":
		if op.Name == "DisassociateSecurityKey" { // perch chooses it
			return "", false, true
		}
		if row != "AssociationId" {
			return "", false, true // of what is associated: perch chooses it
		}
		return w.there.storage, true, true
	case "FileId", "AttachmentId":
		return w.there.files[c.contact], true, true
	case "KeyId":
		return "", false, true
	case "ViewId":
		return w.there.view, true, true
	case "SessionId":
		return w.there.awaited(), true, true
	case "AliasId":
		return w.there.alias, true, true
	case "ContactFlowId":
		return w.there.flow, true, true
	case "ContactId", "InitialContactId":
		return c.contact, true, true
	case "SourceContactId", "RelatedContactId":
		return w.there.ended.contact, true, true
	case "UserId":
		return w.there.workers[0].id, true, true
	case "AgentIds[]", "QueueIds[]": // what others have is found by nobody, and nobody is told
		return "", false, true
	case "AgentStatusId": // a name, or an id of ours, and every instance has the same
		return "", false, true
	case "QueueId", "HoursOfOperationId", "HoursOfOperationOverrideId", "RoutingProfileId", "SecurityProfileId", "QuickConnectId":
		return w.there.settings[row[strings.LastIndexByte(row, '.')+1:]], true, true
	case "DefaultOutboundQueueId":
		return w.there.settings["QueueId"], true, true
	case "HierarchyGroupId", "DirectoryId": // there are none
		return "", false, true
	case "OutboundCallerIdNumberId", "OutboundFlowId": // of calls; kept as they are
		return "", false, true
	case "CustomerId", "KnowledgeBaseId", "MessageTemplateId":
		return "", false, true
	case "Id":
		switch {
		case row == "QueueInfo.Id":
			return w.there.queue(), true, true
		case op.Name == "SearchContacts": // of AI agents, and there are none
			return "", false, true
		case op.Name == "GetTranscript":
			return w.message(c.customer), true, true
		}
	}
	return "", false, false
}

// queue is the id of an instance's queue.
func (s *site) queue() string {
	s.town.t.Helper()
	var me struct {
		RoutingProfile struct{ Queues []struct{ Id string } }
	}
	s.work(0, "GET", "me", nil).into(s.town.t, &me)
	return me.RoutingProfile.Queues[0].Id
}

// message is the id of the last item of a transcript.
func (w *town) message(p party) string {
	w.t.Helper()
	var page struct{ Transcript []struct{ Id string } }
	w.plain("POST", "/participant/transcript", http.Header{wire.BearerHeader: {p.credentials}}, object{}).into(w.t, &page)
	return page.Transcript[0].Id
}

// ids are the rows of an operation that hold an id.
func ids(op *wire.Operation) []wire.Field {
	var out []wire.Field
	for _, f := range op.Fields {
		member := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
		if f.Type == wire.String && (strings.HasSuffix(member, "Id") || strings.HasSuffix(member, "Id[]") || member == "Ids[]") {
			out = append(out, f)
		}
	}
	return out
}

// A stranger's id and one that never was are answered alike, byte by byte: who
// asks learns nothing of what others have.
func TestForeignAndRandomIDsAreToldApartByNothing(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.there.awaited() // is made when it is first asked for
		before, tried := w.snapshot(w.there), 0
		for _, op := range wire.Operations() {
			for _, f := range ids(op) {
				id, ours, listed := w.foreign(op, f.Name)
				if !listed {
					t.Errorf("%s of %s looks like an id: say in foreign what a stranger's is", f.Name, op.Name)
				}
				if !ours {
					continue
				}
				tried++
				var answers []reply
				known := w.here.known(op, w.here.chats[0])
				others := []string{id, newID(w), "x"}
				if f.Min == len(id) { // any other length is another mistake
					others = others[:2]
				}
				for _, given := range others {
					answers = append(answers, w.send(w.here.about(op, known, f.Name, given)))
				}
				for _, got := range answers {
					if got != answers[0] {
						t.Errorf("%s, %s: a stranger's is answered\n%+v\none that never was\n%+v", op.Name, f.Name, answers[0], got)
					}
					declared := slices.ContainsFunc(op.Errors, func(s wire.Shape) bool { return s.Name == got.fault && s.Status == got.status })
					if !declared || got.status >= 500 {
						t.Errorf("%s, %s of a stranger: %d %s %s", op.Name, f.Name, got.status, got.fault, got.body)
					}
				}
			}
		}
		if tried < 20 {
			t.Errorf("only %d rows hold ids", tried)
		}
		w.unchanged(w.there, before)
	})
}

// who is a caller of the matrix: what it shows, and which kind of the policy's
// that makes it; empty where it makes it nothing, with the fault that tells so.
type who struct {
	name  string
	kind  string
	fault string // of Amazon's; status 403
	show  func(*ask)
}

// connectCallers are all who might call the Connect API.
func (w *town) connectCallers() []who {
	signed := func(s *site, scope catalog.Scope) func(*ask) {
		return func(a *ask) { a.by = s.keys[scope] }
	}
	bearing := func(name, value string) func(*ask) {
		return func(a *ask) { a.unsigned = true; a.header.Set(name, value) }
	}
	return []who{
		{"start key", "start", "", signed(w.here, catalog.StartScope)},
		{"read key", "read", "", signed(w.here, catalog.ReadScope)},
		{"admin key", "admin", "", signed(w.here, catalog.AdminScope)},
		{"nobody", "", "MissingAuthenticationToken", func(a *ask) { a.unsigned = true }},
		{"wrong secret", "", "InvalidSignatureException", func(a *ask) { a.by.SecretAccessKey = "x" }},
		{"unknown key", "", "UnrecognizedClientException", func(a *ask) { a.by.AccessKeyID = "PERCHX" }},
		{"expired", "", "InvalidSignatureException", func(a *ask) { a.late = time.Hour }},
		{"customer", "", "MissingAuthenticationToken", bearing(wire.BearerHeader, w.here.chats[0].customer.credentials)},
		{"agent in the chat", "", "MissingAuthenticationToken", bearing(wire.BearerHeader, w.here.chats[0].agent.credentials)},
		{"agent user", "agent user", "", bearing("Authorization", "Bearer "+w.here.workers[0].bearer)},
		{"supervisor user", "supervisor user", "", bearing("Authorization", "Bearer "+w.here.supervisor.bearer)},
		{"admin user", "admin user", "", bearing("Authorization", "Bearer "+w.here.admin.bearer)},
		{"forged bearer", "", "UnrecognizedClientException", bearing("Authorization", "Bearer "+w.here.admin.bearer+"A")},
		{"other instance's agent user", "agent user", "", bearing("Authorization", "Bearer "+w.there.workers[0].bearer)},
		{"other instance's admin user", "admin user", "", bearing("Authorization", "Bearer "+w.there.admin.bearer)},
		{"other instance's start key", "start", "", signed(w.there, catalog.StartScope)},
		{"other instance's read key", "read", "", signed(w.there, catalog.ReadScope)},
		{"other instance's admin key", "admin", "", signed(w.there, catalog.AdminScope)},
	}
}

// The Connect API: every operation by every caller about one's own chat, a
// stranger's and one that never was. What the policy does not allow is refused
// before anything of the request is looked at.
func TestConnectOperationsAreForWhomThePolicyNames(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		rights, before := w.rights(), w.snapshot(w.there)
		for _, op := range wire.Operations() {
			if op.Service != wire.Connect {
				continue
			}
			named := slices.ContainsFunc(op.Fields, func(f wire.Field) bool {
				return f.Required && (f.Name == "ContactId" || f.Name == "InitialContactId" || f.Name == "AssociatedResourceArn")
			})
			known := map[string]map[string]any{} // by whose chat; what is refused leaves it there
			for _, by := range w.connectCallers() {
				may := slices.Contains(rights[action(op)].Callers, by.kind)
				taken := may && !strings.HasPrefix(by.name, "other")
				chats := map[string]talk{"own": w.here.chats[0]}
				if named { // otherwise it makes no difference which chat there is
					chats["a stranger's"], chats["a random"] = w.there.chats[0], talk{contact: newID(w)}
					if taken {
						chats["own"] = w.here.begin(nil) // some operations end it
					}
				}
				for whose, c := range chats {
					if taken || known[whose] == nil {
						known[whose] = w.here.known(op, c)
					}
					a := w.here.about(op, known[whose], "", nil)
					if taken {
						delete(known, whose)
					}
					by.show(&a)
					got := w.send(a)
					cell := fmt.Sprintf("%s by %s about %s chat", op.Name, by.name, whose)
					switch {
					case by.kind == "":
						wantRefusal(t, cell, got, http.StatusForbidden, by.fault)
					case !may:
						wantRefusal(t, cell, got, http.StatusForbidden, "AccessDeniedException")
						if !strings.HasSuffix(by.kind, " user") && !strings.Contains(got.message(), "scope") {
							t.Errorf("%s: %s does not say which scope it takes", cell, got.message())
						}
					case op.Name == "CreateInstance" && strings.HasPrefix(by.name, "other"):
						wantRefusal(t, cell, got, http.StatusBadRequest, "InvalidRequestException")
					case op.Name == "ListInstances": // shows everybody their own
						if got.status != http.StatusOK || strings.Contains(got.body, w.here.instance) == strings.HasPrefix(by.name, "other") {
							t.Errorf("%s: %d %s", cell, got.status, got.body)
						}
					case !op.Declares(wire.ResourceNotFound) && (strings.HasPrefix(by.name, "other instance's") || named && whose != "own"):
						wantRefusal(t, cell, got, http.StatusBadRequest, "InvalidRequestException")
					case strings.HasPrefix(by.name, "other instance's"):
						wantRefusal(t, cell, got, http.StatusNotFound, "ResourceNotFoundException")
					case whose == "own" || !named:
						if got.status != http.StatusOK {
							t.Errorf("%s: %d %s", cell, got.status, got.body)
						}
					default:
						wantRefusal(t, cell, got, http.StatusNotFound, "ResourceNotFoundException")
					}
				}
			}
		}
		w.unchanged(w.there, before)
	})
}

func wantRefusal(t *testing.T, cell string, got reply, status int, name string) {
	t.Helper()
	if got.status != status || got.fault != name {
		t.Errorf("%s: %d %s %s, want %d %s", cell, got.status, got.fault, got.body, status, name)
	}
}

// participantCallers are all who might call the participant API. Those of kind
// "" are refused, whatever they ask for.
func (w *town) participantCallers(own talk) map[string]struct {
	kind  string
	party party
} {
	expired := own.customer
	var err error
	expired.credentials, err = w.sealer.Seal(token.KindConnection, token.Connection{Instance: w.here.instance, Session: own.contact,
		Participant: own.customer.id, Expires: time.Now().UnixMilli()})
	w.must(err)
	expired.token = expired.credentials
	staffed := party{token: w.here.workers[0].bearer, credentials: w.here.workers[0].bearer}
	return map[string]struct {
		kind  string
		party party
	}{
		"nobody":                   {"", party{}},
		"own customer":             {"customer", own.customer},
		"own agent":                {"agent", own.agent},
		"other customer":           {"customer", w.here.chats[1].customer},
		"other agent":              {"agent", w.here.chats[1].agent},
		"other instance's":         {"customer", w.there.chats[1].customer},
		"customer of an ended one": {"", w.here.ended.customer},
		"agent of an ended one":    {"", w.here.ended.agent},
		"expired":                  {"", expired},
		"signed-in agent":          {"", staffed},
	}
}

// The participant API: what a bearer opens is its own chat. A contact of
// another chat, of another instance and of none are answered alike, and what is
// said goes into one's own chat.
func TestParticipantOperationsKeepToTheirOwnChat(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		rights, before := w.rights(), w.snapshot(w.there)
		for _, op := range wire.Operations() {
			if op.Service != wire.Participant {
				continue
			}
			for name, by := range w.participantCallers(w.here.chats[0]) {
				if op.Name == "DisconnectParticipant" && by.kind != "" {
					continue // see below: it would end the caller's part
				}
				for whose, id := range map[string]string{"own": w.here.chats[0].contact, "a neighbour's": w.here.chats[1].contact,
					"a stranger's": w.there.chats[0].contact, "a random": newID(w)} {
					target := ""
					if slices.ContainsFunc(op.Fields, func(f wire.Field) bool { return f.Name == "ContactId" }) {
						target = "ContactId"
					}
					if strings.Contains(name, "other instance's") && op.Name != "GetTranscript" {
						continue // what it may do changes its own instance
					}
					chat := w.here.chats[0]
					if strings.Contains(op.Name, "Attachment") && strings.HasPrefix(name, "other") {
						chat = w.here.chats[1] // whose files are the callers'
					}
					a := w.here.valid(op, chat, target, id)
					if !hasSignIn(op) || by.kind != "customer" { // it is for one chat alone, which is among what is valid
						a.bearer = credential(op, by.party)
					}
					a.header.Set("Authorization", "ignored")
					got := w.send(a)
					cell := fmt.Sprintf("%s by %s about %s contact", op.Name, name, whose)
					mine := strings.HasPrefix(name, "own") && whose == "own" || strings.HasPrefix(name, "other c") && whose == "a neighbour's" ||
						strings.HasPrefix(name, "other a") && whose == "a neighbour's"
					switch {
					case by.kind == "":
						wantRefusal(t, cell, got, http.StatusForbidden, "AccessDeniedException")
					case hasSignIn(op) && by.kind != "customer":
						wantRefusal(t, cell, got, http.StatusForbidden, "AccessDeniedException")
					case !slices.Contains(rights[action(op)].Callers, by.kind):
						t.Errorf("%s: the policy leaves out %s", cell, by.kind)
					case target == "" || mine:
						if got.status != http.StatusOK {
							t.Errorf("%s: %d %s", cell, got.status, got.body)
						}
					default:
						wantRefusal(t, cell, got, http.StatusBadRequest, "ValidationException")
					}
				}
			}
		}
		w.unchanged(w.there, before)
	})
}

// What somebody says or leaves is said and left in one's own chat alone.
func TestParticipantChangesNobodyElsesChat(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		before, neighbour := w.snapshot(w.there), w.logOf(w.here.chats[1].contact)
		c := w.here.chats[0]
		w.say(c.agent, "one")
		for _, p := range []party{c.agent, c.customer} {
			a := w.here.valid(wire.Lookup(wire.Participant, "DisconnectParticipant"), c, "", nil)
			a.bearer = p.credentials
			w.send(a)
			if got := w.send(a); got.status != http.StatusForbidden {
				t.Errorf("who has left: %d %s", got.status, got.body)
			}
		}
		if got := w.logOf(w.here.chats[1].contact); got != neighbour {
			t.Error("the neighbours' chat has changed")
		}
		w.unchanged(w.there, before)
	})
}

// The agents' API, generated from what is mounted: every route by every caller,
// about one's own contact, a colleague's, a stranger's and none.
func TestAgentRoutesAreForWhomTheyBelongTo(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		before, tried := w.snapshot(w.there), 0
		owns := map[string]talk{"end": w.here.accepted(0), "transfer": w.here.accepted(0)} // the others leave it as it is
		waiting, queue := w.here.begin(nil), w.here.queue()
		bearer := func(s string) http.Header { return http.Header{"Authorization": {s}} }
		callers := map[string]http.Header{
			"nobody": {}, "text": bearer("x"), "a random bearer": bearer("Bearer " + newID(w)),
			"a customer": bearer("Bearer " + w.here.chats[0].customer.credentials), "a customer's own header": {wire.BearerHeader: {w.here.chats[0].customer.credentials}},
			"agent in a chat": bearer("Bearer " + w.here.chats[0].agent.token),
			"expired":         bearer("Bearer " + w.expiredBearer(w.here)),
		}
		for _, r := range w.rights() {
			method, path, _ := strings.Cut(r.Pattern, " ")
			if !strings.HasPrefix(path, "/agent/") || slices.Contains(r.Callers, "anybody") {
				continue
			}
			tried++
			for name, header := range callers {
				got := w.plain(method, strings.ReplaceAll(path, "{ContactId}", w.here.chats[0].contact), header, nil)
				wantRefusal(t, r.Pattern+" by "+name, got, http.StatusUnauthorized, "AccessDeniedException")
			}
			for profile, of := range map[string]worker{"agent user": w.here.workers[0], "supervisor user": w.here.supervisor} {
				if !slices.Contains(r.Callers, profile) {
					got := w.plain(method, path, bearer("Bearer "+of.bearer), object{"Scope": "admin", "Name": "x", "Code": "x", "Shortcut": "x", "Text": "x", "NewPassword": "Secret123x"})
					wantRefusal(t, r.Pattern+" by a "+profile, got, http.StatusForbidden, "AccessDeniedException")
				}
			}
			if !strings.Contains(path, "{ContactId}") || !slices.Contains(r.Callers, "agent user") {
				continue
			}
			body, own := object{"QueueId": queue, "Text": "x", "Content": "x"}, w.here.chats[0].contact
			if c, ok := owns[path[strings.LastIndexByte(path, '/')+1:]]; ok {
				own = c.contact
			}
			got := w.plain(method, strings.ReplaceAll(path, "{ContactId}", own), bearer("Bearer "+w.here.workers[0].bearer), body)
			if got.status != http.StatusOK && got.status != http.StatusConflict {
				t.Errorf("%s by its agent: %d %s", r.Pattern, got.status, got.body)
			}
			var none string
			others := []string{newID(w), w.there.chats[0].contact, w.there.ended.contact, "x"}
			if known := []string{w.here.chats[1].contact, waiting.contact}; method != http.MethodGet {
				others = append(others, known...)
			} else { // what somebody may know of the queues that they serve
				for _, id := range known {
					if got := w.plain(method, strings.ReplaceAll(path, "{ContactId}", id), bearer("Bearer "+w.here.workers[0].bearer), nil); got.status != http.StatusOK {
						t.Errorf("%s about a contact of a served queue: %d %s", r.Pattern, got.status, got.body)
					}
				}
			}
			for _, id := range others {
				got := w.plain(method, strings.ReplaceAll(path, "{ContactId}", url.PathEscape(id)), bearer("Bearer "+w.here.workers[0].bearer), body)
				if got.status != http.StatusNotFound && got.status != http.StatusConflict {
					t.Errorf("%s about somebody else's contact: %d %s", r.Pattern, got.status, got.body)
				}
				if none == "" {
					none = got.body
				}
				if got.body != none {
					t.Errorf("%s: somebody else's contact is answered\n%s\none that never was\n%s", r.Pattern, got.body, none)
				}
			}
		}
		if tried < 8 {
			t.Errorf("only %d routes were tried", tried)
		}
		w.unchanged(w.there, before)
	})
}

// expiredBearer is a sign-in of 12 hours ago.
func (w *town) expiredBearer(s *site) string {
	w.t.Helper()
	b, err := w.sealer.Seal(token.KindAgent, map[string]any{"i": s.instance, "u": s.workers[0].id, "v": 1, "e": time.Now().UnixMilli()})
	w.must(err)
	return b
}

// Agents of another instance sign in there and nowhere else, under names that
// both have.
func TestAgentsSignInToTheirOwnInstance(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		l := w.there.logins[0]
		login := func(instance string) reply {
			return w.plain("POST", "/agent/login", nil, object{"Username": l.Username, "Password": l.Password, "InstanceId": instance})
		}
		if got := login(w.there.instance); got.status != http.StatusOK {
			t.Errorf("%d %s", got.status, got.body)
		}
		here, nowhere := login(w.here.instance), login(newID(w))
		wantRefusal(t, "elsewhere", here, http.StatusUnauthorized, "AccessDeniedException")
		if here != nowhere {
			t.Errorf("another instance answers %+v, none %+v", here, nowhere)
		}
		wantRefusal(t, "without saying where", login(""), http.StatusBadRequest, "InvalidRequestException")
	})
}

// snapshot is all that the database holds of an instance.
func (w *town) snapshot(s *site) map[string]string {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.Join(w.dir, "perch.db")}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(10000)")
	w.must(err)
	defer db.Close()
	out := map[string]string{}
	for _, table := range w.column(db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%'`) {
		columns := w.column(db, `SELECT name FROM pragma_table_info(?)`, table)
		where := ""
		switch {
		case table == "instance", table == "session":
			where = map[string]string{"instance": "id = ?", "session": "instance = ?"}[table]
		case slices.Contains(columns, "instance"):
			where = "instance = ?"
		case slices.Contains(columns, "session"):
			where = "session IN (SELECT id FROM session WHERE instance = ?)"
		default:
			continue // of the process
		}
		var quoted []string
		for _, c := range columns {
			quoted = append(quoted, "quote("+c+")")
		}
		rows := w.column(db, "SELECT "+strings.Join(quoted, " || ',' || ")+" FROM "+table+" WHERE "+where, s.instance)
		slices.Sort(rows)
		out[table] = fmt.Sprintf("%d rows, %x", len(rows), sha256.Sum256([]byte(strings.Join(rows, "\n"))))
	}
	if len(out) < 10 || strings.HasPrefix(out["log"], "0 ") {
		w.t.Fatalf("the snapshot has %v", slices.Sorted(maps.Keys(out)))
	}
	return out
}

// logOf is the log of a chat.
func (w *town) logOf(session string) string {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.Join(w.dir, "perch.db")}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(10000)")
	w.must(err)
	defer db.Close()
	return strings.Join(w.column(db, `SELECT number || quote(body) FROM log WHERE session = ? ORDER BY number`, session), "\n")
}

func (w *town) column(db *sql.DB, query string, args ...any) (out []string) {
	w.t.Helper()
	rows, err := db.QueryContext(w.t.Context(), query, args...)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var text string
		w.must(rows.Scan(&text))
		out = append(out, text)
	}
	w.must(rows.Err())
	return out
}

// unchanged fails where anything of an instance is not as it was.
func (w *town) unchanged(s *site, before map[string]string) {
	w.t.Helper()
	for table, now := range w.snapshot(s) {
		if now != before[table] {
			w.t.Errorf("%s of the other instance has changed: %s, before %s", table, now, before[table])
		}
	}
}
