package differential

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// principals are those of statements; callers are those of requests.
var principals = []keypolicy.Principal{
	keypolicy.Everyone(),
	keypolicy.AwsPrincipal("arn:aws:iam::" + account + ":root"),
	keypolicy.AwsPrincipal(account),
	keypolicy.AwsPrincipal(roleArn("LambdaETLRole")),
	keypolicy.AwsPrincipal(roleArn("PipelineExecutionRole")),
	keypolicy.AwsPrincipal(roleArn("team/data/Analyst")),
	keypolicy.AwsPrincipal("arn:aws:sts::" + account + ":assumed-role/LambdaETLRole/fn"),
	keypolicy.AwsPrincipal("arn:aws:sts::" + account + ":assumed-role/Analyst/ann"),
	keypolicy.AwsPrincipal("arn:aws:iam::" + account + ":user/ann"),
	keypolicy.AwsPrincipal("arn:aws:sts::" + account + ":federated-user/bob"),
	keypolicy.AwsPrincipal("arn:aws:iam::" + securityAccount + ":root"),
	keypolicy.AwsPrincipal("arn:aws:iam::" + securityAccount + ":role/Auditor"),
	keypolicy.AwsPrincipal("arn:aws:iam::" + account + ":role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"),
	keypolicy.ServicePrincipal("logs.us-east-1.amazonaws.com"),
	keypolicy.ServicePrincipal("cloudtrail.amazonaws.com"),
}

var callers = []string{
	roleArn("LambdaETLRole"), roleArn("LambdaETLRole"), roleArn("FargateTaskRole"), roleArn("PipelineExecutionRole"),
	roleArn("Deployer"), roleArn("Rogue"), roleArn("team/data/Analyst"),
	"arn:aws:sts::" + account + ":assumed-role/LambdaETLRole/fn",
	"arn:aws:sts::" + account + ":assumed-role/PipelineExecutionRole/ci",
	"arn:aws:sts::" + account + ":assumed-role/Analyst/ann",
	"arn:aws:sts::" + account + ":assumed-role/Rogue/x",
	"arn:aws:iam::" + account + ":user/ann", "arn:aws:iam::" + account + ":user/team/eve",
	"arn:aws:sts::" + account + ":federated-user/bob",
	"arn:aws:iam::" + account + ":role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
	"arn:aws:iam::" + securityAccount + ":role/Auditor",
	"arn:aws:sts::" + securityAccount + ":assumed-role/Auditor/s",
	"arn:aws:iam::" + logsAccount + ":role/Archiver",
	"arn:aws:iam::" + logsAccount + ":user/ann",
	"logs.us-east-1.amazonaws.com", "cloudtrail.amazonaws.com", "delivery.logs.amazonaws.com", "s3.amazonaws.com",
}

var actionPatterns = []string{
	"*", "kms:*", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:GenerateDataKey", "kms:ReEncrypt*",
	"kms:re?ncryptfrom", "kms:DescribeKey", "kms:Describe*", "kms:CreateGrant", "kms:List*", "kms:PutKeyPolicy", "kms:Put*",
	"kms:ScheduleKeyDeletion", "KMS:DECRYPT", "kms:*Key", "kms:*crypt", "s3:GetObject", "kms:CancelKeyDeletion", "kms:RevokeGrant", "kms:*Grant", "kms:GetKey*",
}

var actions = []string{
	"kms:Decrypt", "kms:Decrypt", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
	"kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:DescribeKey", "kms:CreateGrant", "kms:ListGrants", "kms:PutKeyPolicy",
	"kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion", "kms:GetKeyRotationStatus", "kms:RevokeGrant", "kms:Sign", "kms:TagResource",
	"kms:GetKeyLastUsage", "kms:DisableKey", "kms:RetireGrant",
}

var resources = []string{
	"*", keyArn, "arn:aws:kms:*:" + account + ":key/*", "arn:aws:kms:us-east-1:*:key/1234abcd-*", "arn:aws:kms:us-east-?:*:*",
	"arn:aws:kms:eu-west-1:" + account + ":key/*", "arn:aws:kms:*:" + account + ":alias/*", "arn:aws:kms:*:999999999999:key/*",
	"arn:aws:kms:*:*:key/${aws:PrincipalTag/key}", "arn:aws:s3:::bucket/*", "arn:aws:kms:*:*:KEY/*",
}

// family is a kind of condition: comparisons with keys and values that suit them.
type family struct {
	comparisons  []aws.Comparison
	keys, values []string
	// found are further values that requests carry.
	found       []string
	multiValued bool
}

// operators are the names of the family's operators.
func (f family) operators() (names []string) {
	for _, operator := range aws.Operators {
		if slices.Contains(f.comparisons, operator.Comparison) {
			names = append(names, operator.Name)
		}
	}
	return names
}

// comparisonOf is what a condition's operator compares.
func comparisonOf(c keypolicy.Condition) aws.Comparison {
	form, known := aws.ParseOperator(c.Operator)
	if !known {
		panic("no operator " + c.Operator)
	}
	return form.Comparison
}

// negated reports whether a condition's operator is negated and compares so.
func negated(c keypolicy.Condition, comparisons ...aws.Comparison) bool {
	form, _ := aws.ParseOperator(c.Operator)
	return form.Negated && (len(comparisons) == 0 || slices.Contains(comparisons, form.Comparison))
}

var comparisonsOfTexts = []aws.Comparison{aws.CompareText, aws.CompareTextIgnoringCase, aws.ComparePattern}

// identityKey is a condition key with dots before its colon, which policy variables
// may name.
const identityKey = "cognito-identity.amazonaws.com:sub"

var texts = []string{
	"neurocipher-pipeline", "prod", "Prod", "dev", "svc-*", "*", "?*", "", "a?b", "svc-embed", "${aws:PrincipalTag/team}",
	"${aws:PrincipalTag/team, 'prod'}", "${aws:PrincipalTag/none}-x", "${" + identityKey + "}", "${*}", "pr${?}d", "€", "x*y*z", account, "s3.us-east-1.amazonaws.com", "s3.*.amazonaws.com",
}

var textsFound = []string{
	"neurocipher-pipeline", "prod", "Prod", "PROD", "dev", "svc-ingest-api", "svc-embed", "", "aXb", "a€b", "*", "pr?d", "blue", "blue-x", "us-east-1:1234", "€", "x1y2z", account, "s3.us-east-1.amazonaws.com",
}

var arns = []string{
	roleArn("LambdaETLRole"), roleArn("*"), roleArn("team/*"), "arn:aws:iam::*:role/Auditor", "arn:aws:iam::" + account + ":user/*",
	"arn:*:*:*:*:*", "arn:aws:s3:::nc-dp-prod-raw", "arn:aws:s3:::nc-dp-prod-*", "arn:aws:s3:::nc-dp-prod-raw/*", "arn:aws:logs:us-east-1:" + account + ":log-group:*",
	"arn:aws:cloudtrail:*:" + account + ":trail/*", "arn:aws:s3:::${aws:PrincipalTag/team}/*", "arn:aws:iam::" + account + ":role/Lambda???Role", "arn:aws:s3:::NC-DP-PROD-RAW",
	"arn:aws:cloudtrail:us-east-1:" + account + ":trail/org", "arn:aws:cloudtrail:eu-*:" + account + ":trail/*", "arn:aws-cn:*:*:*:*", "arn:aws:logs:*:*:log-group:/aws/*",
}

var arnsFound = []string{
	roleArn("LambdaETLRole"), roleArn("team/data/Analyst"), "arn:aws:iam::" + securityAccount + ":role/Auditor", "arn:aws:s3:::nc-dp-prod-raw", "arn:aws:s3:::nc-dp-prod-raw/k",
	"arn:aws:logs:us-east-1:" + account + ":log-group:/aws/lambda/nc-dp-x", "arn:aws:cloudtrail:us-east-1:" + account + ":trail/org", "arn:aws:s3:::blue/x",
	"arn:aws:cloudtrail:eu-west-1:" + account + ":trail/org", "arn:aws:logs:eu-west-1:" + account + ":log-group:/aws/lambda/nc-dp-x", "arn:aws-cn:s3:::nc-dp-prod-raw", "arn:aws:logs:us-east-1:" + securityAccount + ":log-group:/aws/lambda/nc-dp-x", "not-an-arn", "dynamodb.us-east-1.amazonaws.com",
}

var families = []family{
	{
		comparisons: comparisonsOfTexts,
		keys: []string{"kms:EncryptionContext:app", "kms:EncryptionContext:env", "kms:EncryptionContext:service", "kms:ViaService", "aws:PrincipalTag/team", "kms:CallerAccount", "aws:PrincipalAccount", "kms:GrantConstraintType", "aws:PrincipalType", "aws:username",
			"kms:GranteeServicePrincipal", "kms:RetiringServicePrincipal"},
		values: texts, found: append([]string{"AssumedRole", "User", "ann"}, textsFound...),
	},
	{
		comparisons: []aws.Comparison{aws.CompareArn},
		keys:        []string{"aws:PrincipalArn", "aws:PrincipalArn", "aws:SourceArn", "kms:GranteePrincipal", "kms:GrantConstraintSourceArn", "kms:EncryptionContext:aws:s3:arn", "kms:EncryptionContext:aws:logs:arn"},
		values:      arns, found: arnsFound,
	},
	{
		comparisons: []aws.Comparison{aws.CompareText, aws.ComparePattern},
		keys:        []string{"kms:EncryptionContextKeys", "kms:GrantOperations", "aws:TagKeys"},
		values:      []string{"app", "env", "service", "App", "*", "a*", "Decrypt", "DescribeKey", "?nv"}, found: []string{"app", "env", "other", "Decrypt", "Encrypt", "DescribeKey"},
		multiValued: true,
	},
	{
		comparisons: []aws.Comparison{aws.CompareNumber},
		keys:        []string{"kms:ScheduleKeyDeletionPendingWindowInDays", "aws:MultiFactorAuthAge", "kms:RotationPeriodInDays", "kms:TrailingDaysWithoutKeyUsage"},
		values:      []string{"7", "30", "30.0", "29.5", "-1", "365", "3e1"}, found: []string{"7", "30", "30.0", "29", "29.5", "0", "365", "soon", "7 days"},
	},
	{
		comparisons: []aws.Comparison{aws.CompareDate},
		keys:        []string{"aws:CurrentTime", "aws:TokenIssueTime", "kms:ValidTo"},
		values:      []string{"2026-01-01T00:00:00Z", "2026-06-01", "2025-12-31T23:00:00-01:00", "1767225600"}, found: []string{"2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z", "2026-05-31T12:00:00Z", "2027-01-01", "1767225600", "never"},
	},
	{
		comparisons: []aws.Comparison{aws.CompareBool},
		keys:        []string{"kms:GrantIsForAWSResource", "aws:PrincipalIsAWSService", "kms:BypassPolicyLockoutSafetyCheck", "aws:MultiFactorAuthPresent", "aws:ViaAWSService"},
		values:      []string{"true", "false"}, found: []string{"true", "false", "True", "yes"},
	},
	{
		comparisons: []aws.Comparison{aws.CompareExistence},
		keys:        []string{"kms:ViaService", "kms:EncryptionContext:app", "kms:EncryptionContextKeys", "aws:PrincipalArn", "aws:SourceArn", "kms:GrantOperations", "aws:PrincipalTag/team"},
		values:      []string{"true", "false"}, found: textsFound,
	},
	{
		comparisons: []aws.Comparison{aws.CompareAddress},
		keys:        []string{"aws:SourceIp", "aws:VpcSourceIp"},
		values:      []string{"203.0.113.0/24", "203.0.113.7", "10.0.0.0/8", "2001:db8:1234:5678::/64", "2001:db8::1"}, found: []string{"203.0.113.7", "203.0.114.7", "10.1.2.3", "2001:db8:1234:5678::9", "2001:db8::1", "2001:DB8:0::1", "somewhere"},
	},
	{
		comparisons: []aws.Comparison{aws.CompareBinary},
		keys:        []string{"aws:PrincipalTag/digest"},
		values:      []string{"QmluYXJ5VmFsdWVJbkJhc2U2NA==", "AAAA"}, found: []string{"QmluYXJ5VmFsdWVJbkJhc2U2NA==", "AAAA", "AAAB", "%"},
	},
}
