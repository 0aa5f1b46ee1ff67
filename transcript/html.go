package transcript

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

// SecurityPolicy is the Content-Security-Policy with which an HTML document is
// to be served: it has one style sheet of its own, and may do nothing else,
// whatever somebody has written in the chat.
func SecurityPolicy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
}

// htmlPrinter writes a page that can be read on a screen of any width, light or
// dark, and printed. It has no scripts and refers to nothing outside itself.
type htmlPrinter struct {
	w     io.Writer
	zone  *time.Location
	first time.Time
	pages *template.Template
	any   bool
}

func (p *htmlPrinter) write(name string, data any) error {
	return p.pages.ExecuteTemplate(p.w, name, data)
}

func (p *htmlPrinter) begin() (err error) {
	p.pages, err = template.New("transcript").Parse(pageText)
	if err != nil {
		return err
	}
	return p.write("begin", map[string]any{"Style": template.CSS(style), "Until": p.first.In(p.zone).Format("2 January 2006")}) //nolint:gosec // our own style sheet
}

func (p *htmlPrinter) part(a Part) error {
	lines := heading(a, p.zone)
	err := p.write("part", map[string]any{"When": lines[0], "About": lines[1:], "After": p.any, "Continues": a.Related})
	p.any = true
	return err
}

func (p *htmlPrinter) item(e perch.Entry, it wire.Item) error {
	at := e.Time.In(p.zone)
	data := map[string]any{"At": at.Format("15:04"), "Machine": it.AbsoluteTime}
	if sentence := happened(e, it); sentence != "" {
		data["Sentence"] = plain(sentence)
		return p.write("event", data)
	}
	data["Who"], data["Role"], data["Said"] = plain(speaker(it)), strings.ToLower(it.ParticipantRole), plain(said(it))
	return p.write("message", data)
}

func (p *htmlPrinter) end() error { return p.write("end", p.any) }
