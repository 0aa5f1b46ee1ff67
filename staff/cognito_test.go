package staff

import "testing"

func TestUserPoolIsAProvider(t *testing.T) {
	t.Parallel()
	for arn, want := range map[string]string{
		"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCd12345":            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCd12345",
		"arn:aws-cn:cognito-idp:cn-north-1:123456789012:userpool/cn-north-1_x":               "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_x",
		"arn:aws-us-gov:cognito-idp:us-gov-west-1:123456789012:userpool/us-gov-west-1_x":     "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_x",
		"arn:aws:cognito-idp:evil.example/:123456789012:userpool/us-east-1_AbCd12345":        "",
		"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a/../../evil":         "",
		"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCd12345@evil.other": "",
		"us-east-1_AbCd12345": "",
	} {
		p, ok := Cognito(arn, "client-1")
		if ok != (want != "") || p.Issuer != want || ok && (p.ClientID != "client-1" || p.Claim != "sub") {
			t.Errorf("%s is %+v, %v; want %q", arn, p, ok, want)
		}
	}
}
