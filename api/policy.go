package api

import (
	"fmt"
	"maps"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// callers is a set of kinds of caller.
type callers uint16

const (
	// anybody has shown nothing, or what the route itself looks at: a password,
	// the token in a socket's address.
	anybody callers = 1 << iota
	// Holders of an access key, by its scope.
	withStartKey
	withReadKey
	withAdminKey
	// Participants of a running chat, by their part in it.
	asCustomer
	asBot
	asAgent
	asSupervisor
	// asGone is who has left the chat, or whose chat has ended. No row lets them in.
	asGone
	// Those who work here, signed in, by their security profile.
	workingAgent
	workingSupervisor
	workingAdmin
)

// Sets that rows have in common.
const (
	nobody         callers = 0
	keys                   = withStartKey | withReadKey | withAdminKey
	starters               = withStartKey | withAdminKey
	readers                = withReadKey | withAdminKey
	administrators         = withAdminKey | workingAdmin
	supervisors            = workingSupervisor | workingAdmin
	participants           = asCustomer | asBot | asAgent | asSupervisor
	workers                = workingAgent | workingSupervisor | workingAdmin
)

// policy is who may do what: one row for each route. Amazon's operations go by
// the names that their documents give to permissions, all else by its pattern.
// What the table does not say: everybody is kept to one instance, participants
// to their own chat, and staff to their own contacts, by what they show, never
// by what they ask for.
func policy() map[string]callers {
	all := map[string]callers{
		"connect:StartChatContact":                   starters,
		"connect:StartOutboundChatContact":           starters,
		"connect:CreatePersistentContactAssociation": starters,
		"connect:CreateParticipant":                  starters,
		"connect:StopContact":                        starters | supervisors,
		"connect:DescribeContact":                    readers | workers,
		"connect:ListAssociatedContacts":             readers | workers,
		"connect:GetContactAttributes":               readers | workers,
		"connect:UpdateContactAttributes":            withAdminKey | workers,
		"connect:UpdateContact":                      withAdminKey | workers,
		"connect:UpdateParticipantRoleConfig":        withAdminKey | supervisors,
		"connect:UpdateParticipantAuthentication":    starters,
		"connect:SearchContacts":                     readers | workingAdmin,
		"connect:GetMetricDataV2":                    readers | supervisors,
		"connect:GetCurrentMetricData":               readers | supervisors,
		"connect:GetCurrentUserData":                 readers | supervisors,
		"connect:MonitorContact":                     withAdminKey | supervisors,
		"connect:UpdateContactRoutingData":           withAdminKey | supervisors,
		"connect:PutUserStatus":                      withAdminKey | supervisors,
		"connect:DismissUserContact":                 withAdminKey | supervisors,
		"connect:AssociateContactWithUser":           withAdminKey | supervisors,
		"connect:StartContactMediaProcessing":        withAdminKey | supervisors,
		"connect:StopContactMediaProcessing":         withAdminKey | supervisors,
		"connect:TagContact":                         withAdminKey | workers,
		"connect:UntagContact":                       withAdminKey | workers,
		"connect:CreateContactFlow":                  administrators,
		"connect:DescribeContactFlow":                readers | supervisors,
		"connect:ListContactFlows":                   readers | supervisors,
		"connect:UpdateContactFlowContent":           administrators,
		"connect:UpdateContactFlowMetadata":          administrators,
		"connect:UpdateContactFlowName":              administrators,
		"connect:DeleteContactFlow":                  administrators,
		"connect:CreateContactFlowModule":            administrators,
		"connect:DescribeContactFlowModule":          readers | supervisors,
		"connect:ListContactFlowModules":             readers | supervisors,
		"connect:UpdateContactFlowModuleContent":     administrators,
		"connect:UpdateContactFlowModuleMetadata":    administrators,
		"connect:DeleteContactFlowModule":            administrators,
		"connect:CreateContactFlowVersion":           administrators,
		"connect:ListContactFlowVersions":            readers | supervisors,
		"connect:DeleteContactFlowVersion":           administrators,
		"connect:CreateContactFlowModuleVersion":     administrators,
		"connect:ListContactFlowModuleVersions":      readers | supervisors,
		"connect:DeleteContactFlowModuleVersion":     administrators,
		"connect:CreateContactFlowModuleAlias":       administrators,
		"connect:DescribeContactFlowModuleAlias":     readers | supervisors,
		"connect:ListContactFlowModuleAliases":       readers | supervisors,
		"connect:UpdateContactFlowModuleAlias":       administrators,
		"connect:DeleteContactFlowModuleAlias":       administrators,
		"connect:AssociateInstanceStorageConfig":     administrators,
		"connect:DescribeInstanceStorageConfig":      readers | supervisors,
		"connect:ListInstanceStorageConfigs":         readers | supervisors,
		"connect:UpdateInstanceStorageConfig":        administrators,
		"connect:DisassociateInstanceStorageConfig":  administrators,
		"connect:CreateView":                         administrators,
		"connect:DescribeView":                       readers | supervisors,
		"connect:ListViews":                          readers | supervisors,
		"connect:UpdateViewContent":                  administrators,
		"connect:UpdateViewMetadata":                 administrators,
		"connect:CreateViewVersion":                  administrators,
		"connect:ListViewVersions":                   readers | supervisors,
		"connect:DeleteView":                         administrators,
		"connect:DeleteViewVersion":                  administrators,
		"connect:StartAttachedFileUpload":            withAdminKey | workers,
		"connect:CompleteAttachedFileUpload":         withAdminKey | workers,
		"connect:GetAttachedFile":                    readers | workers,
		"connect:BatchGetAttachedFileMetadata":       readers | workers,
		"connect:DeleteAttachedFile":                 withAdminKey | supervisors,
		"connect:DescribeAttachedFilesConfiguration": readers | supervisors,
		"connect:UpdateAttachedFilesConfiguration":   administrators,
		"connect:TagResource":                        administrators,
		"connect:UntagResource":                      administrators,
		"connect:ListTagsForResource":                readers | supervisors,

		"participant:CreateParticipantConnection": participants,
		"participant:SendMessage":                 participants,
		"participant:SendEvent":                   participants,
		"participant:GetTranscript":               participants,
		"participant:StartAttachmentUpload":       participants,
		"participant:CompleteAttachmentUpload":    participants,
		// doc: API_GetAttachment
		"participant:GetAttachment":         participants &^ asBot,
		"participant:DescribeView":          participants,
		"participant:DisconnectParticipant": participants,

		"participant:GetAuthenticationUrl":            asCustomer,
		"participant:CancelParticipantAuthentication": asCustomer,

		"GET " + SocketPath: anybody,

		"POST /agent/login":                           anybody,
		"GET /agent/sign-in":                          anybody,
		"GET /agent/provider":                         anybody,
		"GET /agent/provider/callback":                anybody,
		"POST /agent/refresh":                         anybody,
		"POST /agent/logout":                          workers,
		"PUT /agent/password":                         workers,
		"PUT /agent/users/{UserId}/password":          workingAdmin,
		"POST /agent/users/{UserId}/logout":           workingAdmin,
		"GET /agent/me":                               workers,
		"PUT /agent/status":                           workers,
		"GET /agent/contacts":                         workers,
		"POST /agent/contacts/{ContactId}/accept":     workers,
		"POST /agent/contacts/{ContactId}/reject":     workers,
		"POST /agent/contacts/{ContactId}/transfer":   workers,
		"POST /agent/contacts/{ContactId}/end":        workers,
		"POST /agent/contacts/{ContactId}/clear":      workers,
		"POST /agent/contacts/{ContactId}/monitor":    supervisors,
		"POST /agent/contacts/{ContactId}/barge":      supervisors,
		"POST /agent/contacts/{ContactId}/leave":      supervisors,
		"POST /agent/contacts/{ContactId}/whisper":    supervisors,
		"POST /agent/contacts/{ContactId}/reassign":   supervisors,
		"POST /agent/connection":                      workers,
		"GET /agent/contacts/{ContactId}":             workers,
		"GET /agent/contacts/{ContactId}/items":       workers,
		"GET /agent/contacts/{ContactId}/chain":       workers,
		"GET /agent/contacts/{ContactId}/customer":    workers,
		"GET /agent/contacts/{ContactId}/notes":       workers,
		"POST /agent/contacts/{ContactId}/notes":      workers,
		"PUT /agent/contacts/{ContactId}/disposition": workers,
		"GET /agent/contacts/{ContactId}/replies":     workers,
		"GET /agent/search":                           workers,
		"GET /agent/figures":                          supervisors,
		"GET /agent/floor/contacts":                   supervisors,
		"POST /agent/flows/check":                     supervisors,
		"GET /agent/dispositions":                     workers,
		"POST /agent/dispositions":                    workingAdmin,
		"PUT /agent/dispositions/{Id}":                workingAdmin,
		"DELETE /agent/dispositions/{Id}":             workingAdmin,
		"GET /agent/replies":                          workers,
		"POST /agent/replies":                         workingAdmin,
		"PUT /agent/replies/{Id}":                     workingAdmin,
		"DELETE /agent/replies/{Id}":                  workingAdmin,
		"GET /agent/widgets":                          supervisors,
		"POST /agent/widgets":                         workingAdmin,
		"PUT /agent/widgets/{Id}":                     workingAdmin,
		"DELETE /agent/widgets/{Id}":                  workingAdmin,
		"POST /agent/widgets/{Id}/key":                workingAdmin,
		"GET /agent/widgets/{Id}/snippets":            supervisors,
		"GET /agent/keys":                             workingAdmin,
		"POST /agent/keys":                            workingAdmin,
		"DELETE /agent/keys/{Id}":                     workingAdmin,

		"GET /perch/contacts/{ContactId}/transcript": readers | workers,
		"GET /perch/settings":                        administrators,
		"POST /perch/settings":                       administrators,
		"GET /perch/contacts/{ContactId}/flow-log":   readers | workers,
		"PUT " + FilePath:                            anybody, // who has the URL
		"GET " + FilePath:                            anybody,
		"GET /perch/transcript":                      participants,
		"POST /perch/transcript/ended":               asCustomer, // by the token of a chat that has ended
		"GET /perch/transcript/ended":                asCustomer,
		"POST /perch/attachment/ended":               asCustomer, // the same
		"GET /perch/waiting":                         asCustomer,

		"POST /Prod":     anybody,
		"POST /Prod/{$}": anybody,

		"POST /widget/{WidgetId}/start": anybody,
		"GET /widget/{WidgetId}/frame":  anybody,
		"GET /pages/{Name}":             anybody,
		"GET /demo":                     anybody,
		"GET /desk":                     anybody,
		"GET /{$}":                      anybody,
		"GET /desk/{$}":                 anybody,
		"GET /demo/{$}":                 anybody,
		"GET /amazon-connect-chat-interface-client.js": anybody,
		"GET /amazon-connect-chat-interface.js":        anybody,

		"GET /openapi.json": anybody,
		"GET /healthz":      anybody,
		"GET /readyz":       anybody,
		"GET /metrics":      anybody,
		"/":                 anybody, // there is no such operation
	}
	maps.Copy(all, settingsPolicy())
	return all
}

// actionOf is the name of an operation's row.
func actionOf(op *wire.Operation) string {
	if op.Service == wire.Participant {
		return "participant:" + op.Name
	}
	return "connect:" + op.Name
}

// may is the one place where rights are asked for. A route without a row is
// nobody's.
func (s *Server) may(action string, who callers) error {
	allowed, listed := s.policy[action]
	switch {
	case !listed:
		return fmt.Errorf("%s has no row in the policy: give it one in api/policy.go", action)
	case allowed&who != nobody:
		return nil
	case who&workers != 0 && allowed&workers != 0:
		return perch.Errorf(perch.Denied, "%s needs a sign-in as %s", action, allowed&workers)
	case who&(keys|workers) != 0 && allowed&keys != 0:
		return perch.Errorf(perch.Denied, "%s needs an access key of scope %s", action, allowed&keys)
	}
	return errDenied
}

// ofScope and ofProfile are the kinds of caller that rooms below have names for.
func ofScope(s catalog.Scope) callers {
	return map[catalog.Scope]callers{catalog.StartScope: withStartKey, catalog.ReadScope: withReadKey, catalog.AdminScope: withAdminKey}[s]
}

func ofProfile(p catalog.SecurityProfile) callers {
	return map[catalog.SecurityProfile]callers{catalog.Agent: workingAgent, catalog.Supervisor: workingSupervisor, catalog.Admin: workingAdmin}[p]
}

// ofRole is the kind of a participant who is in the chat.
func ofRole(r perch.Role) callers {
	return map[perch.Role]callers{perch.Customer: asCustomer, perch.Bot: asBot, perch.Agent: asAgent, perch.Supervisor: asSupervisor}[r]
}

// names are those of the kinds, in the order of their bits; keys go by their scope.
func (c callers) names() []string {
	all := []string{"anybody", "start", "read", "admin", "customer", "bot", "agent", "supervisor", "gone",
		"agent user", "supervisor user", "admin user"}
	var out []string
	for i, name := range all {
		if c&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

func (c callers) String() string { return strings.Join(c.names(), " or ") }

// Right is a row of the policy, and what is mounted for it.
type Right struct {
	Action  string   // connect:StartChatContact, GET /agent/me
	Pattern string   // as the mux has it
	Callers []string // who may, by the policy's names; nil where it has no row
}

// Rights are all routes that are mounted, with who may take them.
func (s *Server) Rights() []Right {
	var out []Right
	for _, r := range s.mux.mounted {
		out = append(out, Right{Action: r.action, Pattern: r.pattern, Callers: s.policy[r.action].names()})
	}
	return out
}
