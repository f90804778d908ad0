package exact

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// condition is a condition, taken apart once.
type condition struct {
	number int
	source keypolicy.Condition
	form   aws.OperatorForm
	// key is the condition key without regard to case.
	key         string
	multiValued bool
	// actions are those whose requests can carry the key.
	actions aws.ActionSet
	values  []aws.Value
	// variables tells that policy variables count in its values, templated that
	// there are some.
	variables bool
	templated bool
	label     string
}

// Condition keys that are treated in a way of their own.
const (
	contextKeys       = "kms:EncryptionContextKeys"
	contextKeysLower  = "kms:encryptioncontextkeys"
	contextKeyPrefix  = "kms:encryptioncontext:"
	principalTagLower = "aws:principaltag/"
	// resourceKey stands for the key's ARN, which Resource elements speak of.
	resourceKey = "resource"
)

// lowerKey is a condition key without regard to case: each character the first of
// those that it is equal to.
func lowerKey(key string) string {
	return strings.Map(func(c rune) rune {
		if c < unicode.MaxASCII {
			return unicode.ToLower(c)
		}
		least := c
		for other := unicode.SimpleFold(c); other != c; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return unicode.ToLower(least)
	}, key)
}

// newCondition takes apart a condition that the evaluator has found nothing wrong
// with.
func newCondition(source keypolicy.Condition, variables bool) *condition {
	c := &condition{source: source, key: lowerKey(source.Key), variables: variables}
	c.form, _ = aws.ParseOperator(source.Operator)
	key, _ := aws.FindConditionKey(source.Key)
	c.multiValued, c.actions = key.MultiValued, key.Actions
	for _, text := range source.Values {
		value, _ := c.form.ParseValue(text, variables)
		c.templated = c.templated || value.HasVariables()
		c.values = append(c.values, value)
	}
	return c
}

// resourceCondition is a statement's Resource element as a condition on the ARN of
// the key, or nil if it has none.
func resourceCondition(s keypolicy.Statement, variables bool) *condition {
	operator, patterns := "ArnLike", s.Resources
	if len(s.NotResources) > 0 {
		operator, patterns = "ArnNotLike", s.NotResources
	}
	if len(patterns) == 0 {
		return nil
	}
	c := &condition{
		source: keypolicy.Condition{Operator: operator, Key: resourceKey, Values: patterns},
		key:    resourceKey, actions: aws.AllActions, variables: variables,
	}
	c.form, _ = aws.ParseOperator(operator)
	for _, text := range patterns {
		value := aws.Value{Text: text}
		value.Arn, _ = keypolicy.ParseResource(text, variables)
		c.templated = c.templated || value.HasVariables()
		c.values = append(c.values, value)
	}
	return c
}

// name is the same for conditions that say the same.
func (c *condition) name() string {
	if c.label == "" {
		values := slices.Clone(c.source.Values)
		slices.Sort(values)
		c.label = fmt.Sprintf("%s %s %q %t", c.source.Operator, c.key, slices.Compact(values), c.variables && c.templated)
	}
	return c.label
}

// truth is whether a condition holds: it may also be that AWS does not say.
type truth int

const (
	isFalse truth = iota
	isTrue
	isUndecided
)

func truthOf(holds bool) truth {
	if holds {
		return isTrue
	}
	return isFalse
}

// whenAbsent is whether the condition holds when the key is absent.
func (c *condition) whenAbsent() bool {
	if c.form.Comparison == aws.CompareExistence {
		return c.asksForExistence(false)
	}
	switch c.form.Set {
	case aws.ForAllValues:
		return true
	case aws.ForAnyValue:
		return c.form.IfExists
	}
	return c.form.IfExists || c.form.Negated
}

// asksForExistence reports whether Null wants a key that is there, or one that is
// not.
func (c *condition) asksForExistence(there bool) bool {
	return slices.ContainsFunc(c.values, func(v aws.Value) bool { return !v.Opaque && v.Truth != there })
}

// holds is whether the condition holds for values of its key, by a function that
// says which values one of the condition's own matches. It follows
// evaluation.holds: what it makes of a request is confirmed there.
func (c *condition) holds(values []string, matches func(value string) bool) truth {
	if len(values) == 0 {
		return truthOf(c.whenAbsent())
	}
	if c.form.Comparison == aws.CompareExistence {
		return truthOf(c.asksForExistence(true))
	}
	switch c.form.Set {
	case aws.ForAllValues:
		for _, value := range values {
			if value != "" && matches(value) == c.form.Negated {
				return isFalse
			}
		}
		return isTrue
	case aws.ForAnyValue:
		for _, value := range values {
			if value != "" && matches(value) != c.form.Negated {
				return isTrue
			}
		}
		return isFalse
	}
	if len(values) > 1 || c.multiValued {
		if c.form.Negated {
			return isUndecided
		}
		return isFalse
	}
	return truthOf(matches(values[0]) != c.form.Negated)
}
