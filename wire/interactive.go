package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/perch-chat/perch"
)

// Templates of interactive messages.
//
// doc: interactive-messages.md
const (
	templateListPicker = "ListPicker"
	templateTimePicker = "TimePicker"
	templatePanel      = "Panel"
	templateQuickReply = "QuickReply"
	templateCarousel   = "Carousel"
	templateView       = "ViewResource"
)

// foreignTemplates are for devices and services of others: who made one knows
// what goes in.
func foreignTemplates() []string {
	return []string{"AppleForm", "ApplePay", "AppleCustomInteractiveMessage", "WhatsAppInteractiveList", "WhatsAppInteractiveReplyButton"}
}

// Limits of templates, in characters and in elements.
//
// doc: interactive-messages.md, Interactive message field limits
const (
	maxTemplateTitle  = 5000
	maxQuickTitle     = 200
	maxImageData      = 200
	maxElements       = 10
	maxCarousel       = 5
	maxTimeslots      = 40
	maxSlotSeconds    = 3600
	maxRadius         = 200
	minZone, maxZone  = -720, 840
	templateVersion   = "1.0"
	interactiveAtMost = 20 << 10 // bytes, of the whole message
)

var slotDate = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:?\d\d$`)

// CheckInteractive looks for what is wrong with an interactive message.
//
// Errors: Invalid, naming the member of Content, and its limit.
func CheckInteractive(content string) error {
	if len(content) > interactiveAtMost {
		return perch.InvalidField("Content", "must have at most %d bytes as an interactive message, not %d", interactiveAtMost, len(content))
	}
	message, err := objectIn(content)
	if err != nil {
		return err
	}
	return template{place: "", members: message}.check(0)
}

// CheckInteractiveResponse looks for what is wrong with an answer to one.
//
// Errors: Invalid, naming Content.
func CheckInteractiveResponse(content string) error {
	_, err := objectIn(content)
	return err
}

func objectIn(content string) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(content)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil || d.More() {
		return nil, perch.InvalidField("Content", "must be one JSON object")
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, perch.InvalidField("Content", "must be one JSON object")
	}
	return object, nil
}

// template is a template, or an object in it, and where in the message it is.
type template struct {
	place   string
	members map[string]any
}

func (t template) at(member string) string { return strings.TrimPrefix(t.place+"."+member, ".") }

func (t template) wrong(member, format string, args ...any) error {
	return perch.InvalidField("Content", "%s %s", t.at(member), fmt.Sprintf(format, args...))
}

func (t template) object(member string) (template, error) {
	object, ok := t.members[member].(map[string]any)
	if !ok {
		return template{}, t.wrong(member, "must be an object")
	}
	return template{t.at(member), object}, nil
}

// check looks at a template; nested is how many are around it.
func (t template) check(nested int) error {
	kind, _ := t.members["templateType"].(string)
	if slices.Contains(foreignTemplates(), kind) && nested == 0 {
		return nil
	}
	checks := map[string]func(template, int) error{templateListPicker: template.choices, templatePanel: template.choices,
		templateQuickReply: template.quickReply, templateTimePicker: template.timePicker, templateCarousel: template.carousel, templateView: template.view}
	check, known := checks[kind]
	if !known || nested > 0 && kind != templateListPicker && kind != templatePanel {
		among := "ListPicker, TimePicker, Panel, QuickReply, Carousel, ViewResource"
		if nested > 0 {
			among = "ListPicker, Panel"
		}
		return t.wrong("templateType", "must be one of %s", among)
	}
	if version, given := t.members["version"]; version != templateVersion && (given || kind != templateView) {
		return t.wrong("version", "must be %q", templateVersion)
	}
	data, err := t.object("data")
	if err != nil {
		return err
	}
	if data.members["replyMessage"] != nil {
		reply, err := data.object("replyMessage")
		if err == nil {
			err = first(reply.text("title", true, maxTemplateTitle), reply.text("subtitle", false, maxTemplateTitle), reply.image())
		}
		if err != nil {
			return err
		}
	}
	content, err := data.object("content")
	if err != nil {
		return err
	}
	return check(content, nested)
}

func (t template) choices(int) error {
	return first(t.text("title", true, maxTemplateTitle), t.text("subtitle", false, maxTemplateTitle), t.image(),
		t.elements("elements", 1, maxElements, func(e template) error {
			return first(e.text("title", true, maxTemplateTitle), e.text("subtitle", false, maxTemplateTitle), e.image(), e.link())
		}))
}

func (t template) quickReply(int) error {
	return first(t.text("title", true, maxQuickTitle), t.text("subtitle", false, maxQuickTitle),
		t.elements("elements", 2, maxElements, func(e template) error { return first(e.text("title", true, maxQuickTitle), e.link()) }))
}

func (t template) carousel(nested int) error {
	return first(t.text("title", false, maxTemplateTitle), t.elements("elements", 2, maxCarousel, func(e template) error {
		if err := e.text("templateIdentifier", true, maxTemplateTitle); err != nil {
			return err
		}
		return e.check(nested + 1)
	}))
}

func (t template) timePicker(int) error {
	err := first(t.text("title", true, maxTemplateTitle), t.text("subtitle", false, maxTemplateTitle),
		t.number("timeZoneOffset", false, minZone, maxZone),
		t.elements("timeslots", 1, maxTimeslots, func(slot template) error {
			date, _ := slot.members["date"].(string)
			if !slotDate.MatchString(date) {
				return slot.wrong("date", "must be a time like 2026-11-20T09:30+00:00")
			}
			return slot.number("duration", true, 1, maxSlotSeconds)
		}))
	if err != nil || t.members["location"] == nil {
		return err
	}
	location, err := t.object("location")
	if err != nil {
		return err
	}
	return first(location.number("latitude", true, -90, 90), location.number("longitude", true, -180, 180),
		location.text("title", true, maxTemplateTitle), location.number("radius", false, 0, maxRadius))
}

func (t template) view(int) error {
	return t.text("viewToken", true, 0)
}

func (t template) text(member string, required bool, most int) error {
	v, given := t.members[member]
	if !given || v == nil {
		if required {
			return t.wrong(member, "is required")
		}
		return nil
	}
	s, ok := v.(string)
	switch n := utf8.RuneCountInString(s); {
	case !ok:
		return t.wrong(member, "must be a string")
	case required && n == 0:
		return t.wrong(member, "must not be empty")
	case most > 0 && n > most:
		return t.wrong(member, "must have at most %d characters, not %d", most, n)
	}
	return nil
}

func (t template) number(member string, required bool, least, most float64) error {
	v, given := t.members[member]
	if !given || v == nil {
		if required {
			return t.wrong(member, "is required")
		}
		return nil
	}
	number, _ := v.(json.Number)
	n, err := number.Float64()
	if err != nil || n < least || n > most {
		return t.wrong(member, "must be a number from %v to %v", least, most)
	}
	return nil
}

func (t template) elements(member string, least, most int, check func(template) error) error {
	list, ok := t.members[member].([]any)
	if !ok {
		return t.wrong(member, "must be a list")
	}
	if len(list) < least || len(list) > most {
		return t.wrong(member, "must have %d to %d elements, not %d", least, most, len(list))
	}
	for i, v := range list {
		place := fmt.Sprintf("%s[%d]", t.at(member), i)
		object, ok := v.(map[string]any)
		if !ok {
			return perch.InvalidField("Content", "%s must be an object", place)
		}
		if err := check(template{place, object}); err != nil {
			return err
		}
	}
	return nil
}

// image looks at the members that show a picture.
func (t template) image() error {
	kind, given := t.members["imageType"]
	if given && kind != nil && kind != "URL" {
		return t.wrong("imageType", "must be URL")
	}
	return first(t.text("imageData", false, maxImageData), t.text("imageDescription", false, maxTemplateTitle))
}

// link looks at an element that is one.
func (t template) link() error {
	address, given := t.members["url"]
	if !given && t.members["type"] != "hyperlink" {
		return nil
	}
	text, _ := address.(string)
	if u, err := url.Parse(text); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return t.wrong("url", "must be an address of a page, https or http")
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
