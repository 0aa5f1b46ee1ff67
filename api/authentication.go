package api

import (
	"cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// getAuthenticationUrl is where the customer signs in, whom a flow has asked to.
func getAuthenticationUrl(c *call, in wire.GetAuthenticationUrlRequest) (out wire.GetAuthenticationUrlResponse, err error) {
	out.AuthenticationUrl, err = c.opts.Flows.AuthenticationURL(c.Context(), c.session.ID, c.party, in.SessionId, in.RedirectUri)
	return out, err
}

// cancelParticipantAuthentication is the customer's word not to sign in.
func cancelParticipantAuthentication(c *call, in wire.CancelParticipantAuthenticationRequest) (nothing, error) {
	return nothing{}, c.opts.Flows.DeclineAuthentication(c.Context(), c.session.ID, c.party, in.SessionId)
}

// updateParticipantAuthentication passes on what a customer has come back with from
// the provider to a page of the site.
func updateParticipantAuthentication(c *call, in wire.UpdateParticipantAuthenticationRequest) (nothing, error) {
	if err := c.of(in.InstanceId); perch.KindOf(err) == perch.NotFound {
		return nothing{}, refusedField("InstanceId", "there is no such instance") // as this operation has it
	} else if err != nil {
		return nothing{}, err
	}
	if (in.Code == "") == (in.Error == "") {
		return nothing{}, perch.Errorf(perch.Refused, "exactly one of Code and Error must be given: what the provider has put behind the address to which it sends the customer")
	}
	var of token.Authentication
	if err := c.opts.Tokens.Open(token.KindAuthentication, in.State, &of); err != nil || perch.InstanceID(of.Instance) != c.instance {
		return nothing{}, perch.InvalidField("State", "is none of this instance's: pass on what the provider has put behind the address, unchanged")
	}
	return nothing{}, c.opts.Flows.Returned(c.Context(), c.instance, perch.SessionID(of.Session), of.ID, in.Code, cmp.Or(in.ErrorDescription, in.Error))
}
