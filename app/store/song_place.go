package store

import (
	"slices"

	"catalogsync/models"
)

// idRange asks for at most Limit ids above After and below Before, 0 = no bound, from the
// upper end or, when Ascending, from the lower one.
type idRange struct {
	Above, Below int64
	Ascending    bool
	Limit        int
}

// condition is the range as a condition on a column.
func (r idRange) condition(column string) (sql string, args []any) {
	sql = "1 = 1" // a lone number would be taken for a primary key
	if r.Above > 0 {
		sql, args = sql+" AND "+column+" > ?", append(args, r.Above)
	}
	if r.Below > 0 {
		sql, args = sql+" AND "+column+" < ?", append(args, r.Below)
	}
	return sql, args
}

// order is the direction of the range.
func (r idRange) order() string {
	if r.Ascending {
		return "ASC"
	}
	return "DESC"
}

// pageOfIDs asks for the ids of one page, descending, and tells what stands around it. ask
// gives them in the order of the range.
func pageOfIDs(place models.Place, size int, found *models.Found, ask func(idRange) ([]int64, error)) ([]int64, error) {
	r := idRange{Above: place.Before, Below: place.After, Limit: size + 1, Ascending: place.Before > 0 || place.Last}
	ids, err := ask(r)
	if err != nil {
		return nil, err
	}
	more := len(ids) > size
	ids = ids[:min(len(ids), size)]
	if r.Ascending {
		slices.Reverse(ids)
		found.Earlier, found.Later = more, place.Before > 0
	} else {
		found.Earlier, found.Later = place.After > 0, more
	}
	return ids, nil
}

// within picks the ids of a range from a descending list.
func (r idRange) within(list []int64) []int64 {
	var ids []int64
	for _, id := range list {
		if (r.Above == 0 || id > r.Above) && (r.Below == 0 || id < r.Below) {
			ids = append(ids, id)
		}
	}
	if r.Ascending {
		slices.Reverse(ids)
	}
	return ids[:min(len(ids), r.Limit)]
}
