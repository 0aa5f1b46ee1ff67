package setup

import (
	"maps"
	"slices"
	"strings"

	"github.com/perch-chat/perch/catalog"
)

// instanceForm is where an instance's chats start. There is one at most.
type instanceForm struct {
	InboundFlow Ref `to:"flow" doc:"Flow in which chats start that name none."`
}

// attributesForm is what else is said of an instance as a whole.
type attributesForm struct {
	Attributes      []switchForm      `doc:"Those that somebody has switched."`
	ApprovedOrigins []string          `most:"100" doc:"Origins of the pages that may start chats at the start endpoint, such as https://shop.example; any if left out."`
	SecurityKeys    []securityKeyForm `most:"2" doc:"Public keys for what customers type; kept."`
	Tags            map[string]string `most:"50"`
}

type switchForm struct {
	AttributeType string `must:"yes" among:"INBOUND_CALLS,OUTBOUND_CALLS,CONTACTFLOW_LOGS,CONTACT_LENS,AUTO_RESOLVE_BEST_VOICES,USE_CUSTOM_TTS_VOICES,EARLY_MEDIA,MULTI_PARTY_CONFERENCE,HIGH_VOLUME_OUTBOUND,ENHANCED_CONTACT_MONITORING,ENHANCED_CHAT_MONITORING,MULTI_PARTY_CHAT_CONFERENCE,MESSAGE_STREAMING"`
	Value         bool   `must:"yes"`
}

type securityKeyForm struct {
	Id  string `like:"uuid"`
	Key string `must:"yes" most:"1024" doc:"PEM."`
}

func showAttributes(i catalog.InstanceSetting) attributesForm {
	f := attributesForm{ApprovedOrigins: some(i.Origins), Tags: i.Tags}
	for _, s := range slices.Sorted(maps.Keys(i.Attributes)) {
		f.Attributes = append(f.Attributes, switchForm{string(s), i.Attributes[s]})
	}
	for _, k := range i.Keys {
		f.SecurityKeys = append(f.SecurityKeys, securityKeyForm{k.ID, k.Key})
	}
	return f
}

func (f attributesForm) fill(i *catalog.InstanceSetting, m *making) {
	was := i.Keys
	*i = catalog.InstanceSetting{Label: m.label(f.Tags)}
	for _, s := range f.Attributes {
		if i.Attributes == nil {
			i.Attributes = map[catalog.Switch]bool{}
		}
		i.Attributes[catalog.Switch(s.AttributeType)] = s.Value
	}
	for _, origin := range f.ApprovedOrigins {
		i.Origins = append(i.Origins, strings.ToLower(origin))
	}
	slices.Sort(i.Origins)
	for _, k := range f.SecurityKeys {
		one := catalog.SecurityKey{ID: k.Id, Key: k.Key, Created: m.now}
		if at := slices.IndexFunc(was, func(w catalog.SecurityKey) bool { return w.Key == k.Key }); at >= 0 {
			one = was[at]
		}
		if one.ID == "" {
			one.ID = m.id()
		}
		i.Keys = append(i.Keys, one)
	}
}
