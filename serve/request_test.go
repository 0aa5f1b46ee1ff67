package serve_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// ask is a request of one of Amazon's operations, before it is sent.
type ask struct {
	op     *wire.Operation
	fields map[string]any // by top-level row; what is not there is left out
	body   []byte         // instead of what fields say
	header http.Header
	bearer string // of the participant API

	unsigned bool
	by       aws.Credentials
	service  string
	late     time.Duration // how far the signer's clock is behind
	tamper   func(*http.Request)
}

// valid is the one place that knows a request of every operation that is taken:
// it has what the table requires, and otherwise only what target names. What
// must be true of a value besides its limits is in known.
func (s *site) valid(op *wire.Operation, c talk, target string, value any) ask {
	return s.about(op, s.known(op, c), target, value)
}

// about is valid, about what another one was about or could have been: things that are
// made for a request are there until it is taken, and of many that
// are refused each would do with the same.
func (s *site) about(op *wire.Operation, known map[string]any, target string, value any) ask {
	f := form{op: op, target: target, value: value, known: known, also: map[string][]string{
		"CreateParticipantConnection": {"Type"},
		"UpdateContact":               {"Name"},

		"UpdateParticipantAuthentication": {"Code"},
		"UpdateContactRoutingData":        {"QueuePriority"},
		"UpdateViewMetadata":              {"Name"},
		"CreateParticipant":               {"ParticipantDetails.ParticipantRole", "ParticipantDetails.DisplayName"},
	}[op.Name]}
	a := ask{op: op, fields: f.members(op.Fields, false), by: s.keys[catalog.AdminScope], service: "connect", header: http.Header{}}
	for _, row := range op.Fields {
		if row.In == wire.InHeader {
			a.bearer, _ = a.fields[row.Name].(string)
		}
	}
	return a
}

// known are values that mean something to a site, by row or by the row's member.
func (s *site) known(op *wire.Operation, c talk) map[string]any {
	out := map[string]any{
		"InstanceId": s.instance, "ContactFlowId": s.flow, "ContactId": c.contact, "InitialContactId": c.contact,
		"SourceContactId": s.ended.contact, "RelatedContactId": s.ended.contact,
		"ParticipantToken": c.customer.token, "ConnectionToken": c.customer.credentials,
		"ViewToken": s.viewToken(), "ProcessorArn": "processor",
		"UserId": s.workers[0].id, "Subtype": "connect:Chat",
	}
	maps.Copy(out, map[string]map[string]any{
		"CreateParticipantConnection": {"Type[]": wire.TypeConnectionCredentials},
		"CreateParticipant":           {"ParticipantDetails.ParticipantRole": wire.RoleCustomBot},
		"StartOutboundChatContact": {"SegmentAttributes": object{"connect:Subtype": object{"ValueString": "connect:Chat"}},
			"SourceEndpoint": object{"Type": "CONTACT_FLOW"}, "DestinationEndpoint": object{"Type": "CONTACT_FLOW"},
			"ParticipantDetails": object{"DisplayName": "Ada"}},
	}[op.Name])
	const content = `{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`
	switch op.Name {
	case "CreateContactFlowModule":
		maps.Copy(out, map[string]any{"Name": newID(s.town), "Content": content})
	case "DescribeContactFlowModule":
		out["ContactFlowModuleId"] = s.module
	case "UpdateContactFlowModuleContent", "UpdateContactFlowModuleMetadata", "DeleteContactFlowModule":
		var made struct{ Id string }
		s.town.signedBy(s.keys[catalog.AdminScope], "PUT", "/contact-flow-modules/"+s.instance, object{"Name": newID(s.town), "Content": content}).into(s.town.t, &made)
		maps.Copy(out, map[string]any{"ContactFlowModuleId": made.Id, "Content": content, "Name": newID(s.town)})
	case "CreateContactFlow":
		maps.Copy(out, map[string]any{"Name": newID(s.town), "Content": content})
	case "UpdateContactFlowContent", "UpdateContactFlowMetadata", "UpdateContactFlowName", "DeleteContactFlow",
		"TagResource", "UntagResource", "ListTagsForResource":
		var made struct{ ContactFlowId, ContactFlowArn string }
		s.town.signedBy(s.keys[catalog.AdminScope], "PUT", "/contact-flows/"+s.instance,
			object{"Name": newID(s.town), "Type": "CONTACT_FLOW", "Content": content}).into(s.town.t, &made)
		maps.Copy(out, map[string]any{"ContactFlowId": made.ContactFlowId, "resourceArn": made.ContactFlowArn, "Content": content,
			"tags": object{"team": "a"}, "tagKeys": []any{"team"}})
	}
	maps.Copy(out, s.versioned(op))
	maps.Copy(out, s.set(op))
	maps.Copy(out, s.routed(op, c))
	maps.Copy(out, s.withFiles(op, c))
	if strings.HasSuffix(op.Name, "InstanceStorageConfig") {
		out["ResourceType"], out["AssociationId"] = "ATTACHMENTS", s.storage
		if op.Name == "DisassociateInstanceStorageConfig" { // which another call must not have done before
			s.storage = s.placeFiles()
		}
		out["StorageConfig.S3Config.BucketName"], out["StorageConfig.StorageType"] = "perch", "S3"
		out["StorageConfig"] = object{"StorageType": "S3", "S3Config": object{"BucketName": "perch", "BucketPrefix": "p"}}
	}
	maps.Copy(out, s.viewing(op))
	maps.Copy(out, s.authenticating(op))
	return out
}

// form fills in rows of an operation's table.
type form struct {
	op     *wire.Operation
	target string // the row that a test is about
	value  any    // what it is to be; absent leaves it out
	also   []string
	known  map[string]any
}

// absent is the value of a row that is left out.
type absent struct{}

func under(name, parent string) bool {
	tail, ok := strings.CutPrefix(name, parent)
	return ok && tail != "" && strings.ContainsRune(".[{", rune(tail[0]))
}

// wanted tells whether a row is filled in though the table does not ask for it.
func (f form) wanted(name string) bool {
	for _, w := range append([]string{f.target}, f.also...) {
		if w == name || under(w, name) {
			return true
		}
	}
	return false
}

func (f form) members(rows []wire.Field, one bool) map[string]any {
	out := map[string]any{}
	aimed := one && len(rows) > 0 && strings.Contains(rows[0].Name, ".") && f.target != "" &&
		under(f.target, rows[0].Name[:strings.LastIndexByte(rows[0].Name, '.')])
	for len(rows) > 0 {
		row, n := rows[0], 1
		for n < len(rows) && under(rows[n].Name, row.Name) {
			n++
		}
		take := row.Required || f.wanted(row.Name)
		if one { // exactly one: the target, or the first
			take = f.wanted(row.Name) || !aimed && len(out) == 0
		}
		if take {
			if v := f.fill(row, rows[1:n]); v != (absent{}) {
				out[row.Name[strings.LastIndexByte(row.Name, '.')+1:]] = v
			}
		}
		rows = rows[n:]
	}
	return out
}

func (f form) fill(row wire.Field, below []wire.Field) any {
	if row.Name == f.target {
		return f.value
	}
	if !under(f.target, row.Name) {
		for _, name := range []string{row.Name, row.Name[strings.LastIndexByte(row.Name, '.')+1:]} {
			if v, ok := f.known[name]; ok {
				return v
			}
		}
	}
	switch row.Type {
	case wire.Integer:
		return max(row.Min, 1)
	case wire.Number:
		return float64(max(row.Min, 1))
	case wire.Boolean:
		return true
	case wire.Timestamp:
		return "2019-11-08T02:41:28.172Z"
	case wire.Structure:
		return f.members(below, row.One)
	case wire.List:
		return f.list(row, below)
	case wire.Map:
		key := fmt.Sprint(f.fill(below[0], nil))
		return map[string]any{key: f.fill(below[1], below[2:])}
	}
	if len(row.Enum) > 0 {
		return row.Enum[0]
	}
	return strings.Repeat("x", max(row.Min, 1))
}

func (f form) list(row wire.Field, below []wire.Field) any {
	list := []any{}
	if row.Holds != "" {
		list = append(list, row.Holds)
	}
	if len(list) < max(row.Min, 1) || under(f.target, row.Name) || f.target == row.Name+"[]" {
		list = append(list, f.fill(below[0], below[1:]))
	}
	return list
}

// send makes the request and signs it, as the operation's service wants it.
func (w *town) send(a ask) reply {
	w.t.Helper()
	path, query, members := a.op.Path, url.Values{}, map[string]any{}
	for _, f := range a.op.Fields {
		v, given := a.fields[f.Name]
		switch {
		case strings.ContainsAny(f.Name, ".[{"):
		case f.In == wire.InPath && !given:
			path = strings.ReplaceAll(path, "{"+f.Name+"}", "")
		case f.In == wire.InPath:
			path = strings.ReplaceAll(path, "{"+f.Name+"}", url.PathEscape(fmt.Sprint(v)))
		case !given || f.In == wire.InHeader:
		case f.In == wire.InQuery:
			all, list := v.([]any)
			if !list {
				all = []any{v}
			}
			for _, each := range all {
				query.Add(f.Query, fmt.Sprint(each))
			}
		default:
			members[f.Name] = v
		}
	}
	for name, v := range a.fields { // those that no table knows
		if _, ok := members[name]; !ok && strings.HasPrefix(name, "X-") {
			members[name] = v
		}
	}
	body := a.body
	if body == nil {
		body = encode(w.t, members)
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	r := httptest.NewRequest(a.op.Method, path, bytes.NewReader(body))
	for name, values := range a.header {
		r.Header[name] = values
	}
	if a.op.Service == wire.Participant {
		if a.bearer != "" {
			r.Header.Set(wire.BearerHeader, a.bearer)
		}
	} else if !a.unsigned {
		w.sign(r, body, a.by, a.service, time.Now().Add(-a.late))
	}
	if a.tamper != nil {
		a.tamper(r)
	}
	return w.take(r)
}
