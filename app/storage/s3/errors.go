package s3

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"

	"catalogsync/app/storage"
	"catalogsync/models"
)

// codes puts the codes of S3 (API reference, "Error responses") and those of servers like
// it into the words of storages.
var codes = map[string]models.Code{
	"NoSuchKey": models.CodeNotFound, "NotFound": models.CodeNotFound, "NoSuchUpload": models.CodeNotFound,
	"NoSuchBucket": models.CodeStorageRootMissing, "InvalidBucketName": models.CodeStorageRootMissing,

	"InvalidAccessKeyId": models.CodeStorageAuth, "SignatureDoesNotMatch": models.CodeStorageAuth, "InvalidToken": models.CodeStorageAuth,
	"ExpiredToken": models.CodeStorageAuth, "InvalidSecurity": models.CodeStorageAuth, "AccessKeyIdNotFound": models.CodeStorageAuth, "Unauthorized": models.CodeStorageAuth,
	"XAdminUserNotFound": models.CodeStorageAuth,

	"AccessDenied": models.CodeStorageDenied, "AllAccessDisabled": models.CodeStorageDenied, "AccountProblem": models.CodeStorageDenied,
	"MethodNotAllowed": models.CodeStorageReadOnly,

	"AuthorizationHeaderMalformed": models.CodeStorageRegion, "InvalidRegion": models.CodeStorageRegion,
	"PermanentRedirect": models.CodeStorageRegion, "TemporaryRedirect": models.CodeStorageRegion,
	"IllegalLocationConstraintException": models.CodeStorageRegion,

	"RequestTimeTooSkewed": models.CodeStorageClock, "RequestExpired": models.CodeStorageClock, "AccessForbidden.TimeSkew": models.CodeStorageClock,

	"SlowDown": models.CodeStorageBusy, "TooManyRequests": models.CodeStorageBusy, "ServiceUnavailable": models.CodeStorageBusy,
	"Throttling": models.CodeStorageBusy, "RequestLimitExceeded": models.CodeStorageBusy,

	"BadDigest": models.CodeChecksumMismatch, "IncompleteBody": models.CodeChecksumMismatch, "XAmzContentSHA256Mismatch": models.CodeChecksumMismatch,
	"XAmzContentChecksumMismatch": models.CodeChecksumMismatch, "InvalidDigest": models.CodeChecksumMismatch,

	"PreconditionFailed": models.CodeNameTaken, "ConditionalRequestConflict": models.CodeNameTaken,

	"QuotaExceeded": models.CodeStorageFull, "InsufficientStorage": models.CodeStorageFull, "XMinioStorageFull": models.CodeStorageFull,
	"XMinioAdminBucketQuotaExceeded": models.CodeStorageFull,

	"RequestTimeout": models.CodeStorageUnreachable, "InternalError": models.CodeStorageUnreachable,
}

// byStatus serves servers whose codes are not known.
var byStatus = map[int]models.Code{
	http.StatusMovedPermanently: models.CodeStorageRegion, http.StatusTemporaryRedirect: models.CodeStorageRegion,
	http.StatusUnauthorized: models.CodeStorageAuth, http.StatusForbidden: models.CodeStorageDenied,
	http.StatusNotFound: models.CodeNotFound, http.StatusPreconditionFailed: models.CodeNameTaken,
	http.StatusTooManyRequests: models.CodeStorageBusy, http.StatusServiceUnavailable: models.CodeStorageBusy,
	http.StatusInsufficientStorage: models.CodeStorageFull,
}

// failure makes the error of a call; nil stays nil.
func failure(ctx context.Context, op, path string, err error) error {
	if err == nil {
		return nil
	}
	if own, ok := errors.AsType[*storage.Error](err); ok {
		return own
	}
	if cause := ctx.Err(); cause != nil {
		return storage.Interrupted(op, path, cause)
	}
	answer, ok := errors.AsType[minio.ErrorResponse](err)
	if !ok || answer.StatusCode == 0 && answer.Code == "" {
		return &storage.Error{Code: ofConnection(err), Op: op, Path: path, Cause: err}
	}
	code := ofAnswer(answer)
	if code == models.CodeNotFound && (op == "probe" || op == "list") {
		code = models.CodeStorageRootMissing // a listing finds nothing, it is not missing itself
	}
	return &storage.Error{Code: code, Op: op, Path: path, Answer: said(answer), Cause: err}
}

func ofAnswer(a minio.ErrorResponse) models.Code {
	if saysTLS(a.Message) || saysTLS(a.Code) {
		return models.CodeStorageTLS
	}
	code, ok := codes[a.Code]
	switch {
	case ok && code == models.CodeStorageRegion && strings.Contains(strings.ToLower(a.Message), "date"):
		return models.CodeStorageClock // the day in the signature is another one
	case ok:
		return code
	}
	if code, ok := byStatus[a.StatusCode]; ok {
		return code
	}
	if a.StatusCode >= http.StatusInternalServerError {
		return models.CodeStorageUnreachable
	}
	return models.CodeStorageOdd
}

// ofConnection tells a certificate that is not trusted from a server that is not there.
func ofConnection(err error) models.Code {
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	if record || verify || authority || host || saysTLS(err.Error()) {
		return models.CodeStorageTLS
	}
	return models.CodeStorageUnreachable
}

// saysTLS knows the sentences of a server and of net/http when one side speaks TLS and the
// other does not; they have no type.
func saysTLS(text string) bool {
	return strings.Contains(text, "HTTP request to an HTTPS server") || strings.Contains(text, "HTTP response to HTTPS client") ||
		strings.Contains(text, "tls: ")
}

// said is the answer in one short line. Keys and signatures that some servers repeat stand
// in other fields.
func said(a minio.ErrorResponse) string {
	text := strings.Join(strings.Fields(a.Code+": "+a.Message), " ")
	const most = 160
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
