package flowbench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch/flow"
)

// Script reads lines of a script: what the customer writes, and commands that
// begin with a slash. Empty lines and lines that begin with # are passed over.
//
//	Hello there          the customer writes
//	/return Hello        the same
//	/wait 10m            time passes
//	/pass                the rest of the wait passes
//	/bot-left            the bot leaves the chat
//	/ok                  answers what the flow asks for: it is done
//	/error QueueAtCapacity
//	/result Book {"Slots":{"city":"Oslo"}}
//	/answer {"tier":"gold"}
//	/end                 the play is over
func Script(text io.Reader) func(question string) (string, bool) {
	lines := bufio.NewScanner(text)
	return func(string) (string, bool) {
		for lines.Scan() {
			if line := strings.TrimSpace(lines.Text()); line != "" && !strings.HasPrefix(line, "#") {
				return line, true
			}
		}
		return "", false
	}
}

func (p *player) next(question string) (string, bool) {
	if p.held != nil {
		line := *p.held
		p.held = nil
		return line, true
	}
	return p.Next(question)
}

// wait lets time pass until an event comes that the flow listens for. Where
// nobody has anything to say, the time is over at once.
func (p *player) wait() flow.Event {
	w := p.state.Wait
	limit := time.Duration(w.Seconds) * time.Second
	if p.idle++; p.idle > patience {
		p.show(Record{Kind: "end", Text: fmt.Sprintf("%d waits have passed and nobody has anything to say: the play ends here", patience)})
		return nil
	}
	for {
		line, ok := p.next(fmt.Sprintf("customer (%s of the wait are left; empty: let them pass)", limit-p.waited))
		if ok {
			p.idle = 0
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch {
		case !ok || verb == "/pass":
			return p.pass(limit-p.waited, limit)
		case verb == "/end":
			p.show(Record{Kind: "end", Text: "the script ends here; the flow waits on"})
			return nil
		case verb == "/wait":
			d, err := time.ParseDuration(strings.TrimSpace(rest))
			if err != nil || d < 0 {
				p.unclear(line)
				continue
			}
			if ev := p.pass(d, limit); ev != nil {
				return ev
			}
		case verb == "/bot-left":
			p.show(Record{Kind: "customer", Text: "the bot leaves"})
			if slices.Contains(w.Events, flow.EventBotDisconnected) {
				p.waited = 0
				return flow.BotDisconnected{}
			}
			p.show(Record{Kind: "time", Text: "nobody listens for that"})
		case verb == "/return" || !strings.HasPrefix(line, "/"):
			text := line
			if verb == "/return" {
				text = rest
			}
			p.show(Record{Kind: "customer", Text: text})
			if slices.Contains(w.Events, flow.EventCustomerReturned) {
				p.waited = 0
				return flow.CustomerReturned{Text: text}
			}
			p.show(Record{Kind: "time", Text: "nobody listens for that"})
		default:
			p.unclear(line)
		}
	}
}

// pass moves the clock, at most to the end of the wait.
func (p *player) pass(d, limit time.Duration) flow.Event {
	d = min(d, limit-p.waited)
	p.clock, p.waited = p.clock+d, p.waited+d
	p.show(Record{Kind: "time", Text: d.String() + " pass at once"})
	if p.waited < limit {
		return nil
	}
	p.waited = 0
	return flow.TimeUp{}
}

func (p *player) unclear(line string) {
	p.show(Record{Kind: "time", Text: fmt.Sprintf("%q says nothing here, and is passed over", line)})
}

// ask takes the next line as an answer to an effect, if it is one; else what is
// assumed is the answer, and the line is kept for later.
func (p *player) ask(question string, assumed flow.Outcome) flow.Outcome {
	line, ok := p.next(question + " (/ok, /error NAME, /result NAME [JSON], /answer JSON; empty: " + said(assumed) + ")")
	verb, rest, _ := strings.Cut(line, " ")
	result, data, _ := strings.Cut(strings.TrimSpace(rest), " ")
	switch {
	case !ok || verb == "/pass":
	case verb == "/ok":
		return flow.Outcome{Result: assumed.Result}
	case verb == "/error":
		return flow.Outcome{Error: result}
	case verb == "/result" && data == "":
		return flow.Outcome{Result: result}
	case verb == "/result":
		return flow.Outcome{Result: result, Data: json.RawMessage(data)}
	case verb == "/answer":
		return flow.Outcome{Data: json.RawMessage(strings.TrimSpace(rest))}
	default:
		p.held = &line
	}
	p.show(Record{Kind: "time", Text: "nobody says; " + said(assumed) + " is assumed"})
	return assumed
}

// said is an outcome in words.
func said(o flow.Outcome) string {
	switch {
	case o.Error != "":
		return o.Error
	case o.Result != "" && len(o.Data) > 0:
		return o.Result + " " + string(o.Data)
	case o.Result != "":
		return o.Result
	case len(o.Data) > 0:
		return string(o.Data)
	}
	return "success"
}
