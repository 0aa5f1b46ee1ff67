package trial

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/perch-chat/perch/strict"
)

// Strictness is which of Amazon's rules hold, and whether calls are told where
// they break others.
type Strictness struct {
	Rules   []strict.Rule
	Explain bool
}

// BeStrict has calls held to Amazon's rules from now on, or not any more.
func (t *Trial) BeStrict(s Strictness) { t.judge.Set(s.Rules, s.Explain) }

// Lenient is what calls have done since the start, or the last Reset, that Amazon
// would not have let pass: with Explain where rules do not hold, and always where
// they do.
func (t *Trial) Lenient() []strict.Finding { return t.judge.Report() }

// WholeLenient is Lenient since the start, whatever was reset.
func (t *Trial) WholeLenient() []strict.Finding { return t.judge.Whole() }

// judged serves a request with a judge looking on.
func (t *Trial) judged(w http.ResponseWriter, r *http.Request) {
	name := r.Method + " " + r.URL.Path
	if op := t.faults.operationOf(r); op != nil {
		name = op.Name
	}
	call := t.judge.Call(name)
	defer call.Done()
	t.now.Handler.ServeHTTP(&telling{ResponseWriter: w, call: call}, r.WithContext(strict.With(r.Context(), call)))
}

// Headers of an answer: which rules perch has let a call break, with what Amazon
// does, and which have held.
const (
	LenientHeader = "Perch-Lenient"
	StrictHeader  = "Perch-Strict"
)

// telling is a response that says which rules its call has broken.
type telling struct {
	http.ResponseWriter
	call *strict.Call
	told bool
}

// WriteHeader implements http.ResponseWriter.
func (w *telling) WriteHeader(status int) {
	if !w.told {
		w.told = true
		w.tell()
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *telling) Write(b []byte) (int, error) {
	if !w.told {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets the socket's upgrade reach the connection.
func (w *telling) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *telling) tell() {
	var lenient, held []string
	for _, b := range w.call.Found() {
		if b.Refused {
			held = append(held, string(b.Rule))
			continue
		}
		d, _ := strict.Of(b.Rule)
		lenient = append(lenient, fmt.Sprintf(`%s; amazon="%s"`, b.Rule, d.Amazon))
	}
	h := w.Header()
	for name, all := range map[string][]string{LenientHeader: lenient, StrictHeader: held} {
		if len(all) > 0 {
			h.Set(name, strings.Join(all, ", "))
			h.Set("Access-Control-Expose-Headers", strings.Trim(h.Get("Access-Control-Expose-Headers")+","+name, ","))
		}
	}
}

// strictRoutes are for those who are not in Go.
func (t *Trial) strictRoutes() {
	t.own.HandleFunc("GET /try/strict", answer(func(*http.Request) (any, error) { return t.strictness(), nil }))
	t.own.HandleFunc("POST /try/strict", answer(t.setStrict))
	t.own.HandleFunc("GET /try/explain", answer(func(*http.Request) (any, error) { return t.explained(), nil }))
}

// ruleShown is a rule as it is shown.
type ruleShown struct {
	strict.Difference
	Holds bool
}

// strictShown is what GET /try/strict answers.
type strictShown struct {
	Rules   []ruleShown
	Explain bool
}

func (t *Trial) strictness() strictShown {
	on, explain := t.judge.Says()
	out := strictShown{Explain: explain}
	for _, d := range strict.Rules() {
		shown := ruleShown{Difference: d}
		for _, r := range on {
			shown.Holds = shown.Holds || r == d.Rule
		}
		out.Rules = append(out.Rules, shown)
	}
	return out
}

func (t *Trial) setStrict(r *http.Request) (any, error) {
	var in struct {
		Rules   *[]string
		Explain *bool
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	rules, explain := t.judge.Says()
	var err error
	if in.Rules != nil {
		if rules, err = strict.Read(*in.Rules); err != nil {
			return nil, err
		}
	}
	if in.Explain != nil {
		explain = *in.Explain
	}
	t.BeStrict(Strictness{rules, explain})
	return t.strictness(), nil
}

// explanation is what GET /try/explain answers.
type explanation struct {
	Explain  bool // whether rules that do not hold are reported
	Findings []strict.Finding
}

func (t *Trial) explained() explanation {
	_, explain := t.judge.Says()
	return explanation{explain, t.Lenient()}
}
