package trial

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// ServeHTTP implements http.Handler.
func (t *Trial) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/try" || strings.HasPrefix(r.URL.Path, "/try/") {
		t.own.ServeHTTP(w, r)
		return
	}
	t.faults.around(w, r, func(w http.ResponseWriter, r *http.Request) {
		t.gate.RLock()
		defer t.gate.RUnlock()
		t.judged(w, r)
	})
}

// routes mounts what a trial has beside the process.
func (t *Trial) routes() {
	t.own.HandleFunc("GET /try", answer(func(*http.Request) (any, error) { return t.Furnished(), nil }))
	t.own.HandleFunc("GET /try/clock", answer(func(*http.Request) (any, error) { return t.shown(), nil }))
	t.own.HandleFunc("POST /try/clock", answer(t.setClock))
	t.own.HandleFunc("POST /try/reset", answer(func(r *http.Request) (any, error) {
		err := t.Reset(r.Context())
		return t.shown(), err
	}))
	t.own.HandleFunc("GET /try/faults", answer(func(*http.Request) (any, error) { return t.faults.List(), nil }))
	t.own.HandleFunc("POST /try/faults", answer(t.addFault))
	t.own.HandleFunc("DELETE /try/faults", answer(func(*http.Request) (any, error) { t.faults.Clear(""); return t.faults.List(), nil }))
	t.own.HandleFunc("DELETE /try/faults/{Id}", answer(func(r *http.Request) (any, error) {
		if !t.faults.Clear(r.PathValue("Id")) {
			return nil, errors.New("there is no such fault")
		}
		return t.faults.List(), nil
	}))
	t.own.HandleFunc("/try/", answer(func(r *http.Request) (any, error) {
		return nil, fmt.Errorf("there is no %s %s: docs/testing.md says what there is", r.Method, r.URL.Path)
	}))
}

// clockShown is the clock as it is shown and set.
type clockShown struct {
	Now     time.Time
	Stopped bool
}

func (t *Trial) shown() clockShown { return clockShown{t.Now(), t.Stands()} }

func (t *Trial) setClock(r *http.Request) (any, error) {
	var in struct {
		Advance string
		To      *time.Time
		Stopped *bool
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	if in.Stopped != nil {
		t.Stand(*in.Stopped)
	}
	switch {
	case in.Advance != "" && in.To != nil:
		return nil, errors.New("give Advance or To, not both")
	case in.To != nil:
		if err := t.MoveTo(r.Context(), *in.To); err != nil {
			return nil, err
		}
	case in.Advance != "":
		by, err := Duration(in.Advance)
		if err == nil {
			err = t.Advance(r.Context(), by)
		}
		if err != nil {
			return nil, err
		}
	case in.Stopped == nil:
		return nil, errors.New(`give Advance, such as "25h", To, such as "2026-01-02T09:00:00Z", or Stopped`)
	}
	return t.shown(), nil
}

func (t *Trial) addFault(r *http.Request) (any, error) {
	var in Fault
	if err := read(r, &in); err != nil {
		return nil, err
	}
	if in.Kind == CutSockets {
		return t.CutSockets(), nil
	}
	return t.faults.Add(in)
}

// read takes a JSON object without members that nobody knows.
func read(r *http.Request, v any) error {
	d := json.NewDecoder(io.LimitReader(r.Body, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("the body must be a JSON object: %w", err)
	}
	return nil
}

func answer(f func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out, err := f(r)
		status := http.StatusOK
		if err != nil {
			status, out = http.StatusBadRequest, map[string]string{"Message": err.Error()}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(out) // a client that has gone needs no answer
	}
}
