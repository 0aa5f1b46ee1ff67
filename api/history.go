package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/wire"
)

// maxParts is how many parts a time may be cut into.
const maxParts = 3000

// tally is the contacts of a group that ended, came in or were queued in a time.
type tally struct {
	dimensions                map[string]string
	closed, created, enqueued []store.Facts
}

// historic are the metrics of contacts: a figure of a tally, and whether there is
// any. Times are in seconds.
// doc: metrics-definitions.md
func historic() map[string]func(tally, wire.Metric) (float64, bool) {
	seconds := func(d time.Duration) float64 { return d.Seconds() }
	average := func(of func(store.Facts) (time.Duration, bool)) func(tally, wire.Metric) (float64, bool) {
		return func(t tally, _ wire.Metric) (float64, bool) {
			sum, n := 0.0, 0
			for _, f := range t.closed {
				if d, ok := of(f); ok {
					sum, n = sum+seconds(d), n+1
				}
			}
			return sum / float64(max(n, 1)), n > 0
		}
	}
	count := func(of func(tally) []store.Facts, is func(store.Facts) bool) func(tally, wire.Metric) (float64, bool) {
		return func(t tally, _ wire.Metric) (float64, bool) {
			n := 0
			for _, f := range of(t) {
				if is(f) {
					n++
				}
			}
			return float64(n), true
		}
	}
	each := func(store.Facts) bool { return true }
	closed := func(t tally) []store.Facts { return t.closed }
	return map[string]func(tally, wire.Metric) (float64, bool){
		"CONTACTS_CREATED":   count(func(t tally) []store.Facts { return t.created }, each),
		"CONTACTS_QUEUED":    count(func(t tally) []store.Facts { return t.enqueued }, each),
		"CONTACTS_HANDLED":   count(closed, handled),
		"CONTACTS_ABANDONED": count(closed, abandoned),
		"AVG_QUEUE_ANSWER_TIME": average(func(f store.Facts) (time.Duration, bool) {
			return f.Joined.Sub(f.Enqueued), handled(f) && !f.Enqueued.IsZero()
		}),
		"AVG_ABANDON_TIME":     average(func(f store.Facts) (time.Duration, bool) { return f.Closed.Sub(f.Enqueued), abandoned(f) }),
		"AVG_INTERACTION_TIME": average(func(f store.Facts) (time.Duration, bool) { return f.Closed.Sub(f.Joined), handled(f) }),
		"AVG_AFTER_CONTACT_WORK_TIME": average(func(f store.Facts) (time.Duration, bool) {
			return f.Work.Ended.Sub(f.Work.Started), handled(f) && !f.Work.Ended.IsZero()
		}),
		"AVG_FIRST_RESPONSE_TIME_AGENT": average(func(f store.Facts) (time.Duration, bool) {
			return f.Responded.Sub(f.Joined), handled(f) && !f.Responded.IsZero()
		}),
		"AVG_HANDLE_TIME":      average(func(f store.Facts) (time.Duration, bool) { return handleTime(f), handled(f) }),
		"AVG_CONTACT_DURATION": average(func(f store.Facts) (time.Duration, bool) { return f.Closed.Sub(f.Opened), true }),
		"SUM_HANDLE_TIME": func(t tally, _ wire.Metric) (sum float64, ok bool) {
			for _, f := range t.closed {
				if handled(f) {
					sum += seconds(handleTime(f))
				}
			}
			return sum, true
		},
		"MAX_QUEUED_TIME": func(t tally, _ wire.Metric) (most float64, ok bool) {
			for _, f := range t.closed {
				if !f.Enqueued.IsZero() {
					most, ok = max(most, seconds(queuedTime(f))), true
				}
			}
			return most, ok
		},
		"ABANDONMENT_RATE": share(abandoned),
		"SERVICE_LEVEL":    serviceLevel,
	}
}

func handled(f store.Facts) bool { return !f.Joined.IsZero() }

func abandoned(f store.Facts) bool {
	return f.Joined.IsZero() && !f.Enqueued.IsZero() && f.Reason == perch.CustomerDisconnect
}

func queuedTime(f store.Facts) time.Duration {
	if handled(f) {
		return f.Joined.Sub(f.Enqueued)
	}
	return f.Closed.Sub(f.Enqueued)
}

func handleTime(f store.Facts) time.Duration {
	d := f.Closed.Sub(f.Joined)
	if !f.Work.Ended.IsZero() {
		d += f.Work.Ended.Sub(f.Work.Started)
	}
	return d
}

// share is the percentage of the contacts that were queued.
func share(is func(store.Facts) bool) func(tally, wire.Metric) (float64, bool) {
	return func(t tally, _ wire.Metric) (float64, bool) {
		n, all := 0, 0
		for _, f := range t.closed {
			if f.Enqueued.IsZero() {
				continue
			}
			all++
			if is(f) {
				n++
			}
		}
		return 100 * float64(n) / float64(max(all, 1)), all > 0
	}
}

func serviceLevel(t tally, m wire.Metric) (float64, bool) {
	within := time.Duration(*m.Threshold[0].ThresholdValue * float64(time.Second))
	return share(func(f store.Facts) bool {
		d := queuedTime(f)
		return handled(f) && (d < within || d == within && m.Threshold[0].Comparison == "LTE")
	})(t, m)
}

// doc: API_GetMetricDataV2
func getMetricDataV2(c *call, in wire.GetMetricDataV2Request) (wire.GetMetricDataV2Response, error) {
	out := wire.GetMetricDataV2Response{MetricResults: []wire.MetricResult{}}
	if err := c.of(in.ResourceArn); err != nil {
		return out, err
	}
	from, till := time.Time(in.StartTime), time.Time(in.EndTime)
	long := till.Sub(from) > strict.MetricDays*24*time.Hour || from.Before(c.opts.Now().AddDate(0, -strict.MetricMonths, 0))
	if long && strict.Holds(c.Context(), strict.MetricRange, "") {
		return out, perch.InvalidField("StartTime", "must be within %d months, and EndTime within %d days of it", strict.MetricMonths, strict.MetricDays)
	}
	known := historic()
	if err := checkMetrics(in, known); err != nil {
		return out, err
	}
	parts, err := partsOf(in)
	if err != nil {
		return out, err
	}
	type row struct {
		key string
		wire.MetricResult
	}
	var rows []row
	for i, p := range parts {
		groups, err := c.tallies(in, time.Time(p.StartTime), time.Time(p.EndTime))
		if err != nil {
			return out, err
		}
		for _, key := range slices.Sorted(maps.Keys(groups)) {
			g := groups[key]
			r := row{fmt.Sprintf("%08d%s", i, key), wire.MetricResult{Dimensions: g.dimensions, Collections: []wire.MetricData{}}}
			if in.Interval != nil {
				r.MetricInterval = &p
			}
			for _, m := range in.Metrics {
				d := wire.MetricData{Metric: m}
				if v, ok := known[m.Name](g.only(m.MetricFilters), m); ok {
					d.Value = &v
				}
				r.Collections = append(r.Collections, d)
			}
			rows = append(rows, r)
		}
	}
	some, next, err := pageByName(c, rows, func(r row) string { return r.key }, in.NextToken, in.MaxResults)
	for _, r := range some {
		out.MetricResults = append(out.MetricResults, r.MetricResult)
	}
	out.NextToken = next
	return out, err
}

func checkMetrics(in wire.GetMetricDataV2Request, known map[string]func(tally, wire.Metric) (float64, bool)) error {
	for _, m := range in.Metrics {
		if _, ok := known[m.Name]; !ok {
			return perch.InvalidField("Metrics", "%q is not among those that perch has: %s", m.Name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
		if m.Name == "SERVICE_LEVEL" && (len(m.Threshold) != 1 || m.Threshold[0].Comparison != "LT" && m.Threshold[0].Comparison != "LTE") {
			return perch.InvalidField("Metrics[].Threshold", "must be given for SERVICE_LEVEL, with the comparison LT or LTE")
		}
		for _, f := range m.MetricFilters {
			if f.MetricFilterKey != "INITIATION_METHOD" && f.MetricFilterKey != "DISCONNECT_REASON" {
				return perch.InvalidField("Metrics[].MetricFilters[].MetricFilterKey", "must be INITIATION_METHOD or DISCONNECT_REASON")
			}
		}
	}
	keys := []string{"QUEUE", "AGENT", "ROUTING_PROFILE", "CHANNEL"}
	for _, f := range in.Filters {
		if !slices.Contains(keys, f.FilterKey) {
			return perch.InvalidField("Filters[].FilterKey", "must be one of %s", strings.Join(keys, ", "))
		}
	}
	for _, g := range in.Groupings {
		if !slices.Contains(keys, g) {
			return perch.InvalidField("Groupings", "must be among %s", strings.Join(keys, ", "))
		}
	}
	return nil
}

// partsOf cuts the time of a request: days and weeks by the clock on the wall.
func partsOf(in wire.GetMetricDataV2Request) ([]wire.MetricPart, error) {
	from, till, period, zone := time.Time(in.StartTime), time.Time(in.EndTime), "TOTAL", time.UTC
	if !from.Before(till) {
		return nil, perch.InvalidField("EndTime", "must be after StartTime")
	}
	if in.Interval != nil && in.Interval.TimeZone != "" {
		var err error
		if zone, err = time.LoadLocation(in.Interval.TimeZone); err != nil || in.Interval.TimeZone == "Local" {
			return nil, perch.InvalidField("Interval.TimeZone", "must be a name such as Europe/Berlin")
		}
	}
	if in.Interval != nil && in.Interval.IntervalPeriod != "" {
		period = in.Interval.IntervalPeriod
	}
	next := map[string]func(time.Time) time.Time{
		"FIFTEEN_MIN": func(t time.Time) time.Time { return t.Add(15 * time.Minute) },
		"THIRTY_MIN":  func(t time.Time) time.Time { return t.Add(30 * time.Minute) },
		"HOUR":        func(t time.Time) time.Time { return t.Add(time.Hour) },
		"DAY":         func(t time.Time) time.Time { return t.AddDate(0, 0, 1) },
		"WEEK":        func(t time.Time) time.Time { return t.AddDate(0, 0, 7) },
		"TOTAL":       func(time.Time) time.Time { return till },
	}[period]
	var parts []wire.MetricPart
	for at := from.In(zone); at.Before(till); {
		ends := next(at)
		if ends.After(till) {
			ends = till
		}
		parts = append(parts, wire.MetricPart{Interval: period, StartTime: wire.Epoch(at), EndTime: wire.Epoch(ends)})
		if len(parts) > maxParts {
			return nil, perch.InvalidField("Interval.IntervalPeriod", "cuts the time into more than %d parts: ask for less time", maxParts)
		}
		at = ends
	}
	return parts, nil
}

// tallies are the contacts of a time that pass the filters, by group.
func (c *call) tallies(in wire.GetMetricDataV2Request, from, till time.Time) (map[string]tally, error) {
	groups := map[string]tally{}
	if len(in.Groupings) == 0 {
		groups[""] = tally{}
	}
	q := store.FactsQuery{Instance: c.instance, From: from, Till: till, Sort: store.ByOpened}
	var profiles []string
	for _, f := range in.Filters {
		switch f.FilterKey {
		case "QUEUE":
			q.Queues = resourceIDs(f.FilterValues)
		case "AGENT":
			q.Agents = resourceIDs(f.FilterValues)
		case "ROUTING_PROFILE":
			profiles = resourceIDs(f.FilterValues)
		case "CHANNEL":
			if !slices.Contains(f.FilterValues, wire.ChannelChat) {
				return groups, nil
			}
		}
	}
	for _, by := range []string{store.ByClosed, store.ByOpened, store.ByEnqueued} {
		q.Time = by
		found, err := c.opts.Chats.Facts(c.Context(), q)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			key, dimensions, ok := c.dimensions(in.Groupings, profiles, f)
			if !ok {
				continue
			}
			g := groups[key]
			g.dimensions = dimensions
			switch by {
			case store.ByClosed:
				g.closed = append(g.closed, f)
			case store.ByOpened:
				g.created = append(g.created, f)
			case store.ByEnqueued:
				g.enqueued = append(g.enqueued, f)
			}
			groups[key] = g
		}
	}
	return groups, nil
}

// dimensions are the group of a contact; ok is false of one that lacks what is
// grouped by, or is of another profile. A contact's profile is its agent's.
func (c *call) dimensions(groupings, profiles []string, f store.Facts) (key string, out map[string]string, ok bool) {
	profile := ""
	if f.Agent != "" && (len(profiles) > 0 || slices.Contains(groupings, "ROUTING_PROFILE")) {
		if u, err := c.opts.Settings.User(c.Context(), c.instance, f.Agent); err == nil {
			profile = u.RoutingProfile
		}
	}
	if len(profiles) > 0 && !slices.Contains(profiles, profile) {
		return "", nil, false
	}
	for _, g := range groupings {
		id, arn := wire.ChannelChat, ""
		switch g {
		case "QUEUE":
			id, arn = f.Queue, c.opts.ARNs.Queue(c.instance, perch.QueueID(f.Queue))
		case "AGENT":
			id, arn = string(f.Agent), c.opts.ARNs.Agent(c.instance, f.Agent)
		case "ROUTING_PROFILE":
			id, arn = profile, c.profileARN(profile)
		}
		if id == "" {
			return "", nil, false
		}
		if out == nil {
			out = map[string]string{}
		}
		out[g] = id
		if arn != "" {
			out[g+"_ARN"] = arn
		}
		key += "/" + id
	}
	return key, out, true
}

// only is the tally of the contacts that pass a metric's own filters.
func (t tally) only(filters []wire.MetricOwnFilter) tally {
	passes := func(f store.Facts) bool {
		for _, each := range filters {
			value := string(f.Method)
			if each.MetricFilterKey == "DISCONNECT_REASON" {
				value = string(f.Reason)
			}
			if slices.Contains(each.MetricFilterValues, value) == each.Negate {
				return false
			}
		}
		return true
	}
	sift := func(all []store.Facts) (out []store.Facts) {
		for _, f := range all {
			if passes(f) {
				out = append(out, f)
			}
		}
		return out
	}
	if len(filters) == 0 {
		return t
	}
	return tally{t.dimensions, sift(t.closed), sift(t.created), sift(t.enqueued)}
}
