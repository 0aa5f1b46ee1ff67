package setup

import (
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/staff"
)

// password has a user sign in as the file says, and keeps the password of one whose
// id moves.
func (p *planner) password(en *entry, c *Change) error {
	f, ok := en.form.Addr().Interface().(*userForm)
	if !ok {
		return nil
	}
	u, instance := en.value.(catalog.User), p.edit.Instance().ID
	if en.before != nil && en.was != en.id {
		p.edit.Write(staff.Move(instance, en.before.(catalog.User).ID, u.ID)...)
	}
	want := staff.Password{Hash: f.PasswordHash}
	switch plain, set := p.request.Environment[f.PasswordEnv]; {
	case f.PasswordHash != "" && f.PasswordEnv != "":
		p.problems = append(p.problems, en.problem("PasswordEnv", "must not be given beside PasswordHash"))
		return nil
	case f.PasswordHash == "" && f.PasswordEnv == "":
		if en.before == nil {
			p.out.Passwordless = append(p.out.Passwordless, f.Username)
		}
		return nil
	case f.PasswordEnv != "" && !set:
		p.problems = append(p.problems, en.problem("PasswordEnv", "names the variable %s, which is not set", f.PasswordEnv))
		return nil
	case set:
		want.Plain = plain
	}
	if en.before != nil {
		same, err := p.People.Has(p.ctx, instance, en.before.(catalog.User).ID, want)
		if err != nil || same {
			return err
		}
		c.Action = Changed
		c.Fields = append(c.Fields, FieldChange{"Password", "", "(another)"})
	}
	writes, err := p.People.Give(p.ctx, instance, u.ID, u.Username, want)
	at := place("PasswordEnv")
	if want.Hash != "" {
		at = "PasswordHash"
	}
	if err != nil {
		before := len(p.problems)
		if err = p.note(en.document, "", err); err == nil && len(p.problems) > before {
			p.problems[before].Field, p.problems[before].Line = string(at), en.lineOf(at)
		}
		return err
	}
	p.edit.Write(writes...)
	return nil
}
