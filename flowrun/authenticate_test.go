package flowrun_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/flowrun"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/wire"
)

// provider is what the operator has set up: one client.
func provider(_ context.Context, _ perch.InstanceID, _, client string) (staff.Provider, bool, error) {
	return staff.Provider{Name: "Acme login", ClientID: client}, client == "shop", nil
}

func signInAt(_ context.Context, p staff.Provider, t staff.Trip) (string, error) {
	return fmt.Sprintf("https://login.example/?client_id=%s&redirect_uri=%s&state=%s", p.ClientID, t.Callback, t.State), nil
}

const shopPage = "https://shop.example/back"

// hasSignIn is a flow that has its customer sign in, and says what came of it.
func hasSignIn(w *world, client string) perch.FlowID {
	return w.inbound("Has "+client+" sign in", script(
		action("ask", "AuthenticateParticipant", `{"CognitoConfiguration":{"AppClientId":"`+client+`"},"TimeLimitMinutes":"5"}`, "in",
			when("OptedOut", "out"), fails("NoMatchingError", "sorry", "TimeLimitExceeded", "late")),
		say("in", "Welcome, $.CustomerId ($.SegmentAttributes['connect:CustomerAuthentication']['Status']).", "end"), say("out", "As you like.", "end"), say("sorry", "Sorry.", "end"), say("late", "Too late.", "end"),
		action("end", "Wait", `{"TimeLimitSeconds":"604800"}`, "bye", when("WaitCompleted", "bye"), fails("NoMatchingError", "bye")), disconnect("bye")))
}

// events are the customer's events of signing in.
func (k *talk) events() (names []string, id string) {
	k.w.t.Helper()
	k.w.must(k.w.chats.Entries(context.Background(), k.id, 1, k.state().Head, func(e perch.Entry) error {
		switch b := e.Body.(type) {
		case perch.Event:
			names = append(names, b.ContentType[strings.LastIndexByte(b.ContentType, '.')+1:])
			if e.Audience != perch.ToCustomer {
				k.w.t.Errorf("%s is for %v", b.ContentType, e.Audience)
			}
			if b.Content != "" {
				id = strings.TrimSuffix(strings.TrimPrefix(b.Content, `{"SessionId":"`), `"}`)
			}
		case perch.Renamed:
			names = append(names, "goes by "+b.Name)
		}
		return nil
	}))
	return names, id
}

func (k *talk) wantEvents(want ...string) {
	k.w.t.Helper()
	if got, _ := k.events(); fmt.Sprint(got) != fmt.Sprint(want) {
		k.w.t.Errorf("the customer is told %q, want %q", got, want)
	}
}

func (k *talk) authentication() string {
	k.w.t.Helper()
	d, err := k.w.chats.Details(context.Background(), k.id, k.state().Current().ID)
	k.w.must(err)
	is := d.Segment[perch.SegmentAuthentication].Map
	var out []string
	for _, name := range []string{"Status", "IdentityProvider", "ClientId", "AssociatedCustomerId"} {
		if v := is[name].Text; v != nil {
			out = append(out, *v)
		}
	}
	return strings.Join(out, ", ")
}

// comesBack is the customer who returns from the provider to the site's page.
func (k *talk) comesBack(code string) error {
	_, id := k.events()
	ctx := context.Background()
	address, err := k.w.flows.AuthenticationURL(ctx, k.id, k.customer, id, shopPage)
	if err != nil {
		return err
	}
	if want := "https://login.example/?client_id=shop&redirect_uri=" + shopPage + "&state=" + id + " of " + string(k.id); address != want {
		k.w.t.Errorf("signs in at %s, want %s", address, want)
	}
	return k.returns(code)
}

// returns is the site's server telling so.
func (k *talk) returns(code string) error {
	_, id := k.events()
	return k.w.flows.Returned(context.Background(), k.w.instance, k.id, id, code, "")
}

func TestCustomerSignsInWithinTheChat(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		w.identify = func(trip staff.Trip, code string) (staff.Identity, error) {
			if code != "code-1" || trip.Callback != shopPage || trip.Nonce == "" || trip.Verifier == "" || trip.Nonce == trip.Verifier {
				return staff.Identity{}, fmt.Errorf("%s, %+v", code, trip)
			}
			return staff.Identity{ID: "ada-1", Name: "Ada L."}, nil
		}
		k := w.open(chat.Start{Flow: hasSignIn(w, "shop")})
		k.wantEvents("initiated")
		k.say("one moment")
		w.elapse(4 * time.Minute)
		w.restart()
		k.once(func() error { return k.comesBack("code-1") })
		w.elapse(time.Second)
		k.wantTexts("Welcome, ada-1 (AUTHENTICATED).")
		k.wantEvents("initiated", "succeeded", "goes by Ada L.")
		if got := k.authentication(); got != "AUTHENTICATED, Acme login, shop, ada-1" {
			t.Errorf("the contact says %s", got)
		}
		s := k.state()
		if customer, _ := s.Customer(); s.CustomerID != "ada-1" || !s.Verified || customer.Name != "Ada L." {
			t.Errorf("the chat is of %s (%v), who goes by %s", s.CustomerID, s.Verified, customer.Name)
		}
		k.nothingDue(flowrun.DueSignIn)
		_, id := k.events()
		if err := w.flows.Returned(t.Context(), w.instance, k.id, id, "code-1", ""); err != nil {
			t.Errorf("the same again: %v", err)
		}
		if err := w.flows.Returned(t.Context(), w.instance, k.id, id, "code-2", ""); perch.KindOf(err) != perch.Conflict {
			t.Errorf("another code: %v", err)
		}
	})
}

func TestWhatElseMayComeOfSigningIn(t *testing.T) {
	for name, c := range map[string]struct {
		client              string
		do                  func(*talk, string) error
		says, event, status string
	}{
		"declines": {"shop", func(k *talk, id string) error {
			return k.w.flows.DeclineAuthentication(context.Background(), k.id, k.customer, id)
		}, "As you like.", "cancelled", ""},
		"is too late": {"shop", func(*talk, string) error { return nil }, "Too late.", "timeout", "TIMEOUT, Acme login, shop"},
		"fails at the provider": {"shop", func(k *talk, id string) error {
			return k.w.flows.Returned(context.Background(), k.w.instance, k.id, id, "", "access_denied")
		}, "Sorry.", "failed", "FAILED, Acme login, shop"},
		"comes with a code of somebody else's": {"shop", func(k *talk, _ string) error { return k.comesBack("stolen") }, "Sorry.", "failed", "FAILED, Acme login, shop"},
		"is known by too long a name":          {"shop", func(k *talk, _ string) error { return k.comesBack("long") }, "Sorry.", "failed", "FAILED, Acme login, shop"},
		"with nobody whom perch knows":         {"elsewhere", func(*talk, string) error { return nil }, "Sorry.", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				w.identify = func(_ staff.Trip, code string) (staff.Identity, error) {
					if code == "long" {
						return staff.Identity{ID: strings.Repeat("x", 129)}, nil
					}
					return staff.Identity{}, errors.New("none of mine")
				}
				k := w.open(chat.Start{Flow: hasSignIn(w, c.client)})
				_, id := k.events()
				k.once(func() error { return c.do(k, id) })
				w.elapse(6 * time.Minute)
				k.wantTexts(c.says)
				if c.event != "" {
					k.wantEvents("initiated", c.event)
				}
				if got := k.authentication(); got != c.status {
					t.Errorf("the contact says %q, want %q", got, c.status)
				}
				if s := k.state(); s.CustomerID != "" || s.Verified {
					t.Errorf("the chat is of %q", s.CustomerID)
				}
				if _, err := w.flows.AuthenticationURL(t.Context(), k.id, k.customer, id, shopPage); perch.KindOf(err) != perch.Invalid {
					t.Errorf("an address for it afterwards: %v", err)
				}
			})
		})
	}
}

// Who is back in time is not late for a provider that takes its time; one that takes
// too long is not waited for.
func TestProvidersHaveTheirOwnTime(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration
		says  string
	}{"slow": {40 * time.Second, "Welcome, ada-1 (AUTHENTICATED)."}, "gone": {time.Hour, "Too late."}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				w.identify = func(staff.Trip, string) (staff.Identity, error) {
					<-time.After(c.takes)
					return staff.Identity{ID: "ada-1"}, nil
				}
				k := w.open(chat.Start{Flow: hasSignIn(w, "shop")})
				w.elapse(5*time.Minute - time.Second)
				k.once(func() error { return k.comesBack("code-1") })
				w.elapse(59 * time.Second)
				if said := k.texts(); len(said) > 0 && c.takes > time.Minute {
					t.Errorf("it says %q before the minute is over", said)
				}
				w.elapse(2 * time.Second)
				k.wantTexts(c.says)
				w.elapse(2 * time.Hour)
				k.wantTexts(c.says)
			})
		})
	}
}

// A chat of which a signed call has said whose it is does not become another
// person's; what the provider says is kept beside it.
func TestSigningInDoesNotTakeAChatFromItsCustomer(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		w.identify = func(staff.Trip, string) (staff.Identity, error) { return staff.Identity{ID: "mallory"}, nil }
		k := w.open(chat.Start{Flow: hasSignIn(w, "shop"), CustomerID: "ada-1", Verified: true})
		k.once(func() error { return k.comesBack("code-1") })
		w.elapse(time.Second)
		k.wantTexts("Welcome, ada-1 (AUTHENTICATED).")
		if got := k.authentication(); got != "AUTHENTICATED, Acme login, shop, mallory" {
			t.Errorf("the contact says %s", got)
		}
	})
}

func TestOnlyTheCustomerOfTheChatIsToldWhereToSignIn(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		flow := hasSignIn(w, "shop")
		k, other := w.open(chat.Start{Flow: flow}), w.open(chat.Start{Flow: flow})
		_, id := k.events()
		var bot perch.ParticipantID
		k.turn(func(t *chat.Turn) (err error) {
			bot, err = t.Invite(perch.Who{Name: "Bot", Role: perch.Bot}, "")
			return err
		})
		ask := func(in *talk, who perch.ParticipantID, id, page string) perch.ErrorKind {
			_, err := w.flows.AuthenticationURL(t.Context(), in.id, who, id, page)
			return perch.KindOf(err)
		}
		for want, got := range map[perch.ErrorKind][]perch.ErrorKind{
			perch.Denied:  {ask(k, bot, id, shopPage), ask(k, other.customer, id, shopPage)},
			perch.Invalid: {ask(other, other.customer, id, shopPage), ask(k, k.customer, id, "back"), ask(k, k.customer, id, "/back"), ask(k, k.customer, id, "//shop.example/back")},
		} {
			for i := range got {
				if got[i] != want {
					t.Errorf("%d: %v, want %v", i, got[i], want)
				}
			}
		}
		if err := w.flows.Returned(t.Context(), "another", k.id, id, "code", ""); perch.KindOf(err) != perch.Invalid {
			t.Errorf("from another instance: %v", err)
		}
		if err := w.flows.Returned(t.Context(), w.instance, other.id, id, "code", ""); perch.KindOf(err) != perch.Conflict {
			t.Errorf("with another chat: %v", err)
		}
	})
}

func TestSigningInComesToTheSameAtAnyCommit(t *testing.T) {
	comesToTheSame(t, tale{
		prepare: func(w *world) any { return hasSignIn(w, "shop") },
		tell: func(w *world, with any) []string {
			w.identify = func(staff.Trip, string) (staff.Identity, error) {
				return staff.Identity{ID: "ada-1", Name: "Ada L."}, nil
			}
			k := w.open(chat.Start{Flow: with.(perch.FlowID), ContentTypes: []string{wire.TextPlain}})
			k.say("one moment")
			_, id := k.events()
			w.do(func() error {
				_, err := w.flows.AuthenticationURL(context.Background(), k.id, k.customer, id, shopPage)
				return err
			})
			w.do(func() error { return k.returns("code-1") })
			w.elapse(time.Minute)
			k.say("there")
			k.say("so, then")
			names, _ := k.events()
			return append(append(k.texts(), names...), k.authentication())
		},
	})
}
