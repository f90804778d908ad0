package kmstier

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

func sids(document keypolicy.Document) []string {
	var sids []string
	for _, statement := range document.Statements {
		sids = append(sids, statement.Sid)
	}
	return sids
}

var (
	everyKeySids = []string{"EnableIamUserPermissions", "DenyGrantsToOtherAccounts", "DenyGrantsToServicesForOtherAccounts", "DenyEarlyKeyDeletion", "DenyPolicyLockoutBypass"}
	contextSids  = []string{"DenyDirectUseWithoutAppContext", "DenyDirectUseWithoutEnvContext", "DenyDirectUseWithoutServiceContext"}
	cloudSids    = []string{"AllowCloudTrailEncrypt", "AllowCloudTrailDescribeKey", "AllowLogDelivery", "AllowCloudWatchLogs"}
	directSids   = []string{"DenyDirectUse"}
)

func TestPoliciesHoldTheStatementsThatTheConfigurationAsksFor(t *testing.T) {
	arns := []string{role("r")}
	tests := map[string]struct {
		given      KmsTierConfig
		data, logs []string
	}{
		"nothing": {KmsTierConfig{},
			slices.Concat(everyKeySids, []string{"AllowCloudWatchLogs"}, contextSids),
			slices.Concat(everyKeySids, cloudSids, directSids)},
		"account that administers only": {KmsTierConfig{AccountAccess: AdministerOnly},
			slices.Concat([]string{"EnableIamKeyAdministration"}, everyKeySids[1:], []string{"AllowCloudWatchLogs"}, contextSids),
			slices.Concat([]string{"EnableIamKeyAdministration"}, everyKeySids[1:], cloudSids, directSids)},
		"service roles": {KmsTierConfig{FargateRoleArns: arns},
			slices.Concat(everyKeySids, []string{
				"AllowServiceRoleDirectUse", "AllowUseThroughS3", "AllowUseThroughDynamoDb", "AllowUseThroughEbs", "AllowUseThroughSecretsManager",
				"AllowGrantsForAwsResources", "AllowServiceRoleDescribeKey", "AllowCloudWatchLogs"}, contextSids),
			slices.Concat(everyKeySids, cloudSids, []string{"AllowApplicationLogsThroughS3"}, directSids)},
		"roles bound to services": {KmsTierConfig{ServiceRoles: []ServiceRole{{Service: "svc-b", RoleArns: arns}, {Service: "svc-a", RoleArnPatterns: []string{role("etl-*")}}}},
			slices.Concat(everyKeySids, []string{
				"AllowDirectUseBySvcAByPattern", "AllowDirectUseBySvcB",
				"AllowUseThroughS3", "AllowUseThroughS3ByPattern", "AllowUseThroughDynamoDb", "AllowUseThroughDynamoDbByPattern",
				"AllowUseThroughEbs", "AllowUseThroughEbsByPattern", "AllowUseThroughSecretsManager", "AllowUseThroughSecretsManagerByPattern",
				"AllowGrantsForAwsResources", "AllowGrantsForAwsResourcesByPattern", "AllowServiceRoleDescribeKey",
				"AllowCloudWatchLogs"}, contextSids),
			slices.Concat(everyKeySids, cloudSids, []string{"AllowApplicationLogsThroughS3", "AllowApplicationLogsThroughS3ByPattern"}, directSids)},
		"administrators": {KmsTierConfig{AdministratorRoleArns: arns},
			slices.Concat(everyKeySids[:1], []string{"AllowKeyAdministration", "DenyKeyAdministratorsCryptographicUse", "DenyKeyAdministratorsUndeclaredGrants"}, everyKeySids[1:], []string{"AllowCloudWatchLogs"}, contextSids),
			slices.Concat(everyKeySids[:1], []string{"AllowKeyAdministration", "DenyKeyAdministratorsCryptographicUse", "DenyKeyAdministratorsUndeclaredGrants"}, everyKeySids[1:], cloudSids, directSids)},
		"administrators and grants": {KmsTierConfig{AdministratorRoleArns: arns, SecurityAccountId: "098765432109", LogsAccountId: "111111111111", LogsBucketArn: "arn:aws:s3:::central"},
			slices.Concat(everyKeySids[:1], []string{"AllowKeyAdministration", "AllowDeclaredGrants", "DenyKeyAdministratorsCryptographicUse", "DenyKeyAdministratorsUndeclaredGrants",
				"DenyDeclaredGranteesOperations", "DenyDeclaredGranteesConstraintType", "DenyDeclaredGranteesAppContext", "DenyDeclaredGranteesEnvContext"}, everyKeySids[1:],
				[]string{"AllowSecurityAccountAudit", "AllowCloudWatchLogs"}, contextSids),
			slices.Concat(everyKeySids[:1], []string{"AllowKeyAdministration", "AllowDeclaredGrants", "DenyKeyAdministratorsCryptographicUse", "DenyKeyAdministratorsUndeclaredGrants",
				"DenyDeclaredGranteesOperations", "DenyDeclaredGranteesConstraintType", "DenyDeclaredGranteesAwsS3ArnContext"}, everyKeySids[1:],
				[]string{"AllowSecurityAccountAudit"}, cloudSids, []string{"AllowSecurityAccountReadLogs", "AllowLogsAccountArchive"}, directSids)},
		// Deployers create what the data key encrypts; logs are none of their business.
		"deployers": {KmsTierConfig{DeployerRoleArns: arns},
			slices.Concat(everyKeySids, []string{"AllowDeploymentThroughServices", "AllowDeploymentGrantsForAwsResources", "AllowCloudWatchLogs"}, contextSids),
			slices.Concat(everyKeySids, cloudSids, directSids)},
		"extra statements": {KmsTierConfig{ExtraStatements: map[string][]keypolicy.Statement{"data": {extra("A"), extra("B")}, "logs": {extra("C")}}},
			slices.Concat(everyKeySids, []string{"AllowCloudWatchLogs"}, contextSids, []string{"A", "B"}),
			slices.Concat(everyKeySids, cloudSids, directSids, []string{"C"})},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.given.Environment = "dev"
			s := newSettings(&test.given)
			if diff := cmp.Diff(test.data, sids(s.dataKeyPolicy(s.assumedLocation()))); diff != "" {
				t.Errorf("data key (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.logs, sids(s.logsKeyPolicy(s.assumedLocation()))); diff != "" {
				t.Errorf("logs key (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGrantsGoToTheRolesOfOtherAccountsOrElseToTheirRoot(t *testing.T) {
	location := statements.Location{Partition: "aws-us-gov"}
	s := newSettings(&KmsTierConfig{Environment: "dev", App: "ledger", SecurityAccountId: "098765432109", LogsAccountId: "111111111111"})
	want := statements.DeclaredGrants{
		Grantees: []string{"arn:aws-us-gov:iam::098765432109:root"}, Operations: []string{"Decrypt", "DescribeKey"},
		EncryptionContextSubset: map[string]string{"app": "ledger", "env": "dev"},
	}
	if diff := cmp.Diff(want, s.dataKeyGrants(location)); diff != "" {
		t.Errorf("grants on the data key (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(statements.DeclaredGrants{}, s.logsKeyGrants(location)); diff != "" {
		t.Errorf("grants on the logs key without a bucket to bind them to (-want +got):\n%s", diff)
	}

	s.security.roleArns = []string{"${b}", "arn:b", "arn:a", "arn:b", "${a}"}
	if diff := cmp.Diff([]string{"arn:a", "arn:b", "${b}", "${a}"}, s.dataKeyGrants(location).Grantees); diff != "" {
		t.Errorf("grantees (-want +got):\n%s", diff)
	}
	s.logs.roleArns, s.logsBucketArn = []string{"arn:archive"}, "arn:aws-us-gov:s3:::central"
	want = statements.DeclaredGrants{
		Grantees: []string{"arn:archive"}, Operations: []string{"Decrypt", "DescribeKey", "GenerateDataKey"},
		EncryptionContextSubset: map[string]string{"aws:s3:arn": "arn:aws-us-gov:s3:::central"},
	}
	if diff := cmp.Diff(want, s.logsKeyGrants(location)); diff != "" {
		t.Errorf("grants on the logs key (-want +got):\n%s", diff)
	}
}

func TestSidsOfServicesAreReadable(t *testing.T) {
	for service, want := range map[string]string{
		"svc-ingest-api": "AllowDirectUseBySvcIngestApi",
		"svc_embed.v2":   "AllowDirectUseBySvcEmbedV2",
		"Query":          "AllowDirectUseByQuery",
		"7":              "AllowDirectUseBy7",
	} {
		if got := directUseSid(EncryptDecrypt, service); got != want {
			t.Errorf("directUseSid(%q) = %q, want %q", service, got, want)
		}
	}
}

// Late grants join the statement of their service rather than making a second
// of the same Sid.
func TestGrantedRolesJoinTheBoundOnesOfTheirService(t *testing.T) {
	bound := newSettings(&KmsTierConfig{Environment: "dev", ServiceRoles: []ServiceRole{
		{Service: "b", RoleArns: []string{role("1")}, RoleArnPatterns: []string{role("1*")}}, {Service: "a", RoleArns: []string{role("2")}},
	}})
	p := &parser{settings: bound.detached()}
	for _, grant := range [][2]string{{"3", "b"}, {"4", "c"}, {"5", "b"}} {
		p.role("roleArn", role(grant[0]), givenRole{use: useOneService, verb: EncryptDecrypt, service: grant[1], shared: true, key: purposeData})
	}
	got := map[string]statements.Roles{}
	for _, service := range p.settings.boundServices(purposeData, EncryptDecrypt) {
		got[service] = p.settings.rolesOfService(purposeData, EncryptDecrypt, service)
	}
	want := map[string]statements.Roles{
		"a": {Arns: []string{role("2")}},
		"b": {Arns: []string{role("1"), role("3"), role("5")}, ArnPatterns: []string{role("1*")}},
		"c": {Arns: []string{role("4")}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	if len(bound.roles) != 3 {
		t.Errorf("the bound roles grew: %v", bound.roles)
	}
}

// lookups are what data sources would say; asked notes which were asked.
type lookups struct{ asked []string }

func (l *lookups) look(what string) string {
	l.asked = append(l.asked, what)
	return "${" + what + "}"
}
func (l *lookups) accountId() string { return l.look("account") }
func (l *lookups) region() string    { return l.look("region") }
func (l *lookups) partition() string { return l.look("partition") }
func (l *lookups) dnsSuffix() string { return l.look("suffix") }

// Whoever gives everything gets a plan that asks AWS for nothing.
func TestOnlyWhatIsLeftOpenIsLookedUp(t *testing.T) {
	tests := map[string]struct {
		given KmsTierConfig
		want  statements.Location
		asked string
	}{
		"nothing given":  {KmsTierConfig{}, statements.Location{Partition: "${partition}", DnsSuffix: "${suffix}", Region: "${region}", AccountId: "${account}"}, "account region partition suffix"},
		"all given":      {KmsTierConfig{AccountId: testAccount, Region: "us-east-1", Partition: "aws"}, statements.Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "us-east-1", AccountId: testAccount}, ""},
		"China":          {KmsTierConfig{AccountId: testAccount, Region: "cn-north-1", Partition: "aws-cn"}, statements.Location{Partition: "aws-cn", DnsSuffix: "amazonaws.com.cn", Region: "cn-north-1", AccountId: testAccount}, ""},
		"account open":   {KmsTierConfig{Region: "us-east-1", Partition: "aws"}, statements.Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "us-east-1", AccountId: "${account}"}, "account"},
		"Region open":    {KmsTierConfig{AccountId: testAccount, Partition: "aws"}, statements.Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "${region}", AccountId: testAccount}, "region"},
		"partition open": {KmsTierConfig{AccountId: testAccount, Region: "us-east-1"}, statements.Location{Partition: "${partition}", DnsSuffix: "${suffix}", Region: "us-east-1", AccountId: testAccount}, "partition suffix"},
		"tokens given":   {KmsTierConfig{AccountId: "${a}", Region: "${r}", Partition: "${p}"}, statements.Location{Partition: "${p}", DnsSuffix: "${suffix}", Region: "${r}", AccountId: "${a}"}, "suffix"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var l lookups
			if diff := cmp.Diff(test.want, newSettings(&test.given).location(&l)); diff != "" {
				t.Errorf("location (-want +got):\n%s", diff)
			}
			if got := strings.Join(l.asked, " "); got != test.asked {
				t.Errorf("looked up %q, want %q", got, test.asked)
			}
		})
	}
}

func TestPartitionsHaveTheirOwnRegionsAndDomains(t *testing.T) {
	for region, want := range map[string][2]string{
		"us-east-1":      {"aws", "amazonaws.com"},
		"cn-northwest-1": {"aws-cn", "amazonaws.com.cn"},
		"us-gov-east-1":  {"aws-us-gov", "amazonaws.com"},
		"us-iso-east-1":  {"aws-iso", "c2s.ic.gov"},
		"us-isob-east-1": {"aws-iso-b", "sc2s.sgov.gov"},
		"eu-isoe-west-1": {"aws-iso-e", "cloud.adc-e.uk"},
		"us-isof-east-1": {"aws-iso-f", "csp.hci.ic.gov"},
		"eusc-de-east-1": {"aws-eusc", "amazonaws.eu"},
		testToken:        {"", "amazonaws.com"},
		"":               {"", "amazonaws.com"},
		"nowhere":        {"", "amazonaws.com"},
	} {
		partition := config.PartitionOfRegion(region)
		if got := [2]string{partition, dnsSuffix(partition)}; got != want {
			t.Errorf("Region %q is of %q, want %q", region, got, want)
		}
	}
}

func TestGrantsAreNamedAfterTheirRoles(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:iam::098765432109:root":            "",
		"arn:aws:iam::${TfToken[TOKEN.1]}:root":     "",
		"arn:aws:iam::098765432109:role/Audit":      "Audit",
		"arn:aws:iam::098765432109:role/a/b/Au.d=t": "Au-d-t",
		"arn:aws:iam::098765432109:user/@ann@":      "ann",
		testToken:                                   "role",
		"arn:aws:iam::${TfToken[TOKEN.1]}:role/a":   "role",
	} {
		if got := roleLabel(arn); got != want {
			t.Errorf("roleLabel(%q) = %q, want %q", arn, got, want)
		}
	}
}
