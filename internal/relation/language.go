package relation

import (
	"slices"
	"strings"

	"golang.org/x/text/language"

	"goodturn/internal/problem"
)

// languagesMost is how many languages a follow can name.
const languagesMost = 50

// baseLanguages are the languages without what says where they are spoken, as
// posts tell theirs; problem.Invalid for what is none.
func baseLanguages(asked *[]string) (*[]string, error) {
	if asked == nil {
		return nil, nil
	}
	base := []string{}
	for _, s := range *asked {
		if s == "" {
			continue // a form's way to say: none
		}
		tag, err := language.Parse(s)
		if err != nil || len(s) > 35 || len(*asked) > languagesMost {
			return nil, problem.Invalid("languages", "These are not codes of languages, such as en or de.")
		}
		b, _ := tag.Base()
		base = append(base, b.String())
	}
	slices.Sort(base)
	base = slices.Compact(base)
	return &base, nil
}

// languagesOf is what a row tells; nil for all languages.
func languagesOf(row string) []string {
	if row == "" {
		return nil
	}
	return strings.Split(row, ",")
}
