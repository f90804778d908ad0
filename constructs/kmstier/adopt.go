package kmstier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/internal/config/site"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// AdoptedKey is a key that exists already, made by other HCL, by hand or by another
// tool, and becomes the tier's key of a purpose: Terraform imports it in place of
// making one. What differs from the tier's configuration (policy, tags, description,
// rotation) is changed in place, as the plan shows; the key and what it encrypted stay.
//
// A key that could only be replaced, since its spec, its usage or where its material is
// kept differs, makes the plan fail, and an adopted key is never destroyed by Terraform,
// in no environment. Needs Terraform 1.5 or newer, at synthesis, too, where CDKTF asks it
// for its version. An entry that was applied does nothing more and can be taken out. See docs/existing-keys.md, and the Terraform
// language, "Import".
type AdoptedKey struct {
	// Purpose is the key that it becomes: "data", "logs" or that of an additional key.
	// Required.
	Purpose string
	// KeyId is the key's id, such as "1234abcd-12ab-34cd-56ef-1234567890ab", in the
	// tier's account and Region. Required; known when the app runs, since Terraform 1.5
	// imports nothing else.
	KeyId string
	// AliasExists says that the tier's alias, alias/{NamePrefix}-{Purpose}-{Environment},
	// exists too, for this key, and is imported; the plan fails where it is for another
	// key. Default: it is made. Aliases of other names stay as they are.
	AliasExists bool
	// Grants are those of the tier's grants that exist. A grant cannot be changed: one
	// that differs from the tier's is replaced, which is a moment without. Default: all
	// are made.
	Grants []AdoptedGrant
}

// AdoptedGrant is a grant of an adopted key that exists already.
type AdoptedGrant struct {
	// Grantee is who holds it: the role's ARN as SecurityRoleArns or LogsRoleArns has it,
	// or the id of the security or logs account where the whole account does. Required.
	Grantee string
	// GrantId is the grant's id, 64 hexadecimal digits, as ListGrants of KMS has it.
	// Required.
	GrantId string
}

const whyImported = "since it is imported by it"

// adoption reads the keys that exist already.
func (p *parser) adoption(given *KmsTierConfig) {
	for i, key := range given.Adopt {
		field := fmt.Sprintf("Adopt[%d]", i)
		p.adoptedPurpose(field+".Purpose", key.Purpose, given.Adopt[:i])
		p.Literal(field+".KeyId", key.KeyId, limits.KeyId, whyImported)
		if first := slices.IndexFunc(given.Adopt, func(other AdoptedKey) bool { return other.KeyId == key.KeyId }); first < i && key.KeyId != "" {
			p.Report(field+".KeyId", key.KeyId, fmt.Sprintf("is the key of Adopt[%d] already; a key has one purpose", first))
		}
		p.adoptedGrants(field, key)
		key.Grants = slices.Clone(key.Grants)
		p.settings.adopted = append(p.settings.adopted, key)
	}
	if s := p.settings; len(given.Adopt) > 0 && given.PreventDestroy != nil && !s.preventDestroy && !s.production {
		p.ReportValue("PreventDestroy", false, "must not be false while Adopt has keys, which were there before the environment; take out what was applied before")
	}
}

func (p *parser) adoptedPurpose(field, purpose string, before []AdoptedKey) {
	first := slices.IndexFunc(before, func(other AdoptedKey) bool { return other.Purpose == purpose })
	switch _, found := p.settings.findPurpose(purpose); {
	case purpose == "":
		p.Report(field, "", "is missing; must be "+p.settings.purposeNames())
	case !found:
		p.Report(field, purpose, "is no key of the tier; must be "+p.settings.purposeNames())
	case first >= 0:
		p.Report(field, purpose, fmt.Sprintf("is the purpose of Adopt[%d] already; a purpose has one key", first))
	}
}

func (p *parser) adoptedGrants(field string, key AdoptedKey) {
	of, found := p.settings.findPurpose(key.Purpose)
	if !found {
		return
	}
	declared := of.grants(p.settings, p.settings.assumedLocation()).Grantees
	for i, grant := range key.Grants {
		at := fmt.Sprintf("%s.Grants[%d]", field, i)
		p.Literal(at+".GrantId", grant.GrantId, limits.GrantId, whyImported)
		if j := slices.IndexFunc(key.Grants, func(other AdoptedGrant) bool { return other.GrantId == grant.GrantId }); j < i && grant.GrantId != "" {
			p.Report(at+".GrantId", grant.GrantId, fmt.Sprintf("is the grant of %s.Grants[%d] already", field, j))
		}
		before := p.Count()
		p.Literal(at+".Grantee", grant.Grantee, limits.Grantee, "since it says which grant is imported")
		if p.Count() > before {
			continue
		}
		if j := slices.IndexFunc(key.Grants, func(other AdoptedGrant) bool { return other.Grantee == grant.Grantee }); j < i {
			p.Report(at+".Grantee", grant.Grantee, fmt.Sprintf("is the grantee of %s.Grants[%d] already; a grantee has one grant of a key", field, j))
		} else if !slices.ContainsFunc(declared, grant.isFor) {
			p.Report(at+".Grantee", grant.Grantee, fmt.Sprintf("gets no grant of the %s key from the tier; %s", of.name, declaredGrantees(declared)))
		}
	}
}

// isFor reports whether the grant is that of a grantee that the tier declares.
func (g AdoptedGrant) isFor(grantee string) bool {
	return g.Grantee == grantee || strings.HasSuffix(grantee, ":iam::"+g.Grantee+":root")
}

// declaredGrantees says whose grants can be adopted.
func declaredGrantees(grantees []string) string {
	var names []string
	for _, grantee := range grantees {
		if arn, isArn := aws.ParseArn(grantee); isArn && arn.Resource == "root" {
			grantee = arn.Account
		}
		names = append(names, grantee)
	}
	if len(names) == 0 {
		return "it makes none; leave it out, and the grant stays as it is"
	}
	return "must be " + strings.Join(names, " or ")
}

// adoptedKey is the key that becomes that of a purpose, if there is one.
func (s settings) adoptedKey(purpose string) (AdoptedKey, bool) {
	i := slices.IndexFunc(s.adopted, func(key AdoptedKey) bool { return key.Purpose == purpose })
	if i < 0 {
		return AdoptedKey{}, false
	}
	return s.adopted[i], true
}

// grantId is that of the grant of a grantee that exists, or "".
func (k AdoptedKey) grantId(grantee string) string {
	for _, grant := range k.Grants {
		if grant.isFor(grantee) {
			return grant.GrantId
		}
	}
	return ""
}

// adoptedReservation begins the names by which a tier takes keys of its stack: one tier
// can adopt a key.
const adoptedReservation = "kmstier: key "

func (s settings) adoptedReservation(key AdoptedKey) string {
	return s.reserved(adoptedReservation + key.KeyId)
}

// adoptionConflicts report keys that another tier of the stack has adopted.
func (s settings) adoptionConflicts(reserved site.Reservations) keypolicy.Problems {
	var problems keypolicy.Problems
	for i, key := range s.adopted {
		if reserved[s.adoptedReservation(key)] {
			problems = append(problems, keypolicy.Problem{Field: fmt.Sprintf("Adopt[%d].KeyId", i), Value: fmt.Sprintf("%q", key.KeyId),
				Reason: "is adopted by another tier of this stack; a key has one purpose"})
		}
	}
	return problems
}
