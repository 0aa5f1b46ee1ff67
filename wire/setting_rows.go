package wire

// Rows and faults that the operations on an instance's settings have in common.

// instanceRow is the instance that a setting belongs to.
func instanceRow() Field {
	return Field{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100}
}

// idInPath is the id or ARN of what an operation is about. The model names no limit
// for most of them; no ARN of ours is longer.
func idInPath(name string) Field {
	return Field{Name: name, In: InPath, Type: String, Required: true, Min: 1, Max: maxARN}
}

// idRow is the id or ARN of something that a setting refers to.
func idRow(name string, required bool) Field {
	return Field{Name: name, Type: String, Required: required, Min: 1, Max: maxARN}
}

// settingFaults are what every operation on a setting declares, and more.
func settingFaults(more ...string) []Shape {
	return shapes(append([]string{InvalidRequest, InvalidParameter, ResourceNotFound, Throttling, InternalService}, more...)...)
}
