package catalog

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/token"
)

// Limits of widgets.
// doc: add-chat-to-website.md
const (
	maxWidgetName = 127
	maxDomains    = 50
	maxWidgetKeys = 2
	maxLookText   = 500
	maxLogo       = 64 << 10 // characters: each frame that is loaded brings it along
	maxWidgets    = 500      // of an instance; ours
)

// Widget is a chat window that pages of a site show.
type Widget struct {
	ID      string
	Name    string           // up to 127 characters, unique
	Domains []string         // origins of the pages that may show it, such as https://shop.example
	Flow    perch.FlowID     `json:",omitempty"` // that its chats start in; the instance's inbound flow if empty
	Hours   perch.HoursID    `json:",omitempty"` // when somebody is there; always if empty
	Signed  bool             // chats start with a token alone that the site has signed
	Keys    []SealedKey      // with which sites sign, the newest first; at most two are valid at once
	Look    Look             // what the site may say otherwise in its snippet
	At      perch.InstanceID `json:"-"` // whose it is
}

// SealedKey is a security key as it is kept.
type SealedKey struct {
	Sealed  string
	Created time.Time
}

// Look is how a widget looks and what it offers.
type Look struct {
	Title       string `json:"title,omitempty"`    // over the chat
	Greeting    string `json:"greeting,omitempty"` // before the first message
	Color       string `json:"color,omitempty"`    // #rrggbb: of the button, the header and the customer's bubbles
	TextColor   string `json:"textColor,omitempty"`
	Theme       string `json:"theme,omitempty"`       // auto, light or dark
	Language    string `json:"language,omitempty"`    // such as en_US; the browser's if empty
	PreChat     bool   `json:"preChat,omitempty"`     // ask for a name and the matter first
	AskContinue bool   `json:"askContinue,omitempty"` // let a known customer choose between going on and starting anew
	ConfirmEnd  bool   `json:"confirmEnd,omitempty"`  // ask before a chat is ended
	Logo        string `json:"logo,omitempty"`        // beside the title: a picture as a data: URL of at most 65,536 characters
}

func (w Widget) key() (id, name string) { return w.ID, w.Name }

func widgets(s *settings) shelf[Widget] { return s.widgets }

// WidgetKind is the kind of widgets, for edits.
func WidgetKind() Kind[Widget] {
	return Kind[Widget]{of: widgets, place: (*draft).putWidget, most: maxWidgets}
}

// Widget is the widget of an id, of whichever instance: pages know no more than
// that.
//
// Errors: NotFound.
func (c *Catalog) Widget(ctx context.Context, id string) (Widget, error) {
	all, err := c.Instances(ctx)
	if err != nil {
		return Widget{}, err
	}
	for _, i := range all {
		w, err := byID(ctx, c, i.ID, widgets, id)
		if err == nil || perch.KindOf(err) != perch.NotFound {
			return w, err
		}
	}
	return Widget{}, perch.Errorf(perch.NotFound, "the widget does not exist")
}

// Widgets are all widgets of an instance, by name.
func (c *Catalog) Widgets(ctx context.Context, instance perch.InstanceID) ([]Widget, error) {
	return all(ctx, c, instance, widgets)
}

// PutWidget changes the widget of w.ID, or makes one where that is empty, and
// returns it. A new one that is to be signed for gets its first security key.
func (c *Catalog) PutWidget(ctx context.Context, instance perch.InstanceID, w Widget) (Widget, error) {
	return putIn(ctx, c, instance, w, (*draft).putWidget)
}

// RotateKey gives a widget a new security key and returns it. The one before
// stays valid until the next time, so that no page is refused meanwhile; older
// ones are not any more.
//
// Errors: NotFound.
func (c *Catalog) RotateKey(ctx context.Context, instance perch.InstanceID, widget string, at time.Time) (key string, err error) {
	b := make([]byte, 33) // 44 characters
	if _, err := io.ReadFull(c.opts.Rand, b); err != nil {
		return "", fmt.Errorf("reading randomness for a security key: %w", err)
	}
	key = base64.URLEncoding.EncodeToString(b)
	sealed, err := c.opts.Sealer.Seal(token.KindWidgetKey, widgetKey{widget, key})
	if err != nil {
		return "", err
	}
	err = changeIn(ctx, c, instance, widgets, widget, func(w *Widget) error {
		w.Keys = append([]SealedKey{{Sealed: sealed, Created: at}}, w.Keys...)
		w.Keys, w.Signed = w.Keys[:min(len(w.Keys), maxWidgetKeys)], true
		return nil
	}, (*draft).putWidget)
	return key, err
}

// widgetKey is what is sealed of a security key.
type widgetKey struct{ Widget, Key string }

// SecurityKeys are the keys of a widget that are valid, the newest first.
func (c *Catalog) SecurityKeys(w Widget) ([]string, error) {
	var out []string
	for _, k := range w.Keys {
		var in widgetKey
		if err := c.opts.Sealer.Open(token.KindWidgetKey, k.Sealed, &in); err != nil || in.Widget != w.ID {
			return nil, fmt.Errorf("a security key of widget %s does not open: put back the %s that belongs to this data", w.ID, secretsFile)
		}
		out = append(out, in.Key)
	}
	return out, nil
}

// Pages are the origins whose pages may show the widget: its domains, and those of
// perch itself at its public address, for the page to try it on. A perch on this
// machine is 127.0.0.1 and localhost, which browsers hold for two sites.
func (w Widget) Pages(publicURL string) []string {
	out := []string{publicURL}
	if port, ok := strings.CutPrefix(publicURL, "http://127.0.0.1"); ok && (port == "" || port[0] == ':') {
		out = append(out, "http://localhost"+port)
	}
	return append(out, w.Domains...)
}

func (d *draft) putWidget(w *Widget) error {
	err := first(
		checkName("Name", w.Name, maxWidgetName),
		w.checkDomains(),
		w.Look.check(),
		w.checkReferences(d),
		identify(d, d.widgets, &w.ID))
	if err != nil {
		return err
	}
	w.At = d.instance
	return put(d, d.widgets, "Name", *w)
}

func (w Widget) checkReferences(d *draft) error {
	if w.Flow != "" {
		if err := checkExists("Flow", d.flows, string(w.Flow)); err != nil {
			return err
		}
	}
	if w.Hours != "" {
		return checkExists("Hours", d.hours, string(w.Hours))
	}
	return nil
}

// checkDomains holds the origins against what browsers send: scheme, host and
// port, and nothing behind them.
func (w Widget) checkDomains() error {
	if len(w.Domains) > maxDomains {
		return perch.InvalidField("Domains", "must be at most %d, not %d", maxDomains, len(w.Domains))
	}
	for _, d := range w.Domains {
		u, err := url.Parse(d)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || d != strings.ToLower(u.Scheme+"://"+u.Host) ||
			!originHost.MatchString(u.Host) {
			return perch.InvalidField("Domains", "must be origins such as https://shop.example, in small letters and without a path, not %q", d)
		}
	}
	return nil
}

// originHost keeps what a list in a response's header is parted by out of it.
var originHost = regexp.MustCompile(`^[a-z0-9.\-\[\]:]+$`)

// logo is a picture of a kind that a browser shows in an img element, where no
// script in it is run and nothing that it names is loaded.
var logo = regexp.MustCompile(`^data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$`)

var colour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func (l Look) check() error {
	for field, value := range map[string]string{"Title": l.Title, "Greeting": l.Greeting, "Language": l.Language} {
		if err := checkText(field, value, maxLookText); err != nil {
			return err
		}
	}
	for field, value := range map[string]string{"Color": l.Color, "TextColor": l.TextColor} {
		if value != "" && !colour.MatchString(value) {
			return perch.InvalidField(field, "must be six digits as in #1a5fb4, not %q", value)
		}
	}
	if l.Logo != "" && (len(l.Logo) > maxLogo || !logo.MatchString(l.Logo)) {
		return perch.InvalidField("Logo", "must be a PNG, JPEG, GIF, WebP or SVG as a data: URL in base64 of at most %d characters", maxLogo)
	}
	return checkAmong("Theme", l.Theme, "", "auto", "light", "dark")
}

// resealWidgets seals the security keys anew, see Reseal.
func (c *Catalog) resealWidgets(ctx context.Context) error {
	instances, err := c.Instances(ctx)
	if err != nil {
		return err
	}
	for _, i := range instances {
		all, err := c.Widgets(ctx, i.ID)
		if err != nil {
			return err
		}
		for _, w := range all {
			if err := c.resealWidget(ctx, w); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Catalog) resealWidget(ctx context.Context, w Widget) error {
	keys, err := c.SecurityKeys(w)
	if err != nil {
		return err
	}
	fresh := slices.Clone(w.Keys)
	for n, key := range keys {
		if fresh[n].Sealed, err = c.opts.Sealer.Seal(token.KindWidgetKey, widgetKey{w.ID, key}); err != nil {
			return err
		}
	}
	if slices.Equal(fresh, w.Keys) {
		return nil
	}
	return changeIn(ctx, c, w.At, widgets, w.ID, func(w *Widget) error { w.Keys = fresh; return nil }, (*draft).putWidget)
}
