package app

import (
	"context"
	"fmt"
	"io"

	"catalogsync/app/sources"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

// coversFolder is where the covers of playlists are kept, beside the database.
const coversFolder = "covers"

// maxPictureBytes bounds a picture that is fetched.
const maxPictureBytes = 5 << 20

// pictures gets pictures from the platforms' image servers, by the clients of the sources.
type pictures struct{ sources *sources.Registry }

// FetchPicture gets the picture at an address that a platform told.
func (p pictures) FetchPicture(ctx context.Context, platform, address string) ([]byte, string, error) {
	opener, ok := sources.Role[sources.Opener](p.sources, platform)
	if !ok {
		return nil, "", models.NotFound("the source %s is not in use", platform)
	}
	body, err := opener.Open(ctx, sources.Stream{URL: address}, 0, "")
	if err != nil {
		return nil, "", err
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, maxPictureBytes+1))
	if err != nil {
		return nil, "", fmt.Errorf("read picture: %w", err)
	}
	if len(data) > maxPictureBytes {
		return nil, "", models.NewError(models.ClassUnavailable, models.CodeTooLarge, "the picture is larger than %d bytes", maxPictureBytes)
	}
	picture, err := tagging.ParsePicture(data)
	if err != nil {
		return nil, "", models.NewError(models.ClassUnavailable, models.CodeNotPicture, "the picture cannot be used: %s", err)
	}
	if picture.Format == "jpeg" {
		return data, "jpg", nil
	}
	return data, picture.Format, nil
}
