package serve

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/api"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/staff"
)

// SignIn are the providers with which people sign in.
type SignIn struct {
	// Providers are for those who work here, one for an instance.
	Providers []staff.Provider
	// Customers are for customers, within a chat whose flow asks them to: by the
	// client that the flow names, those of one instance before those of all.
	Customers []staff.Provider
	// Client reaches them; see staff.Providers.
	Client *http.Client `json:"-"`
}

// Providers reads the JSON file that --sign-in names; without a name there are none.
func Providers(file string) (in SignIn, err error) {
	if file == "" {
		return in, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return in, fmt.Errorf("reading the providers: %w; give --sign-in the name of a JSON file", err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return in, fmt.Errorf("the providers in %s: %w; docs/sign-in.md shows the file", file, err)
	}
	err = checkProviders("Providers", in.Providers, func(p staff.Provider) string { return fmt.Sprintf("the instance %q", p.Instance) })
	if err == nil {
		err = checkProviders("Customers", in.Customers, func(p staff.Provider) string {
			return fmt.Sprintf("the client %q of the instance %q", p.ClientID, p.Instance)
		})
	}
	if err != nil {
		return in, fmt.Errorf("%s, %w", file, err)
	}
	for i := range in.Customers {
		p := &in.Customers[i]
		p.Claim = cmp.Or(p.Claim, "sub") // what people cannot choose, and nobody gets after them
		if p.Scopes == nil {
			p.Scopes = []string{"profile"}
		}
	}
	return in, nil
}

// checkProviders checks a list in which what each is for has one entry.
func checkProviders(list string, all []staff.Provider, of func(staff.Provider) string) error {
	seen := map[string]bool{}
	for i, p := range all {
		err := checkProvider(p)
		if err == nil && seen[of(p)] {
			err = fmt.Errorf("%s has one already", of(p))
		}
		if err != nil {
			return fmt.Errorf("%s[%d]: %w", list, i, err)
		}
		seen[of(p)] = true
	}
	return nil
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
func providersFor(in SignIn, publicURL string, settings *catalog.Catalog) *staff.Providers {
	all := in.Providers
	return &staff.Providers{
		Client:   in.Client,
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

// customerProvider finds the provider with which a flow has customers sign in: the
// operator's for the client, or else the user pool that the flow names.
func customerProvider(all []staff.Provider, settings *catalog.Catalog) func(context.Context, perch.InstanceID, string, string) (staff.Provider, bool, error) {
	return func(ctx context.Context, instance perch.InstanceID, pool, client string) (staff.Provider, bool, error) {
		i, err := settings.Instance(ctx, instance)
		if err != nil {
			return staff.Provider{}, false, err
		}
		var found staff.Provider
		for _, p := range all {
			if own := p.Instance == i.Alias || p.Instance == string(i.ID); p.ClientID == client && (own || p.Instance == "" && found.Issuer == "") {
				found = p
			}
		}
		if found.Issuer != "" {
			return found, true, nil
		}
		found, ok := staff.Cognito(pool, client)
		return found, ok, nil
	}
}
