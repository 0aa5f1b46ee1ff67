package outside

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

const (
	// MaxAnswer is how many bytes a function may answer with.
	// doc: connect-lambda-functions.md
	MaxAnswer = 32 << 10
	// tries is how often a function is called in the time that it has.
	tries = 3
	// tryAgainAfter is the pause before a second call; it doubles.
	tryAgainAfter = 100 * time.Millisecond
)

// Function is where calls of a function go. Either URL is set or it is called by
// Lambda's interface: at Endpoint or, without one, at Amazon's in Region.
type Function struct {
	// Instance is the id or the alias of the one that may call it; any if empty.
	Instance string
	// Name is the function's ARN, or its name alone, or * for any that no other
	// entry names.
	Name string
	URL  string `json:"Url"`
	// Endpoint is another than Amazon's, such as http://localhost:4566.
	Endpoint string
	Region   string
	// AccessKeyID and SecretAccessKey sign calls by Lambda's interface; without
	// them it is done by what the AWS SDK finds around it.
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
}

// Options of a Caller.
type Options struct {
	Functions []Function
	Rules     Rules
	// Dial makes connections; Rules.Dial if nil. Tests hand in another.
	Dial func(context.Context, string, string) (net.Conn, error)
}

// Caller calls functions. It is safe for concurrent use.
type Caller struct {
	opts Options
	http *http.Client
}

// New makes a Caller.
func New(o Options) *Caller {
	if o.Dial == nil {
		o.Dial = o.Rules.Dial
	}
	return &Caller{opts: o, http: client(o.Dial)}
}

// ErrUnknown says that nobody has said where calls of a function go.
var ErrUnknown = errors.New("no entry of the file of functions names it: give it one, with its Url, or with Lambda's Endpoint or Region")

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
// Errors: ErrUnknown; ErrRefused for where calls may not go; an answer that is
// too long; whatever went wrong on the way, or in the function.
func (c *Caller) Invoke(ctx context.Context, call Call) ([]byte, error) {
	f, ok := c.find(call)
	if !ok {
		return nil, ErrUnknown
	}
	if f.URL == "" {
		return c.lambda(ctx, f, call)
	}
	wait := tryAgainAfter
	for n := 1; ; n++ {
		answer, again, err := c.post(ctx, f.URL, call)
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

// post calls a function over HTTP; again says that it may be tried once more.
func (c *Caller) post(ctx context.Context, url string, call Call) (answer []byte, again bool, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(call.Event))
	if err != nil {
		return nil, false, err
	}
	r.Header.Set("Content-Type", "application/json")
	if call.Async {
		r.Header.Set("X-Amz-Invocation-Type", string(types.InvocationTypeEvent))
	}
	got, err := c.http.Do(r)
	if err != nil {
		return nil, !errors.Is(err, ErrRefused), err
	}
	defer got.Body.Close()
	if got.StatusCode < 200 || got.StatusCode > 299 {
		return nil, got.StatusCode >= 500 || got.StatusCode == http.StatusTooManyRequests, fmt.Errorf("it answers with status %d", got.StatusCode)
	}
	answer, err = io.ReadAll(io.LimitReader(got.Body, MaxAnswer+1))
	if err == nil {
		err = checkAnswer(answer)
	}
	return answer, false, err
}

func checkAnswer(answer []byte) error {
	if len(answer) >= MaxAnswer {
		return fmt.Errorf("it answers with %d bytes or more; the limit is %d", len(answer), MaxAnswer-1)
	}
	return nil
}

// lambda calls a function by Lambda's interface.
func (c *Caller) lambda(ctx context.Context, f Function, call Call) ([]byte, error) {
	cfg, err := c.config(ctx, f)
	if err != nil {
		return nil, err
	}
	api := lambda.NewFromConfig(cfg, func(o *lambda.Options) {
		if f.Endpoint != "" {
			o.BaseEndpoint = &f.Endpoint
		}
	})
	in := &lambda.InvokeInput{FunctionName: &call.Name, Payload: call.Event, InvocationType: types.InvocationTypeRequestResponse}
	if call.Async {
		in.InvocationType = types.InvocationTypeEvent
	}
	out, err := api.Invoke(ctx, in)
	if err != nil {
		return nil, err
	}
	if out.FunctionError != nil {
		return nil, fmt.Errorf("it has failed: %s", *out.FunctionError)
	}
	return out.Payload, checkAnswer(out.Payload)
}

func (c *Caller) config(ctx context.Context, f Function) (aws.Config, error) {
	if f.AccessKeyID == "" {
		cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(f.Region), config.WithRetryMaxAttempts(tries))
		cfg.HTTPClient = c.http // that which finds credentials keeps its own
		return cfg, err
	}
	return aws.Config{Region: f.Region, RetryMaxAttempts: tries, HTTPClient: c.http,
		Credentials: credentials.NewStaticCredentialsProvider(f.AccessKeyID, f.SecretAccessKey, "")}, nil
}
