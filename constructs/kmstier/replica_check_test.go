package kmstier

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

func TestReplicaRegionsAreChecked(t *testing.T) {
	in := func(regions ...string) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) {
			for _, region := range regions {
				c.ReplicaRegions = append(c.ReplicaRegions, ReplicaRegion{Region: region})
			}
		}
	}
	const instead = "with ReplicaRegions all keys of the tier are multi-Region; make it in a tier without them, or leave them out"
	runChecks(t, map[string]checkCase{
		"one":                  {in("ca-central-1"), nil},
		"two":                  {in("ca-central-1", "eu-west-1"), nil},
		"none given":           {in(""), []string{`ReplicaRegions[0].Region: is missing; must be a Region, such as "us-east-1"`}},
		"a token":              {in("${a}"), []string{`ReplicaRegions[0].Region is "${a}": must be known when the app runs, since it names constructs; a token is not`}},
		"the keys' own":        {in("us-east-1"), []string{`ReplicaRegions[0].Region is "us-east-1": is the Region of the keys themselves; must be another`}},
		"one twice":            {in("ca-central-1", "ca-central-1"), []string{`ReplicaRegions[1].Region is "ca-central-1": is that of another entry already`}},
		"of another partition": {in("cn-north-1"), []string{`ReplicaRegions[0].Region is "cn-north-1": is of partition "aws-cn"; must be of "aws", the keys': KMS replicates within a partition only`}},
		"Fargate's storage":    {func(c *KmsTierConfig) { in("ca-central-1")(c); c.AwsServices.Data = []AwsService{FargateStorage("c")} }, []string{`AwsServices.Data[0].Service is "FargateStorage": takes no multi-Region key, and ` + instead}},
		"Fargate's storage, another key": {func(c *KmsTierConfig) {
			in("ca-central-1")(c)
			c.AdditionalKeys = []AdditionalKey{{Purpose: "app", AwsServices: []AwsService{FargateStorage("c")}}}
		}, []string{`AdditionalKeys[0].AwsServices[0].Service is "FargateStorage": takes no multi-Region key, and ` + instead}},
		"a key in a key store": {func(c *KmsTierConfig) {
			in("ca-central-1")(c)
			c.AdditionalKeys = []AdditionalKey{{Purpose: "app", CustomKeyStoreId: "cks-1234567890abcdef0"}}
		}, []string{`AdditionalKeys[0].CustomKeyStoreId is "cks-1234567890abcdef0": cannot be: a key in a custom key store is of one Region, and ` + instead}},
		"a statement for one Region": {func(c *KmsTierConfig) {
			in("ca-central-1")(c)
			c.ExtraStatements = map[string][]keypolicy.Statement{"data": {{Sid: "AllowR", Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.AwsPrincipal(role("r"))}, Actions: []string{"kms:Decrypt"},
				Conditions: []keypolicy.Condition{cond("StringEquals", "kms:ViaService", "s3.us-east-1.amazonaws.com"), cond("StringLike", "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::b*")}}}}
		}, nil},
		"a lock-out of the replica": {func(c *KmsTierConfig) {
			in("ca-central-1")(c)
			c.ExtraStatements = map[string][]keypolicy.Statement{"data": {{Sid: "DenyElsewhere", Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*"},
				Conditions: []keypolicy.Condition{cond("StringNotEquals", "aws:RequestedRegion", "us-east-1")}}}}
		}, []string{`ExtraStatements[data][0] is "DenyElsewhere": nobody of the key's account could call kms:PutKeyPolicy (denied by DenyElsewhere) in ca-central-1; the key must stay manageable: leave changing the policy, looking the key up and calling a deletion off to somebody, at all times`}},
	})
}

// A replica's policy is that of its Region: what the primary's says of services in one
// Region, it says of those in the other.
func TestReplicasHaveThePolicyOfTheirRegion(t *testing.T) {
	s := newSettings(&KmsTierConfig{Environment: "prod", AccountId: testAccount, Region: "us-east-1", Partition: "aws", LambdaRoleArns: []string{role("Lambda")},
		AccountAccess: AdministerOnly, ReplicaRegions: []ReplicaRegion{{Region: "ca-central-1"}}, AwsServices: AwsServices{Data: []AwsService{Sqs("q-*")}}})
	for _, of := range s.purposes() {
		primary, replica := of.policy(s, s.assumedLocation()), of.policy(s, locationIn(s.assumedLocation(), "ca-central-1"))
		if !slices.Equal(sids(primary), sids(replica)) {
			t.Errorf("%s: %q, %q", of.name, sids(primary), sids(replica))
		}
		// Which Regions there may be replicas in is the same everywhere.
		told := strings.ReplaceAll(strings.ReplaceAll(replica.Indented(), "DenyKeyReplicationElsewhere", ""), `"kms:ReplicaRegion": "ca-central-1"`, "")
		if strings.Contains(told, "us-east-1") || !strings.Contains(told, "ca-central-1") {
			t.Errorf("the replica of the %s key speaks of another Region than its own:\n%s", of.name, told)
		}
	}
	data, _ := s.findPurpose("data")
	for region, other := range map[string]string{"us-east-1": "ca-central-1", "ca-central-1": "us-east-1"} {
		policy := data.policy(s, locationIn(s.assumedLocation(), region))
		for via, want := range map[string]bool{region: true, other: false} {
			decision, err := evaluation.Evaluate(policy, evaluation.Request{
				Principal: role("Lambda"), Action: "kms:Decrypt", Key: "arn:aws:kms:" + region + ":" + testAccount + ":key/mrk-1234abcd12ab34cd56ef1234567890ab",
				Context:           map[string][]string{"kms:ViaService": {"s3." + via + ".amazonaws.com"}},
				EncryptionContext: map[string]string{"aws:s3:arn": "arn:aws:s3:::nc-dp-prod-raw/k"},
			})
			if err != nil || decision.Allowed != want {
				t.Errorf("through S3 in %s with the key in %s: %+v, %v, want allowed %v", via, region, decision, err, want)
			}
		}
	}
}

// Keys are replicated to the Regions of the configuration and to no other, by whom IAM
// lets; KMS itself keeps them alike. Taken away one by one, each statement is missed.
func TestKeysAreReplicatedWhereTheConfigurationSays(t *testing.T) {
	admin := keypolicy.Document{Statements: []keypolicy.Statement{{Sid: "All", Effect: keypolicy.Allow, Actions: []string{"kms:*"}, Resources: []string{"*"}}}}
	const synchronizer = "arn:aws:iam::" + testAccount + ":role/aws-service-role/mrk.kms.amazonaws.com/AWSServiceRoleForKeyManagementServiceMultiRegionKeys"
	requests := []struct {
		principal, action, region string
		want                      map[AccountAccess]bool
	}{
		{role("Deploy"), "kms:ReplicateKey", "ca-central-1", map[AccountAccess]bool{DelegateToIam: true, AdministerOnly: true}},
		{role("Deploy"), "kms:ReplicateKey", "eu-west-1", map[AccountAccess]bool{DelegateToIam: false, AdministerOnly: false}},
		{role("Deploy"), "kms:SynchronizeMultiRegionKey", "", map[AccountAccess]bool{DelegateToIam: true, AdministerOnly: false}},
		{synchronizer, "kms:SynchronizeMultiRegionKey", "", map[AccountAccess]bool{DelegateToIam: true, AdministerOnly: true}},
		{"arn:aws:iam::999999999999:role/Stranger", "kms:ReplicateKey", "ca-central-1", map[AccountAccess]bool{DelegateToIam: false, AdministerOnly: false}},
	}
	decide := func(policy keypolicy.Document, access AccountAccess) (wrong int) {
		for _, r := range requests {
			request := evaluation.Request{Principal: r.principal, Action: r.action, Key: "arn:aws:kms:us-east-1:" + testAccount + ":key/mrk-1234abcd12ab34cd56ef1234567890ab", IdentityPolicies: []keypolicy.Document{admin}}
			if r.region != "" {
				request.Context = map[string][]string{"kms:ReplicaRegion": {r.region}}
			}
			if decision, err := evaluation.Evaluate(policy, request); err != nil || decision.Allowed != r.want[access] {
				wrong++
			}
		}
		return wrong
	}
	for _, access := range []AccountAccess{DelegateToIam, AdministerOnly} {
		s := newSettings(&KmsTierConfig{Environment: "prod", AccountId: testAccount, Region: "us-east-1", Partition: "aws", AccountAccess: access, ReplicaRegions: []ReplicaRegion{{Region: "ca-central-1"}}})
		policy := s.dataKeyPolicy(s.assumedLocation())
		if wrong := decide(policy, access); wrong > 0 {
			t.Errorf("%s: %d requests are decided wrongly", access, wrong)
		}
		taken := 0
		for i, statement := range policy.Statements {
			if !strings.Contains(statement.Sid, "Replica") {
				continue
			}
			for c := -1; c < len(statement.Conditions); c++ {
				without := policy.Clone()
				if c < 0 {
					without.Statements = slices.Delete(without.Statements, i, i+1)
				} else {
					without.Statements[i].Conditions = slices.Delete(without.Statements[i].Conditions, c, c+1)
				}
				taken++
				// Which Regions are allowed is denied to everybody, too.
				if wrong := decide(without, access); wrong == 0 && !(access == AdministerOnly && statement.Sid == "DenyKeyReplicationElsewhere" && c < 0) && !(statement.Sid == "AllowKeyReplication" && c == 0) {
					t.Errorf("%s: nothing notices the absence of condition %d of %s", access, c, statement.Sid)
				}
			}
		}
		if want := map[AccountAccess]int{DelegateToIam: 2, AdministerOnly: 6}[access]; taken != want {
			t.Errorf("%s: %d parts were taken away, want %d", access, taken, want)
		}
	}
}

// A Region with a longer name makes a longer policy, which KMS refuses there alone.
func TestAPolicyMayBeTooLargeInAReplicasRegionAlone(t *testing.T) {
	const region = "ap-southeast-1"
	for count := 60; count < 90; count++ {
		for length := 1; length <= 60; length += 4 {
			config := &KmsTierConfig{Environment: "prod", AccountId: testAccount, Region: "us-east-1", Partition: "aws", ReplicaRegions: []ReplicaRegion{{Region: region}}}
			for i := range count {
				config.LambdaRoleArns = append(config.LambdaRoleArns, role(fmt.Sprintf("svc-number-%02d-of-the-platform", i)))
			}
			config.LambdaRoleArns = append(config.LambdaRoleArns, role(strings.Repeat("a", length)))
			s := newSettings(config)
			of, _ := s.findPurpose(purposeData)
			here, there := of.policy(s, s.assumedLocation()).Size(), of.policy(s, locationIn(s.assumedLocation(), region)).Size()
			if here > keypolicy.MaxSize || there <= keypolicy.MaxSize {
				continue
			}
			if err := config.Validate(); err == nil || !strings.Contains(err.Error(), "policy of the data key in "+region+" is ") {
				t.Errorf("%d and %d bytes: got %v", here, there, err)
			}
			return
		}
	}
	t.Error("no configuration is too large there alone")
}
