package carry

import (
	"cmp"
	"slices"
	"sync"
)

// Report says what has come of an import.
type Report struct {
	Files       int // that were looked at
	Transcripts int // of these, transcripts
	Records     int // contact records in them, of chats, the newest of each contact
	Attachments int // files that came along
	Imported    int // chats that are new here
	Unchanged   int // chats that were here from an earlier import, just so
	Skipped     int // files that are none of its business
	// Refused is what was left out, and Noted what came otherwise than one might
	// expect; by file and contact.
	Refused, Noted []Remark
}

// Remark is something about a file or a chat that somebody should know.
type Remark struct {
	File    string `json:",omitempty"`
	Contact string `json:",omitempty"` // of a chat: its first
	Reason  string
	Do      string // what to do about it
}

// report is a Report that several fill in.
type report struct {
	mu sync.Mutex
	Report
}

func (r *report) count(f func(*Report)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.Report)
}

func (r *report) refuse(m Remark) { r.count(func(to *Report) { to.Refused = append(to.Refused, m) }) }
func (r *report) note(m Remark)   { r.count(func(to *Report) { to.Noted = append(to.Noted, m) }) }

// sum is the report in an order that does not depend on who came first.
func (r *report) sum() Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, list := range []*[]Remark{&r.Refused, &r.Noted} {
		all := append([]Remark{}, *list...) // a list in JSON, also where it is empty
		*list = all
		slices.SortFunc(all, func(a, b Remark) int {
			return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Reason, b.Reason))
		})
	}
	return r.Report
}
