package source

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/hclexpr"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// identity is a role or user that Terraform makes or looks up, as far as it is
// configured.
type identity struct {
	provider   provider
	kind       string
	name, path any
}

// identityAttributes are, by the types of resources and data sources that are roles
// and users, or tell of one, the attributes that name it as a principal.
var identityAttributes = map[string][]string{
	"aws_iam_role": {"arn", "unique_id"}, "aws_iam_user": {"arn", "unique_id"},
	"aws_iam_service_linked_role": {"arn", "unique_id"}, "aws_caller_identity": {"arn"}, "aws_iam_session_context": {"issuer_arn"},
}

func isIdentity(kind string) bool { return identityAttributes[kind] != nil }

func namesIdentity(kind, attribute string) bool {
	return slices.Contains(identityAttributes[kind], attribute)
}

// arnIn is the ARN of the identity where it is known to be of another account than
// the key's; else false. A token could stay for any identity, but one is taken
// for a role or user of the key's account, which this is not. What is not known of
// the name stays a token within the ARN.
func (id identity) arnIn(key location, token string) (arn string, foreign bool) {
	at := id.provider.location
	if at.account == "" || key.account == "" || at.account == key.account {
		return "", false
	}
	at = at.orFrom(location{partition: partitionOf(at.region)}).orFrom(key).orFrom(location{partition: "aws"})
	kind := "role"
	if id.kind == "aws_iam_user" {
		kind = "user"
	}
	name, path := literalOf(id.name), literalOf(id.path)
	if name == "" || path == "" {
		return "arn:" + at.partition + ":iam::" + at.account + ":" + kind + "/" + token, true
	}
	return "arn:" + at.partition + ":iam::" + at.account + ":" + kind + path + name, true
}

// locationOf is where a key is, as far as its provider, the defaults and the root
// that its policy names tell.
func (d Defaults) locationOf(key resource, policy keypolicy.Document) location {
	told := key.provider.location.orFrom(location{account: d.AccountId, region: d.Region})
	partition, account, _ := accountOf(policy)
	return told.orFrom(location{partition: partition, account: account})
}

// principalName is a text that may name a principal, with what is known of it.
type principalName struct {
	text string
	// stranger tells that a token leaves open of which account the principal is, or
	// whether it is a role or user at all.
	stranger bool
}

// nameIdentity puts the ARN of a role or user of another account in the place of its
// token. The token of one of the key's account stays: the provider of the key makes
// it, or another one of the same account. Who any other token is, is not known.
func nameIdentity(text, keyProvider string, key location, find func(hclexpr.Reference) (identity, bool)) principalName {
	if !aws.IsToken(text) {
		return principalName{text: text}
	}
	if arn, isArn := aws.ParseArn(text); isArn {
		kind, _, _ := strings.Cut(arn.Resource, "/")
		return principalName{text, aws.IsToken(kind) || aws.IsToken(arn.Account) && arn.Account != key.account}
	}
	expression, err := hclexpr.Parse(text)
	if err != nil {
		return principalName{text, true}
	}
	reference, is := expression.Reference()
	if !is {
		return principalName{text, true}
	}
	found, is := find(reference)
	if !is {
		return principalName{text, true}
	}
	if arn, foreign := found.arnIn(key, text); foreign {
		return principalName{text: arn}
	}
	by := found.provider
	return principalName{text, by.name != keyProvider && (by.account == "" || by.account != key.account)}
}

// nameIdentities does so among the principals and in the conditions of a policy, and
// returns the strangers among the principals.
func nameIdentities(policy keypolicy.Document, keyProvider string, key location, find func(hclexpr.Reference) (identity, bool)) (strangers []string) {
	name := func(text string, isPrincipal bool) string {
		named := nameIdentity(text, keyProvider, key, find)
		if named.stranger && isPrincipal && !slices.Contains(strangers, text) {
			strangers = append(strangers, text)
		}
		return named.text
	}
	for i := range policy.Statements {
		statement := &policy.Statements[i]
		for _, list := range [][]keypolicy.Principal{statement.Principals, statement.NotPrincipals} {
			for j := range list {
				if list[j].Type == keypolicy.PrincipalAws {
					list[j].Id = name(list[j].Id, true)
				}
			}
		}
		for j := range statement.Conditions {
			condition := &statement.Conditions[j]
			condition.Values = each(condition.Values, func(value string) string {
				if strings.HasSuffix(value, "unique_id}") {
					// An id is no ARN, and in a condition stays one.
					return value
				}
				return name(value, strings.EqualFold(condition.Key, "aws:PrincipalArn"))
			})
		}
	}
	return strangers
}
