package wire_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/perch-chat/perch/wire"
)

// sample makes requests out of an operation's table: every row filled in with
// something valid, short of the one that a test is about.
type sample struct {
	op     *wire.Operation
	target string // the row to replace; empty for none
	value  any    // its replacement; nil leaves it out
	null   bool   // write nil as an explicit null
}

// requestFor is the struct that an operation decodes into.
func requestFor(op *wire.Operation) any {
	if op.Service == wire.Participant && op.Name == "DescribeView" { // the Connect API has one as well
		return &wire.DescribeViewRequest{}
	}
	switch op.Name {
	case "StartChatContact":
		return &wire.StartChatContactRequest{}
	case "CreatePersistentContactAssociation":
		return &wire.CreatePersistentContactAssociationRequest{}
	case "StopContact":
		return &wire.StopContactRequest{}
	case "DescribeContact":
		return &wire.DescribeContactRequest{}
	case "ListAssociatedContacts":
		return &wire.ListAssociatedContactsRequest{}
	case "GetContactAttributes":
		return &wire.GetContactAttributesRequest{}
	case "UpdateContactAttributes":
		return &wire.UpdateContactAttributesRequest{}
	case "UpdateContact":
		return &wire.UpdateContactRequest{}
	case "TagContact":
		return &wire.TagContactRequest{}
	case "UntagContact":
		return &wire.UntagContactRequest{}
	case "CreateParticipant":
		return &wire.CreateParticipantRequest{}
	case "UpdateParticipantRoleConfig":
		return &wire.UpdateParticipantRoleConfigRequest{}
	case "UpdateParticipantAuthentication":
		return &wire.UpdateParticipantAuthenticationRequest{}
	case "GetAuthenticationUrl":
		return &wire.GetAuthenticationUrlRequest{}
	case "CancelParticipantAuthentication":
		return &wire.CancelParticipantAuthenticationRequest{}
	case "StartContactMediaProcessing":
		return &wire.StartContactMediaProcessingRequest{}
	case "StopContactMediaProcessing":
		return &wire.StopContactMediaProcessingRequest{}
	case "StartOutboundChatContact":
		return &wire.StartOutboundChatContactRequest{}
	case "GetMetricDataV2":
		return &wire.GetMetricDataV2Request{}
	case "GetCurrentMetricData":
		return &wire.GetCurrentMetricDataRequest{}
	case "GetCurrentUserData":
		return &wire.GetCurrentUserDataRequest{}
	case "SearchQueues", "SearchUsers", "SearchRoutingProfiles", "SearchContactFlows", "SearchContactFlowModules", "SearchQuickConnects", "SearchHoursOfOperations", "SearchSecurityProfiles", "SearchAgentStatuses", "SearchViews", "SearchPredefinedAttributes":
		return &wire.SettingSearchRequest{}
	case "CreatePredefinedAttribute", "DescribePredefinedAttribute", "ListPredefinedAttributes", "UpdatePredefinedAttribute", "DeletePredefinedAttribute":
		return &wire.AttributeRequest{}
	case "CreateInstance":
		return &wire.CreateInstanceRequest{}
	case "ListInstances":
		return &wire.ListInstancesRequest{}
	case "DescribeInstance", "DeleteInstance", "UpdateInstanceAttribute", "DescribeInstanceAttribute", "ListInstanceAttributes", "AssociateApprovedOrigin", "DisassociateApprovedOrigin", "ListApprovedOrigins", "AssociateSecurityKey", "DisassociateSecurityKey", "ListSecurityKeys":
		return &wire.InstanceRequest{}
	case "SearchContacts":
		return &wire.SearchContactsRequest{}
	case "MonitorContact":
		return &wire.MonitorContactRequest{}
	case "UpdateContactRoutingData":
		return &wire.UpdateContactRoutingDataRequest{}
	case "PutUserStatus":
		return &wire.PutUserStatusRequest{}
	case "DismissUserContact":
		return &wire.DismissUserContactRequest{}
	case "AssociateContactWithUser":
		return &wire.AssociateContactWithUserRequest{}
	case "CreateContactFlowModule":
		return &wire.CreateContactFlowModuleRequest{}
	case "DescribeContactFlowModule":
		return &wire.ContactFlowModuleRequest{}
	case "ListContactFlowModules":
		return &wire.ListContactFlowModulesRequest{}
	case "UpdateContactFlowModuleContent":
		return &wire.UpdateContactFlowModuleContentRequest{}
	case "UpdateContactFlowModuleMetadata":
		return &wire.UpdateContactFlowModuleMetadataRequest{}
	case "DeleteContactFlowModule":
		return &wire.ContactFlowModuleRequest{}
	case "CreateContactFlowVersion":
		return &wire.CreateContactFlowVersionRequest{}
	case "ListContactFlowVersions":
		return &wire.ListContactFlowVersionsRequest{}
	case "DeleteContactFlowVersion":
		return &wire.DeleteContactFlowVersionRequest{}
	case "CreateContactFlowModuleVersion":
		return &wire.CreateContactFlowModuleVersionRequest{}
	case "ListContactFlowModuleVersions":
		return &wire.ModulePageRequest{}
	case "DeleteContactFlowModuleVersion":
		return &wire.DeleteContactFlowModuleVersionRequest{}
	case "CreateContactFlowModuleAlias":
		return &wire.CreateContactFlowModuleAliasRequest{}
	case "DescribeContactFlowModuleAlias":
		return &wire.ContactFlowModuleAliasRequest{}
	case "ListContactFlowModuleAliases":
		return &wire.ModulePageRequest{}
	case "UpdateContactFlowModuleAlias":
		return &wire.UpdateContactFlowModuleAliasRequest{}
	case "DeleteContactFlowModuleAlias":
		return &wire.ContactFlowModuleAliasRequest{}
	case "AssociateInstanceStorageConfig":
		return &wire.AssociateInstanceStorageConfigRequest{}
	case "DescribeInstanceStorageConfig":
		return &wire.InstanceStorageConfigRequest{}
	case "ListInstanceStorageConfigs":
		return &wire.ListInstanceStorageConfigsRequest{}
	case "UpdateInstanceStorageConfig":
		return &wire.UpdateInstanceStorageConfigRequest{}
	case "DisassociateInstanceStorageConfig":
		return &wire.InstanceStorageConfigRequest{}
	case "CreateView":
		return &wire.CreateViewRequest{}
	case "DescribeView", "DeleteView":
		return &wire.ViewRequest{}
	case "ListViews":
		return &wire.ListViewsRequest{}
	case "UpdateViewContent":
		return &wire.UpdateViewContentRequest{}
	case "UpdateViewMetadata":
		return &wire.UpdateViewMetadataRequest{}
	case "CreateViewVersion":
		return &wire.CreateViewVersionRequest{}
	case "ListViewVersions":
		return &wire.ListViewVersionsRequest{}
	case "DeleteViewVersion":
		return &wire.DeleteViewVersionRequest{}
	case "StartAttachedFileUpload":
		return &wire.StartAttachedFileUploadRequest{}
	case "CompleteAttachedFileUpload", "GetAttachedFile", "DeleteAttachedFile":
		return &wire.AttachedFileRequest{}
	case "BatchGetAttachedFileMetadata":
		return &wire.BatchGetAttachedFileMetadataRequest{}
	case "DescribeAttachedFilesConfiguration", "UpdateAttachedFilesConfiguration":
		return &wire.AttachedFilesConfigurationRequest{}
	case "StartAttachmentUpload":
		return &wire.StartAttachmentUploadRequest{}
	case "CompleteAttachmentUpload":
		return &wire.CompleteAttachmentUploadRequest{}
	case "GetAttachment":
		return &wire.GetAttachmentRequest{}
	case "CreateContactFlow":
		return &wire.CreateContactFlowRequest{}
	case "DescribeContactFlow":
		return &wire.ContactFlowRequest{}
	case "ListContactFlows":
		return &wire.ListContactFlowsRequest{}
	case "UpdateContactFlowContent":
		return &wire.UpdateContactFlowContentRequest{}
	case "UpdateContactFlowMetadata":
		return &wire.UpdateContactFlowMetadataRequest{}
	case "UpdateContactFlowName":
		return &wire.UpdateContactFlowMetadataRequest{}
	case "DeleteContactFlow":
		return &wire.ContactFlowRequest{}
	case "CreateRoutingProfile", "DescribeRoutingProfile", "ListRoutingProfiles", "UpdateRoutingProfileConcurrency", "UpdateRoutingProfileName", "UpdateRoutingProfileDefaultOutboundQueue", "UpdateRoutingProfileQueues", "UpdateRoutingProfileAgentAvailabilityTimer", "AssociateRoutingProfileQueues", "DisassociateRoutingProfileQueues", "ListRoutingProfileQueues", "DeleteRoutingProfile":
		return &wire.ProfileRequest{}
	case "CreateAgentStatus", "DescribeAgentStatus", "ListAgentStatuses", "UpdateAgentStatus":
		return &wire.StatusRequest{}
	case "CreateQuickConnect", "DescribeQuickConnect", "ListQuickConnects", "UpdateQuickConnectName", "UpdateQuickConnectConfig", "DeleteQuickConnect":
		return &wire.QuickConnectRequest{}
	case "CreateUser", "DescribeUser", "ListUsers", "UpdateUserRoutingProfile", "UpdateUserSecurityProfiles", "UpdateUserIdentityInfo", "UpdateUserPhoneConfig", "UpdateUserHierarchy", "AssociateUserProficiencies", "DisassociateUserProficiencies", "ListUserProficiencies", "UpdateUserProficiencies", "DeleteUser":
		return &wire.UserRequest{}
	case "CreateSecurityProfile", "DescribeSecurityProfile", "ListSecurityProfiles", "ListSecurityProfilePermissions", "UpdateSecurityProfile", "DeleteSecurityProfile":
		return &wire.SecurityRequest{}
	case "CreateQueue", "DescribeQueue", "ListQueues", "UpdateQueueName", "UpdateQueueStatus", "UpdateQueueHoursOfOperation", "UpdateQueueMaxContacts", "UpdateQueueOutboundCallerConfig", "DeleteQueue", "AssociateQueueQuickConnects", "DisassociateQueueQuickConnects", "ListQueueQuickConnects":
		return &wire.QueueRequest{}
	case "CreateHoursOfOperation", "DescribeHoursOfOperation", "ListHoursOfOperations", "UpdateHoursOfOperation", "DeleteHoursOfOperation", "GetEffectiveHoursOfOperations":
		return &wire.HoursRequest{}
	case "CreateHoursOfOperationOverride", "DescribeHoursOfOperationOverride", "ListHoursOfOperationOverrides", "UpdateHoursOfOperationOverride", "DeleteHoursOfOperationOverride":
		return &wire.HoursOverrideRequest{}
	case "TagResource":
		return &wire.TagResourceRequest{}
	case "UntagResource":
		return &wire.UntagResourceRequest{}
	case "ListTagsForResource":
		return &wire.ListTagsForResourceRequest{}
	case "CreateParticipantConnection":
		return &wire.CreateParticipantConnectionRequest{}
	case "SendMessage":
		return &wire.SendMessageRequest{}
	case "SendEvent":
		return &wire.SendEventRequest{}
	case "GetTranscript":
		return &wire.GetTranscriptRequest{}
	case "DisconnectParticipant":
		return &wire.DisconnectParticipantRequest{}
	default:
		panic("no request struct for " + op.Name)
	}
}

// decode sends the sample through Decode and returns the struct.
func (s sample) decode(tb testing.TB) (any, error) {
	tb.Helper()
	r, body := s.request(tb)
	into := requestFor(s.op)
	return into, wire.Decode(s.op, r, body, into)
}

func (s sample) request(tb testing.TB) (*http.Request, []byte) {
	tb.Helper()
	root := s.members(s.op.Fields, false)
	body, query := map[string]any{}, url.Values{}
	r := httptest.NewRequest(s.op.Method, "/", nil)
	for _, f := range s.op.Fields {
		value, ok := root[f.Name]
		if !ok || strings.ContainsAny(f.Name, ".[{") || value == nil && f.In != wire.InBody {
			continue // outside the body there is no null
		}
		switch f.In {
		case wire.InBody:
			body[f.Name] = value
		case wire.InPath:
			r.SetPathValue(f.Name, fmt.Sprint(value))
		case wire.InQuery:
			list, ok := value.([]any)
			if !ok {
				list = []any{value}
			}
			for _, v := range list {
				query.Add(f.Query, fmt.Sprint(v))
			}
		case wire.InHeader:
			r.Header.Set(wire.BearerHeader, fmt.Sprint(value))
		}
	}
	r.URL.RawQuery = query.Encode()
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(body); err != nil {
		tb.Fatal(err)
	}
	return r, b.Bytes()
}

func (s sample) members(rows []wire.Field, one bool) map[string]any {
	object := map[string]any{}
	aimed := false
	for _, f := range rows {
		aimed = aimed || f.Name == s.target
	}
	for len(rows) > 0 {
		f := rows[0]
		under := 1
		for under < len(rows) && strings.HasPrefix(rows[under].Name, f.Name) && strings.ContainsAny(rows[under].Name[len(f.Name):][:1], ".[{") {
			under++
		}
		onPath := strings.HasPrefix(s.target, f.Name)
		if !one || aimed && onPath || !aimed && len(object) == 0 {
			if value, ok := s.valueOf(f, rows[1:under]); ok {
				object[f.Name[strings.LastIndexByte(f.Name, '.')+1:]] = value
			}
		}
		rows = rows[under:]
	}
	return object
}

func (s sample) valueOf(f wire.Field, under []wire.Field) (any, bool) {
	if f.Name == s.target {
		return s.value, s.value != nil || s.null
	}
	switch f.Type {
	case wire.Integer:
		return max(f.Min, 1), true
	case wire.Number:
		return float64(max(f.Min, 1)), true
	case wire.Boolean:
		return true, true
	case wire.Timestamp:
		return "2019-11-08T02:41:28.172Z", true
	case wire.Structure:
		return s.members(under, f.One), true
	case wire.List:
		list := []any{}
		if f.Holds != "" {
			list = append(list, f.Holds)
		}
		if value, ok := s.valueOf(under[0], under[1:]); ok {
			list = append(list, value)
		}
		return list, true
	case wire.Map:
		key, _ := s.valueOf(under[0], nil)
		value, ok := s.valueOf(under[1], under[2:])
		if !ok {
			return map[string]any{}, true
		}
		return map[string]any{fmt.Sprint(key): value}, true
	}
	if len(f.Enum) > 0 {
		return f.Enum[len(f.Enum)-1], true
	}
	return strings.Repeat("x", max(f.Min, 1)), true
}
