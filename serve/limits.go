package serve

import (
	"fmt"
	"os"

	"github.com/perch-chat/perch/api"
)

// Limits are the limits of each instance that --limits names: none if it is
// empty, Amazon's for "amazon", else those of a JSON file.
func Limits(given string) (api.Limits, error) {
	switch given {
	case "":
		return api.Limits{}, nil
	case "amazon":
		return api.AmazonLimits(), nil
	}
	data, err := os.ReadFile(given)
	if err != nil {
		return api.Limits{}, fmt.Errorf("reading the limits: %w; give --limits amazon, or the name of a JSON file", err)
	}
	l, err := api.ReadLimits(data)
	if err != nil {
		return api.Limits{}, fmt.Errorf("%s: %w", given, err)
	}
	return l, nil
}
