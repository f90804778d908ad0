package findings

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/neurocipher-io/kmstier/internal/cmk"
)

func TestTheFixInGo(t *testing.T) {
	issue := func(stack string) cmk.Issue {
		t.Helper()
		input, err := cmk.Read("s", []byte(stack))
		if err != nil {
			t.Fatal(err)
		}
		found := cmk.Examine(input.Stacks, input.Stacks, nil, nil).Issues
		if len(found) != 1 {
			t.Fatalf("%s: %+v", stack, found)
		}
		return found[0]
	}
	for stack, want := range map[string]string{
		`{"resource": {"aws_sqs_queue": {"q": {}}}}`:                                       "KmsMasterKeyId: tier.DataKey().Arn()",
		`{"resource": {"aws_sqs_queue": {"q": {"kms_master_key_id": "alias/aws/sqs"}}}}`:   "KmsMasterKeyId: tier.DataKey().Arn()",
		`{"resource": {"aws_cloudwatch_log_group": {"l": {}}}}`:                            "KmsKeyId: tier.LogsKey().Arn()",
		`{"resource": {"aws_ebs_volume": {"v": {}}}}`:                                      "Encrypted: jsii.Bool(true), KmsKeyId: tier.DataKey().Arn()",
		`{"resource": {"aws_kinesis_stream": {"s": {}}}}`:                                  `EncryptionType: jsii.String("KMS"), KmsKeyId: tier.DataKey().Arn()`,
		`{"resource": {"aws_ebs_volume": {"v": {"kms_key_id": "alias/x"}}}}`:               "", // only a switch
		`{"resource": {"aws_ecr_repository": {"r": {}}}}`:                                  "", // a block
		`{"resource": {"aws_s3_bucket": {"b": {}}}}`:                                       "", // a resource
		`{"resource": {"aws_dax_cluster": {"d": {}}}}`:                                     "",
		`{"resource": {"aws_sqs_queue": {"q": {"kms_master_key_id": "${var.k}"}}}}`:        "",
		`{"resource": {"aws_eks_node_group": {"n": {}}}}`:                                  "",
		`{"resource": {"aws_db_instance": {"d": {"snapshot_identifier": "${var.snap}"}}}}`: "",
	} {
		if got := goFix(issue(stack)); got != want {
			t.Errorf("%s: %q, want %q", stack, got, want)
		}
	}
}

func TestIdsStayTheSame(t *testing.T) {
	base := Finding{Rule: "no-key", Address: "aws_sqs_queue.q", Attribute: "a[0].b", Problem: "x", Stack: "one"}
	same, other := base, base
	same.Attribute, same.Problem, same.Stack, same.Severity = "a[3].b", "y", "two", SeverityError
	if base.Id() != same.Id() {
		t.Error("the order of blocks, words, files or severities change the id")
	}
	// Written down, as baselines hold it.
	if got := base.Id(); got != "8e7578e55b54ea98" {
		t.Errorf("the id is %s", got)
	}
	for _, change := range []func(*Finding){func(f *Finding) { f.Rule = "unread" }, func(f *Finding) { f.Address = "aws_sqs_queue.r" }, func(f *Finding) { f.Attribute = "a[0].c" }} {
		other = base
		change(&other)
		if other.Id() == base.Id() {
			t.Errorf("%+v has the same id", other)
		}
	}
}

func TestExceptionsCover(t *testing.T) {
	finding := Finding{Rule: "no-key", Type: "aws_sqs_queue", Address: `module.a["x"].aws_sqs_queue.q[0]`, Path: "prod/queues/q", Attribute: "block[1].kms_key_id"}
	for _, c := range []struct {
		exception Exception
		want      bool
	}{
		{Exception{Resource: finding.Address}, true},
		{Exception{Resource: `module.a["x"].aws_sqs_queue.q`}, true},
		{Exception{Resource: "module.a*"}, true},
		{Exception{Resource: "*.aws_sqs_queue.*"}, true},
		{Exception{Resource: "module.b*"}, false},
		{Exception{Resource: "aws_sqs_queue.q"}, false},
		{Exception{Resource: "prod/queues/q"}, true},
		{Exception{Resource: "prod/*"}, true},
		{Exception{Resource: "prod/queues"}, false},
		{Exception{Type: "aws_sqs_queue"}, true},
		{Exception{Type: "aws_sqs*", Rule: "no-key"}, true},
		{Exception{Type: "aws_sqs*", Rule: "unread"}, false},
		{Exception{Type: "aws_sns*"}, false},
		{Exception{Resource: "module.a*", Type: "aws_sns_topic"}, false},
		{Exception{Resource: "prod/*", Attribute: "block.kms_key_id"}, true},
		{Exception{Resource: "prod/*", Attribute: "block[1].kms_key_id"}, true},
		{Exception{Resource: "prod/*", Attribute: "block[0].kms_key_id"}, false},
		{Exception{Resource: "prod/*", Attribute: "block.*"}, true},
	} {
		if got := c.exception.covers(finding); got != c.want {
			t.Errorf("%+v covers: %v", c.exception, got)
		}
	}
}

func TestADayEndsAtMidnightInUtc(t *testing.T) {
	exception := Exception{Resource: "a", Reason: "x", Until: "2026-11-26"}
	for at, want := range map[string]bool{"2026-11-26T23:59:59Z": false, "2026-11-27T00:00:00Z": true, "2026-11-27T00:30:00+01:00": false, "2020-01-01T00:00:00Z": false} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := exception.hasEnded(now); got != want {
			t.Errorf("at %s it has ended: %v", at, got)
		}
	}
	if (Exception{}).hasEnded(time.Now()) {
		t.Error("one without a day has ended")
	}
}

func TestScannerIdsAreOfTypesThatAreExamined(t *testing.T) {
	for kind, ids := range scannerIds {
		if !slices.ContainsFunc(cmk.Tables(), func(table *cmk.Table) bool { _, has := table.Types[kind]; return has }) {
			t.Errorf("no provider has the type %s", kind)
		}
		for _, id := range ids {
			if !strings.HasPrefix(id, "CKV") && !strings.HasPrefix(id, "AVD-AWS-") {
				t.Errorf("%s: %s is no check", kind, id)
			}
		}
	}
	if got := (Finding{Rule: "no-key", Type: "aws_sqs_queue"}).ScannerIds(); len(got) == 0 {
		t.Error("a queue without a key has no ids")
	}
	if got := (Finding{Rule: "other-region", Type: "aws_sqs_queue"}).ScannerIds(); len(got) != 0 {
		t.Errorf("no scanner asks about Regions, but %q", got)
	}
}
