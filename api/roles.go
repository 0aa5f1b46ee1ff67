package api

import (
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/wire"
)

// createParticipant brings a custom participant into a chat. Its token holds as
// long as the chat can last.
func createParticipant(c *call, in wire.CreateParticipantRequest) (out wire.CreateParticipantResponse, err error) {
	s, err := c.contact(in.InstanceId, in.ContactId)
	if err != nil {
		return out, err
	}
	who := in.ParticipantDetails
	switch {
	case who.ParticipantRole != wire.RoleCustomBot:
		return out, refusedField("ParticipantDetails.ParticipantRole", "must be CUSTOM_BOT: no other can be added to a chat")
	case who.ParticipantCapabilities != nil:
		return out, refusedField("ParticipantDetails.ParticipantCapabilities", "is for calls: a chat has neither video nor screens")
	case who.DisplayName == "":
		who.DisplayName = wire.BotDisplayName
	}
	clientToken := in.ClientToken
	in.ClientToken = ""
	once, err := onceFor(c.instance, c.op.Name, clientToken, in)
	if err != nil {
		return out, err
	}
	id, err := c.opts.Chats.AddBot(c.Context(), s.ID, chat.Bot{Contact: perch.ContactID(in.ContactId), Name: who.DisplayName, Once: once})
	if err != nil {
		return out, err
	}
	t, err := c.participantToken(s.Instance, s.ID, id)
	out.ParticipantId = string(id)
	out.ParticipantCredentials = wire.ParticipantTokenCredentials{ParticipantToken: t, Expiry: wire.Time(s.Expires)}
	return out, err
}

func refusedField(field, message string) error {
	return &perch.Error{Kind: perch.Refused, Field: field, Message: message}
}

// updateParticipantRoleConfig sets the timers of a chat's roles.
func updateParticipantRoleConfig(c *call, in wire.UpdateParticipantRoleConfigRequest) (nothing, error) {
	s, err := c.contact(in.InstanceId, in.ContactId)
	if err != nil {
		return nothing{}, err
	}
	list := in.ChannelConfiguration.Chat.ParticipantTimerConfigList
	type timer struct{ role, kind string }
	seen := map[timer]bool{}
	for _, l := range list {
		t := timer{l.ParticipantRole, l.TimerType}
		if seen[t] {
			return nothing{}, perch.InvalidField("ChannelConfiguration.Chat.ParticipantTimerConfigList",
				"has the timer %s of %s twice", l.TimerType, l.ParticipantRole)
		}
		seen[t] = true
	}
	return nothing{}, c.opts.Chats.On(c.Context(), s.ID, func(t *chat.Turn) error {
		return t.SetTimers(perch.ContactID(in.ContactId), func(timers *perch.Timers) {
			for _, l := range list {
				setTimer(timers, l)
			}
		})
	})
}

// startContactMediaProcessing has a chat's messages go through a function, which
// must be one that this process can call.
func startContactMediaProcessing(c *call, in wire.StartContactMediaProcessingRequest) (nothing, error) {
	s, err := c.contact(in.InstanceId, in.ContactId)
	if err != nil {
		return nothing{}, err
	}
	instance, err := c.opts.Settings.Instance(c.Context(), s.Instance)
	if err != nil {
		return nothing{}, err
	}
	if !c.opts.Callable(s.Instance, instance.Alias, in.ProcessorArn) {
		return nothing{}, &perch.Error{Kind: perch.NotFound, Field: "ProcessorArn", Message: "is named by no entry of the file of functions"}
	}
	return nothing{}, c.process(s, in.ContactId, perch.Processing{Function: in.ProcessorArn, Deliver: in.FailureMode == wire.DeliverUnprocessed})
}

func stopContactMediaProcessing(c *call, in wire.StopContactMediaProcessingRequest) (nothing, error) {
	s, err := c.contact(in.InstanceId, in.ContactId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.process(s, in.ContactId, perch.Processing{})
}

func (c *call) process(s *perch.Session, contact string, by perch.Processing) error {
	return c.opts.Chats.On(c.Context(), s.ID, func(t *chat.Turn) error {
		if t.State().Ended || string(t.State().Current().ID) != contact {
			return perch.Errorf(perch.Gone, "the contact has ended")
		}
		t.Process(by)
		return nil
	})
}

// setTimer sets one timer; the zero duration of an Unset takes it away.
func setTimer(timers *perch.Timers, in wire.ParticipantTimer) {
	of := &timers.Agent
	if in.ParticipantRole == wire.RoleCustomer {
		of = &timers.Customer
	}
	d := time.Duration(in.TimerValue.ParticipantTimerDurationInMinutes) * time.Minute
	if in.TimerType == wire.TimerIdle {
		of.Idle = d
	} else {
		of.Disconnect = d
	}
}
