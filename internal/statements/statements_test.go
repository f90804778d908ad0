package statements

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/gkampitakis/go-snaps/snaps"
	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

var (
	testScope   = Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "us-east-1", AccountId: "123456789012"}
	testContext = EncryptionContext{App: "neurocipher-pipeline", Env: "prod"}
	// testServices are what a data key serves.
	testServices = []Served{
		Serve("S3", "nc-dp-prod-*", "nc-dp-exchange"), Serve("DynamoDb", "nc-dp-prod-*"), Serve("Ebs"),
		Serve("SecretsManager", "nc-dp/prod/*", "nc-dp/shared"), Serve("CloudWatchLogs", "/aws/lambda/*", "nc-dp"),
		Serve("Lambda"), Serve("Rds"), Serve("Ssm"),
	}
	testGrants = DeclaredGrants{
		Grantees:                []string{"arn:aws:iam::098765432109:root"},
		Operations:              []string{"Decrypt", "DescribeKey"},
		EncryptionContextSubset: map[string]string{"app": "neurocipher-pipeline", "env": "prod"},
	}
)

// everyStatement calls every function that words statements, with these roles
// in each place that takes roles.
func everyStatement(location Location, context EncryptionContext, roles Roles) []keypolicy.Statement {
	others := []keypolicy.Principal{location.AccountRoot("098765432109")}
	return slices.Concat(
		EnableIamUserPermissions(location),
		EnableIamKeyAdministration(location),
		AllowKeyAdministration(location, roles),
		AllowDeclaredGrants(location, roles, testGrants),
		DenyKeyAdministratorsCryptographicUse(roles),
		DenyKeyAdministratorsUndeclaredGrants(roles, testGrants),
		DenyDeclaredGranteesOtherGrants(testGrants),
		DenyGrantsToOtherAccounts(location, testGrants),
		DenyEarlyKeyDeletion(30),
		DenyPolicyLockoutBypass(),
		AllowSecurityAccountAudit(others),
		AllowDirectUse(location, "AllowServiceRoleDirectUse", MustVerb("EncryptDecrypt"), roles, context),
		AllowDirectUse(location, "AllowDirectUseBySvcEmbed", MustVerb("EncryptDecrypt"), roles, context.For("svc-embed")),
		AllowUseThroughServices(location, MustVerb("EncryptDecrypt"), roles, testServices...),
		AllowGrantsForAwsResources(location, roles, testServices...),
		AllowServiceRoleDescribeKey(location, roles),
		AllowDeploymentThroughServices(location, roles, testServices...),
		AllowServices(location, testServices...),
		DenyDirectUseWithoutContext(context, testServices...),
		DenyDirectUse(Serve("CloudTrail")),
		AllowServices(location, Serve("CloudTrail"), Serve("LogDelivery")),
		AllowApplicationLogsThroughS3(location, roles, []string{"nc-dp-prod-*"}, "arn:aws:s3:::nc-dp-logs-central"),
		AllowSecurityAccountReadLogs(location, others),
		AllowLogsAccountArchive(location, others),
		AllowServices(location, Serve("AlertsToTopic", "arn:aws:sns:us-east-1:123456789012:nc-dp-kms-audit-prod-alerts")),
	)
}

var (
	namedRoles = Roles{Arns: []string{"arn:aws:iam::123456789012:role/LambdaETLRole", "arn:aws:iam::123456789012:role/GlueJobRole"}}
	roleTokens = Roles{Arns: []string{"${TfToken[TOKEN.7]}", "#{TfToken[TOKEN.0]}"}}
	matched    = Roles{ArnPatterns: []string{"arn:aws:iam::123456789012:role/etl-*", "arn:aws:iam::123456789012:role/sso/*"}}
)

func TestStatementsSayWhatTheirSnapshotSays(t *testing.T) {
	services := testContext
	services.Services = []string{"svc-ingest-api", "svc-embed"}
	tests := map[string]keypolicy.Document{
		"named-roles":      {Statements: everyStatement(testScope, testContext, namedRoles)},
		"roles-by-pattern": {Statements: everyStatement(testScope, services, matched)},
		"tokens": {Statements: everyStatement(
			Location{Partition: "aws-cn", DnsSuffix: "amazonaws.com.cn", Region: "${TfToken[TOKEN.1]}", AccountId: "${TfToken[TOKEN.2]}"}, testContext, roleTokens)},
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		t.Run(name, func(t *testing.T) {
			if problems := tests[name].Validate(); len(problems) > 0 {
				t.Errorf("KMS would refuse the statements:\n%v", problems)
			}
			snaps.WithConfig(snaps.Filename(name), snaps.Ext(".json")).MatchStandaloneSnapshot(t, tests[name].Indented())
		})
	}
}

// No statement of the tier may open what an extra statement may not.
func TestStatementsKeepTheContextRule(t *testing.T) {
	for _, roles := range []Roles{namedRoles, matched} {
		for _, statement := range everyStatement(testScope, testContext, roles) {
			switch statement.Sid {
			case "EnableIamUserPermissions":
				// Root delegation, which the denials for everyone bound.
				continue
			case "AllowLogsAccountArchive", "AllowSecurityAccountReadLogs", "AllowDeploymentThroughServices", "AllowDeploymentThroughServicesByPattern":
				// Bound to AWS services instead, which make contexts of their own.
				continue
			}
			if action := UseWithoutContext(statement); action != "" {
				t.Errorf("%s allows %s without an encryption context", statement.Sid, action)
			}
		}
	}
}

// An empty list must not become a statement without principals, or for everyone.
func TestNoRolesGiveNoStatement(t *testing.T) {
	for _, none := range []Roles{{}, {Arns: []string{}, ArnPatterns: []string{}}} {
		named := everyStatement(testScope, testContext, namedRoles)
		without := everyStatement(testScope, testContext, none)
		for _, statement := range without {
			aboutRoles := slices.ContainsFunc(named, func(other keypolicy.Statement) bool {
				return other.Sid == statement.Sid && cmp.Diff(other, statement) != ""
			})
			if aboutRoles || len(statement.Principals) == 0 {
				t.Errorf("%s is there without roles: %v", statement.Sid, statement)
			}
		}
		var sids []string
		for _, statement := range without {
			sids = append(sids, statement.Sid)
		}
		const want = "EnableIamUserPermissions EnableIamKeyAdministration DenyDeclaredGranteesOperations DenyDeclaredGranteesConstraintType " +
			"DenyDeclaredGranteesAppContext DenyDeclaredGranteesEnvContext DenyGrantsToOtherAccounts DenyGrantsToServicesForOtherAccounts " +
			"DenyEarlyKeyDeletion DenyPolicyLockoutBypass " +
			"AllowSecurityAccountAudit AllowCloudWatchLogs DenyDirectUseWithoutAppContext DenyDirectUseWithoutEnvContext " +
			"DenyDirectUseWithoutServiceContext DenyDirectUse AllowCloudTrailEncrypt AllowCloudTrailDescribeKey AllowLogDelivery " +
			"AllowSecurityAccountReadLogs AllowLogsAccountArchive AllowAlertsToTopic"
		if got := strings.Join(sids, " "); got != want {
			t.Errorf("without roles there are\n%s\nwant\n%s", got, want)
		}
	}
}

func TestNothingToProtectGivesNoStatement(t *testing.T) {
	for name, statements := range map[string][]keypolicy.Statement{
		"buckets":          AllowUseThroughServices(testScope, MustVerb("EncryptDecrypt"), namedRoles, Serve("S3")),
		"tables":           AllowUseThroughServices(testScope, MustVerb("EncryptDecrypt"), namedRoles, Serve("DynamoDb")),
		"secrets":          AllowUseThroughServices(testScope, MustVerb("EncryptDecrypt"), namedRoles, Serve("SecretsManager")),
		"log groups":       AllowServices(testScope, Serve("CloudWatchLogs")),
		"log buckets":      AllowApplicationLogsThroughS3(testScope, namedRoles, nil, ""),
		"security account": AllowSecurityAccountAudit(nil),
		"its logs":         AllowSecurityAccountReadLogs(testScope, nil),
		"logs account":     AllowLogsAccountArchive(testScope, nil),
		"grants":           AllowDeclaredGrants(testScope, namedRoles, DeclaredGrants{Operations: []string{"Decrypt"}}),
	} {
		if len(statements) > 0 {
			t.Errorf("without %s there is %v", name, statements)
		}
	}
	if len(AllowApplicationLogsThroughS3(testScope, namedRoles, nil, "arn:aws:s3:::central")) != 1 {
		t.Error("the central bucket alone gives no statement")
	}
}

// With both, the two kinds of role need two statements of different Sids.
func TestRolesByArnAndByPatternGiveTwoStatements(t *testing.T) {
	statements := AllowKeyAdministration(testScope, namedRoles.Plus(matched))
	if len(statements) != 2 || statements[0].Sid != "AllowKeyAdministration" || statements[1].Sid != "AllowKeyAdministrationByPattern" {
		t.Fatalf("got %v", statements)
	}
	if diff := cmp.Diff(namedRoles.Arns, []string{statements[0].Principals[0].Id, statements[0].Principals[1].Id}); diff != "" {
		t.Errorf("roles by ARN (-want +got):\n%s", diff)
	}
	want := []keypolicy.Condition{when("ArnLike", "aws:PrincipalArn", matched.ArnPatterns...)}
	if diff := cmp.Diff(want, statements[1].Conditions); diff != "" {
		t.Errorf("roles by pattern (-want +got):\n%s", diff)
	}
}

// Without declared grants, administrators must not grant to anyone at all.
func TestUndeclaredGrantsAreAllGrantsWhereNoneIsDeclared(t *testing.T) {
	statements := DenyKeyAdministratorsUndeclaredGrants(namedRoles, DeclaredGrants{})
	want := []keypolicy.Condition{when("ArnLike", "aws:PrincipalArn", namedRoles.Arns...)}
	if diff := cmp.Diff(want, statements[0].Conditions); diff != "" {
		t.Errorf("conditions (-want +got):\n%s", diff)
	}
	if more := DenyDeclaredGranteesOtherGrants(DeclaredGrants{Operations: []string{"Decrypt"}}); len(more) > 0 {
		t.Errorf("without grantees there is %v", more)
	}
}

func TestSidPartsAreLettersAndDigits(t *testing.T) {
	for name, want := range map[string]string{"aws:s3:arn": "AwsS3Arn", "app": "App", "PARAMETER_ARN": "PARAMETERARN", "é-7.b/": "7B", "": ""} {
		if got := SidPart(name); got != want {
			t.Errorf("SidPart(%q) = %q, want %q", name, got, want)
		}
	}
}

// A key whose services call directly must let them, and nobody with another context.
func TestDirectUseIsDeniedButForTheContextsOfTheServicesServed(t *testing.T) {
	all := keypolicy.Statement{Sid: "All", Effect: keypolicy.Allow, Principals: []keypolicy.Principal{testScope.AccountRoot("123456789012")}, Actions: []string{"kms:*"}}
	for name, test := range map[string]struct {
		served  []Served
		context map[string]string
		denied  bool
	}{
		"nothing served, a volume":   {nil, map[string]string{"aws:ebs:id": "vol-1"}, true},
		"volumes served, a volume":   {[]Served{Serve("Ebs")}, map[string]string{"aws:ebs:id": "vol-1"}, false},
		"volumes served, a bucket":   {[]Served{Serve("Ebs"), Serve("S3", "b")}, map[string]string{"aws:s3:arn": "arn:aws:s3:::b"}, true},
		"volumes served, no pair":    {[]Served{Serve("Ebs")}, nil, true},
		"volumes served, upper":      {[]Served{Serve("Ebs")}, map[string]string{"AWS:EBS:ID": "vol-1"}, true},
		"functions, a function":      {[]Served{Serve("Lambda")}, map[string]string{"aws:lambda:FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}, false},
		"functions, a volume":        {[]Served{Serve("Lambda")}, map[string]string{"aws:ebs:id": "vol-1"}, true},
		"databases, an instance":     {[]Served{Serve("Rds")}, map[string]string{"aws:rds:db-id": "db-A"}, false},
		"databases, a cluster":       {[]Served{Serve("Rds")}, map[string]string{"aws:rds:dbc-id": "cluster-A"}, false},
		"secrets served, a secret":   {[]Served{Serve("SecretsManager", "s")}, map[string]string{"SecretARN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:s-abcdef"}, true},
		"parameters served, one":     {[]Served{Serve("Ssm")}, map[string]string{"PARAMETER_ARN": "arn:aws:ssm:us-east-1:123456789012:parameter/p"}, true},
		"log groups served, a group": {[]Served{Serve("CloudWatchLogs", "*")}, map[string]string{"aws:logs:arn": "arn:aws:logs:us-east-1:123456789012:log-group:g"}, true},
	} {
		for _, key := range [][]keypolicy.Statement{DenyDirectUse(test.served...), DenyDirectUseWithoutContext(testContext, test.served...)} {
			decision, err := evaluation.Evaluate(keypolicy.Document{Statements: append(key, all)}, evaluation.Request{
				Principal: "arn:aws:iam::123456789012:role/Rogue", Action: "kms:Decrypt", EncryptionContext: test.context,
				Key:              "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
				IdentityPolicies: []keypolicy.Document{{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:*"}}}}},
			})
			if err != nil || decision.Allowed == test.denied {
				t.Errorf("%s, %s: %v, %v, want denied %v", name, key[0].Sid, decision, err, test.denied)
			}
		}
	}
}

func TestChangingAStatementChangesNoOther(t *testing.T) {
	roles := namedRoles.Plus(matched)
	before := keypolicy.Document{Statements: everyStatement(testScope, testContext, roles)}.Indented()
	for _, statement := range everyStatement(testScope, testContext, roles) {
		for i := range statement.Actions {
			statement.Actions[i] = "changed"
		}
		for i := range statement.Principals {
			statement.Principals[i].Id = "changed"
		}
		for _, condition := range statement.Conditions {
			for i := range condition.Values {
				condition.Values[i] = "changed"
			}
		}
	}
	after := keypolicy.Document{Statements: everyStatement(testScope, testContext, roles)}.Indented()
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("statements made afterwards differ:\n%s", diff)
	}
}

func TestPlusIsTheRolesOfBothAndChangesNeither(t *testing.T) {
	a := Roles{Arns: append(make([]string, 0, 4), "a"), ArnPatterns: append(make([]string, 0, 4), "a*")}
	first, second := a.Plus(Roles{Arns: []string{"b"}}), a.Plus(Roles{Arns: []string{"c"}, ArnPatterns: []string{"c*"}})
	if diff := cmp.Diff([]Roles{{Arns: []string{"a", "b"}, ArnPatterns: []string{"a*"}}, {Arns: []string{"a", "c"}, ArnPatterns: []string{"a*", "c*"}}}, []Roles{first, second}); diff != "" {
		t.Errorf("Plus (-want +got):\n%s", diff)
	}
	if (Roles{}).Empty() != true || a.Empty() || (Roles{ArnPatterns: []string{"*"}}).Empty() {
		t.Error("Empty is wrong")
	}
}

// Roles by pattern look the key up through their IAM policies, as anyone in the
// account may.
func TestRolesByPatternNeedNoStatementForDescribeKey(t *testing.T) {
	if statements := AllowServiceRoleDescribeKey(testScope, matched); len(statements) > 0 {
		t.Errorf("got %v", statements)
	}
	for _, account := range [][]keypolicy.Statement{EnableIamUserPermissions(testScope), EnableIamKeyAdministration(testScope)} {
		decision, err := evaluation.Evaluate(keypolicy.Document{Statements: account}, evaluation.Request{
			Principal:        "arn:aws:iam::123456789012:role/etl-7",
			Action:           "kms:DescribeKey",
			Key:              "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
			IdentityPolicies: []keypolicy.Document{{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:DescribeKey"}}}}},
		})
		if err != nil || !decision.Allowed {
			t.Errorf("with %s: %v, %v", account[0].Sid, decision, err)
		}
	}
}

// What an AWS service does by itself may carry no context of its own: AWS Config
// writing to a bucket, say, which an extra statement allows. The denies must not
// stop it, and must stop a role that does the same.
func TestDirectUseDeniesLeaveAwsServicesAlone(t *testing.T) {
	extra := keypolicy.Statement{
		Sid: "Extra", Effect: keypolicy.Allow, Actions: []string{"kms:Decrypt"},
		Principals: []keypolicy.Principal{keypolicy.ServicePrincipal("config.amazonaws.com"), keypolicy.AwsPrincipal("arn:aws:iam::123456789012:role/Auditor")},
		Conditions: []keypolicy.Condition{when("StringEquals", keySourceAccount, "123456789012")},
	}
	for _, deny := range append(DenyDirectUseWithoutContext(testContext, testServices...), DenyDirectUse()...) {
		policy := keypolicy.Document{Statements: []keypolicy.Statement{extra, deny}}
		for principal, want := range map[string]bool{"config.amazonaws.com": true, "arn:aws:iam::123456789012:role/Auditor": false} {
			decision, err := evaluation.Evaluate(policy, evaluation.Request{
				Principal: principal,
				Action:    "kms:Decrypt",
				Key:       "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
				Context:   map[string][]string{keySourceAccount: {"123456789012"}},
			})
			if err != nil || decision.Allowed != want {
				t.Errorf("%s and %s: %v, %v, want allowed %v", principal, deny.Sid, decision, err, want)
			}
		}
	}
}

// A grant needs no statement that allows, so only a Deny stops whoever holds one: a
// role that was made an administrator later, say.
func TestAGrantOpensNothingToAnAdministrator(t *testing.T) {
	const admin, other = "arn:aws:iam::123456789012:role/Admin", "arn:aws:iam::123456789012:role/Other"
	policy := keypolicy.Document{Statements: DenyKeyAdministratorsCryptographicUse(Roles{Arns: []string{admin}, ArnPatterns: []string{"arn:aws:iam::123456789012:role/ops/*"}})}
	for principal, want := range map[string]bool{
		admin: false, "arn:aws:sts::123456789012:assumed-role/Admin/deploy": false,
		"arn:aws:iam::123456789012:role/ops/7": false,
		other:                                  true, "arn:aws:sts::123456789012:assumed-role/Other/deploy": true,
	} {
		decision, err := evaluation.Evaluate(policy, evaluation.Request{
			Principal: principal, Action: "kms:Decrypt", Key: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
			Grants: []evaluation.Grant{{Name: "g", GranteePrincipal: principal, Operations: []string{"Decrypt"}}},
		})
		if err != nil || decision.Allowed != want {
			t.Errorf("%s: %v, %v, want allowed %v", principal, decision, err, want)
		}
	}
}
