package served

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/statements"
)

// patterns are what a policy and its grants hold the names of a service's resources
// against. They are not plain where more than their characters matters.
type patterns struct {
	texts   []string
	isPlain bool
}

// signature is the same for resources between which the policy makes no difference, so
// that a stack of thousands of queues is judged once. The policy tells names apart by
// patterns: where in each of them one is when all that is known of a name has been
// read, and what follows, is all that matters.
func (j *judge) signature(storing statements.Storing, resource string) string {
	against, known := j.patterns[storing.Name()]
	if !known {
		against = j.patternsOf(storing)
		j.patterns[storing.Name()] = against
	}
	if !against.isPlain {
		return resource
	}
	read, rest := resource, ""
	if at := strings.IndexAny(resource, "*?"); at >= 0 {
		read, rest = resource[:at], resource[at:]
	}
	id := []byte(rest)
	inArn := resourceIn(read)
	for _, pattern := range against.texts {
		id = placesAfter(append(id, 0xff, 0xff), pattern, read)
		if ofPattern := resourceIn(pattern); ofPattern != "" && inArn != "" {
			id = placesAfter(append(id, 0xff, 0xfe), ofPattern, inArn)
		}
	}
	return string(id)
}

func (j *judge) patternsOf(storing statements.Storing) patterns {
	found := patterns{isPlain: true}
	keys := storing.NamingKeys()
	isNaming := func(key string) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, key) })
	}
	for _, s := range j.key.Policy.Statements {
		for _, c := range s.Conditions {
			form, known := aws.ParseOperator(c.Operator)
			switch {
			case !isNaming(c.Key), known && form.Comparison == aws.CompareExistence:
				continue
			case !known || !slices.Contains([]aws.Comparison{aws.CompareText, aws.ComparePattern, aws.CompareArn}, form.Comparison):
				found.isPlain = false
			}
			for _, value := range c.Values {
				open := openText(value)
				// What IAM replaces in each request, or takes for a character.
				found.isPlain = found.isPlain && !strings.Contains(open, "${") && !(form.Comparison == aws.CompareText && strings.ContainsAny(value, "*?"))
				found.texts = append(found.texts, value, open)
			}
		}
	}
	for _, grant := range j.key.Grants {
		for _, pairs := range []map[string]string{grant.EncryptionContextEquals, grant.EncryptionContextSubset} {
			for pair, value := range pairs {
				if isNaming(aws.EncryptionContextPrefix + pair) {
					found.texts = append(found.texts, value)
				}
			}
		}
	}
	slices.Sort(found.texts)
	found.texts = slices.Compact(found.texts)
	return found
}

// resourceIn is the last part of an ARN, which is compared by itself.
func resourceIn(text string) string {
	parts, isArn := aws.SplitArn(text)
	if !isArn {
		return ""
	}
	return parts[5]
}

// placesAfter adds to an id the places in a pattern where one can be when a text has
// been read.
func placesAfter(id []byte, pattern, text string) []byte {
	var at, next []int
	enter := func(places []int, place int) []int {
		for {
			if !slices.Contains(places, place) {
				places = append(places, place)
			}
			if place == len(pattern) || pattern[place] != '*' {
				return places
			}
			place++
		}
	}
	at = enter(at, 0)
	for i := 0; i < len(text) && len(at) > 0; i++ {
		next = next[:0]
		for _, place := range at {
			switch {
			case place == len(pattern):
			case pattern[place] == '*':
				next = enter(next, place)
			case pattern[place] == '?' || pattern[place] == text[i]:
				next = enter(next, place+1)
			}
		}
		at, next = next, at
	}
	slices.Sort(at)
	for _, place := range at {
		id = binary.BigEndian.AppendUint16(id, uint16(place))
	}
	return id
}
