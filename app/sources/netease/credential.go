package netease

import (
	"context"
	"encoding/json"

	"catalogsync/app/sources"
	"catalogsync/models"
)

var _ sources.CredentialProber = (*Source)(nil)

const endpointAccount = "nuser/account"

// accountAnswer tells who is logged in. Without a login both parts are null; the anonymous
// cookie has an account that is marked so, and no profile (reported by several clients of
// 2024 and later, who take the profile for the proof of a login).
type accountAnswer struct {
	Account json.RawMessage `json:"account"`
	Profile json.RawMessage `json:"profile"`
}

func (a *accountAnswer) missing() string {
	if a.Account == nil && a.Profile == nil {
		return "account and profile"
	}
	return ""
}

// ProbeCredential asks who is logged in.
func (s *Source) ProbeCredential(ctx context.Context) (sources.CredentialState, error) {
	var a accountAnswer
	err := s.ask(ctx, call{endpoint: endpointAccount, path: "/api/nuser/account/get"}, &a)
	switch {
	case models.CodeOf(err) == models.CodeLoginRequired:
		return sources.CredentialRefused, nil
	case err != nil:
		return sources.CredentialUnknown, err
	}
	var profile struct {
		UserID number `json:"userId"`
	}
	_ = json.Unmarshal(a.Profile, &profile) // what is no profile names nobody
	if profile.UserID <= 0 {
		return sources.CredentialRefused, nil
	}
	return sources.CredentialWorks, nil
}
