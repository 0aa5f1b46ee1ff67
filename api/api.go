// Package api is the door for requests: from an operation to a verb of a room
// below, and from what comes of it to a response. The table of operations is
// in operations.go; nothing here decides by the state of a chat.
package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"sync"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/archive"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/flowrun"
	"github.com/perch-chat/perch/routing"
	words "github.com/perch-chat/perch/search" // search is a function here
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// maxBody is the most bytes of a request's body. The largest request that can be
// valid has 32,768 bytes of attributes and a message of 16,384, each escaped.
const maxBody = 1 << 20

// Options of a Server.
type Options struct {
	Chats    *chat.Chats
	Settings *catalog.Catalog
	Staff    *staff.Staff
	Router   *routing.Router
	Files    *archive.Archive
	Search   *words.Search
	// Flows has customers sign in.
	Flows *flowrun.Runner
	// FlowLog is the steps of a contact's flows after a number, at most limit.
	FlowLog func(ctx context.Context, session perch.SessionID, contact perch.ContactID, after int64, limit int) ([]flowrun.Logged, error)
	// Callable tells whether there is a function of a name that an instance, of an
	// id and an alias, may call.
	Callable func(id perch.InstanceID, alias, name string) bool
	Tokens   *token.Sealer
	ARNs     wire.ARNs
	Now      func() time.Time
	// Wall is the machine's clock, by which what clients carry expires and calls
	// are counted; Now if nil. Signatures hold by either, as do the tokens that
	// sites sign.
	Wall func() time.Time
	// TokensFrom is a time of the machine: connection tokens given out before it do
	// not hold any more. Without it all hold for their day.
	TokensFrom func() time.Time
	Log        *slog.Logger
	// Sockets serves what CreateParticipantConnection gives out.
	Sockets http.Handler
	// SocketURL is the address of SocketPath as clients reach it: wss://, or
	// ws://127.0.0.1: since ChatJS opens no other.
	SocketURL string
	// PublicURL is the address at which clients reach this process.
	PublicURL string
	// Demo lets the browser-facing start endpoint do what only a signed
	// caller may: ask for a past chat.
	Demo bool
	// StartsPerMinute limits the start endpoint for each address.
	StartsPerMinute int
	// Limits is what each instance may use.
	Limits Limits
	// Bucket tells whether there is a place for files of a name.
	Bucket func(name string) bool
	// FoundingKey is the access key that perch itself needs to start.
	FoundingKey string
	// Ready says whether requests can be served.
	Ready func(context.Context) error
	// Observe is told of every request that has been answered.
	Observe func(operation string, status int, took time.Duration)
}

// SocketPath is where Sockets is mounted.
const SocketPath = "/participant/socket"

// Server answers Amazon's operations and perch's own.
type Server struct {
	opts    Options
	starts  *limiter
	policy  map[string]callers
	limits  *throttle
	amazons func() *throttle // what Amazon would let pass, for who is strict
	mux     *routes
	board   board
}

// New makes a Server.
func New(opts Options) *Server {
	if opts.Wall == nil {
		opts.Wall = opts.Now
	}
	s := &Server{opts: opts, starts: newLimiter(opts.StartsPerMinute), policy: policy(), limits: newThrottle(opts.Limits), amazons: sync.OnceValue(func() *throttle { return newThrottle(AmazonLimits()) })}
	s.mux = &routes{ServeMux: http.NewServeMux(), server: s}
	for _, op := range operations() {
		s.mux.Handle(op.Method+" "+op.Path, s.amazon(op))
	}
	s.agentRoutes()
	s.startRoutes()
	s.widgetRoutes()
	s.widgetPastRoutes()
	s.transcriptRoutes()
	s.flowLogRoutes()
	s.setupRoutes()
	s.fileRoutes()
	s.mux.Handle("GET "+SocketPath, opts.Sockets)
	s.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	s.mux.HandleFunc("GET /readyz", s.ready)
	s.mux.HandleFunc("GET /openapi.json", describeSelf)
	s.mux.Handle("/", unanswered(wire.NewListing()))
	return s
}

// Handle adds a route that is not an operation, such as metrics or pages.
func (s *Server) Handle(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, err := perch.NewID(rand.Reader)
	if err != nil {
		http.Error(w, "no randomness", http.StatusInternalServerError)
		return
	}
	r = r.WithContext(context.WithValue(r.Context(), requestKey{}, id))
	cors(w.Header())
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	began := s.opts.Wall()
	out := &recorder{ResponseWriter: w, status: http.StatusOK}
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler { //nolint:errorlint // it is that very value
			s.opts.Log.ErrorContext(r.Context(), "a request panicked; please report it", "request", id, "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
			wire.WriteFault(out, id, wire.FaultOf(nil, perch.Errorf(perch.Internal, "panic")))
		}
		if s.opts.Observe != nil {
			s.opts.Observe(r.Pattern, out.status, s.opts.Wall().Sub(began))
		}
	}()
	if !clean(r.URL.EscapedPath()) {
		wire.WriteFault(out, id, wire.UnknownOperationFault())
		return
	}
	s.mux.ServeHTTP(out, r)
}

// clean tells whether the mux takes a path as it is: it would redirect any
// other, and a redirect loses the body.
func clean(p string) bool {
	c := path.Clean(p)
	return p == c || p == c+"/" && c != "/"
}

// recorder remembers the status of a response.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets the socket's upgrade reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

type requestKey struct{}

func requestID(r *http.Request) string {
	id, _ := r.Context().Value(requestKey{}).(string)
	return id
}

// cors lets pages of any origin call: what lets a caller in is a bearer or a
// signature, never a cookie, so another origin gains nothing by it.
func cors(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "GET,POST,PUT,DELETE,OPTIONS")
	h.Set("Access-Control-Allow-Headers", "authorization,content-type,x-amz-bearer,x-amz-content-sha256,x-amz-date,x-amz-user-agent,x-amz-security-token,x-api-key,amz-sdk-invocation-id,amz-sdk-request,"+
		"content-disposition,x-amz-acl,x-amz-meta-contact_id,x-amz-meta-initial_contact_id,x-amz-meta-account_id,x-amz-meta-organization_id")
	h.Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType")
	h.Set("Access-Control-Max-Age", "7200")
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.opts.Ready(r.Context()); err != nil {
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "unavailable", "reason": err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
}

// body reads a request's body up to the limit.
func body(w http.ResponseWriter, r *http.Request) ([]byte, error) { return bodyUpTo(maxBody, w, r) }

func bodyUpTo(limit int64, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, perch.Errorf(perch.TooLarge, "the request's body is larger than %d bytes", tooLarge.Limit)
	}
	if slow, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err); ok && slow.Timeout() {
		return nil, perch.Errorf(perch.TooSlow, "the request's body did not arrive in time")
	}
	if err != nil {
		return nil, perch.Errorf(perch.Refused, "the request's body could not be read")
	}
	return data, nil
}

// fail answers with the fault that the operation declares for an error, and
// logs what only perch can mend.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, op *wire.Operation, err error) {
	err = orGivenUp(r, err)
	if perch.KindOf(err) == perch.Internal {
		s.opts.Log.ErrorContext(r.Context(), "a request failed", "request", requestID(r), "path", r.Pattern, "error", err)
	}
	wire.WriteFault(w, requestID(r), wire.FaultOf(op, err))
}

// orGivenUp is an error, unless it is that nobody waits for the answer any more: then
// nothing is wrong with perch.
func orGivenUp(r *http.Request, err error) error {
	if ctx := r.Context().Err(); ctx != nil && errors.Is(err, ctx) {
		return perch.Errorf(perch.Unavailable, "the request was given up")
	}
	return err
}

func (s *Server) url(token string) string { return fmt.Sprintf("%s?token=%s", s.opts.SocketURL, token) }
