package forms

import (
	"strconv"

	"catalogsync/models"
)

// Logs reads the filters of the log of all jobs. sources are the known ones.
func Logs(v Values, sources []string, limit int) (f models.LogFilter, err error) {
	if err = v.onlyKnown("level", "source", "job", "text", "before"); err != nil {
		return f, err
	}
	f.Limit = limit
	if f.Level, err = oneOf(v, "level", models.LogLevels); err != nil {
		return f, err
	}
	if f.Source, err = oneOf(v, "source", sources); err != nil {
		return f, err
	}
	if f.Text = v.get("text"); len([]rune(f.Text)) > maxKeyword {
		return f, badValue("text", f.Text, "at most "+strconv.Itoa(maxKeyword)+" characters")
	}
	if f.JobID, err = v.id("job"); err != nil {
		return f, err
	}
	f.Before, err = v.id("before")
	return f, err
}

// id reads the number of a row; empty gives 0.
func (v Values) id(name string) (int64, error) {
	text := v.get(name)
	if text == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		e := badValue(name, text, "a number from 1")
		e.Params["Want"] = "1, 2, 3, …"
		return 0, e
	}
	return id, nil
}
