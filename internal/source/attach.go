package source

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/hclexpr"
)

// leaveOut notes what decides about the key and is not known.
func (k *Key) leaveOut(what ...string) {
	for _, text := range what {
		if !slices.Contains(k.LeftOut, text) {
			k.LeftOut, k.Notes = append(k.LeftOut, text), append(k.Notes, text)
		}
	}
}

func (a *assembly) attachPolicy(r resource) {
	key, of := a.keyOf(r, "key_id")
	if key == nil {
		a.mayBelong(r, fmt.Sprintf("the policy %s may be this key's: for which key it is, is not known before apply", r.address))
		key, of = a.add(r), r
		id := r.text("key_id")
		if arn, is := parseKeyArn(id); is {
			key.Arn = arn.String()
		}
		if id != "" && !aws.IsToken(id) {
			a.index[id] = len(a.keys) - 1
		}
		key.Notes = append(key.Notes, "the key itself is not in the file")
	} else {
		key.Notes = append(key.Notes, "the policy is that of "+r.address)
		key.Problem = ""
		key.leaveOut(r.leftOut...)
	}
	a.setPolicy(key, r, of)
	if other := a.attached[key]; other != "" {
		key.Problem = fmt.Sprintf("%s and %s both set the policy, and which of them comes last is not known", other, r.address)
	}
	a.attached[key] = r.address
}

// detachPolicy is what the provider does when an aws_kms_key_policy is destroyed:
// it sets the default policy, unless told to let it be. See the AWS provider's
// documentation, "aws_kms_key_policy", bypass_policy_lockout_safety_check.
func (a *assembly) detachPolicy(r resource) {
	key, _ := a.keyOf(r, "key_id")
	if key == nil || r.values["bypass_policy_lockout_safety_check"] == true {
		return
	}
	key.Notes = append(key.Notes, "the plan destroys "+r.address+", which set the policy")
	key.Problem = ""
	a.hasPolicy[key] = false
}

func (a *assembly) attachGrant(r resource) {
	grant, err := grantOf(r)
	key, of := a.keyOf(r, "key_id")
	switch {
	case key == nil:
		if !a.mayBelong(r, fmt.Sprintf("the grant %s is left out: for which key it is, is not known before apply", r.address)) {
			a.leftOut = append(a.leftOut, fmt.Sprintf("the grant %s is left out: its key %s is not in the file", r.address, r.text("key_id")))
		}
	case err != nil:
		key.leaveOut(fmt.Sprintf("the grant %s is left out: %v", r.address, err))
	default:
		key.leaveOut(r.leftOut...)
		grantee := nameIdentity(grant.GranteePrincipal, of.provider.name, a.defaults.locationOf(of, key.Policy), func(reference hclexpr.Reference) (identity, bool) {
			return a.reader.identity(reference, r)
		})
		if grant.GranteePrincipal = grantee.text; grantee.stranger {
			key.Strangers = append(key.Strangers, grantee.text)
		}
		key.Grants = append(key.Grants, grant)
	}
}

// keyId is the id of a key. See the KMS Developer Guide, "Key identifiers (KeyId)".
var keyId = regexp.MustCompile(`^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$`)

// mayBelong leaves out of each key of the file what is for a key that is not told:
// but not of those that cannot be meant by a known id, since theirs is known or not
// made yet. It reports whether there is any.
func (a *assembly) mayBelong(r resource, what string) bool {
	id := r.text("key_id")
	_, isArn := parseKeyArn(id)
	known := isArn || keyId.MatchString(id)
	meant := false
	for i, key := range a.keys {
		if !isKey(a.of[i].kind) || known && (key.Arn != "" || key.Change == Create || key.Change == Replace) {
			continue
		}
		key.leaveOut(what)
		meant = true
	}
	return meant
}
