package serve_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// Every measurement is made and comes to something; how fast it was is nothing
// for a test.
func TestBenchMeasuresEverything(t *testing.T) {
	t.Parallel()
	cmd := command(t, "bench", "--quick", "--json", "--dir", t.TempDir())
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &said)
	}
	var figures []struct {
		Name, What, Unit string
		Value            float64
	}
	if err := json.Unmarshal(out, &figures); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	seen := map[string]int{}
	for _, f := range figures {
		seen[f.Name]++
		difference := strings.Contains(f.What, "for durability") || strings.Contains(f.What, "for an idle socket")
		if f.Value <= 0 && !difference && !strings.Contains(f.What, "CPU") { // counted in hundredths of a second
			t.Errorf("%s, %s is %v", f.Name, f.What, f.Value)
		}
	}
	for _, name := range []string{"ready", "delivery", "messages", "pages", "starts", "sockets", "routing"} {
		if seen[name] == 0 {
			t.Errorf("there is no figure of %s in %v", name, seen)
		}
	}
	if !strings.Contains(said.String(), "messages ...") {
		t.Errorf("it shows no progress: %s", &said)
	}
}
