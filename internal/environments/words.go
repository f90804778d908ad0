package environments

import (
	"regexp"
	"slices"
)

var goName = regexp.MustCompile(`\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b`)

// InFileWords rewrites the names of Go fields in a message of the construct as
// the file spells them: "needs LogsAccountId" becomes "needs logs_account_id".
// Names of one word stay, since they may be words of the sentence.
func InFileWords(message string) string {
	return goName.ReplaceAllStringFunc(message, func(name string) string {
		for _, s := range sections() {
			if i := slices.IndexFunc(s.fields, func(f field) bool { return f.goName == name }); i >= 0 {
				return s.fields[i].name
			}
		}
		return name
	})
}
