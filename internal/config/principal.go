package config

import (
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
)

// Principal is the ARN of an IAM role or user, or of roles by pattern, that was
// found right as far as it is known: all of it, or a part, may be a token.
type Principal struct {
	Value
	// Partition and Account are those that the ARN spells out.
	Partition, Account Value
	// IsUser tells that the ARN is spelt out to be a user's.
	IsUser bool
}

var (
	sessionArn    = regexp.MustCompile(`^arn:aws[a-z-]*:sts::[0-9]{12}:assumed-role/`)
	userReference = regexp.MustCompile(`^\$\{aws_iam_user\.[^{}]+\.arn\}$`)
)

// PrincipalArn reads the ARN of one role or user. Where roles may be given by
// pattern too, or not at all, instead says so: "; give patterns in RoleArnPatterns".
func (c *Checker) PrincipalArn(field, arn, instead string) (Principal, bool) {
	literal, isToken := withoutTokens(arn)
	switch {
	case arn == "":
		c.Report(field, "", "is empty; must be "+limits.PrincipalArn.Must)
	case strings.ContainsAny(literal, "*?"):
		c.Report(field, arn, "must not hold wildcards, which KMS refuses in a principal"+instead)
	case sessionArn.MatchString(literal):
		c.Report(field, arn, `is a session of a role; must be the ARN of the role itself, such as "arn:aws:iam::123456789012:role/Name"`)
	case strings.Contains(literal, "${"):
		c.Report(field, arn, "holds a policy variable, which IAM does not replace in a principal; must be "+limits.PrincipalArn.Must)
	case isToken && fitsArn(arn, "role/", "user/"), limits.PrincipalArn.Allows(arn):
		return principalOf(arn), true
	default:
		c.Report(field, arn, "must be "+limits.PrincipalArn.Must)
	}
	return Principal{}, false
}

// RolePattern reads the ARN of roles by pattern.
func (c *Checker) RolePattern(field, pattern string) (Principal, bool) {
	literal, isToken := withoutTokens(pattern)
	_, name, _ := strings.Cut(pattern, ":role/")
	form := limits.RoleArnPattern.Patterns[0]
	switch {
	case pattern == "":
		c.Report(field, "", "is empty; must be "+limits.RoleArnPattern.Must)
	case strings.Contains(literal, "${"):
		c.Report(field, pattern, "holds a policy variable, by which each caller says whom the pattern means; must be "+limits.RoleArnPattern.Must)
	case isToken && fitsArn(pattern, "role/"):
		return principalOf(pattern), true
	case isToken, !form.MatchString(pattern):
		c.Report(field, pattern, "must be "+limits.RoleArnPattern.Must)
	case !strings.ContainsAny(name, "*?"):
		c.Report(field, pattern, "has no wildcard; name the role in the field for role ARNs, which needs no IAM policy besides")
	case strings.Trim(name, "*?/") == "":
		c.Report(field, pattern, "matches every role of the account; must hold a part of the roles' names or path")
	default:
		return principalOf(pattern), true
	}
	return Principal{}, false
}

// principalOf takes an ARN apart as far as it is spelt out.
func principalOf(arn string) Principal {
	p := Principal{Value: ValueOf(arn), IsUser: userReference.MatchString(arn)}
	parts, isArn := aws.SplitArn(arn)
	if !isArn {
		return p
	}
	known := func(part string) Value {
		if value := ValueOf(part); value.IsKnown() {
			return value
		}
		return Value{}
	}
	p.Partition, p.Account = known(parts[1]), known(parts[4])
	p.IsUser = strings.HasPrefix(parts[5], "user/")
	return p
}

// fitsArn reports whether a text with tokens can become an ARN of IAM whose resource
// begins with one of the kinds.
func fitsArn(text string, kinds ...string) bool {
	parts, isArn := aws.SplitArn(text)
	if !isArn {
		// A token may stand for several parts; what is written before it begins an ARN.
		written, _, _ := strings.Cut(text, "${")
		return strings.HasPrefix(written, "arn:") || strings.HasPrefix("arn:", written) || aws.IsListToken(text)
	}
	fits := func(part string, ok func(string) bool) bool {
		literal, isToken := withoutTokens(part)
		return isToken || ok(literal)
	}
	resource, _, _ := strings.Cut(parts[5], "${")
	return fits(parts[0], func(s string) bool { return s == "arn" }) &&
		fits(parts[1], func(s string) bool { _, known := aws.FindPartition(s); return known }) &&
		fits(parts[2], func(s string) bool { return s == "iam" }) &&
		fits(parts[3], func(s string) bool { return s == "" }) &&
		fits(parts[4], limits.AccountId.Allows) &&
		slices.ContainsFunc(kinds, func(kind string) bool {
			return strings.HasPrefix(resource, kind) || resource != parts[5] && strings.HasPrefix(kind, resource)
		})
}

// withoutTokens is what of a text is literal, and whether there are tokens beside
// it. Policy variables are literal: Terraform hands them on.
func withoutTokens(text string) (literal string, isToken bool) {
	if aws.IsListToken(text) {
		return "", true
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if strings.HasPrefix(text[i:], "$${") {
			b.WriteString("$${")
			i += len("$${") - 1
			continue
		}
		if !strings.HasPrefix(text[i:], "${") {
			b.WriteByte(text[i])
			continue
		}
		placeholder := text[i : i+aws.PlaceholderLength(text[i:])]
		if aws.IsPolicyVariable(placeholder) {
			b.WriteString(placeholder)
		} else {
			isToken = true
		}
		i += len(placeholder) - 1
	}
	return b.String(), isToken
}
