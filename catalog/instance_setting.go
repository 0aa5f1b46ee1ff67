package catalog

import (
	"context"
	"encoding/pem"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/perch-chat/perch"
)

// InstanceSetting is what is said about an instance as a whole. Each has one.
type InstanceSetting struct {
	// Attributes are switches that somebody has moved, by their types.
	Attributes map[Switch]bool `json:",omitempty"`
	// Origins are those of the pages that may start chats at the start endpoint, up to
	// 100; of any page where there are none.
	Origins []string `json:",omitempty"`
	// Keys are public keys for encrypting what customers type, up to 2. They are kept
	// for their author: no flow encrypts here.
	Keys []SecurityKey `json:",omitempty"`
	Label
}

// SecurityKey is a public key.
type SecurityKey struct {
	ID      string
	Key     string // PEM, up to 1024 characters
	Created time.Time
}

// Switch is a type of an instance's attribute.
// doc: API_Attribute, AttributeType
type Switch string

// Switches that change something here, or are shown elsewhere.
const (
	InboundCalls  Switch = "INBOUND_CALLS"
	OutboundCalls Switch = "OUTBOUND_CALLS"
	FlowLogs      Switch = "CONTACTFLOW_LOGS"         // flows keep a log
	BargeIn       Switch = "ENHANCED_CHAT_MONITORING" // supervisors who watch may barge in
)

// Switches are all of them.
func Switches() []Switch {
	return []Switch{InboundCalls, OutboundCalls, FlowLogs, "CONTACT_LENS", "AUTO_RESOLVE_BEST_VOICES", "USE_CUSTOM_TTS_VOICES", "EARLY_MEDIA",
		"MULTI_PARTY_CONFERENCE", "HIGH_VOLUME_OUTBOUND", "ENHANCED_CONTACT_MONITORING", BargeIn, "MULTI_PARTY_CHAT_CONFERENCE", "MESSAGE_STREAMING"}
}

// On tells how a switch stands: at first, on where perch does what it is named for.
func (i InstanceSetting) On(s Switch) bool {
	if on, moved := i.Attributes[s]; moved {
		return on
	}
	return s == FlowLogs || s == BargeIn
}

// Admits tells whether pages of an origin may start chats.
func (i InstanceSetting) Admits(origin string) bool {
	return len(i.Origins) == 0 || slices.Contains(i.Origins, strings.ToLower(origin))
}

// Limits of an instance.
// doc: amazon-connect-service-limits.md, API_AssociateSecurityKey
const (
	maxOrigins      = 100
	maxSecurityKeys = 2
	maxOrigin       = 267
	maxSecurityKey  = 1024
)

// theInstance is the id and name of the one setting of its kind.
const theInstance = "instance"

func (i InstanceSetting) key() (id, name string) { return theInstance, theInstance }

func whole(s *settings) shelf[InstanceSetting] { return s.whole }

// InstanceSettingKind is the kind of what is said about instances, for edits.
func InstanceSettingKind() Kind[InstanceSetting] {
	return Kind[InstanceSetting]{of: whole, place: (*draft).putInstance, label: func(i *InstanceSetting) *Label { return &i.Label }}
}

// putInstance puts what was said about an instance elsewhere.
func (d *draft) putInstance(i *InstanceSetting) error {
	if err := first(checkRange("ApprovedOrigins", len(i.Origins), 0, maxOrigins), checkRange("SecurityKeys", len(i.Keys), 0, maxSecurityKeys)); err != nil {
		return err
	}
	for s := range i.Attributes {
		if err := checkAmong("Attributes", s, Switches()...); err != nil {
			return err
		}
	}
	for _, origin := range i.Origins {
		if err := checkOrigin(origin); err != nil {
			return perch.InvalidField("ApprovedOrigins", "%v", err)
		}
	}
	for _, k := range i.Keys {
		if err := checkSecurityKey(k.Key); err != nil {
			return perch.InvalidField("SecurityKeys", "%v", err)
		}
	}
	return put(d, d.whole, "InstanceId", *i)
}

// InstanceSetting is what is said about an instance.
func (c *Catalog) InstanceSetting(ctx context.Context, instance perch.InstanceID) (InstanceSetting, error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return InstanceSetting{}, err
	}
	return s.whole.byID[theInstance], nil
}

// changeInstance puts what edit makes of it; maps and slices are edit's to change.
func (c *Catalog) changeInstance(ctx context.Context, instance perch.InstanceID, edit func(*draft, *InstanceSetting) error) error {
	return c.change(ctx, instance, func(d *draft) error {
		i := d.whole.byID[theInstance]
		i.Attributes, i.Origins, i.Keys = maps.Clone(i.Attributes), slices.Clone(i.Origins), slices.Clone(i.Keys)
		if err := edit(d, &i); err != nil {
			return err
		}
		return put(d, d.whole, "InstanceId", i)
	})
}

// TagInstance puts what edit makes of an instance's tags.
func (c *Catalog) TagInstance(ctx context.Context, instance perch.InstanceID, edit func(tags map[string]string) map[string]string) error {
	return c.changeInstance(ctx, instance, func(_ *draft, i *InstanceSetting) error {
		i.Tags = edit(i.Tags)
		return checkTags(i.Tags)
	})
}

// SetSwitch moves a switch.
func (c *Catalog) SetSwitch(ctx context.Context, instance perch.InstanceID, s Switch, on bool) error {
	return c.changeInstance(ctx, instance, func(_ *draft, i *InstanceSetting) error {
		if !slices.Contains(Switches(), s) {
			return perch.Errorf(perch.NotFound, "the instance has no such attribute")
		}
		if i.Attributes == nil {
			i.Attributes = map[Switch]bool{}
		}
		i.Attributes[s] = on
		return nil
	})
}

// ApproveOrigin lets pages of an origin start chats: from then on those of others
// may not that are not approved as well.
//
// Errors: Invalid, Conflict for one that is approved already, LimitExceeded.
func (c *Catalog) ApproveOrigin(ctx context.Context, instance perch.InstanceID, origin string) error {
	origin = strings.ToLower(origin)
	if err := checkOrigin(origin); err != nil {
		return err
	}
	return c.changeInstance(ctx, instance, func(_ *draft, i *InstanceSetting) error {
		switch {
		case slices.Contains(i.Origins, origin):
			return perch.Errorf(perch.Conflict, "the origin is approved already")
		case len(i.Origins) >= maxOrigins:
			return perch.Errorf(perch.LimitExceeded, "the instance has %d approved origins already", maxOrigins)
		}
		i.Origins = append(i.Origins, origin)
		slices.Sort(i.Origins)
		return nil
	})
}

func checkOrigin(origin string) error {
	if err := checkName("Origin", origin, maxOrigin); err != nil {
		return err
	}
	if strings.ContainsFunc(origin, func(r rune) bool { return r > unicode.MaxASCII }) {
		return perch.InvalidField("Origin", "must name its host as browsers do: letters beyond a-z are written as in https://xn--bcher-kva.example")
	}
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || origin != u.Scheme+"://"+u.Host {
		return perch.InvalidField("Origin", "must be a scheme and a host, such as https://www.example.com, and nothing behind it")
	}
	return nil
}

// ForgetOrigin takes the approval back.
func (c *Catalog) ForgetOrigin(ctx context.Context, instance perch.InstanceID, origin string) error {
	return c.changeInstance(ctx, instance, func(_ *draft, i *InstanceSetting) error {
		at := slices.Index(i.Origins, strings.ToLower(origin))
		if at < 0 {
			return perch.Errorf(perch.NotFound, "the origin is not approved")
		}
		i.Origins = slices.Delete(i.Origins, at, at+1)
		return nil
	})
}

// AddSecurityKey keeps a public key, whose id it returns.
//
// Errors: Invalid, Conflict for one that is there already, LimitExceeded.
func (c *Catalog) AddSecurityKey(ctx context.Context, instance perch.InstanceID, key string, now time.Time) (id string, err error) {
	if err := checkSecurityKey(key); err != nil {
		return "", err
	}
	err = c.changeInstance(ctx, instance, func(d *draft, i *InstanceSetting) error {
		switch {
		case slices.ContainsFunc(i.Keys, func(k SecurityKey) bool { return k.Key == key }):
			return perch.Errorf(perch.Conflict, "the key is there already")
		case len(i.Keys) >= maxSecurityKeys:
			return perch.Errorf(perch.LimitExceeded, "the instance has %d security keys already", maxSecurityKeys)
		}
		if id, err = perch.NewID(d.rand); err != nil {
			return err
		}
		i.Keys = append(i.Keys, SecurityKey{ID: id, Key: key, Created: now})
		return nil
	})
	return id, err
}

func checkSecurityKey(key string) error {
	if err := checkText("Key", key, maxSecurityKey); err != nil {
		return err
	}
	block, _ := pem.Decode([]byte(key))
	if block == nil || strings.Contains(block.Type, "PRIVATE") {
		return perch.InvalidField("Key", "must be a public key in PEM form")
	}
	return nil
}

// DropSecurityKey takes a public key away.
func (c *Catalog) DropSecurityKey(ctx context.Context, instance perch.InstanceID, id string) error {
	return c.changeInstance(ctx, instance, func(_ *draft, i *InstanceSetting) error {
		at := slices.IndexFunc(i.Keys, func(k SecurityKey) bool { return k.ID == id })
		if at < 0 {
			return perch.Errorf(perch.NotFound, "the key does not exist")
		}
		i.Keys = slices.Delete(i.Keys, at, at+1)
		return nil
	})
}
