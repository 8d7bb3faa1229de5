package middleware

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

// statusOfClass maps the class of a domain error to the status of its answer.
var statusOfClass = map[models.ErrorClass]int{
	models.ClassInvalid:     fiber.StatusBadRequest,
	models.ClassForbidden:   fiber.StatusForbidden,
	models.ClassNotFound:    fiber.StatusNotFound,
	models.ClassConflict:    fiber.StatusConflict,
	models.ClassUnavailable: fiber.StatusUnprocessableEntity,
	models.ClassTransient:   fiber.StatusServiceUnavailable,
	models.ClassRateLimited: fiber.StatusServiceUnavailable,
	models.ClassRiskControl: fiber.StatusServiceUnavailable,
	models.ClassLocal:       fiber.StatusInternalServerError,
	models.ClassPermanent:   fiber.StatusInternalServerError,
}

// statusOfCode holds the codes that have a status of their own within their class.
var statusOfCode = map[models.Code]int{
	models.CodeBundleExpired: fiber.StatusGone,

	// A storage that refuses is none of this program's faults.
	models.CodeStorageTLS: fiber.StatusUnprocessableEntity, models.CodeStorageAuth: fiber.StatusUnprocessableEntity,
	models.CodeStorageDenied: fiber.StatusUnprocessableEntity, models.CodeStorageReadOnly: fiber.StatusUnprocessableEntity,
	models.CodeStorageRootMissing: fiber.StatusUnprocessableEntity, models.CodeStorageRegion: fiber.StatusUnprocessableEntity,
	models.CodeStorageClock: fiber.StatusUnprocessableEntity, models.CodeStorageFull: fiber.StatusUnprocessableEntity,
	models.CodeStorageKeysMissing: fiber.StatusUnprocessableEntity, models.CodeStorageOdd: fiber.StatusUnprocessableEntity,
}

// StatusOf is the status that pages and API alike answer a domain error with.
func StatusOf(e *models.Error) int {
	if status, ok := statusOfCode[e.Code]; ok {
		return status
	}
	if status, ok := statusOfClass[e.Class]; ok {
		return status
	}
	return fiber.StatusInternalServerError
}

// CodeOfStatus names the refusals of the framework itself.
func CodeOfStatus(status int) models.Code {
	switch status {
	case fiber.StatusNotFound:
		return models.CodeNotFound
	case fiber.StatusRequestEntityTooLarge:
		return models.CodeTooLarge
	}
	return models.CodeBadRequest
}
