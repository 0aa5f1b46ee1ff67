package wire_test

import (
	"strings"
	"testing"

	"github.com/perch-chat/perch/wire"
)

func TestTableIsRegular(t *testing.T) {
	t.Parallel()
	eachOperation(t, func(t *testing.T, op *wire.Operation) {
		seen := map[string]wire.Type{}
		for i, f := range op.Fields {
			if _, twice := seen[f.Name]; twice {
				t.Errorf("%s is there twice", f.Name)
			}
			seen[f.Name] = f.Type
			if cut := strings.LastIndexAny(f.Name, ".[{"); cut >= 0 {
				want := map[byte]wire.Type{'.': wire.Structure, '[': wire.List, '{': wire.Map}[f.Name[cut]]
				if parent, ok := seen[f.Name[:cut]]; !ok || parent != want {
					t.Errorf("%s does not follow a parent of its type", f.Name)
				}
			}
			below := len(rowsUnder(op, f))
			if contiguous := below == 0 || i+below < len(op.Fields) && strings.HasPrefix(op.Fields[i+below].Name, f.Name); !contiguous {
				t.Errorf("the rows below %s do not follow it", f.Name)
			}
			if f.Type == wire.List && op.Fields[i+1].Name != f.Name+"[]" ||
				f.Type == wire.Map && (op.Fields[i+1].Name != f.Name+"{key}" || op.Fields[i+2].Name != f.Name+"{value}") {
				t.Errorf("%s has no row for what it holds", f.Name)
			}
			element := strings.HasSuffix(f.Name, "[]")
			if !element && (f.In == wire.InQuery) != (f.Query != "") || (f.In == wire.InPath) != strings.Contains(op.Path, "{"+f.Name+"}") {
				t.Errorf("%s does not say where it travels", f.Name)
			}
		}
	})
}

func TestDeclaredFaultsHaveAStatus(t *testing.T) {
	t.Parallel()
	eachOperation(t, func(t *testing.T, op *wire.Operation) {
		for _, s := range op.Errors {
			if s.Status != wire.StatusOf(s.Name) || s.Status == 500 && !strings.HasPrefix(s.Name, "Internal") {
				t.Errorf("%+v", s)
			}
		}
	})
}

func TestOperationsAreNotShared(t *testing.T) {
	t.Parallel()
	wire.Operations()[0].Fields[0].Name = "Changed"
	if name := wire.Operations()[0].Fields[0].Name; name != "InstanceId" {
		t.Errorf("a caller's change is seen by others: %s", name)
	}
	if wire.Lookup(wire.Participant, "StopContact") != nil {
		t.Error("an operation is found under the other service")
	}
}
