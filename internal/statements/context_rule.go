package statements

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// UseWithoutContext returns the first action with which the statement would let
// somebody use the key without any encryption context, or "" if there is none.
//
// An Allow of a cryptographic action needs a condition that a pair of the
// encryption context satisfies (for AWS services, which may send none,
// aws:SourceArn or aws:SourceAccount does as well). An Allow of CreateGrant needs
// a grant that AWS services make for a resource or one that is bound to a
// context. All other conditions are taken to be met: what a caller can arrange
// does not count. An action that is a token may turn out to be any, and is
// returned as it stands.
func UseWithoutContext(s keypolicy.Statement) string {
	if s.Effect != keypolicy.Allow || requires(s, needsEncryptionContext) {
		return ""
	}
	if i := slices.IndexFunc(s.Actions, aws.IsToken); i >= 0 {
		return s.Actions[i]
	}
	services := len(s.NotPrincipals) == 0 && !slices.ContainsFunc(s.Principals, func(p keypolicy.Principal) bool { return p.Type != keypolicy.PrincipalService })
	safeUse := services && requires(s, needsSource)
	safeGrant := requires(s, needsBoundGrant)
	for _, action := range aws.StatementActions(s.Actions, s.NotActions).Names() {
		if action == "kms:CreateGrant" && !safeGrant || isKeyUse(action) && !safeUse {
			return action
		}
	}
	return ""
}

// isKeyUse reports whether the action uses the key's material.
func isKeyUse(action string) bool {
	for _, pattern := range slices.Concat(cryptographicActions, otherKeyUseActions) {
		if aws.MatchesWildcard(pattern, action) {
			return true
		}
	}
	return false
}

func requires(s keypolicy.Statement, rule func(keypolicy.Condition) bool) bool {
	return slices.ContainsFunc(keypolicy.MergeConditions(s.Conditions), rule)
}

func needsEncryptionContext(c keypolicy.Condition) bool {
	key := strings.ToLower(c.Key)
	switch {
	case strings.HasPrefix(key, strings.ToLower(encryptionContextKey(""))):
		return needsPresence(c, "")
	case key == strings.ToLower(keyEncryptionContextKeys):
		// ForAllValues holds for an empty context.
		return needsPresence(c, "ForAnyValue:")
	}
	return false
}

func needsSource(c keypolicy.Condition) bool {
	for _, key := range []string{keySourceArn, keySourceAccount, "aws:SourceOrgID"} {
		if strings.EqualFold(c.Key, key) {
			return needsPresence(c, "")
		}
	}
	return false
}

func needsBoundGrant(c keypolicy.Condition) bool {
	switch {
	case strings.EqualFold(c.Key, keyGrantIsForAwsResource):
		return c.Operator == "Bool" && slices.Equal(c.Values, []string{"true"})
	case strings.EqualFold(c.Key, keyGrantConstraintType):
		return needsPresence(c, "")
	}
	return false
}

// needsPresence reports whether a condition with that set prefix fails where its
// key is missing: positive comparisons do, negated ones and those with IfExists do
// not.
func needsPresence(c keypolicy.Condition, set string) bool {
	form, known := aws.ParseOperator(c.Operator)
	switch {
	case !known || form.Set != set:
		return false
	case form.Comparison == aws.CompareExistence:
		return slices.Equal(c.Values, []string{"false"})
	}
	return form.IsText() && !form.Negated && !form.IfExists
}
