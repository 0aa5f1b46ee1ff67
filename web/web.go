// Package web is the pages that come with perch: the chat widget with what sites
// load of it, and a page to try it on. They are written in TypeScript, built by
// make into dist, and embedded; this hands them out. What a build without them
// says is said here as well.
package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

//go:embed all:dist
var built embed.FS

// Options of Pages.
type Options struct {
	Settings *catalog.Catalog
	// PublicURL is the address at which browsers reach this process, SocketURL
	// that of its sockets.
	PublicURL, SocketURL string
	Now                  func() time.Time
}

// Pages hands out the built pages. It is safe for concurrent use.
type Pages struct {
	opts  Options
	files fs.FS
	marks map[string]string // a hash of each file, by name
	pages *template.Template
}

// New makes Pages.
func New(o Options) (*Pages, error) {
	files, err := fs.Sub(built, "dist")
	if err != nil {
		return nil, err
	}
	p := &Pages{opts: o, files: files, marks: map[string]string{}}
	names, err := fs.Glob(files, "*.*")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		p.marks[name] = hex.EncodeToString(sum[:8])
	}
	if p.Built() {
		p.pages, err = template.ParseFS(files, "*.html")
	}
	return p, err
}

// Built tells whether there are pages: a build without Node.js has none.
func (p *Pages) Built() bool { return p.marks["frame.html"] != "" }

// Routes are the pages by the pattern that each is mounted under.
func (p *Pages) Routes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /amazon-connect-chat-interface-client.js": p.script("loader.js"),
		"GET /amazon-connect-chat-interface.js":        p.script("chat-interface.js"),
		"GET /pages/{Name}":                            p.asset,
		"GET /widget/{WidgetId}/frame":                 p.frame,
		"GET /demo":                                    p.demo,
		"GET /desk":                                    p.desk,
		// who types an address gets somewhere
		"GET /{$}":      to("/desk"),
		"GET /desk/{$}": to("/desk"),
		"GET /demo/{$}": to("/demo"),
	}
}

func to(path string) http.HandlerFunc { return http.RedirectHandler(path, http.StatusFound).ServeHTTP }

// script serves a file that pages name without a version.
func (p *Pages) script(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=300")
		p.serve(w, r, name)
	}
}

// asset serves a file that is named with its hash, as the query.
func (p *Pages) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("Name")
	w.Header().Set("Cache-Control", "no-cache")
	if mark := p.marks[name]; mark != "" && r.URL.RawQuery == mark {
		w.Header().Set("Cache-Control", "max-age=31536000, immutable")
	}
	p.serve(w, r, name)
}

// serve sends a built file, as it was compressed when it was built where the
// browser takes that.
func (p *Pages) serve(w http.ResponseWriter, r *http.Request, name string) {
	if !p.Built() {
		unbuilt(w)
		return
	}
	mark, ok := p.marks[name]
	if !ok || path.Ext(name) == ".html" || path.Ext(name) == ".gz" {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("ETag", `"`+mark+`"`)
	h.Add("Vary", "Accept-Encoding")
	if p.marks[name+".gz"] != "" && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		name += ".gz"
		h.Set("Content-Encoding", "gzip")
	}
	data, err := fs.ReadFile(p.files, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

func unbuilt(w http.ResponseWriter) {
	http.Error(w, "This perch was built without its pages: build it with make build, which needs Node.js 20 or newer.", http.StatusNotFound)
}

// shown is what the frame's document is made of.
type shown struct {
	Nonce, Script, Style string
	Config               string // JSON
}

// config is what the widget in the frame is told.
type config struct {
	ID      string       `json:"id"`
	Domains []string     `json:"domains"`
	Open    bool         `json:"open"`
	Signed  bool         `json:"signed"`
	Look    catalog.Look `json:"look"`
}

// frame serves the document in which the widget runs. Browsers show it in pages
// of the widget's domains alone.
func (p *Pages) frame(w http.ResponseWriter, r *http.Request) {
	c, err := p.config(r.Context(), r.PathValue("WidgetId"))
	if perch.KindOf(err) == perch.NotFound && err != nil {
		http.Error(w, "There is no such widget: perch widget list shows those that there are.", http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(w, "The widget cannot be shown at the moment.", http.StatusServiceUnavailable)
		return
	}
	encoded, err := json.Marshal(c)
	if err != nil {
		http.Error(w, "The widget cannot be shown at the moment.", http.StatusInternalServerError)
		return
	}
	nonce := newNonce()
	p.guard(w.Header(), nonce, c.Domains)
	if !p.Built() {
		unbuilt(w)
		return
	}
	name := "widget"
	if c.ID == previewed {
		name = previewed
	}
	p.page(w, "frame.html", shown{Nonce: nonce, Script: "/pages/" + name + ".js?" + p.marks[name+".js"],
		Style: "/pages/" + name + ".css?" + p.marks[name+".css"], Config: string(encoded)})
}

// guard says what browsers hold the frame to: it is shown in pages of these
// origins alone, runs the script that perch has sent and no other, takes no text
// for HTML, and asks nobody but perch.
func (p *Pages) guard(h http.Header, nonce string, pages []string) {
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'",
		"script-src 'nonce-" + nonce + "'",
		"style-src 'nonce-" + nonce + "'",
		"img-src 'self' data: blob:",
		// Files are read and sent at the public address, which need not be this one.
		"connect-src 'self' " + p.opts.PublicURL + " " + p.opts.SocketURL,
		"base-uri 'none'",
		"form-action 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
		"frame-ancestors " + strings.Join(append([]string{"'self'"}, pages...), " "),
	}, "; "))
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// inside is the frame of a page that starts its chats itself, by ChatInterface.
// It may be in any page, since it keeps nothing and is given all that it has.
const inside = "interface"

// previewed is the frame in which the desk shows what a widget would look like. It
// starts no chats, and is in no other page.
const previewed = "preview"

func (p *Pages) config(ctx context.Context, id string) (config, error) {
	if id == inside {
		return config{ID: inside, Domains: []string{"*"}, Open: true}, nil
	}
	if id == previewed {
		return config{ID: previewed, Open: true}, nil
	}
	w, err := p.opts.Settings.Widget(ctx, id)
	if err != nil {
		return config{}, err
	}
	c := config{ID: w.ID, Domains: w.Pages(p.opts.PublicURL), Open: true, Signed: w.Signed, Look: w.Look}
	if w.Hours != "" {
		hours, err := p.opts.Settings.Hours(ctx, w.At, w.Hours)
		if err != nil {
			return config{}, err
		}
		c.Open = hours.Open(p.opts.Now())
	}
	return c, nil
}

// demo serves a shop's page with the first widget of the first instance. Its
// snippet names the public address as any site's does: under another name of this
// machine the page and the frame are of two origins.
func (p *Pages) demo(w http.ResponseWriter, r *http.Request) {
	if !p.Built() {
		unbuilt(w)
		return
	}
	id, err := p.firstWidget(r.Context())
	if err != nil {
		http.Error(w, "The page cannot be shown at the moment.", http.StatusServiceUnavailable)
		return
	}
	if asked := r.URL.Query().Get("widget"); asked != "" {
		id = asked
	}
	nonce := newNonce()
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"' "+p.opts.PublicURL+"; style-src 'nonce-"+nonce+
		"'; img-src data:; frame-src "+p.opts.PublicURL+"; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	p.page(w, "demo.html", struct{ Nonce, URL, Widget string }{nonce, p.opts.PublicURL, id})
}

func (p *Pages) firstWidget(ctx context.Context) (string, error) {
	instances, err := p.opts.Settings.Instances(ctx)
	if err != nil {
		return "", err
	}
	for _, i := range instances {
		all, err := p.opts.Settings.Widgets(ctx, i.ID)
		if err != nil {
			return "", err
		}
		for _, w := range all {
			if !w.Signed { // nobody signs for the page
				return w.ID, nil
			}
		}
	}
	return "", nil
}

func (p *Pages) page(w http.ResponseWriter, name string, data any) {
	var out bytes.Buffer
	if err := p.pages.ExecuteTemplate(&out, name, data); err != nil {
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Write(out.Bytes()) //nolint:errcheck // the browser has gone
}

func newNonce() string {
	b := make([]byte, 18)
	rand.Read(b) //nolint:errcheck // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
