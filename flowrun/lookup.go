package flowrun

import (
	"context"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
)

// origins are how the flow language's opaque words for who vouches for a value
// map to ours.
func originWord(o perch.Origin) flow.Origin {
	switch o {
	case perch.FromSigV4:
		return "sigv4"
	case perch.FromJWT:
		return "jwt"
	case perch.FromFlow:
		return flow.OriginFlow
	case perch.FromAgent:
		return "agent"
	default:
		return "browser"
	}
}

func originOf(word flow.Origin) perch.Origin {
	for _, o := range []perch.Origin{perch.FromSigV4, perch.FromJWT, perch.FromFlow, perch.FromAgent} {
		if originWord(o) == word {
			return o
		}
	}
	return perch.FromBrowser
}

func weakest(a, b flow.Origin) flow.Origin {
	return originWord(min(originOf(a), originOf(b)))
}

// lookup gives the values that references stand for; what cannot be read counts
// as missing.
// doc: connect-attrib-list.md
func (p *run) lookup(ref flow.Reference) (flow.Value, bool) {
	v, err := p.value(ref)
	if err != nil {
		p.opts.Log.ErrorContext(p.Context(), "looking up a reference of a flow", "reference", ref.String(), "contact", p.contact, "error", err)
	}
	return v, err == nil && v.Text != ""
}

func (p *run) value(ref flow.Reference) (flow.Value, error) {
	s, c := p.State(), p.State().Current()
	switch ref.Namespace {
	case "Attributes":
		return p.attribute(ref.Keys[0])
	case "ContactId":
		return known(string(c.ID)), nil
	case "InitialContactId":
		return known(string(s.ID)), nil
	case "PreviousContactId":
		return known(string(c.Previous)), nil
	case "RelatedContactId":
		return known(string(c.Related)), nil
	case "Channel":
		return known("CHAT"), nil
	case "InitiationMethod":
		return known(string(c.Method)), nil
	case "InstanceARN":
		return known(p.opts.ARNs.Instance(s.Instance)), nil
	case "AwsRegion":
		return known(p.opts.ARNs.Region), nil
	case "CustomerId":
		v := flow.Value{Text: s.CustomerID, Origin: originWord(perch.FromBrowser)}
		if s.Verified {
			v.Origin = originWord(perch.FromSigV4)
		}
		return v, nil
	case "SegmentAttributes", "Tags", "References", "Name", "Description", "LanguageCode":
		return p.detail(ref)
	case "CustomerEndpoint", "SystemEndpoint":
		return p.endpoint(ref)
	case "Queue":
		return p.queue(ref.Keys[0])
	case "Agent":
		return p.agent(ref.Keys[0])
	case "LastAgent":
		id, err := p.LastAgent()
		if err != nil {
			return flow.Value{}, err
		}
		return p.somebody(id, ref.Keys[0])
	case "Media":
		if ref.Keys[0] == "InitialMessage" && s.Initial > 0 {
			return p.initialMessage()
		}
	}
	return flow.Value{}, nil
}

// known is a value that perch itself vouches for.
func known(text string) flow.Value { return flow.Value{Text: text, Origin: flow.OriginFlow} }

func (p *run) attribute(key string) (flow.Value, error) {
	if p.attributes == nil {
		a, err := p.Attributes()
		if err != nil {
			return flow.Value{}, err
		}
		p.attributes = a
	}
	a := p.attributes[key]
	return flow.Value{Text: a.Value, Origin: originWord(a.Origin)}, nil
}

func (p *run) queue(key string) (flow.Value, error) {
	if p.position.Queue == "" {
		return flow.Value{}, nil
	}
	q, err := p.opts.Settings.Queue(p.Context(), p.State().Instance, p.position.Queue)
	if err != nil {
		return flow.Value{}, err
	}
	switch key {
	case "Name":
		return known(q.Name), nil
	case "ARN":
		return known(p.opts.ARNs.Queue(p.State().Instance, q.ID)), nil
	}
	return flow.Value{}, nil
}

// agent is the agent that a transfer leads to or, without one, who has the chat.
func (p *run) agent(key string) (flow.Value, error) {
	id := p.position.Agent
	if id == "" {
		id = p.State().Current().Agent
	}
	return p.somebody(id, key)
}

// somebody is what a flow is told of one who works here; nothing of who does not
// any more.
func (p *run) somebody(id perch.UserID, key string) (flow.Value, error) {
	if id == "" {
		return flow.Value{}, nil
	}
	u, err := p.opts.Settings.User(p.Context(), p.State().Instance, id)
	if perch.KindOf(err) == perch.NotFound && err != nil {
		return flow.Value{}, nil
	}
	if err != nil {
		return flow.Value{}, err
	}
	first, last, _ := strings.Cut(u.DisplayName, " ")
	switch key {
	case "UserName":
		return known(u.Username), nil
	case "FirstName":
		return known(first), nil
	case "LastName":
		return known(last), nil
	case "Id":
		return known(string(u.ID)), nil
	case "ARN":
		return known(p.opts.ARNs.Agent(p.State().Instance, u.ID)), nil
	}
	return flow.Value{}, nil
}

func (p *run) initialMessage() (flow.Value, error) {
	said, err := p.saidAt(p.Context(), p.State().ID, p.State().Initial)
	return flow.Value{Text: said, Origin: originWord(perch.FromBrowser)}, err
}

// saidAt is the content of the message of a number.
func (r *Runner) saidAt(ctx context.Context, session perch.SessionID, number int64) (said string, err error) {
	err = r.opts.Chats.Entries(ctx, session, number, number, func(e perch.Entry) error {
		if m, ok := e.Body.(perch.Message); ok {
			said = m.Content
		}
		return nil
	})
	return said, err
}
