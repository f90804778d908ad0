package randompolicy

import (
	"regexp"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// call gives the request a principal: one that a statement names, one that a
// condition describes, or any.
func (n *neighbourhood) call(r *evaluation.Request, aim keypolicy.Statement) {
	r.Principal = n.anyone()
	if len(aim.Principals) > 0 && n.chance(55) {
		if named := n.named(pick(n.Generator, aim.Principals)); named != "" {
			r.Principal = named
		}
	}
	if n.chance(55) {
		if described := n.described(r, aim); described != "" {
			r.Principal = described
		}
	}
	if KindOf(r.Principal) == Session {
		// What AWS sends with a session is its role's ARN, path and all.
		parts := strings.Split(r.Principal[strings.Index(r.Principal, "assumed-role/"):], "/")
		path := pick(n.Generator, []string{"", "", "team/data/", "team/", "x/"})
		r.Context["aws:PrincipalArn"] = []string{"arn:aws:iam::" + AccountOf(r.Principal) + ":role/" + path + parts[1]}
	}
}

var (
	accountPool = []string{Account, Account, Account, Account, partner, security, "444455556667", "444455556660", "123456789013", "123456789011", "199999999999", "999999999996"}
	namePool    = []string{"Reader", "reader-1", "Readr", "x", "blue", "team/data/Analyst", "team/x", "Analyst", "ann", "team/eve", "bob", "ops-1", "b", "Reader2", "red"}
)

func (n *neighbourhood) anyone() string {
	account, name := pick(n.Generator, accountPool), pick(n.Generator, namePool)
	last := name[strings.LastIndexByte(name, '/')+1:]
	switch n.IntN(12) {
	case 0:
		return "arn:aws:iam::" + account + ":root"
	case 1, 2:
		return "arn:aws:iam::" + account + ":user/" + name
	case 3:
		return "arn:aws:sts::" + account + ":federated-user/" + last
	case 4, 5:
		return "arn:aws:sts::" + account + ":assumed-role/" + last + "/" + pick(n.Generator, []string{"ann", "fn", "i-0abc"})
	case 6:
		return pick(n.Generator, []string{"logs.us-east-1.amazonaws.com", "logs.eu-west-1.amazonaws.com", "cloudtrail.amazonaws.com", "delivery.logs.amazonaws.com", "s3.amazonaws.com"})
	case 7:
		if n.chance(40) {
			return evaluation.Anonymous
		}
	}
	return "arn:aws:iam::" + account + ":role/" + name
}

// named is a principal that an entry of a Principal element names, or one of its
// account.
func (n *neighbourhood) named(p keypolicy.Principal) string {
	switch {
	case p.Id == "*":
		return ""
	case p.Type == keypolicy.PrincipalService:
		return p.Id
	case len(p.Id) == len(Account), strings.HasSuffix(p.Id, ":root"):
		account := p.Id
		if len(p.Id) > len(Account) {
			account = AccountOf(p.Id)
		}
		if n.chance(20) {
			return "arn:aws:iam::" + account + ":root"
		}
		return "arn:aws:iam::" + account + pick(n.Generator, []string{":role/", ":user/"}) + pick(n.Generator, namePool)
	case strings.Contains(p.Id, ":role/") && n.chance(40):
		name := p.Id[strings.LastIndexByte(p.Id, '/')+1:]
		return "arn:aws:sts::" + AccountOf(p.Id) + ":assumed-role/" + name + "/" + pick(n.Generator, []string{"ann", "fn"})
	}
	return p.Id
}

// principalForm is an ARN or service name that can call KMS.
var principalForm = regexp.MustCompile(`^(arn:aws:iam::[0-9]{12}:(root|role/[\w+=,.@/-]*[\w+=,.@-]|user/[\w+=,.@/-]*[\w+=,.@-])|arn:aws:sts::[0-9]{12}:federated-user/[\w+=,.@-]+)$`)

// serviceForm is a service's name. See the IAM User Guide, "AWS JSON policy elements:
// Principal", "AWS service principals".
var serviceForm = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+){0,3}\.amazonaws\.com$`)

// described is a principal near one that a condition of a statement asks for.
func (n *neighbourhood) described(r *evaluation.Request, s keypolicy.Statement) string {
	for _, c := range s.Conditions {
		value := n.near(pick(n.Generator, c.Values), r)
		switch strings.ToLower(c.Key) {
		case "aws:principalarn":
			// Wildcards in the account stand for digits.
			parts := strings.SplitN(pick(n.Generator, c.Values), ":", 6)
			if len(parts) == 6 && strings.ContainsAny(parts[4], "*?$") {
				value = n.near(strings.Join([]string{parts[0], parts[1], parts[2], parts[3], n.digits(parts[4]), parts[5]}, ":"), r)
			}
			if principalForm.MatchString(value) {
				return value
			}
		case "kms:calleraccount", "aws:principalaccount":
			return "arn:aws:iam::" + n.digits(pick(n.Generator, c.Values)) + pick(n.Generator, []string{":role/Reader", ":user/ann", ":root", ":role/x"})
		case "aws:username":
			name := "arn:aws:iam::" + pick(n.Generator, accountPool) + ":user/" + value
			if principalForm.MatchString(name) {
				return name
			}
		case "aws:principalservicename", "aws:principalservicenameslist":
			if serviceForm.MatchString(value) {
				return value
			}
			return "logs.us-east-1.amazonaws.com"
		case "aws:sourcearn", "aws:sourceaccount":
			return "logs.us-east-1.amazonaws.com"
		case "aws:principaltype":
			kinds := map[string]string{"User": ":user/ann", "Account": ":root", "AssumedRole": ":role/x"}
			if kind, known := kinds[value]; known {
				return "arn:aws:iam::" + pick(n.Generator, accountPool) + kind
			}
			return "arn:aws:sts::" + pick(n.Generator, accountPool) + ":federated-user/bob"
		}
	}
	return ""
}

// digits is an account that a pattern describes, with one digit another now and then.
func (n *neighbourhood) digits(pattern string) string {
	const numerals = "0123456789"
	var text strings.Builder
	for _, c := range pattern {
		switch {
		case c >= '0' && c <= '9' && !n.chance(3):
			text.WriteRune(c)
		case c == '?' || c >= '0' && c <= '9':
			text.WriteByte(numerals[n.IntN(10)])
		case c == '*':
			kept := strings.Count(pattern, "") - 1 - strings.Count(pattern, "*")
			for range max(0, 12-kept) {
				text.WriteByte(numerals[n.IntN(10)])
			}
		}
	}
	if text.Len() != 12 {
		return pick(n.Generator, accountPool)
	}
	return text.String()
}
