// Package wire holds what Amazon Connect chat looks like from outside: the
// operations with their fields and limits, requests and responses, transcript
// items, socket frames, faults and signatures.
//
// It is pure. It reads an *http.Request and nothing else, takes the time as an
// argument, and knows no verb of perch.
package wire
