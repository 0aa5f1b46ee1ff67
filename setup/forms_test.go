package setup

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch/catalog"
)

// leftOut are the fields of settings that files do not have, and why.
var leftOut = map[string]string{
	"Modified": "says when, which is now", "Created": "says when", "Changed": "says when",
	"Token": "of the request that it was made by", "Request": "of the request that it was made by",
	"Instance": "whose it is", "At": "whose it is",
	"Keys":              "secret",
	"SecurityProfile":   "follows from SecurityProfiles",
	"Most":              "of steps of routing alone",
	"agent-status.Type": "files have those of one type", "storage.ID": "follows from the resource",
	"InputSchema": "follows from the template", "Sum": "follows from the content",
}

// A field that catalog gets one day must be in the form as well, or in the list
// above: else an export would lose it.
func TestFormsHaveAllThatSettingsHave(t *testing.T) {
	t.Parallel()
	for _, k := range kinds() {
		value := reflect.New(settingOf(k)).Elem()
		n := 0
		fillUp(value, "", &n)
		before := value.Interface()
		after := reflect.ValueOf(k.fill(k.show(before), nil, &making{now: time.Unix(1, 0), edit: &catalog.Edit{}}))
		for i := range value.NumField() {
			name := value.Type().Field(i).Name
			if leftOut[name] != "" || leftOut[k.word()+"."+name] != "" {
				continue
			}
			if !same(value.Field(i), after.Field(i)) {
				t.Errorf("%s loses %s: %+v becomes %+v", k.word(), name, value.Field(i), after.Field(i))
			}
		}
	}
}

// A kind that catalog gets one day must be in the table as well.
func TestFilesHaveEveryKindOfSetting(t *testing.T) {
	t.Parallel()
	source, err := parser.ParseFile(token.NewFileSet(), "../catalog/settings.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, k := range kinds() {
		have = append(have, k.stored())
	}
	seen := 0
	ast.Inspect(source, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 || !strings.HasPrefix(v.Names[0].Name, "kind") {
			return true
		}
		seen++
		name, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil || !slices.Contains(have, name) {
			t.Errorf("files do not have the kind %s (%v): give it a row in kinds.go", name, err)
		}
		return true
	})
	if seen != len(have) {
		t.Errorf("catalog has %d kinds, files %d", seen, len(have))
	}
}

// settingOf is the type of a kind's settings.
func settingOf(k kind) reflect.Type {
	shown, _ := reflect.TypeOf(k).FieldByName("shown")
	return shown.Type.In(0)
}

// same compares values but for what is left out.
func same(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if leftOut[a.Type().Field(i).Name] == "" && !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Pointer:
		return a.IsNil() == b.IsNil() && (a.IsNil() || same(a.Elem(), b.Elem()))
	case reflect.Slice:
		return a.Len() == b.Len() && sameEntries(a, b)
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

func sameEntries(a, b reflect.Value) bool {
	for i := range a.Len() {
		if !same(a.Index(i), b.Index(i)) {
			return false
		}
	}
	return true
}

// fillUp puts something into every field.
func fillUp(v reflect.Value, name string, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillUp(v.Elem(), name, n)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(int64(*n), 0)))
			return
		}
		for i := range v.NumField() {
			fillUp(v.Field(i), v.Type().Field(i).Name, n)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte{byte(*n)})
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fillUp(v.Index(i), name, n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fillUp(key, name, n)
		fillUp(value, name, n)
		v.SetMapIndex(key, value)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(1 + *n%5))
	case reflect.Float64:
		v.SetFloat(float64(*n))
	case reflect.String:
		v.SetString(fmt.Sprint(strings.ToLower(name), *n))
		if name == "Channel" {
			v.SetString("VOICE") // CHAT is elsewhere
		}
	}
}

// Tags are read where files are: one that means nothing would be found out late.
func TestTagsOfFormsAreSound(t *testing.T) {
	t.Parallel()
	var check func(of string, form reflect.Type)
	check = func(of string, form reflect.Type) {
		for _, f := range fieldsOf(form) {
			at, kind := of+"."+f.name, f.typeIn(form)
			for _, word := range f.list("to") {
				if _, _, ok := formOf(word); !ok {
					t.Errorf("%s refers to %s, which is no kind", at, word)
				}
			}
			if (f.tag.Get("to") != "") != (kind == refType || kind == reflect.SliceOf(refType)) {
				t.Errorf("%s: Ref and the tag to go together", at)
			}
			if like := f.tag.Get("like"); like != "" && likes()[like].form == "" {
				t.Errorf("%s looks like %s, which is nothing", at, like)
			}
			for _, name := range []string{"least", "most"} {
				if f.tag.Get(name) != "" {
					number(f.tag, name)
				}
			}
			for kind.Kind() == reflect.Slice || kind.Kind() == reflect.Pointer {
				kind = kind.Elem()
			}
			if kind.Kind() == reflect.Struct && kind != textType {
				check(at, kind)
			}
		}
	}
	for _, word := range words() {
		form, _, _ := formOf(word)
		check(word, form)
	}
}
