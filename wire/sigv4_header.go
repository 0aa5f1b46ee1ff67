package wire

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	sigAlgorithm  = "AWS4-HMAC-SHA256"
	sigTerminator = "aws4_request"
	sigTimeLayout = "20060102T150405Z"

	// Bounds on what a stranger may make the verifier work through. No SDK signs
	// more than a dozen headers.
	maxAuthorization = 8192
	maxSignedHeaders = 64
)

// signature is a parsed Authorization header.
type signature struct {
	accessKeyID, date, region, service, terminator string

	headers []string // lower case, without doubles
	hex     string   // 64 lower-case hexadecimal digits
}

// parseAuthorization reads
//
//	AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=HEX
//
// doc: reference_sigv-create-signed-request
func parseAuthorization(header string) (signature, error) {
	if len(header) > maxAuthorization {
		return signature{}, unsigned(IncompleteSignature, "shorten the Authorization header to %d bytes", maxAuthorization)
	}
	algorithm, rest, _ := strings.Cut(header, " ")
	if algorithm != sigAlgorithm {
		return signature{}, unsigned(IncompleteSignature, "sign with %s: the Authorization header names another scheme", sigAlgorithm)
	}
	var credential, headers, hex string
	parts := map[string]*string{"Credential": &credential, "SignedHeaders": &headers, "Signature": &hex}
	for pair := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		part := parts[name]
		if part == nil || *part != "" || value == "" {
			return signature{}, unsigned(IncompleteSignature, "give Credential, SignedHeaders and Signature once each in the Authorization header")
		}
		*part = value
	}
	if credential == "" || headers == "" || hex == "" {
		return signature{}, unsigned(IncompleteSignature, "give Credential, SignedHeaders and Signature in the Authorization header")
	}
	return newSignature(credential, headers, hex)
}

func newSignature(credential, headers, hex string) (signature, error) {
	scope := strings.Split(credential, "/")
	if len(scope) != 5 || slices.Contains(scope, "") {
		return signature{}, unsigned(IncompleteSignature, "give a Credential of key, date, region, service and %s, with slashes between", sigTerminator)
	}
	if len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
		return signature{}, unsigned(IncompleteSignature, "give a Signature of 64 hexadecimal digits in lower case")
	}
	names := strings.Split(headers, ";")
	if len(names) > maxSignedHeaders || headers != strings.ToLower(headers) || slices.Contains(names, "") {
		return signature{}, unsigned(IncompleteSignature, "give at most %d SignedHeaders in lower case", maxSignedHeaders)
	}
	sorted := slices.Sorted(slices.Values(names))
	if !slices.Equal(sorted, names) || len(slices.Compact(sorted)) != len(names) {
		return signature{}, unsigned(IncompleteSignature, "sort the SignedHeaders and name each once")
	}
	return signature{
		accessKeyID: scope[0], date: scope[1], region: scope[2], service: scope[3], terminator: scope[4],
		headers: names, hex: hex,
	}, nil
}

// signedAt is the X-Amz-Date of a request.
func signedAt(h http.Header) (time.Time, error) {
	values := h.Values("X-Amz-Date")
	if len(values) != 1 {
		return time.Time{}, unsigned(IncompleteSignature, "give one X-Amz-Date header")
	}
	at, err := time.Parse(sigTimeLayout, values[0])
	if err != nil {
		return time.Time{}, unsigned(IncompleteSignature, "give an X-Amz-Date like %s", sigTimeLayout)
	}
	return at, nil
}
