package keypolicy

import "slices"

// Condition is one line of a statement's Condition element: a condition key is
// compared by an operator with one or more values. All conditions of a
// statement must hold; one matching value of a condition is enough, or, for a
// negated operator, none may match. Conditions of one operator and key are one
// condition with the values of all, since JSON has one list for them.
type Condition struct {
	// Operator is an IAM condition operator, with its set prefix and IfExists
	// suffix where needed: "StringEquals", "ArnLike", "Null", "BoolIfExists",
	// "ForAllValues:StringNotLike".
	Operator string
	// Key is the condition key, such as "kms:ViaService" or
	// "kms:EncryptionContext:app".
	Key string
	// Values are compared with what the request carries; at least one. They may
	// be tokens.
	Values []string
}

// Clone is a copy that shares no list with the condition.
func (c Condition) Clone() Condition {
	c.Values = slices.Clone(c.Values)
	return c
}

// CloneConditions are copies that share no list with the conditions.
func CloneConditions(conditions []Condition) []Condition {
	clones := slices.Clone(conditions)
	for i, condition := range clones {
		clones[i] = condition.Clone()
	}
	return clones
}

// MergeConditions are the conditions as JSON has them: one of an operator and a key,
// with the values of all, each value once.
func MergeConditions(conditions []Condition) []Condition {
	var merged []Condition
	for _, condition := range conditions {
		at := slices.IndexFunc(merged, func(other Condition) bool {
			return other.Operator == condition.Operator && other.Key == condition.Key
		})
		if at < 0 {
			merged = append(merged, Condition{condition.Operator, condition.Key, nil})
			at = len(merged) - 1
		}
		merged[at].Values = append(merged[at].Values, condition.Values...)
	}
	for i := range merged {
		merged[i].Values = Canonical(merged[i].Values)
	}
	return merged
}
