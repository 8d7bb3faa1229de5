package s3

import (
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"

	"catalogsync/app/storage"
	"catalogsync/models"
)

// Keys of the settings.
const (
	optionBucket     = "bucket"
	optionEndpoint   = "endpoint"
	optionRegion     = "region"
	optionAddressing = "addressing_style"
	optionPublicURL  = "public_base_url"

	secretAccessKey = "ACCESS_KEY_ID"
	secretSecretKey = "SECRET_ACCESS_KEY"
	secretSession   = "SESSION_TOKEN"
)

// lookups are the addressing styles: https://host/bucket/key or https://bucket.host/key.
var lookups = map[string]minio.BucketLookupType{
	"": minio.BucketLookupAuto, "auto": minio.BucketLookupAuto, "path": minio.BucketLookupPath, "virtual": minio.BucketLookupDNS,
}

// Kind is buckets among the kinds of storages.
func Kind() storage.Kind {
	return storage.Kind{
		Type: models.BackendObjectStorage,
		Options: []storage.Option{
			{Key: optionBucket, Required: true, Help: "The bucket. It must exist."},
			{Key: optionEndpoint, Required: true, Help: "Address of the server, such as https://s3.example.com."},
			{Key: optionRegion, Help: "Region of the bucket, such as us-east-1 or auto. Empty: it is asked for."},
			{Key: storage.OptionBasePrefix, Help: "Folder in the bucket that uploads go below. Empty: none."},
			{Key: optionAddressing, Choices: []string{"auto", "path", "virtual"}, Help: "path: https://host/bucket/key; virtual: https://bucket.host/key; auto: as the server usually wants it."},
			{Key: optionPublicURL, Help: "Address under which everybody can read the bucket, for links. Empty: none."},
			{Key: storage.OptionCredentialPrefix, Help: "Beginning of the settings that hold the keys: <PREFIX>_ACCESS_KEY_ID, <PREFIX>_SECRET_ACCESS_KEY and, where one is needed, <PREFIX>_SESSION_TOKEN."},
		},
		Secrets: []storage.Secret{{Ending: secretAccessKey, Required: true}, {Ending: secretSecretKey, Required: true}, {Ending: secretSession}},
		Limits:  storage.Limits{Concurrency: 32},
		Check:   Check, Open: Open,
	}
}

// Check judges the settings of a bucket; ClassInvalid with the field.
func Check(s storage.Settings) error {
	if b := s[optionBucket]; len(b) < 3 || len(b) > 63 || strings.ContainsAny(b, "/ \t\\?#%") {
		return models.Invalid(optionBucket, models.CodeBadValue, "%q is no name of a bucket; it has 3 to 63 letters, digits, dots and hyphens", b)
	}
	if !isAddress(s[optionEndpoint]) {
		return badEndpoint(s[optionEndpoint])
	}
	if u, _ := url.Parse(s[optionEndpoint]); strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return badEndpoint(s[optionEndpoint])
	}
	if v := s[optionPublicURL]; v != "" && !isAddress(v) {
		return models.Invalid(optionPublicURL, models.CodeBadValue, "%q must be an address that begins with http:// or https://", v)
	}
	if p := s[storage.OptionBasePrefix]; p != "" {
		if clean, err := storage.Clean(strings.Trim(p, "/")); err != nil || clean == storage.Root {
			return models.Invalid(storage.OptionBasePrefix, models.CodeBadValue, "%q must be a folder in the bucket, such as music", p)
		}
	}
	if _, ok := lookups[s[optionAddressing]]; !ok {
		return models.Invalid(optionAddressing, models.CodeBadValue, "%q must be auto, path or virtual", s[optionAddressing])
	}
	return nil
}

// isAddress wants scheme and host; a user and password have no place in settings.
func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil
}

func badEndpoint(text string) error {
	if u, err := url.Parse(text); err == nil {
		text = u.Redacted()
	}
	return models.Invalid(optionEndpoint, models.CodeBadValue, "%q must be http(s)://host[:port] and nothing more", text)
}
