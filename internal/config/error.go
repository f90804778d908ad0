package config

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Error is everything that is wrong with what a construct or a method was
// given. Nothing was created or changed.
type Error struct {
	// Subject is what was refused, such as `KmsTier "kms"`.
	Subject string
	// Problems name each field, its value and what is allowed, in the order of the
	// configuration's fields. There is at least one.
	Problems keypolicy.Problems
}

// Error lists every problem on a line of its own.
func (e *Error) Error() string {
	count := "1 problem"
	if len(e.Problems) != 1 {
		count = fmt.Sprintf("%d problems", len(e.Problems))
	}
	return fmt.Sprintf("%s was refused, %s:\n  %s", e.Subject, count,
		strings.ReplaceAll(e.Problems.Error(), "\n", "\n  "))
}

// Refuse is the error of the problems, or nil when there are none.
func Refuse(subject string, problems keypolicy.Problems) error {
	if len(problems) == 0 {
		return nil
	}
	return &Error{Subject: subject, Problems: problems}
}
