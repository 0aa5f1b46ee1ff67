package main

import (
	"errors"

	"github.com/perch-chat/perch/serve"
)

// tlsFlags make the listener speak TLS.
type tlsFlags struct {
	Cert string `name:"tls-cert" placeholder:"FILE" help:"Certificate with its chain, in PEM; perch then speaks https alone. Read again when it changes."`
	Key  string `name:"tls-key" placeholder:"FILE" help:"Key of the certificate, in PEM."`
}

// certificate is nil where none was asked for.
func (f tlsFlags) certificate() (*serve.Certificate, error) {
	switch {
	case f.Cert == "" && f.Key == "":
		return nil, nil //nolint:nilnil // plain HTTP is no mistake
	case f.Key == "":
		return nil, errors.New("--tls-cert was given without --tls-key: a certificate needs its key")
	case f.Cert == "":
		return nil, errors.New("--tls-key was given without --tls-cert: give the certificate that it belongs to")
	}
	return serve.LoadCertificate(f.Cert, f.Key)
}
