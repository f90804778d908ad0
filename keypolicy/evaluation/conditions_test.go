package evaluation

import (
	"strings"
	"testing"
)

// TestConditions decides a policy of one Allow for everyone under one condition
// block. The first cases of each group are the examples of the IAM User Guide,
// "IAM JSON policy elements: Condition operators", with keys that KMS has.
func TestConditions(t *testing.T) {
	const (
		yes = true
		no  = false
	)
	none := map[string][]string{}
	one := func(key string, values ...string) map[string][]string { return map[string][]string{key: values} }
	tag := func(value string) map[string][]string { return one("aws:PrincipalTag/job-category", value) }
	source := func(value string) map[string][]string { return one("aws:SourceArn", value) }
	tests := map[string][]struct {
		condition string
		context   map[string][]string
		want      bool
	}{
		"StringEquals": {
			{`{"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}}`, tag("iamuser-admin"), yes},
			{`{"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}}`, tag("dev-ops"), no},
			{`{"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}}`, none, no},
			{`{"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}}`, tag("IamUser-Admin"), no},
			{`{"StringEquals": {"aws:PrincipalTag/job-category": ["a", "b"]}}`, tag("b"), yes},
			{`{"StringEquals": {"AWS:principaltag/JOB-category": "a"}}`, tag("a"), yes},
			{`{"StringEquals": {"aws:PrincipalTag/job-category": "*"}}`, tag("a"), no},
			{`{"StringEquals": {"aws:PrincipalTag/job-category": ""}}`, tag(""), yes},
			{`{"StringEquals": {"kms:EncryptionContext:AppName": "x"}}`, one("kms:EncryptionContext:appname", "x"), yes},
			{`{"StringEquals": {"aws:PrincipalTag/a": "1"}, "Null": {"kms:ViaService": "true"}}`, one("aws:PrincipalTag/a", "1"), yes},
			{`{"StringEquals": {"aws:PrincipalTag/a": "1", "kms:ViaService": "x"}}`, one("aws:PrincipalTag/a", "1"), no},
		},
		"StringNotEquals": {
			{`{"StringNotEquals": {"aws:PrincipalTag/job-category": "a"}}`, tag("b"), yes},
			{`{"StringNotEquals": {"aws:PrincipalTag/job-category": "a"}}`, tag("a"), no},
			{`{"StringNotEquals": {"aws:PrincipalTag/job-category": "a"}}`, none, yes},
			{`{"StringNotEquals": {"aws:PrincipalTag/job-category": ["a", "b"]}}`, tag("b"), no},
			{`{"StringNotEqualsIfExists": {"aws:PrincipalTag/job-category": "a"}}`, none, yes},
		},
		"StringEqualsIgnoreCase": {
			{`{"StringEqualsIgnoreCase": {"aws:PrincipalTag/job-category": "PreProd"}}`, tag("preprod"), yes},
			{`{"StringEqualsIgnoreCase": {"aws:PrincipalTag/job-category": "PreProd"}}`, tag("prod"), no},
			{`{"StringNotEqualsIgnoreCase": {"aws:PrincipalTag/job-category": "PreProd"}}`, tag("preprod"), no},
		},
		"StringLike": {
			{`{"StringLike": {"aws:PrincipalTag/job-category": "iam*-ad??n"}}`, tag("iamuser-admin"), yes},
			{`{"StringLike": {"aws:PrincipalTag/job-category": "iam*-ad??n"}}`, tag("IAMuser-admin"), no},
			{`{"StringLike": {"aws:PrincipalTag/job-category": "?*"}}`, tag(""), no},
			{`{"StringLike": {"aws:PrincipalTag/job-category": "*"}}`, tag(""), yes},
			{`{"StringLike": {"aws:PrincipalTag/job-category": "*"}}`, none, no},
			{`{"StringLike": {"aws:PrincipalTag/job-category": "a?c"}}`, tag("a€c"), yes},
			{`{"StringLike": {"aws:PrincipalTag/job-category": "*??"}}`, tag("€"), no},
			{`{"StringLike": {"aws:PrincipalTag/job-category": "a.c"}}`, tag("abc"), no},
			{`{"StringLike": {"aws:PrincipalTag/job-category": "a${*}"}}`, tag("a*"), yes},
			{`{"StringLike": {"aws:PrincipalTag/job-category": "a${*}"}}`, tag("ab"), no},
			{`{"StringLike": {"aws:PrincipalTag/job-category": "a${?}${$}*"}}`, tag("a?$b"), yes},
			{`{"StringNotLike": {"aws:PrincipalTag/job-category": "a*"}}`, tag("ab"), no},
			{`{"StringNotLike": {"aws:PrincipalTag/job-category": "a*"}}`, none, yes},
		},
		"Arn": {
			{`{"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-west-2:123456789012:TOPIC-ID"}}`, source("arn:aws:sns:us-west-2:123456789012:TOPIC-ID"), yes},
			{`{"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-west-2:123456789012:TOPIC-ID"}}`, source("arn:aws:sns:us-west-2:777788889999:TOPIC-ID"), no},
			{`{"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-west-2:123456789012:TOPIC-ID"}}`, none, no},
			{`{"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}}`, source("arn:aws:sns:us-west-2:123456789012:a:b/c"), yes},
			{`{"ArnLike": {"aws:SourceArn": "arn:aws:*:123456789012:TOPIC-ID:*"}}`, source("arn:aws:sns:us-west-2:123456789012:TOPIC-ID:x"), no},
			{`{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b/*"}}`, source("arn:aws:s3:::B/x"), no},
			{`{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b"}}`, source("b"), no},
			{`{"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::b"}}`, source("b"), yes},
			{`{"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::b*"}}`, source("arn:aws:s3:::bc"), no},
			{`{"ArnNotEquals": {"aws:SourceArn": "arn:aws:s3:::b"}}`, none, yes},
		},
		"Numeric": {
			{`{"NumericLessThanEquals": {"aws:MultiFactorAuthAge": "10"}}`, one("aws:MultiFactorAuthAge", "10"), yes},
			{`{"NumericLessThanEquals": {"aws:MultiFactorAuthAge": 10}}`, one("aws:MultiFactorAuthAge", "1.0e1"), yes},
			{`{"NumericLessThan": {"aws:MultiFactorAuthAge": "10"}}`, one("aws:MultiFactorAuthAge", "10"), no},
			{`{"NumericGreaterThan": {"aws:MultiFactorAuthAge": "9007199254740992"}}`, one("aws:MultiFactorAuthAge", "9007199254740993"), yes},
			{`{"NumericGreaterThanEquals": {"aws:MultiFactorAuthAge": "-1"}}`, one("aws:MultiFactorAuthAge", "-1.5"), no},
			{`{"NumericEquals": {"aws:MultiFactorAuthAge": "7"}}`, one("aws:MultiFactorAuthAge", "7 days"), no},
			{`{"NumericNotEquals": {"aws:MultiFactorAuthAge": "7"}}`, one("aws:MultiFactorAuthAge", "8"), yes},
			{`{"NumericNotEquals": {"aws:MultiFactorAuthAge": "7"}}`, none, yes},
			{`{"NumericLessThanIfExists": {"aws:MultiFactorAuthAge": "7"}}`, none, yes},
		},
		"Date": {
			{`{"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}`, one("aws:TokenIssueTime", "2020-01-01T00:00:02Z"), yes},
			{`{"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}`, one("aws:TokenIssueTime", "2020-01-01T01:00:01+02:00"), no},
			{`{"DateLessThan": {"aws:CurrentTime": 1577836801}}`, one("aws:CurrentTime", "2020-01-01T00:00Z"), yes},
			{`{"DateEquals": {"aws:CurrentTime": "2020-01-01"}}`, one("aws:CurrentTime", "2020-01-01T00:00:00.000Z"), yes},
			{`{"DateNotEquals": {"aws:CurrentTime": "2020-01"}}`, one("aws:CurrentTime", "2020-01-01"), no},
			{`{"DateLessThanEquals": {"kms:ValidTo": "2020-01-01"}}`, one("kms:ValidTo", "tomorrow"), no},
		},
		"Bool": {
			{`{"Bool": {"aws:SecureTransport": "false"}}`, one("aws:SecureTransport", "false"), yes},
			{`{"Bool": {"aws:SecureTransport": false}}`, one("aws:SecureTransport", "true"), no},
			{`{"Bool": {"aws:SecureTransport": "True"}}`, one("aws:SecureTransport", "true"), yes},
			{`{"Bool": {"aws:SecureTransport": "TRUE"}}`, one("aws:SecureTransport", "true"), yes},
			{`{"Bool": {"kms:GrantIsForAWSResource": "false"}}`, none, no},
			{`{"BoolIfExists": {"kms:GrantIsForAWSResource": "false"}}`, none, yes},
			{`{"BoolIfExists": {"kms:GrantIsForAWSResource": "false"}}`, one("kms:GrantIsForAWSResource", "true"), no},
		},
		"Null": {
			{`{"Null": {"aws:TokenIssueTime": "true"}}`, none, yes},
			{`{"Null": {"aws:TokenIssueTime": "true"}}`, one("aws:TokenIssueTime", "1"), no},
			{`{"Null": {"aws:TokenIssueTime": "false"}}`, one("aws:TokenIssueTime", "1"), yes},
			{`{"Null": {"aws:TokenIssueTime": false}}`, none, no},
			{`{"Null": {"aws:TokenIssueTime": ["true", "false"]}}`, none, yes},
			{`{"Null": {"aws:TokenIssueTime": "true"}}`, one("aws:TokenIssueTime"), yes},
		},
		"Binary": {
			{`{"BinaryEquals": {"kms:RecipientAttestation:ImageSha384": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}`, one("kms:RecipientAttestation:ImageSha384", "QmluYXJ5VmFsdWVJbkJhc2U2NA=="), yes},
			{`{"BinaryEquals": {"kms:RecipientAttestation:ImageSha384": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}`, one("kms:RecipientAttestation:ImageSha384", "ASIAIOSFODNN7EXAMPLE"), no},
			{`{"BinaryEquals": {"kms:RecipientAttestation:PCR0": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}`, none, no},
		},
		"IpAddress": {
			{`{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}`, one("aws:SourceIp", "203.0.113.1"), yes},
			{`{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}`, one("aws:SourceIp", "198.51.100.1"), no},
			{`{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]}}`, one("aws:SourceIp", "2001:db8:1234:5678::1"), yes},
			{`{"IpAddress": {"aws:SourceIp": "203.0.113.7"}}`, one("aws:SourceIp", "203.0.113.8"), no},
			{`{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}`, one("aws:SourceIp", "198.51.100.1"), yes},
			{`{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}`, one("aws:SourceIp", "2001:db8::1"), yes},
			{`{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}`, none, yes},
			{`{"IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}`, none, yes},
		},
		"sets": {
			{`{"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["app", "env"]}}`, one("kms:EncryptionContextKeys", "app", "env"), yes},
			{`{"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["app", "env"]}}`, one("kms:EncryptionContextKeys", "app", "other"), no},
			{`{"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": "app"}}`, none, yes},
			{`{"ForAllValues:StringEquals": {"aws:TagKeys": "app"}}`, one("aws:TagKeys", ""), yes},
			{`{"ForAllValues:StringNotEquals": {"aws:TagKeys": ["a", "b"]}}`, one("aws:TagKeys", "c", "d"), yes},
			{`{"ForAllValues:StringNotEquals": {"aws:TagKeys": ["a", "b"]}}`, one("aws:TagKeys", "c", "b"), no},
			{`{"ForAnyValue:StringEquals": {"aws:TagKeys": "environment"}}`, one("aws:TagKeys", "costcenter", "environment"), yes},
			{`{"ForAnyValue:StringEquals": {"aws:TagKeys": "environment"}}`, one("aws:TagKeys", "Environment"), no},
			{`{"ForAnyValue:StringEquals": {"aws:TagKeys": "environment"}}`, none, no},
			{`{"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "environment"}}`, none, yes},
			{`{"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a", "b"]}}`, one("aws:TagKeys", "a", "c"), yes},
			{`{"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a", "b"]}}`, one("aws:TagKeys", "a", "b"), no},
			{`{"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}`, none, no},
			{`{"ForAllValues:ArnLike": {"aws:SourceArn": ["arn:aws:cloudfront::123456789012:distribution/*"]}}`, one("aws:SourceArn", "arn:aws:cloudfront::123456789012:distribution/costcenter", "arn:aws:cloudfront::777788889999:distribution/x"), no},
			{`{"StringEquals": {"kms:EncryptionContextKeys": "app"}}`, one("kms:EncryptionContextKeys", "app", "env"), no},
			{`{"StringEquals": {"kms:EncryptionContextKeys": "app"}}`, one("kms:EncryptionContextKeys", "app"), no},
		},
		"variables": {
			{`{"StringEquals": {"kms:EncryptionContext:owner": "${aws:PrincipalTag/team}"}}`, map[string][]string{"kms:EncryptionContext:owner": {"red"}, "aws:PrincipalTag/team": {"red"}}, yes},
			{`{"StringEquals": {"kms:EncryptionContext:owner": "${aws:principaltag/TEAM}"}}`, map[string][]string{"kms:EncryptionContext:owner": {"red"}, "aws:PrincipalTag/team": {"blue"}}, no},
			{`{"StringEquals": {"kms:EncryptionContext:owner": "${aws:PrincipalTag/team}"}}`, one("kms:EncryptionContext:owner", "red"), no},
			{`{"StringNotEquals": {"kms:EncryptionContext:owner": "${aws:PrincipalTag/team}"}}`, one("kms:EncryptionContext:owner", "red"), yes},
			{`{"StringEquals": {"kms:EncryptionContext:owner": "${aws:PrincipalTag/team, 'company-wide'}"}}`, one("kms:EncryptionContext:owner", "company-wide"), yes},
			{`{"StringLike": {"kms:EncryptionContext:owner": "${aws:PrincipalTag/team}-*"}}`, map[string][]string{"kms:EncryptionContext:owner": {"red-1"}, "aws:PrincipalTag/team": {"red"}}, yes},
			{`{"StringLike": {"kms:EncryptionContext:owner": "${aws:PrincipalTag/team}"}}`, map[string][]string{"kms:EncryptionContext:owner": {"red"}, "aws:PrincipalTag/team": {"*"}}, no},
			{`{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::${aws:PrincipalTag/team}/*"}}`, map[string][]string{"aws:SourceArn": {"arn:aws:s3:::red/x"}, "aws:PrincipalTag/team": {"red"}}, yes},
			{`{"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}`, none, yes},
			{`{"StringEquals": {"kms:EncryptionContext:identity": "${cognito-identity.amazonaws.com:sub}"}}`, map[string][]string{"kms:EncryptionContext:identity": {"us-east-1:1234"}, "cognito-identity.amazonaws.com:sub": {"us-east-1:1234"}}, yes},
			{`{"StringEquals": {"kms:EncryptionContext:identity": "${cognito-identity.amazonaws.com:sub}"}}`, map[string][]string{"kms:EncryptionContext:identity": {"us-east-1:5678"}, "cognito-identity.amazonaws.com:sub": {"us-east-1:1234"}}, no},
			{`{"StringLike": {"kms:EncryptionContext:pod": "${oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE:sub}/*"}}`, map[string][]string{"kms:EncryptionContext:pod": {"system:serviceaccount:a/b"}, "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE:sub": {"system:serviceaccount:a"}}, yes},
			{`{"StringLike": {"kms:EncryptionContext:a": "${www.amazon.com:user_id, 'nobody'}"}}`, one("kms:EncryptionContext:a", "nobody"), yes},
		},
		"newer keys": {
			{`{"NumericGreaterThan": {"kms:TrailingDaysWithoutKeyUsage": "365"}}`, one("kms:trailingdayswithoutkeyusage", "366"), yes},
			{`{"NumericGreaterThan": {"kms:TrailingDaysWithoutKeyUsage": "365"}}`, none, no},
			{`{"StringEquals": {"kms:GranteeServicePrincipal": "dynamodb.us-east-1.amazonaws.com"}}`, one("kms:GranteeServicePrincipal", "dynamodb.us-east-1.amazonaws.com"), yes},
			{`{"StringEquals": {"kms:RetiringServicePrincipal": "dynamodb.us-east-1.amazonaws.com"}}`, one("kms:RetiringServicePrincipal", "rds.us-east-1.amazonaws.com"), no},
			{`{"ArnLike": {"kms:GrantConstraintSourceArn": "arn:aws:dynamodb:*:111122223333:table/*"}}`, one("kms:GrantConstraintSourceArn", "arn:aws:dynamodb:us-east-1:111122223333:table/t"), yes},
			{`{"ArnEquals": {"codebuild:projectArn": "arn:aws:codebuild:us-east-1:111122223333:project/p"}}`, one("codebuild:ProjectArn", "arn:aws:codebuild:us-east-1:111122223333:project/p"), yes},
			{`{"ArnLike": {"codebuild:buildArn": "arn:aws:codebuild:*:*:build/p:*"}}`, one("codebuild:BuildArn", "arn:aws:codebuild:us-east-1:111122223333:build/q:1"), no},
			{`{"ArnEquals": {"aws:SignInSessionArn": "arn:aws:signin:us-east-1:111122223333:session/s"}}`, one("aws:SignInSessionArn", "arn:aws:signin:us-east-1:111122223333:session/s"), yes},
			{`{"StringEquals": {"aws:CalledViaAWSMCP": "aws-mcp.amazonaws.com"}}`, one("aws:CalledViaAWSMCP", "aws-mcp.amazonaws.com"), yes},
		},
		"derived": {
			{`{"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ExampleRole"}}`, none, yes},
			{`{"StringEquals": {"aws:PrincipalAccount": "111122223333", "kms:CallerAccount": "111122223333", "aws:PrincipalType": "AssumedRole", "aws:RequestedRegion": "us-east-1"}}`, none, yes},
			{`{"StringEquals": {"kms:CallerAccount": "111122223333"}}`, one("KMS:calleraccount", "444455556666"), no},
			{`{"Bool": {"aws:PrincipalIsAWSService": "false"}}`, none, yes},
			{`{"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": "App"}, "Null": {"kms:EncryptionContextKeys": "false"}}`, one("kms:EncryptionContext:App", "x"), yes},
		},
		"tokens": {
			{`{"ArnLike": {"aws:SourceArn": "${aws_s3_bucket.b.arn}"}}`, source("${aws_s3_bucket.b.arn}"), yes},
			{`{"ArnLike": {"aws:SourceArn": "${aws_s3_bucket.b.arn}"}}`, source("arn:aws:s3:::b"), no},
			{`{"ArnLike": {"aws:SourceArn": "arn:aws:logs:us-east-1:${data.aws_caller_identity.current.account_id}:log-group:*"}}`, source("arn:aws:logs:us-east-1:${data.aws_caller_identity.current.account_id}:log-group:x"), yes},
			{`{"StringLike": {"kms:EncryptionContext:app": "${aws_x.y[*].z}"}}`, one("kms:EncryptionContext:app", "${aws_x.y[0].z}"), no},
			{`{"NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": "${var.days}"}}`, one("kms:ScheduleKeyDeletionPendingWindowInDays", "1"), no},
		},
	}
	for group, cases := range tests {
		for _, test := range cases {
			t.Run(group, func(t *testing.T) {
				decision, err := Evaluate(policyWithCondition(t, "Allow", test.condition), Request{
					Principal: testRole, Action: "kms:Decrypt", Key: testKey, Context: test.context,
				})
				if err != nil {
					t.Fatalf("%s: %v", test.condition, err)
				}
				if decision.Allowed != test.want {
					t.Errorf("%s with %v: got %v, want %v", test.condition, test.context, decision, test.want)
				}
			})
		}
	}
}

func TestOldVersionHasNoVariables(t *testing.T) {
	policy := mustParse(t, `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*",
		"Condition": {"StringEquals": {"aws:PrincipalTag/team": "${aws:PrincipalAccount}"}}}}`)
	for value, want := range map[string]bool{"111122223333": false, "${aws:PrincipalAccount}": true} {
		decision, err := Evaluate(policy, Request{Principal: testRole, Action: "kms:Decrypt", Key: testKey,
			Context: map[string][]string{"aws:PrincipalTag/team": {value}}})
		if err != nil || decision.Allowed != want {
			t.Errorf("%s: got %v, %v", value, decision, err)
		}
	}
}

// TestUnknownsAreErrors has what AWS does not document: no guess is made.
func TestUnknownsAreErrors(t *testing.T) {
	tests := map[string]struct {
		condition string
		context   map[string][]string
		want      string
	}{
		"operator":                   {`{"StringEqual": {"kms:ViaService": "x"}}`, nil, `key policy: Statements[0](Tested).Conditions[0].Operator is "StringEqual": is no condition operator of IAM`},
		"case of an operator":        {`{"stringEquals": {"kms:ViaService": "x"}}`, nil, "is no condition operator of IAM"},
		"NullIfExists":               {`{"NullIfExists": {"kms:ViaService": "true"}}`, nil, "is no condition operator of IAM"},
		"set of Null":                {`{"ForAllValues:Null": {"kms:ViaService": "true"}}`, nil, "Null takes neither"},
		"key":                        {`{"StringEquals": {"kms:ViaServices": "x"}}`, nil, `Conditions[0].Key is "kms:ViaServices": must be a condition key`},
		"number":                     {`{"NumericEquals": {"aws:MultiFactorAuthAge": "ten"}}`, nil, `Values[0] is "ten": must be a number`},
		"hexadecimal":                {`{"NumericEquals": {"aws:MultiFactorAuthAge": "0x10"}}`, nil, `must be a number`},
		"date":                       {`{"DateEquals": {"aws:CurrentTime": "01.01.2020"}}`, nil, `Values[0] is "01.01.2020": must be a date`},
		"truth":                      {`{"Bool": {"aws:SecureTransport": "yes"}}`, nil, `Values[0] is "yes": must be "true" or "false"`},
		"address":                    {`{"IpAddress": {"aws:SourceIp": "203.0.113"}}`, nil, "must be an IP address"},
		"binary":                     {`{"BinaryEquals": {"kms:RecipientAttestation:PCR1": "%"}}`, nil, "base64"},
		"short ARN":                  {`{"ArnLike": {"aws:SourceArn": "*"}}`, nil, "six parts"},
		"variable":                   {`{"StringEquals": {"kms:ViaService": "${aws:nothing}"}}`, nil, `"aws:nothing" is no condition key`},
		"multivalued variable":       {`{"StringEquals": {"kms:ViaService": "${aws:TagKeys}"}}`, nil, "several values"},
		"default without quotes":     {`{"StringEquals": {"kms:ViaService": "${aws:username, x}"}}`, nil, "single quotes"},
		"escape of Terraform":        {`{"StringEquals": {"kms:ViaService": "$${aws:username}"}}`, nil, "Terraform's escape"},
		"key twice by case":          {`{"StringEquals": {"kms:ViaService": "x", "KMS:viaservice": "y"}}`, nil, `stands as "KMS:viaservice" in Conditions[0]`},
		"negation of several values": {`{"StringNotEquals": {"aws:TagKeys": "x"}}`, map[string][]string{"aws:TagKeys": {"a", "b"}}, "without ForAllValues or ForAnyValue"},
		"context key":                {`{"Null": {"kms:ViaService": "true"}}`, map[string][]string{"aws:PrincpalArn": {"x"}}, `context key "aws:PrincpalArn": unknown`},
		"context key twice":          {`{"Null": {"kms:ViaService": "true"}}`, map[string][]string{"kms:KeySpec": {"x"}, "KMS:keyspec": {"x"}}, "case does not tell keys apart"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Evaluate(policyWithCondition(t, "Deny", test.condition), Request{
				Principal: testRole, Action: "kms:Decrypt", Key: testKey, Context: test.context,
			})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
