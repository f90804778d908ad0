package statements

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

var sharedLocation = Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "us-east-1", AccountId: "123456789012"}

func TestSharesHaveAStatementForEachWay(t *testing.T) {
	partner := keypolicy.AwsPrincipals([]string{"arn:aws:iam::222222222222:role/Reader"})
	direct := EncryptionContext{App: "ledger", Env: "prod", Services: []string{"svc-a"}}
	for name, test := range map[string]struct {
		share Share
		want  []string
	}{
		"nothing":    {Share{}, nil},
		"buckets":    {Share{BucketNames: []string{"b"}}, []string{"XThroughS3"}},
		"secrets":    {Share{SecretNames: []string{"s"}}, []string{"XThroughSecretsManager"}},
		"volumes":    {Share{EbsSnapshots: true}, []string{"XThroughEbs", "XGrantsForAwsResources", "XDescribeKey"}},
		"databases":  {Share{RdsSnapshots: true}, []string{"XThroughRds", "XGrantsForAwsResources", "XDescribeKey"}},
		"directly":   {Share{Direct: &direct}, []string{"XDirectly", "XDescribeKey"}},
		"everything": {Share{BucketNames: []string{"b"}, SecretNames: []string{"s"}, EbsSnapshots: true, RdsSnapshots: true, Direct: &direct}, []string{"XThroughS3", "XThroughSecretsManager", "XThroughEbs", "XThroughRds", "XGrantsForAwsResources", "XDirectly", "XDescribeKey"}},
	} {
		test.share.Sid, test.share.Principals = "X", partner
		document := keypolicy.Document{Statements: AllowShare(sharedLocation, test.share)}
		var got []string
		for _, s := range document.Statements {
			got = append(got, s.Sid)
			if !slices.Equal(s.Principals, partner) || s.Effect != keypolicy.Allow {
				t.Errorf("%s: %s is for %v", name, s.Sid, s.Principals)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if problems := document.Validate(); len(test.want) > 0 && len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

// What a share lets its role do, decided as AWS would with an IAM policy of its own
// account that allows everything.
func TestSharesOpenWhatTheySay(t *testing.T) {
	const reader, stranger = "arn:aws:iam::222222222222:role/Reader", "arn:aws:iam::222222222222:role/Other"
	share := func(change func(*Share)) keypolicy.Document {
		s := Share{Sid: "AllowShareWithPartner", Principals: keypolicy.AwsPrincipals([]string{reader})}
		change(&s)
		return keypolicy.Document{Statements: AllowShare(sharedLocation, s)}
	}
	buckets := func(s *Share) { s.BucketNames = []string{"shared", "more-*"} }
	secrets := func(s *Share) { s.SecretNames = []string{"shared"} }
	volumes := func(s *Share) { s.EbsSnapshots = true }
	databases := func(s *Share) { s.RdsSnapshots = true }
	directly := func(s *Share) { s.Direct = &EncryptionContext{App: "ledger", Env: "prod", Services: []string{"svc-a"}} }
	trail := keypolicy.Document{Statements: AllowOrganizationTrail("arn:aws:cloudtrail:us-east-1:999999999999:trail/org")}
	writing := func(change func(*Share)) func(*Share) { return func(s *Share) { change(s); s.Write = true } }
	ctx := func(pairs ...string) map[string][]string {
		context := map[string][]string{}
		for i := 0; i < len(pairs); i += 2 {
			context[pairs[i]] = []string{pairs[i+1]}
		}
		return context
	}
	s3 := func(resource string) map[string][]string {
		return ctx("kms:ViaService", "s3.us-east-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::"+resource)
	}
	secret := func(name string) map[string][]string {
		return ctx("kms:ViaService", "secretsmanager.us-east-1.amazonaws.com", "kms:EncryptionContext:SecretARN", "arn:aws:secretsmanager:us-east-1:123456789012:secret:"+name)
	}
	ebs := ctx("kms:ViaService", "ec2.us-east-1.amazonaws.com", "kms:EncryptionContext:aws:ebs:id", "snap-1")
	right := ctx("kms:EncryptionContext:app", "ledger", "kms:EncryptionContext:env", "prod", "kms:EncryptionContext:service", "svc-a")
	for name, test := range map[string]struct {
		policy    keypolicy.Document
		principal keypolicy.Principal
		action    string
		context   map[string][]string
		allowed   bool
	}{
		"an object":                     {share(buckets), keypolicy.AwsPrincipal(reader), "kms:Decrypt", s3("shared/key"), true},
		"a bucket with bucket keys":     {share(buckets), keypolicy.AwsPrincipal(reader), "kms:Decrypt", s3("shared"), true},
		"a bucket by pattern":           {share(buckets), keypolicy.AwsPrincipal(reader), "kms:Decrypt", s3("more-1/key"), true},
		"another bucket":                {share(buckets), keypolicy.AwsPrincipal(reader), "kms:Decrypt", s3("shared-not/key"), false},
		"another role":                  {share(buckets), keypolicy.AwsPrincipal(stranger), "kms:Decrypt", s3("shared/key"), false},
		"not through S3":                {share(buckets), keypolicy.AwsPrincipal(reader), "kms:Decrypt", ctx("kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::shared"), false},
		"through S3 elsewhere":          {share(buckets), keypolicy.AwsPrincipal(reader), "kms:Decrypt", ctx("kms:ViaService", "s3.eu-west-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::shared"), false},
		"writing an object":             {share(buckets), keypolicy.AwsPrincipal(reader), "kms:GenerateDataKey", s3("shared/key"), false},
		"writing, where it may":         {share(writing(buckets)), keypolicy.AwsPrincipal(reader), "kms:GenerateDataKey", s3("shared/key"), true},
		"a secret":                      {share(secrets), keypolicy.AwsPrincipal(reader), "kms:Decrypt", secret("shared-a1b2c3"), true},
		"another secret":                {share(secrets), keypolicy.AwsPrincipal(reader), "kms:Decrypt", secret("shared-more-a1b2c3"), false},
		"a secret, written":             {share(secrets), keypolicy.AwsPrincipal(reader), "kms:GenerateDataKey", secret("shared-a1b2c3"), false},
		"a snapshot":                    {share(volumes), keypolicy.AwsPrincipal(reader), "kms:ReEncryptFrom", ebs, true},
		"a snapshot, directly":          {share(volumes), keypolicy.AwsPrincipal(reader), "kms:Decrypt", ctx("kms:EncryptionContext:aws:ebs:id", "snap-1"), false},
		"a grant for a volume":          {share(volumes), keypolicy.AwsPrincipal(reader), "kms:CreateGrant", ctx("kms:ViaService", "ec2.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource", "true"), true},
		"a grant of its own":            {share(volumes), keypolicy.AwsPrincipal(reader), "kms:CreateGrant", ctx("kms:ViaService", "ec2.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource", "false"), false},
		"a grant through RDS for EBS":   {share(volumes), keypolicy.AwsPrincipal(reader), "kms:CreateGrant", ctx("kms:ViaService", "rds.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource", "true"), false},
		"a database":                    {share(databases), keypolicy.AwsPrincipal(reader), "kms:CreateGrant", ctx("kms:ViaService", "rds.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource", "true"), true},
		"directly":                      {share(directly), keypolicy.AwsPrincipal(reader), "kms:Decrypt", right, true},
		"directly, without the context": {share(directly), keypolicy.AwsPrincipal(reader), "kms:Decrypt", ctx("kms:EncryptionContext:app", "ledger"), false},
		"directly, encrypting":          {share(directly), keypolicy.AwsPrincipal(reader), "kms:Encrypt", right, false},
		"directly, where it may":        {share(writing(directly)), keypolicy.AwsPrincipal(reader), "kms:Encrypt", right, true},
		"looking the key up":            {share(directly), keypolicy.AwsPrincipal(reader), "kms:DescribeKey", nil, true},
		"the organization's trail": {trail, keypolicy.ServicePrincipal("cloudtrail.amazonaws.com"), "kms:GenerateDataKey", ctx(
			"aws:SourceArn", "arn:aws:cloudtrail:us-east-1:999999999999:trail/org", "kms:EncryptionContext:aws:cloudtrail:arn", "arn:aws:cloudtrail:us-east-1:999999999999:trail/org"), true},
		"another trail": {trail, keypolicy.ServicePrincipal("cloudtrail.amazonaws.com"), "kms:GenerateDataKey", ctx(
			"aws:SourceArn", "arn:aws:cloudtrail:us-east-1:999999999999:trail/x", "kms:EncryptionContext:aws:cloudtrail:arn", "arn:aws:cloudtrail:us-east-1:999999999999:trail/x"), false},
	} {
		request := evaluation.Request{Principal: test.principal.Id, Action: test.action, Key: "arn:aws:kms:us-east-1:123456789012:key/1", Context: test.context}
		if test.principal.Type == keypolicy.PrincipalAws {
			request.IdentityPolicies = []keypolicy.Document{{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:*"}}}}}
		}
		decision, err := evaluation.Evaluate(test.policy, request)
		if err != nil || decision.Allowed != test.allowed {
			t.Errorf("%s: allowed %v, %v, want %v", name, decision.Allowed, err, test.allowed)
		}
	}
}
