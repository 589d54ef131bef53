package web

func frontRoutes() []route {
	return []route{
		{"POST /language", (*visit).setLanguage},
	}
}

// setLanguage keeps the language that was chosen at the foot of a page.
func (x *visit) setLanguage() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	x.setCookie(languageCookie, form.Get("lang"), languageFor)
	return x.back("/")
}
