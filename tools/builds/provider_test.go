package builds

import (
	"slices"
	"testing"
)

// bindings are those of a provider with one queue, one data source and little else.
const bindings = `{
	"name": "@x/aws",
	"submodules": {
		"@x/aws.sqsQueue": {"readme": {"markdown": "# ` + "`aws_sqs_queue`" + `\n\nRefer"}},
		"@x/aws.dataAwsRegion": {"readme": {"markdown": "# ` + "`data_aws_region`" + `\n\nRefer"}},
		"@x/aws.provider": {"readme": {"markdown": "# ` + "`provider`" + `\n\nRefer"}}
	},
	"types": {
		"@x/aws.sqsQueue.SqsQueue": {"kind": "class", "namespace": "sqsQueue", "name": "SqsQueue", "properties": [{"name": "arn"}, {"name": "kmsMasterKeyId"}]},
		"@x/aws.sqsQueue.SqsQueueConfig": {"kind": "interface", "namespace": "sqsQueue", "name": "SqsQueueConfig", "properties": [
			{"name": "kmsMasterKeyId", "type": {"primitive": "string"}, "docs": {"summary": "Docs: {@link https://x/sqs_queue#kms_master_key_id SqsQueue#kms_master_key_id}."}},
			{"name": "tags", "type": {"collection": {"elementtype": {"primitive": "string"}, "kind": "map"}}, "docs": {"summary": "Docs: {@link https://x/sqs_queue#tags SqsQueue#tags}."}},
			{"name": "rule", "type": {"union": {"types": [{"fqn": "cdktf.IResolvable"}, {"collection": {"elementtype": {"fqn": "@x/aws.sqsQueue.SqsQueueRule"}, "kind": "array"}}]}}, "docs": {"summary": "rule block.", "remarks": "Docs: {@link https://x/sqs_queue#rule SqsQueue#rule}"}}]},
		"@x/aws.sqsQueue.SqsQueueRule": {"kind": "interface", "namespace": "sqsQueue", "name": "SqsQueueRule", "properties": [
			{"name": "days", "type": {"primitive": "number"}, "docs": {"summary": "Docs: {@link https://x/sqs_queue#days SqsQueue#days}."}}]},
		"@x/aws.dataAwsRegion.DataAwsRegion": {"kind": "class", "namespace": "dataAwsRegion", "name": "DataAwsRegion", "properties": [{"name": "id"}]},
		"@x/aws.dataAwsRegion.DataAwsRegionConfig": {"kind": "interface", "namespace": "dataAwsRegion", "name": "DataAwsRegionConfig", "properties": []},
		"@x/aws.provider.AwsProvider": {"kind": "class", "namespace": "provider", "name": "AwsProvider", "properties": []},
		"@x/aws.provider.AwsProviderConfig": {"kind": "interface", "namespace": "provider", "name": "AwsProviderConfig", "properties": [
			{"name": "region", "type": {"primitive": "string"}, "docs": {"summary": "Docs: {@link https://x/docs#region AwsProvider#region}."}}]}
	}}`

func TestWhatAProviderLacksIsNamed(t *testing.T) {
	p, err := parseProvider([]byte(bindings))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		stack string
		want  []string
	}{
		"nothing": {`{"data": {"aws_region": {"r": {"provider": "aws"}}}, "provider": {"aws": [{"region": "eu-west-1"}]},
			"resource": {"aws_sqs_queue": {"q": {"kms_master_key_id": "${data.aws_region.r.id}", "tags": {"a": "b"}, "rule": [{"days": 1}], "lifecycle": {"prevent_destroy": true}}}, "random_pet": {"p": {"x": 1}}},
			"output": {"o": {"value": "${aws_sqs_queue.q.kms_master_key_id} ${aws_sqs_queue.q[0].arn}"}}}`, nil},
		"a type":                       {`{"resource": {"aws_new": {"n": {}}}}`, []string{"aws_new.n: the provider has no aws_new"}},
		"a data source is no resource": {`{"resource": {"aws_region": {"r": {}}}}`, []string{"aws_region.r: the provider has no aws_region"}},
		"an attribute":                 {`{"resource": {"aws_sqs_queue": {"q": {"kms_key": "k"}}}}`, []string{"aws_sqs_queue.q.kms_key cannot be set"}},
		"what is computed":             {`{"resource": {"aws_sqs_queue": {"q": {"arn": "k"}}}}`, []string{"aws_sqs_queue.q.arn cannot be set"}},
		"an attribute of a block":      {`{"resource": {"aws_sqs_queue": {"q": {"rule": [{"days": 1}, {"hours": 1}]}}}}`, []string{"aws_sqs_queue.q.rule.hours cannot be set"}},
		"a setting of the provider":    {`{"provider": {"aws": [{"zone": "a"}]}}`, []string{"provider.aws.zone cannot be set"}},
		"what is read":                 {`{"data": {"aws_region": {"r": {}}}, "output": {"o": {"value": "${data.aws_region.r.name}"}}}`, []string{"data.aws_region: name cannot be read"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := p.check([]byte(c.stack))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("lacks %q, want %q", got, c.want)
			}
		})
	}
}

func TestBindingsThatSayNothingAreRefused(t *testing.T) {
	for _, content := range []string{"", "[]", "{}", `{"name": "x", "submodules": {"x.y": {}}}`} {
		if _, err := parseProvider([]byte(content)); err == nil {
			t.Errorf("%s is taken for bindings", content)
		}
	}
}
