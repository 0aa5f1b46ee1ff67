package api

import (
	_ "embed"
	"net/http"
)

// openAPI describes what is perch's own; Amazon describes the rest.
//
//go:embed openapi.json
var openAPI []byte

// describeSelf answers GET /openapi.json.
func describeSelf(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Write(openAPI) //nolint:errcheck // the client is gone
}
