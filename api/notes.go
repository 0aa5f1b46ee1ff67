package api

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// notesPage is how many notes a page has, if not asked for fewer, and at most.
const notesPage = 100

// agentAuthor is who wrote something, under the name of then.
type agentAuthor struct {
	ID          perch.UserID `json:"Id"`
	DisplayName string
}

// agentNote is a note as those who work here see it.
type agentNote struct {
	ContactID        perch.ContactID `json:"ContactId"`
	InitialContactID perch.SessionID `json:"InitialContactId"`
	Number           int             // of the contact
	Author           agentAuthor
	Timestamp        string
	Text             string
}

func noteOf(n perch.Note) agentNote {
	return agentNote{n.Contact, n.Session, n.Number, agentAuthor{n.Author.ID, n.Author.Name}, wire.Time(n.Time), n.Text}
}

// agentDisposition is what somebody says that a contact came to.
type agentDisposition struct {
	Code      string `json:",omitempty"`
	Text      string `json:",omitempty"`
	Author    agentAuthor
	Timestamp string
}

func dispositionOf(d perch.Details) *agentDisposition {
	if d.Disposition == nil {
		return nil
	}
	as := d.Disposition
	return &agentDisposition{as.Code, as.Text, agentAuthor{as.Author.ID, as.Author.Name}, wire.Time(as.Time)}
}

func (s *Server) noteRoutes() {
	s.mux.Handle("GET /agent/contacts/{ContactId}/notes", s.agent((*agentCall).notes))
	s.mux.Handle("POST /agent/contacts/{ContactId}/notes", s.agent((*agentCall).note))
	s.mux.Handle("PUT /agent/contacts/{ContactId}/disposition", s.agent((*agentCall).dispose))
}

// written is the session of a contact about which the caller may write: an agent
// of those connected to and those of after-contact work, others of all they know.
func (c *agentCall) written() (perch.SessionID, error) {
	if c.user.SecurityProfile == catalog.Agent {
		w, err := c.opts.Router.Holds(c.Context(), c.user, c.contactID())
		return w.Session, err
	}
	s, err := c.findFor(c.Context(), c.user, c.contactID())
	if err != nil {
		return "", err
	}
	return s.ID, nil
}

func (c *agentCall) author() perch.Author {
	return perch.Author{ID: c.user.ID, Name: c.user.DisplayName}
}

// note writes something down about a contact.
func (c *agentCall) note() (any, error) {
	var in struct{ Text, ClientToken string }
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	session, err := c.written()
	if err != nil {
		return nil, err
	}
	if err := checkWritten("Text", in.Text, 1, perch.MaxNoteText); err != nil {
		return nil, err
	}
	if err := checkWritten("ClientToken", in.ClientToken, 0, maxClientToken); err != nil {
		return nil, err
	}
	asked := sha256.Sum256([]byte(string(c.user.ID) + "\n" + string(c.contactID()) + "\n" + in.Text))
	n, err := c.opts.Chats.Note(c.Context(), perch.Note{Session: session, Contact: c.contactID(), Author: c.author(), Text: in.Text},
		chat.Once{Instance: c.user.Instance, Operation: "note", ClientToken: in.ClientToken, Request: asked[:]})
	return noteOf(n), err
}

// maxClientToken is the most characters of a ClientToken.
const maxClientToken = 500

// checkWritten holds a text against its least and most characters.
func checkWritten(field, text string, least, most int) error {
	switch n := utf8.RuneCountInString(text); {
	case least > 0 && strings.TrimSpace(text) == "":
		return perch.InvalidField(field, "must be given")
	case n > most:
		return perch.InvalidField(field, "must have at most %d characters, not %d", most, n)
	}
	return nil
}

// dispose says what a contact came to; neither a code nor a text takes that back.
func (c *agentCall) dispose() (any, error) {
	var in struct{ Code, Text string }
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	session, err := c.written()
	if err != nil {
		return nil, err
	}
	if err := checkWritten("Text", in.Text, 0, perch.MaxDispositionText); err != nil {
		return nil, err
	}
	if in.Code != "" {
		_, err := c.opts.Settings.DispositionOf(c.Context(), c.user.Instance, in.Code)
		if err != nil && perch.KindOf(err) == perch.NotFound {
			return nil, perch.InvalidField("Code", "is not the code of a disposition of this instance")
		}
		if err != nil {
			return nil, err
		}
	}
	return nothing{}, c.opts.Chats.Dispose(c.Context(), session, c.contactID(), perch.Disposition{Code: in.Code, Text: in.Text, Author: c.author()})
}

// contactCursor is the payload of a token for the next page of something about a
// contact.
type contactCursor[P any] struct {
	Instance perch.InstanceID `json:"i"`
	What     string           `json:"w"`
	Contact  perch.ContactID  `json:"c"`
	Place    P                `json:"p"`
}

// paged reads maxResults and nextToken of a request for a page of what is about a
// contact.
func paged[P any](c *agentCall, what string, most int) (at contactCursor[P], limit int, err error) {
	at, limit = contactCursor[P]{Instance: c.user.Instance, What: what, Contact: c.contactID()}, most
	q := c.URL.Query()
	if text := q.Get("maxResults"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > most {
			return at, limit, perch.InvalidField("maxResults", "must be a whole number from 1 to %d", most)
		}
	}
	if text := q.Get("nextToken"); text != "" {
		var given contactCursor[P]
		err := c.opts.Tokens.Open(token.KindPage, text, &given)
		if err != nil || given.Instance != at.Instance || given.What != at.What || given.Contact != at.Contact {
			return at, limit, perch.InvalidField("nextToken", "is not a token of this call about this contact")
		}
		at = given
	}
	return at, limit, nil
}

// after is the token of the page that goes on from a place; empty where that is the
// end.
func after[P comparable](c *agentCall, at contactCursor[P], place P) (string, error) {
	var end P
	if place == end {
		return "", nil
	}
	at.Place = place
	return c.opts.Tokens.Seal(token.KindPage, at)
}

type notesReply struct {
	Notes     []agentNote
	NextToken string `json:",omitempty"`
}

// notes are those of a contact's chat and of the past that it continues.
func (c *agentCall) notes() (any, error) {
	out := notesReply{Notes: []agentNote{}}
	s, err := c.findFor(c.Context(), c.user, c.contactID())
	if err != nil {
		return nil, err
	}
	at, limit, err := paged[chat.NotePlace](c, "notes", notesPage)
	if err != nil {
		return nil, err
	}
	found, next, err := c.opts.Chats.Notes(c.Context(), s, at.Place, limit)
	if err != nil {
		return nil, err
	}
	for _, n := range found {
		out.Notes = append(out.Notes, noteOf(n))
	}
	out.NextToken, err = after(c, at, next)
	return out, err
}
