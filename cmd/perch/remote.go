package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/perch-chat/perch/clock"
	"github.com/perch-chat/perch/setup"
	"github.com/perch-chat/perch/wire"
)

// settingsAt is where settings as files are applied to and taken from: a data
// directory, or a perch that is running.
type settingsAt struct {
	apply  func(context.Context, setup.Request) (setup.Plan, error)
	export func(context.Context) (setup.Files, error)
}

// remote are a running perch and the access key that calls are signed with, whose
// instance it is about.
type remote struct {
	endpoint    string
	key, secret string
}

// newRemote takes the access key from the variables that Amazon's tools know, or
// from the secrets of the data directory.
func newRemote(endpoint, dir string) (remote, error) {
	r := remote{strings.TrimSuffix(endpoint, "/"), os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")}
	if r.key != "" && r.secret != "" {
		return r, nil
	}
	var in struct {
		AccessKeyID     string `json:"AccessKeyId"`
		SecretAccessKey string
	}
	data, err := os.ReadFile(filepath.Join(dir, secretsFile))
	if err == nil {
		err = json.Unmarshal(data, &in)
	}
	if err != nil || in.AccessKeyID == "" {
		return r, fmt.Errorf("no access key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to one of scope admin, or give the data directory with --data")
	}
	r.key, r.secret = in.AccessKeyID, in.SecretAccessKey
	return r, nil
}

func (r remote) settings() settingsAt {
	return settingsAt{
		apply: func(ctx context.Context, in setup.Request) (out setup.Plan, err error) {
			return out, r.call(ctx, http.MethodPost, in, &out)
		},
		export: func(ctx context.Context) (setup.Files, error) {
			var out struct{ Files setup.Files }
			err := r.call(ctx, http.MethodGet, nil, &out)
			return out.Files, err
		},
	}
}

// call calls the route for settings and reads its answer into out.
func (r remote) call(ctx context.Context, method string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, r.endpoint+"/perch/settings", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if err := wire.Sign(request, body, r.key, r.secret, "connect", clock.New().Wall()); err != nil {
		return err
	}
	answer, err := (&http.Client{Timeout: 5 * time.Minute}).Do(request)
	if err != nil {
		return fmt.Errorf("reaching perch: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode == http.StatusOK {
		return json.Unmarshal(text, out)
	}
	var fault struct{ Message, Msg string }
	_ = json.Unmarshal(text, &fault) // then the status alone says something
	return fmt.Errorf("%s answers %s: %s %s", r.endpoint, answer.Status, answer.Header.Get("x-amzn-ErrorType"), fault.Message)
}
