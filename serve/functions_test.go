package serve_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/perch-chat/perch/serve"
)

func TestFileOfFunctionsIsReadOrRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		`{"Functions":[{"Name":"*","Url":"https://f.example/x"}],"Allowed":["10.0.0.0/8","bots.internal:8080","[::1]:80"]}`: "",
		`{"Functions":[{"Name":"f","Region":"us-east-1","Endpoint":"http://localhost:4566"}]}`:                              "",
		`{"Functions":[{"Url":"https://f.example"}]}`:                                                                       "Functions[0]: the Name is missing",
		`{"Functions":[{"Name":"f","Url":"https://f.example","ProcessingSeconds":181}]}`:                                    "3 to 180",
		`{"Functions":[{"Name":"f"}]}`: "neither a Url nor a Region",
		`{"Functions":[{"Name":"f","Url":"https://f.example","Region":"us-east-1"}]}`: "has a Url",
		`{"Functions":[{"Name":"f","Url":"f.example"}]}`:                              "no address",
		`{"Functions":[{"Name":"f","Url":"file:///etc/passwd"}]}`:                     "no address",
		`{"Functions":[{"Name":"f","Region":"r","AccessKeyId":"k"}]}`:                 "or neither",
		`{"Function":[]}`:                     `unknown field "Function"`,
		`{"Allowed":["10.0.0.0/33"]}`:         "neither a network",
		`{"Allowed":["localhost"]}`:           "neither a network",
		`{"Allowed":["http://localhost:80"]}`: "neither a network",
		`{"Bots":[{"Name":"*","Url":"https://b.example/x"},{"Name":"Book","Region":"us-east-1","BotId":"B","BotAliasId":"A","Locale":"de_DE"}]}`: "",
		`{"Scanners":[{"Url":"https://s.example/scan"},{"Instance":"shop","Name":"scan","Region":"us-east-1"}]}`:                                 "",
		`{"Scanners":[{"Name":"scan"}]}`:                                                 "Scanners[0]: scan has neither",
		`{"Bots":[{"Url":"https://b.example"}]}`:                                         "Bots[0]: the Name is missing",
		`{"Bots":[{"Name":"b"}]}`:                                                        "neither a Url nor a Region",
		`{"Bots":[{"Name":"b","Region":"r","BotId":"B"}]}`:                               "or neither",
		`{"Bots":[{"Name":"b","Url":"https://b.example","BotId":"B","BotAliasId":"A"}]}`: "can have no BotId",
		`{"Functions":[{"Name":"f","Url":"http:/`:                                        "functions.md",
	} {
		file := filepath.Join(t.TempDir(), "functions.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := serve.Functions(file)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s is answered %v, want %q", text, err, says)
		}
	}
	if _, err := serve.Functions("no-such-file"); err == nil {
		t.Error("a file that is not there is none")
	}
}
