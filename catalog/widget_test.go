package catalog

import (
	"strings"
	"testing"
)

// A widget's logo is a picture that a browser draws, and small, since every frame brings it.
func TestLogoIsASmallPicture(t *testing.T) {
	const png = "data:image/png;base64,"
	for value, good := range map[string]bool{
		"":                                  true,
		png + "iVBORw0KGgo=":                true,
		"data:image/svg+xml;base64,PHN2Zz4": true,
		png:                                 false,
		"data:text/html;base64,PHN2Zz4":     false,
		"https://shop.example/logo.png":     false,
		png + "iVBO\" onerror=\"x":          false,
		png + strings.Repeat("A", 65536):    false,
	} {
		if err := (Look{Logo: value}).check(); (err == nil) != good {
			t.Errorf("%.60q: %v", value, err)
		}
	}
}
