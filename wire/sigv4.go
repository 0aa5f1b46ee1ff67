package wire

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/perch-chat/perch"
)

// SigningSkew is how far a request's X-Amz-Date may be from the server's clock,
// either way; exactly that far still holds.
const SigningSkew = 5 * time.Minute

// VerifySigV4 checks a request that is signed in its Authorization header for a
// service ("connect"), in any region, and returns whose key signed it.
//
// The request is the one that came in, its URL and headers untouched, and the
// body is all of it. Clocks are what the server takes for now: its own time, and
// that of the machine where it has set its clock. Secret returns the secret of an access key, or false. The
// presigned query form is not accepted, and a session token is not looked at.
//
// Each error is a perch.Error of kind Unauthenticated with a SignatureFault as
// its cause. An unknown key costs the same work as a wrong secret.
func VerifySigV4(r *http.Request, body []byte, clocks []time.Time, service string, secret func(accessKeyID string) (string, bool)) (accessKeyID string, err error) {
	sig, at, err := readSignature(r)
	if err != nil {
		return "", err
	}
	if err := sig.checkScope(at, service); err != nil {
		return "", err
	}
	if err := checkSkews(at, clocks); err != nil {
		return "", err
	}
	hash := sha256.Sum256(body)
	bodyHash := hex.EncodeToString(hash[:])
	for _, claimed := range r.Header.Values("X-Amz-Content-Sha256") {
		if claimed != bodyHash {
			return "", unsigned(InvalidSignature, "the X-Amz-Content-Sha256 header is not the hash of the body")
		}
	}
	key, known := secret(sig.accessKeyID)
	if !known {
		key = "no such key"
	}
	expected, err := sig.resign(r, int64(len(body)), bodyHash, at, key)
	if err != nil {
		return "", err
	}
	same := subtle.ConstantTimeCompare([]byte(expected), []byte(sig.hex)) == 1
	if !known {
		return "", unsigned(UnrecognizedClient, "The security token included in the request is invalid.")
	}
	if !same {
		return "", unsigned(InvalidSignature, "The request signature we calculated does not match the signature you provided. Check your access key and signing method.")
	}
	return sig.accessKeyID, nil
}

func unsigned(name SignatureFault, format string, args ...any) error {
	return &perch.Error{Kind: perch.Unauthenticated, Message: fmt.Sprintf(format, args...), Err: name}
}

// readSignature finds what the request says about its signature.
func readSignature(r *http.Request) (signature, time.Time, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		// The signer and the handlers would silently drop what does not parse.
		return signature{}, time.Time{}, unsigned(IncompleteSignature, "escape the query string")
	}
	if query.Has("X-Amz-Signature") || query.Has("X-Amz-Algorithm") {
		return signature{}, time.Time{}, unsigned(IncompleteSignature, "sign in the Authorization header, not in the query string")
	}
	values := r.Header.Values("Authorization")
	switch {
	case len(values) == 0 || len(values) == 1 && values[0] == "":
		return signature{}, time.Time{}, unsigned(MissingAuthentication, "sign the request with an access key")
	case len(values) > 1:
		return signature{}, time.Time{}, unsigned(IncompleteSignature, "give one Authorization header")
	}
	sig, err := parseAuthorization(values[0])
	if err != nil {
		return signature{}, time.Time{}, err
	}
	at, err := signedAt(r.Header)
	if err != nil {
		return signature{}, time.Time{}, err
	}
	for _, must := range []string{"host", "x-amz-date"} {
		if !slices.Contains(sig.headers, must) {
			return signature{}, time.Time{}, unsigned(InvalidSignature, "name %s in SignedHeaders", must)
		}
	}
	return sig, at, nil
}

// checkScope looks at the four parts of the scope; the region may be any.
func (s signature) checkScope(at time.Time, service string) error {
	if day := at.Format("20060102"); s.date != day {
		return unsigned(InvalidSignature, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s'", s.date, day)
	}
	if s.service != service {
		return unsigned(InvalidSignature, "Credential should be scoped to correct service: '%s'.", service)
	}
	if s.terminator != sigTerminator {
		return unsigned(InvalidSignature, "Credential should be scoped with a valid terminator: '%s'.", sigTerminator)
	}
	return nil
}

// checkSkews takes what is near one of the clocks.
func checkSkews(at time.Time, clocks []time.Time) (err error) {
	for _, now := range clocks {
		if err = checkSkew(at, now); err == nil {
			return nil
		}
	}
	return err
}

// checkSkew says it in Amazon's words, which clients and people look for.
func checkSkew(at, now time.Time) error {
	stamp := func(t time.Time) string { return t.UTC().Format(sigTimeLayout) }
	if oldest := now.Add(-SigningSkew); at.Before(oldest) {
		return unsigned(InvalidSignature, "Signature expired: %s is now earlier than %s (%s - 5 min.)", stamp(at), stamp(oldest), stamp(now))
	}
	if newest := now.Add(SigningSkew); at.After(newest) {
		return unsigned(InvalidSignature, "Signature not yet current: %s is still later than %s (%s + 5 min.)", stamp(at), stamp(newest), stamp(now))
	}
	return nil
}

// resign signs a copy of the request that has exactly the signed headers, and
// returns the signature that it should have had.
func (s signature) resign(r *http.Request, length int64, bodyHash string, at time.Time, secret string) (string, error) {
	bare := &http.Request{
		Method: r.Method,
		Host:   r.Host,
		URL:    &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery},
		Header: http.Header{},
	}
	for _, name := range s.headers {
		switch name {
		case "host", "x-amz-date": // the signer adds them
		case "content-length":
			bare.ContentLength = length
		case "authorization":
			return "", unsigned(InvalidSignature, "leave authorization out of SignedHeaders")
		default:
			values := r.Header.Values(name)
			if len(values) == 0 {
				return "", unsigned(InvalidSignature, "send every header that SignedHeaders names")
			}
			// Under its lower-case name the signer skips no header: it would
			// leave out User-Agent, which some SDKs do sign.
			bare.Header[name] = values
		}
	}
	// A signer of its own keeps no derived key of a stranger's choosing.
	err := v4.NewSigner().SignHTTP(context.Background(), aws.Credentials{AccessKeyID: s.accessKeyID, SecretAccessKey: secret},
		bare, bodyHash, s.service, s.region, at)
	if err != nil {
		return "", fmt.Errorf("wire: sign again: %w", err)
	}
	_, signature, _ := strings.Cut(bare.Header.Get("Authorization"), "Signature=")
	return signature, nil
}
