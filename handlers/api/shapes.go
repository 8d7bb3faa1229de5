package api

import (
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

// instant is Unix milliseconds, written as RFC 3339 in UTC, null for never.
type instant int64

// MarshalJSON writes the instant.
func (i instant) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(time.UnixMilli(int64(i)).UTC())
}

// listJSON is one page of a list.
type listJSON[T any] struct {
	Items    []T   `json:"items"`
	Page     int   `json:"page"`
	PageSize int   `json:"page_size"`
	Pages    int   `json:"pages"`
	Total    int64 `json:"total"`
}

// pageOf is the page of rows, each in its shape.
func pageOf[R, T any](page models.Page, total int64, rows []R, shape func(R) T) listJSON[T] {
	return listJSON[T]{Items: each(rows, shape), Page: page.Number, PageSize: page.Size, Pages: page.Pages(total), Total: total}
}

// itemsJSON is a list that is told whole.
type itemsJSON[T any] struct {
	Items []T `json:"items"`
}

func itemsOf[R, T any](rows []R, shape func(R) T) itemsJSON[T] {
	return itemsJSON[T]{each(rows, shape)}
}

// each shapes rows; an empty list is [], never null.
func each[R, T any](rows []R, shape func(R) T) []T {
	items := make([]T, len(rows))
	for i, r := range rows {
		items[i] = shape(r)
	}
	return items
}

// faultJSON is an error that a row remembers; absent when there is none.
type faultJSON struct {
	Code models.Code `json:"code"`
	Text string      `json:"text,omitempty"`
}

func faultOf(code models.Code, text string) *faultJSON {
	if code == "" && text == "" {
		return nil
	}
	return &faultJSON{Code: code, Text: text}
}

// rawOf is JSON kept in a row, null when it is empty or damaged.
func rawOf(text string) json.RawMessage {
	if !json.Valid([]byte(text)) {
		return json.RawMessage("null")
	}
	return json.RawMessage(text)
}

// statusOfJobs is 202 when work was queued, else 200.
func statusOfJobs(runs ...*models.JobRun) int {
	for _, r := range runs {
		if r != nil {
			return fiber.StatusAccepted
		}
	}
	return fiber.StatusOK
}
