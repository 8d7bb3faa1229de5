package qq

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"catalogsync/models"
)

// A platform that plainly lists no chart is an answer, as an empty square is; lists that
// cannot be read are not mistaken for it.
func TestNoChartsAtAllIsAnAnswer(t *testing.T) {
	t.Parallel()
	page, err := readToplists(gjson.Parse(`{"group":[{"groupName":"巅峰榜","toplist":[]},{"groupName":"地区榜","toplist":[]}]}`))
	require.NoError(t, err)
	require.Empty(t, page.Playlists)
	for _, data := range []string{
		`{}`, `{"group":[]}`, `{"group":[{}]}`, `{"group":[{"toplist":"x"}]}`, `{"group":[{"toplist":[{"title":"no number"}]}]}`,
	} {
		_, err := readToplists(gjson.Parse(data))
		require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err), data)
	}
}
