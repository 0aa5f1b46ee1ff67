package wire

// InstanceRequest is what the operations on an instance as a whole are asked with:
// each has the members of its table, and the others are absent.
type InstanceRequest struct {
	OfInstance
	AttributeType string `json:",omitempty"`
	Value         string `json:",omitempty"`
	Origin        string `json:",omitempty"`
	Key           string `json:",omitempty"`
	AssociationId string `json:",omitempty"`
	ClientToken   string `json:",omitempty"` // doing any of it twice is as good as once, or refused
}

// CreateInstanceRequest makes an instance.
//
// doc: API_CreateInstance
type CreateInstanceRequest struct {
	ClientToken            string `json:",omitempty"`
	IdentityManagementType string
	InstanceAlias          string `json:",omitempty"` // absent: its id
	DirectoryId            string `json:",omitempty"`
	InboundCallsEnabled    bool
	OutboundCallsEnabled   bool
	Tags                   map[string]string `json:",omitempty"`
}

// CreateInstanceResponse names the instance.
type CreateInstanceResponse struct{ Id, Arn string }

// ListInstancesRequest asks for the instances that are the caller's.
type ListInstancesRequest struct {
	NextToken  string `json:",omitempty"`
	MaxResults int    `json:",omitempty"` // absent: 100
}

// Values of an instance's state and of how its users are kept.
//
// doc: API_Instance
const (
	InstanceActive = "ACTIVE"
	ConnectManaged = "CONNECT_MANAGED"
)

// Instance is an instance as it is shown, described or in a list.
//
// doc: API_Instance, API_InstanceSummary
type Instance struct {
	Id                     string
	Arn                    string
	IdentityManagementType string
	InstanceAlias          string
	CreatedTime            Epoch
	InstanceStatus         string
	InboundCallsEnabled    bool
	OutboundCallsEnabled   bool
	InstanceAccessUrl      string
	Tags                   map[string]string `json:",omitempty"` // not in lists
}

// DescribeInstanceResponse shows an instance.
type DescribeInstanceResponse struct{ Instance Instance }

// ListInstancesResponse is one page of instances.
type ListInstancesResponse struct {
	InstanceSummaryList []Instance
	NextToken           string `json:",omitempty"` // absent on the last page
}

// InstanceAttribute is a switch of an instance, "true" or "false".
//
// doc: API_Attribute
type InstanceAttribute struct{ AttributeType, Value string }

// DescribeInstanceAttributeResponse shows a switch.
type DescribeInstanceAttributeResponse struct{ Attribute InstanceAttribute }

// ListInstanceAttributesResponse is one page of switches.
type ListInstanceAttributesResponse struct {
	Attributes []InstanceAttribute
	NextToken  string `json:",omitempty"` // absent on the last page
}

// ListApprovedOriginsResponse is one page of origins.
type ListApprovedOriginsResponse struct {
	Origins   []string
	NextToken string `json:",omitempty"` // absent on the last page
}

// AssociateSecurityKeyResponse names a key.
type AssociateSecurityKeyResponse struct{ AssociationId string }

// ListSecurityKeysResponse is one page of keys.
type ListSecurityKeysResponse struct {
	SecurityKeys []SecurityKey
	NextToken    string `json:",omitempty"` // absent on the last page
}

// SecurityKey is a public key of an instance.
//
// doc: API_SecurityKey
type SecurityKey struct {
	AssociationId string
	Key           string
	CreationTime  Epoch
}
