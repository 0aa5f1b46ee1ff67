package form

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// meal is a file with one field of every sort.
type meal struct {
	At     Place          `json:"-"`
	Name   string         `json:"name" jsonschema:"what it is called"`
	Size   size           `json:"size,omitempty"`
	People int            `json:"people,omitempty"`
	Hot    *bool          `json:"hot,omitempty"`
	Price  float64        `json:"price,omitempty"`
	Takes  span           `json:"takes,omitempty"`
	Dishes []dish         `json:"dishes,omitempty"`
	Notes  map[string]int `json:"notes,omitempty"`
	More   any            `json:"more,omitempty"`
}

func (m *meal) Mistakes() []Mistake {
	if m.People == 13 {
		return []Mistake{{Field: "people", Message: "must not be 13"}}
	}
	return nil
}

type size string

func (size) Choices() []string { return []string{"small", "large"} }

type span struct{ d time.Duration }

func (s *span) UnmarshalText(text []byte) (err error) {
	if s.d, err = time.ParseDuration(string(text)); err != nil {
		return errors.New("must be like 5m")
	}
	return nil
}

func (*span) Text() string { return "a time span" }

type dish struct {
	At    Place  `json:"-"`
	Title string `json:"title"`
	Salt  int    `json:"salt,omitempty"`
}

func (d *dish) UnmarshalText(text []byte) error {
	d.Title = string(text)
	return nil
}

func (*dish) Text() string { return "its title" }

func TestAFileIsReadIntoItsType(t *testing.T) {
	t.Parallel()
	var m meal
	err := Read("lunch.yaml", []byte(`
name: 5
size: small
people: 4
hot: true
price: 2.5
takes: 90s
dishes:
  - soup
  - {title: bread, salt: 1}
notes: {a: 1}
more: [1, {b: c}]
`), &m)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.TrimSpace(fmt.Sprintln(m.At, m.Name, m.Size, m.People, *m.Hot, m.Price, m.Takes.d, m.Dishes, m.Notes, m.More))
	if want := "{2 1} 5 small 4 true 2.5 1m30s [{{0 0} soup 0} {{10 5} bread 1}] map[a:1] [1 map[b:c]]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var fromJSON meal
	if err := Read("lunch.json", []byte(`{"name": "lunch", "dishes": ["soup"]}`), &fromJSON); err != nil || fromJSON.Dishes[0].Title != "soup" {
		t.Errorf("%+v, %v", fromJSON, err)
	}
}

func TestAllMistakesAreToldAtOnceWithTheirPlaces(t *testing.T) {
	t.Parallel()
	err := Read("lunch.yaml", []byte(`size: lareg
people: 13
hot: perhaps
takes: long
dises: []
dishes: [{titel: soup, salt: 2}, CHEF: salt, [], {title: [x]}]
notes: [1]
people: 2
`), new(meal))
	want := `lunch.yaml:1:1: name: is missing
lunch.yaml:1:7: size: cannot be "lareg"; did you mean large?
lunch.yaml:3:6: hot: must be true or false, not "perhaps"
lunch.yaml:4:8: takes: must be like 5m
lunch.yaml:5:1: dises: is not known here; did you mean dishes?
lunch.yaml:6:10: dishes[0].title: is missing
lunch.yaml:6:11: dishes[0].titel: is not known here; did you mean title?
lunch.yaml:6:34: dishes[1].title: is missing
lunch.yaml:6:34: dishes[1].CHEF: is not known here; a text with a colon in it needs quotes
lunch.yaml:6:46: dishes[2]: must be an object, or a text: its title
lunch.yaml:6:58: dishes[3].title: must be a text
lunch.yaml:7:8: notes: must be an object of names and values
lunch.yaml:8:1: people: is there twice`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestATypeLooksAtItself(t *testing.T) {
	t.Parallel()
	err := Read("lunch.yaml", []byte("name: x\npeople: 13\n"), new(meal))
	if err == nil || err.Error() != "lunch.yaml:2:9: people: must not be 13" {
		t.Error(err)
	}
}

func TestWhatIsNoFormIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	bomb := "name: x\nmore: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for _, text := range []string{"", "- a", "name: [", "name: x\n---\nname: y\n", "name: \"x", bomb + "dishes: *a\nnotes: *a\n"} {
		var problems Problems
		if err := Read("f", []byte(text), new(meal)); !errors.As(err, &problems) || problems[0].Line < 1 {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestSchemaSaysWhatTheTypesSay(t *testing.T) {
	t.Parallel()
	text, err := Schema[meal]("Meal", "what there is")
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(text) {
		t.Errorf("not JSON: %s", text)
	}
	for _, want := range []string{`"required": [
    "name"
  ]`, `"what it is called"`, `"its title"`, `"a time span"`, `"large"`, `"anyOf"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("name: x\ndishes: [soup, {title: a}]\nnotes: {a: 1}\n")
	f.Add("name: &a [*a]\nmore: *a")
	f.Add("a: &a [x,x]\nb: &b [*a,*a]\nmore: *b\nname: !!binary x")
	f.Fuzz(func(t *testing.T, text string) {
		err := Read("f", []byte(text), new(meal))
		var problems Problems
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("%q: %v", text, err)
		}
	})
}
