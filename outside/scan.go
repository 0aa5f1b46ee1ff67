package outside

import (
	"context"
	"encoding/json"
	"fmt"
)

// Scans tells whether there is an entry for who looks through the files of an
// instance, of an id and an alias.
func (c *Caller) Scans(instance, alias string) bool {
	_, ok := c.scanner(instance, alias)
	return ok
}

// scanner prefers an entry for the instance over one for all.
func (c *Caller) scanner(instance, alias string) (found Function, ok bool) {
	for _, f := range c.opts.Scanners {
		switch f.Instance {
		case instance, alias:
			return f, true
		case "":
			found, ok = f, true
		}
	}
	return found, ok
}

// Scan has somebody look through a file, as the call's event describes it.
//
// Errors: as those of Invoke, and an answer that is neither yes nor no. A file of
// which nobody has said that it is good is not.
// doc: configure-attachment-scanning.md
func (c *Caller) Scan(ctx context.Context, call Call) (good bool, err error) {
	f, ok := c.scanner(call.Instance, call.Alias)
	if !ok {
		return false, ErrUnknown
	}
	call.Name = f.Name
	answer, err := c.invoke(ctx, f, call)
	if err != nil {
		return false, err
	}
	var out struct{ Status string }
	if err := json.Unmarshal(answer, &out); err != nil {
		return false, fmt.Errorf("what it answers is no outcome of a scan: %w", err)
	}
	switch out.Status {
	case "APPROVED":
		return true, nil
	case "REJECTED":
		return false, nil
	}
	return false, fmt.Errorf("it answers with Status %.40q: it is APPROVED or REJECTED", out.Status)
}
