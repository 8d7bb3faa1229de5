package qq

import (
	"context"
	"net/url"

	"catalogsync/app/sources"
	"catalogsync/models"
)

var _ sources.CredentialProber = (*Source)(nil)

const endpointProfile = "fcg_get_profile_homepage"

// ProbeCredential asks for the caller's own home page, which needs a login: without one, or
// with an expired one, its code is 1000 (reported by clients that check their session by
// this call; the number of the page is theirs).
func (s *Source) ProbeCredential(ctx context.Context) (sources.CredentialState, error) {
	_, err := s.legacy(ctx, endpointProfile, "/rsc/fcgi-bin/fcg_get_profile_homepage.fcg", url.Values{
		"cid": {"205360838"}, "userid": {"0"}, "reqfrom": {"1"}, "reqtype": {"0"},
	}, nil)
	switch {
	case err == nil:
		return sources.CredentialWorks, nil
	case models.CodeOf(err) == models.CodeLoginRequired:
		return sources.CredentialRefused, nil
	}
	return sources.CredentialUnknown, err
}
