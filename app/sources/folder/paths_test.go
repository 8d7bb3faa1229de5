package folder

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPathsNameFoldersAndStorages(t *testing.T) {
	t.Parallel()
	sep := string(filepath.ListSeparator)
	require.Equal(t, []string{"/a", "/music", "storage://nas", "storage://nas2/Music/Old"},
		splitPaths("/music/"+sep+"storage://nas/"+sep+" "+sep+"/a"+sep+"storage://nas2//Music/./Old/"+sep+"/a"))
	for list, fine := range map[string]bool{
		"/a" + sep + "storage://nas":              true,
		"storage://nas/A" + sep + "storage://b/A": true,
		"": false, "relative": false, "storage://": false, "storage:///x": false, "storage://nas/../x": true, "storage" + sep + "/x": false,
		"storage://nas" + sep + "storage://nas/A": false, "/a" + sep + "/a/b": false,
	} {
		require.Equal(t, fine, checkPaths(list) == nil, list)
	}
	name, folder, remote := cutStorage("storage://nas/../../x")
	require.True(t, remote)
	require.Equal(t, "nas", name)
	require.Equal(t, "../../x", folder, "and is refused")
}
