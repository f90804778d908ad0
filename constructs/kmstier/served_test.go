package kmstier

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// serving is a configuration with services of the data key.
func serving(data ...AwsService) func(*KmsTierConfig) {
	return func(c *KmsTierConfig) { c.AwsServices.Data = data }
}

func TestServicesAreRefusedWithWhatIsAllowed(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*KmsTierConfig)
		want   []string
	}{
		"no service": {serving(AwsService{}), []string{
			`AwsServices.Data[0].Service: is missing; must be the name of a service in docs/services.md, such as Sqs`}},
		"an unknown one": {serving(AwsService{Service: "Sqz"}), []string{
			`AwsServices.Data[0].Service is "Sqz": is no AWS service that a key can serve; must be one of docs/services.md; did you mean "Sqs"?`}},
		"one in another case": {serving(AwsService{Service: "SQS"}), []string{
			`AwsServices.Data[0].Service is "SQS": is no AWS service that a key can serve; must be one of docs/services.md; did you mean "Sqs"?`}},
		"that of an audit": {serving(AwsService{Service: "AlertsToTopic"}), []string{
			`AwsServices.Data[0].Service is "AlertsToTopic": is no AWS service that a key can serve; must be one of docs/services.md`}},
		"twice": {serving(Sqs("a"), Sns("b"), Sqs("c")), []string{
			`AwsServices.Data[2].Service is "Sqs": is that of AwsServices.Data[0] already; name all resources of the service there`}},
		"without names": {serving(Sqs()), []string{
			`AwsServices.Data[0].ResourceNames: is missing; must be the names of queues that the key may protect, in which * and ? are wildcards`}},
		"with names that it does not take": {serving(AwsService{Service: "Ebs", ResourceNames: []string{"vol-1"}}), []string{
			`AwsServices.Data[0].ResourceNames is "vol-1": must be left out: EBS does not name its resources to KMS, so all of the account are meant`}},
		"an empty name": {serving(Sqs("")), []string{
			`AwsServices.Data[0].ResourceNames[0]: is empty; must be a name, in which * and ? are wildcards`}},
		"a name twice": {serving(Sqs("a", "b", "a")), []string{
			`AwsServices.Data[0].ResourceNames[2] is "a": is AwsServices.Data[0].ResourceNames[0] already`}},
		"a name of a wrong form": {serving(Sqs("a/b")), []string{
			`AwsServices.Data[0].ResourceNames[0] is "a/b": must be a name of letters, digits and _ - ., in which * and ? are wildcards; no ARN`}},
		"an ARN": {serving(Sqs("arn:aws:sqs:us-east-1:123456789012:a")), []string{
			`AwsServices.Data[0].ResourceNames[0] is "arn:aws:sqs:us-east-1:123456789012:a": is an ARN; must be the name alone, of one of the queues of the key's account and Region`}},
		"an ARN of another account": {serving(Sqs("arn:aws:sqs:us-east-1:999999999999:a")), []string{
			`AwsServices.Data[0].ResourceNames[0] is "arn:aws:sqs:us-east-1:999999999999:a": is an ARN of account 999999999999, and not of 123456789012, the key's; must be the name alone, of one of the queues of the key's account and Region`}},
		"an ARN of another Region": {serving(Sqs("arn:aws:sqs:ca-central-1:123456789012:a")), []string{
			`AwsServices.Data[0].ResourceNames[0] is "arn:aws:sqs:ca-central-1:123456789012:a": is an ARN of ca-central-1, and not of us-east-1, the key's Region; must be the name alone, of one of the queues of the key's account and Region`}},
		"logs on the data key": {serving(CloudTrail()), []string{
			`AwsServices.Data[0].Service is "CloudTrail": cannot be served by the data key; CloudTrail writes logs, which are the logs key's: give it in AwsServices.Logs`}},
		"data on the logs key": {func(c *KmsTierConfig) { c.AwsServices.Logs = []AwsService{Sqs("a")} }, []string{
			`AwsServices.Logs[0].Service is "Sqs": cannot be served by the logs key; SQS keeps data, which is the data key's: give it in AwsServices.Data`}},
		"resources that are named twice": {func(c *KmsTierConfig) {
			c.EncryptedResources.BucketNames, c.AwsServices.Logs = []string{"a"}, []AwsService{S3("b")}
		}, []string{
			`AwsServices.Logs[0].Service is "S3": has its resources in EncryptedResources.BucketNames already, for every key; name them there, or for each key in AwsServices, not in both`}},
	} {
		t.Run(name, func(t *testing.T) {
			got := problemsOf(test.change)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// What a key serves by default stays, with the resources that AwsServices names for it
// in place of those of all keys.
func TestServicesAddToWhatIsServedByDefault(t *testing.T) {
	config := fullConfig()
	config.EncryptedResources = EncryptedResources{}
	config.ExtraStatements = nil
	config.AwsServices = AwsServices{}
	before := newSettings(config)
	config.AwsServices = AwsServices{Data: []AwsService{Sqs("acme-jobs"), S3("acme-data")}, Logs: []AwsService{S3("acme-app-logs")}}
	after := newSettings(config)

	sids := func(s settings) (data, logs []string) {
		for _, statement := range s.dataKeyPolicy(s.assumedLocation()).Statements {
			data = append(data, statement.Sid)
		}
		for _, statement := range s.logsKeyPolicy(s.assumedLocation()).Statements {
			logs = append(logs, statement.Sid)
		}
		return data, logs
	}
	dataBefore, logsBefore := sids(before)
	dataAfter, logsAfter := sids(after)
	var added []string
	for _, sid := range dataAfter {
		if !strings.Contains(strings.Join(dataBefore, " ")+" ", sid+" ") {
			added = append(added, sid)
		}
	}
	if diff := cmp.Diff([]string{"AllowUseThroughSqs", "AllowUseThroughSqsByPattern"}, added); diff != "" {
		t.Errorf("statements added (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(logsBefore, logsAfter); diff != "" {
		t.Errorf("statements of the logs key (-before +after):\n%s", diff)
	}
	policies := policiesOf(after)
	for text, want := range map[string]bool{
		"arn:aws:s3:::acme-data": true, "arn:aws:s3:::acme-app-logs": true, "arn:aws:s3:::acme-prod-": false,
		"arn:aws:sqs:us-east-1:" + testAccount + ":acme-jobs": true,
	} {
		if strings.Contains(policies, text) != want {
			t.Errorf("%s in the policies: want %v", text, want)
		}
	}
}
