//go:build !unix

package pgtest

import "os/exec"

// disown is needed where there is a root.
func disown(*exec.Cmd, string) error { return nil }
