package kugou

import (
	"context"
	"errors"

	"catalogsync/app/sources"
	"catalogsync/models"
)

var _ sources.CredentialProber = (*Source)(nil)

// ProbeCredential asks the web player's call about some song with the operator's login. A
// refusal of the login is told clearly; that it works is not, since the call tells of free
// songs to anybody. A cookie without the parts of a login is no use.
func (s *Source) ProbeCredential(ctx context.Context) (sources.CredentialState, error) {
	switch {
	case !s.login.set:
		return sources.CredentialNone, nil
	case !s.login.known():
		return sources.CredentialRefused, nil
	}
	found, err := s.Search(ctx, "海", 1)
	if err != nil || len(found) == 0 {
		return sources.CredentialUnknown, err
	}
	_, err = s.webSong(ctx, "hash", found[0].RemoteID)
	switch {
	case resultCode(err) == codeLogin:
		return sources.CredentialRefused, nil
	case models.ClassOf(err) == models.ClassUnavailable:
		return sources.CredentialUnknown, nil // it is the song that is refused
	}
	return sources.CredentialUnknown, err
}

// resultCode is the platform's error number behind err, 0 = none.
func resultCode(err error) int64 {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return 0
	}
	code, _ := e.Params[codeParam].(int64)
	return code
}
