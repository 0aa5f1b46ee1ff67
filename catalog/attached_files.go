package catalog

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
)

const (
	// MaxFile is the most bytes that a file may be allowed to have.
	// doc: API_UpdateAttachedFilesConfiguration
	MaxFile = 100 << 20
	// defaultMaxFile is what it may have where an instance says nothing.
	// doc: feature-limits.md
	defaultMaxFile = 20 << 20
	maxExtensions  = 100
)

var extensionForm = regexp.MustCompile(`^[a-z0-9_-]{1,10}$`)

// AttachedFiles says which files an instance's people may attach. Scope is what
// they attach them to.
type AttachedFiles struct {
	Scope      string
	MaxSize    int64    // bytes; the default if 0
	Extensions []string // small letters, without a dot; the default if nil
	Changed    time.Time
}

// AttachedToChats is the only scope that means anything here.
const AttachedToChats = "CHAT"

func (a AttachedFiles) key() (id, name string) { return a.Scope, a.Scope }

func attachedFiles(s *settings) shelf[AttachedFiles] { return s.attachedFiles }

// AttachedFilesKind is the kind of rules for attached files, for edits.
func AttachedFilesKind() Kind[AttachedFiles] {
	return Kind[AttachedFiles]{of: attachedFiles, place: (*draft).putAttachedFiles}
}

// DefaultExtensions are those of files that may be attached unless an instance
// says otherwise.
//
// doc: feature-limits.md
func DefaultExtensions() []string {
	return []string{"csv", "doc", "docx", "heic", "jfif", "jpeg", "jpg", "mov", "mp4", "pdf", "png", "ppt", "pptx", "rtf", "txt", "wav", "xls", "xlsx"}
}

// AttachedFiles are the rules for a scope.
func (c *Catalog) AttachedFiles(ctx context.Context, instance perch.InstanceID, scope string) (AttachedFiles, error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return AttachedFiles{}, err
	}
	set := s.attachedFiles.byID[scope]
	set.Scope = scope
	if set.MaxSize == 0 {
		set.MaxSize = defaultMaxFile
	}
	if set.Extensions == nil {
		set.Extensions = DefaultExtensions()
	}
	return set, nil
}

// PutAttachedFiles changes the rules for a scope: what is zero stays as it is.
func (c *Catalog) PutAttachedFiles(ctx context.Context, instance perch.InstanceID, change AttachedFiles) (AttachedFiles, error) {
	if _, err := putIn(ctx, c, instance, change, func(d *draft, a *AttachedFiles) error {
		old := d.attachedFiles.byID[a.Scope]
		if a.MaxSize == 0 {
			a.MaxSize = old.MaxSize
		}
		if a.Extensions == nil {
			a.Extensions = old.Extensions
		}
		return d.putAttachedFiles(a)
	}); err != nil {
		return AttachedFiles{}, err
	}
	return c.AttachedFiles(ctx, instance, change.Scope)
}

func (d *draft) putAttachedFiles(a *AttachedFiles) error {
	if a.Scope != AttachedToChats {
		return perch.InvalidField("AttachmentScope", "must be CHAT: nothing else is here")
	}
	if a.MaxSize < 0 || a.MaxSize > MaxFile {
		return perch.InvalidField("MaximumSizeLimitInBytes", "must be 1 to %d", MaxFile)
	}
	if len(a.Extensions) > maxExtensions {
		return perch.InvalidField("ExtensionConfiguration.AllowedExtensions", "must have at most %d, not %d", maxExtensions, len(a.Extensions))
	}
	a.Extensions = slices.Clone(a.Extensions)
	for i, e := range a.Extensions {
		if a.Extensions[i] = strings.ToLower(e); !extensionForm.MatchString(a.Extensions[i]) {
			return perch.InvalidField("ExtensionConfiguration.AllowedExtensions", "%.20q is no extension: letters, digits, - and _, at most 10", e)
		}
	}
	slices.Sort(a.Extensions)
	a.Extensions = slices.Compact(a.Extensions)
	return put(d, d.attachedFiles, "AttachmentScope", *a)
}
