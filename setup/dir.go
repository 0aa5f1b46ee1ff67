package setup

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxFile is the most bytes of a file.
const maxFile = 4 << 20

// Files that lie beside settings in what perch try begins with.
const (
	storySuffix = ".story.yaml"
	fixtureFile = "fixture.json" // of perch try
)

// ReadDir reads the files of a directory and those below that Apply can make
// something of: YAML and JSON. What begins with a dot is left alone, and what is
// others': schemas, stories, a fixture.json.
func ReadDir(dir fs.FS) (Files, error) {
	out := Files{}
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(path.Base(name), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name)) ||
			strings.HasSuffix(name, schemaSuffix) || strings.HasSuffix(name, storySuffix) || path.Base(name) == fixtureFile:
			return nil
		}
		info, err := fs.Stat(dir, name)
		if err == nil && info.Size() > maxFile {
			err = fmt.Errorf("%s has %d bytes, of at most %d", name, info.Size(), maxFile)
		}
		if err != nil {
			return err
		}
		data, err := fs.ReadFile(dir, name)
		out[name] = string(data)
		return err
	})
	return out, err
}

// Variables are the environment variables that files name, by the username for whose
// password. Request.Environment has their values.
func Variables(files Files) map[string]string {
	out := map[string]string{}
	for _, d := range read(files).documents {
		if u, ok := d.form.Addr().Interface().(*userForm); ok && u.PasswordEnv != "" {
			out[u.Username] = u.PasswordEnv
		}
	}
	return out
}

// Any tells whether there is any setting in files, right or wrong.
func Any(files Files) bool { return len(read(files).documents) > 0 }
