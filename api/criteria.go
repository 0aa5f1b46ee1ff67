package api

import (
	"fmt"
	"math"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

// Comparisons that a condition can name.
// doc: API_AttributeCondition
const (
	atLeast = "NumberGreaterOrEqualTo"
	between = "Range"
	matches = "Match"
)

// maxStepSeconds is how long a step of routing criteria may last: as long as a chat
// at most.
const maxStepSeconds = 604800

// stepsOf reads the steps of a request.
func (c *call) stepsOf(in []wire.RoutingStep) ([]perch.RoutingStep, error) {
	var out []perch.RoutingStep
	for i, s := range in {
		field := fmt.Sprintf("RoutingCriteria.Steps[%d]", i)
		if s.Expression == nil {
			return nil, perch.InvalidField(field+".Expression", "is required")
		}
		step, err := c.stepOf(field+".Expression", *s.Expression)
		if err != nil {
			return nil, err
		}
		if s.Expiry != nil && s.Expiry.DurationInSeconds != nil {
			if step.Seconds = *s.Expiry.DurationInSeconds; step.Seconds < 1 || step.Seconds > maxStepSeconds {
				return nil, perch.InvalidField(field+".Expiry.DurationInSeconds", "must be from 1 to %d", maxStepSeconds)
			}
		}
		out = append(out, step)
	}
	return out, nil
}

// stepOf reads an expression: conditions that all hold, and at most one set of
// alternatives among them.
func (c *call) stepOf(field string, e wire.RoutingExpression) (step perch.RoutingStep, err error) {
	all := e.AndExpression
	if len(all) == 0 {
		all = []wire.RoutingExpression{e}
	}
	for _, e := range all {
		switch {
		case len(e.AndExpression) > 0:
			return step, perch.InvalidField(field, "has an AndExpression in another: write one")
		case len(e.OrExpression) > 0 && len(step.Any) > 0:
			return step, perch.InvalidField(field, "can have one OrExpression")
		case len(e.OrExpression) > 0:
			for _, other := range e.OrExpression {
				s, err := c.stepOf(field+".OrExpression", other)
				if err != nil {
					return step, err
				}
				step.Any = append(step.Any, s)
			}
		case e.AttributeCondition != nil:
			err = c.condition(field+".AttributeCondition", *e.AttributeCondition, &step, &step.All)
		case e.NotAttributeCondition != nil:
			err = c.condition(field+".NotAttributeCondition", *e.NotAttributeCondition, nil, &step.Not)
		default:
			err = perch.InvalidField(field, "asks for nothing")
		}
		if err != nil {
			return step, err
		}
	}
	return step, nil
}

// condition reads one: a proficiency, or agents by their ids where step is given.
func (c *call) condition(field string, in wire.RoutingCondition, step *perch.RoutingStep, into *[]perch.Proficiency) error {
	if in.MatchCriteria != nil && in.MatchCriteria.AgentsCriteria != nil && len(in.MatchCriteria.AgentsCriteria.AgentIds) > 0 {
		if step == nil || in.Name != "" || len(step.Agents) > 0 {
			return perch.InvalidField(field+".MatchCriteria", "stands alone, once, and not in a NotAttributeCondition")
		}
		for _, id := range in.MatchCriteria.AgentsCriteria.AgentIds {
			u, err := c.opts.Settings.User(c.Context(), c.instance, perch.UserID(wire.ResourceID(id)))
			if err != nil {
				return err
			}
			step.Agents = append(step.Agents, u.ID)
		}
		return nil
	}
	p := perch.Proficiency{Name: in.Name, Value: in.Value}
	switch {
	case in.Name == "" || in.Value == "":
		return perch.InvalidField(field, "must have Name and Value, or MatchCriteria with agents")
	case in.Range != nil && in.Range.MinProficiencyLevel != nil && in.Range.MaxProficiencyLevel != nil:
		p.Level, p.Most = *in.Range.MinProficiencyLevel, *in.Range.MaxProficiencyLevel
		if p.Most < p.Level {
			return perch.InvalidField(field+".Range", "ends before it begins")
		}
	case in.ProficiencyLevel != nil:
		p.Level = *in.ProficiencyLevel
	default:
		return perch.InvalidField(field, "must have ProficiencyLevel, or Range with both ends")
	}
	if in.ComparisonOperator != "" && in.ComparisonOperator != atLeast && in.ComparisonOperator != between && in.ComparisonOperator != matches {
		return perch.InvalidField(field+".ComparisonOperator", "must be one of %s, %s, %s", atLeast, between, matches)
	}
	*into = append(*into, p)
	return nil
}

// criteriaOf are a contact's routing criteria as they stand at a time.
// doc: API_RoutingCriteria
func criteriaOf(of *perch.Contact, criteria perch.Criteria, now time.Time) *wire.RoutingCriteria {
	if len(criteria.Steps) == 0 {
		return nil
	}
	zero := 0
	out := &wire.RoutingCriteria{Steps: []wire.RoutingStep{}, Index: &zero}
	begins, joined := of.Enqueued, time.Time{}
	if !begins.IsZero() {
		if criteria.From.After(begins) {
			begins = criteria.From
		}
		out.ActivationTimestamp = wire.Epoch(begins)
	}
	if of.Agent != "" {
		joined = of.Accepted
	}
	for _, s := range criteria.Steps {
		e := expressionOf(s)
		step := wire.RoutingStep{Expression: &e, Status: "INACTIVE"}
		ends := time.Time{}
		if s.Seconds > 0 {
			seconds := s.Seconds
			step.Expiry = &wire.RoutingExpiry{DurationInSeconds: &seconds}
		}
		if !begins.IsZero() {
			ends = begins.Add(time.Duration(s.Seconds) * time.Second)
			if s.Seconds == 0 {
				ends = time.Unix(math.MaxInt32, 0)
			} else {
				step.Expiry.ExpiryTimestamp = wire.Epoch(ends)
			}
			step.Status = statusAt(begins, ends, joined, now)
			begins = ends
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

// statusAt is that of a step that lasts from begins until ends.
func statusAt(begins, ends, joined, now time.Time) string {
	switch {
	case !joined.IsZero() && !joined.Before(begins) && joined.Before(ends):
		return "JOINED"
	case !joined.IsZero() && joined.Before(begins), now.Before(begins):
		return "INACTIVE"
	case now.Before(ends) && joined.IsZero():
		return "ACTIVE"
	}
	return "EXPIRED"
}

func expressionOf(s perch.RoutingStep) wire.RoutingExpression {
	var all []wire.RoutingExpression
	for _, p := range s.All {
		all = append(all, wire.RoutingExpression{AttributeCondition: conditionOf(p)})
	}
	for _, p := range s.Not {
		all = append(all, wire.RoutingExpression{NotAttributeCondition: conditionOf(p)})
	}
	if len(s.Agents) > 0 {
		ids := []string{}
		for _, u := range s.Agents {
			ids = append(ids, string(u))
		}
		all = append(all, wire.RoutingExpression{AttributeCondition: &wire.RoutingCondition{ComparisonOperator: matches,
			MatchCriteria: &wire.MatchCriteria{AgentsCriteria: &wire.AgentsCriteria{AgentIds: ids}}}})
	}
	if len(s.Any) > 0 {
		var others []wire.RoutingExpression
		for _, other := range s.Any {
			others = append(others, expressionOf(other))
		}
		all = append(all, wire.RoutingExpression{OrExpression: others})
	}
	if len(all) == 1 {
		return all[0]
	}
	return wire.RoutingExpression{AndExpression: all}
}

func conditionOf(p perch.Proficiency) *wire.RoutingCondition {
	c := &wire.RoutingCondition{Name: p.Name, Value: p.Value, ComparisonOperator: atLeast}
	if p.Most > 0 {
		c.ComparisonOperator, c.Range = between, &wire.RoutingRange{MinProficiencyLevel: &p.Level, MaxProficiencyLevel: &p.Most}
	} else {
		c.ProficiencyLevel = &p.Level
	}
	return c
}
