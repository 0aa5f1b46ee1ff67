package transcript

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

// textPrinter writes lines of 24-hour times and names. Whatever somebody has
// written is indented, so that nobody can write what looks like another's line,
// and control characters are left out: they would move a terminal's cursor.
type textPrinter struct {
	w    io.Writer
	zone *time.Location
	any  bool
}

func (p *textPrinter) begin() error { return nil }

func (p *textPrinter) part(a Part) error {
	gap := ""
	if p.any {
		gap = "\n"
	}
	p.any = true
	_, err := fmt.Fprintf(p.w, "%s== %s ==\n\n", gap, plain(strings.Join(heading(a, p.zone), " | ")))
	return err
}

func (p *textPrinter) item(e perch.Entry, it wire.Item) error {
	at := e.Time.In(p.zone).Format(time.TimeOnly)
	if sentence := happened(e, it); sentence != "" {
		_, err := fmt.Fprintf(p.w, "%s  * %s\n", at, plain(sentence))
		return err
	}
	text := strings.ReplaceAll(plain(said(it)), "\n", "\n          ")
	_, err := fmt.Fprintf(p.w, "%s  %s: %s\n", at, plain(speaker(it)), text)
	return err
}

func (p *textPrinter) end() error {
	if p.any {
		return nil
	}
	_, err := fmt.Fprintln(p.w, "Nothing has been said in this chat.")
	return err
}

// plain is a text without control characters other than line breaks.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
			return -1
		}
		return r
	}, s)
}

// heading is what stands above a part: when, with whom, and what came of it.
func heading(a Part, zone *time.Location) []string {
	from := a.Initiated.In(zone)
	when := from.Format("Monday, 2 January 2006, 15:04")
	if a.Ended != nil {
		to := a.Ended.In(zone)
		layout := "15:04"
		if to.YearDay() != from.YearDay() || to.Year() != from.Year() {
			layout = "2 January 2006, 15:04"
		}
		when += " to " + to.Format(layout)
	}
	out := []string{when + " " + from.Format("MST")}
	for _, more := range []struct{ label, value string }{{"Agent", a.Agent}, {"Queue", a.Queue}, {"Ended by", a.Reason}, {"Contact", a.ContactID}} {
		if more.value != "" {
			out = append(out, more.label+" "+more.value)
		}
	}
	return out
}

// jsonPrinter writes one object, with the items of each part as GetTranscript
// gives them.
type jsonPrinter struct {
	w     io.Writer
	of    perch.ContactID
	parts int
	items int
}

func (p *jsonPrinter) begin() error {
	id, err := json.Marshal(p.of)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.w, `{"ContactId":%s,"Segments":[`, id)
	return err
}

func (p *jsonPrinter) part(a Part) error {
	before := ""
	if p.parts > 0 {
		before = "]},"
	}
	p.parts, p.items = p.parts+1, 0
	data, err := json.Marshal(a)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.w, "%s\n%s,\"Transcript\":[", before, data[:len(data)-1])
	return err
}

func (p *jsonPrinter) item(_ perch.Entry, it wire.Item) error {
	comma := ""
	if p.items > 0 {
		comma = ","
	}
	p.items++
	data, err := json.Marshal(it)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.w, "%s\n%s", comma, data)
	return err
}

func (p *jsonPrinter) end() error {
	after := "]}\n"
	if p.parts > 0 {
		after = "]}" + after
	}
	_, err := io.WriteString(p.w, after)
	return err
}
