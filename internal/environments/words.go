package environments

import (
	"reflect"
	"regexp"
	"slices"
)

var goName = regexp.MustCompile(`\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b`)

// InFileWords rewrites the names of Go fields in a message of the construct as
// the file spells them: "needs LogsAccountId" becomes "needs logs_account_id".
// Names of one word stay, since they may be words of the sentence.
func InFileWords(message string) string {
	return goName.ReplaceAllStringFunc(message, func(name string) string {
		if slices.Contains(fieldNames, name) {
			return snake(name)
		}
		return name
	})
}

var fieldNames = func() []string {
	var names []string
	for _, value := range []any{File{}, Environment{}, ServiceRole{}, EncryptedResources{}, Guard{}, GuardException{}, Audit{}, ExistingTrail{}} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(value)) {
			names = append(names, field.Name)
		}
	}
	return names
}()
