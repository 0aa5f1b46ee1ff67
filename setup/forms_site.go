package setup

import (
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

type widgetForm struct {
	Id               string   `key:"yes" like:"uuid" doc:"What pages name; kept where nobody has used the instance yet, made up if left out."`
	Name             string   `key:"yes" must:"yes" most:"127" doc:"Unique among the widgets."`
	Domains          []string `most:"50" doc:"Origins of the pages that may show it, such as https://shop.example."`
	ContactFlow      Ref      `to:"flow" doc:"Flow that its chats start in; the instance's inbound flow if left out."`
	HoursOfOperation Ref      `to:"hours" doc:"When somebody is there; always if left out."`
	Signed           bool     `doc:"Chats start with a token alone that the site has signed. Its security key is given by perch widget rotate-key, and never exported."`
	Look             lookForm `doc:"What the site may say otherwise in its snippet."`
}

type lookForm struct {
	Title       string `most:"500" doc:"Over the chat."`
	Greeting    string `most:"500" doc:"Before the first message."`
	Color       string `like:"color" doc:"Of the button, the header and the customer's messages, such as #1a5fb4."`
	TextColor   string `like:"color" doc:"Of text on that."`
	Theme       string `among:"auto,light,dark"`
	Language    string `most:"500" doc:"Such as en_US; the browser's if left out."`
	PreChat     bool   `doc:"A name and the matter are asked for first."`
	AskContinue bool   `doc:"A known customer may choose between going on and starting anew."`
	ConfirmEnd  bool   `doc:"The customer is asked before a chat is ended."`
	Logo        string `most:"65536" doc:"Beside the title: a picture as a data: URL in base64."`
}

func showWidget(w catalog.Widget) widgetForm {
	l := w.Look
	return widgetForm{w.ID, w.Name, some(w.Domains), Ref(w.Flow), Ref(w.Hours), w.Signed,
		lookForm{l.Title, l.Greeting, l.Color, l.TextColor, l.Theme, l.Language, l.PreChat, l.AskContinue, l.ConfirmEnd, l.Logo}}
}

func (f widgetForm) fill(w *catalog.Widget, _ *making) {
	l := f.Look
	w.ID, w.Name, w.Domains, w.Flow, w.Hours, w.Signed = f.Id, f.Name, f.Domains, perch.FlowID(f.ContactFlow), perch.HoursID(f.HoursOfOperation), f.Signed
	w.Look = catalog.Look{Title: l.Title, Greeting: l.Greeting, Color: l.Color, TextColor: l.TextColor, Theme: l.Theme, Language: l.Language,
		PreChat: l.PreChat, AskContinue: l.AskContinue, ConfirmEnd: l.ConfirmEnd, Logo: l.Logo}
}

type storageForm struct {
	ResourceType string `key:"yes" must:"yes" among:"CHAT_TRANSCRIPTS,ATTACHMENTS"`
	BucketName   string `most:"128" doc:"A place that perch serve knows by --bucket, or perch for its own. Left out, nothing is written."`
	BucketPrefix string `most:"128" doc:"What the keys begin with."`
	KeyId        string `most:"128" doc:"ARN of the key that the bucket encrypts with."`
}

func showStorage(s catalog.Storage) storageForm {
	return storageForm{string(s.Resource), s.Bucket, s.Prefix, s.Key}
}

func (f storageForm) fill(s *catalog.Storage, m *making) {
	s.ID = catalog.StorageID(m.instance(), catalog.Resource(f.ResourceType))
	s.Resource, s.Bucket, s.Prefix, s.Key = catalog.Resource(f.ResourceType), f.BucketName, f.BucketPrefix, f.KeyId
}

type attachedFilesForm struct {
	AttachmentScope         string   `key:"yes" must:"yes" among:"CHAT"`
	MaximumSizeLimitInBytes int      `least:"0" most:"104857600" doc:"20 MB if left out."`
	AllowedExtensions       []string `doc:"Small letters, without a dot; those that Amazon allows if left out."`
}

func showAttachedFiles(a catalog.AttachedFiles) attachedFilesForm {
	return attachedFilesForm{a.Scope, int(a.MaxSize), a.Extensions}
}

func (f attachedFilesForm) fill(a *catalog.AttachedFiles, m *making) {
	extensions := slices.Clone(f.AllowedExtensions) // nil is not the same as none
	slices.Sort(extensions)
	*a = catalog.AttachedFiles{Scope: f.AttachmentScope, MaxSize: int64(f.MaximumSizeLimitInBytes), Extensions: extensions, Changed: m.now}
}
