package forms

// LibraryFolder reads the folder that downloads are to go to.
func LibraryFolder(v Values) (string, error) {
	if err := v.onlyKnown("folder"); err != nil {
		return "", err
	}
	return v.get("folder"), nil
}
