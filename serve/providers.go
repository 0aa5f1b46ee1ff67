package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/api"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/staff"
)

// Providers are those with which people sign in, as the JSON file that --sign-in
// names says; none if it is empty.
func Providers(file string) ([]staff.Provider, error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the providers: %w; give --sign-in the name of a JSON file", err)
	}
	var in struct{ Providers []staff.Provider }
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return nil, fmt.Errorf("the providers in %s: %w; docs/sign-in.md shows the file", file, err)
	}
	seen := map[string]bool{}
	for i, p := range in.Providers {
		err := checkProvider(p)
		if err == nil && seen[p.Instance] {
			err = fmt.Errorf("the instance %q has one already", p.Instance)
		}
		if err != nil {
			return nil, fmt.Errorf("%s, Providers[%d]: %w", file, i, err)
		}
		seen[p.Instance] = true
	}
	return in.Providers, nil
}

func checkProvider(p staff.Provider) error {
	for name, value := range map[string]string{"Name": p.Name, "ClientId": p.ClientID, "Issuer": p.Issuer} {
		if value == "" {
			return fmt.Errorf("the %s is missing", name)
		}
	}
	u, err := url.Parse(p.Issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return fmt.Errorf("%q is no address like https://login.example.com; http is for this machine alone", p.Issuer)
	}
	return nil
}

// providersFor finds them by instance.
func providersFor(all []staff.Provider, publicURL string, settings *catalog.Catalog) *staff.Providers {
	return &staff.Providers{
		Callback: strings.TrimSuffix(publicURL, "/") + api.CallbackPath,
		Of: func(ctx context.Context, instance perch.InstanceID) (staff.Provider, bool, error) {
			if len(all) == 0 {
				return staff.Provider{}, false, nil
			}
			i, err := settings.Instance(ctx, instance)
			if err != nil {
				return staff.Provider{}, false, err
			}
			var found staff.Provider
			for _, p := range all {
				if p.Instance == i.Alias || p.Instance == string(i.ID) || p.Instance == "" && found.Issuer == "" {
					found = p
				}
			}
			return found, found.Issuer != "", nil
		},
	}
}
