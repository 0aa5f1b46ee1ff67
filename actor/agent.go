package actor

import (
	"context"
	"fmt"
	"net/http"
)

// Agent is somebody who works here, signed in.
type Agent struct {
	perch  Perch
	bearer string
	ID     string
	Name   string
}

// Work is one contact that an agent has to do with.
type Work struct{ ContactId, InitialContactId, State string }

// SignIn signs an agent in.
func (p Perch) SignIn(ctx context.Context, username, password string) (*Agent, error) {
	var out struct {
		AgentToken string
		User       struct{ Id, DisplayName string }
	}
	err := p.call(ctx, http.MethodPost, "/agent/login", "", "",
		object{"InstanceId": p.Instance, "Username": username, "Password": password}, &out)
	return &Agent{p, "Bearer " + out.AgentToken, out.User.Id, out.User.DisplayName}, err
}

func (a *Agent) call(ctx context.Context, method, path string, body, into any) error {
	return a.perch.call(ctx, method, "/agent/"+path, "Authorization", a.bearer, body, into)
}

// Status sets the agent's status, such as Available or Offline.
func (a *Agent) Status(ctx context.Context, name string) error {
	return a.call(ctx, http.MethodPut, "status", object{"Status": name}, nil)
}

// Next sets the status for when all contacts are cleared.
func (a *Agent) Next(ctx context.Context, name string) error {
	return a.call(ctx, http.MethodPut, "status", object{"NextStatus": name}, nil)
}

// Shown is the agent's present status.
func (a *Agent) Shown(ctx context.Context) (string, error) {
	var out struct{ Status struct{ Name string } }
	err := a.call(ctx, http.MethodGet, "contacts", nil, &out)
	return out.Status.Name, err
}

// Work is what the agent has to do with, oldest first.
func (a *Agent) Work(ctx context.Context) ([]Work, error) {
	var out struct{ Contacts []Work }
	err := a.call(ctx, http.MethodGet, "contacts", nil, &out)
	return out.Contacts, err
}

// State is where the agent stands with a contact, such as INCOMING; empty is
// nowhere.
func (a *Agent) State(ctx context.Context, contact string) (string, error) {
	all, err := a.Work(ctx)
	for _, w := range all {
		if w.ContactId == contact {
			return w.State, err
		}
	}
	return "", err
}

// Offered is the contact that is offered to the agent, empty if none is.
func (a *Agent) Offered(ctx context.Context) (string, error) {
	all, err := a.Work(ctx)
	for _, w := range all {
		if w.State == "INCOMING" {
			return w.ContactId, err
		}
	}
	return "", err
}

// Accept takes an offered contact, and connects to its chat.
func (a *Agent) Accept(ctx context.Context, contact string) (*Person, error) {
	var out struct{ ParticipantId, ParticipantToken string }
	if err := a.on(ctx, contact, "accept", nil, &out); err != nil {
		return nil, err
	}
	if out.ParticipantToken == "" {
		return nil, fmt.Errorf("accepting %s gave no token", contact)
	}
	w := &Person{perch: a.perch, Contact: contact, Participant: out.ParticipantId, token: out.ParticipantToken}
	return w, w.Connect(ctx)
}

// Reject turns an offered contact down.
func (a *Agent) Reject(ctx context.Context, contact string) error {
	return a.on(ctx, contact, "reject", nil, nil)
}

func (a *Agent) on(ctx context.Context, contact, verb string, body, into any) error {
	if body == nil {
		body = object{}
	}
	return a.call(ctx, http.MethodPost, "contacts/"+contact+"/"+verb, body, into)
}

// TransferTo gives a contact to whom a quick connect of a name leads: another
// agent, or a queue. It tells the contact that follows.
func (a *Agent) TransferTo(ctx context.Context, contact, quickConnect string) (next string, err error) {
	var me struct {
		QuickConnects []struct{ Id, Name string }
	}
	if err := a.call(ctx, http.MethodGet, "me", nil, &me); err != nil {
		return "", err
	}
	for _, q := range me.QuickConnects {
		if q.Name == quickConnect {
			var out struct{ ContactId string }
			err := a.on(ctx, contact, "transfer", object{"QuickConnectId": q.Id}, &out)
			return out.ContactId, err
		}
	}
	return "", fmt.Errorf("there is no quick connect %q among %v", quickConnect, me.QuickConnects)
}

// End leaves a contact, which goes on to its disconnect flow, if any.
func (a *Agent) End(ctx context.Context, contact string) error {
	return a.on(ctx, contact, "end", nil, nil)
}

// Clear ends the work after a contact.
func (a *Agent) Clear(ctx context.Context, contact string) error {
	return a.on(ctx, contact, "clear", nil, nil)
}
