package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Words puts conditions in words: "directly, with app=neurocipher-pipeline,
// env=prod, service=any". No conditions give "always".
func Words(conditions []keypolicy.Condition) string {
	if len(conditions) == 0 {
		return "always"
	}
	w := wording{conditions: conditions}
	w.route()
	w.purpose()
	w.context()
	w.rest()
	return strings.Join(w.parts, ", ")
}

// Words puts the path in words, without the statement.
func (p AccessPath) Words() string {
	text := Words(p.Conditions)
	for i, except := range p.Except {
		if i == 0 {
			text += ", except "
		} else {
			text += " or "
		}
		text += fmt.Sprintf("%s (%s)", Words(except.Conditions), StatementName(except.Statement))
	}
	return text
}

// StatementName is the Sid of a statement, or its place if it has none; of a
// grant its name.
func StatementName(ref evaluation.StatementRef) string {
	switch {
	case ref.Policy == evaluation.GrantOfKey && ref.Sid != "":
		return "grant " + ref.Sid
	case ref.Policy == evaluation.GrantOfKey:
		return fmt.Sprintf("grant %d", ref.Index)
	case ref.Sid != "":
		return ref.Sid
	}
	return fmt.Sprintf("statement %d", ref.Index)
}

// wording turns conditions into parts of a sentence. It remembers which of them
// are in one already.
type wording struct {
	conditions []keypolicy.Condition
	said       map[int]bool
	parts      []string
}

func (w *wording) say(index int, part string) {
	if w.said == nil {
		w.said = map[int]bool{}
	}
	w.said[index] = true
	if part != "" && !slices.Contains(w.parts, part) {
		w.parts = append(w.parts, part)
	}
}

// each calls about for the conditions on a key that were not said yet.
func (w *wording) each(key string, about func(index int, c keypolicy.Condition)) {
	for i, condition := range w.conditions {
		if !w.said[i] && strings.EqualFold(condition.Key, key) {
			about(i, condition)
		}
	}
}

// route says through which services a request comes.
func (w *wording) route() {
	positive := slices.ContainsFunc(w.conditions, func(c keypolicy.Condition) bool {
		return strings.EqualFold(c.Key, viaServiceKey) && isPositiveText(c.Operator)
	})
	through := slices.ContainsFunc(w.conditions, func(c keypolicy.Condition) bool {
		return strings.EqualFold(c.Key, viaServiceKey) && c.Operator == "Null" && !isTrue(c.Values)
	})
	negative := through && slices.ContainsFunc(w.conditions, func(c keypolicy.Condition) bool {
		return strings.EqualFold(c.Key, viaServiceKey) && isNegativeText(c.Operator)
	})
	w.each(viaServiceKey, func(i int, c keypolicy.Condition) {
		switch {
		case c.Operator == "Null" && isTrue(c.Values):
			w.say(i, "directly")
		case c.Operator == "Null" && (positive || negative):
			w.say(i, "")
		case c.Operator == "Null":
			w.say(i, "through an AWS service")
		case isPositiveText(c.Operator):
			w.say(i, "through "+services(c.Values))
		case isNegativeText(c.Operator) && through:
			w.say(i, "through another service than "+services(c.Values))
		case isNegativeText(c.Operator):
			w.say(i, "not through "+services(c.Values))
		}
	})
}

// purposes are what keys with certain values say, by their lower case.
var purposes = map[string]string{
	"aws:sourcearn": "on behalf of ", "aws:sourceaccount": "on behalf of account ", "aws:sourceorgid": "on behalf of organization ",
	"kms:granteeprincipal": "for grants to ", "kms:retiringprincipal": "for grants retired by ",
	"aws:principalorgid": "in organization ", "aws:sourcevpce": "from VPC endpoint ", "aws:sourcevpc": "from VPC ",
	"kms:requestalias": "by ", "kms:resourcealiases": "while the key has ",
}

// purpose says on behalf of what an AWS service calls, and what a grant may be.
func (w *wording) purpose() {
	for i, c := range w.conditions {
		phrase, known := purposes[strings.ToLower(c.Key)]
		if known && isPositiveText(strings.TrimPrefix(c.Operator, "ForAnyValue:")) {
			w.say(i, phrase+alternatives(c.Values))
		}
	}
	w.each(awsResourceKey, func(i int, c keypolicy.Condition) {
		switch {
		case !strings.HasPrefix(c.Operator, "Bool"):
		case isTrue(c.Values):
			w.say(i, "for AWS resources")
		default:
			w.say(i, "not for AWS resources")
		}
	})
	w.each("kms:GrantOperations", func(i int, c keypolicy.Condition) {
		if c.Operator == "ForAllValues:StringEquals" {
			w.say(i, "for grants of no more than "+list(c.Values, "and"))
		}
	})
	w.each("kms:GrantConstraintType", func(i int, c keypolicy.Condition) {
		if isPositiveText(c.Operator) {
			w.say(i, "for grants bound by "+alternatives(c.Values))
		}
	})
	w.each("kms:BypassPolicyLockoutSafetyCheck", func(i int, c keypolicy.Condition) {
		if strings.HasPrefix(c.Operator, "Bool") && isTrue(c.Values) {
			w.say(i, "bypassing the lockout check")
		} else if strings.HasPrefix(c.Operator, "Bool") {
			w.say(i, "not bypassing the lockout check")
		}
	})
	w.each("kms:ScheduleKeyDeletionPendingWindowInDays", func(i int, c keypolicy.Condition) {
		if phrase := comparisons[strings.TrimSuffix(c.Operator, "IfExists")]; phrase != "" {
			w.say(i, "with a waiting period "+phrase+" "+alternatives(c.Values)+" days")
		}
	})
	w.each("aws:MultiFactorAuthPresent", func(i int, c keypolicy.Condition) {
		switch c.Operator + c.Values[0] {
		case "Booltrue":
			w.say(i, "with MFA")
		case "Boolfalse":
			w.say(i, "without MFA")
		}
	})
}

var comparisons = map[string]string{
	"NumericLessThan": "under", "NumericLessThanEquals": "of at most", "NumericGreaterThan": "over",
	"NumericGreaterThanEquals": "of at least", "NumericEquals": "of", "NumericNotEquals": "other than",
}

// context says what the encryption context must hold.
func (w *wording) context() {
	var pairs []string
	for i, c := range w.conditions {
		if len(c.Key) <= len(aws.EncryptionContextPrefix) || !strings.EqualFold(c.Key[:len(aws.EncryptionContextPrefix)], aws.EncryptionContextPrefix) {
			continue
		}
		name := c.Key[len(aws.EncryptionContextPrefix):]
		switch {
		case isPositiveText(c.Operator):
			if isAnything(c) && w.narrower(i) {
				w.say(i, "")
			} else if isAnything(c) {
				w.say(i, "")
				pairs = append(pairs, name+"=any")
			} else if subjectOfContext(name) {
				w.say(i, "for "+alternatives(c.Values))
			} else {
				w.say(i, "")
				pairs = append(pairs, name+"="+alternatives(c.Values))
			}
		case isNegativeText(c.Operator) && !strings.Contains(c.Operator, ":"):
			w.say(i, "")
			if slices.Equal(c.Values, []string{"?*"}) {
				pairs = append(pairs, "no "+name)
			} else {
				absent := " or none"
				if strings.HasSuffix(c.Operator, "IfExists") {
					absent = ""
				}
				pairs = append(pairs, name+" other than "+alternatives(c.Values)+absent)
			}
		case c.Operator == "Null" && isTrue(c.Values):
			w.say(i, "")
			pairs = append(pairs, "no "+name)
		case c.Operator == "Null" && w.narrower(i):
			w.say(i, "")
		case c.Operator == "Null":
			w.say(i, "")
			pairs = append(pairs, name+"=any")
		}
	}
	if len(pairs) > 0 {
		w.parts = append(w.parts, "with "+strings.Join(unique(pairs), ", "))
	}
	w.each(contextKeysKey, func(i int, c keypolicy.Condition) {
		form, known := aws.ParseOperator(c.Operator)
		switch text := known && form.IsText() && !form.IfExists; {
		case text && form.Set == aws.ForAllValues && !form.Negated:
			w.say(i, "with no context keys but "+list(c.Values, "and"))
		case text && form.Set == aws.ForAllValues:
			w.say(i, "with no context key "+alternatives(c.Values))
		case text && form.Set == aws.ForAnyValue && !form.Negated:
			w.say(i, "with a context key "+alternatives(c.Values))
		case text && form.Set == aws.ForAnyValue:
			w.say(i, "with a context key other than "+alternatives(c.Values))
		case c.Operator == "Null":
			if isTrue(c.Values) {
				w.say(i, "without an encryption context")
			} else {
				w.say(i, "with an encryption context")
			}
		}
	})
}

// narrower reports whether another condition on the same key asks for certain
// values, which says more.
func (w *wording) narrower(index int) bool {
	for i, c := range w.conditions {
		if i != index && strings.EqualFold(c.Key, w.conditions[index].Key) && isPositiveText(c.Operator) && !isAnything(c) {
			return true
		}
	}
	return false
}

// subjectOfContext tells the names in encryption contexts by which AWS services
// say what they encrypt.
func subjectOfContext(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, "arn") || lower == "aws:ebs:id" || lower == "parameter_arn"
}

// rest says the remaining conditions close to how they are written.
func (w *wording) rest() {
	for i, c := range w.conditions {
		if w.said[i] {
			continue
		}
		tag, isTag := cutPrefixFold(c.Key, "aws:PrincipalTag/")
		switch {
		case isTag && isPositiveText(c.Operator):
			w.say(i, fmt.Sprintf("if the principal's tag %s is %s", tag, alternatives(c.Values)))
		case c.Operator == "Null" && isTrue(c.Values):
			w.say(i, "without "+c.Key)
		case c.Operator == "Null":
			w.say(i, "with "+c.Key)
		default:
			w.say(i, fmt.Sprintf("if %s %s %s", c.Key, inWords(c), alternatives(c.Values)))
		}
	}
}

// inWords puts the operator of a condition in words: "is not like".
func inWords(c keypolicy.Condition) string {
	operator := c.Operator
	plain, negative := strings.CutPrefix(operator, notPrefix)
	form, known := aws.ParseOperator(plain)
	if !known {
		return operator
	}
	words := form.Words
	switch form.Set {
	case aws.ForAllValues:
		words = "in each value " + words
	case aws.ForAnyValue:
		words = "in some value " + words
	}
	// The times of the request and whether it was encrypted are in every request.
	if key, found := aws.FindConditionKey(c.Key); form.IfExists && !(found && key.Always == aws.AllCallers) {
		words = "is absent or " + words
	}
	if negative {
		words = "fails: " + words
	}
	return words
}

// services names services as people do: "S3 in us-east-1".
func services(names []string) string {
	var words []string
	for _, name := range names {
		words = append(words, aws.ServiceInWords(name))
	}
	return list(words, "or")
}

// isPositiveText reports whether an operator compares texts and needs one of the
// values to match.
func isPositiveText(operator string) bool {
	form, known := aws.ParseOperator(operator)
	return known && form.IsText() && !form.Negated && !form.IfExists && form.Set == ""
}

func isNegativeText(operator string) bool {
	form, known := aws.ParseOperator(operator)
	return known && form.IsText() && form.Negated && form.Set == ""
}

func isAnything(c keypolicy.Condition) bool {
	return strings.HasSuffix(c.Operator, "Like") && slices.ContainsFunc(c.Values, func(v string) bool { return v == "*" || v == "?*" })
}

func isTrue(values []string) bool { return len(values) == 1 && strings.EqualFold(values[0], "true") }

func alternatives(values []string) string {
	shown := slices.Clone(values)
	for i, value := range shown {
		if value == "" {
			shown[i] = "nothing"
		}
	}
	return list(unique(shown), "or")
}

func list(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}

func unique(words []string) []string {
	var kept []string
	for _, word := range words {
		if !slices.Contains(kept, word) {
			kept = append(kept, word)
		}
	}
	return kept
}

func cutPrefixFold(text, prefix string) (string, bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return text, false
	}
	return text[len(prefix):], true
}
