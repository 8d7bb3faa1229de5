package forms

// RestoreBackup says whether the settings are restored, too.
func RestoreBackup(v Values) (withSettings bool, err error) {
	if err := v.onlyKnown("settings"); err != nil {
		return false, err
	}
	return v.boolean("settings")
}
