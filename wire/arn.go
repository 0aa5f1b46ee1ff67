package wire

import "github.com/perch-chat/perch"

// ARNs makes Amazon resource names. perch stands in for one region and account.
// doc: API reference, Amazon Connect resource ARNs
type ARNs struct {
	Region  string // such as us-east-1
	Account string // 12 digits
}

// Instance names an instance.
func (a ARNs) Instance(id perch.InstanceID) string {
	return "arn:aws:connect:" + a.Region + ":" + a.Account + ":instance/" + string(id)
}

// Contact names a contact of an instance.
func (a ARNs) Contact(instance perch.InstanceID, id perch.ContactID) string {
	return a.Instance(instance) + "/contact/" + string(id)
}

// Queue names a queue of an instance.
func (a ARNs) Queue(instance perch.InstanceID, id perch.QueueID) string {
	return a.Instance(instance) + "/queue/" + string(id)
}

// Agent names a user of an instance.
func (a ARNs) Agent(instance perch.InstanceID, id perch.UserID) string {
	return a.Instance(instance) + "/agent/" + string(id)
}

// File names a file that belongs to a contact of an instance.
func (a ARNs) File(instance perch.InstanceID, id perch.FileID) string {
	return a.Instance(instance) + "/file/" + string(id)
}

// View names a view by its id, perhaps with a version behind a colon: one that every
// instance has as Amazon does, with its version.
func (a ARNs) View(instance perch.InstanceID, reference string, managed bool) string {
	if managed {
		return "arn:aws:connect:" + a.Region + ":aws:view/" + reference
	}
	return a.Instance(instance) + "/view/" + reference
}

// Module names a flow module of an instance.
func (a ARNs) Module(instance perch.InstanceID, id perch.ModuleID) string {
	return a.Instance(instance) + "/flow-module/" + string(id)
}

// Flow names a flow of an instance.
func (a ARNs) Flow(instance perch.InstanceID, id perch.FlowID) string {
	return a.Instance(instance) + "/contact-flow/" + string(id)
}

// Setting names a setting of an instance by the word that ARNs have for its kind.
func (a ARNs) Setting(instance perch.InstanceID, kind, id string) string {
	return a.Instance(instance) + "/" + kind + "/" + id
}
