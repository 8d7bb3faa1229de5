package s3

import (
	"context"
	"crypto/md5" //nolint:gosec // S3 tells parts apart by it where it knows no better checksum
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"

	"github.com/minio/minio-go/v7"

	"catalogsync/app/storage"
	"catalogsync/models"
)

// Sizes of uploads in parts. S3 takes at most 10,000 parts, each of at least 5 MiB but the
// last ("Multipart upload limits"). What is below partsFrom is sent by one request: losing
// that much to a crash costs little, and servers join parts by writing them once more.
const (
	partsFrom = 32 << 20
	partBytes = 16 << 20
	maxParts  = 10_000
)

// partSize is the size of a file's parts; it depends on nothing else, so that a later try
// cuts the file at the same places.
func partSize(size int64) int64 {
	n := int64(partBytes)
	for size > n*maxParts {
		n *= 2
	}
	return n
}

// PutFile writes an object, a large one in parts that a later try finds again.
func (b *Backend) PutFile(ctx context.Context, key string, src io.ReaderAt, o storage.PutOptions, r storage.Resume) (storage.Entry, error) {
	if err := storage.Check(key); err != nil {
		return storage.Entry{}, err
	}
	if o.Size <= partsFrom {
		return b.putSmall(ctx, key, src, o, r)
	}
	u := &upload{b: b, key: key, src: src, o: o, r: r, token: r.Token, size: partSize(o.Size)}
	err := u.run(ctx)
	if storage.CodeOf(err) == models.CodeChecksumMismatch {
		err = errors.Join(err, b.Forget(ctx, key, u.token)) // its parts are of no use
	}
	if err != nil {
		return storage.Entry{}, err
	}
	e := storage.NewEntry(key)
	e.Size, e.SHA256, e.ETag = o.Size, o.SHA256, u.etag
	return e, nil
}

// putSmall sends by one request; parts of an earlier try, when the file was larger, go.
func (b *Backend) putSmall(ctx context.Context, key string, src io.ReaderAt, o storage.PutOptions, r storage.Resume) (storage.Entry, error) {
	if r.Token != "" {
		if err := b.Forget(ctx, key, r.Token); err != nil {
			return storage.Entry{}, err
		}
	}
	e, err := b.Put(ctx, key, io.NewSectionReader(src, 0, o.Size), o)
	if err == nil && r.Done != nil {
		r.Done(o.Size)
	}
	return e, err
}

// Forget frees the parts of an interrupted try.
func (b *Backend) Forget(ctx context.Context, key, token string) error {
	if token == "" {
		return nil
	}
	err := failure(ctx, "forget", key, b.core.AbortMultipartUpload(ctx, b.bucket, key, token))
	if storage.CodeOf(err) == models.CodeNotFound {
		return nil
	}
	return err
}

// upload is one try to send a file in parts.
type upload struct {
	b     *Backend
	key   string
	src   io.ReaderAt
	o     storage.PutOptions
	r     storage.Resume
	token string
	size  int64 // of a part
	etag  string

	there map[int]minio.ObjectPart // parts of an earlier try
	parts []minio.CompletePart
	crc   uint32 // of all parts so far
}

// run sends what is not there yet, and joins.
func (u *upload) run(ctx context.Context) error {
	if err := u.begin(ctx); err != nil {
		return err
	}
	for offset, n := int64(0), 1; offset < u.o.Size; offset, n = offset+u.size, n+1 {
		part := io.NewSectionReader(u.src, offset, min(u.size, u.o.Size-offset))
		if err := u.send(ctx, n, part); err != nil {
			return err
		}
		if u.r.Done != nil {
			u.r.Done(offset + part.Size())
		}
	}
	if u.o.CRC32 != nil && u.crc != *u.o.CRC32 {
		return &storage.Error{Code: models.CodeChecksumMismatch, Op: "put", Path: u.key, Answer: "the file is not what it was"}
	}
	return u.join(ctx)
}

// begin goes on with the earlier try, or begins a new one and tells its token before
// anything is sent.
func (u *upload) begin(ctx context.Context) error {
	err := u.look(ctx)
	if storage.CodeOf(err) == models.CodeNotFound {
		u.token = "" // the server forgot it
	} else if err != nil {
		return err
	}
	if u.token == "" {
		options := u.b.options(u.o)
		delete(options.UserMetadata, headerCRC32)
		options.UserMetadata["X-Amz-Checksum-Algorithm"], options.UserMetadata["X-Amz-Checksum-Type"] = "CRC32", "FULL_OBJECT"
		token, err := u.b.core.NewMultipartUpload(ctx, u.b.bucket, u.key, options)
		if err != nil {
			return failure(ctx, "put", u.key, err)
		}
		u.token = token
	}
	if u.r.Begun == nil {
		return nil
	}
	if err := u.r.Begun(u.token); err != nil {
		return fmt.Errorf("keep the token of %s: %w", u.key, err)
	}
	return nil
}

// look reads which parts of an earlier try are there.
func (u *upload) look(ctx context.Context) error {
	u.there = map[int]minio.ObjectPart{}
	if u.token == "" {
		return nil
	}
	for marker := 0; ; {
		if err := ctx.Err(); err != nil {
			return storage.Interrupted("put", u.key, err)
		}
		page, err := u.b.core.ListObjectParts(ctx, u.b.bucket, u.key, u.token, marker, 1000)
		if err != nil {
			return failure(ctx, "put", u.key, err)
		}
		for _, p := range page.ObjectParts {
			u.there[p.PartNumber] = p
		}
		if !page.IsTruncated || page.NextPartNumberMarker <= marker {
			return nil
		}
		marker = page.NextPartNumberMarker
	}
}

// send sends a part unless the same bytes are there already.
func (u *upload) send(ctx context.Context, n int, part *io.SectionReader) error {
	crc, sum, err := u.hash(ctx, part, u.there[n])
	if err != nil {
		return err
	}
	text := crcText(crc)
	if p, ok := u.there[n]; ok && p.Size == part.Size() && (p.ChecksumCRC32 == text || p.ChecksumCRC32 == "" && p.ETag == sum) {
		u.parts = append(u.parts, minio.CompletePart{PartNumber: n, ETag: p.ETag, ChecksumCRC32: text})
		return nil
	}
	options := minio.PutObjectPartOptions{DisableContentSha256: u.b.unsigned, CustomHeader: http.Header{headerCRC32: {text}}}
	p, err := u.b.core.PutObjectPart(ctx, u.b.bucket, u.key, u.token, n, exactly(part, u.key, part.Size()), part.Size(), options)
	if err != nil {
		return failure(ctx, "put", u.key, err)
	}
	u.parts = append(u.parts, minio.CompletePart{PartNumber: n, ETag: p.ETag, ChecksumCRC32: text})
	return nil
}

// hash reads a part and adds it to the checksum of the whole; sum is its MD5 where nothing
// else tells whether the part that is there is the same.
func (u *upload) hash(ctx context.Context, part *io.SectionReader, there minio.ObjectPart) (crc uint32, sum string, err error) {
	own := crc32.NewIEEE()
	into := io.Writer(own)
	old := md5.New() //nolint:gosec // as above
	if there.PartNumber > 0 && there.ChecksumCRC32 == "" {
		into = io.MultiWriter(own, old)
	}
	buffer := make([]byte, bufferBytes)
	for {
		n, err := part.Read(buffer)
		u.crc = crc32.Update(u.crc, crc32.IEEETable, buffer[:n])
		if _, err := into.Write(buffer[:n]); err != nil {
			return 0, "", err
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			if ctx.Err() != nil {
				return 0, "", storage.Interrupted("put", u.key, ctx.Err())
			}
			return 0, "", fmt.Errorf("read %s: %w", u.key, err)
		}
	}
	_, err = part.Seek(0, io.SeekStart)
	return own.Sum32(), hex.EncodeToString(old.Sum(nil)), err
}

// join makes the object of its parts. The server compares the whole with its checksum.
func (u *upload) join(ctx context.Context) error {
	options := minio.PutObjectOptions{UserMetadata: map[string]string{"X-Amz-Checksum-Type": "FULL_OBJECT", headerCRC32: crcText(u.crc)}}
	if u.o.OnlyNew {
		options.SetMatchETagExcept("*")
	}
	info, err := u.b.core.CompleteMultipartUpload(ctx, u.b.bucket, u.key, u.token, u.parts, options)
	if err != nil {
		return failure(ctx, "put", u.key, err)
	}
	u.etag = info.ETag
	return nil
}
