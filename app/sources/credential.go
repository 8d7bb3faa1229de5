package sources

import (
	"context"

	"catalogsync/models"
)

// CredentialState says what became of the operator's login at a source.
type CredentialState string

const (
	CredentialNone    CredentialState = "none"    // none is set
	CredentialUnknown CredentialState = "unknown" // set, and not asked about, or without a clear answer
	CredentialWorks   CredentialState = "works"
	CredentialRefused CredentialState = "refused" // wrong or expired
)

// CredentialProber can tell by one light request whether the login that it sends is good.
// An error means that it could not be told: the source does not answer, or blocks.
type CredentialProber interface {
	ProbeCredential(ctx context.Context) (CredentialState, error)
}

// CredentialByProbe is what the probe of a source that answers nobody without a login tells
// of the login.
func CredentialByProbe(err error) (CredentialState, error) {
	switch {
	case err == nil:
		return CredentialWorks, nil
	case models.CodeOf(err) == models.CodeLoginRefused:
		return CredentialRefused, nil
	}
	return CredentialUnknown, err
}
