package aws

// MatchesWildcard reports whether text matches an IAM pattern, in which "*"
// stands for any number of characters and "?" for one. Nothing else is special.
func MatchesWildcard(pattern, text string) bool {
	// The usual two-pointer match: on a mismatch, let the last "*" take one more
	// character. Linear in practice, never exponential.
	p, t, star, starText := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, starText = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			starText++
			p, t = star+1, starText
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// PatternsOverlap reports whether some text matches both IAM patterns, in which
// "*" stands for any number of characters and "?" for one. A text without
// wildcards is a pattern that matches itself only.
func PatternsOverlap(a, b string) bool {
	// overlap[j] says whether the part of a read so far and b[:j] overlap.
	overlap := make([]bool, len(b)+1)
	overlap[0] = true
	for j := 1; j <= len(b) && b[j-1] == '*'; j++ {
		overlap[j] = true
	}
	for i := 1; i <= len(a); i++ {
		diagonal := overlap[0]
		overlap[0] = overlap[0] && a[i-1] == '*'
		for j := 1; j <= len(b); j++ {
			above := overlap[j]
			if a[i-1] == '*' || b[j-1] == '*' {
				// The star stands for nothing, or takes one more from the other side.
				overlap[j] = above || overlap[j-1]
			} else {
				overlap[j] = diagonal && (a[i-1] == b[j-1] || a[i-1] == '?' || b[j-1] == '?')
			}
			diagonal = above
		}
	}
	return overlap[len(b)]
}
