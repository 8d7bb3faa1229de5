package views

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

// Why a fetch was not believed is said in the reader's language, from the numbers that are
// stored as well as from the sentence that older programs stored.
func TestHeldNotesAreInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	en, zh := texts.Printer("en"), texts.Printer("zh")
	for _, c := range []struct {
		doubt models.Doubt
		zh    string
	}{
		{models.Doubt{Rule: models.DoubtNoneRead, Songs: 1200}, "1,200 首歌曲均无法读取，平台的返回格式可能已改变"},
		{models.Doubt{Rule: models.DoubtNoneShown}, "平台突然不再列出歌曲，已知歌曲予以保留"},
		{models.Doubt{Rule: models.DoubtUnreadable, Count: 3}, "3 个条目无法读取，未移除任何歌曲"},
		{models.Doubt{Rule: models.DoubtUndescribed, Count: 9, Songs: 40}, "40 首中有 9 首缺少说明，未移除任何歌曲"},
		{models.Doubt{Rule: models.DoubtShort, Count: 12, Songs: 40}, "40 首中只返回了 12 首，未移除任何歌曲"},
		{models.Doubt{Rule: models.DoubtLoss, Count: 8, Songs: 20}, "20 首中有 8 首突然消失，在您决定之前予以保留"},
		{models.Doubt{Rule: models.DoubtExchange, Count: 8, Songs: 20, Came: 5}, "20 首中有 8 首突然消失，另有 5 首新出现；消失的歌曲在您决定之前予以保留"},
	} {
		require.Equal(t, c.zh, HeldNote(zh, models.HeldChange{Doubt: c.doubt, Note: "not read"}))
		require.Equal(t, c.zh, HeldNote(zh, models.HeldChange{Note: c.doubt.String()}), "a row without numbers")
		if c.doubt.Songs < 1000 {
			require.Equal(t, c.doubt.String(), HeldNote(en, models.HeldChange{Doubt: c.doubt}))
		}
	}
	require.Equal(t, "a sentence of tomorrow", HeldNote(zh, models.HeldChange{Doubt: models.Doubt{Rule: "new"}, Note: "a sentence of tomorrow"}))
	require.Empty(t, HeldNote(zh, models.HeldChange{}))
}
