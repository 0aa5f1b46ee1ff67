package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Sign signs a request that is to be sent, with an access key, as VerifySigV4 takes
// it. The body is all of it.
func Sign(r *http.Request, body []byte, accessKeyID, secret, service string, at time.Time) error {
	hash := sha256.Sum256(body)
	const anyRegion = "us-east-1"
	return v4.NewSigner().SignHTTP(r.Context(), aws.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: secret}, r, hex.EncodeToString(hash[:]), service, anyRegion, at)
}
