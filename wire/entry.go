package wire

import "github.com/perch-chat/perch"

// RoleName is a role as Amazon spells it.
func RoleName(r perch.Role) string {
	switch r {
	case perch.Customer:
		return RoleCustomer
	case perch.Agent:
		return RoleAgent
	case perch.Bot:
		return RoleCustomBot
	case perch.Supervisor:
		return RoleSupervisor
	default:
		return RoleSystem
	}
}

// AttachmentOf is a file of a chat as its transcript shows it. One that has been
// deleted is shown as one that was never good: clients know no other word.
func AttachmentOf(a perch.Attached, now perch.FileState) Attachment {
	status := StatusRejected
	switch now {
	case perch.FileScanning:
		status = StatusInProgress
	case perch.FileApproved:
		status = StatusApproved
	}
	return Attachment{AttachmentId: string(a.File), AttachmentName: a.Name, ContentType: a.ContentType, Status: status}
}

// ItemOf is an entry of a log as clients see it. Items of a past chat name
// their contact as RelatedContactId, those of the present one as ContactId.
// It is false for an entry that no transcript shows.
//
// doc: API_Item
func ItemOf(id string, e perch.Entry, past bool) (Item, bool) {
	it := Item{Id: id, AbsoluteTime: Time(e.Time), Type: TypeEvent, ParticipantId: string(e.Participant)}
	var who perch.Who
	switch b := e.Body.(type) {
	case perch.Message:
		it.Type, it.Content, it.ContentType, who = TypeMessage, b.Content, b.ContentType, b.Who
		if who.Role == perch.Supervisor && e.Audience == perch.ToStaff {
			it.Audience = AudienceStaff
		}
	case perch.Joined:
		it.ContentType, who = EventParticipantJoined, b.Who
	case perch.Left:
		it.ContentType, who = EventParticipantLeft, b.Who
	case perch.TransferSucceeded:
		it.ContentType, who = EventTransferSucceeded, b.Who
	case perch.TransferFailed:
		it.ContentType, who = EventTransferFailed, b.Who
	case perch.Event:
		it.ContentType, it.Content, who = b.ContentType, b.Content, b.Who
	case perch.Renamed:
		it.ContentType, who = EventParticipantDisplayNameUpdated, b.Who
	case perch.Attached:
		it.Type, who, it.Attachments = TypeAttachment, b.Who, []Attachment{AttachmentOf(b, b.State)}
	case perch.Scanned:
		it.Type, who, it.Attachments = TypeAttachment, b.Who, []Attachment{AttachmentOf(b.Attached, b.State)}
		it.AbsoluteTime = Time(b.Sent)
	case perch.Ended:
		it.ContentType = EventChatEnded
	default:
		return Item{}, false
	}
	nobodys := e.Kind == perch.KindEvent && e.Participant == ""
	if e.Kind != perch.KindEnded && !nobodys {
		it.DisplayName, it.ParticipantRole = who.Name, RoleName(who.Role)
	}
	if past {
		it.RelatedContactId = string(e.Contact)
	} else {
		it.ContactId = string(e.Contact)
	}
	return it, true
}
