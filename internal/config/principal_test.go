package config

import (
	"strings"
	"testing"
)

const ownAccount = "123456789012"

func own(resource string) string { return "arn:aws:iam::" + ownAccount + ":" + resource }

func TestPrincipalsAreReadAsFarAsTheyAreSpeltOut(t *testing.T) {
	for arn, want := range map[string]struct {
		account, partition string
		isUser, known      bool
	}{
		own("role/r"):                           {ownAccount, "aws", false, true},
		own("user/a/b"):                         {ownAccount, "aws", true, true},
		"arn:aws-cn:iam::111111111111:role/p/r": {"111111111111", "aws-cn", false, true},
		token:                                   {"", "", false, false},
		list:                                    {"", "", false, false},
		own("role/${var.name}"):                 {ownAccount, "aws", false, false},
		own("role/etl-" + token):                {ownAccount, "aws", false, false},
		own("user/${var.name}"):                 {ownAccount, "aws", true, false},
		"arn:aws:iam::" + token + ":role/r":     {"", "aws", false, false},
		"arn:${var.p}:iam::111111111111:role/r": {"111111111111", "", false, false},
		"arn:aws:iam::1111${var.rest}:role/r":   {"", "aws", false, false},
		"${var.begin}:role/r":                   {"", "", false, false},
		"arn:aws:iam::${var.account}":           {"", "", false, false},
		"${aws_iam_user.ann.arn}":               {"", "", true, false},
		"${aws_iam_role.ann.arn}":               {"", "", false, false},
		own("${var.kind}/r"):                    {ownAccount, "aws", false, false},
		own("ro${var.kind}"):                    {ownAccount, "aws", false, false},
		"arn:aws:iam::${a.b == \"c:d\"}:role/r": {"", "aws", false, false},
	} {
		var c Checker
		got, ok := c.PrincipalArn("F", arn, "")
		if !ok || c.Count() > 0 {
			t.Errorf("%s is refused: %v", arn, c.Problems())
			continue
		}
		if got.Text() != arn || got.Account.Text() != want.account || got.Partition.Text() != want.partition || got.IsUser != want.isUser || got.IsKnown() != want.known {
			t.Errorf("%s is read as %+v, want %+v", arn, got, want)
		}
	}
}

// A token in a part of an ARN excuses nothing that is written beside it.
func TestWhatIsWrittenBesideATokenIsChecked(t *testing.T) {
	const form = "must be the ARN of an IAM role or user"
	for arn, want := range map[string]string{
		"Lambda-${var.name}":                                form,
		own("policy/${var.name}"):                           form,
		own("ra${var.kind}"):                                form,
		"arn:aws:iam::12345:role/${var.name}":               form,
		"arn:aws:sts::123456789012:${var.x}":                form,
		"arn:aws:iam:us-east-1:123456789012:role/${x}":      form,
		"arn:azure:iam::123456789012:role/${x}":             form,
		own("role/*-${var.name}"):                           "must not hold wildcards",
		own("role/${aws:username}/${var.name}"):             "holds a policy variable",
		own("role/$${x}/y"):                                 "holds a policy variable",
		own("role/${aws:PrincipalTag/x}/y"):                 "holds a policy variable",
		"arn:aws:sts::123456789012:assumed-role/r/${var.x}": "is a session of a role",
	} {
		var c Checker
		if _, ok := c.PrincipalArn("F", arn, ""); ok || c.Count() != 1 || !strings.Contains(c.Problems().Error(), want) {
			t.Errorf("%s: got %v, want one problem with %q", arn, c.Problems(), want)
		}
	}
}

func TestPatternsAreReadAsFarAsTheyAreSpeltOut(t *testing.T) {
	for pattern, account := range map[string]string{
		own("role/etl-*"):                       ownAccount,
		own("role/${var.name}-*"):               ownAccount,
		own("role/${var.name}"):                 ownAccount,
		"arn:aws:iam::" + token + ":role/etl-*": "",
		token:                                   "", list: "",
	} {
		var c Checker
		got, ok := c.RolePattern("F", pattern)
		if !ok || got.Text() != pattern || got.Account.Text() != account {
			t.Errorf("%s is read as %+v, %v", pattern, got, c.Problems())
		}
	}
	for pattern, want := range map[string]string{
		"":                                  "is empty",
		own("role/etl"):                     "has no wildcard",
		own("role/*"):                       "matches every role",
		own("user/*"):                       "must be the ARN of IAM roles",
		"arn:aws:iam::*:role/${var.name}-*": "must be the ARN of IAM roles",
		own("user/${var.name}"):             "must be the ARN of IAM roles",
		own("role/${aws:username}-*"):       "holds a policy variable",
		own("role/${aws:username, 'x'}-${var.n}"): "holds a policy variable",
		own("role/a${*}b*"):                       "holds a policy variable",
	} {
		var c Checker
		if _, ok := c.RolePattern("F", pattern); ok || c.Count() != 1 || !strings.Contains(c.Problems().Error(), want) {
			t.Errorf("%s: got %v, want one problem with %q", pattern, c.Problems(), want)
		}
	}
}
