package setup

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

// SchemaFile is how an export calls the schema of its files.
const SchemaFile = "settings" + schemaSuffix

// Export writes what an instance is set up with as files that Apply takes. They hold
// no password, no key and no time; two exports of the same settings are equal. What
// every instance has is left out.
//
// Errors: NotFound for the instance.
func Export(ctx context.Context, o Options, instance perch.InstanceID) (Files, error) {
	out := Files{SchemaFile: Schema()}
	err := o.Settings.Edit(ctx, instance, func(e *catalog.Edit) (keep bool, err error) {
		p := &planner{edit: e, ids: map[string]map[string]string{}, names: map[string]map[string]string{}, reading: &reading{}}
		for _, k := range kinds() {
			p.match(k)
		}
		instance := reflect.ValueOf(&instanceForm{Ref(e.Instance().InboundFlow)}).Elem()
		p.named(instance)
		if out[ofInstance+".yaml"], err = written(ofInstance, SchemaFile, instance); err != nil {
			return false, err
		}
		for _, k := range kinds() {
			if err := p.export(k, out); err != nil {
				return false, err
			}
		}
		return false, nil
	})
	return out, err
}

// export writes the settings of a kind.
func (p *planner) export(k kind, out Files) error {
	for _, s := range k.existing(p.edit) {
		if s.builtIn {
			continue
		}
		form := k.show(s.value)
		name := fileName(cmp.Or(p.displayed(form), k.word()))
		file := path.Join(k.folder(), name)
		for n := 2; out[file+".yaml"] != ""; n++ {
			file = path.Join(k.folder(), fmt.Sprintf("%s-%d", name, n))
		}
		each(form, "", "", func(v reflect.Value, at place, _ reflect.StructTag) {
			text, ok := v.Addr().Interface().(*Text)
			if !ok || text.Data == "" {
				return
			}
			beside := file + ".json"
			if at != "Content" && at != "Content.Template" {
				beside = file + "." + strings.ToLower(strings.ReplaceAll(strings.TrimSuffix(string(at), ".Template"), ".", "-")) + ".json"
			}
			out[beside], text.File = laidOut(text.Data), path.Base(beside)
		})
		schema := "../" + SchemaFile
		if k.folder() == "." {
			schema = SchemaFile
		}
		text, err := written(k.word(), schema, form)
		if err != nil {
			return err
		}
		out[file+".yaml"] = text
	}
	return nil
}

// fileName is a name as a file can be called everywhere.
func fileName(name string) string {
	const longest = 60
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	out := strings.Join(parts, "-")
	if out == "" {
		return "unnamed"
	}
	return strings.TrimSuffix(out[:min(len(out), longest)], "-")
}

// written is a form as a file.
func written(word, schema string, form reflect.Value) (string, error) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	n.Content = append(n.Content, textNode("Kind"), textNode(word))
	n.Content = append(n.Content, encode(form).Content...)
	text, err := yaml.Dump(n)
	return "# yaml-language-server: $schema=" + schema + "\n" + string(text), err
}

// encode is a value as files have it; nil for what is left out.
func encode(v reflect.Value) *yaml.Node {
	switch {
	case v.Type() == textType:
		if v.FieldByName("File").String() == "" {
			return nil
		}
		return textNode(v.FieldByName("File").String())
	case v.Kind() == reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		n := encode(v.Elem())
		if n == nil { // there, and empty
			n = &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		}
		return n
	case v.Kind() == reflect.Struct:
		return encodeStruct(v)
	case v.Kind() == reflect.Slice:
		if v.IsNil() {
			return nil
		}
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range v.Len() {
			n.Content = append(n.Content, encode(v.Index(i)))
		}
		if v.Len() == 0 {
			n.Style = yaml.FlowStyle
		}
		return n
	case v.Kind() == reflect.Map:
		if v.Len() == 0 {
			return nil
		}
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, key := range slices.SortedFunc(slices.Values(v.MapKeys()), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) }) {
			n.Content = append(n.Content, textNode(key.String()), textNode(v.MapIndex(key).String()))
		}
		return n
	case v.Kind() == reflect.String:
		return textNode(v.String())
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: show(v)}
}

func encodeStruct(v reflect.Value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, f := range fieldsOf(v.Type()) {
		value := v.Field(f.at)
		if value.IsZero() && f.tag.Get("must") != "yes" {
			continue
		}
		if one := encode(value); one != nil {
			n.Content = append(n.Content, textNode(f.name), one)
		}
	}
	if len(n.Content) == 0 {
		return nil
	}
	return n
}

// textNode is text; its tag has what looks like something else quoted.
func textNode(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	if likeNumber.MatchString(text) { // older readers take 09:00 for a number
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

var likeNumber = regexp.MustCompile(`^[0-9][0-9:.-]*$`)
