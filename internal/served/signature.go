package served

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// signature is the same for names between which the policy makes no difference, so
// that a stack of thousands of queues is judged once. The policy tells names apart by
// the patterns that its conditions hold the values of the needs against: where each
// pattern is after the part that is known, is all that matters of a name.
func (j *judge) signature(needs []statements.Need, name cmk.Name) string {
	if !name.IsKnown() {
		return fmt.Sprintf("%q", name)
	}
	texts := map[string][]string{}
	for _, need := range needs {
		for _, c := range slices.Concat(need.When, need.Written) {
			for _, value := range c.Values {
				if strings.Contains(value, name.Text) {
					key := strings.ToLower(c.Key)
					texts[key] = append(texts[key], value)
				}
			}
		}
	}
	var id strings.Builder
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		patterns, plain := j.patternsOn(key)
		if !plain {
			return fmt.Sprintf("%q", name)
		}
		for _, text := range texts[key] {
			known, rest := text, ""
			if at := strings.IndexAny(text, "*?"); at >= 0 {
				known, rest = text[:at], text[at:]
			}
			fmt.Fprintf(&id, " %s %q", key, rest)
			for _, pattern := range patterns {
				fmt.Fprintf(&id, " %v", placesAfter(pattern, known))
				if ofPattern, ofKnown := resourceIn(pattern), resourceIn(known); ofPattern != "" && ofKnown != "" {
					fmt.Fprintf(&id, "%v", placesAfter(ofPattern, ofKnown))
				}
			}
		}
	}
	return id.String()
}

// patternsOn are all values that the policy and the grants hold a condition key
// against. They are not plain where more than their characters matters.
func (j *judge) patternsOn(key string) (patterns []string, plain bool) {
	for _, s := range j.key.Policy.Statements {
		for _, c := range s.Conditions {
			if !strings.EqualFold(c.Key, key) {
				continue
			}
			form, known := aws.ParseOperator(c.Operator)
			exists := known && form.Comparison == aws.CompareExistence
			texts := known && slices.Contains([]aws.Comparison{aws.CompareText, aws.ComparePattern, aws.CompareArn}, form.Comparison)
			switch {
			case exists:
				continue
			case !texts, slices.ContainsFunc(c.Values, func(v string) bool {
				return openVariables(v) || form.Comparison == aws.CompareText && strings.ContainsAny(v, "*?")
			}):
				return nil, false
			}
			for _, value := range c.Values {
				patterns = append(patterns, value, openText(value))
			}
		}
	}
	for _, grant := range j.key.Grants {
		for _, pairs := range []map[string]string{grant.EncryptionContextEquals, grant.EncryptionContextSubset} {
			for pair, value := range pairs {
				if strings.EqualFold(aws.EncryptionContextPrefix+pair, key) {
					patterns = append(patterns, value)
				}
			}
		}
	}
	return keypolicy.Canonical(patterns), true
}

// openVariables reports whether a text holds what IAM replaces in each request.
func openVariables(text string) bool { return strings.Contains(openText(text), "${") }

// resourceIn is the last part of an ARN, which is compared by itself.
func resourceIn(text string) string {
	parts, isArn := aws.SplitArn(text)
	if !isArn {
		return ""
	}
	return parts[5]
}

// placesAfter are the places in a pattern where one can be when a text has been
// read.
func placesAfter(pattern, text string) []int {
	at := map[int]bool{}
	var enter func(place int)
	enter = func(place int) {
		if at[place] {
			return
		}
		at[place] = true
		if place < len(pattern) && pattern[place] == '*' {
			enter(place + 1)
		}
	}
	enter(0)
	for i := range len(text) {
		before := at
		at = map[int]bool{}
		for place := range before {
			switch {
			case place == len(pattern):
			case pattern[place] == '*':
				enter(place)
			case pattern[place] == '?' || pattern[place] == text[i]:
				enter(place + 1)
			}
		}
		if len(at) == 0 {
			break
		}
	}
	return slices.Sorted(maps.Keys(at))
}
