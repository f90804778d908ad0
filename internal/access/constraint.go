package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

const (
	contextPrefix   = "kms:EncryptionContext:"
	contextKeysKey  = "kms:EncryptionContextKeys"
	viaServiceKey   = "kms:ViaService"
	granteeKey      = "kms:GranteePrincipal"
	awsResourceKey  = "kms:GrantIsForAWSResource"
	anyPresentValue = "kmsaccess-any"
)

// fixedKeys follow from who calls and which key is called: a caller cannot
// choose them, so no request is made up that differs in them.
var fixedKeys = map[string]bool{
	"aws:principalarn": true, "aws:principalaccount": true, "kms:calleraccount": true,
	"aws:principaltype": true, "aws:principalisawsservice": true, "aws:principalservicename": true,
	"aws:username": true, "aws:requestedregion": true, "aws:resourceaccount": true,
}

func isFixed(key string) bool { return fixedKeys[strings.ToLower(key)] }

// free are the conditions that depend on the request rather than on who makes it.
func free(conditions []keypolicy.Condition) []keypolicy.Condition {
	var kept []keypolicy.Condition
	for _, condition := range conditions {
		if !isFixed(condition.Key) {
			kept = append(kept, condition)
		}
	}
	return kept
}

// signature is the same for conditions that are the same, in whatever order
// their values stand.
func signature(c keypolicy.Condition) string {
	values := slices.Clone(c.Values)
	slices.Sort(values)
	return fmt.Sprintf("%s\x00%s\x00%q", c.Operator, strings.ToLower(c.Key), values)
}

func signatures(conditions []keypolicy.Condition) []string {
	var all []string
	for _, condition := range conditions {
		all = append(all, signature(condition))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// with adds a condition unless it is there already.
func with(conditions []keypolicy.Condition, more ...keypolicy.Condition) []keypolicy.Condition {
	all := slices.Clone(conditions)
	for _, condition := range more {
		if !slices.Contains(signatures(all), signature(condition)) {
			all = append(all, condition)
		}
	}
	return all
}

var opposites = func() map[string]string {
	pairs := map[string]string{
		"StringEquals": "StringNotEquals", "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
		"StringLike": "StringNotLike", "ArnEquals": "ArnNotEquals", "ArnLike": "ArnNotLike",
		"NumericEquals": "NumericNotEquals", "DateEquals": "DateNotEquals", "IpAddress": "NotIpAddress",
		"NumericLessThan": "NumericGreaterThanEquals", "NumericGreaterThan": "NumericLessThanEquals",
		"DateLessThan": "DateGreaterThanEquals", "DateGreaterThan": "DateLessThanEquals",
	}
	both := map[string]string{}
	for a, b := range pairs {
		both[a], both[b] = b, a
	}
	return both
}()

// escapes are the conditions of which each makes another condition fail.
func escapes(c keypolicy.Condition) []keypolicy.Condition {
	set, operator, hasSet := strings.Cut(c.Operator, ":")
	if !hasSet {
		set, operator = "", c.Operator
	}
	operator, ifExists := strings.CutSuffix(operator, "IfExists")
	flipped := keypolicy.Condition{Operator: opposites[operator], Key: c.Key, Values: c.Values}
	switch operator {
	case "Null", "Bool":
		if len(c.Values) != 1 {
			return nil
		}
		value := "true"
		if strings.EqualFold(c.Values[0], "true") {
			value = "false"
		}
		flipped.Operator, flipped.Values = operator, []string{value}
	}
	if flipped.Operator == "" {
		return nil
	}
	switch set {
	case "ForAllValues":
		flipped.Operator = "ForAnyValue:" + flipped.Operator
		return []keypolicy.Condition{flipped}
	case "ForAnyValue":
		flipped.Operator = "ForAllValues:" + flipped.Operator
		return []keypolicy.Condition{flipped}
	}
	if strings.Contains(operator, "Not") || operator == "Null" || ifExists {
		// Such a condition holds without the key, so its opposite needs the key.
		return []keypolicy.Condition{flipped}
	}
	// A key that is absent makes it fail as well.
	flipped.Operator += "IfExists"
	return []keypolicy.Condition{flipped}
}
