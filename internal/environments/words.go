package environments

import (
	"regexp"
	"slices"
	"strings"
)

var (
	goName = regexp.MustCompile(`\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b`)
	goFlag = regexp.MustCompile(`\b[A-Z][a-z]+ (?:is|to) (?:true|false)\b`)
)

// InFileWords rewrites the names of Go fields in a message of the construct as
// the file spells them: "needs LogsAccountId" becomes "needs logs_account_id".
// Names of one word stay, since they may be words of the sentence, unless a flag is
// set to them: "Production is true".
func InFileWords(message string) string {
	message = goName.ReplaceAllStringFunc(message, inFile)
	return goFlag.ReplaceAllStringFunc(message, func(flag string) string {
		name, rest, _ := strings.Cut(flag, " ")
		return inFile(name) + " " + rest
	})
}

// inFile is how the file spells the name of a Go field, or the name itself.
func inFile(goName string) string {
	for _, s := range sections() {
		if i := slices.IndexFunc(s.fields, func(f field) bool { return f.goName == goName }); i >= 0 {
			return s.fields[i].name
		}
	}
	return goName
}
