package chat

import "github.com/perch-chat/perch"

// Watch lets a supervisor into the chat who is seen by nobody, reads what agents
// read and more, and says nothing. Who is in already stays the same participant.
//
// Errors: Gone where the contact has ended; Refused where no agent has it;
// LimitExceeded with as many watching as may.
// doc: monitor-conversations.md
func (t *Turn) Watch(contact perch.ContactID, who perch.Who, user perch.UserID) (perch.ParticipantID, error) {
	if t.state.Ended || t.state.Current().ID != contact {
		return "", perch.Errorf(perch.Gone, "the contact has ended")
	}
	if p, ok := t.state.Watching(user); ok {
		return p.ID, nil
	}
	if len(t.state.Agents()) == 0 {
		return "", perch.Errorf(perch.Refused, "the contact is with no agent: only what agents do is watched")
	}
	if silent, _ := t.state.Supervisors(); silent >= perch.MaxMonitors {
		return "", perch.Errorf(perch.LimitExceeded, "%d supervisors watch the contact, which is the limit", perch.MaxMonitors)
	}
	return t.Invite(who, user)
}

// Barge makes a supervisor who watches a participant like others: everybody sees
// them come, and hears them.
//
// Errors: LimitExceeded where another supervisor has done so.
func (t *Turn) Barge(id perch.ParticipantID) error {
	p, err := t.state.Caller(id)
	if err != nil {
		return err
	}
	if p.Role != perch.Supervisor {
		return perch.Errorf(perch.Denied, "only a supervisor can barge in")
	}
	if p.Barged {
		return nil
	}
	if _, barged := t.state.Supervisors(); barged >= perch.MaxBarged {
		return perch.Errorf(perch.LimitExceeded, "another supervisor has barged in, which is the limit")
	}
	t.mark = true
	who := *p
	t.by(&who, perch.ToAll, perch.Joined{Who: who.Who})
	return nil
}

// dismissSupervisors lets those who watch go with the contact that they watch.
func (t *Turn) dismissSupervisors() {
	for _, p := range t.state.Clone().Participants {
		if p.Role == perch.Supervisor && p.Presence != perch.Departed {
			t.leave(&p)
		}
	}
}
