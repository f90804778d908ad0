package randompolicy

import (
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Key is the ARN of the key that all policies belong to, Account its account.
const (
	Key     = "arn:aws:kms:us-east-1:" + Account + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
	Account = "123456789012"

	security = "098765432109"
	partner  = "444455556666"
	region   = "us-east-1"
)

func role(name string) string { return "arn:aws:iam::" + Account + ":role/" + name }

var principals = []keypolicy.Principal{
	keypolicy.Everyone(), keypolicy.Everyone(), keypolicy.Everyone(), keypolicy.Everyone(),
	keypolicy.AwsPrincipal("arn:aws:iam::" + Account + ":root"),
	keypolicy.AwsPrincipal(Account),
	keypolicy.AwsPrincipal(role("Reader")),
	keypolicy.AwsPrincipal(role("team/data/Analyst")),
	keypolicy.AwsPrincipal("arn:aws:sts::" + Account + ":assumed-role/Analyst/ann"),
	keypolicy.AwsPrincipal("arn:aws:iam::" + Account + ":user/ann"),
	keypolicy.AwsPrincipal("arn:aws:iam::" + Account + ":user/team/eve"),
	keypolicy.AwsPrincipal("arn:aws:sts::" + Account + ":federated-user/bob"),
	keypolicy.AwsPrincipal("arn:aws:iam::" + security + ":root"),
	keypolicy.AwsPrincipal("arn:aws:iam::" + security + ":role/Reader"),
	keypolicy.AwsPrincipal("arn:aws:iam::" + partner + ":root"),
	keypolicy.ServicePrincipal("logs.us-east-1.amazonaws.com"),
	keypolicy.ServicePrincipal("cloudtrail.amazonaws.com"),
}

// actionLists are what statements speak of. Most say much, so that statements meet.
var actionLists = [][]string{
	{"kms:*"}, {"kms:*"}, {"kms:*"}, {"kms:Decrypt"}, {"kms:Decrypt", "kms:CreateGrant"}, {"kms:*crypt"}, {"kms:CreateGrant"},
	{"kms:GenerateDataKey*", "kms:Decrypt"}, {"kms:DescribeKey", "kms:PutKeyPolicy"}, {"kms:ScheduleKeyDeletion", "kms:Decr?pt"}, {"*"},
}

// Actions are those of requests.
var Actions = []string{
	"kms:Decrypt", "kms:Decrypt", "kms:Decrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:CreateGrant",
	"kms:DescribeKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:Encrypt", "kms:EnableKeyRotation", "kms:ReEncryptFrom",
}

// family is keys that are compared in the same ways, with the same values.
type family struct{ operators, keys, values []string }

var (
	textOperators = []string{
		"StringEquals", "StringNotEquals", "StringLike", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
	}
	arnOperators    = []string{"ArnLike", "ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "StringLike", "StringNotLike", "StringEquals"}
	numberOperators = []string{
		"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
	}
	setOperators = []string{
		"ForAllValues:StringEquals", "ForAllValues:StringLike", "ForAllValues:StringNotEquals", "ForAllValues:StringNotLike",
		"ForAnyValue:StringEquals", "ForAnyValue:StringLike", "ForAnyValue:StringNotEquals", "ForAnyValue:StringNotLike",
		"ForAnyValue:StringEqualsIgnoreCase", "ForAllValues:StringEqualsIgnoreCase", "ForAnyValue:StringEqualsIfExists", "ForAnyValue:StringLikeIfExists",
	}
)

// families are kinds of condition, those that a search by examples misses among
// them: accounts with wildcards, policy variables, several patterns or ranges on one
// key, principals that are no roles, sets, times, Regions.
var families = []family{
	{slices.Concat(textOperators, numberOperators), []string{"kms:CallerAccount", "aws:PrincipalAccount"},
		[]string{Account, partner, security, "4444*", "*6", "44445555666?", "12345678901?", "1*", "*9*", "444455556667", "200000000000", "123456789012.5", "${aws:ResourceAccount}"}},
	{arnOperators, []string{"aws:PrincipalArn"},
		[]string{
			role("Reader"), role("*"), role("read*"), role("Read?r"), role("team/*"), "arn:aws:iam::*:role/Reader", "arn:aws:iam::4*:role/*", "arn:aws:iam::44445555666?:role/R*",
			"arn:aws:iam::*:user/*", "arn:aws:iam::" + Account + ":user/*", "arn:aws:iam::*:root", "arn:aws:sts::*:federated-user/b*", "arn:aws:sts::*:assumed-role/Analyst/*",
			"arn:aws:iam::*:role/*/Analyst", "arn:aws:iam::*:*/ann", "arn:*:iam::*:*", "arn:aws:iam::${aws:PrincipalAccount}:role/Reader",
			"arn:aws:iam::" + Account + ":role/${aws:PrincipalTag/team}", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::${aws:ResourceAccount}:role/*",
		}},
	{textOperators, []string{"aws:PrincipalArn"}, []string{"*:role/Reader", "*Reader", "arn:aws:iam::*", "*" + partner + "*", "*:user/*", "*"}},
	{textOperators, []string{"aws:PrincipalType"}, []string{"User", "AssumedRole", "Account", "FederatedUser", "user", "*e*"}},
	{textOperators, []string{"aws:username"}, []string{"ann", "a*", "*n", "eve", "team/*", "ANN", "ops-*", "${aws:PrincipalTag/team}"}},
	{textOperators, []string{"aws:userid"}, []string{"AROAEXAMPLE:*", "*:ann", "AIDAEXAMPLE", "A*"}},
	{slices.Concat(textOperators, []string{"StringLike", "StringLike"}), []string{"kms:ViaService"},
		[]string{
			"s3.us-east-1.amazonaws.com", "s3.*.amazonaws.com", "*.us-east-1.amazonaws.com", "s3.us-east-1.*", "dynamodb.*.amazonaws.com", "dynamodb.us-east-1.amazonaws.com",
			"?3.*", "*", "s3.amazonaws.com", "s3.eu-west-1.amazonaws.com", "S3.us-east-1.amazonaws.com", "l*.amazonaws.com", "*a*", "rds.us-east-?.amazonaws.com",
		}},
	{textOperators, []string{"aws:PrincipalTag/team", "aws:PrincipalTag/env", "aws:ResourceTag/team", "kms:EncryptionContext:app", "kms:EncryptionContext:App", "kms:EncryptionContext:env"},
		[]string{
			"blue", "Blue", "b*", "*e", "*l*", "?lue", "", "?*", "*", "red", "blu?", "kilo", "k*", "a:b", "b-*-x", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/env}",
			"${aws:PrincipalTag/env, 'blue'}", "b-${aws:PrincipalTag/team}", "${aws:PrincipalTag/team}-*", "*${aws:PrincipalTag/env}", "${aws:username}", "${aws:PrincipalOrgID}", "${*}", "b${?}e",
		}},
	{textOperators, []string{"aws:PrincipalOrgID", "aws:ResourceOrgID"}, []string{"o-blue", "o-red", "o-*", "${aws:ResourceOrgID}", "${aws:PrincipalOrgID}"}},
	{setOperators, []string{"kms:EncryptionContextKeys", "kms:EncryptionContextKeys", "aws:TagKeys", "aws:PrincipalOrgPaths"},
		[]string{"app", "App", "env", "a*", "*p", "?pp", "other", "*", "o-blue/*", "${aws:PrincipalTag/team}"}},
	{[]string{"StringEquals", "StringEqualsIfExists", "StringNotEquals"}, []string{"kms:EncryptionContextKeys"}, []string{"app", "env"}},
	{setOperators[:8], []string{"kms:GrantOperations"}, []string{"Decrypt", "Encrypt", "GenerateDataKey*", "PutKeyPolicy", "*crypt", "CreateGrant"}},
	{setOperators, []string{"aws:PrincipalServiceNamesList"}, []string{"logs.amazonaws.com", "logs.*", "*.amazonaws.com", "*.us-east-1.amazonaws.com"}},
	{setOperators[:8], []string{"aws:PrincipalTag/team", "kms:ViaService"}, []string{"blue", "b*", "", "s3.us-east-1.amazonaws.com", "*.us-east-1.amazonaws.com"}},
	{textOperators, []string{"aws:PrincipalServiceName"}, []string{"logs.us-east-1.amazonaws.com", "logs.*", "*.amazonaws.com", "cloudtrail.amazonaws.com", "c*"}},
	{textOperators, []string{"aws:SourceAccount"}, []string{Account, security, "1*", "*9", "${aws:ResourceAccount}"}},
	{arnOperators, []string{"aws:SourceArn"},
		[]string{
			"arn:aws:logs:us-east-1:" + Account + ":log-group:*", "arn:aws:logs:*:*:*", "arn:aws:cloudtrail:*:" + Account + ":trail/*", "arn:aws:cloudtrail:us-east-1:" + Account + ":trail/org",
			"arn:aws:logs:us-east-1:" + Account + ":log-group:/aws/*", "arn:aws:s3:::b*",
		}},
	{numberOperators, []string{"aws:MultiFactorAuthAge", "kms:ScheduleKeyDeletionPendingWindowInDays", "kms:RotationPeriodInDays"}, []string{"7", "8", "7.5", "30", "3e1", "0", "365"}},
	{numberOperators, []string{"aws:PrincipalTag/level"}, []string{"7", "8", "7.5", "30"}},
	{[]string{"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"},
		[]string{"aws:CurrentTime", "aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"},
		[]string{"2026-01-01T00:00:00Z", "1767225601", "2026-06-01", "2025-12-31T23:00:00-01:00", "2026-01-01T00:00:02Z"}},
	{numberOperators, []string{"aws:EpochTime"}, []string{"1767225600", "1767225601", "1767225600.5"}},
	{[]string{"Bool", "Bool", "StringEquals", "StringNotEquals"}, []string{"aws:MultiFactorAuthPresent", "aws:PrincipalIsAWSService", "aws:ViaAWSService"}, []string{"true", "false"}},
	{[]string{"Bool"}, []string{"kms:GrantIsForAWSResource", "kms:BypassPolicyLockoutSafetyCheck", "kms:ReEncryptOnSameKey"}, []string{"true", "false"}},
	{[]string{"Null"},
		[]string{
			"kms:ViaService", "kms:ViaService", "kms:EncryptionContext:app", "kms:EncryptionContextKeys", "aws:PrincipalArn", "aws:SourceArn", "aws:PrincipalTag/team", "aws:PrincipalOrgID",
			"kms:GrantOperations", "aws:username", "aws:SourceIp", "kms:CallerAccount", "aws:PrincipalServiceNamesList",
		}, []string{"true", "false"}},
	{[]string{"IpAddress", "IpAddress", "NotIpAddress"}, []string{"aws:SourceIp", "aws:SourceIp", "aws:VpcSourceIp"},
		[]string{"10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "10.1.0.0/16", "10.1.2.3", "2001:db8::/32", "2001:db8::1", "0.0.0.0/0", "::/0", "10.1.2.4/31"}},
	{textOperators, []string{"aws:RequestedRegion"}, []string{"us-east-1", "us-*", "eu-west-1", "*-1"}},
	{textOperators, []string{"aws:ResourceAccount"}, []string{Account, "1*", "${aws:PrincipalAccount}"}},
	{textOperators, []string{"kms:RequestAlias", "aws:SourceVpce", "kms:GranteePrincipal", "aws:SourceIdentity"}, []string{"alias/app", "alias/*", "vpce-1*", role("Reader"), "blue", "b*"}},
	{[]string{"BinaryEquals"}, []string{"aws:PrincipalTag/team"}, []string{"AA==", "YmU=", "Ymx1ZQ=="}},
}

var resources = [][]string{
	{Key}, {Key}, {"*"}, {"arn:aws:kms:*:" + Account + ":key/*"}, {"arn:aws:kms:us-east-1:*:key/1234abcd-*"}, {"arn:aws:kms:eu-*:*:*"}, {"arn:aws:s3:::b/*"},
	{"arn:aws:kms:*:*:key/${aws:PrincipalTag/key}"}, {"arn:aws:kms:us-east-1:${aws:PrincipalAccount}:key/*"},
}
