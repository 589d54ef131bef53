package text

import "strings"

// SimilarTags says whether people could take one folded hashtag for the other. Two
// are similar when, without underscores and a plural's ending, they are equal;
// when one begins with the other (four characters at least) and goes on for
// three at most; or when few slips of the hand (a wrong, missing, further or
// swapped character) lead from one to the other: one from five characters on,
// two from ten.
func SimilarTags(a, b string) bool {
	x, y := tagCore(a), tagCore(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if string(x) == string(y) {
		return true
	}
	if len(x) >= 4 && len(y)-len(x) <= 3 && string(y[:len(x)]) == string(x) {
		return true
	}
	slips := 0
	switch {
	case len(x) >= 10:
		slips = 2
	case len(x) >= 5:
		slips = 1
	}
	return len(y)-len(x) <= slips && distance(x, y) <= slips
}

// tagCore is a folded hashtag without underscores and without a plural's ending.
func tagCore(folded string) []rune {
	s := strings.ReplaceAll(folded, "_", "")
	if len(s) > 4 {
		switch {
		case strings.HasSuffix(s, "ies"):
			s = s[:len(s)-3] + "y"
		case strings.HasSuffix(s, "es"):
			s = s[:len(s)-2]
		case strings.HasSuffix(s, "s"), strings.HasSuffix(s, "e"):
			s = s[:len(s)-1]
		}
	}
	return []rune(s)
}

// distance is the optimal string alignment distance: how many characters to
// put in, take out, change or swap with their neighbour.
func distance(a, b []rune) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
