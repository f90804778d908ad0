package kmstier

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// partner is a share that is right, and what is changed of it.
func partner(change func(*Share)) []Share {
	shared := Share{Name: "partner", AccountId: "222222222222", BucketNames: []string{"nc-dp-dev-shared"}}
	if change != nil {
		change(&shared)
	}
	return []Share{shared}
}

func TestSharesAreChecked(t *testing.T) {
	with := func(change func(*Share)) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) { c.SharedWith = partner(change) }
	}
	none := func(s *Share) { s.BucketNames = nil }
	runChecks(t, map[string]checkCase{
		"buckets": {with(nil), nil},
		"tokens": {with(func(s *Share) {
			s.AccountId, s.RoleArns, s.BucketNames = testToken, []string{testToken}, []string{testToken}
		}), nil},
		"roles":              {with(func(s *Share) { s.RoleArns = []string{"arn:aws:iam::222222222222:role/r", testList} }), nil},
		"snapshots":          {with(func(s *Share) { none(s); s.EbsSnapshots, s.RdsSnapshots = true, true }), nil},
		"a service":          {with(func(s *Share) { none(s); s.DirectServices = []string{"svc-a"} }), nil},
		"the logs key":       {with(func(s *Share) { s.Key = "logs" }), nil},
		"no name":            {with(func(s *Share) { s.Name = "" }), []string{"SharedWith[0].Name: is missing; must be a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters"}},
		"a token for a name": {with(func(s *Share) { s.Name = testToken }), []string{`SharedWith[0].Name is "${TfToken[TOKEN.7]}": must be known when the app runs, since it names statements; a token is not`}},
		"no account": {with(func(s *Share) { s.AccountId, s.RoleArns = "", []string{"arn:aws:iam::222222222222:role/r"} }), []string{
			`SharedWith[0].AccountId: is missing; must be an account id of twelve digits, such as "123456789012"`,
			"SharedWith[0].RoleArns: needs SharedWith[0].AccountId, the account of these roles"}},
		"its own account":     {with(func(s *Share) { s.AccountId = testAccount }), []string{`SharedWith[0].AccountId is "123456789012": is the key's own account; must be another, or left out`}},
		"roles of another":    {with(func(s *Share) { s.RoleArns = []string{role("r")} }), []string{`SharedWith[0].RoleArns[0] is "arn:aws:iam::123456789012:role/r": is of account 123456789012; must be of 222222222222, which is SharedWith[0].AccountId`}},
		"another's by token":  {with(func(s *Share) { s.RoleArns = []string{role("${var.n}")} }), []string{`SharedWith[0].RoleArns[0] is "arn:aws:iam::123456789012:role/${var.n}": is of account 123456789012; must be of 222222222222, which is SharedWith[0].AccountId`}},
		"roles by pattern":    {with(func(s *Share) { s.RoleArns = []string{"arn:aws:iam::222222222222:role/*"} }), []string{`SharedWith[0].RoleArns[0] is "arn:aws:iam::222222222222:role/*": must not hold wildcards, which KMS refuses in a principal; leave the field out to let the account's own IAM policies decide`}},
		"nothing":             {with(none), []string{`SharedWith[0] is "partner": shares nothing; give BucketNames, SecretNames, EbsSnapshots, RdsSnapshots or DirectServices`}},
		"no such key":         {with(func(s *Share) { s.Key = "schema" }), []string{`SharedWith[0].Key is "schema": is no key of the tier; must be "data" or "logs"`}},
		"logs, directly":      {with(func(s *Share) { s.Key, s.DirectServices = "logs", []string{"svc-a"} }), []string{`SharedWith[0].Key is "logs": is shared by BucketNames only: logs are in buckets, and nobody uses the key directly; share the data key for the rest`}},
		"logs, by a snapshot": {with(func(s *Share) { s.Key, s.EbsSnapshots = "logs", true }), []string{`SharedWith[0].Key is "logs": is shared by BucketNames only: logs are in buckets, and nobody uses the key directly; share the data key for the rest`}},
		"a bucket's ARN":      {with(func(s *Share) { s.BucketNames = []string{"arn:aws:s3:::b"} }), []string{`SharedWith[0].BucketNames[0] is "arn:aws:s3:::b": must be a name of lower-case letters, digits, dots and hyphens, in which * and ? are wildcards; no ARN`}},
		"no such service": {func(c *KmsTierConfig) {
			c.Services = []string{"svc-a"}
			with(func(s *Share) { s.DirectServices = []string{"svc-b"} })(c)
		}, []string{`SharedWith[0].DirectServices[0] is "svc-b": must be one of Services: svc-a; did you mean "svc-a"?`}},
		"two of one name": {func(c *KmsTierConfig) { c.SharedWith = append(partner(nil), partner(nil)...) }, []string{`SharedWith[1].Name is "partner": gives the same Sids, AllowShareWithPartner..., as SharedWith[0]; must be another`}},
		"two of one Sid": {func(c *KmsTierConfig) {
			c.SharedWith = append(partner(func(s *Share) { s.Name = "a-1" }), partner(func(s *Share) { s.Name = "a1" })...)
		}, []string{`SharedWith[1].Name is "a1": gives the same Sids, AllowShareWithA1..., as SharedWith[0]; must be another`}},
	})
}

func TestSharesReachTheirKeyAlone(t *testing.T) {
	c := &KmsTierConfig{Environment: "dev", AccountId: testAccount, Region: "us-east-1", Services: []string{"svc-a", "svc-b"}}
	c.SharedWith = append(partner(func(s *Share) { s.DirectServices = []string{"svc-b"} }),
		Share{Name: "auditor", AccountId: "333333333333", RoleArns: []string{"arn:aws:iam::333333333333:role/Audit"}, Key: "logs", BucketNames: []string{"logs-*"}})
	s, problems := parse(c)
	if problems != nil {
		t.Fatal(problems)
	}
	shareSids := func(d keypolicy.Document) []string {
		return slices.DeleteFunc(sids(d), func(sid string) bool { return !strings.HasPrefix(sid, "AllowShareWith") })
	}
	data, logs := s.dataKeyPolicy(s.assumedLocation()), s.logsKeyPolicy(s.assumedLocation())
	if diff := cmp.Diff([]string{"AllowShareWithPartnerThroughS3", "AllowShareWithPartnerDirectly", "AllowShareWithPartnerDescribeKey"}, shareSids(data)); diff != "" {
		t.Errorf("data key (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"AllowShareWithAuditorThroughS3"}, shareSids(logs)); diff != "" {
		t.Errorf("logs key (-want +got):\n%s", diff)
	}
	for _, statement := range data.Statements {
		if statement.Sid == "AllowShareWithPartnerDirectly" {
			if diff := cmp.Diff(cond("StringEquals", "kms:EncryptionContext:service", "svc-b"), statement.Conditions[2]); diff != "" {
				t.Errorf("the service of direct use (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::222222222222:root")}, statement.Principals); diff != "" {
				t.Errorf("the whole account (-want +got):\n%s", diff)
			}
		}
	}
	// Its consumer document is what the key says of it.
	const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	use, err := c.UsePolicy("data", key, SharedWith("partner"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shareSids(data), sids(use)); diff != "" {
		t.Errorf("the consumer document (-want +got):\n%s", diff)
	}
	for _, wrong := range []struct {
		purpose  string
		consumer Consumer
		want     string
	}{
		{"logs", SharedWith("partner"), `consumer is "share partner": may do nothing with the logs key`},
		{"data", SharedWith("stranger"), `consumer is "share stranger": must be the Name of an entry of SharedWith`},
	} {
		if _, err := c.UsePolicy(wrong.purpose, key, wrong.consumer); err == nil || !strings.Contains(err.Error(), wrong.want) {
			t.Errorf("UsePolicy of %s: %v, want %s", wrong.consumer, err, wrong.want)
		}
	}
	if _, err := c.BoundaryPolicy(SharedWith("partner")); err == nil || !strings.Contains(err.Error(), "is of another account") {
		t.Errorf("a boundary for another account: %v", err)
	}
}

func TestTheOrganizationsTrailIsOfAnotherAccount(t *testing.T) {
	trail := func(arn string) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) { c.OrganizationTrailArn = arn }
	}
	const form = `must be the ARN of a trail, such as "arn:aws:cloudtrail:us-east-1:123456789012:trail/organization"`
	const own = "arn:aws:cloudtrail:us-east-1:123456789012:trail/t"
	runChecks(t, map[string]checkCase{
		"another account's": {trail("arn:aws:cloudtrail:eu-west-1:999999999999:trail/Org_1.a-b"), nil},
		"a token":           {trail(testToken), nil},
		"its own":           {trail(own), []string{`OrganizationTrailArn is "` + own + `": is of account 123456789012, the key's own by AccountId, whose trails may use the logs key anyway; leave it out`}},
		"every trail":       {trail("arn:aws:cloudtrail:us-east-1:999999999999:trail/*"), []string{`OrganizationTrailArn is "arn:aws:cloudtrail:us-east-1:999999999999:trail/*": ` + form}},
		"another partition": {trail("arn:aws-cn:cloudtrail:cn-north-1:999999999999:trail/t"), []string{`OrganizationTrailArn is "arn:aws-cn:cloudtrail:cn-north-1:999999999999:trail/t": is of partition "aws-cn"; must be of "aws", the key's`}},
	})
	s := newSettings(&KmsTierConfig{Environment: "dev", OrganizationTrailArn: testToken})
	if got := sids(s.logsKeyPolicy(s.assumedLocation())); !slices.Contains(got, "AllowOrganizationTrailEncrypt") || !slices.Contains(got, "AllowOrganizationTrailDescribeKey") {
		t.Errorf("the logs key says nothing of the trail: %q", got)
	}
	if got := sids(s.dataKeyPolicy(s.assumedLocation())); slices.ContainsFunc(got, func(sid string) bool { return strings.HasPrefix(sid, "AllowOrganizationTrail") }) {
		t.Errorf("the data key speaks of the trail: %q", got)
	}
}
