package carry_test

import (
	"bytes"
	"compress/gzip"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAChatComesWithItsIdsItsTimesAndItsOrder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.leaveStory()
	if r := h.imported(); r.Imported != 1 || r.Transcripts != 3 || len(r.Noted) != 0 {
		t.Errorf("%+v", r)
	}
	s := h.find(2)
	if string(s.ID) != id('c', 1) || len(s.Contacts) != 3 || !s.Ended {
		t.Fatalf("%+v", s)
	}
	if c := s.Contacts[1]; c.Previous != s.Contacts[0].ID || c.Method != perch.ByTransfer || s.Contacts[2].Method != perch.ByDisconnect {
		t.Errorf("%+v", s.Contacts)
	}
	past := h.past(3, perch.FromSegment, 4)
	if diff := cmp.Diff(items(1, 13), ids(past)); diff != "" {
		t.Error(diff)
	}
	for i, want := range []float64{1, 2, 3, 4, 5, 5, 7, 8, 9, 10, 11, 12, 12.004} {
		if got := past[i].Time.Format("2006-01-02T15:04:05.000Z"); got != at(want) {
			t.Errorf("item %d is of %s, want %s", i+1, got, at(want))
		}
	}
	if it := past[7]; it.Body != (perch.Message{Who: perch.Who{Name: "Cem", Role: perch.Agent}, ContentType: "text/markdown", Content: "*here*"}) ||
		string(it.Participant) != id('p', 'c') || string(it.Contact) != id('c', 2) {
		t.Errorf("%+v", it)
	}
	if got := ids(h.past(2, perch.FromSegment, 100)); !slices.Equal(got, items(1, 9)) {
		t.Errorf("of C2 there are %v", got)
	}
	if got := ids(h.past(1, perch.EntirePastSession, 1)); !slices.Equal(got, items(1, 13)) {
		t.Errorf("of the whole session there are %v", got)
	}
}

func TestAPageBeginsAtAnImportedItem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.leaveStory()
	h.imported()
	b, err := h.chats.Start(t.Context(), chat.Start{Instance: h.instance, Flow: "f", DisplayName: "Ada",
		Past: &chat.Past{Type: perch.FromSegment, Source: perch.ContactID(id('c', 2)), Origin: perch.FromSigV4}})
	h.must(err)
	s, err := h.chats.Session(t.Context(), b.Session)
	h.must(err)
	page := func(item string, forward bool) []string {
		p, err := h.chats.Page(t.Context(), chat.Query{Session: s, To: perch.ToCustomer, Limit: 3, Start: &chat.StartPosition{ID: item}, Forward: forward})
		if err != nil {
			return []string{err.Error()}
		}
		return ids(p.Items)
	}
	if got := page(id('i', 4), true); !slices.Equal(got, items(4, 6)) {
		t.Errorf("forward: %v", got)
	}
	if got := page(id('i', 4), false); !slices.Equal(got, items(2, 4)) {
		t.Errorf("backward: %v", got)
	}
	if got := page(id('i', 11), true); len(got) != 1 || !strings.Contains(got[0], "is not an item of this chat") {
		t.Errorf("of the survey, which the chat does not continue: %v", got)
	}
}

func TestRecordsTellOfAgentsQueuesAndReasons(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.leaveStory()
	queue, err := h.settings.Queues(t.Context(), h.instance)
	h.must(err)
	agent, err := h.settings.UserNamed(t.Context(), h.instance, "agent1")
	h.must(err)
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	older := h.record(1, object{"DisconnectReason": "AGENT_DISCONNECT", "LastUpdateTimestamp": "2026-05-01T08:10:30Z"})
	_, err = z.Write([]byte(older + h.record(1, object{"CustomerId": "ada-1", "Attributes": object{"tier": "gold"}, "Tags": object{"team": "blue", "aws:connect:x": "y"},
		"Queue": object{"ARN": "arn:aws:connect:eu-central-1:1:instance/x/queue/" + id('q', 9), "Name": queue[0].Name, "EnqueueTimestamp": "2026-05-01T08:00:01Z"},
		"Agent": object{"ARN": "arn:aws:connect:eu-central-1:1:instance/x/agent/" + id('u', 9), "Username": "agent1", "ConnectedToAgentTimestamp": "2026-05-01T08:00:02Z",
			"AfterContactWorkStartTimestamp": "2026-05-01T08:00:06Z", "AfterContactWorkEndTimestamp": "2026-05-01T08:00:09Z"},
		"Recordings": []object{{"Location": "acme/x.json"}}}) + "\n" +
		h.record(2, object{"InitialContactId": id('c', 1), "PreviousContactId": id('c', 1), "InitiationMethod": "QUEUE_TRANSFER", "DisconnectReason": "AGENT_DISCONNECT",
			"Queue": object{"ARN": "arn:aws:connect:eu-central-1:1:instance/x/queue/" + id('q', 8), "Name": "no longer", "EnqueueTimestamp": "2026-05-01T08:00:06Z"},
			"Agent": object{"ARN": "arn:aws:connect:eu-central-1:1:instance/x/agent/" + id('u', 8), "Username": "gone"}}) +
		h.record(7, object{"Channel": "VOICE"})))
	h.must(err)
	h.must(z.Close())
	h.leave("records/acme-1-2026-05-01-08-11-00", b.String())
	if r := h.imported(); r.Records != 2 || r.Skipped != 1 {
		t.Errorf("%+v", r)
	}
	s := h.find(1)
	c1, c2 := s.Contacts[0], s.Contacts[1]
	if s.CustomerID != "ada-1" || c1.Queue != queue[0].ID || c1.Agent != agent.ID || c1.Accepted.Format(time.RFC3339) != "2026-05-01T08:00:02Z" || c1.Reason != "" {
		t.Errorf("C1 is %+v", c1)
	}
	if string(c2.Queue) != id('q', 8) || string(c2.Agent) != id('u', 8) || c2.Method != perch.ByQueueTransfer || c2.Reason != perch.AgentDisconnect {
		t.Errorf("C2 is %+v", c2)
	}
	d, err := h.chats.Details(t.Context(), s.ID, c1.ID)
	h.must(err)
	if d.Transcript != "acme/x.json" || len(d.Tags) != 1 || d.Tags["team"] != "blue" {
		t.Errorf("%+v", d)
	}
	a, err := h.chats.Attributes(t.Context(), s.ID)
	h.must(err)
	if a["tier"] != (perch.Attribute{Value: "gold", Origin: perch.FromBrowser}) {
		t.Errorf("%+v", a)
	}
	work, err := h.chats.Work(t.Context(), s.ID)
	h.must(err)
	if w := work[c1.ID]; w.Ended.Sub(w.Started) != 3*time.Second {
		t.Errorf("%+v", w)
	}
}

// D continues C2, E continues D; and two claim to continue each other.
func TestChatsContinueWhatTheirRecordsName(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.leaveStory()
	for n, past := range map[int]int{20: 2, 21: 20, 30: 31, 31: 30, 40: 99} {
		seconds := float64(100 * n)
		h.leave(transcriptName(n), h.transcript(n, n, item(100*n, seconds, ada, "text/plain", "me again"), item(100*n+1, seconds+1, "", ev+"chat.ended", "")))
		h.leave("records/"+id('c', n), h.record(n, object{"RelatedContactId": id('c', past), "InitiationTimestamp": at(seconds)[:19] + "Z", "DisconnectTimestamp": at(seconds + 1)[:19] + "Z"}))
	}
	r := h.imported()
	if r.Imported != 6 || len(r.Noted) != 3 {
		t.Errorf("%+v", r)
	}
	want := append(items(1, 9), id('i', 2000), id('i', 2001), id('i', 2100), id('i', 2101))
	if got := ids(h.past(21, perch.EntirePastSession, 3)); !slices.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	if c := h.find(40).Contacts[0]; string(c.Related) != id('c', 99) {
		t.Errorf("what it was related to is forgotten: %+v", c)
	}
}

func TestTheSameAgainChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.leaveStory()
	h.leave("records/1", h.record(1, nil))
	h.imported()
	before := h.past(3, perch.FromSegment, 100)
	if r := h.imported(); r.Imported != 0 || r.Unchanged != 1 {
		t.Errorf("%+v", r)
	}
	h.leave("again/"+transcriptName(2), strings.ReplaceAll(h.transcript(2, 1, item(7, 7, cem, "text/plain", "others")), `":`, `": `))
	r, err := h.imports()
	h.must(err)
	if r.Imported != 0 || len(r.Refused) == 0 || !strings.Contains(r.Refused[len(r.Refused)-1].Reason, "something else") {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff(ids(before), ids(h.past(3, perch.FromSegment, 100))); diff != "" {
		t.Error(diff)
	}
}

func TestAttachmentsComeAlong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	attachment := func(n, file int, name string) object {
		it := item(n, float64(n), ada, "", "")
		delete(it, "ContentType")
		it["Type"], it["Attachments"] = "ATTACHMENT", []object{{"AttachmentId": id('f', file), "AttachmentName": name, "ContentType": "text/plain", "Status": "APPROVED"}}
		return it
	}
	h.leave(transcriptName(1), h.transcript(1, 1, attachment(1, 1, "../../etc/passwd"), attachment(2, 2, "gone.pdf"), item(3, 3, "", ev+"chat.ended", "")))
	h.leave("connect/acme/Attachments/chat/2026/05/01/"+id('f', 1)+"_20260501T08:00_UTC.txt", "a plain text")
	r := h.imported()
	if r.Attachments != 1 || len(r.Noted) != 1 || !strings.Contains(r.Noted[0].Reason, "lies beside") {
		t.Errorf("%+v", r)
	}
	past := h.past(1, perch.FromSegment, 10)
	came, gone := past[0].Body.(perch.Attached), past[1].Body.(perch.Attached)
	if came.State != perch.FileApproved || came.Name != ".._.._etc_passwd" || gone.State != perch.FileFailed {
		t.Errorf("%+v and %+v", came, gone)
	}
	f, err := h.chats.File(t.Context(), came.File)
	h.must(err)
	body, err := h.files.Get(t.Context(), f.Key, 0, -1)
	h.must(err)
	defer body.Close()
	var got bytes.Buffer
	_, err = got.ReadFrom(body)
	h.must(err)
	if got.String() != "a plain text" || f.Size != 12 || f.Number != past[0].Number {
		t.Errorf("%q of %+v", got.String(), f)
	}
	if _, err := h.chats.File(t.Context(), gone.File); perch.KindOf(err) != perch.NotFound {
		t.Errorf("the one that is gone is there: %v", err)
	}
	if r := h.imported(); r.Unchanged != 1 {
		t.Errorf("%+v", r)
	}
}

// Records know no more than seconds, in which a chat can go through several hands.
func TestContactsOfOneSecondStandAsTheirRecordsLinkThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	when := object{"InitiationTimestamp": "2026-05-01T08:00:00Z", "DisconnectTimestamp": "2026-05-01T08:00:00Z", "InitialContactId": id('c', 1)}
	of := func(n, after int) string {
		more := object{"PreviousContactId": id('c', after), "InitiationMethod": "TRANSFER"}
		if after == 0 {
			more = object{}
		}
		maps.Copy(more, when)
		return h.record(n, more)
	}
	h.leave("records/1", of(3, 9)+of(9, 1)+of(1, 0)+of(2, 3))
	h.imported()
	var got []string
	for _, c := range h.find(1).Contacts {
		got = append(got, string(c.ID)+" after "+string(c.Previous))
	}
	want := []string{id('c', 1) + " after ", id('c', 9) + " after " + id('c', 1), id('c', 3) + " after " + id('c', 9), id('c', 2) + " after " + id('c', 3)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
