package text

import "strings"

// Cell is a text for a sheet (CSV) that a spreadsheet shows as it is: an apostrophe
// keeps it from being taken for a formula.
func Cell(s string) string {
	for _, begin := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, begin) {
			return "'" + s
		}
	}
	return s
}
