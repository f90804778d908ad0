package access

import "strings"

// sample is a text that an IAM pattern matches, with tokens left whole.
func sample(pattern string) string {
	var text strings.Builder
	outside(pattern, func(plain string) {
		text.WriteString(strings.NewReplacer("*", "x", "?", "x").Replace(plain))
	}, func(token string) { text.WriteString(token) })
	return text.String()
}

// withoutTokens is what a value says outside of ${...}.
func withoutTokens(value string) string {
	var text strings.Builder
	outside(value, func(plain string) { text.WriteString(plain) }, func(string) {})
	return text.String()
}

// outside walks through a value's plain pieces and its ${...} in turn.
func outside(value string, plain, token func(string)) {
	for {
		start := strings.Index(value, "${")
		if start < 0 {
			plain(value)
			return
		}
		plain(value[:start])
		end, depth := len(value), 0
		for i := start; i < len(value); i++ {
			if value[i] == '{' {
				depth++
			} else if value[i] == '}' {
				if depth--; depth == 0 {
					end = i + 1
					break
				}
			}
		}
		token(value[start:end])
		value = value[end:]
	}
}
