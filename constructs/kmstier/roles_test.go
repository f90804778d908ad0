package kmstier

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// arnFields are the fields that take ARNs of the account's roles, and
// patternFields those that take patterns, by the path of their first entry.
var (
	arnFields = map[string]func(*KmsTierConfig, ...string){
		"LambdaRoleArns[0]":           func(c *KmsTierConfig, arns ...string) { c.LambdaRoleArns = arns },
		"FargateRoleArns[0]":          func(c *KmsTierConfig, arns ...string) { c.FargateRoleArns = arns },
		"GlueRoleArns[0]":             func(c *KmsTierConfig, arns ...string) { c.GlueRoleArns = arns },
		"ServiceRoles[0].RoleArns[0]": func(c *KmsTierConfig, arns ...string) { bind(c, ServiceRole{Service: "svc", RoleArns: arns}) },
		"AdministratorRoleArns[0]":    func(c *KmsTierConfig, arns ...string) { c.AdministratorRoleArns = arns },
		"DeployerRoleArns[0]":         func(c *KmsTierConfig, arns ...string) { c.DeployerRoleArns = arns },
	}
	patternFields = map[string]func(*KmsTierConfig, ...string){
		"RoleArnPatterns[0]": func(c *KmsTierConfig, arns ...string) { c.RoleArnPatterns = arns },
		"ServiceRoles[0].RoleArnPatterns[0]": func(c *KmsTierConfig, arns ...string) {
			bind(c, ServiceRole{Service: "svc", RoleArnPatterns: arns})
		},
		"AdministratorRoleArnPatterns[0]": func(c *KmsTierConfig, arns ...string) { c.AdministratorRoleArnPatterns = arns },
		"DeployerRoleArnPatterns[0]":      func(c *KmsTierConfig, arns ...string) { c.DeployerRoleArnPatterns = arns },
	}
)

func bind(c *KmsTierConfig, bound ...ServiceRole) { c.ServiceRoles = append(c.ServiceRoles, bound...) }

func TestRoleArnsAreChecked(t *testing.T) {
	const reason = `must be the ARN of an IAM role or user, such as "arn:aws:iam::123456789012:role/Name"`
	const session = `is a session of a role; must be the ARN of the role itself, such as "arn:aws:iam::123456789012:role/Name"`
	const wildcard = "must not hold wildcards, which KMS refuses in a principal; give patterns in "
	instead := map[string]string{
		"LambdaRoleArns[0]":           "RoleArnPatterns",
		"FargateRoleArns[0]":          "RoleArnPatterns",
		"GlueRoleArns[0]":             "RoleArnPatterns",
		"ServiceRoles[0].RoleArns[0]": "the RoleArnPatterns beside it",
		"AdministratorRoleArns[0]":    "AdministratorRoleArnPatterns",
		"DeployerRoleArns[0]":         "DeployerRoleArnPatterns",
	}
	tests := map[string]struct{ arn, want string }{
		"a role":                          {role("LambdaETLRole"), ""},
		"a role with a path":              {role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"), ""},
		"a role of odd characters":        {role("a+b=c,d.e@f-g_h"), ""},
		"a user":                          {"arn:aws:iam::123456789012:user/team/ann", "USER"},
		"a token":                         {testToken, ""},
		"a token within an ARN":           {"arn:aws:iam::" + testToken + ":role/r", ""},
		"a Terraform reference":           {"${aws_iam_role.etl.arn}", ""},
		"a list token":                    {testList, ""},
		"nothing":                         {"", ": is empty; " + reason},
		"garbage":                         {"LambdaETLRole", ` is "LambdaETLRole": ` + reason},
		"a space before it":               {" " + role("r"), ` is " arn:aws:iam::123456789012:role/r": ` + reason},
		"a line break after it":           {role("r\n"), ` is "arn:aws:iam::123456789012:role/r\n": ` + reason},
		"the account's root":              {"arn:aws:iam::123456789012:root", ` is "arn:aws:iam::123456789012:root": ` + reason},
		"an account id":                   {"123456789012", ` is "123456789012": ` + reason},
		"a policy":                        {"arn:aws:iam::123456789012:policy/p", ` is "arn:aws:iam::123456789012:policy/p": ` + reason},
		"a group":                         {"arn:aws:iam::123456789012:group/g", ` is "arn:aws:iam::123456789012:group/g": ` + reason},
		"an instance profile":             {"arn:aws:iam::123456789012:instance-profile/r", ` is "arn:aws:iam::123456789012:instance-profile/r": ` + reason},
		"a bucket":                        {"arn:aws:s3:::nc-dp-raw", ` is "arn:aws:s3:::nc-dp-raw": ` + reason},
		"a role without a name":           {role(""), ` is "arn:aws:iam::123456789012:role/": ` + reason},
		"a role whose name is too long":   {role(fmt.Sprintf("%065d", 0)), ` is "arn:aws:iam::123456789012:role/` + fmt.Sprintf("%065d", 0) + `": ` + reason},
		"a Region in it":                  {"arn:aws:iam:us-east-1:123456789012:role/r", ` is "arn:aws:iam:us-east-1:123456789012:role/r": ` + reason},
		"no account in it":                {"arn:aws:iam:::role/r", ` is "arn:aws:iam:::role/r": ` + reason},
		"an account of 11 digits in it":   {"arn:aws:iam::12345678901:role/r", ` is "arn:aws:iam::12345678901:role/r": ` + reason},
		"a session":                       {"arn:aws:sts::123456789012:assumed-role/r/s", ` is "arn:aws:sts::123456789012:assumed-role/r/s": ` + session},
		"a federated user":                {"arn:aws:sts::123456789012:federated-user/ann", ` is "arn:aws:sts::123456789012:federated-user/ann": ` + reason},
		"everyone":                        {"*", ` is "*": ` + wildcard + "INSTEAD"},
		"roles by pattern":                {role("etl-*"), ` is "arn:aws:iam::123456789012:role/etl-*": ` + wildcard + "INSTEAD"},
		"roles by a question mark":        {role("etl-?"), ` is "arn:aws:iam::123456789012:role/etl-?": ` + wildcard + "INSTEAD"},
		"sessions by pattern":             {"arn:aws:sts::123456789012:assumed-role/r/*", ` is "arn:aws:sts::123456789012:assumed-role/r/*": ` + wildcard + "INSTEAD"},
		"another partition":               {"arn:aws-us-gov:iam::123456789012:role/r", ` is "arn:aws-us-gov:iam::123456789012:role/r": is of partition "aws-us-gov"; must be of "aws", the key's`},
		"a partition that does not exist": {"arn:azure:iam::123456789012:role/r", ` is "arn:azure:iam::123456789012:role/r": ` + reason},
		"another account":                 {"arn:aws:iam::111111111111:role/r", ` is "arn:aws:iam::111111111111:role/r": is of account 111111111111; must be of 123456789012, which is AccountId; other accounts are for SharedWith`},
	}
	for field, set := range arnFields {
		for name, test := range tests {
			t.Run(field+" with "+name, func(t *testing.T) {
				var want []string
				if test.want != "" {
					want = []string{field + strings.ReplaceAll(test.want, "INSTEAD", instead[field])}
				}
				if test.want == "USER" {
					want = nil
					if strings.HasPrefix(field, "Administrator") {
						want = []string{field + ` is "` + test.arn + `"` + noUser}
					}
				}
				if diff := cmp.Diff(want, problemsOf(func(c *KmsTierConfig) { set(c, test.arn) })); diff != "" {
					t.Errorf("problems (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestRoleArnPatternsAreChecked(t *testing.T) {
	const reason = `must be the ARN of IAM roles with wildcards in the name or path only, such as "arn:aws:iam::123456789012:role/etl-*"`
	const all = "matches every role of the account; must hold a part of the roles' names or path"
	tests := map[string]struct{ pattern, want string }{
		"a star":                 {role("etl-*"), ""},
		"a question mark":        {role("etl-?"), ""},
		"a pattern of paths":     {role("*/etl"), ""},
		"roles of SSO":           {role("aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*"), ""},
		"a token":                {testToken, ""},
		"a token within it":      {"arn:aws:iam::" + testToken + ":role/etl-*", ""},
		"a list token":           {testList, ""},
		"nothing":                {"", ": is empty; " + reason},
		"garbage":                {"etl-*", ` is "etl-*": ` + reason},
		"everyone":               {"*", ` is "*": ` + reason},
		"a star in the account":  {"arn:aws:iam::*:role/etl-*", ` is "arn:aws:iam::*:role/etl-*": ` + reason},
		"a star for the kind":    {"arn:aws:iam::123456789012:*", ` is "arn:aws:iam::123456789012:*": ` + reason},
		"a star as partition":    {"arn:*:iam::123456789012:role/etl-*", ` is "arn:*:iam::123456789012:role/etl-*": ` + reason},
		"users":                  {"arn:aws:iam::123456789012:user/*-etl", ` is "arn:aws:iam::123456789012:user/*-etl": ` + reason},
		"sessions":               {"arn:aws:sts::123456789012:assumed-role/etl-*", ` is "arn:aws:sts::123456789012:assumed-role/etl-*": ` + reason},
		"a space":                {role("etl *"), ` is "arn:aws:iam::123456789012:role/etl *": ` + reason},
		"no wildcard":            {role("etl"), ` is "arn:aws:iam::123456789012:role/etl": has no wildcard; name the role in the field for role ARNs, which needs no IAM policy besides`},
		"all roles":              {role("*"), ` is "arn:aws:iam::123456789012:role/*": ` + all},
		"all roles, spelt oddly": {role("*/?*"), ` is "arn:aws:iam::123456789012:role/*/?*": ` + all},
		"another partition":      {"arn:aws-cn:iam::123456789012:role/etl-*", ` is "arn:aws-cn:iam::123456789012:role/etl-*": is of partition "aws-cn"; must be of "aws", the key's`},
		"another account":        {"arn:aws:iam::111111111111:role/etl-*", ` is "arn:aws:iam::111111111111:role/etl-*": is of account 111111111111; must be of 123456789012, which is AccountId; other accounts are for SharedWith`},
	}
	for field, set := range patternFields {
		for name, test := range tests {
			t.Run(field+" with "+name, func(t *testing.T) {
				var want []string
				if test.want != "" {
					want = []string{field + test.want}
				}
				if diff := cmp.Diff(want, problemsOf(func(c *KmsTierConfig) { set(c, test.pattern) })); diff != "" {
					t.Errorf("problems (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// An ARN is compared with what is known now, and with nothing else.
func TestRoleArnsMayBeAnywhereWhereThePlaceIsNotKnown(t *testing.T) {
	elsewhere := []string{"arn:aws-cn:iam::111111111111:role/r"}
	runChecks(t, map[string]checkCase{
		"all looked up": {func(c *KmsTierConfig) { *c = KmsTierConfig{Environment: "dev", LambdaRoleArns: elsewhere} }, nil},
		"all tokens": {func(c *KmsTierConfig) {
			c.AccountId, c.Region, c.Partition, c.GlueRoleArns = testToken, testToken, testToken, elsewhere
		}, nil},
		"a Region tells": {func(c *KmsTierConfig) {
			*c = KmsTierConfig{Environment: "dev", Region: "us-east-1", LambdaRoleArns: elsewhere}
		}, []string{`LambdaRoleArns[0] is "arn:aws-cn:iam::111111111111:role/r": is of partition "aws-cn"; must be of "aws", the key's`}},
		"a partition tells": {func(c *KmsTierConfig) {
			*c = KmsTierConfig{Environment: "dev", Partition: "aws", LambdaRoleArns: elsewhere}
		}, []string{`LambdaRoleArns[0] is "arn:aws-cn:iam::111111111111:role/r": is of partition "aws-cn"; must be of "aws", the key's`}},
		"a bad account tells": {func(c *KmsTierConfig) { c.AccountId, c.LambdaRoleArns = "1", []string{role("r")} }, []string{`AccountId is "1": must be an account id of twelve digits, such as "123456789012"`}},
	})
}

// noUser is why an administrator must be a role. See the STS API Reference,
// GetFederationToken.
const noUser = ": is an IAM user; an administrator must be a role, since a user gets sessions under names of its own choice by sts:GetFederationToken, to which no statement could deny the data. Name a role that the user assumes"

func TestAdministratorsAreRoles(t *testing.T) {
	admin := func(arn string) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) { c.AdministratorRoleArns = []string{role("first"), arn} }
	}
	refused := func(arn string) []string { return []string{`AdministratorRoleArns[1] is "` + arn + `"` + noUser} }
	runChecks(t, map[string]checkCase{
		"a role":                       {admin(role("Admin")), nil},
		"a token":                      {admin(testToken), nil},
		"a role by reference":          {admin("${aws_iam_role.admin.arn}"), nil},
		"a user":                       {admin("arn:aws:iam::123456789012:user/ann"), refused("arn:aws:iam::123456789012:user/ann")},
		"a user whose name is a token": {admin("arn:aws:iam::123456789012:user/${var.n}"), refused("arn:aws:iam::123456789012:user/${var.n}")},
		"a user of a token's account":  {admin("arn:aws:iam::${var.a}:user/ann"), refused("arn:aws:iam::${var.a}:user/ann")},
		"a user by reference":          {admin("${aws_iam_user.ann.arn}"), refused("${aws_iam_user.ann.arn}")},
		"a user that uses and deploys": {func(c *KmsTierConfig) {
			c.LambdaRoleArns, c.DeployerRoleArns = []string{"arn:aws:iam::123456789012:user/ann"}, []string{"arn:aws:iam::123456789012:user/ann"}
		}, nil},
	})
}

// At most one of two accounts is the key's. See the KMS Developer Guide, "Allowing
// users in other accounts to use a KMS key".
func TestRolesAreOfTheKeysAccount(t *testing.T) {
	foreign := func(name string) string { return "arn:aws:iam::999999999999:role/" + name }
	const two = "is of account 999999999999, and LambdaRoleArns[0] of 123456789012; all must be of the key's account. Give AccountId to say which that is; other accounts are for SharedWith"
	const known = "is of account 999999999999; must be of 123456789012, which is AccountId; other accounts are for SharedWith"
	open := func(change func(*KmsTierConfig)) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) { c.AccountId = ""; change(c) }
	}
	runChecks(t, map[string]checkCase{
		"two accounts": {open(func(c *KmsTierConfig) { c.LambdaRoleArns = []string{role("Etl"), foreign("Etl")} }),
			[]string{`LambdaRoleArns[1] is "` + foreign("Etl") + `": ` + two}},
		"in two fields, one by pattern": {open(func(c *KmsTierConfig) {
			c.LambdaRoleArns, c.DeployerRoleArnPatterns = []string{role("Etl")}, []string{foreign("x-*")}
		}),
			[]string{`DeployerRoleArnPatterns[0] is "` + foreign("x-*") + `": ` + two}},
		"an administrator": {open(func(c *KmsTierConfig) {
			c.LambdaRoleArns, c.AdministratorRoleArns = []string{role("Etl")}, []string{foreign("x")}
		}),
			[]string{`AdministratorRoleArns[0] is "` + foreign("x") + `": ` + two}},
		"bound to a service": {open(func(c *KmsTierConfig) {
			c.LambdaRoleArns = []string{role("Etl")}
			bind(c, ServiceRole{Service: "a", RoleArns: []string{foreign("x")}})
		}),
			[]string{`ServiceRoles[0].RoleArns[0] is "` + foreign("x") + `": ` + two}},
		"AccountId is a token": {func(c *KmsTierConfig) {
			c.AccountId, c.LambdaRoleArns = testToken, []string{role("Etl"), foreign("Etl")}
		},
			[]string{`LambdaRoleArns[1] is "` + foreign("Etl") + `": ` + two}},
		"a token in the name": {func(c *KmsTierConfig) { c.LambdaRoleArns = []string{foreign("${var.name}")} },
			[]string{`LambdaRoleArns[0] is "` + foreign("${var.name}") + `": ` + known}},
		"a token in a pattern": {func(c *KmsTierConfig) { c.RoleArnPatterns = []string{foreign("${var.name}-*")} },
			[]string{`RoleArnPatterns[0] is "` + foreign("${var.name}-*") + `": ` + known}},
		"tokens in both names": {open(func(c *KmsTierConfig) { c.LambdaRoleArns = []string{role("a-${var.n}"), foreign("b-${var.n}")} }),
			[]string{`LambdaRoleArns[1] is "` + foreign("b-${var.n}") + `": ` + two}},
		"the security account's": {open(func(c *KmsTierConfig) { c.LambdaRoleArns, c.SecurityAccountId = []string{role("Etl")}, testAccount }),
			[]string{`SecurityAccountId is "123456789012": is the account of LambdaRoleArns[0] and so the key's own; must be another, or left out`}},
		"legitimate": {func(c *KmsTierConfig) {
			c.LambdaRoleArns = []string{"${aws_iam_role.etl.arn}", "arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/Etl", role("${var.name}")}
		}, nil},
		"one account, not named": {open(func(c *KmsTierConfig) {
			c.LambdaRoleArns, c.GlueRoleArns = []string{foreign("a")}, []string{testToken, foreign("b")}
		}), nil},
		"none known": {open(func(c *KmsTierConfig) { c.LambdaRoleArns = []string{testToken, testList} }), nil},
	})
}

func TestRolesThatConflictAreRefused(t *testing.T) {
	const administrators = "; administrators manage the keys and are denied every use, so a role must not be both"
	const unbound = ", which is not bound to a service, so binding it here would mean nothing; leave it out of one of the two"
	const shared = "; set Shared on both if the role serves both"
	r := []string{role("r")}
	runChecks(t, map[string]checkCase{
		"no conflict":               {func(c *KmsTierConfig) { c.LambdaRoleArns, c.AdministratorRoleArns = r, []string{role("admin")} }, nil},
		"one role of two kinds":     {func(c *KmsTierConfig) { c.LambdaRoleArns, c.FargateRoleArns, c.GlueRoleArns = r, r, r }, nil},
		"one role twice":            {func(c *KmsTierConfig) { c.LambdaRoleArns = []string{role("r"), role("r")} }, nil},
		"a user that deploys":       {func(c *KmsTierConfig) { c.LambdaRoleArns, c.DeployerRoleArns = r, r }, nil},
		"a bound role that deploys": {func(c *KmsTierConfig) { bind(c, ServiceRole{Service: "a", RoleArns: r}); c.DeployerRoleArns = r }, nil},
		"roles that differ in case": {func(c *KmsTierConfig) { c.LambdaRoleArns, c.AdministratorRoleArns = r, []string{role("R")} }, nil},
		"a user and a role, one name": {func(c *KmsTierConfig) {
			c.AdministratorRoleArns, c.LambdaRoleArns = r, []string{"arn:aws:iam::123456789012:user/r"}
		}, nil},
		"administrator and user":     {func(c *KmsTierConfig) { c.GlueRoleArns, c.AdministratorRoleArns = r, []string{role("a"), role("r")} }, []string{`AdministratorRoleArns[1] is "arn:aws:iam::123456789012:role/r": is in GlueRoleArns[0] too` + administrators}},
		"administrator and deployer": {func(c *KmsTierConfig) { c.DeployerRoleArns, c.AdministratorRoleArns = r, r }, []string{`DeployerRoleArns[0] is "arn:aws:iam::123456789012:role/r": is in AdministratorRoleArns[0] too` + administrators}},
		"administrator, bound":       {func(c *KmsTierConfig) { bind(c, ServiceRole{Service: "a", RoleArns: r}); c.AdministratorRoleArns = r }, []string{`AdministratorRoleArns[0] is "arn:aws:iam::123456789012:role/r": is in ServiceRoles[0].RoleArns[0] too` + administrators}},
		"administrator, one token": {func(c *KmsTierConfig) {
			c.LambdaRoleArns, c.AdministratorRoleArns = []string{testToken}, []string{testToken}
		}, []string{`AdministratorRoleArns[0] is "${TfToken[TOKEN.7]}": is in LambdaRoleArns[0] too` + administrators}},
		"administrator, other token": {func(c *KmsTierConfig) {
			c.LambdaRoleArns, c.AdministratorRoleArns = []string{testToken}, []string{"${TfToken[TOKEN.8]}"}
		}, nil},
		"administrator, token pattern": {func(c *KmsTierConfig) {
			c.RoleArnPatterns, c.AdministratorRoleArns = []string{"arn:aws:iam::" + testToken + ":role/*"}, r
		}, nil},
		"administrator, around one token": {func(c *KmsTierConfig) {
			c.LambdaRoleArns, c.AdministratorRoleArnPatterns = []string{"arn:aws:iam::${a}:role/r"}, []string{"arn:aws:iam::${a}:role/*"}
		}, nil},
		"administrator matches user": {func(c *KmsTierConfig) {
			c.LambdaRoleArns, c.AdministratorRoleArnPatterns = []string{role("etl-7")}, []string{role("etl-*")}
		}, []string{`AdministratorRoleArnPatterns[0] is "arn:aws:iam::123456789012:role/etl-*": overlaps with "arn:aws:iam::123456789012:role/etl-7" in LambdaRoleArns[0]` + administrators}},
		"user matches administrator": {func(c *KmsTierConfig) {
			c.RoleArnPatterns, c.AdministratorRoleArns = []string{role("etl-?")}, []string{role("etl-7")}
		}, []string{`AdministratorRoleArns[0] is "arn:aws:iam::123456789012:role/etl-7": overlaps with "arn:aws:iam::123456789012:role/etl-?" in RoleArnPatterns[0]` + administrators}},
		"patterns that overlap": {func(c *KmsTierConfig) {
			c.RoleArnPatterns, c.AdministratorRoleArnPatterns = []string{role("etl-*")}, []string{role("*-admin")}
		}, []string{`AdministratorRoleArnPatterns[0] is "arn:aws:iam::123456789012:role/*-admin": overlaps with "arn:aws:iam::123456789012:role/etl-*" in RoleArnPatterns[0]` + administrators}},
		"patterns that do not": {func(c *KmsTierConfig) {
			c.RoleArnPatterns, c.AdministratorRoleArnPatterns = []string{role("etl-*")}, []string{role("admin-*")}
		}, nil},
		"deployer matches admin": {func(c *KmsTierConfig) { c.AdministratorRoleArns, c.DeployerRoleArnPatterns = r, []string{role("r*")} }, []string{`DeployerRoleArnPatterns[0] is "arn:aws:iam::123456789012:role/r*": overlaps with "arn:aws:iam::123456789012:role/r" in AdministratorRoleArns[0]` + administrators}},
		"bound and unbound": {func(c *KmsTierConfig) {
			c.FargateRoleArns = r
			bind(c, ServiceRole{Service: "a", RoleArns: r, Shared: true})
		}, []string{`ServiceRoles[0].RoleArns[0] is "arn:aws:iam::123456789012:role/r": is in FargateRoleArns[0] too` + unbound}},
		"bound and unbound by pattern": {func(c *KmsTierConfig) {
			c.RoleArnPatterns = []string{role("r*")}
			bind(c, ServiceRole{Service: "a", RoleArns: r})
		}, []string{`ServiceRoles[0].RoleArns[0] is "arn:aws:iam::123456789012:role/r": overlaps with "arn:aws:iam::123456789012:role/r*" in RoleArnPatterns[0]` + unbound}},
		"under two services": {func(c *KmsTierConfig) {
			bind(c, ServiceRole{Service: "a", RoleArns: r}, ServiceRole{Service: "b", RoleArns: r})
		}, []string{`ServiceRoles[1].RoleArns[0] is "arn:aws:iam::123456789012:role/r": is in ServiceRoles[0].RoleArns[0] too, for service "a"` + shared}},
		"under two, one shared": {func(c *KmsTierConfig) {
			bind(c, ServiceRole{Service: "a", RoleArns: r, Shared: true}, ServiceRole{Service: "b", RoleArns: r})
		}, []string{`ServiceRoles[1].RoleArns[0] is "arn:aws:iam::123456789012:role/r": is in ServiceRoles[0].RoleArns[0] too, for service "a"` + shared}},
		"under two, the other shared": {func(c *KmsTierConfig) {
			bind(c, ServiceRole{Service: "a", RoleArns: r}, ServiceRole{Service: "b", RoleArns: r, Shared: true})
		}, []string{`ServiceRoles[1].RoleArns[0] is "arn:aws:iam::123456789012:role/r": is in ServiceRoles[0].RoleArns[0] too, for service "a"` + shared}},
		"under two, both shared": {func(c *KmsTierConfig) {
			bind(c, ServiceRole{Service: "a", RoleArns: r, Shared: true}, ServiceRole{Service: "b", RoleArns: r, Shared: true})
		}, nil},
		"under two by pattern": {func(c *KmsTierConfig) {
			bind(c, ServiceRole{Service: "a", RoleArnPatterns: []string{role("r*")}}, ServiceRole{Service: "b", RoleArns: r})
		}, []string{`ServiceRoles[1].RoleArns[0] is "arn:aws:iam::123456789012:role/r": overlaps with "arn:aws:iam::123456789012:role/r*" in ServiceRoles[0].RoleArnPatterns[0], for service "a"` + shared}},
		"twice under one service": {func(c *KmsTierConfig) {
			bind(c, ServiceRole{Service: "a", RoleArns: r, RoleArnPatterns: []string{role("r*")}})
		}, nil},
		// One conflict is enough to say of an entry; more would say the same again.
		"with several": {func(c *KmsTierConfig) { c.LambdaRoleArns, c.GlueRoleArns, c.AdministratorRoleArns = r, r, r }, []string{`AdministratorRoleArns[0] is "arn:aws:iam::123456789012:role/r": is in LambdaRoleArns[0] too` + administrators}},
	})
}

func TestEmptyAndNilListsAreTheSameToChecks(t *testing.T) {
	for _, list := range [][]string{nil, {}} {
		if got := problemsOf(func(c *KmsTierConfig) {
			for _, set := range arnFields {
				set(c, list...)
			}
			c.RoleArnPatterns, c.AdministratorRoleArnPatterns, c.DeployerRoleArnPatterns = list, list, list
			c.Services, c.SecurityRoleArns, c.LogsRoleArns = list, list, list
			c.ServiceRoles = slices.Clip(c.ServiceRoles[:0])
		}); got != nil {
			t.Errorf("lists %#v are refused: %q", list, got)
		}
	}
}
