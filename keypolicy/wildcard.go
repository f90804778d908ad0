package keypolicy

// matchesWildcard reports whether text matches an IAM pattern, in which "*"
// stands for any number of characters and "?" for one. Nothing else is special.
func matchesWildcard(pattern, text string) bool {
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
