package models

import (
	"errors"
	"fmt"
	"time"
)

// ErrorClass says what may be done about an error. One policy table in package
// jobs turns class and attempt number into retry, wait, skip, fail or pause.
type ErrorClass string

const (
	// ClassTransient: likely gone when tried again (timeouts, 5xx, cut bodies).
	ClassTransient ErrorClass = "transient"
	// ClassRateLimited: the upstream asked for slower requests (429, 操作频繁).
	ClassRateLimited ErrorClass = "rate_limited"
	// ClassRiskControl: the upstream blocks this caller (captcha, -460, HTML page).
	ClassRiskControl ErrorClass = "risk_control"
	// ClassUnavailable: the source does not serve this to this caller (paid, gone, preview only).
	ClassUnavailable ErrorClass = "unavailable"
	// ClassPermanent: trying again cannot help (bad parameter, unreadable answer shape).
	ClassPermanent ErrorClass = "permanent"
	// ClassLocal: this machine is the cause (disk full, permission, library gone).
	ClassLocal ErrorClass = "local"
	// ClassInvalid: the caller's input is wrong; the web answers 4xx, the CLI exit code 2.
	ClassInvalid ErrorClass = "invalid"
	// ClassNotFound: what was asked for does not exist.
	ClassNotFound ErrorClass = "not_found"
	// ClassConflict: refused in the present state; try again when it changed.
	ClassConflict ErrorClass = "conflict"
	// ClassForbidden: the caller may not do this from where it is; the web answers 403.
	ClassForbidden ErrorClass = "forbidden"
)

// Code is a stable error code, one vocabulary for API, console, CLI and logs.
// The console shows the message "error.<code>" of the reader's language.
type Code string

const (
	CodeInternal           Code = "internal"
	CodeBadRequest         Code = "bad_request"
	CodeUnknownField       Code = "unknown_field"
	CodeBadValue           Code = "bad_value"
	CodeUnknownSource      Code = "unknown_source"
	CodeBadURL             Code = "bad_url"
	CodeNotFound           Code = "not_found"
	CodeJobFinished        Code = "job_finished"
	CodeNotAllowed         Code = "not_allowed_in_state"
	CodeNothingSelected    Code = "nothing_selected"
	CodeNetwork            Code = "network"
	CodeTimeout            Code = "timeout"
	CodeUpstreamStatus     Code = "upstream_status"
	CodeUpstreamShape      Code = "upstream_shape"
	CodeUpstreamHTML       Code = "upstream_html"
	CodeUpstreamEmpty      Code = "upstream_empty"
	CodeTooLarge           Code = "too_large"
	CodeForbiddenAddress   Code = "forbidden_address"
	CodeForbiddenHost      Code = "forbidden_host"
	CodeForbiddenOrigin    Code = "forbidden_origin"
	CodeRateLimited        Code = "rate_limited"
	CodeRiskControl        Code = "risk_control"
	CodeCircuitOpen        Code = "circuit_open"
	CodeLoginRequired      Code = "login_required"
	CodeLoginRefused       Code = "login_refused"
	CodeNotPermitted       Code = "not_permitted"
	CodePlaylistPrivate    Code = "playlist_private"
	CodePlaylistGone       Code = "playlist_gone"
	CodePaid               Code = "paid"
	CodeWithdrawn          Code = "withdrawn"
	CodePreviewOnly        Code = "preview_only"
	CodeStreamOnly         Code = "stream_only"
	CodeProtected          Code = "protected_container"
	CodePartOfFile         Code = "part_of_file"
	CodeNoMatch            Code = "no_match"
	CodeNoSource           Code = "no_source"
	CodeNotMusic           Code = "not_music"
	CodeNothingChosen      Code = "nothing_chosen"
	CodeLengthMismatch     Code = "length_mismatch"
	CodeChecksumMismatch   Code = "checksum_mismatch"
	CodeNotAudio           Code = "not_audio"
	CodeDurationMismatch   Code = "duration_mismatch"
	CodeStalled            Code = "stalled"
	CodeDiskFull           Code = "disk_full"
	CodeLibraryUnwritable  Code = "library_unwritable"
	CodeDatabase           Code = "database"
	CodeDatabaseNewer      Code = "database_newer"
	CodeDatabaseDamaged    Code = "database_damaged"
	CodeInstanceLocked     Code = "instance_locked"
	CodePortInUse          Code = "port_in_use"
	CodeNotLoopback        Code = "not_loopback"
	CodePanic              Code = "panic"
	CodeItemTimeout        Code = "item_timeout"
	CodeInterrupted        Code = "interrupted"
	CodeExportNotReady     Code = "export_not_ready"
	CodeExportChanged      Code = "export_file_changed"
	CodeExportEmpty        Code = "export_empty"
	CodeBundleExpired      Code = "bundle_expired"
	CodeBadCron            Code = "bad_cron"
	CodeScheduleRunning    Code = "schedule_running"
	CodeNameTaken          Code = "name_taken"
	CodeBadSetting         Code = "bad_setting"
	CodeBadLayout          Code = "bad_layout"
	CodeSettingsChanged    Code = "settings_changed"
	CodeReplayUnconfirmed  Code = "replay_unconfirmed"
	CodeNothingToRollBack  Code = "nothing_to_roll_back"
	CodeSourceNotInUse     Code = "source_not_in_use"
	CodeSettingsUnwritable Code = "settings_unwritable"
	CodeTooManyStreams     Code = "too_many_streams"
	CodeNobodyToTell       Code = "nobody_to_tell"
	CodeBackupDamaged      Code = "backup_damaged"
	CodeBackupUnwritable   Code = "backup_unwritable"
	CodeHeldLoss           Code = "held_loss"
	CodeHeldChanged        Code = "held_changed"
	CodeNotInThisBuild     Code = "not_in_this_build"
	CodeJobsRunning        Code = "jobs_running"
	CodeMergedAlready      Code = "merged_already"
	CodeNotMerged          Code = "not_merged"
	CodeNoSharedFile       Code = "no_shared_file"

	// What is wrong with a storage, each with a sentence of its own.
	CodeStorageUnreachable Code = "storage_unreachable"
	CodeStorageTLS         Code = "storage_tls"
	CodeStorageAuth        Code = "storage_auth"
	CodeStorageDenied      Code = "storage_denied"
	CodeStorageReadOnly    Code = "storage_read_only"
	CodeStorageRootMissing Code = "storage_root_missing"
	CodeStorageRegion      Code = "storage_region"
	CodeStorageClock       Code = "storage_clock"
	CodeStorageFull        Code = "storage_full"
	CodeStorageBusy        Code = "storage_busy"
	CodeStorageOdd         Code = "storage_odd_answer"
	CodeStorageKeysMissing Code = "storage_keys_missing"
	CodeStorageDisabled    Code = "storage_disabled"
	CodeStorageInUse       Code = "storage_in_use"
	CodeNoStorage          Code = "no_storage"
	CodeSourceFileGone     Code = "source_file_gone"
)

// Error is a domain error: what went wrong, in which class, and what to do next.
// Everything that carries no Error in its chain is internal: logged whole, shown
// as a short sentence.
type Error struct {
	Class ErrorClass
	Code  Code
	// Message is one plain English sentence for logs and the CLI, with the next step.
	Message string
	// Field names the offending input (query parameter, flag, line), if any.
	Field string
	// Source and Endpoint name the upstream, if any; Excerpt is the start of what it
	// answered, at most 200 characters.
	Source, Endpoint, Excerpt string
	// RetryAfter is the upstream's own wish, 0 when it gave none.
	RetryAfter time.Duration
	// Params fills the placeholders of the translated message.
	Params map[string]any
	Cause  error
}

// Error gives message, then source, endpoint, excerpt and cause where known.
func (e *Error) Error() string {
	s := e.Message
	if e.Source != "" {
		s = fmt.Sprintf("%s: %s", e.Source, s)
	}
	if e.Endpoint != "" {
		s = fmt.Sprintf("%s (%s)", s, e.Endpoint)
	}
	if e.Excerpt != "" {
		s = fmt.Sprintf("%s: %q", s, e.Excerpt)
	}
	if e.Cause != nil {
		s = fmt.Sprintf("%s: %v", s, e.Cause)
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// NewError makes a domain error with a formatted message.
func NewError(class ErrorClass, code Code, format string, args ...any) *Error {
	return &Error{Class: class, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Invalid makes the error of one bad input field.
func Invalid(field string, code Code, format string, args ...any) *Error {
	e := NewError(ClassInvalid, code, format, args...)
	e.Field = field
	return e
}

// NotFound makes the error of a thing that does not exist.
func NotFound(format string, args ...any) *Error {
	return NewError(ClassNotFound, CodeNotFound, format, args...)
}

// WithCause is e with its cause set.
func (e *Error) WithCause(err error) *Error { e.Cause = err; return e }

// ClassOf is the class of the first domain error in err's chain, or
// ClassPermanent when there is none.
func ClassOf(err error) ErrorClass {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class
	}
	return ClassPermanent
}

// CodeOf is the code of the first domain error in err's chain, or CodeInternal.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
