// Package s3test gives tests an S3 of their own: the gateway of versity over a
// temporary directory, which goes when the tests do, with a bucket for each test.
package s3test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const (
	region = "us-east-1"
	// readyWithin is how long the server may take to start.
	readyWithin = 30 * time.Second
)

// Server is an S3 server that starts with the first bucket asked for and ends
// with the process. Its zero value is ready.
type Server struct {
	once     sync.Once
	endpoint string
	err      error
	alive    io.Closer // while it is open the server runs

	mu sync.Mutex
	n  int
}

// errNone says that there is no S3 server on the machine.
var errNone = errors.New("no S3 server: make tools brings versitygw, or name it in VERSITYGW")

// Bucket makes an empty bucket and gives its address, as blob.Open takes it. A
// machine without an S3 server skips the test; where CI is true it fails.
func (s *Server) Bucket(t testing.TB) string {
	t.Helper()
	s.once.Do(func() { s.err = s.start() })
	if errors.Is(s.err, errNone) && os.Getenv("CI") != "true" {
		t.Skip(s.err)
	}
	if s.err != nil {
		t.Fatal(s.err)
	}
	s.mu.Lock()
	s.n++
	name := "test" + strconv.Itoa(s.n)
	s.mu.Unlock()
	if _, err := s.Client().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	return "s3://" + name + "?" + url.Values{"region": {region}, "endpoint": {s.endpoint}}.Encode()
}

// Client is a client of the server, for what blob has no verbs for.
func (s *Server) Client() *s3.Client {
	return s3.New(s3.Options{Region: region, BaseEndpoint: &s.endpoint, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), "")})
}

// keeper runs the server for as long as its own input is open, which is until
// the process that has started it closes that or ends in whatever way.
const keeper = `
"$1" --port "$3" posix "$2" >"$2.log" 2>&1 &
cat >/dev/null
kill -QUIT $!
wait
rm -rf "$2" "$2.log"
`

func (s *Server) start() error {
	program, err := program()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "s3")
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return err
	}
	s.endpoint = "http://" + address
	// Where the AWS SDKs look: all of a test binary's S3 is this one.
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "perch", "AWS_SECRET_ACCESS_KEY": "perch-secret", "AWS_EC2_METADATA_DISABLED": "true"} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	cmd := exec.Command("sh", "-c", keeper, "sh", program, dir, address)
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY=perch", "ROOT_SECRET_KEY=perch-secret")
	if s.alive, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting the S3 server: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	for {
		_, err := s.Client().ListBuckets(ctx, &s3.ListBucketsInput{MaxBuckets: aws.Int32(1)})
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			said, _ := os.ReadFile(dir + ".log")
			return errors.Join(fmt.Errorf("the S3 server did not start: %w\n%s", err, said), s.alive.Close())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// program finds the server: where VERSITYGW says, where make brings it, or in PATH.
func program() (string, error) {
	if named := os.Getenv("VERSITYGW"); named != "" {
		return named, nil
	}
	for dir, err := os.Getwd(); err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if at := filepath.Join(dir, "bin", "versitygw"); exists(at) {
			return at, nil
		}
	}
	if at, err := exec.LookPath("versitygw"); err == nil {
		return at, nil
	}
	return "", errNone
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
