package serve_test

import (
	"database/sql"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/perch-chat/perch/wire"
)

// standing is a setting that the operations on its kind are tried with. It is
// made anew once one of them has deleted it.
type standing struct {
	row  string // that names it in a request
	path string // below which it is looked up, with the rows of what it belongs to in braces
	make func(s *site) string
}

func standings() []standing {
	named := func(s *site, more object) object {
		out := object{"Name": newID(s.town)}
		maps.Copy(out, more)
		return out
	}
	return []standing{
		{"HoursOfOperationId", "/hours-of-operations/{InstanceId}/", func(s *site) string {
			return s.putFor("HoursOfOperationId", "/hours-of-operations/"+s.instance, named(s, object{"TimeZone": "UTC", "Config": []any{}}))
		}},
		{"HoursOfOperationOverrideId", "/hours-of-operations/{InstanceId}/{HoursOfOperationId}/overrides/", func(s *site) string {
			return s.putFor("HoursOfOperationOverrideId", "/hours-of-operations/"+s.instance+"/"+s.settings["HoursOfOperationId"]+"/overrides",
				named(s, object{"Config": []any{}, "EffectiveFrom": "2030-01-01", "EffectiveTill": "2030-01-02"}))
		}},
		{"QueueId", "/queues/{InstanceId}/", func(s *site) string {
			return s.putFor("QueueId", "/queues/"+s.instance, named(s, object{"HoursOfOperationId": s.settings["QueueHours"]}))
		}},
	}
}

// putFor makes a setting and returns the id that its row has in the response.
func (s *site) putFor(row, path string, body object) string {
	s.town.t.Helper()
	var out map[string]string
	s.signedBy("PUT", path, body).into(s.town.t, &out)
	return out[row]
}

// makeSettings makes what is not there, in the order in which one needs another.
func (s *site) makeSettings() {
	s.town.t.Helper()
	if s.settings == nil {
		s.settings = map[string]string{"QuickConnectId": s.town.settingOf(s, "quick-connect")}
		s.settings["QueueHours"] = s.putFor("HoursOfOperationId", "/hours-of-operations/"+s.instance, object{"Name": "Of queues", "TimeZone": "UTC", "Config": []any{}})
	}
	for _, each := range standings() {
		path := strings.ReplaceAll(each.path, "{InstanceId}", s.instance)
		for row, id := range s.settings {
			path = strings.ReplaceAll(path, "{"+row+"}", id)
		}
		if id := s.settings[each.row]; id == "" || s.signedBy("GET", path+id, nil).status == http.StatusNotFound {
			s.settings[each.row] = each.make(s)
		}
	}
}

// settingOf is the id of some setting of a kind.
func (w *town) settingOf(s *site, kind string) string {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.Join(w.dir, "perch.db")}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(10000)")
	w.must(err)
	defer db.Close()
	return w.column(db, `SELECT id FROM setting WHERE kind = ? AND instance = ? ORDER BY id`, kind, s.instance)[0]
}

// set are the fields of an operation on settings.
func (s *site) set(op *wire.Operation) map[string]any {
	if !strings.Contains(op.Name, "Queue") && !strings.Contains(op.Name, "HoursOfOperation") {
		return nil
	}
	s.makeSettings()
	out := map[string]any{"Name": newID(s.town), "TimeZone": "Europe/Berlin", "EffectiveFrom": "2030-02-01", "EffectiveTill": "2030-02-02",
		"FromDate": "2030-01-01", "ToDate": "2030-01-31", "QuickConnectIds[]": s.settings["QuickConnectId"], "Config": []any{}}
	for row, id := range s.settings {
		out[row] = id
	}
	if op.Name == "CreateQueue" || op.Name == "UpdateQueueHoursOfOperation" { // others must be free to go
		out["HoursOfOperationId"] = s.settings["QueueHours"]
	}
	return out
}
