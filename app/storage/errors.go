package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"catalogsync/models"
)

// Error is what went wrong at a storage. Code is one of the storage codes of models, or
// models.CodeNotFound, CodeNameTaken, CodeChecksumMismatch, CodeTimeout, CodeInterrupted.
type Error struct {
	Code models.Code
	Op   string // list, stat, open, put, rename, remove, probe
	Path string
	// RetryAfter is the storage's own wish, 0 = none.
	RetryAfter time.Duration
	// Answer is what the storage said, cut to a line; never a secret.
	Answer string
	Cause  error
}

// Error gives operation, path, code and the storage's own words.
func (e *Error) Error() string {
	s := e.Op
	if e.Path != "" && e.Path != Root {
		s += " " + clip(e.Path)
	}
	s += ": " + string(e.Code)
	if e.Answer != "" {
		s += " (" + e.Answer + ")"
	}
	if e.Cause != nil && e.Answer == "" {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// Is lets errors.Is compare with the errors of io/fs.
func (e *Error) Is(target error) bool {
	switch target {
	case fs.ErrNotExist:
		return e.Code == models.CodeNotFound
	case fs.ErrExist:
		return e.Code == models.CodeNameTaken
	case fs.ErrPermission:
		return e.Code == models.CodeStorageDenied || e.Code == models.CodeStorageReadOnly
	}
	return false
}

// CodeOf tells what is wrong: the code of the first *Error or domain error in the chain.
func CodeOf(err error) models.Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return models.CodeOf(err)
}

// Unreachable says that a storage did not answer: what was connected to it is no good any
// more, and the same call may work later.
func Unreachable(err error) bool {
	switch CodeOf(err) {
	case models.CodeStorageUnreachable, models.CodeTimeout:
		return true
	}
	return false
}

// Interrupted makes the error of a call whose context ended.
func Interrupted(op, path string, cause error) *Error {
	code := models.CodeInterrupted
	if errors.Is(cause, context.DeadlineExceeded) {
		code = models.CodeTimeout
	}
	return &Error{Code: code, Op: op, Path: path, Cause: cause}
}

// explanation is the class of a code and what to do about it; %s is the storage's name.
type explanation struct {
	class models.ErrorClass
	text  string
}

var explanations = map[models.Code]explanation{
	models.CodeStorageUnreachable: {models.ClassTransient, "storage %s does not answer; check its address and that it runs"},
	models.CodeTimeout:            {models.ClassTransient, "storage %s took too long to answer"},
	models.CodeStorageBusy:        {models.ClassRateLimited, "storage %s asks for slower requests"},
	models.CodeStorageTLS:         {models.ClassLocal, "storage %s has no certificate that this machine trusts, or speaks no TLS at that address; check http or https in the endpoint"},
	models.CodeStorageAuth:        {models.ClassLocal, "storage %s refuses the keys; check access key and secret key"},
	models.CodeStorageDenied:      {models.ClassLocal, "the keys of storage %s may not do this; give them read, write and delete"},
	models.CodeStorageReadOnly:    {models.ClassLocal, "storage %s can be read and not written; let the keys write, or choose another one"},
	models.CodeStorageRootMissing: {models.ClassLocal, "the bucket or folder of storage %s does not exist; make it first, or correct its name"},
	models.CodeStorageRegion:      {models.ClassLocal, "storage %s is in another region than the one that is set"},
	models.CodeStorageClock:       {models.ClassLocal, "the clocks of storage %s and of this machine differ too much; set this machine's clock"},
	models.CodeStorageFull:        {models.ClassLocal, "storage %s is full"},
	models.CodeStorageKeysMissing: {models.ClassLocal, "there are no keys for storage %s"},
	models.CodeStorageDisabled:    {models.ClassConflict, "storage %s is switched off; switch it on first"},
	models.CodeNotFound:           {models.ClassNotFound, "that file is not on storage %s"},
	models.CodeNameTaken:          {models.ClassConflict, "a file of that name is on storage %s already"},
	models.CodeChecksumMismatch:   {models.ClassTransient, "what arrived at storage %s is not what was sent"},
	models.CodeInterrupted:        {models.ClassTransient, "the work on storage %s was stopped"},
	models.CodeStorageOdd:         {models.ClassPermanent, "storage %s gave an answer that is not understood"},
}

// Explain makes the domain error of err, which names the storage and says what to do. An
// error that is a domain error already stays as it is.
func Explain(name string, err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		if _, is := errors.AsType[*models.Error](err); is {
			return err
		}
		e = &Error{Code: models.CodeStorageOdd, Cause: err}
	}
	x, ok := explanations[e.Code]
	if !ok {
		x = explanations[models.CodeStorageOdd]
	}
	d := models.NewError(x.class, e.Code, x.text, name)
	d.RetryAfter, d.Excerpt, d.Cause = e.RetryAfter, e.Answer, err
	d.Params = map[string]any{"Storage": name}
	if d.Excerpt != "" {
		d.Cause = fmt.Errorf("%s %s", e.Op, clip(e.Path)) // the answer is told already
	}
	return d
}
