package keypolicy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// PrincipalKind is what an entry of a Principal element stands for.
type PrincipalKind int

// The kinds. See the IAM User Guide, "AWS JSON policy elements: Principal".
const (
	// EveryoneKind is every principal of every account.
	EveryoneKind PrincipalKind = iota
	// AccountKind is an account: by itself it permits its root user only, and
	// delegates to the account's IAM policies.
	AccountKind
	RoleKind
	// SessionKind is one session of a role.
	SessionKind
	UserKind
	FederatedUserKind
	ServiceKind
	// IdentityProviderKind is a SAML or web identity provider. KMS is never called by
	// one, so it matches no request.
	IdentityProviderKind
	// UniqueIdKind is the id that AWS shows in place of a deleted role or user, such
	// as AROAEXAMPLEID. Nobody can be that principal any more.
	UniqueIdKind
	// OpaqueKind is a principal known only as a token.
	OpaqueKind
)

// PrincipalForm is a principal, taken apart.
type PrincipalForm struct {
	Kind PrincipalKind
	// Partition and Account are those of its ARN; an account given by its id has no
	// partition.
	Partition, Account string
	// Name is the name of the role or user without its path; of a session the name
	// of its role.
	Name string
}

var (
	accountIdFormat = regexp.MustCompile(`^[0-9]{12}$`)
	partitionFormat = regexp.MustCompile(`^aws(-[a-z]+)*$`)
)

// IsServiceName reports whether a name has the form of a service principal, such as
// "logs.us-east-1.amazonaws.com".
func IsServiceName(name string) bool { return aws.IsHostName(name) }

// uniqueIdPrefixes begin the unique ids of roles and users. See the IAM User
// Guide, "IAM identifiers", "Unique identifiers".
var uniqueIdPrefixes = []string{"AIDA", "AROA"}

const principalWanted = `must be the ARN of an account's root, a role, a user or a session, an account id, or "*" for everyone`

// Form takes the principal apart. The reason says why AWS refuses it, and is empty
// for one that it takes.
func (p Principal) Form() (form PrincipalForm, reason string) {
	switch p.Type {
	case PrincipalService:
		form.Kind = ServiceKind
		if !aws.IsToken(p.Id) && !IsServiceName(p.Id) {
			return form, `must be a service's principal name, such as "cloudtrail.amazonaws.com"`
		}
		return form, ""
	case PrincipalFederated:
		form.Kind = IdentityProviderKind
		return form, ""
	case PrincipalAws:
		return awsForm(p.Id)
	}
	return form, `is of type "` + string(p.Type) + `", of which KMS knows nothing; must be "AWS", "Service" or "Federated"`
}

func awsForm(id string) (form PrincipalForm, reason string) {
	arn, isArn := aws.ParseArn(id)
	switch {
	case id == "*":
		return PrincipalForm{Kind: EveryoneKind}, ""
	case accountIdFormat.MatchString(id):
		return PrincipalForm{Kind: AccountKind, Account: id}, ""
	case isArn:
		return arnForm(id, arn)
	case aws.IsToken(id):
		return PrincipalForm{Kind: OpaqueKind}, ""
	case slices.ContainsFunc(uniqueIdPrefixes, func(prefix string) bool { return strings.HasPrefix(id, prefix) }):
		return PrincipalForm{Kind: UniqueIdKind}, ""
	case strings.ContainsAny(id, "*?"):
		return form, wildcardReason
	}
	return form, principalWanted
}

const wildcardReason = `must not hold wildcards, which KMS refuses within a principal; allow the account's root and narrow it by a condition on aws:PrincipalArn`

func arnForm(id string, arn aws.Arn) (form PrincipalForm, reason string) {
	form = PrincipalForm{Kind: OpaqueKind, Partition: arn.Partition, Account: arn.Account}
	kind, rest, _ := strings.Cut(arn.Resource, "/")
	switch {
	case !aws.IsToken(id) && strings.ContainsAny(id, "*?"):
		return form, wildcardReason
	case !aws.IsToken(arn.Account) && !accountIdFormat.MatchString(arn.Account):
		return form, principalWanted + `; its account has twelve digits`
	case !aws.IsToken(arn.Partition) && !partitionFormat.MatchString(arn.Partition):
		return form, principalWanted + `; its partition is one of ` + strings.Join(aws.PartitionIds(), ", ")
	case arn.Service == "iam" && arn.Resource == "root":
		form.Kind = AccountKind
	case arn.Service == "iam" && kind == "role" && rest != "":
		form.Kind, form.Name = RoleKind, aws.LastSegment(rest)
	case arn.Service == "iam" && kind == "user" && rest != "":
		form.Kind, form.Name = UserKind, aws.LastSegment(rest)
	case arn.Service == "iam" && kind == "group":
		return form, "is an IAM group, which cannot be a principal; name its users or a role"
	case arn.Service == "sts" && kind == "assumed-role" && strings.Contains(rest, "/"):
		form.Kind = SessionKind
		form.Name, _, _ = strings.Cut(rest, "/")
	case arn.Service == "sts" && kind == "federated-user" && rest != "":
		form.Kind, form.Name = FederatedUserKind, rest
	case aws.IsToken(arn.Service) || aws.IsToken(kind):
	default:
		return form, principalWanted
	}
	return form, ""
}
