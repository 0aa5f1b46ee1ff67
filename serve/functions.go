package serve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"

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
		Functions []outside.Function
		Bots      []outside.Bot
		Scanners  []outside.Function
		Allowed   []string
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return outside.Options{}, fmt.Errorf("the functions in %s: %w; docs/functions.md shows the file", file, err)
	}
	for i, f := range in.Functions {
		if err := checkPlace(f.Name, f.Place); err != nil {
			return outside.Options{}, fmt.Errorf("%s, Functions[%d]: %w", file, i, err)
		}
		if s := f.ProcessingSeconds; s != 0 && (s < 3 || s > 180) {
			return outside.Options{}, fmt.Errorf("%s, Functions[%d]: ProcessingSeconds is %d: a function has 3 to 180 seconds for a message", file, i, s)
		}
	}
	for i, b := range in.Bots {
		if err := checkBot(b); err != nil {
			return outside.Options{}, fmt.Errorf("%s, Bots[%d]: %w", file, i, err)
		}
	}
	for i, f := range in.Scanners {
		if f.Name == "" && f.URL != "" {
			f.Name = f.URL // a plain HTTP call needs no name
		}
		if err := checkPlace(f.Name, f.Place); err != nil {
			return outside.Options{}, fmt.Errorf("%s, Scanners[%d]: %w", file, i, err)
		}
	}
	rules, err := allowed(in.Allowed)
	if err != nil {
		return outside.Options{}, fmt.Errorf("%s: %w", file, err)
	}
	return outside.Options{Functions: in.Functions, Bots: in.Bots, Scanners: in.Scanners, Rules: rules}, nil
}

// allowed reads what may be reached beyond the public internet: networks, and
// hosts with their port.
func allowed(list []string) (rules outside.Rules, err error) {
	for i, what := range list {
		if network, err := netip.ParsePrefix(what); err == nil {
			rules.Networks = append(rules.Networks, network.Masked())
			continue
		}
		host, port, err := net.SplitHostPort(what)
		if err != nil || host == "" || port == "" || strings.Contains(what, "/") {
			return rules, fmt.Errorf("Allowed[%d]: %q is neither a network like 10.1.2.0/24 nor a host with its port like bots.internal:8080", i, what)
		}
		rules.Hosts = append(rules.Hosts, what)
	}
	return rules, nil
}

func checkBot(b outside.Bot) error {
	if (b.BotID == "") != (b.AliasID == "") {
		return fmt.Errorf("%s must have BotId and BotAliasId, or neither", b.Name)
	}
	if b.URL != "" && b.BotID != "" {
		return fmt.Errorf("%s has a Url, and so can have no BotId, which is of Lex's interface", b.Name)
	}
	return checkPlace(b.Name, b.Place)
}

func checkPlace(name string, f outside.Place) error {
	if name == "" {
		return fmt.Errorf("the Name is missing: an ARN, a name, or * for all others")
	}
	if f.URL != "" && (f.Endpoint != "" || f.Region != "" || f.AccessKeyID != "") {
		return fmt.Errorf("%s has a Url, and so can have neither Endpoint, Region nor AccessKeyId, which are of Amazon's interfaces", name)
	}
	if f.URL == "" && f.Region == "" {
		return fmt.Errorf("%s has neither a Url nor a Region: give the one or the other", name)
	}
	if (f.AccessKeyID == "") != (f.SecretAccessKey == "") {
		return fmt.Errorf("%s must have AccessKeyId and SecretAccessKey, or neither", name)
	}
	for _, address := range []string{f.URL, f.Endpoint} {
		u, err := url.Parse(address)
		if address != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("%s: %q is no address like https://functions.example.com/price", name, address)
		}
	}
	return nil
}
