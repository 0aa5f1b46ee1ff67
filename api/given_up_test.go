package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch/wire"
)

// A client that goes away is nothing that an operator could mend.
func TestARequestThatIsGivenUpIsNoFailure(t *testing.T) {
	t.Parallel()
	doors := map[string]func(*Server, http.ResponseWriter, *http.Request, error){
		"an operation": func(s *Server, w http.ResponseWriter, r *http.Request, err error) {
			s.fail(w, r, wire.Lookup(wire.Connect, "DescribeContact"), err)
		},
		"an agent's call": func(s *Server, w http.ResponseWriter, r *http.Request, err error) { s.answerAgent(w, r, nil, err) },
	}
	for door, answer := range doors {
		var log bytes.Buffer
		s := &Server{opts: Options{Log: newLog(&log)}}
		ctx, leave := context.WithCancel(t.Context())
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
		answer(s, httptest.NewRecorder(), r, errors.New("the disk is full"))
		if !strings.Contains(log.String(), "the disk is full") {
			t.Errorf("%s: what has failed is not told: %q", door, log.String())
		}
		log.Reset()
		leave()
		answer(s, httptest.NewRecorder(), r, fmt.Errorf("reading: %w", ctx.Err()))
		if log.Len() > 0 {
			t.Errorf("%s: %q", door, log.String())
		}
	}
}

// Whoever is asked to report a panic needs to know where it came from.
func TestAPanicIsToldWithItsStack(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	mux := http.NewServeMux()
	mux.HandleFunc("/broken", func(http.ResponseWriter, *http.Request) { breaks() })
	s := &Server{opts: Options{Log: newLog(&log), Wall: time.Now}, mux: &routes{ServeMux: mux}}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/broken", nil))
	if w.Code != http.StatusInternalServerError || !strings.Contains(log.String(), "api.breaks") {
		t.Errorf("answered %d, and told %q", w.Code, log.String())
	}
}

func breaks() { panic("broken") }
