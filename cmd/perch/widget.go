package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/serve"
)

// widgetCommand is perch widget.
type widgetCommand struct {
	Create    createWidget  `cmd:"" help:"Make a chat widget for the pages of a site."`
	List      listWidgets   `cmd:"" help:"List the widgets of an instance."`
	RotateKey rotateKey     `cmd:"" name:"rotate-key" help:"Give a widget a new security key; the one before stays valid until the next time."`
	Snippet   widgetSnippet `cmd:"" help:"Print what to put into a page, and code that signs for its chats."`
}

// widgetRow is a widget as it is printed.
type widgetRow struct {
	WidgetID    string `json:"WidgetId"`
	Name        string
	Domains     []string
	Signed      bool
	SecurityKey string `json:",omitempty"` // of a new one alone
}

func widgetRowOf(w catalog.Widget, key string) widgetRow {
	return widgetRow{w.ID, w.Name, append([]string{}, w.Domains...), w.Signed, key}
}

type createWidget struct {
	ofInstance
	Name        string   `arg:"" help:"Name of the widget, for you."`
	Domain      []string `help:"Origin of pages that may show it, such as https://shop.example; up to 50."`
	Flow        string   `placeholder:"ID" help:"Flow that its chats start in; the instance's inbound flow if not given."`
	Hours       string   `placeholder:"NAME" help:"Hours of operation in which somebody is there; always if not given."`
	Unsigned    bool     `help:"Start chats for whoever opens it, without a token that the site has signed."`
	Title       string   `help:"What is over the chat."`
	Greeting    string   `help:"What is said before the first message."`
	Color       string   `placeholder:"#RRGGBB" help:"Colour of the button, the header and the customer's messages."`
	TextColor   string   `placeholder:"#RRGGBB" help:"Colour of text on that."`
	Theme       string   `enum:",auto,light,dark" default:"" help:"auto, light or dark."`
	Language    string   `placeholder:"en_US" help:"Language of the widget; the browser's if not given."`
	PreChat     bool     `help:"Ask for a name and the matter before a chat starts."`
	AskContinue bool     `help:"Let signed-in customers choose between going on with their last chat and starting anew."`
	ConfirmEnd  bool     `default:"true" negatable:"" help:"Ask before a chat is ended."`
	Logo        string   `type:"existingfile" placeholder:"FILE" help:"Picture beside the title, of at most 48 kB: PNG, JPEG, GIF, WebP or SVG."`
}

// Run makes a widget and shows its security key this once.
func (c *createWidget) Run(ctx context.Context) error {
	logo, err := pictureIn(c.Logo)
	if err != nil {
		return err
	}
	return c.open(ctx, func(ctx context.Context, d *serve.Desk, i catalog.Instance) error {
		w := catalog.Widget{Name: c.Name, Domains: c.Domain, Flow: perch.FlowID(c.Flow), Signed: !c.Unsigned,
			Look: catalog.Look{Title: c.Title, Greeting: c.Greeting, Color: c.Color, TextColor: c.TextColor, Theme: c.Theme, Language: c.Language,
				PreChat: c.PreChat, AskContinue: c.AskContinue, ConfirmEnd: c.ConfirmEnd, Logo: logo}}
		if c.Hours != "" {
			h, err := d.HoursNamed(ctx, i.ID, c.Hours)
			if err != nil {
				return fmt.Errorf("--hours %q: %w; perch export-settings shows what there is", c.Hours, err)
			}
			w.Hours = h.ID
		}
		w, err := d.PutWidget(ctx, i.ID, w)
		if err != nil {
			return err
		}
		key := ""
		if w.Signed {
			if key, err = d.RotateWidgetKey(ctx, i.ID, w.ID); err != nil {
				return err
			}
		}
		return c.print(widgetRowOf(w, key), func(out io.Writer) {
			fmt.Fprintf(out, "Widget            %s (%s)\n", w.ID, w.Name)
			if key != "" {
				fmt.Fprintf(out, "Security key      %s\n\nThe key is shown this once: write it down, and keep it on your servers.\n", key)
			}
			fmt.Fprintf(out, "\nperch widget snippet %s prints what to put into your pages.\n", w.ID)
		})
	})
}

// pictureIn is the picture in a file as a data: URL; empty where no file is named.
// What kind it is its bytes say, and of SVG, which is text, its name.
func pictureIn(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	kind := http.DetectContentType(data)
	if strings.EqualFold(filepath.Ext(file), ".svg") {
		kind = "image/svg+xml"
	}
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data), nil
}

type listWidgets struct{ ofInstance }

// Run lists the widgets of an instance.
func (c *listWidgets) Run(ctx context.Context) error {
	return c.open(ctx, func(ctx context.Context, d *serve.Desk, i catalog.Instance) error {
		all, err := d.Widgets(ctx, i.ID)
		if err != nil {
			return err
		}
		rows := make([]widgetRow, 0, len(all))
		for _, w := range all {
			rows = append(rows, widgetRowOf(w, ""))
		}
		return c.print(rows, func(out io.Writer) {
			t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "WIDGET\tNAME\tSIGNED\tDOMAINS")
			for _, r := range rows {
				fmt.Fprintf(t, "%s\t%s\t%t\t%s\n", r.WidgetID, r.Name, r.Signed, strings.Join(r.Domains, " "))
			}
			t.Flush() //nolint:errcheck // it is the terminal
		})
	})
}

type rotateKey struct {
	desk
	ID string `arg:"" name:"widget" help:"The widget's id."`
}

// Run makes a security key and shows it this once.
func (c *rotateKey) Run(ctx context.Context) error {
	return c.open(ctx, func(ctx context.Context, d *serve.Desk) error {
		w, err := d.Widget(ctx, c.ID)
		if err != nil {
			return fmt.Errorf("%w; perch widget list shows what there is", err)
		}
		key, err := d.RotateWidgetKey(ctx, w.At, w.ID)
		if err != nil {
			return err
		}
		return c.print(widgetRowOf(w, key), func(out io.Writer) {
			fmt.Fprintf(out, "Security key      %s\n\nThe key is shown this once. The one before stays valid until the next rotation: give your servers the new one before that.\n", key)
		})
	})
}

type widgetSnippet struct {
	desk
	ID  string `arg:"" name:"widget" help:"The widget's id."`
	URL string `default:"https://chat.example.com" help:"Address at which browsers reach perch."`
	As  string `default:"page" enum:"page,node,python,go" help:"page: what goes into a page; node, python, go: what signs on your server."`
}

// Run prints a snippet.
func (c *widgetSnippet) Run(ctx context.Context) error {
	return c.open(ctx, func(ctx context.Context, d *serve.Desk) error {
		w, err := d.Widget(ctx, c.ID)
		if err != nil {
			return fmt.Errorf("%w; perch widget list shows what there is", err)
		}
		all, err := w.Snippets(c.URL)
		if err != nil {
			return err
		}
		text := map[string]string{"page": all.Page, "node": all.Node, "python": all.Python, "go": all.Go}[c.As]
		return c.print(map[string]string{"WidgetId": w.ID, "Snippet": text}, func(out io.Writer) { fmt.Fprint(out, text) })
	})
}
