package forms

// Language reads the language switch: the language, and where it was pressed.
func Language(v Values, known []string) (lang, back string, err error) {
	if err = v.onlyKnown("lang", "back"); err != nil {
		return "", "", err
	}
	if lang, err = oneOf(v, "lang", known); err == nil && lang == "" {
		err = badValue("lang", "", "a language")
	}
	return lang, v.get("back"), err
}
