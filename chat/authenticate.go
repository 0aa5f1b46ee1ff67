package chat

import "github.com/perch-chat/perch"

// Authentication appends an event of the customer's signing in, which the customer
// alone sees. Content may be empty.
func (t *Turn) Authentication(contentType, content string) perch.Entry {
	return t.add(perch.Entry{Audience: perch.ToCustomer, Body: perch.Event{
		Who: perch.Who{Name: systemName, Role: perch.System}, ContentType: contentType, Content: content}})
}

// Authenticated takes a provider's word for who the customer is. Whom a signed
// call has named stays the customer: a chat does not become another person's. The
// name is what the customer goes by from here on; empty leaves the one that is.
func (t *Turn) Authenticated(customer, name string) {
	if !t.state.Verified {
		t.Know(customer, true)
	}
	if p, ok := t.state.Customer(); ok && name != "" && name != p.Name {
		t.add(perch.Entry{Participant: p.ID, Audience: perch.ToAll, Body: perch.Renamed{Who: perch.Who{Name: name, Role: p.Role}}})
	}
}
