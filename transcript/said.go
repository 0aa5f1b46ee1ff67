package transcript

import (
	"encoding/json"
	"path"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

// happened is a sentence for an item that nobody has said; empty for messages.
func happened(e perch.Entry, it wire.Item) string {
	switch e.Body.(type) {
	case perch.Joined:
		return it.DisplayName + " joined the chat."
	case perch.Left:
		return it.DisplayName + " left the chat."
	case perch.TransferSucceeded:
		return it.DisplayName + " handed the chat over."
	case perch.TransferFailed:
		return "The chat could not be handed over."
	case perch.Ended:
		return "The chat ended."
	case perch.Renamed:
		return "The customer goes by " + it.DisplayName + " from here on."
	case perch.Event:
		if s := signingIn(it.ContentType); s != "" {
			return s
		}
		return strings.TrimSpace(it.DisplayName + " (" + path.Base(strings.ReplaceAll(it.ContentType, ".event.", "/")) + ")")
	}
	return ""
}

// signingIn is a sentence for an event of the customer's signing in.
func signingIn(contentType string) string {
	switch contentType {
	case wire.EventAuthenticationInitiated:
		return "The customer was asked to sign in."
	case wire.EventAuthenticationSucceeded:
		return "The customer signed in."
	case wire.EventAuthenticationFailed:
		return "The customer could not be signed in."
	case wire.EventAuthenticationTimeout:
		return "The customer did not sign in in time."
	case wire.EventAuthenticationCancelled:
		return "The customer did not want to sign in."
	}
	return ""
}

// speaker is who said something, as people know it.
func speaker(it wire.Item) string {
	if it.DisplayName == wire.SystemDisplayName {
		return "System"
	}
	if it.Audience == wire.AudienceStaff {
		return it.DisplayName + " (whispers)"
	}
	return it.DisplayName
}

// said is a message's content as people read it: an interactive message is its
// title and its choices, an answer to one what was chosen, an attachment its name.
// What cannot be read so stands there as it was sent.
func said(it wire.Item) string {
	if len(it.Attachments) > 0 {
		return named(it.Attachments)
	}
	switch it.ContentType {
	case wire.Interactive, wire.InteractiveResponse, wire.ApplicationJSON:
		var content any
		if err := json.Unmarshal([]byte(it.Content), &content); err == nil {
			if lines := spoken(content, nil); len(lines) > 0 {
				return strings.Join(lines, "\n")
			}
		}
	}
	return it.Content
}

// named are files by their names, a line each, with what keeps them from being read.
func named(files []wire.Attachment) string {
	var lines []string
	for _, f := range files {
		line := "File: " + strings.ReplaceAll(f.AttachmentName, "\n", " ")
		switch f.Status {
		case wire.StatusApproved:
		case wire.StatusInProgress:
			line += " (not looked through yet)"
		default:
			line += " (not available)"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// spoken collects the texts of a template that were shown: titles, subtitles and
// chosen actions, in their order.
func spoken(v any, lines []string) []string {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			lines = spoken(e, lines)
		}
	case map[string]any:
		for _, key := range []string{"title", "subtitle", "action", "text"} {
			if s, ok := v[key].(string); ok && strings.TrimSpace(s) != "" {
				lines = append(lines, s)
			}
		}
		for _, key := range []string{"data", "content", "elements", "view", "replyMessage"} {
			lines = spoken(v[key], lines)
		}
	}
	return lines
}
