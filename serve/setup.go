package serve

import (
	"context"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/setup"
)

// ApplySettings makes the plan of files for an instance, and carries it out if
// asked; see setup.Apply.
func (d *Desk) ApplySettings(ctx context.Context, instance perch.InstanceID, in setup.Request) (setup.Plan, error) {
	return setup.Apply(ctx, d.setup(), instance, in)
}

// ExportSettings is what an instance is set up with as files; see setup.Export.
func (d *Desk) ExportSettings(ctx context.Context, instance perch.InstanceID) (setup.Files, error) {
	return setup.Export(ctx, d.setup(), instance)
}

func (d *Desk) setup() setup.Options {
	return setup.Options{Settings: d.Catalog, People: d.people, Retire: routing.Retire, Now: d.now}
}
