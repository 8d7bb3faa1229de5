package forms

// Bulk is an action on selected playlists. No selection at all is the use case's to
// refuse, so that web and API say the same.
type Bulk struct {
	IDs    []int64
	Wanted bool
	// Available takes what is there instead of waiting for what is missing.
	Available bool
	Packing
}

// NewBulk reads a bulk action.
func NewBulk(v Values) (b Bulk, err error) {
	if err = v.onlyKnown("ids", "wanted", "available", "layout", "split"); err != nil {
		return b, err
	}
	if b.IDs, err = IDs(v, "ids"); err != nil {
		return b, err
	}
	if b.Wanted, err = v.boolean("wanted"); err != nil {
		return b, err
	}
	if b.Available, err = v.boolean("available"); err != nil {
		return b, err
	}
	return b, b.Packing.read(v)
}

// Offer names an export that waits for jobs.
type Offer struct {
	Playlists, Jobs []int64
	Packing
}

// maxOffer bounds the jobs that an offer may ask after.
const maxOffer = 50

// NewOffer reads an offer.
func NewOffer(v Values) (o Offer, err error) {
	if err = v.onlyKnown("playlists", "jobs", "layout", "split"); err != nil {
		return o, err
	}
	if err = o.Packing.read(v); err != nil {
		return o, err
	}
	if o.Playlists, err = IDs(v, "playlists"); err != nil {
		return o, err
	}
	if o.Jobs, err = IDs(v, "jobs"); err != nil {
		return o, err
	}
	if len(o.Jobs) > maxOffer {
		o.Jobs = o.Jobs[:maxOffer]
	}
	return o, nil
}
