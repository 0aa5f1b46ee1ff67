package setup_test

import (
	"strings"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/setup"
)

const fine = `{"Version":"2019-10-30","StartAction":"End","Actions":[{"Identifier":"End","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`

func TestEveryProblemIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files setup.Files
		want  string // in the order of files and lines
	}{
		"no YAML":         {setup.Files{"a.yaml": "Kind: [queue\nName: x\n"}, "a.yaml:2: this is not YAML: "},
		"no kind":         {setup.Files{"a.yaml": "Name: x\n"}, "a.yaml:1: Kind must be given: one of instance, hours,"},
		"unknown kind":    {setup.Files{"a.yaml": "Kind: thing\n"}, `a.yaml:1: Kind must be one of instance, hours,`},
		"no fields":       {setup.Files{"a.yaml": "- Kind\n"}, "a.yaml:1: Kind must be given"},
		"unknown field":   {setup.Files{"a.yaml": "Kind: queue\nName: x\nColour: red\n"}, "a.yaml:3: Colour is not known here; there are "},
		"field twice":     {setup.Files{"a.yaml": "Kind: queue\nName: x\nName: y\n"}, "a.yaml:3: Name is given twice"},
		"missing field":   {setup.Files{"a.yaml": "Kind: queue\n"}, "a.yaml:1: Name must be given"},
		"empty field":     {setup.Files{"a.yaml": "Kind: queue\nName: ''\n"}, "a.yaml:2: Name must be given"},
		"null":            {setup.Files{"a.yaml": "Kind: queue\nName:\n"}, "a.yaml:2: Name must be given"},
		"too long":        {setup.Files{"a.yaml": "Kind: queue\nName: " + strings.Repeat("x", 257) + "\n"}, "a.yaml:2: Name must have at most 256 characters, not 257"},
		"no number":       {setup.Files{"a.yaml": "Kind: queue\nName: x\nMaxContacts: many\n"}, "a.yaml:3: MaxContacts must be a whole number"},
		"half a contact":  {setup.Files{"a.yaml": "Kind: queue\nName: x\nMaxContacts: 1.5\n"}, "a.yaml:3: MaxContacts must be a whole number"},
		"out of range":    {setup.Files{"a.yaml": "Kind: queue\nName: x\nMaxContacts: -1\n"}, "a.yaml:3: MaxContacts must be from 0 to 2147483647, not -1"},
		"no word":         {setup.Files{"a.yaml": "Kind: queue\nName: x\nStatus: OFF\n"}, `a.yaml:3: Status must be one of ENABLED, DISABLED, not "OFF"`},
		"no truth":        {setup.Files{"a.yaml": "Kind: widget\nName: x\nSigned: maybe\n"}, "a.yaml:3: Signed must be true or false"},
		"no list":         {setup.Files{"a.yaml": "Kind: widget\nName: x\nDomains: https://x\n"}, "a.yaml:3: Domains must be a list"},
		"no text":         {setup.Files{"a.yaml": "Kind: queue\nName: [x]\n"}, "a.yaml:2: Name must be text"},
		"no tags":         {setup.Files{"a.yaml": "Kind: queue\nName: x\nTags: [a]\n"}, "a.yaml:3: Tags must have names and values"},
		"no object":       {setup.Files{"a.yaml": "Kind: widget\nName: x\nLook: nice\n"}, "a.yaml:3: Look must have fields: Title,"},
		"no id":           {setup.Files{"a.yaml": "Kind: queue\nId: mine\nName: x\n"}, "a.yaml:2: Id must be an id such as"},
		"no time":         {setup.Files{"a.yaml": "Kind: hours\nName: x\nTimeZone: UTC\nConfig:\n  - Day: MONDAY\n    StartTime: noon\n    EndTime: 17:00\n"}, "a.yaml:6: Config[0].StartTime must be a time of day such as 09:00"},
		"two settings":    {setup.Files{"a.yaml": "Kind: queue\nName: x\n---\nKind: queue\nName: y\nColour: red\n"}, "a.yaml:6: Colour is not known here"},
		"JSON":            {setup.Files{"a.json": "{\n\"Kind\": \"queue\",\n\"Name\": 5,\n\"Colour\": 1}"}, "a.json:4: Colour is not known here"},
		"stray text":      {setup.Files{"a.json": "{}"}, "a.json:1: is no setting, since it has no Kind, and no setting names it as its text"},
		"no text there":   {setup.Files{"f/a.yaml": "Kind: flow\nName: x\nType: CONTACT_FLOW\nContent: b.json\n"}, "f/a.yaml:4: Content names the file f/b.json, which is not there"},
		"broken flow":     {setup.Files{"a.yaml": "Kind: flow\nName: x\nType: CONTACT_FLOW\nContent: b.json\n", "b.json": "\n" + strings.Replace(fine, "2019-10-30", "1", 1)}, `b.json:2: Version: is "1"`},
		"no reference":    {setup.Files{"a.yaml": "Kind: queue\nName: x\nHoursOfOperation: Never\n"}, `a.yaml:3: HoursOfOperation names no hours of the files or the instance: "Never"`},
		"none of many":    {setup.Files{"a.yaml": "Kind: queue\nName: x\nQuickConnects:\n- Ana\n- Nobody\n"}, `a.yaml:5: QuickConnects[1] names no quick-connect`},
		"mark of no kind": {setup.Files{"a.yaml": "Kind: flow\nName: x\nType: CONTACT_FLOW\nContent: b.json\n", "b.json": strings.Replace(fine, "{", `{"Metadata":{"a":"${thing:None}"},`, 1)}, `b.json:1: "thing" is none of instance, hours`},
		"mark of nothing": {setup.Files{"a.yaml": "Kind: flow\nName: x\nType: CONTACT_FLOW\nContent: b.json\n", "b.json": "\n" + strings.Replace(fine, "{", `{"Metadata":{"a":"${queue:None}"},`, 1)}, `b.json:2: names no queue of the files or the instance: "None"`},
		"same name":       {setup.Files{"a.yaml": "Kind: queue\nName: x\n", "b.yaml": "Kind: queue\nName: x\n"}, "b.yaml:1: is the same queue as in a.yaml:1: x"},
		"built in":        {setup.Files{"a.yaml": "Kind: agent-status\nName: Available\n"}, "a.yaml:1: Available: this agent-status is there always"},
		"second instance": {setup.Files{"a.yaml": "Kind: instance\n---\nKind: instance\n"}, "a.yaml:3: is the second of the kind instance"},
		"inbound flow":    {setup.Files{"a.yaml": "Kind: instance\nInboundFlow: Default transfer to agent\n"}, "a.yaml:2: InboundFlow must be of type CONTACT_FLOW"},
		"time zone":       {setup.Files{"a.yaml": "Kind: hours\nName: x\nTimeZone: Mars\n"}, "a.yaml:3: TimeZone must be a name such as Europe/Berlin"},
		"no chats":        {setup.Files{"a.yaml": "Kind: routing-profile\nName: x\nMediaConcurrencies:\n- {Channel: VOICE, Concurrency: 1}\n"}, "a.yaml:3: MediaConcurrencies must be from 1 to 10"},
		"wrong flow":      {setup.Files{"a.yaml": "Kind: quick-connect\nName: x\nQuickConnectType: QUEUE\nQueue: Basic queue\nContactFlow: Default inbound\n"}, "a.yaml:5: ContactFlow must be of type QUEUE_TRANSFER"},
		"another type":    {setup.Files{"a.yaml": "Kind: flow\nName: Default inbound\nType: CUSTOMER_HOLD\nDraft: b.json\n", "b.json": "{}"}, "a.yaml:3: Type cannot be changed"},
		"short password":  {setup.Files{"a.yaml": userWith("PasswordEnv: SHORT")}, "a.yaml:5: PasswordEnv must have at least 8 characters"},
		"no variable":     {setup.Files{"a.yaml": userWith("PasswordEnv: NONE")}, "a.yaml:5: PasswordEnv names the variable NONE, which is not set"},
		"no hash":         {setup.Files{"a.yaml": userWith("PasswordHash: sesame")}, "a.yaml:5: PasswordHash is no argon2id hash"},
		"two passwords":   {setup.Files{"a.yaml": userWith("PasswordHash: sesame\nPasswordEnv: SHORT")}, "a.yaml:6: PasswordEnv must not be given beside PasswordHash"},
		"no version": {setup.Files{"a.yaml": "Kind: flow-version\nOf: Default inbound\nNumber: 1\nContent: b.json\n", "b.json": strings.Replace(fine, "2019-10-30", "1", 1)},
			"a.yaml:4: Content Version: is"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := found(t)
			before := h.export()
			p := h.try(c.files, func(in *setup.Request) { in.Environment = map[string]string{"SHORT": "short"} })
			if len(p.Problems) != 1 || !strings.HasPrefix(p.Problems.Error(), c.want) || p.Applied || len(p.Changes) > 0 {
				t.Errorf("got\n%v\n%+v\nwant\n%s", p.Problems, p, c.want)
			}
			sameFiles(t, h.export(), before)
		})
	}
}

func userWith(line string) string {
	return "Kind: user\nUsername: u\nRoutingProfile: Basic routing profile\nSecurityProfiles: [Agent]\n" + line + "\n"
}

// All is said at once, whatever it is about, and nothing twice.
func TestAllProblemsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	h := found(t)
	p := h.try(setup.Files{
		"a.yaml": "Kind: hours\nName: x\nTimeZone: Mars\nColour: red\nConfig:\n- {Day: HOLIDAY, StartTime: '25:00', EndTime: '10:00'}\n",
		"b.yaml": "Kind: queue\nName: y\nHoursOfOperation: x\nMaxContacts: -1\nQuickConnects: [Nobody]\n",
		"c.yaml": "Kind: queue\nName: y\n",
	})
	want := []string{
		`a.yaml:3: TimeZone must be a name such as Europe/Berlin`,
		`a.yaml:4: Colour is not known here; there are Config, Description, Id, Name, Overrides, Tags, TimeZone`,
		`a.yaml:6: Config[0].Day must be one of MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY, not "HOLIDAY"`,
		`a.yaml:6: Config[0].StartTime must be a time of day such as 09:00, not "25:00"`,
		`b.yaml:4: MaxContacts must be from 0 to 2147483647, not -1`,
		`b.yaml:5: QuickConnects[0] names no quick-connect of the files or the instance: "Nobody"`,
		`c.yaml:1: is the same queue as in b.yaml:1: y`,
	}
	if got := p.Problems.Error(); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func TestAPlanThatIsOutOfDateIsNotCarriedOut(t *testing.T) {
	t.Parallel()
	h := found(t)
	files := setup.Files{"a.yaml": "Kind: queue\nName: x\n"}
	plan, err := setup.Apply(t.Context(), h.Options, h.instance, setup.Request{Files: files})
	if err != nil || plan.Applied || len(told(plan)) != 1 {
		t.Fatalf("got %+v, %v", plan, err)
	}
	h.apply(setup.Files{"b.yaml": "Kind: queue\nName: y\n"})
	_, err = setup.Apply(t.Context(), h.Options, h.instance, setup.Request{Files: files, Apply: true, Version: plan.Version})
	if perch.KindOf(err) != perch.Conflict {
		t.Errorf("got %v", err)
	}
	if _, err := setup.Apply(t.Context(), h.Options, "elsewhere", setup.Request{}); perch.KindOf(err) != perch.NotFound {
		t.Errorf("of no instance: %v", err)
	}
}
