package chat_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/blob/s3test"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/store"
)

var s3 s3test.Server

// Where a log lies makes no difference: what is told of chats in rows is told
// again of chats that move into a file as soon as they have ended. newHouse knows
// by the name of the test.
func TestCold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(*testing.T){
		"story":          TestAChatGoesFromAgentToAgentToSurvey,
		"transfer":       TestATransferIsOneTurn,
		"survey":         TestTheLastAgentsGoingOpensTheSurvey,
		"end":            TestNothingFollowsTheEnd,
		"chains":         TestLinksAddUpAndWhatWasDroppedStaysAway,
		"once":           TestAStartIsMadeOnceForItsToken,
		"latest":         TestLatestIsTheLastEndedChatOfTheVerifiedCustomer,
		"sources":        TestASourceMustBeVouchedForOrTheSameCustomers,
		"pages":          TestPagesAgreeWithANaiveSlice,
		"walks":          TestWalksShowEachItemOnceForEveryPageSize,
		"moved":          TestAChatThatIsMovedLeavesNoRowsAndReadsTheSame,
		"postgres pages": func(t *testing.T) { onPostgres(t, TestPagesAgreeWithANaiveSlice) },
		"postgres moved": func(t *testing.T) { onPostgres(t, TestAChatThatIsMovedLeavesNoRowsAndReadsTheSame) },
	} {
		t.Run(name, test)
	}
}

// onPostgres runs a test in which newHouse sees by its name that it is to be on
// the other engine.
func onPostgres(t *testing.T, test func(*testing.T)) { t.Run("TestPostgres", test) }

// long is a chat that has ended, longer than what is read, packed and deleted at
// once, with a body that does not fit into a row, and with receipts.
func (h *house) long() talk {
	h.Helper()
	k := h.start()
	k.connect(k.customer)
	agent := k.agent("a")
	hello := k.say(k.customer, "hello")
	_, err := k.Confirm(context.Background(), k.state(), agent, hello.ID(k.id), true)
	k.must(err)
	k.say(k.customer, strings.Repeat("long ", 3000))
	k.on(func(t *chat.Turn) error {
		for i := range 2200 {
			t.MessageTo(perch.ToAll, fmt.Sprint("message ", i))
		}
		return nil
	})
	k.end()
	return k
}

// whole is all that can be read of a chat, as text.
func (k talk) whole() string {
	k.Helper()
	page, err := k.Page(context.Background(), chat.Query{Session: k.state(), To: perch.ToAgents, Limit: 10_000})
	k.must(err)
	return asJSON(k, []any{k.state(), k.log(), page})
}

func TestAChatThatIsMovedLeavesNoRowsAndReadsTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.cold = false
	k := h.long()
	want := k.whole()
	k.freeze()
	k.freeze() // which changes nothing
	again := k.in(h.restarted())
	if diff := cmp.Diff(want, again.whole()); diff != "" {
		t.Errorf("moved, it reads otherwise: %s", diff)
	}
	if !strings.Contains(want, `"Receipts":[{`) {
		t.Error("the page has no receipt")
	}
	again.sound()
	h.must(h.store.Log(t.Context(), k.id, 1, 1<<62, func(e perch.Entry) error { return fmt.Errorf("number %d is a row still", e.Number) }))
	if state, err := h.store.Checkpoint(t.Context(), k.id); state != nil || err != nil {
		t.Errorf("the checkpoint is %v, %v", state, err)
	}
	if rows, err := h.store.Receipts(t.Context(), k.id, 1, 1<<62); len(rows) > 0 || err != nil {
		t.Errorf("the receipts are %v, %v", rows, err)
	}
	if head, err := h.store.Head(t.Context(), k.id); head != again.state().Head || err != nil {
		t.Errorf("its head is %d, %v", head, err)
	}
	if n, bytes, err := h.ColdOnes(t.Context()); n != 1 || bytes == 0 || err != nil {
		t.Errorf("%d sessions of %d bytes are cold, %v", n, bytes, err)
	}
	// What comes after the end is no part of the log, and is set as ever.
	again.on(func(t *chat.Turn) error {
		return t.SetAttributes(perch.Attributes{"note": {Value: "late", Origin: perch.FromSigV4}})
	})
	again.refused(again.try(func(t *chat.Turn) error { t.Prompt("late", perch.ToAll); return nil }), perch.Gone)
}

// Of two processes that move a chat at once, the second finds its rows going, and
// no fault with the chat.
func TestWhoComesSecondToMoveAChatFindsItDone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.cold = false
	k := h.long()
	k.freeze()
	if err := h.WriteCold(t.Context(), k.id); !errors.Is(err, chat.ErrMoved) {
		t.Errorf("who has found its rows, and reads them when they are gone, says %v", err)
	}
}

func TestAChatThatGoesOnStaysWhereItIs(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.refused(k.Freeze(t.Context(), k.id), perch.Refused)
	warm, err := k.Warm(t.Context(), k.clock.Now().Add(1<<50), chat.Over{}, 10)
	if len(warm) > 0 || err != nil {
		t.Errorf("to be moved are %v, %v", warm, err)
	}
}

// What is to be moved comes in the order of ends, and what has been moved no more.
func TestWhatHasEndedIsFoundOnceAndInOrder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var want []perch.SessionID
	for range 7 {
		k := h.start()
		h.clock.move(1e9)
		k.end()
		want = append(want, k.id)
	}
	h.clock.move(1e9)
	h.start() // goes on
	h.must(h.Freeze(t.Context(), want[2]))
	want = append(want[:2:2], want[3:]...)
	var got []perch.SessionID
	var after chat.Over
	for {
		some, err := h.Warm(t.Context(), h.clock.Now(), after, 2)
		h.must(err)
		if len(some) == 0 {
			break
		}
		for _, o := range some {
			got = append(got, o.Session)
		}
		after = some[len(some)-1]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got) %s", diff)
	}
}

// watched tells before and after each change of a place for files.
type watched struct {
	blob.Store
	at func()
}

func (w watched) Put(ctx context.Context, key string, body io.ReadSeeker, o blob.Put) error {
	w.at()
	defer w.at()
	return w.Store.Put(ctx, key, body, o)
}

// A process may die at any instant of a move. Each copy of what it leaves then
// reads the same, moves on, and ends with one file.
func TestADeathAtAnyInstantOfAMoveLosesNothing(t *testing.T) {
	t.Parallel()
	src, aside := t.TempDir(), t.TempDir()
	var copies []string
	moving := false
	put := func() {
		if !moving {
			return
		}
		dir := filepath.Join(aside, fmt.Sprint(len(copies)))
		err := copyFiles(src, dir)
		if err == nil {
			err = os.CopyFS(filepath.Join(dir, "files"), os.DirFS(filepath.Join(src, "files")))
		}
		if err != nil {
			t.Error(err)
		}
		copies = append(copies, dir)
	}
	f := &faults{at: func(_ int64, commit func() error) error {
		put()
		defer put()
		return commit()
	}}
	h := newHouse(t, f.around, func(o *store.Options) { o.Dir = src })
	k := h.long()
	want := k.whole()
	shelf, err := segment.New(watched{h.files, put}, 1<<20)
	h.must(err)
	h.opts.Cold = shelf
	k = k.in(h.restarted())
	moving = true
	k.freeze()
	moving = false
	if len(copies) != 2*(1+1+3) { // the file, the commit that counts, three of deleting
		t.Fatalf("%d instants", len(copies))
	}
	for i, dir := range copies {
		h := newHouse(t, func(o *store.Options) { o.Dir = dir })
		k := k.in(h)
		for _, when := range []string{"found", "moved on"} {
			if diff := cmp.Diff(want, k.in(h.restarted()).whole()); diff != "" {
				t.Errorf("instant %d, %s: it reads otherwise: %s", i, when, diff)
			}
			k.freeze()
		}
		if files, err := h.files.List(t.Context(), "", "", 10); len(files) != 1 || err != nil {
			t.Errorf("instant %d: the files are %v, %v", i, files, err)
		}
	}
}

// Each commit of a move may fail before it is done and after, with the file in a
// directory or in a bucket.
func TestAMoveThatFailsGoesOnLater(t *testing.T) {
	t.Parallel()
	lost := errors.New("the power is gone")
	for _, done := range []bool{false, true} {
		for fails := range int64(4) {
			t.Run(fmt.Sprint("commit ", fails, " done ", done), func(t *testing.T) {
				t.Parallel()
				moving, n := false, int64(0)
				f := &faults{at: func(_ int64, commit func() error) error {
					if !moving {
						return commit()
					}
					if n++; n-1 != fails {
						return commit()
					}
					if done {
						return errors.Join(commit(), lost)
					}
					return lost
				}}
				h := newHouse(t, f.around)
				if fails == 0 || done { // the commit that counts, in both ways, and those of deleting
					h.keepIn(s3.Bucket(t))
				}
				k := h.long()
				want := k.whole()
				moving = true
				if err := k.Freeze(t.Context(), k.id); err == nil {
					t.Error("the failure is not told")
				}
				if diff := cmp.Diff(want, k.in(h.restarted()).whole()); diff != "" {
					t.Errorf("in between it reads otherwise: %s", diff)
				}
				k.freeze()
				if diff := cmp.Diff(want, k.in(h.restarted()).whole()); diff != "" {
					t.Errorf("moved, it reads otherwise: %s", diff)
				}
				if warm, err := k.Warm(t.Context(), h.clock.Now().Add(1<<50), chat.Over{}, 10); len(warm) > 0 || err != nil {
					t.Errorf("to be moved are %v, %v", warm, err)
				}
			})
		}
	}
}

// A file that is gone is named, in the error and in the log; what lies before it
// and behind it is read all the same, and the chat goes on.
func TestAFileThatIsGoneLeavesTheRestReadable(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var said strings.Builder
	h.opts.Log = slog.New(slog.NewTextHandler(&said, nil))
	past := h.linked(3)
	slices.Reverse(past)
	for _, id := range past[1:] {
		h.must(h.Freeze(t.Context(), id))
	}
	k := talk{house: h.restarted(), id: past[0]}
	cold, _, err := h.store.Cold(t.Context(), past[2])
	h.must(err)
	h.must(h.files.Delete(t.Context(), cold.File))

	if has, err := k.HasPast(t.Context(), k.state(), perch.ToCustomer); !has || err != nil {
		t.Errorf("has a past: %v, %v", has, err)
	}
	query := chat.Query{Session: k.state(), To: perch.ToCustomer, Limit: 100}
	newest, err := k.Page(t.Context(), query)
	h.must(err)
	query.From = newest.Next
	before, err := k.Page(t.Context(), query)
	h.must(err)
	if len(before.Items) == 0 || before.Items[0].Session != past[1] || before.Next == nil {
		t.Fatalf("the page before the damage is %v", before)
	}
	query.From = before.Next
	_, err = k.Page(t.Context(), query)
	for what, text := range map[string]string{"error": fmt.Sprint(err), "log": said.String()} {
		if !strings.Contains(text, string(past[2])) || !strings.Contains(text, cold.File) {
			t.Errorf("the %s names neither chat nor file: %s", what, text)
		}
	}
	query.From, query.Contact = nil, past[3].First()
	behind, err := k.Page(t.Context(), query)
	h.must(err)
	if len(behind.Items) == 0 || behind.Items[0].Session != past[3] {
		t.Errorf("the page behind the damage is %v", behind)
	}
}
