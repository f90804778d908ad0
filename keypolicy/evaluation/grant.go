package evaluation

import (
	"fmt"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// granted finds the strongest grant for the request; of equally strong ones the
// first.
func (e *evaluation) granted() (StatementRef, Strength) {
	best := NoMatch
	var ref StatementRef
	for i := range e.request.Grants {
		grant := &e.request.Grants[i]
		found, err := e.matchesGrant(grant)
		if err != nil {
			e.fail(fmt.Errorf("grant %d (%s): %w", i, grant.Name, err))
			return StatementRef{}, NoMatch
		}
		if found > best {
			best = found
			ref = StatementRef{Policy: GrantOfKey, Index: i, Sid: grant.Name}
		}
	}
	return ref, best
}

func (e *evaluation) matchesGrant(grant *Grant) (Strength, error) {
	compiled, err := compileGrant(grant)
	if err != nil {
		return NoMatch, err
	}
	if compiled.operations&e.action == 0 || e.action&aws.UnboundGrantActions == 0 && !e.meetsConstraints(grant) {
		return NoMatch, nil
	}
	return compiled.grantee.match(&e.caller), nil
}

type compiledGrant struct {
	operations aws.ActionSet
	grantee    principalMatcher
}

func compileGrant(grant *Grant) (compiled compiledGrant, err error) {
	for _, operation := range grant.Operations {
		bit, known := aws.FindAction("kms:" + operation)
		if !known || bit&aws.GrantableActions == 0 {
			return compiled, fmt.Errorf(`operation %q: must be an operation that a grant can give, such as "Decrypt" or "ReEncryptFrom"`, operation)
		}
		compiled.operations |= bit
	}
	principal := keypolicy.AwsPrincipal(grant.GranteePrincipal)
	if keypolicy.IsServiceName(grant.GranteePrincipal) {
		principal = keypolicy.ServicePrincipal(grant.GranteePrincipal)
	}
	compiled.grantee = newPrincipalMatcher(principal)
	if _, reason := principal.Form(); reason != "" {
		return compiled, fmt.Errorf("grantee %q: %s", grant.GranteePrincipal, reason)
	}
	if compiled.grantee.Kind == keypolicy.EveryoneKind {
		return compiled, fmt.Errorf("grantee %q: a grant is for one principal", grant.GranteePrincipal)
	}
	return compiled, nil
}

// meetsConstraints compares the encryption context with a grant's constraints,
// which know no wildcards. The name of a pair is compared whatever its case, its
// value exactly. See the KMS API Reference, "GrantConstraints".
func (e *evaluation) meetsConstraints(grant *Grant) bool {
	if grant.EncryptionContextEquals == nil && grant.EncryptionContextSubset == nil {
		return true
	}
	context := e.encryptionContext()
	if grant.EncryptionContextEquals != nil && len(context) != len(grant.EncryptionContextEquals) {
		return false
	}
	return holdsPairs(context, grant.EncryptionContextEquals) && holdsPairs(context, grant.EncryptionContextSubset)
}

func holdsPairs(context []pair, wanted map[string]string) bool {
	for name, value := range wanted {
		if got := findPair(context, name); got == nil || got.value != value {
			return false
		}
	}
	return true
}

// encryptionContext is the whole encryption context, from the request's field
// and from explicit condition keys.
func (e *evaluation) encryptionContext() []pair {
	context := slices.Clone(e.encryption)
	for _, given := range e.explicit {
		name, is := aws.EncryptionContextName(given.name)
		if !is || len(given.values) != 1 {
			continue
		}
		if other := findPair(context, name); other != nil {
			other.value = given.values[0]
		} else {
			context = append(context, pair{name: name, value: given.values[0]})
		}
	}
	return context
}
