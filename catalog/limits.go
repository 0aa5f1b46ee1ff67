package catalog

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/perch-chat/perch"
)

// Limits of settings, in characters unless something else is said.
// doc: the request shapes of CreateQueue, CreateRoutingProfile, CreateUser,
// CreateQuickConnect, CreateContactFlow, UpdateAgentStatus
const (
	maxQueueName       = 256
	maxProfileName     = 127
	maxQuickConnect    = 127
	maxStatusName      = 127
	maxUsername        = 100
	maxDescription     = 250
	maxFlowName        = 256 // ours: Amazon names none
	maxFlowDescription = 500 // ours for flows, Amazon's for modules
	maxModuleName      = 127 // of modules and their aliases
	maxViewName        = 255
	maxViewDescription = 4096    // of views and their versions
	maxViewContent     = 400_000 // bytes; doc: API_CreateView
	maxViewActions     = 1000    // doc: AWS::Connect::View
	maxTags            = 50
	maxTagKey          = 128
	maxTagValue        = 256
	maxFlowContent     = 1_000_000 // bytes; ours
	maxDisplayName     = 256       // doc: API_StartChatContact, DisplayName

	maxConcurrency = 10
	maxPriority    = 99
	maxDelay       = 9999      // seconds
	maxAfterWork   = 2_000_000 // seconds; doc: API_AfterContactWorkConfig
	maxTaskSlots   = 10
	// How many there may be; those of an instance count where one is created.
	// doc: amazon-connect-service-limits.md
	maxProfileQueues      = 50
	maxQueues             = 100
	maxQueueQuickConnects = 700
	maxAllHours           = 100
	maxProfiles           = 500
	maxUsers              = 10_000 // Amazon's 500 is raised on demand; nobody is asked here
	maxQuickConnects      = 100
	maxStatuses           = 50
	maxSecurityProfiles   = 100
	maxPermissions        = 500
)

// checkName holds a name that must be there against its limit.
func checkName(field, value string, limit int) error {
	if value == "" {
		return perch.InvalidField(field, "must be given")
	}
	if strings.TrimSpace(value) != value {
		return perch.InvalidField(field, "must not begin or end with a space")
	}
	if strings.ContainsFunc(value, unicode.IsControl) {
		return perch.InvalidField(field, "must not contain control characters such as line ends")
	}
	return checkText(field, value, limit)
}

// checkText holds a text that may be missing against its limit.
func checkText(field, value string, limit int) error {
	if !utf8.ValidString(value) {
		return perch.InvalidField(field, "must be UTF-8")
	}
	if n := utf8.RuneCountInString(value); n > limit {
		return perch.InvalidField(field, "must have at most %d characters, not %d", limit, n)
	}
	return nil
}

// checkTags holds what a thing may be tagged with against its limits.
// doc: API_TagResource
func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return perch.InvalidField("Tags", "must be at most %d, not %d", maxTags, len(tags))
	}
	for k, v := range tags {
		if err := first(checkText("Tags", k, maxTagKey), checkText("Tags", v, maxTagValue)); err != nil {
			return err
		}
	}
	return nil
}

func checkRange(field string, value, least, most int) error {
	if value < least || value > most {
		return perch.InvalidField(field, "must be from %d to %d, not %d", least, most, value)
	}
	return nil
}

func checkAmong[S ~string](field string, value S, allowed ...S) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	return perch.InvalidField(field, "must be one of %s, not %q", strings.Join(names, ", "), string(value))
}

// checkExists holds a reference to another setting of the instance.
func checkExists[ID ~string, V Setting](field string, s shelf[V], id ID) error {
	if id == "" {
		return perch.InvalidField(field, "must be given")
	}
	if _, ok := s.byID[string(id)]; !ok {
		return perch.InvalidField(field, "is no %s of this instance", s.kind)
	}
	return nil
}

// first is the first error, if any.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
