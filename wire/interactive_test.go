package wire_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

// The files of testdata/interactive.txtar are messages; their names begin with
// ok, or say what must be wrong with them.
func TestInteractiveMessages(t *testing.T) {
	t.Parallel()
	for _, m := range messages(t) {
		name, content := m[0], m[1]
		err := wire.CheckInteractive(content)
		if strings.HasPrefix(name, "ok") {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil || perch.KindOf(err) != perch.Invalid || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// messages are the names and contents of testdata/interactive.txtar.
func messages(t testing.TB) (all [][2]string) {
	t.Helper()
	data, err := os.ReadFile("testdata/interactive.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range strings.Split("\n"+string(data), "\n-- ")[1:] {
		name, content, _ := strings.Cut(file, " --\n")
		all = append(all, [2]string{name, content})
	}
	return all
}

func elements(n int, each string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(each+",", n), ",") + "]"
}

func TestInteractiveLimits(t *testing.T) {
	t.Parallel()
	message := func(kind, content string) string {
		return fmt.Sprintf(`{"templateType":%q,"version":"1.0","data":{"content":%s}}`, kind, content)
	}
	picker := func(title string, n int) string {
		return message("ListPicker", fmt.Sprintf(`{"title":%q,"elements":%s}`, title, elements(n, `{"title":"a"}`)))
	}
	long := func(n int) string { return strings.Repeat("é", n) }
	reply := func(title string, n int) string {
		return message("QuickReply", fmt.Sprintf(`{"title":%q,"elements":%s}`, title, elements(n, `{"title":"a"}`)))
	}
	inner := `{"templateIdentifier":"t","templateType":"Panel","version":"1.0","data":{"content":{"title":"a","elements":[{"title":"b"}]}}}`
	times := func(n, seconds, zone int) string {
		return message("TimePicker", fmt.Sprintf(`{"title":"t","timeZoneOffset":%d,"timeslots":%s}`, zone,
			elements(n, fmt.Sprintf(`{"date":"2026-11-20T09:30+00:00","duration":%d}`, seconds))))
	}
	for name, c := range map[string][2]string{ // what goes, what does not
		"elements of a list":      {picker("t", 10), picker("t", 11)},
		"title":                   {picker(long(5000), 1), picker(long(5001), 1)},
		"no elements":             {picker("t", 1), picker("t", 0)},
		"elements of a reply":     {reply("t", 10), reply("t", 11)},
		"few elements of a reply": {reply("t", 2), reply("t", 1)},
		"title of a reply":        {reply(long(200), 2), reply(long(201), 2)},
		"templates of a carousel": {message("Carousel", `{"elements":`+elements(5, inner)+`}`), message("Carousel", `{"elements":`+elements(6, inner)+`}`)},
		"slots":                   {times(40, 60, 0), times(41, 60, 0)},
		"seconds of a slot":       {times(1, 3600, 0), times(1, 3601, 0)},
		"offset of the time zone": {times(1, 60, 840), times(1, 60, 841)},
		"another offset":          {times(1, 60, -720), times(1, 60, -721)},
		"size of the whole":       {picker(strings.Repeat("a", 100), 1) + strings.Repeat(" ", 20<<10-1000), picker("t", 1) + strings.Repeat(" ", 20<<10)},
		"text behind the object":  {picker("t", 1) + "\n", picker("t", 1) + "{}"},
	} {
		if err := wire.CheckInteractive(c[0]); err != nil {
			t.Errorf("%s, at the limit: %v", name, err)
		}
		if err := wire.CheckInteractive(c[1]); err == nil || perch.KindOf(err) != perch.Invalid {
			t.Errorf("%s, beyond the limit: %v", name, err)
		}
	}
}

func FuzzCheckInteractive(f *testing.F) {
	for _, m := range messages(f) {
		f.Add(m[1])
	}
	f.Fuzz(func(t *testing.T, content string) {
		if err := wire.CheckInteractive(content); err != nil && perch.KindOf(err) != perch.Invalid {
			t.Error(err)
		}
		if err := wire.CheckInteractiveResponse(content); err != nil && perch.KindOf(err) != perch.Invalid {
			t.Error(err)
		}
		wire.ParseViewAnswer(content)
	})
}
