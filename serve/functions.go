package serve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"os"

	"github.com/perch-chat/perch/outside"
)

// Functions is what flows may call outside, as the JSON file that --functions
// names says; nothing if it is empty.
func Functions(file string) (outside.Options, error) {
	if file == "" {
		return outside.Options{}, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return outside.Options{}, fmt.Errorf("reading the functions: %w; give --functions the name of a JSON file", err)
	}
	var in struct {
		Functions       []outside.Function
		AllowedNetworks []netip.Prefix
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return outside.Options{}, fmt.Errorf("the functions in %s: %w; docs/functions.md shows the file", file, err)
	}
	for i, f := range in.Functions {
		if err := checkFunction(f); err != nil {
			return outside.Options{}, fmt.Errorf("%s, Functions[%d]: %w", file, i, err)
		}
	}
	return outside.Options{Functions: in.Functions, Rules: outside.Rules{Networks: in.AllowedNetworks}}, nil
}

func checkFunction(f outside.Function) error {
	if f.Name == "" {
		return fmt.Errorf("the Name is missing: a function's ARN, its name, or * for all others")
	}
	if f.URL != "" && (f.Endpoint != "" || f.Region != "" || f.AccessKeyID != "") {
		return fmt.Errorf("%s has a Url, and so can have neither Endpoint, Region nor AccessKeyId, which are of Lambda's interface", f.Name)
	}
	if f.URL == "" && f.Region == "" {
		return fmt.Errorf("%s has neither a Url nor a Region: give the one or the other", f.Name)
	}
	if (f.AccessKeyID == "") != (f.SecretAccessKey == "") {
		return fmt.Errorf("%s must have AccessKeyId and SecretAccessKey, or neither", f.Name)
	}
	for _, address := range []string{f.URL, f.Endpoint} {
		u, err := url.Parse(address)
		if address != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("%s: %q is no address like https://functions.example.com/price", f.Name, address)
		}
	}
	return nil
}
