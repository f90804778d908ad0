package statements

import "strings"

// SidPart writes a name as part of a Sid, which takes letters and digits only:
// "svc-ingest-api" becomes SvcIngestApi, "aws:s3:arn" AwsS3Arn.
func SidPart(name string) string {
	var sid strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !isLetterOrDigit(r) }) {
		sid.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return sid.String()
}

// isLetterOrDigit knows those of ASCII, as IAM does in a Sid.
func isLetterOrDigit(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}
