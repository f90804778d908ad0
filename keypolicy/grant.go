package keypolicy

import (
	"fmt"
	"maps"
)

// granted finds the strongest grant for the request; of equally strong ones the
// first.
func (e *evaluation) granted() (StatementRef, strength) {
	best := noMatch
	var ref StatementRef
	for i := range e.request.Grants {
		grant := &e.request.Grants[i]
		found, err := e.matchesGrant(grant)
		if err != nil {
			e.fail(fmt.Errorf("grant %d (%s): %w", i, grant.Name, err))
			return StatementRef{}, noMatch
		}
		if found > best {
			best = found
			ref = StatementRef{Policy: GrantOfKey, Index: i, Sid: grant.Name}
		}
	}
	return ref, best
}

// unconstrainedActions carry no encryption context, so a grant's constraints do
// not apply to them. See the KMS API Reference, "GrantConstraints".
var unconstrainedActions = compileActions([]string{"kms:DescribeKey", "kms:RetireGrant"})

func (e *evaluation) matchesGrant(grant *Grant) (strength, error) {
	compiled, err := compileGrant(grant)
	if err != nil {
		return noMatch, err
	}
	if compiled.operations&e.action == 0 || e.action&unconstrainedActions == 0 && !e.meetsConstraints(grant) {
		return noMatch, nil
	}
	return compiled.grantee.match(&e.caller), nil
}

type compiledGrant struct {
	operations actionSet
	grantee    principalMatcher
}

func compileGrant(grant *Grant) (compiled compiledGrant, err error) {
	for _, operation := range grant.Operations {
		bit, known := actionBits["kms:"+operation]
		if !known || bit&grantableActions == 0 {
			return compiled, fmt.Errorf(`operation %q: must be an operation that a grant can give, such as "Decrypt" or "ReEncryptFrom"`, operation)
		}
		compiled.operations |= bit
	}
	principal := AwsPrincipal(grant.GranteePrincipal)
	if serviceNameFormat.MatchString(grant.GranteePrincipal) {
		principal = ServicePrincipal(grant.GranteePrincipal)
	}
	compiled.grantee, err = compilePrincipal(principal)
	if err == nil && compiled.grantee.kind == principalEveryone {
		err = fmt.Errorf("grantee %q: a grant is for one principal", grant.GranteePrincipal)
	}
	return compiled, err
}

// grantableActions are the grant operations of the KMS Developer Guide, "Grants
// in AWS KMS", "Grant operations".
var grantableActions = compileActions([]string{
	"kms:CreateGrant", "kms:Decrypt", "kms:DeriveSharedSecret", "kms:DescribeKey", "kms:Encrypt",
	"kms:GenerateDataKey*", "kms:GenerateMac", "kms:GetPublicKey", "kms:ReEncrypt*", "kms:RetireGrant",
	"kms:Sign", "kms:Verify", "kms:VerifyMac",
})

// meetsConstraints compares the encryption context with a grant's constraints,
// exactly and with case: they know no wildcards.
func (e *evaluation) meetsConstraints(grant *Grant) bool {
	if grant.EncryptionContextEquals == nil && grant.EncryptionContextSubset == nil {
		return true
	}
	context := e.encryptionContext()
	if grant.EncryptionContextEquals != nil && !maps.Equal(grant.EncryptionContextEquals, context) {
		return false
	}
	for name, value := range grant.EncryptionContextSubset {
		if got, present := context[name]; !present || got != value {
			return false
		}
	}
	return true
}

// encryptionContext is the whole encryption context, from the request's field
// and from explicit condition keys.
func (e *evaluation) encryptionContext() map[string]string {
	context := map[string]string{}
	for _, given := range e.encryption {
		context[given.name] = given.value
	}
	for _, given := range e.explicit {
		if name, is := encryptionContextName(given.name); is && len(given.values) == 1 {
			context[name] = given.values[0]
		}
	}
	return context
}
