package serve_test

import (
	"database/sql"
	"encoding/pem"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/perch-chat/perch/wire"
)

// standing is a setting that the operations on its kind are tried with. It is
// made anew once one of them has deleted it.
type standing struct {
	row  string // that names it in a request
	make func(s *site) string
}

func standings() []standing {
	named := func(s *site, more object) object {
		out := object{"Name": newID(s.town)}
		maps.Copy(out, more)
		return out
	}
	return []standing{
		{"HoursOfOperationId", func(s *site) string {
			return s.putFor("HoursOfOperationId", "/hours-of-operations/"+s.instance, named(s, object{"TimeZone": "UTC", "Config": []any{}}))
		}},
		{"HoursOfOperationOverrideId", func(s *site) string {
			return s.putFor("HoursOfOperationOverrideId", "/hours-of-operations/"+s.instance+"/"+s.settings["HoursOfOperationId"]+"/overrides",
				named(s, object{"Config": []any{}, "EffectiveFrom": "2030-01-01", "EffectiveTill": "2030-01-02"}))
		}},
		{"QueueId", func(s *site) string {
			return s.putFor("QueueId", "/queues/"+s.instance, named(s, object{"HoursOfOperationId": s.settings["QueueHours"]}))
		}},
		{"RoutingProfileId", func(s *site) string {
			return s.putFor("RoutingProfileId", "/routing-profiles/"+s.instance, named(s, object{"Description": "d", "DefaultOutboundQueueId": s.queueOfAgents(),
				"MediaConcurrencies": []any{object{"Channel": "CHAT", "Concurrency": 2}},
				"QueueConfigs":       []any{object{"QueueReference": object{"QueueId": s.queueOfAgents(), "Channel": "CHAT"}, "Priority": 1, "Delay": 0}}}))
		}},
		{"AgentStatusId", func(s *site) string {
			return s.putFor("AgentStatusId", "/agent-status/"+s.instance, named(s, object{"State": "ENABLED"}))
		}},
		{"SecurityProfileId", func(s *site) string {
			return s.putFor("SecurityProfileId", "/security-profiles/"+s.instance, object{"SecurityProfileName": newID(s.town)})
		}},
		{"UserId", func(s *site) string {
			return s.putFor("UserId", "/users/"+s.instance, object{"Username": newID(s.town), "SecurityProfileIds": []any{"Agent"},
				"RoutingProfileId": s.kept("routing-profile")})
		}},
		{"Name of an attribute", func(s *site) string { return s.predefine(newID(s.town)) }},
		{"QuickConnectId", func(s *site) string {
			return s.putFor("QuickConnectId", "/quick-connects/"+s.instance, named(s, object{"QuickConnectConfig": s.leadsTo()}))
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
		s.settings = map[string]string{}
		// While there are no others yet, these are some that nobody deletes.
		s.kept("routing-profile")
		s.kept("quick-connect")
		s.settings["QueueHours"] = s.putFor("HoursOfOperationId", "/hours-of-operations/"+s.instance, object{"Name": "Of queues", "TimeZone": "UTC", "Config": []any{}})
	}
	there := s.standing()
	for _, each := range standings() {
		if id := s.settings[each.row]; id == "" || !strings.Contains(there, id) {
			s.settings[each.row] = each.make(s)
		}
	}
}

// standing is the ids of all settings that are there, looked up without calling an
// operation, as some tests count these. Overrides are kept in their hours of operation.
func (s *site) standing() string {
	s.town.t.Helper()
	return strings.Join(s.town.settingsOf(`SELECT id FROM setting WHERE instance = ?
		UNION ALL SELECT CAST(body AS TEXT) FROM setting WHERE kind = 'hours' AND instance = ?`, s.instance, s.instance), " ")
}

func (w *town) settingsOf(query string, args ...any) []string {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.Join(w.dir, "perch.db")}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(10000)")
	w.must(err)
	defer db.Close()
	return w.column(db, query, args...)
}

// kept is the id of a setting of a kind that every instance begins with.
func (s *site) kept(kind string) string {
	s.town.t.Helper()
	return s.once(kind, func() string {
		return s.town.settingsOf(`SELECT id FROM setting WHERE kind = ? AND instance = ? ORDER BY id`, kind, s.instance)[0]
	})
}

// queueOfAgents is the queue that every instance begins with. It is looked up
// once: some tests count the calls of an operation.
func (s *site) queueOfAgents() string {
	s.town.t.Helper()
	return s.once("queue", s.findQueue)
}

// once is what find has found, the first time.
func (s *site) once(what string, find func() string) string {
	if s.found == nil {
		s.found = map[string]string{}
	}
	if s.found[what] == "" {
		s.found[what] = find()
	}
	return s.found[what]
}

func (s *site) findQueue() string {
	s.town.t.Helper()
	var all struct{ QueueSummaryList []struct{ Id, Name string } }
	s.signedBy("GET", "/queues-summary/"+s.instance, nil).into(s.town.t, &all)
	for _, q := range all.QueueSummaryList {
		if q.Name == "Basic queue" {
			return q.Id
		}
	}
	s.town.t.Fatal("the queue has gone")
	return ""
}

// flowOf is a flow of a type.
func (s *site) flowOf(kind string) string {
	s.town.t.Helper()
	return s.once("flow "+kind, func() string {
		var all struct{ ContactFlowSummaryList []struct{ Id string } }
		s.signedBy("GET", "/contact-flows-summary/"+s.instance+"?contactFlowTypes="+kind, nil).into(s.town.t, &all)
		return all.ContactFlowSummaryList[0].Id
	})
}

// predefine makes an attribute that can be "en".
func (s *site) predefine(name string) string {
	s.town.t.Helper()
	s.signedBy("PUT", "/predefined-attributes/"+s.instance, object{"Name": name, "Values": object{"StringList": []any{"en"}}})
	return name
}

// hasSkill sees to it that the user has a proficiency, or has none.
func (s *site) hasSkill(has bool) {
	s.once("language", func() string { return s.predefine("language") })
	path := "/users/" + s.instance + "/" + s.settings["UserId"]
	skill := object{"AttributeName": "language", "AttributeValue": "en", "Level": 2}
	way := "/disassociate-proficiencies"
	if has {
		way = "/associate-proficiencies"
	}
	s.signedBy("POST", path+way, object{"UserProficiencies": []any{skill}})
}

// leadsTo is where a quick connect can lead.
func (s *site) leadsTo() object {
	return object{"QuickConnectType": "QUEUE", "QueueConfig": object{"QueueId": s.queueOfAgents(), "ContactFlowId": s.flowOf("QUEUE_TRANSFER")}}
}

// set are the fields of an operation on settings.
func (s *site) set(op *wire.Operation) map[string]any {
	ours := slices.ContainsFunc([]string{"Queue", "HoursOfOperation", "RoutingProfile", "AgentStatus", "QuickConnect", "SecurityProfile", "UserProficiencies", "PredefinedAttribute"},
		func(kind string) bool { return strings.Contains(op.Name, kind) })
	if out := s.ofInstance(op); out != nil {
		return out
	}
	if !ours && !slices.Contains([]string{"CreateUser", "DescribeUser", "ListUsers", "DeleteUser", "UpdateUserHierarchy", "UpdateUserIdentityInfo", "UpdateUserPhoneConfig"}, op.Name) {
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
	maps.Copy(out, map[string]any{"SecurityProfileName": newID(s.town), "Username": newID(s.town), "SecurityProfileIds[]": "Agent", "QuickConnectConfig": s.leadsTo(),
		"DefaultOutboundQueueId": s.queueOfAgents(), "MediaConcurrencies": []any{object{"Channel": "CHAT", "Concurrency": 2}}, "QueueConfigs": []any{}})
	switch op.Name {
	case "DescribePredefinedAttribute", "UpdatePredefinedAttribute", "DeletePredefinedAttribute":
		out["Name"] = s.settings["Name of an attribute"]
	case "CreateUser", "UpdateUserRoutingProfile": // others must be free to go
		out["RoutingProfileId"] = s.kept("routing-profile")
	case "UpdateRoutingProfileQueues":
		out["QueueConfigs"] = []any{object{"QueueReference": object{"QueueId": s.queueOfAgents(), "Channel": "CHAT"}, "Priority": 1, "Delay": 0}}
	case "AssociateUserProficiencies", "UpdateUserProficiencies", "DisassociateUserProficiencies":
		s.hasSkill(op.Name != "AssociateUserProficiencies")
		out["UserProficiencies"] = []any{object{"AttributeName": "language", "AttributeValue": "en", "Level": 3}}
	case "AssociateQueueQuickConnects", "DisassociateQueueQuickConnects": // others must be free to go
		out["QuickConnectIds[]"] = s.kept("quick-connect")
	}
	return out
}

// ofInstance are the fields of an operation on the instance as a whole.
func (s *site) ofInstance(op *wire.Operation) map[string]any {
	at := "/instance/" + s.instance
	switch op.Name {
	case "CreateInstance":
		return map[string]any{"InstanceAlias": newID(s.town)}
	case "DeleteInstance":
		if s == s.town.there { // the first instance alone may make others
			return map[string]any{"InstanceId": s.instance}
		}
		return map[string]any{"InstanceId": s.putFor("Id", "/instance", object{"IdentityManagementType": "CONNECT_MANAGED", "InboundCallsEnabled": false, "OutboundCallsEnabled": false})}
	case "UpdateInstanceAttribute":
		return map[string]any{"AttributeType": "EARLY_MEDIA", "Value": "true"}
	case "AssociateApprovedOrigin":
		return map[string]any{"Origin": "https://" + newID(s.town) + ".example"}
	case "DisassociateApprovedOrigin":
		origin := "https://" + newID(s.town) + ".example"
		s.signedBy("PUT", at+"/approved-origin", object{"Origin": origin})
		return map[string]any{"Origin": origin}
	case "AssociateSecurityKey", "DisassociateSecurityKey": // there is room for two
		var all struct {
			SecurityKeys []struct{ AssociationId string }
		}
		s.signedBy("GET", at+"/security-keys", nil).into(s.town.t, &all)
		for _, k := range all.SecurityKeys {
			s.signedBy("DELETE", at+"/security-key/"+k.AssociationId, nil)
		}
		key := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte(newID(s.town))}))
		if op.Name == "AssociateSecurityKey" {
			return map[string]any{"Key": key}
		}
		return map[string]any{"AssociationId": s.putFor("AssociationId", at+"/security-key", object{"Key": key})}
	}
	return nil
}
