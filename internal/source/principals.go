package source

import (
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/hclexpr"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// identity is a role or user that Terraform makes, as far as it is configured.
type identity struct {
	provider   provider
	kind       string
	name, path any
}

// isIdentity tells the types of resources and data sources that are roles and
// users.
func isIdentity(kind string) bool { return kind == "aws_iam_role" || kind == "aws_iam_user" }

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
	kind := strings.TrimPrefix(id.kind, "aws_iam_")
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

// foreignName is the ARN of a role or user of another account in the place of its
// token; any other text stays as it is.
func foreignName(text string, key location, find func(hclexpr.Reference) (identity, bool)) string {
	if !strings.HasPrefix(text, "${") || !aws.IsToken(text) {
		return text
	}
	expression, err := hclexpr.Parse(text)
	if err != nil {
		return text
	}
	reference, is := expression.Reference()
	if !is {
		return text
	}
	if found, is := find(reference); is {
		if arn, foreign := found.arnIn(key, text); foreign {
			return arn
		}
	}
	return text
}

// nameForeigners does so among the principals and in the conditions of a policy.
func nameForeigners(policy keypolicy.Document, key location, find func(hclexpr.Reference) (identity, bool)) {
	name := func(text string) string { return foreignName(text, key, find) }
	for i := range policy.Statements {
		statement := &policy.Statements[i]
		for _, list := range [][]keypolicy.Principal{statement.Principals, statement.NotPrincipals} {
			for j := range list {
				list[j].Id = name(list[j].Id)
			}
		}
		for j := range statement.Conditions {
			statement.Conditions[j].Values = each(statement.Conditions[j].Values, name)
		}
	}
}
