package staff

import (
	"fmt"
	"regexp"
)

// userPool is the ARN of a user pool: partition, region, id.
// doc: cognito-user-pools, ARN format
var userPool = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):cognito-idp:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:userpool/([a-z0-9-]+_[0-9A-Za-z]+)$`)

// Cognito is the provider that a user pool of Amazon Cognito is; false for what is
// no ARN of one. Its clients have no secret, as Amazon Connect wants them, and with
// openid alone its word holds all that the client may read.
// doc: customer-auth.md
func Cognito(arn, client string) (Provider, bool) {
	m := userPool.FindStringSubmatch(arn)
	if m == nil {
		return Provider{}, false
	}
	host := "amazonaws.com"
	if m[1] == "aws-cn" {
		host = "amazonaws.com.cn"
	}
	return Provider{Name: "Amazon Cognito", Issuer: fmt.Sprintf("https://cognito-idp.%s.%s/%s", m[2], host, m[3]), ClientID: client,
		Claim: "sub", Scopes: []string{}}, true
}
