package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/perch-chat/perch"
)

// Decode reads a request of an operation into its request struct and checks it
// against the operation's table. The body may have any content type; an empty
// one is {}. Unknown members are ignored, the last of doubled ones counts, and
// an explicit null is as good as absent.
//
// A violation is a perch.Error of kind Invalid whose Field is the row's Name;
// the first one in the table's order is returned. The caller has limited the
// body's size, and has routed the request by http.ServeMux, so that path values
// are decoded already.
func Decode(op *Operation, r *http.Request, body []byte, into any) error {
	given, err := gather(op, r, body)
	if err != nil {
		return err
	}
	clean, err := checkMembers(op.Fields, given)
	if err != nil {
		return err
	}
	// What was checked is what is decoded: encoding/json would otherwise merge
	// doubled members and match names in any case.
	text, err := json.Marshal(clean)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("wire: decode %s into %T: %w", op.Name, into, err)
	}
	return nil
}

// gather collects the top-level fields from wherever they travel.
func gather(op *Operation, r *http.Request, body []byte) (map[string]any, error) {
	object, err := bodyObject(op, body)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	given := make(map[string]any, len(op.Fields))
	for i := range op.Fields {
		f := &op.Fields[i]
		if strings.ContainsAny(f.Name, ".[{") {
			continue
		}
		switch f.In {
		case InBody:
			given[f.Name] = object[f.Name]
		case InPath:
			given[f.Name] = fromText(f, r.PathValue(f.Name), r.PathValue(f.Name) != "")
		case InQuery:
			given[f.Name] = fromQuery(f, query)
		case InHeader:
			value := r.Header.Get(BearerHeader)
			given[f.Name] = fromText(f, value, value != "")
		}
	}
	return given, nil
}

// fromQuery reads a field of the query string; a list's name stands there once
// for each of its elements.
func fromQuery(f *Field, query url.Values) any {
	if f.Type != List || !query.Has(f.Query) {
		return fromText(f, query.Get(f.Query), query.Has(f.Query))
	}
	var list []any
	for _, text := range query[f.Query] {
		list = append(list, text)
	}
	return list
}

// fromText gives text the type that the same value would have had in JSON.
func fromText(f *Field, text string, present bool) any {
	switch {
	case !present:
		return nil
	case f.Type == Integer:
		return json.Number(text)
	case f.Type == Boolean && (text == "true" || text == "false"):
		return text == "true"
	default:
		return text
	}
}

// bodyObject parses the body, if the operation has members in it.
func bodyObject(op *Operation, body []byte) (map[string]any, error) {
	if !op.hasBody() || len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	if !utf8.Valid(body) {
		return nil, perch.InvalidField("body", "must be UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // integers stay integers, and a huge number is no infinity
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, perch.InvalidField("body", "must be a JSON object")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, perch.InvalidField("body", "must be one JSON object with nothing after it")
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, perch.InvalidField("body", "must be a JSON object")
	}
	return object, nil
}

func (o *Operation) hasBody() bool {
	for i := range o.Fields {
		if o.Fields[i].In == InBody {
			return true
		}
	}
	return false
}
