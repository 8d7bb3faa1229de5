package settings

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const handWritten = "# the house's own file\r\nWEB_PORT=1   # not 18080\r\n\r\nexport SOURCE_QQ_RATE = \"0.5\"\r\nUNKNOWN=\"it's\" \r\n" +
	"# SOURCE_KUWO_RATE=\r\nMULTI=\"one\r\ntwo\"\r\nSOURCE_QQ_RATE=2 # the one that counts\r\nLAST=x"

func TestEditingLeavesTheRestAlone(t *testing.T) {
	t.Parallel()
	got, values, err := edited([]byte(handWritten), map[string]string{
		"SOURCE_QQ_RATE": "3.5", "SOURCE_KUWO_RATE": "1", "WEB_PORT": "", "NEW": "a b'c$d\\e\"f#g", "LAST": "y z",
	})
	require.NoError(t, err)
	require.Equal(t, "# the house's own file\r\n# not 18080\r\n\r\nexport SOURCE_QQ_RATE = \"0.5\"\r\nUNKNOWN=\"it's\" \r\n"+
		"# SOURCE_KUWO_RATE=\r\nSOURCE_KUWO_RATE=1\r\nMULTI=\"one\r\ntwo\"\r\nSOURCE_QQ_RATE=3.5 # the one that counts\r\nLAST='y z'\r\n"+
		`NEW="a b'c\$d\\e\"f#g"`+"\r\n", string(got))
	require.Equal(t, "3.5", values["SOURCE_QQ_RATE"])
	require.Equal(t, "one\ntwo", values["MULTI"])
}

func TestEditingNothingIsTheSameFile(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"", "A=1\n", "A=1\n\n\n# end\n"} {
		got, _, err := edited([]byte(content), nil)
		require.NoError(t, err)
		require.Equal(t, content, string(got))
	}
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"plain", "a b", "'", `"`, `\`, `\\`, "$HOME", "${A}", "#", "a #b", "=", " x ", "MUSIC_U=abc; __csrf=d'e", `a\nb`, "中文 歌单", "`id`", "x'", `'\'`} {
		_, values, err := edited([]byte("A=old # kept\nB=2\n"), map[string]string{"A": value})
		if err != nil {
			require.NotContains(t, err.Error(), "old")
			continue // refused, nothing is written
		}
		require.Equal(t, value, values["A"])
		require.Equal(t, "2", values["B"])
	}
}

func TestAFileThatCannotBeReadIsNotEdited(t *testing.T) {
	t.Parallel()
	_, _, err := edited([]byte("this is no setting\nA='x"), map[string]string{"A": "1"})
	require.Error(t, err)
}

// Whatever is in the file: an edit either arrives and touches nothing else, or is refused.
func FuzzEdit(f *testing.F) {
	f.Add(handWritten, "SOURCE_QQ_RATE", "1 2")
	f.Add("A='x\ny'\nB: 3\n#A=5", "A", "$B")
	f.Fuzz(func(t *testing.T, content, key, value string) {
		if !assignment.MatchString(key + "=") {
			return
		}
		before, values, err := edited([]byte(content), map[string]string{key: value})
		if err != nil {
			return
		}
		require.Equal(t, value, values[key])
		again, _, err := edited(before, map[string]string{key: value})
		require.NoError(t, err)
		require.Equal(t, string(before), string(again), "the same edit changes nothing more")
	})
}
