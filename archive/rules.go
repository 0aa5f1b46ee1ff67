package archive

import (
	"mime"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

// maxName is the most characters of a file's name.
// doc: API_StartAttachmentUpload
const maxName = 256

// contentTypes are what files of the usual extensions are sent as. Browsers
// differ, and where the system knows no type they say application/octet-stream.
var contentTypes = map[string][]string{
	"csv":  {"text/csv", "application/csv", "application/vnd.ms-excel", "text/plain"},
	"doc":  {"application/msword"},
	"docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	"heic": {"image/heic", "image/heif"},
	"jfif": {"image/jpeg", "image/jfif", "image/pjpeg"},
	"jpeg": {"image/jpeg", "image/pjpeg"},
	"jpg":  {"image/jpeg", "image/jpg", "image/pjpeg"},
	"mov":  {"video/quicktime"},
	"mp4":  {"video/mp4", "audio/mp4"},
	"pdf":  {"application/pdf"},
	"png":  {"image/png"},
	"ppt":  {"application/vnd.ms-powerpoint"},
	"pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	"rtf":  {"application/rtf", "text/rtf"},
	"txt":  {"text/plain"},
	"wav":  {"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"},
	"xls":  {"application/vnd.ms-excel"},
	"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
}

// checkFile looks at what is announced of a file, and returns its extension. What
// is in a file nobody here looks at.
//
// doc: feature-limits.md
func checkFile(f *perch.File, rules catalog.AttachedFiles) (extension string, err error) {
	if n := utf8.RuneCountInString(f.Name); n < 1 || n > maxName || !utf8.ValidString(f.Name) {
		return "", perch.InvalidField("AttachmentName", "must have 1 to %d characters, not %d", maxName, n)
	}
	// Controls, and marks that have a name read otherwise than it is.
	if strings.ContainsFunc(f.Name, func(r rune) bool { return unicode.In(r, unicode.C) || r == '/' || r == '\\' }) {
		return "", perch.InvalidField("AttachmentName", "must have no slashes and no control characters")
	}
	extension = strings.ToLower(strings.TrimPrefix(path.Ext(f.Name), "."))
	if !slices.Contains(rules.Extensions, extension) {
		return "", perch.InvalidField("AttachmentName", "must end in one of .%s", strings.Join(rules.Extensions, ", ."))
	}
	if f.ContentType == "" { // as in the Connect API, which knows names alone
		f.ContentType = "application/octet-stream"
		if known := contentTypes[extension]; known != nil {
			f.ContentType = known[0]
		}
	}
	kind, _, err := mime.ParseMediaType(f.ContentType)
	if err != nil || !strings.Contains(kind, "/") || strings.ContainsFunc(f.ContentType, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "", perch.InvalidField("ContentType", "must be a media type such as image/png")
	}
	if known, ok := contentTypes[extension]; ok && kind != "application/octet-stream" && !slices.Contains(known, kind) {
		return "", perch.InvalidField("ContentType", "of a file .%s must be one of %s", extension, strings.Join(known, ", "))
	}
	if f.Size < 1 || f.Size > rules.MaxSize {
		return "", perch.InvalidField("AttachmentSizeInBytes", "must be 1 to %d", rules.MaxSize)
	}
	return extension, nil
}
