package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// bucket keeps objects in a bucket, below a prefix.
type bucket struct {
	client *s3.Client
	name   string
	prefix string // empty, or with a slash at its end
}

func openBucket(ctx context.Context, u *url.URL) (*bucket, error) {
	q := u.Query()
	for name := range q {
		if name != "region" && name != "endpoint" {
			return nil, fmt.Errorf("%s: a bucket's address has region and endpoint, and no %s", u.Redacted(), name)
		}
	}
	if u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("%s: give the bucket as s3://bucket/prefix, and its keys by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", u.Redacted())
	}
	prefix := strings.Trim(u.Path, "/")
	if prefix != "" {
		if err := Check(prefix); err != nil {
			return nil, err
		}
		prefix += "/"
	}
	var options []func(*config.LoadOptions) error
	if region := q.Get("region"); region != "" {
		options = append(options, config.WithRegion(region))
	}
	found, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("finding out who may use the bucket %s: %w", u.Host, err)
	}
	if found.Region == "" {
		return nil, fmt.Errorf("%s: add ?region=..., or set AWS_REGION", u.Redacted())
	}
	return &bucket{name: u.Host, prefix: prefix, client: s3.NewFromConfig(found, func(o *s3.Options) {
		if endpoint := q.Get("endpoint"); endpoint != "" {
			o.BaseEndpoint, o.UsePathStyle = aws.String(endpoint), true
		}
		// Not every S3 has the checksums that Amazon's asks for by default.
		o.RequestChecksumCalculation, o.ResponseChecksumValidation = aws.RequestChecksumCalculationWhenRequired, aws.ResponseChecksumValidationWhenRequired
	})}, nil
}

func (b *bucket) key(key string) *string { return aws.String(b.prefix + key) }

func (b *bucket) Put(ctx context.Context, key string, body io.ReadSeeker, o Put) error {
	if err := Check(key); err != nil {
		return err
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := &s3.PutObjectInput{Bucket: &b.name, Key: b.key(key), Body: body}
	if o.ContentType != "" {
		in.ContentType = &o.ContentType
	}
	if o.Encryption.Algorithm != "" {
		in.ServerSideEncryption = types.ServerSideEncryption(o.Encryption.Algorithm)
	}
	if o.Encryption.KeyID != "" {
		in.SSEKMSKeyId = &o.Encryption.KeyID
	}
	if o.Create {
		in.IfNoneMatch = aws.String("*")
	}
	_, err := b.client.PutObject(ctx, in)
	// 409 is another who creates the same at this moment, and may yet fail: to ask
	// again tells.
	if answered(err, http.StatusPreconditionFailed) {
		return ErrExists
	}
	return b.told(err)
}

func (b *bucket) Get(ctx context.Context, key string, from, most int64) (io.ReadCloser, error) {
	if err := Check(key); err != nil {
		return nil, err
	}
	if most == 0 {
		_, err := b.Head(ctx, key)
		return io.NopCloser(strings.NewReader("")), err
	}
	in := &s3.GetObjectInput{Bucket: &b.name, Key: b.key(key)}
	if from > 0 || most > 0 {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-", from))
		if most > 0 {
			in.Range = aws.String(fmt.Sprintf("bytes=%d-%d", from, from+most-1))
		}
	}
	out, err := b.client.GetObject(ctx, in)
	switch {
	case answered(err, http.StatusNotFound):
		return nil, ErrNotFound
	case answered(err, http.StatusRequestedRangeNotSatisfiable): // it is shorter
		return io.NopCloser(strings.NewReader("")), nil
	case err != nil:
		return nil, b.told(err)
	}
	return out.Body, nil
}

func (b *bucket) Head(ctx context.Context, key string) (Info, error) {
	if err := Check(key); err != nil {
		return Info{}, err
	}
	out, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: b.key(key)})
	if answered(err, http.StatusNotFound) {
		return Info{}, ErrNotFound
	}
	if err != nil {
		return Info{}, b.told(err)
	}
	return Info{Key: key, Size: aws.ToInt64(out.ContentLength), Modified: aws.ToTime(out.LastModified)}, nil
}

func (b *bucket) Delete(ctx context.Context, key string) error {
	if err := Check(key); err != nil {
		return err
	}
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: b.key(key)})
	if answered(err, http.StatusNotFound) {
		return nil
	}
	return b.told(err)
}

// listPage is the most that S3 lists at once.
const listPage = 1000

func (b *bucket) List(ctx context.Context, prefix, after string, most int) ([]Info, error) {
	var out []Info
	in := &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: b.key(prefix)}
	if after != "" {
		in.StartAfter = b.key(after)
	}
	for len(out) < most {
		in.MaxKeys = aws.Int32(int32(min(most-len(out), listPage)))
		page, err := b.client.ListObjectsV2(ctx, in)
		if err != nil {
			return nil, b.told(err)
		}
		for _, o := range page.Contents {
			out = append(out, Info{Key: strings.TrimPrefix(aws.ToString(o.Key), b.prefix), Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified)})
		}
		if !aws.ToBool(page.IsTruncated) {
			break
		}
		in.ContinuationToken, in.StartAfter = page.NextContinuationToken, nil
	}
	return out[:min(len(out), most)], nil
}

func (b *bucket) Location(key string) string { return b.name + "/" + b.prefix + key }

func (b *bucket) String() string { return "the bucket " + strconv.Quote(b.name) }

func (b *bucket) told(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("blob: %s: %w", b, err)
}

// answered tells whether an error is the bucket's answer of a status.
func answered(err error, status int) bool {
	got, ok := errors.AsType[*awshttp.ResponseError](err)
	return ok && got.HTTPStatusCode() == status
}
