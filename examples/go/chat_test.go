package chat_test

import (
	"slices"
	"testing"
	"time"

	"github.com/perch-chat/perch/perchtest"
	"github.com/perch-chat/perch/trial"
)

func TestCustomerComesBackAfterAMonth(t *testing.T) {
	p := perchtest.Start(t, perchtest.Clock("2026-01-01T09:00:00Z"))
	ana := p.Agent("agent1")

	ada := p.Customer(perchtest.Chat{Name: "Ada", CustomerID: "ada"})
	ana.Takes().Says("good morning")
	ada.Says("my parcel has not come")
	ana.Ends(ada.Contact)
	ada.Says("5")

	p.Advance(30 * 24 * time.Hour)

	again := p.Customer(perchtest.Chat{Name: "Ada", CustomerID: "ada", Source: ada.Contact})
	if !slices.Contains(again.Sees(), "CUSTOMER: my parcel has not come") {
		t.Errorf("a month later Ada sees %q", again.Sees())
	}
}

func TestOfferThatNobodyTakesIsMissed(t *testing.T) {
	p := perchtest.Start(t)
	ana := p.Agent("agent1")
	ada := p.Customer(perchtest.Chat{Name: "Ada"})
	p.Advance(time.Minute)
	if state, err := ana.State(t.Context(), ada.Contact); state != "MISSED" {
		t.Errorf("the offer is %q, %v", state, err)
	}
}

func TestTranscriptIsLost(t *testing.T) {
	p := perchtest.Start(t, perchtest.Fixture("support"))
	ada := p.FixtureCustomer("ada")
	chat := p.Customer(perchtest.Chat{Name: ada.Name, CustomerID: ada.CustomerId, Source: ada.Contacts[2]})
	p.Fault(trial.Fault{Kind: trial.LoseTranscript, Calls: 1})
	if lines := chat.Sees(); len(lines) > 0 {
		t.Errorf("there is %q", lines)
	}
	if lines := chat.Sees(); len(lines) == 0 {
		t.Error("it does not come back")
	}
}
