package aws

import "strings"

// Arn is an ARN in its parts. A placeholder within it stays whole, even if its
// text holds colons.
type Arn struct {
	Partition, Service, Region, Account, Resource string
}

// ParseArn splits an ARN and reports whether it is one: six parts, the first of
// them "arn".
func ParseArn(text string) (Arn, bool) {
	parts, ok := SplitArn(text)
	if !ok || parts[0] != "arn" {
		return Arn{}, false
	}
	return Arn{parts[1], parts[2], parts[3], parts[4], parts[5]}, true
}

// SplitArn cuts text at its first five colons outside of ${...}, and reports
// whether there are that many.
func SplitArn(text string) (parts [6]string, ok bool) {
	if !strings.Contains(text, "${") {
		for count := range 5 {
			end := strings.IndexByte(text, ':')
			if end < 0 {
				parts[count] = text
				return parts, false
			}
			parts[count], text = text[:end], text[end+1:]
		}
		parts[5] = text
		return parts, true
	}
	count, start := 0, 0
	for i := 0; i < len(text) && count < 5; i++ {
		switch {
		case strings.HasPrefix(text[i:], "${"):
			i += PlaceholderLength(text[i:]) - 1
		case text[i] == ':':
			parts[count] = text[start:i]
			count++
			start = i + 1
		}
	}
	parts[count] = text[start:]
	return parts, count == 5
}

// LastSegment is what follows the last slash: the name of a role or user
// without its path.
func LastSegment(resource string) string {
	for i := len(resource) - 1; i >= 0; i-- {
		if resource[i] == '/' {
			return resource[i+1:]
		}
		// A slash inside a token is no path separator.
		if resource[i] == '}' {
			if open := strings.LastIndex(resource[:i], "${"); open >= 0 {
				i = open
			}
		}
	}
	return resource
}
