// Package s3 is a bucket of an S3-compatible server as a storage.
//
// What shapes the code:
//   - A path is the object's key. Folders are the beginnings of keys; there are none that
//     are empty, and none has a time.
//   - Renaming copies and deletes: it is not atomic.
//   - What is sent is checked by the server with the CRC-32 that is known of every file of
//     the library (x-amz-checksum-crc32). Over TLS, and to this machine, the body is not
//     signed as well; over plain HTTP to other machines it is, with the file's SHA-256,
//     which is known, too.
//   - Large files are sent in parts that survive a crash of this program; see multipart.go.
//   - The checksum travels as x-amz-meta-sha256, so that a file can be told again later.
package s3

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"catalogsync/app/storage"
	"catalogsync/app/storage/stall"
	"catalogsync/models"
)

var (
	_ storage.Backend      = (*Backend)(nil)
	_ storage.Walker       = (*Backend)(nil)
	_ storage.Resumer      = (*Backend)(nil)
	_ storage.PublicLinker = (*Backend)(nil)
)

// Backend is one bucket.
type Backend struct {
	core      *minio.Core
	transport *http.Transport
	bucket    string
	prefix    string // base prefix, which a probe looks at
	publicURL string
	unsigned  bool // bodies are not signed
}

// Bounds of the connections to a server.
const (
	dialTimeout   = 10 * time.Second
	sendTimeout   = time.Minute     // without a byte taken
	answerTimeout = 5 * time.Minute // without a byte of an answer; joining parts takes long
	idleTimeout   = 90 * time.Second
	maxIdle       = 32
	bufferBytes   = 256 << 10
	tries         = 2 // of one request; the job engine tries again with longer pauses
)

// Open connects to the bucket that the settings name; nothing is asked yet.
func Open(_ context.Context, c storage.Config) (storage.Backend, error) {
	if err := Check(c.Settings); err != nil {
		return nil, err
	}
	endpoint, err := url.Parse(c.Settings[optionEndpoint])
	if err != nil {
		return nil, badEndpoint(c.Settings[optionEndpoint])
	}
	b := &Backend{
		bucket: c.Settings[optionBucket], prefix: c.Settings[storage.OptionBasePrefix], publicURL: c.Settings[optionPublicURL],
		unsigned: endpoint.Scheme == "https" || isLoopback(endpoint.Hostname()), transport: newTransport(),
	}
	b.core, err = minio.NewCore(endpoint.Host, &minio.Options{
		Creds: credentials.NewStaticV4(c.Secrets[secretAccessKey], c.Secrets[secretSecretKey], c.Secrets[secretSession]),
		// An empty region is asked for by the library.
		Secure: endpoint.Scheme == "https", Region: c.Settings[optionRegion], Transport: b.transport, MaxRetries: tries,
		BucketLookup: lookups[c.Settings[optionAddressing]],
	})
	if err != nil {
		return nil, models.Invalid(optionEndpoint, models.CodeBadValue, "%q cannot be used as an endpoint", c.Settings[optionEndpoint]).WithCause(err)
	}
	return b, nil
}

func newTransport() *http.Transport {
	dialer := &stall.Dialer{Dialer: net.Dialer{Timeout: dialTimeout}, Send: sendTimeout, Answer: answerTimeout}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: dialTimeout,
		MaxIdleConnsPerHost: maxIdle, IdleConnTimeout: idleTimeout, DisableCompression: true,
		WriteBufferSize: bufferBytes, ReadBufferSize: bufferBytes / 4,
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Capabilities of buckets.
func (b *Backend) Capabilities() storage.Capabilities {
	return storage.Capabilities{TimePrecision: time.Second, Checksums: true}
}

// Close gives the connections back.
func (b *Backend) Close() error {
	b.transport.CloseIdleConnections()
	return nil
}

// PublicURL is where everybody reads an object, "" where no public address is set.
func (b *Backend) PublicURL(key string) string {
	if b.publicURL == "" {
		return ""
	}
	return strings.TrimSuffix(b.publicURL, "/") + "/" + (&url.URL{Path: key}).EscapedPath()
}

// List hands over the objects and folders directly in a folder.
func (b *Backend) List(ctx context.Context, dir string, take func(storage.Entry) error) error {
	return b.list(ctx, dir, false, take)
}

// Walk hands over all objects below a folder, a thousand by request.
func (b *Backend) Walk(ctx context.Context, dir string, take func(storage.Entry) error) error {
	return b.list(ctx, dir, true, take)
}

func (b *Backend) list(ctx context.Context, dir string, recursive bool, take func(storage.Entry) error) error {
	if err := storage.Check(dir); err != nil {
		return err
	}
	prefix := path.Clean(dir) + "/"
	if prefix == "./" {
		prefix = ""
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for o := range b.core.ListObjectsIter(ctx, b.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: recursive}) {
		if o.Err != nil {
			return failure(ctx, "list", dir, o.Err)
		}
		key := strings.TrimSuffix(o.Key, "/")
		if o.Key == prefix || storage.Check(key) != nil || recursive && key != o.Key {
			continue // the mark of a folder, or a key that is no path
		}
		e := storage.NewEntry(key)
		e.Dir = key != o.Key
		if !e.Dir {
			e.Size, e.ModTime, e.ETag = o.Size, o.LastModified, o.ETag
		}
		if err := take(e); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return storage.Interrupted("list", dir, err)
	}
	return nil
}

// Stat tells of an object.
func (b *Backend) Stat(ctx context.Context, key string) (storage.Entry, error) {
	if err := storage.Check(key); err != nil {
		return storage.Entry{}, err
	}
	info, err := b.core.StatObject(ctx, b.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return storage.Entry{}, failure(ctx, "stat", key, err)
	}
	e := storage.NewEntry(key)
	e.Size, e.ModTime, e.ETag, e.SHA256 = info.Size, info.LastModified, info.ETag, info.UserMetadata[metaSHA256]
	return e, nil
}

// Open reads a part of an object.
func (b *Backend) Open(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	if err := storage.Check(key); err != nil {
		return nil, err
	}
	if length == 0 {
		_, err := b.Stat(ctx, key)
		return http.NoBody, err
	}
	var o minio.GetObjectOptions
	if offset > 0 || length > 0 {
		end := int64(0) // to the end
		if length > 0 {
			end = offset + length - 1
		}
		if err := o.SetRange(offset, end); err != nil {
			return nil, models.Invalid("offset", models.CodeBadValue, "no range begins at %d", offset).WithCause(err)
		}
	}
	r, _, _, err := b.core.GetObject(ctx, b.bucket, key, o)
	if err != nil {
		if minio.ToErrorResponse(err).Code == "InvalidRange" { // it begins behind the end
			return http.NoBody, nil
		}
		return nil, failure(ctx, "open", key, err)
	}
	return r, nil
}

// streamPart is the size of the parts of a stream whose length is not known: each is kept
// in memory.
const streamPart = 8 << 20

// Put writes an object by one request, or in parts when its length is not known.
func (b *Backend) Put(ctx context.Context, key string, r io.Reader, o storage.PutOptions) (storage.Entry, error) {
	if err := storage.Check(key); err != nil {
		return storage.Entry{}, err
	}
	if o.Size == 0 {
		r = http.NoBody
	}
	options := b.options(o)
	var info minio.UploadInfo
	var err error
	if o.Size >= 0 {
		info, err = b.core.PutObject(ctx, b.bucket, key, exactly(r, key, o.Size), o.Size, "", b.bodyHash(o), options)
	} else {
		options.PartSize, options.NumThreads = streamPart, 1
		info, err = b.core.Client.PutObject(ctx, b.bucket, key, r, -1, options)
	}
	if err != nil {
		return storage.Entry{}, failure(ctx, "put", key, err)
	}
	e := storage.NewEntry(key)
	e.Size, e.ETag, e.SHA256, e.ModTime = max(o.Size, info.Size), info.ETag, o.SHA256, info.LastModified
	return e, nil
}

// metaSHA256 is the object's own note of its checksum.
const metaSHA256 = "Sha256"

// headerCRC32 lets the server compare what arrived (S3: x-amz-checksum-crc32).
const headerCRC32 = "X-Amz-Checksum-Crc32"

func (b *Backend) options(o storage.PutOptions) minio.PutObjectOptions {
	p := minio.PutObjectOptions{ContentType: o.ContentType, UserMetadata: map[string]string{}, DisableContentSha256: b.unsigned || o.SHA256 != ""}
	if o.SHA256 != "" {
		p.UserMetadata[metaSHA256] = o.SHA256
	}
	if o.CRC32 != nil {
		p.UserMetadata[headerCRC32] = crcText(*o.CRC32)
	}
	if o.OnlyNew {
		p.SetMatchETagExcept("*")
	}
	return p
}

// bodyHash is the checksum that a body is signed with, "" = it is not, or piece by piece.
func (b *Backend) bodyHash(o storage.PutOptions) string {
	if b.unsigned {
		return ""
	}
	return o.SHA256
}

func crcText(crc uint32) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc))
}

// Rename copies and deletes.
func (b *Backend) Rename(ctx context.Context, from, to string) error {
	if err := errors.Join(storage.Check(from), storage.Check(to)); err != nil {
		return err
	}
	_, err := b.core.Client.CopyObject(ctx, minio.CopyDestOptions{Bucket: b.bucket, Object: to}, minio.CopySrcOptions{Bucket: b.bucket, Object: from})
	if err != nil {
		return failure(ctx, "rename", from, err)
	}
	return b.Remove(ctx, from)
}

// Remove takes an object away.
func (b *Backend) Remove(ctx context.Context, key string) error {
	if err := storage.Check(key); err != nil {
		return err
	}
	err := failure(ctx, "remove", key, b.core.RemoveObject(ctx, b.bucket, key, minio.RemoveObjectOptions{}))
	if storage.CodeOf(err) == models.CodeNotFound {
		return nil
	}
	return err
}

// Probe lists one key: the answer tells keys, bucket, region and clock apart, which that of
// a HEAD request, having no body, does not.
func (b *Backend) Probe(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for o := range b.core.ListObjectsIter(ctx, b.bucket, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true, MaxKeys: 1}) {
		return failure(ctx, "probe", "", o.Err)
	}
	return failure(ctx, "probe", "", ctx.Err())
}
