package models

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// DoubtRule says by what a fetch of a playlist is not believed.
type DoubtRule string

const (
	DoubtNoneRead    DoubtRule = "none_read"    // none of Songs could be read
	DoubtNoneShown   DoubtRule = "none_shown"   // the list is suddenly empty
	DoubtUnreadable  DoubtRule = "some_unread"  // Count entries could not be read
	DoubtUndescribed DoubtRule = "undescribed"  // of Count of Songs only the id came
	DoubtShort       DoubtRule = "some_came"    // only Count of Songs came
	DoubtLoss        DoubtRule = "sudden_loss"  // Count of Songs are suddenly gone
	DoubtExchange    DoubtRule = "sudden_other" // the same, and Came others came
)

// Doubt is why a fetch was not believed, in numbers, so that it can be said in any language.
// The zero value is no doubt.
type Doubt struct {
	Rule  DoubtRule `json:"rule"`
	Count int       `json:"count,omitempty"`
	Songs int       `json:"songs,omitempty"`
	Came  int       `json:"came,omitempty"`
}

// String is the plain English sentence for logs and the command line.
func (d Doubt) String() string {
	switch d.Rule {
	case DoubtNoneRead:
		return fmt.Sprintf("none of %d songs could be read; the platform may have changed its answers", d.Songs)
	case DoubtNoneShown:
		return "the platform suddenly shows no songs; those known are kept"
	case DoubtUnreadable:
		return fmt.Sprintf("%d entries could not be read; nothing is removed", d.Count)
	case DoubtUndescribed:
		return fmt.Sprintf("%d of %d songs are not described; nothing is removed", d.Count, d.Songs)
	case DoubtShort:
		return fmt.Sprintf("%d of %d songs came; nothing is removed", d.Count, d.Songs)
	case DoubtLoss:
		return fmt.Sprintf("%d of %d songs are suddenly gone; they are kept until you decide", d.Count, d.Songs)
	case DoubtExchange:
		return fmt.Sprintf("%d of %d songs are suddenly gone and %d others came; those that are gone are kept until you decide", d.Count, d.Songs, d.Came)
	}
	return ""
}

// Value is the column's text, "" for no doubt.
func (d Doubt) Value() (driver.Value, error) {
	if d.Rule == "" {
		return "", nil
	}
	text, err := json.Marshal(d)
	return string(text), err
}

// Scan reads the column.
func (d *Doubt) Scan(value any) error {
	*d = Doubt{}
	text, _ := value.(string)
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), d); err != nil {
		return fmt.Errorf("read a doubt: %w", err)
	}
	return nil
}
