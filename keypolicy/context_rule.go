package keypolicy

import (
	"slices"
	"strings"
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
func (s Statement) UseWithoutContext() string {
	if s.Effect != Allow || s.requires(Condition.needsEncryptionContext) {
		return ""
	}
	services := len(s.NotPrincipals) == 0 && !slices.ContainsFunc(s.Principals, func(p Principal) bool { return p.Type != PrincipalService })
	safeUse := services && s.requires(Condition.needsSource)
	safeGrant := s.requires(Condition.needsBoundGrant)
	for _, action := range s.matchingActions() {
		switch {
		case action == "kms:CreateGrant" && !safeGrant, isKeyUse(action) && !safeUse, IsToken(action):
			return action
		}
	}
	return ""
}

// matchingActions are all actions that the statement speaks of, and its tokens.
func (s Statement) matchingActions() []string {
	var matching []string
	for _, pattern := range s.Actions {
		if IsToken(pattern) {
			matching = append(matching, pattern)
		}
		matching = append(matching, MatchingActions(pattern)...)
	}
	if len(s.NotActions) == 0 {
		return matching
	}
	var except []string
	for _, pattern := range s.NotActions {
		except = append(except, MatchingActions(pattern)...)
	}
	for _, action := range allActions {
		if !slices.Contains(except, action) {
			matching = append(matching, action)
		}
	}
	return matching
}

// isKeyUse reports whether the action uses the key's material.
func isKeyUse(action string) bool {
	for _, pattern := range slices.Concat(cryptographicActions, otherKeyUseActions) {
		if matchesWildcard(pattern, action) {
			return true
		}
	}
	return false
}

func (s Statement) requires(rule func(Condition) bool) bool {
	return slices.ContainsFunc(mergedConditions(s.Conditions), rule)
}

// mergedConditions are the conditions as JSON has them: one of an operator and a
// key, with the values of all. Two that ask for opposite things ask for nothing.
func mergedConditions(conditions []Condition) []Condition {
	var merged []Condition
	for _, condition := range cloneConditions(conditions) {
		i := slices.IndexFunc(merged, func(other Condition) bool {
			return other.Operator == condition.Operator && other.Key == condition.Key
		})
		if i < 0 {
			merged = append(merged, condition)
		} else {
			merged[i].Values = append(merged[i].Values, condition.Values...)
		}
	}
	return merged
}

func (c Condition) needsEncryptionContext() bool {
	key := strings.ToLower(c.Key)
	switch {
	case strings.HasPrefix(key, strings.ToLower(encryptionContextKey(""))):
		return c.needsPresence("")
	case key == strings.ToLower(keyEncryptionContextKeys):
		// ForAllValues holds for an empty context.
		return c.needsPresence("ForAnyValue:")
	}
	return false
}

func (c Condition) needsSource() bool {
	for _, key := range []string{keySourceArn, keySourceAccount, "aws:SourceOrgID"} {
		if strings.EqualFold(c.Key, key) {
			return c.needsPresence("")
		}
	}
	return false
}

func (c Condition) needsBoundGrant() bool {
	switch {
	case strings.EqualFold(c.Key, keyGrantIsForAwsResource):
		return c.Operator == "Bool" && slices.Equal(c.Values, []string{"true"})
	case strings.EqualFold(c.Key, keyGrantConstraintType):
		return c.needsPresence("")
	}
	return false
}

// needsPresence reports whether the condition fails where its key is missing:
// positive comparisons do, negated ones and those with IfExists do not.
func (c Condition) needsPresence(set string) bool {
	switch comparison, found := strings.CutPrefix(c.Operator, set); {
	case !found:
		return false
	case comparison == "Null":
		return slices.Equal(c.Values, []string{"false"})
	default:
		return slices.Contains([]string{"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"}, comparison)
	}
}
