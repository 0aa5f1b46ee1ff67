package outside

import (
	"context"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// Place is where something outside is. Either URL is set, or it is reached by
// Amazon's interface: at Endpoint or, without one, at Amazon's own in Region.
type Place struct {
	URL string `json:"Url"`
	// Endpoint is another than Amazon's, such as http://localhost:4566.
	Endpoint string
	Region   string
	// AccessKeyID and SecretAccessKey sign calls by Amazon's interfaces; without
	// them it is done by what the AWS SDK finds around it.
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
}

// amazon keeps what it takes to speak Amazon's interfaces, for each place:
// looking for credentials reads files and asks the network.
type amazon struct {
	mu    sync.Mutex
	known map[Place]*access
}

// access is made when a place is first called, and again after that failed.
type access struct {
	mu        sync.Mutex
	functions *lambda.Client
	keys      aws.CredentialsProvider
}

func (a *amazon) at(ctx context.Context, p Place, by *http.Client) (*access, error) {
	a.mu.Lock()
	at, ok := a.known[p]
	if !ok {
		at = &access{}
		a.known[p] = at
	}
	a.mu.Unlock()
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.functions != nil {
		return at, nil
	}
	cfg, err := p.config(ctx, by)
	if err != nil {
		return nil, err
	}
	at.keys = cfg.Credentials
	at.functions = lambda.NewFromConfig(cfg, func(o *lambda.Options) {
		if p.Endpoint != "" {
			o.BaseEndpoint = &p.Endpoint
		}
	})
	return at, nil
}

func (p Place) config(ctx context.Context, by *http.Client) (aws.Config, error) {
	if p.AccessKeyID == "" {
		cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(p.Region), config.WithRetryMaxAttempts(tries))
		cfg.HTTPClient = by // that which finds credentials keeps its own
		return cfg, err
	}
	return aws.Config{Region: p.Region, RetryMaxAttempts: tries, HTTPClient: by,
		Credentials: aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider(p.AccessKeyID, p.SecretAccessKey, ""))}, nil
}
