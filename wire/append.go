package wire

import (
	"strconv"
	"unicode/utf8"
)

// appendItem appends an item as encoding/json would write it, short of escaping
// <, > and &. It is written out because every socket frame passes here.
func appendItem(b []byte, it *Item) []byte {
	b = append(b, `{"AbsoluteTime":`...)
	b = appendString(b, it.AbsoluteTime)
	b = appendMember(b, "Content", it.Content)
	b = appendMember(b, "ContentType", it.ContentType)
	b = append(b, `,"Id":`...)
	b = appendString(b, it.Id)
	b = append(b, `,"Type":`...)
	b = appendString(b, it.Type)
	b = appendMember(b, "ParticipantId", it.ParticipantId)
	b = appendMember(b, "DisplayName", it.DisplayName)
	b = appendMember(b, "ParticipantRole", it.ParticipantRole)
	if len(it.Attachments) > 0 {
		b = append(b, `,"Attachments":[`...)
		for i := range it.Attachments {
			if i > 0 {
				b = append(b, ',')
			}
			a := &it.Attachments[i]
			b = appendString(append(b, `{"ContentType":`...), a.ContentType)
			b = appendString(append(b, `,"AttachmentId":`...), a.AttachmentId)
			b = appendString(append(b, `,"AttachmentName":`...), a.AttachmentName)
			b = append(appendString(append(b, `,"Status":`...), a.Status), '}')
		}
		b = append(b, ']')
	}
	if it.MessageMetadata != nil {
		b = append(b, `,"MessageMetadata":`...)
		b = appendMetadata(b, it.MessageMetadata)
	}
	b = appendMember(b, "RelatedContactId", it.RelatedContactId)
	b = appendMember(b, "ContactId", it.ContactId)
	b = appendMember(b, "InitialContactId", it.InitialContactId)
	b = appendMember(b, "Audience", it.Audience)
	return append(b, '}')
}

func appendMetadata(b []byte, m *MessageMetadata) []byte {
	b = append(b, '{')
	b = appendMember(b, "MessageId", m.MessageId)
	if len(m.Receipts) > 0 {
		b = appendName(b, "Receipts")
		b = append(b, '[')
		for i := range m.Receipts {
			if i > 0 {
				b = append(b, ',')
			}
			r := &m.Receipts[i]
			b = append(b, '{')
			b = appendMember(b, "DeliveredTimestamp", r.DeliveredTimestamp)
			b = appendMember(b, "ReadTimestamp", r.ReadTimestamp)
			b = appendMember(b, "RecipientParticipantId", r.RecipientParticipantId)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	b = appendMember(b, "MessageProcessingStatus", m.MessageProcessingStatus)
	return append(b, '}')
}

// appendMember appends a member that is left out when it is empty.
func appendMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(appendName(b, name), value)
}

// appendName appends a comma, unless the object begins here, and the name.
func appendName(b []byte, name string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

// appendString appends a JSON string. What is not UTF-8 becomes U+FFFD; the two
// line separators are escaped since some JavaScript cannot have them bare.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= utf8.RuneSelf && r != '\u2028' && r != '\u2029' && !(r == utf8.RuneError && size == 1) {
			i += size
			continue
		}
		b = append(b, s[start:i]...)
		b = appendEscape(b, r)
		i += size
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

func appendEscape(b []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(b, '\\', byte(r))
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	b = append(b, '\\', 'u')
	for digits := len(strconv.FormatUint(uint64(r), 16)); digits < 4; digits++ {
		b = append(b, '0')
	}
	return strconv.AppendUint(b, uint64(r), 16)
}

// quoteTail turns b[from:], which is JSON text, into the inside of a JSON string
// in place: only quotes and backslashes need an escape there.
func quoteTail(b []byte, from int) []byte {
	extra := 0
	for _, c := range b[from:] {
		if c == '"' || c == '\\' {
			extra++
		}
	}
	last := len(b) - 1
	for range extra {
		b = append(b, 0)
	}
	for to := len(b) - 1; to > last; to-- { // equal means that no escape is left to make
		c := b[last]
		b[to] = c
		last--
		if c == '"' || c == '\\' {
			to--
			b[to] = '\\'
		}
	}
	return b
}
