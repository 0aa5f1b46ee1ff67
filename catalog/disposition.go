package catalog

import (
	"context"

	"github.com/perch-chat/perch"
)

// Limits of dispositions, in characters; ours.
const (
	maxDispositionCode = 127
	maxDispositions    = 500
)

// Disposition is what agents can say a contact was about, or came to.
type Disposition struct {
	ID          string
	Code        string // up to 127 characters, unique; contacts keep it as it was when it was chosen
	Description string `json:",omitempty"` // for agents; up to 250 characters
	Label
}

func (x Disposition) key() (id, name string) { return x.ID, x.Code }

func dispositions(s *settings) shelf[Disposition] { return s.dispositions }

// DispositionKind is the kind of dispositions.
func DispositionKind() Kind[Disposition] {
	return Kind[Disposition]{of: dispositions, place: (*draft).putDisposition, label: func(x *Disposition) *Label { return &x.Label }, most: maxDispositions}
}

// DispositionOf is the disposition of a code.
func (c *Catalog) DispositionOf(ctx context.Context, instance perch.InstanceID, code string) (Disposition, error) {
	return byName(ctx, c, instance, dispositions, code)
}

func (d *draft) putDisposition(x *Disposition) error {
	err := first(
		checkName("Code", x.Code, maxDispositionCode),
		checkText("Description", x.Description, maxDescription),
		identify(d, d.dispositions, &x.ID))
	if err != nil {
		return err
	}
	return put(d, d.dispositions, "Code", *x)
}
