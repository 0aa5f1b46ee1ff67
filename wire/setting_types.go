package wire

// OfInstance is what every request on a setting begins with, and what those that
// list settings ask for.
type OfInstance struct {
	InstanceId string // id or ARN
	NextToken  string `json:",omitempty"`
	MaxResults int    `json:",omitempty"` // absent: 100
}

// Asked is the instance, and the page that is wanted.
func (r OfInstance) Asked() (instance, next string, limit int) {
	return r.InstanceId, r.NextToken, r.MaxResults
}

// Stamp says when a setting was changed last, and where.
type Stamp struct {
	LastModifiedTime   Epoch  `json:",omitzero"` // absent for what has been there from the start
	LastModifiedRegion string `json:",omitempty"`
}

// Summary is a setting in a list.
type Summary struct {
	Id   string
	Arn  string
	Name string
	Stamp
}
