package catalog

import (
	"embed"
	"strings"
	"text/template"
)

//go:embed snippets/*
var snippetFiles embed.FS

// Snippets are what sites take over to show a widget, ready to be copied.
type Snippets struct {
	Page   string // HTML for the head of a page
	Node   string // signs for chats on a server, in the language of that name
	Python string
	Go     string
}

// openColor is that of a button whose widget names none, the one that the widget
// itself has.
const openColor, openInk = "#1f5f4a", "#ffffff"

// Snippets are the snippets of a widget, for a perch that browsers reach at a URL.
func (w Widget) Snippets(url string) (out Snippets, err error) {
	data := struct {
		URL, Widget, Color, Ink string
		Signed                  bool
	}{strings.TrimSuffix(url, "/"), w.ID, openColor, openInk, w.Signed}
	if w.Look.Color != "" {
		data.Color = w.Look.Color
	}
	if w.Look.TextColor != "" {
		data.Ink = w.Look.TextColor
	}
	for file, into := range map[string]*string{"page.html": &out.Page, "sign.mjs": &out.Node, "sign.py": &out.Python, "sign.go.txt": &out.Go} {
		t, err := template.ParseFS(snippetFiles, "snippets/"+file)
		if err != nil {
			return Snippets{}, err
		}
		var text strings.Builder
		if err := t.Execute(&text, data); err != nil {
			return Snippets{}, err
		}
		*into = text.String()
	}
	return out, nil
}
