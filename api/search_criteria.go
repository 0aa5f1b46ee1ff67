package api

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/wire"
)

// maxRead is how many contacts a search reads the transcripts of.
const maxRead = 2000

// absent tells whether criteria ask for what no contact here has: groups of agents,
// AI agents, another region.
func (c *call) absent(in wire.SearchCriteria) bool {
	g := in.AgentHierarchyGroups
	return g != nil && len(g.L1Ids)+len(g.L2Ids)+len(g.L3Ids)+len(g.L4Ids)+len(g.L5Ids) > 0 ||
		in.AiAgents != nil && len(in.AiAgents.Criteria) > 0 ||
		len(in.ActiveRegions) > 0 && !slices.Contains(in.ActiveRegions, c.opts.ARNs.Region)
}

// transcriptOf are the criteria on what was said, if there are any.
func transcriptOf(in wire.SearchCriteria) *wire.TranscriptCriteria {
	if in.ContactAnalysis == nil || in.ContactAnalysis.Transcript == nil || len(in.ContactAnalysis.Transcript.Criteria) == 0 {
		return nil
	}
	return in.ContactAnalysis.Transcript
}

// readable refuses to read the transcripts of more contacts than can be read while
// somebody waits.
func (c *call) readable(q store.FactsQuery, in wire.SearchCriteria) error {
	if transcriptOf(in) == nil {
		return nil
	}
	n, err := c.opts.Chats.CountFacts(c.Context(), q)
	if err == nil && n > maxRead {
		err = perch.InvalidField("SearchCriteria.ContactAnalysis.Transcript",
			"would read %d transcripts, and at most %d are read: narrow the time, or give AgentIds, QueueIds or InitiationMethods", n, maxRead)
	}
	return err
}

// meets is what contacts have to meet that no index tells; nil for nothing. What
// costs most is looked at last.
func (c *call) meets(in wire.SearchCriteria) func(hit, *perch.Session) (bool, error) {
	said := transcriptOf(in)
	if in.Name == nil && in.RoutingCriteria == nil && in.AdditionalTimeRange == nil && in.SearchableContactAttributes == nil && in.SearchableSegmentAttributes == nil &&
		in.ContactTags == nil && said == nil {
		return nil
	}
	tags := every[hit](nil)
	if in.ContactTags != nil {
		tags = searched[hit]{tags: func(h hit) map[string]string { return h.summary.Tags }}.tagged(*in.ContactTags)
	}
	return func(h hit, s *perch.Session) (bool, error) {
		if in.Name != nil && !matchWords(h.summary.Name, *in.Name) || in.RoutingCriteria != nil && !namesAgents(h.summary.RoutingCriteria, *in.RoutingCriteria) ||
			in.AdditionalTimeRange != nil && !hasTimes(h.Facts, *in.AdditionalTimeRange) || !tags(h) ||
			in.SearchableSegmentAttributes != nil && !hasValues(segmentTexts(h.summary.SegmentAttributes), *in.SearchableSegmentAttributes) {
			return false, nil
		}
		if in.SearchableContactAttributes != nil {
			all, err := c.opts.Chats.Attributes(c.Context(), s.ID)
			text := map[string]string{}
			for k, v := range all {
				text[k] = v.Value
			}
			if err != nil || !hasValues(text, *in.SearchableContactAttributes) {
				return false, err
			}
		}
		if said == nil {
			return true, nil
		}
		return c.said(h.Contact, s, *said)
	}
}

// segmentTexts are segment attributes that are a text or a number, as texts.
func segmentTexts(all map[string]wire.SegmentAttribute) map[string]string {
	text := map[string]string{}
	for k, v := range all {
		switch {
		case v.ValueString != nil:
			text[k] = *v.ValueString
		case v.ValueInteger != nil:
			text[k] = strconv.Itoa(int(*v.ValueInteger))
		}
	}
	return text
}

// said tells whether messages of a contact meet criteria, whoever could read them:
// who searches may read all transcripts.
func (c *call) said(contact perch.ContactID, s *perch.Session, in wire.TranscriptCriteria) (bool, error) {
	spoken := map[string][]string{} // by role
	q := chat.Query{Session: s, To: perch.ToSupervisors, Contact: contact, Forward: true, Limit: searchAtOnce}
	for {
		page, err := c.opts.Chats.Page(c.Context(), q)
		if err != nil {
			return false, err
		}
		for _, item := range page.Items {
			if m, ok := item.Body.(perch.Message); ok && item.Contact == contact {
				role := wire.RoleName(m.Role)
				spoken[role] = append(spoken[role], m.Content)
			}
		}
		if q.From = page.Next; q.From == nil {
			break
		}
	}
	var all []bool
	for _, each := range in.Criteria {
		var found []bool
		for _, text := range each.SearchText {
			found = append(found, slices.ContainsFunc(spoken[each.ParticipantRole], func(message string) bool { return hasWords(message, text, each.MatchType) }))
		}
		all = append(all, combined(each.MatchType, found))
	}
	return combined(in.MatchType, all), nil
}

// hasWords tells whether a text holds words in any case, or is them exactly.
func hasWords(text, words, matchType string) bool {
	if matchType == wire.MatchExact {
		return text == words
	}
	return strings.Contains(strings.ToLower(text), strings.ToLower(words))
}

// combined is what a match type makes of several answers.
func combined(matchType string, all []bool) bool {
	switch matchType {
	case wire.MatchAny:
		return slices.Contains(all, true)
	case wire.MatchNone:
		return !slices.Contains(all, true)
	}
	return !slices.Contains(all, false)
}

func matchWords(name string, in wire.NameCriteria) bool {
	var all []bool
	for _, text := range in.SearchText {
		all = append(all, hasWords(name, text, in.MatchType))
	}
	return combined(in.MatchType, all)
}

func hasValues(has map[string]string, in wire.SearchableAttributes) bool {
	var all []bool
	for _, each := range in.Criteria {
		value, ok := has[each.Key]
		all = append(all, ok && slices.Contains(each.Values, value))
	}
	return combined(in.MatchType, all)
}

func hasTimes(f store.Facts, in wire.AdditionalTimeRange) bool {
	at := map[string]time.Time{wire.TimeInitiation: f.Opened, wire.TimeDisconnect: f.Closed, wire.TimeConnected: f.Joined, wire.TimeEnqueue: f.Enqueued}
	var all []bool
	for _, each := range in.Criteria {
		switch {
		case each.TimeRange != nil:
			v := at[each.TimeRange.Type]
			all = append(all, !v.IsZero() && !v.Before(time.Time(each.TimeRange.StartTime)) && v.Before(time.Time(each.TimeRange.EndTime)))
		case each.TimestampCondition != nil:
			all = append(all, at[each.TimestampCondition.Type].IsZero())
		}
	}
	return combined(in.MatchType, all)
}

func namesAgents(has *wire.RoutingCriteria, in wire.SearchRoutingCriteria) bool {
	var named []string
	if has != nil {
		for _, s := range has.Steps {
			if a := s.Expression.AttributeCondition; a != nil && a.MatchCriteria != nil {
				named = append(named, a.MatchCriteria.AgentsCriteria.AgentIds...)
			}
		}
	}
	for _, step := range in.Steps {
		if step.AgentCriteria == nil {
			continue
		}
		var all []bool
		for _, id := range resourceIDs(step.AgentCriteria.AgentIds) {
			all = append(all, slices.Contains(named, id))
		}
		if !combined(step.AgentCriteria.MatchType, all) {
			return false
		}
	}
	return true
}
