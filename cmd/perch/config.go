package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// configFile names a file that holds what flags and variables can set: one JSON
// object, whose keys are the names of flags.
type configFile string

// BeforeResolve has the file's settings used where neither a flag nor a variable
// says otherwise.
func (configFile) BeforeResolve(ctx *kong.Context, trace *kong.Path) error {
	name, _ := ctx.FlagValue(trace.Flag).(configFile)
	if name == "" { // a variable that is set to nothing
		return nil
	}
	s, err := readSettings(string(name), ctx.Model)
	if err != nil {
		return fmt.Errorf("the config file %s: %w", name, err)
	}
	ctx.AddResolver(s)
	return nil
}

// settings are the values of a config file, in the form that flags take them.
type settings struct {
	file   string
	values map[string]any
}

func readSettings(file string, app *kong.Application) (*settings, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, errors.Unwrap(err) // the name is said already
	}
	s := &settings{file: file}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	err = d.Decode(&s.values)
	if broken, ok := errors.AsType[*json.SyntaxError](err); ok {
		return nil, fmt.Errorf("line %d: %w", 1+bytes.Count(data[:broken.Offset], []byte("\n")), err)
	}
	if err != nil || s.values == nil {
		return nil, errors.New("it must be a JSON object")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON object")
	}
	known := names(app)
	for name := range s.values {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("there is no setting %q; there are %s", name, strings.Join(known, ", "))
		}
	}
	return s, nil
}

// names are the settings of all commands, so that they can share a file.
func names(app *kong.Application) []string {
	var all []string
	for _, row := range settingRows(app) {
		all = append(all, row.name)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Validate implements kong.Resolver; the names were checked when the file was read.
func (s *settings) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver. It is asked for what no flag has set.
func (s *settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := s.values[flag.Name]
	if !ok || slices.ContainsFunc(flag.Envs, func(name string) bool { _, set := os.LookupEnv(name); return set }) {
		return nil, nil //nolint:nilnil // the resolver's way to say that it has nothing
	}
	text, err := flagText(value, flag)
	if err == nil {
		scan := kong.Scan().PushTyped(text, kong.FlagValueToken)
		err = flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: scan}, reflect.New(flag.Target.Type()).Elem())
	}
	if err != nil {
		return nil, fmt.Errorf("in the config file %s: %w", s.file, err)
	}
	return text, nil
}

// flagText is a JSON value as one would give it on the command line.
func flagText(value any, flag *kong.Flag) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case json.Number, bool:
		return fmt.Sprint(v), nil
	case []any:
		if flag.Target.Kind() != reflect.Slice {
			break
		}
		var parts []string
		for _, each := range v {
			part, err := flagText(each, flag)
			if err != nil {
				return "", err
			}
			parts = append(parts, part)
		}
		return kong.JoinEscaped(parts, flag.Tag.Sep), nil
	}
	return "", errors.New("the value must be text, a number, true or false")
}
