package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// signature is the same for conditions that are the same, in whatever order
// their values stand.
func signature(c keypolicy.Condition) string {
	return fmt.Sprintf("%s\x00%s\x00%q", c.Operator, strings.ToLower(c.Key), keypolicy.Canonical(c.Values))
}

func signatures(conditions []keypolicy.Condition) []string {
	var all []string
	for _, condition := range conditions {
		all = append(all, signature(condition))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// without are the conditions that are not among others.
func without(conditions, others []keypolicy.Condition) []keypolicy.Condition {
	theirs := signatures(others)
	return slices.DeleteFunc(slices.Clone(conditions), func(c keypolicy.Condition) bool {
		return slices.Contains(theirs, signature(c))
	})
}

// unique are the conditions, each once.
func uniqueConditions(conditions []keypolicy.Condition) []keypolicy.Condition {
	var kept []keypolicy.Condition
	for _, condition := range conditions {
		if len(without([]keypolicy.Condition{condition}, kept)) > 0 {
			kept = append(kept, condition)
		}
	}
	return kept
}

// The condition keys of which questions are asked by name.
const (
	contextKeysKey = "kms:EncryptionContextKeys"
	viaServiceKey  = "kms:ViaService"
	granteeKey     = "kms:GranteePrincipal"
	awsResourceKey = "kms:GrantIsForAWSResource"
)

// notPrefix begins the operator of a condition that IAM has no operator for.
const notPrefix = "not "

// negated are the conditions that hold together just where a condition fails. Where
// IAM has no operator for that, it is the condition's own, with "not " before it.
// See the IAM User Guide, "IAM JSON policy elements: Condition operators".
func negated(c keypolicy.Condition) []keypolicy.Condition {
	form, known := aws.ParseOperator(c.Operator)
	with := func(operator string, values ...string) keypolicy.Condition {
		return keypolicy.Condition{Operator: operator, Key: c.Key, Values: values}
	}
	there := with("Null", "false")
	if !known {
		return []keypolicy.Condition{with(notPrefix+c.Operator, c.Values...)}
	}
	truths := uniqueTruths(c.Values)
	other, _ := aws.ParseOperator(form.Opposite)
	oppositeNegated := other.Operator != nil && other.Negated
	switch {
	case form.Comparison == aws.CompareExistence && len(truths) == 1:
		return []keypolicy.Condition{with("Null", opposite(truths[0]))}
	case form.Comparison == aws.CompareBool && len(truths) == 1 && form.Set == "":
		if form.IfExists {
			return []keypolicy.Condition{with("Bool", opposite(truths[0]))}
		}
		return []keypolicy.Condition{with("BoolIfExists", opposite(truths[0]))}
	case form.Opposite == "" || ordering(form) && (len(c.Values) > 1 || !holdsNumbers(c.Key)):
		return []keypolicy.Condition{with(notPrefix+c.Operator, c.Values...)}
	case form.Set == aws.ForAllValues:
		return []keypolicy.Condition{with(aws.ForAnyValue+form.Opposite, c.Values...)}
	case form.Set == aws.ForAnyValue && form.IfExists:
		return []keypolicy.Condition{with(aws.ForAllValues+form.Opposite, c.Values...), there}
	case form.Set == aws.ForAnyValue:
		return []keypolicy.Condition{with(aws.ForAllValues+form.Opposite, c.Values...)}
	case form.Negated:
		// Fails only where the key is there and has one of the values.
		return []keypolicy.Condition{with(form.Opposite, c.Values...)}
	case form.IfExists && oppositeNegated:
		return []keypolicy.Condition{with(form.Opposite, c.Values...), there}
	case form.IfExists:
		return []keypolicy.Condition{with(form.Opposite, c.Values...)}
	case oppositeNegated:
		// Holds without the key, as the negation must.
		return []keypolicy.Condition{with(form.Opposite, c.Values...)}
	}
	return []keypolicy.Condition{with(form.Opposite+"IfExists", c.Values...)}
}

// ordering reports whether an operator compares what is less and more. Of several
// values it wants one, so that its opposite would have to want all; and a text that is
// no number meets neither.
func ordering(form aws.OperatorForm) bool {
	return strings.Contains(form.Name, "LessThan") || strings.Contains(form.Name, "GreaterThan")
}

// holdsNumbers reports whether all values of a key are numbers or dates. See the
// data type of each in the KMS Developer Guide, "AWS KMS condition keys", and the IAM
// User Guide, "AWS global condition context keys".
func holdsNumbers(key string) bool {
	return slices.Contains([]string{
		"aws:currenttime", "aws:epochtime", "aws:tokenissuetime", "aws:multifactorauthage", "kms:validto", "kms:rotationperiodindays",
		"kms:schedulekeydeletionpendingwindowindays", "kms:trailingdayswithoutkeyusage", "aws:principalaccount", "kms:calleraccount",
	}, strings.ToLower(key))
}

func uniqueTruths(values []string) []string {
	var truths []string
	for _, value := range values {
		if lower := strings.ToLower(value); !slices.Contains(truths, lower) {
			truths = append(truths, lower)
		}
	}
	return truths
}

func opposite(truth string) string {
	if truth == "true" {
		return "false"
	}
	return "true"
}
