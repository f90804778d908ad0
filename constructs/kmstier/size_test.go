package kmstier

import (
	"fmt"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// longRoles are role ARNs whose names have 30 characters.
func longRoles(count int) []string {
	var arns []string
	for i := range count {
		arns = append(arns, role(fmt.Sprintf("svc-number-%02d-", i)+strings.Repeat("x", 16)))
	}
	return arns
}

// manyRoles is a configuration with that many roles by name, and the security, the logs
// and a third account.
func manyRoles(count int) *KmsTierConfig {
	return &KmsTierConfig{
		Environment: "prod", AccountId: "123456789012", Region: "us-east-1", Partition: "aws",
		LambdaRoleArns:        longRoles(count),
		AdministratorRoleArns: []string{role("BreakGlassSecurityAdmin")},
		DeployerRoleArns:      []string{role("PipelineExecutionRole")},
		SecurityAccountId:     "098765432109", SecurityRoleArns: []string{"arn:aws:iam::098765432109:role/SecurityAuditorRole"},
		LogsAccountId: "111111111111", LogsRoleArns: []string{"arn:aws:iam::111111111111:role/LogArchiverRole"},
		LogsBucketArn: "arn:aws:s3:::nc-dp-logs-central",
		SharedWith: []Share{{
			Name: "analytics", AccountId: "444455556666", RoleArns: []string{"arn:aws:iam::444455556666:role/AnalyticsReaderRole"},
			BucketNames: []string{"nc-dp-prod-raw", "nc-dp-prod-norm"}, SecretNames: []string{"weaviate-creds-prod"}, EbsSnapshots: true, DirectServices: []string{"svc-embed"},
		}},
	}
}

// A platform of forty services, each with a role of its own, shares its data with
// three accounts and stays below what KMS takes.
func TestFortyRolesAndThreeAccountsFitIntoAPolicy(t *testing.T) {
	for _, access := range []AccountAccess{DelegateToIam, AdministerOnly} {
		config := manyRoles(40)
		config.AccountAccess = access
		s, err := config.checked()
		if err != nil {
			t.Fatal(err)
		}
		location := s.assumedLocation()
		for purpose, policy := range map[string]keypolicy.Document{purposeData: s.dataKeyPolicy(location), purposeLogs: s.logsKeyPolicy(location)} {
			t.Logf("%s key, %s: %d of %d bytes", purpose, access, policy.Size(), keypolicy.MaxSize)
			if problems := policy.Validate(); len(problems) > 0 {
				t.Errorf("%s key, %s: %v", purpose, access, problems)
			}
		}
	}
}

// Where the roles are too many, the refusal says how to go on.
func TestMoreRolesThanFitAreToBeNamedByPattern(t *testing.T) {
	err := manyRoles(80).Validate()
	if err == nil || !strings.Contains(err.Error(), "policy of the data key") || !strings.Contains(err.Error(), "name roles by a pattern") {
		t.Errorf("got %v", err)
	}
	config := manyRoles(1)
	config.RoleArnPatterns = []string{role("svc-number-*")}
	if err := config.Validate(); err != nil {
		t.Errorf("with a pattern in place of the roles: %v", err)
	}
}

// everyService are all services that a key can serve, each with one pattern.
func everyService(data bool) []AwsService {
	var all []AwsService
	for _, offer := range statements.Offers() {
		service := AwsService{Service: offer.Name}
		if offer.Names != nil {
			service.ResourceNames = []string{"*"}
			if pattern := "nc-dp-prod-*"; offer.Names.Limit.Allows(pattern) {
				service.ResourceNames = []string{pattern}
			}
		}
		if data && offer.Data || !data && offer.Logs {
			all = append(all, service)
		}
	}
	return all
}

// Keys that serve everything have room for fourteen roles by name, or for any number by
// one pattern. Twenty by name are refused with the way out.
func TestEveryServiceFitsIntoAPolicy(t *testing.T) {
	serving := func(roles int) *KmsTierConfig {
		config := manyRoles(roles)
		config.AccountAccess, config.SharedWith = AdministerOnly, nil
		config.AwsServices = AwsServices{Data: everyService(true), Logs: everyService(false)}
		return config
	}
	byPattern := serving(0)
	byPattern.RoleArnPatterns = []string{role("svc-number-*")}
	for name, config := range map[string]*KmsTierConfig{"fourteen roles": serving(14), "a pattern": byPattern} {
		s, err := config.checked()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for purpose, policy := range map[string]keypolicy.Document{purposeData: s.dataKeyPolicy(s.assumedLocation()), purposeLogs: s.logsKeyPolicy(s.assumedLocation())} {
			t.Logf("%s, %s key: %d of %d bytes", name, purpose, policy.Size(), keypolicy.MaxSize)
		}
	}
	err := serving(20).Validate()
	if err == nil || !strings.Contains(err.Error(), "policy of the data key") || !strings.Contains(err.Error(), "name roles by a pattern instead of one by one, or give the work a key of its own") {
		t.Errorf("got %v", err)
	}
}
