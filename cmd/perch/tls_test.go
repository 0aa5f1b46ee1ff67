package main

import (
	"strings"
	"testing"
)

func TestCertificateAndKeyBelongTogether(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		flags tlsFlags
		want  string // in the error; empty: none, and no certificate
	}{
		{tlsFlags{}, ""},
		{tlsFlags{Cert: "c.pem"}, "--tls-cert was given without --tls-key"},
		{tlsFlags{Key: "k.pem"}, "--tls-key was given without --tls-cert"},
		{tlsFlags{Cert: "none.pem", Key: "none.pem"}, "none.pem: no such file"},
	} {
		got, err := c.flags.certificate()
		if got != nil || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, %v; want %q", c.flags, got, err, c.want)
		}
	}
}
