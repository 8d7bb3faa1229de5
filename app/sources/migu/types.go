package migu

// songRow is a song in a search answer. Rights hints (showTags, restrictType, …) are left
// out: they are no verdict, the stream call is.
type songRow struct {
	SongID       text            `json:"songId"`
	ContentID    text            `json:"contentId"`
	CopyrightID  text            `json:"copyrightId"`
	Name         text            `json:"songName"`
	Singers      []named         `json:"singerList"`
	Album        text            `json:"album"`
	Duration     number          `json:"duration"` // seconds
	Img1         text            `json:"img1"`     // growing size, often a path alone
	Img2         text            `json:"img2"`
	Img3         text            `json:"img3"`
	AudioFormats []audioFormat   `json:"audioFormats"`
	Ext          *lyricAddresses `json:"ext"`
}

type named struct {
	Name text `json:"name"`
}

// audioFormat is one announced quality; it promises no stream. Sizes are of the file for
// Android and of that for iOS, either may be missing.
type audioFormat struct {
	FormatType text   `json:"formatType"`
	ASize      number `json:"asize"`
	ISize      number `json:"isize"`
}

// lyricAddresses lead to plain LRC. The obfuscated word timing (mrcUrl) is left out.
type lyricAddresses struct {
	LrcURL text `json:"lrcUrl"`
	TrcURL text `json:"trcUrl"` // the translation
}

// detailRow is a song in a detail answer.
type detailRow struct {
	ContentID   text `json:"contentId"`
	CopyrightID text `json:"copyrightId"`
	lyricAddresses
}

// grant is the answer to a request for a stream. That of a refused song may hold an
// address too, of a preview.
type grant struct {
	URL        text `json:"url"`
	FormatType text `json:"audioFormatType"` // what is served, whatever was asked for
	CannotCode text `json:"cannotCode"`
	// Preview window; set and not 0 = only a preview.
	AuditionStart  number `json:"auditionsStartTime"`
	AuditionLength number `json:"auditionsLength"`
	Dialog         *struct {
		PayText text `json:"payCompleteText"` // of the button that sells a membership
	} `json:"dialogInfo"`
}
