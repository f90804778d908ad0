package kmstiertest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// role is what a stack says of the name of a role or user that it makes or looks up.
// Terraform makes a name up that begins with the prefix, by default "terraform-", where
// the stack gives none. See the AWS provider's documentation, "aws_iam_role", name.
type role struct {
	Name       string
	NamePrefix string `json:"name_prefix"`
	Path       string

	// kind is "role" or "user".
	kind string
}

// rolesOf are the roles and users of a stack, by the tokens of their ARNs.
func rolesOf(stack string) (map[string]role, error) {
	var blocks struct {
		Resource, Data map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(stack), &blocks); err != nil {
		return nil, err
	}
	roles := map[string]role{}
	for prefix, block := range map[string]map[string]map[string]json.RawMessage{"": blocks.Resource, "data.": blocks.Data} {
		for kind, word := range map[string]string{"aws_iam_role": "role", "aws_iam_user": "user"} {
			for name, body := range block[kind] {
				of := role{kind: word}
				if err := json.Unmarshal(body, &of); err != nil {
					return nil, err
				}
				roles["${"+prefix+kind+"."+name+".arn}"] = of
			}
		}
	}
	return roles, nil
}

// mayBe reports whether a role may turn out to have an ARN, by its name; isSure whether
// it will.
func (r role) mayBe(arn aws.Arn) (may, isSure bool) {
	kind, name, _ := strings.Cut(arn.Resource, "/")
	if kind == "assumed-role" {
		kind = "role"
		name, _, _ = strings.Cut(name, "/")
	}
	name = aws.LastSegment(name)
	switch {
	case r.kind == "": // of something else than a role or user of the stack
		return true, false
	case kind != r.kind:
		return false, false
	case aws.IsToken(r.Name), r.Name == "" && aws.IsToken(r.NamePrefix):
		return true, false
	case r.Name != "":
		return r.Name == name, r.Name == name
	case r.NamePrefix == "":
		return strings.HasPrefix(name, "terraform-"), false
	}
	return strings.HasPrefix(name, r.NamePrefix), false
}

// everyName are the texts under which the policy may speak of a principal: itself, the
// token of a role of the stack that it is, or the ARN that a token will be. What keeps a
// "no" from being proven it reports.
func (k *Key) everyName(principal string) []string {
	k.stack.t.Helper()
	for _, left := range slices.Concat(k.stack.file.LeftOut, k.key.LeftOut) {
		k.stack.t.Errorf("kmstiertest: %s: what %s cannot do is not known: %s", k.key.Address, principal, left)
	}
	key, _ := aws.ParseArn(k.key.Arn)
	arn, isArn := aws.ParseArn(principal)
	names := []string{principal}
	switch {
	case isArn && aws.IsToken(key.Account):
		k.stack.t.Errorf("kmstiertest: %s: what %s cannot do is not known: the key's account is not known before apply; give the tier its AccountId", k.key.Address, principal)
	case isArn:
		for _, token := range tokensOf(k.key.Key) {
			if arn.Account != key.Account && !slices.Contains(k.key.Strangers, token) {
				continue // the role is of the key's account
			}
			switch may, isSure := k.stack.roles[token].mayBe(arn); {
			case isSure:
				names = append(names, token)
			case may:
				k.stack.t.Errorf("kmstiertest: %s: what %s cannot do is not known: it may be %s, of which the policy speaks; name that role where it is made", k.key.Address, principal, token)
			}
		}
	case aws.IsToken(principal):
		of := k.stack.roles[principal]
		if of.Name == "" || aws.IsToken(of.Name) || aws.IsToken(of.Path) || aws.IsToken(key.Account) {
			k.stack.t.Errorf("kmstiertest: %s: what %s cannot do is not known: its ARN is not known before apply; name the role where it is made, and give the tier its AccountId", k.key.Address, principal)
			break
		}
		path := "/" + strings.Trim(of.Path, "/") + "/"
		names = append(names, "arn:"+key.Partition+":iam::"+key.Account+":"+of.kind+strings.ReplaceAll(path+of.Name, "//", "/"))
	}
	return names
}

var aToken = regexp.MustCompile(`^\$\{.*\}$`)

// tokensOf are the tokens that a key's policy and grants name as principals.
func tokensOf(key analysis.Key) (tokens []string) {
	add := func(text string) {
		if aToken.MatchString(text) && aws.IsToken(text) && !slices.Contains(tokens, text) {
			tokens = append(tokens, text)
		}
	}
	for _, statement := range key.Policy.Statements {
		for _, principal := range slices.Concat(statement.Principals, statement.NotPrincipals) {
			add(principal.Id)
		}
		for _, condition := range statement.Conditions {
			if strings.EqualFold(condition.Key, "aws:PrincipalArn") {
				for _, value := range condition.Values {
					add(value)
				}
			}
		}
	}
	for _, grant := range key.Grants {
		add(grant.GranteePrincipal)
	}
	return tokens
}
