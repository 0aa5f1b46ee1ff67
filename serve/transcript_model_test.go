package serve_test

import (
	"slices"
	"time"
)

// asked is one combination of what GetTranscript can be asked for.
type asked struct {
	start   object // nil is no StartPosition
	scan    string // empty is none
	sort    string
	results any // nil is none
	contact string
}

func (a asked) body(next string) object {
	body := object{}
	if a.start != nil {
		body["StartPosition"] = a.start
	}
	for k, v := range map[string]string{"ScanDirection": a.scan, "SortOrder": a.sort, "ContactId": a.contact, "NextToken": next} {
		if v != "" {
			body[k] = v
		}
	}
	if a.results != nil {
		body["MaxResults"] = a.results
	}
	return body
}

// visible is everything that a customer may see of a chat and of its past, oldest
// first, and what a page of it ought to be.
type visible []item

func (i item) contact() string { return i.ContactId + i.RelatedContactId }
func (i item) past() bool      { return i.ContactId == "" }

// forward says which way a page goes.
func (a asked) forward() bool {
	return a.scan == "FORWARD" || a.scan == "" && len(a.start) > 0
}

// border is where the first page begins: before the item of this place.
func (v visible) border(a asked) int {
	after := 0 // an item at the border is part of the page
	if !a.forward() {
		after = 1
	}
	switch {
	case a.start["Id"] != nil:
		return slices.IndexFunc(v, func(i item) bool { return i.Id == a.start["Id"] }) + after
	case a.start["AbsoluteTime"] != nil:
		at := a.start["AbsoluteTime"].(time.Time)
		n := 0
		for n < len(v) && (v[n].at().Before(at) || !a.forward() && v[n].at().Equal(at)) {
			n++
		}
		return n
	case a.start["MostRecent"] != nil:
		n, at := a.start["MostRecent"].(int), len(v)
		for i := len(v) - 1; i >= 0 && n > 0; i-- {
			if a.contact == "" || v[i].contact() == a.contact {
				at, n = i+after, n-1
			}
		}
		return at
	case !a.forward():
		return len(v)
	case a.contact != "":
		return 0
	}
	return slices.IndexFunc(v, func(i item) bool { return !i.past() })
}

func (i item) at() time.Time {
	t, err := time.Parse("2006-01-02T15:04:05.000Z", i.AbsoluteTime)
	if err != nil {
		panic(err)
	}
	return t
}

// page is the ids of a page from a border on, and the border of the next; more is
// false where there is none.
func (v visible) page(a asked, border int) (ids []string, next int, more bool) {
	limit := 10
	if n, ok := a.results.(int); ok && n > 0 {
		limit = n
	}
	step, from := -1, border-1
	if a.forward() {
		step, from = 1, border
	}
	next = border
	var first *item
	for i := from; i >= 0 && i < len(v); i += step {
		if a.contact != "" && v[i].contact() != a.contact {
			continue
		}
		// Items of the chat and of its past are never on one page.
		if first != nil && first.past() != v[i].past() || len(ids) == limit {
			more = true
			break
		}
		if first == nil {
			first = &v[i]
		}
		ids = append(ids, v[i].Id)
		if next = i; step > 0 {
			next++
		}
	}
	if (step < 0) == (a.sort == "ASCENDING") {
		slices.Reverse(ids)
	}
	return ids, next, more
}
