package outside

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

const (
	// MaxAnswer is how many bytes a function may answer a flow with, and fewer.
	// doc: connect-lambda-functions.md
	MaxAnswer = 32 << 10
	// maxRead is how much of any answer is read. A bot brings messages and cards
	// beside what the flow keeps, and a processed message may be all escapes.
	maxRead = 128 << 10
	// tries is how often a function is called in the time that it has.
	tries = 3
	// tryAgainAfter is the pause before a second call; it doubles.
	tryAgainAfter = 100 * time.Millisecond
	// startedFor is how long a call that was only started keeps its connection,
	// and so how long Run waits for them.
	startedFor = 10 * time.Second
	// startedAtOnce is how many connections are kept for that.
	startedAtOnce = 64
)

// Function is where calls of a function go: with a URL there, as a plain HTTP
// call, and otherwise by Lambda's interface.
type Function struct {
	// Instance is the id or the alias of the one that may call it; any if empty.
	Instance string
	// Name is the function's ARN, or its name alone, or * for any that no other
	// entry names.
	Name string
	Place
	// ProcessingSeconds is how long it may take over a message that it processes
	// before that is delivered, 3 to 180; 10 if zero.
	ProcessingSeconds int
}

// Options of a Caller.
type Options struct {
	Functions []Function
	Bots      []Bot
	// Scanners look through the files that people attach; Name is the function's
	// where it is of Lambda's interface. ProcessingSeconds is of no meaning.
	Scanners []Function
	Rules    Rules
	// Dial makes connections; Rules.Dial if nil. Tests hand in another.
	Dial func(context.Context, string, string) (net.Conn, error)
	Now  func() time.Time // dates the signatures of what is asked of Lex
	// Fails is what a call of a function or a bot of a name fails with without
	// being made, to try out what flows do then; nil is none.
	Fails func(name string) error
}

// Caller calls functions and bots. It is safe for concurrent use.
type Caller struct {
	opts    Options
	http    *http.Client
	amazon  amazon
	started chan struct{} // room for calls that were only started
}

// New makes a Caller.
func New(o Options) *Caller {
	if o.Dial == nil {
		o.Dial = o.Rules.Dial
	}
	c := &Caller{opts: o, http: client(o.Dial), started: make(chan struct{}, startedAtOnce)}
	c.amazon.known = map[Place]*access{}
	return c
}

// Run waits until ctx is done and then for the calls that were only started.
func (c *Caller) Run(ctx context.Context) error {
	<-ctx.Done()
	for range cap(c.started) {
		c.started <- struct{}{}
	}
	return nil
}

// ErrUnknown says that nobody has said where calls go.
var ErrUnknown = errors.New("no entry of the file of functions names it: give it one, with its Url, or with an Endpoint or Region of Amazon's")

// Call is one call of a function.
type Call struct {
	Instance, Alias string
	Name            string // ARN or name, perhaps with a version or alias behind it
	Event           []byte // JSON
	Async           bool   // only started: there is no answer
}

// Invoke calls a function, up to three times until ctx ends, and returns what
// it answers.
//
// Errors: ErrUnknown; ErrRefused for where calls may not go; ErrTooLong;
// whatever went wrong on the way, or in the function.
func (c *Caller) Invoke(ctx context.Context, call Call) ([]byte, error) {
	f, ok := c.find(call)
	if !ok {
		return nil, ErrUnknown
	}
	answer, err := c.invoke(ctx, f, call)
	if len(answer) >= MaxAnswer {
		return nil, fmt.Errorf("%w: the limit is %d bytes", ErrTooLong, MaxAnswer-1)
	}
	return answer, err
}

func (c *Caller) fails(name string) error {
	if c.opts.Fails == nil {
		return nil
	}
	return c.opts.Fails(name)
}

func (c *Caller) invoke(ctx context.Context, f Function, call Call) ([]byte, error) {
	if err := c.fails(call.Name); err != nil {
		return nil, err
	}
	if f.URL == "" {
		return c.lambda(ctx, f, call)
	}
	return c.persist(ctx, func() ([]byte, bool, error) {
		if call.Async {
			return c.start(ctx, f.URL, call.Event)
		}
		return c.post(ctx, f.URL, call.Event)
	})
}

// persist tries up to three times what may be tried again, until ctx ends.
func (c *Caller) persist(ctx context.Context, try func() (answer []byte, again bool, err error)) ([]byte, error) {
	wait := tryAgainAfter
	for n := 1; ; n++ {
		answer, again, err := try()
		if err == nil || !again || n == tries {
			return answer, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(wait):
			wait *= 2
		}
	}
}

// find is the entry that names the function best: by ARN, by name, or any.
func (c *Caller) find(call Call) (Function, bool) {
	name, _, _ := strings.Cut(call.Name[strings.LastIndex(call.Name, ":function:")+1:], "$")
	name = strings.TrimPrefix(name, "function:")
	name, _, _ = strings.Cut(name, ":")
	for _, want := range []string{call.Name, name, "*"} {
		for _, f := range c.opts.Functions {
			if f.Name == want && (f.Instance == "" || f.Instance == call.Instance || f.Instance == call.Alias) {
				return f, true
			}
		}
	}
	return Function{}, false
}

// post sends JSON and reads the answer; again says that it may be tried once more.
func (c *Caller) post(ctx context.Context, url string, body []byte) (answer []byte, again bool, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, false, err
	}
	r.Header.Set("Content-Type", "application/json")
	return c.send(r)
}

func (c *Caller) send(r *http.Request) (answer []byte, again bool, err error) {
	got, err := c.http.Do(r)
	if err != nil {
		return nil, !errors.Is(err, ErrRefused), err
	}
	defer got.Body.Close()
	if got.StatusCode < 200 || got.StatusCode > 299 {
		return nil, got.StatusCode >= 500 || got.StatusCode == http.StatusTooManyRequests, fmt.Errorf("it answers with status %d", got.StatusCode)
	}
	answer, err = io.ReadAll(got.Body)
	return answer, false, err
}

// start hands an event over and waits for no answer: the call has been started
// when it has been sent. The connection is kept for a while, since many servers
// give up what nobody waits for any more.
func (c *Caller) start(ctx context.Context, url string, event []byte) (answer []byte, again bool, err error) {
	kept, cancel := context.WithTimeout(context.WithoutCancel(ctx), startedFor)
	sent := make(chan struct{}, tries)
	kept = httptrace.WithClientTrace(kept, &httptrace.ClientTrace{WroteRequest: func(w httptrace.WroteRequestInfo) {
		if w.Err == nil {
			sent <- struct{}{}
		}
	}})
	r, err := http.NewRequestWithContext(kept, http.MethodPost, url, bytes.NewReader(event))
	if err != nil {
		cancel()
		return nil, false, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Amz-Invocation-Type", string(types.InvocationTypeEvent))
	select {
	case c.started <- struct{}{}:
	case <-ctx.Done():
		cancel()
		return nil, false, ctx.Err()
	}
	over := make(chan error, 1)
	go func() {
		defer func() { <-c.started }()
		defer cancel()
		got, err := c.http.Do(r)
		if err == nil {
			got.Body.Close() // unread: nobody waits for what it says
		}
		over <- err
	}()
	select {
	case <-sent:
		return nil, false, nil
	case err := <-over: // nil where the answer was quicker than the news of its having been sent
		return nil, !errors.Is(err, ErrRefused), err
	case <-ctx.Done():
		cancel()
		return nil, false, ctx.Err()
	}
}

// lambda calls a function by Lambda's interface.
func (c *Caller) lambda(ctx context.Context, f Function, call Call) ([]byte, error) {
	at, err := c.amazon.at(ctx, f.Place, c.http)
	if err != nil {
		return nil, err
	}
	in := &lambda.InvokeInput{FunctionName: &call.Name, Payload: call.Event, InvocationType: types.InvocationTypeRequestResponse}
	if call.Async {
		in.InvocationType = types.InvocationTypeEvent
	}
	out, err := at.functions.Invoke(ctx, in)
	if err != nil {
		return nil, err
	}
	if out.FunctionError != nil {
		return nil, fmt.Errorf("it has failed: %s", *out.FunctionError)
	}
	return out.Payload, nil
}
