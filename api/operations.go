package api

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

// operation is a row of the table: what Amazon says of an operation, and what
// perch does.
type operation struct {
	*wire.Operation
	run func(*call) (any, error)
}

// call is one request of one of Amazon's operations.
type call struct {
	*Server
	*http.Request
	caller
	op   *wire.Operation
	body []byte
}

// operations is the table of Amazon's operations that perch answers.
func operations() []operation {
	return append([]operation{
		{wire.Lookup(wire.Connect, "StartChatContact"), typed(startChatContact)},
		{wire.Lookup(wire.Connect, "CreatePersistentContactAssociation"), typed(createPersistentContactAssociation)},
		{wire.Lookup(wire.Connect, "StopContact"), typed(stopContact)},
		{wire.Lookup(wire.Connect, "DescribeContact"), typed(describeContact)},
		{wire.Lookup(wire.Connect, "ListAssociatedContacts"), typed(listAssociatedContacts)},
		{wire.Lookup(wire.Connect, "GetContactAttributes"), typed(getContactAttributes)},
		{wire.Lookup(wire.Connect, "UpdateContactAttributes"), typed(updateContactAttributes)},
		{wire.Lookup(wire.Connect, "UpdateContact"), typed(updateContact)},
		{wire.Lookup(wire.Connect, "TagContact"), typed(tagContact)},
		{wire.Lookup(wire.Connect, "UntagContact"), typed(untagContact)},
		{wire.Lookup(wire.Connect, "GetMetricDataV2"), typed(getMetricDataV2)},
		{wire.Lookup(wire.Connect, "GetCurrentMetricData"), typed(getCurrentMetricData)},
		{wire.Lookup(wire.Connect, "GetCurrentUserData"), typed(getCurrentUserData)},
		{wire.Lookup(wire.Connect, "SearchContacts"), typed(searchContacts)},
		{wire.Lookup(wire.Connect, "MonitorContact"), typed(monitorContact)},
		{wire.Lookup(wire.Connect, "UpdateContactRoutingData"), typed(updateContactRoutingData)},
		{wire.Lookup(wire.Connect, "PutUserStatus"), typed(putUserStatus)},
		{wire.Lookup(wire.Connect, "DismissUserContact"), typed(dismissUserContact)},
		{wire.Lookup(wire.Connect, "AssociateContactWithUser"), typed(associateContactWithUser)},
		{wire.Lookup(wire.Connect, "CreateParticipant"), typed(createParticipant)},
		{wire.Lookup(wire.Connect, "UpdateParticipantRoleConfig"), typed(updateParticipantRoleConfig)},
		{wire.Lookup(wire.Connect, "UpdateParticipantAuthentication"), typed(updateParticipantAuthentication)},
		{wire.Lookup(wire.Connect, "StartContactMediaProcessing"), typed(startContactMediaProcessing)},
		{wire.Lookup(wire.Connect, "StopContactMediaProcessing"), typed(stopContactMediaProcessing)},
		{wire.Lookup(wire.Connect, "StartOutboundChatContact"), typed(startOutboundChatContact)},
		{wire.Lookup(wire.Connect, "CreateContactFlow"), typed(createContactFlow)},
		{wire.Lookup(wire.Connect, "DescribeContactFlow"), typed(describeContactFlow)},
		{wire.Lookup(wire.Connect, "ListContactFlows"), typed(listContactFlows)},
		{wire.Lookup(wire.Connect, "UpdateContactFlowContent"), typed(updateContactFlowContent)},
		{wire.Lookup(wire.Connect, "UpdateContactFlowMetadata"), typed(updateContactFlowMetadata)},
		{wire.Lookup(wire.Connect, "UpdateContactFlowName"), typed(updateContactFlowMetadata)},
		{wire.Lookup(wire.Connect, "DeleteContactFlow"), typed(deleteContactFlow)},
		{wire.Lookup(wire.Connect, "CreateContactFlowModule"), typed(createContactFlowModule)},
		{wire.Lookup(wire.Connect, "DescribeContactFlowModule"), typed(describeContactFlowModule)},
		{wire.Lookup(wire.Connect, "ListContactFlowModules"), typed(listContactFlowModules)},
		{wire.Lookup(wire.Connect, "UpdateContactFlowModuleContent"), typed(updateContactFlowModuleContent)},
		{wire.Lookup(wire.Connect, "UpdateContactFlowModuleMetadata"), typed(updateContactFlowModuleMetadata)},
		{wire.Lookup(wire.Connect, "DeleteContactFlowModule"), typed(deleteContactFlowModule)},
		{wire.Lookup(wire.Connect, "CreateContactFlowVersion"), typed(createContactFlowVersion)},
		{wire.Lookup(wire.Connect, "ListContactFlowVersions"), typed(listContactFlowVersions)},
		{wire.Lookup(wire.Connect, "DeleteContactFlowVersion"), typed(deleteContactFlowVersion)},
		{wire.Lookup(wire.Connect, "CreateContactFlowModuleVersion"), typed(createContactFlowModuleVersion)},
		{wire.Lookup(wire.Connect, "ListContactFlowModuleVersions"), typed(listContactFlowModuleVersions)},
		{wire.Lookup(wire.Connect, "DeleteContactFlowModuleVersion"), typed(deleteContactFlowModuleVersion)},
		{wire.Lookup(wire.Connect, "CreateContactFlowModuleAlias"), typed(createContactFlowModuleAlias)},
		{wire.Lookup(wire.Connect, "DescribeContactFlowModuleAlias"), typed(describeContactFlowModuleAlias)},
		{wire.Lookup(wire.Connect, "ListContactFlowModuleAliases"), typed(listContactFlowModuleAliases)},
		{wire.Lookup(wire.Connect, "UpdateContactFlowModuleAlias"), typed(updateContactFlowModuleAlias)},
		{wire.Lookup(wire.Connect, "DeleteContactFlowModuleAlias"), typed(deleteContactFlowModuleAlias)},
		{wire.Lookup(wire.Connect, "AssociateInstanceStorageConfig"), typed(associateInstanceStorageConfig)},
		{wire.Lookup(wire.Connect, "DescribeInstanceStorageConfig"), typed(describeInstanceStorageConfig)},
		{wire.Lookup(wire.Connect, "ListInstanceStorageConfigs"), typed(listInstanceStorageConfigs)},
		{wire.Lookup(wire.Connect, "UpdateInstanceStorageConfig"), typed(updateInstanceStorageConfig)},
		{wire.Lookup(wire.Connect, "DisassociateInstanceStorageConfig"), typed(disassociateInstanceStorageConfig)},
		{wire.Lookup(wire.Connect, "CreateView"), typed(createView)},
		{wire.Lookup(wire.Connect, "DescribeView"), typed(describeOwnView)},
		{wire.Lookup(wire.Connect, "ListViews"), typed(listViews)},
		{wire.Lookup(wire.Connect, "UpdateViewContent"), typed(updateViewContent)},
		{wire.Lookup(wire.Connect, "UpdateViewMetadata"), typed(updateViewMetadata)},
		{wire.Lookup(wire.Connect, "CreateViewVersion"), typed(createViewVersion)},
		{wire.Lookup(wire.Connect, "ListViewVersions"), typed(listViewVersions)},
		{wire.Lookup(wire.Connect, "DeleteView"), typed(deleteView)},
		{wire.Lookup(wire.Connect, "DeleteViewVersion"), typed(deleteViewVersion)},
		{wire.Lookup(wire.Connect, "StartAttachedFileUpload"), typed(startAttachedFileUpload)},
		{wire.Lookup(wire.Connect, "CompleteAttachedFileUpload"), typed(completeAttachedFileUpload)},
		{wire.Lookup(wire.Connect, "GetAttachedFile"), typed(getAttachedFile)},
		{wire.Lookup(wire.Connect, "BatchGetAttachedFileMetadata"), typed(batchGetAttachedFileMetadata)},
		{wire.Lookup(wire.Connect, "DeleteAttachedFile"), typed(deleteAttachedFile)},
		{wire.Lookup(wire.Connect, "DescribeAttachedFilesConfiguration"), typed(describeAttachedFilesConfiguration)},
		{wire.Lookup(wire.Connect, "UpdateAttachedFilesConfiguration"), typed(updateAttachedFilesConfiguration)},
		{wire.Lookup(wire.Connect, "TagResource"), typed(tagResource)},
		{wire.Lookup(wire.Connect, "UntagResource"), typed(untagResource)},
		{wire.Lookup(wire.Connect, "ListTagsForResource"), typed(listTagsForResource)},

		{wire.Lookup(wire.Participant, "CreateParticipantConnection"), typed(createParticipantConnection)},
		{wire.Lookup(wire.Participant, "SendMessage"), typed(sendMessage)},
		{wire.Lookup(wire.Participant, "SendEvent"), typed(sendEvent)},
		{wire.Lookup(wire.Participant, "GetTranscript"), typed(getTranscript)},
		{wire.Lookup(wire.Participant, "StartAttachmentUpload"), typed(startAttachmentUpload)},
		{wire.Lookup(wire.Participant, "CompleteAttachmentUpload"), typed(completeAttachmentUpload)},
		{wire.Lookup(wire.Participant, "GetAttachment"), typed(getAttachment)},
		{wire.Lookup(wire.Participant, "DescribeView"), typed(describeView)},
		{wire.Lookup(wire.Participant, "GetAuthenticationUrl"), typed(getAuthenticationUrl)},
		{wire.Lookup(wire.Participant, "CancelParticipantAuthentication"), typed(cancelParticipantAuthentication)},
		{wire.Lookup(wire.Participant, "DisconnectParticipant"), typed(disconnectParticipant)},
	}, settingOperations()...)
}

// nothing is the response of an operation that has none.
type nothing struct{}

// typed makes a row's function of one with its own request and response.
func typed[In, Out any](h func(*call, In) (Out, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		var in In
		if err := wire.Decode(c.op, c.Request, c.body, &in); err != nil {
			return nil, err
		}
		return h(c, in)
	}
}

// amazon serves a row: who calls, what is asked, what comes of it.
func (s *Server) amazon(op operation) http.Handler {
	return operationOf(op.Operation, func(w http.ResponseWriter, r *http.Request) {
		c := &call{Server: s, Request: r, op: op.Operation}
		out, err := c.answer(w, op)
		if err != nil {
			s.fail(w, r, op.Operation, err)
			return
		}
		w.Header().Set("x-amzn-RequestId", requestID(r))
		writeJSON(w, http.StatusOK, out)
	})
}

// answer asks in this order, so that nobody uses up, or learns of, what is not
// theirs: who calls, whether they may, whether that is too much, what they want.
func (c *call) answer(w http.ResponseWriter, op operation) (out any, err error) {
	if c.body, err = body(w, c.Request); err != nil {
		return nil, err
	}
	if err := c.identify(); err != nil {
		return nil, err
	}
	if err := c.may(actionOf(op.Operation), c.kind); err != nil {
		return nil, err
	}
	if err := c.throttled(c.Context(), c.instance, actionOf(op.Operation)); err != nil {
		return nil, err
	}
	return op.run(c)
}

// of checks that a request is about the instance of the key that signed it, or about
// one that was made with its keys, which is then the one the call is about. One of
// somebody else and one that never was are told apart by nothing.
func (c *call) of(idOrARN string) error {
	id := perch.InstanceID(wire.ResourceID(idOrARN))
	if id == c.instance {
		return nil
	}
	opened := false
	if c.kind&keys != nobody {
		var err error
		if opened, err = c.opts.Settings.Opens(c.Context(), c.instance, id); err != nil {
			return err
		}
	}
	if !opened {
		return &perch.Error{Kind: perch.NotFound, Field: "InstanceId", Message: "there is no such instance"}
	}
	c.instance = id
	return nil
}

var errDenied = perch.Errorf(perch.Denied, "Access denied")

func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil { // our own types always encode
		panic(fmt.Sprintf("encoding a response: %v", err))
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(data) //nolint:errcheck // the client is gone
}
