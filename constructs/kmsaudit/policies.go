package kmsaudit

import (
	"encoding/json"
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/hcloutput"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// deletionWindowDays is the longest that KMS allows: nobody is in a hurry to
// lose what tells about keys.
const deletionWindowDays = 30

// alertsKeyPolicy is what the policy of the alerts key says: EventBridge and
// CloudWatch publish to the topic, IAM policies manage the key, and nobody else
// uses it, so nobody else can publish to the topic either.
func (s settings) alertsKeyPolicy(at awsPlace) keypolicy.Document {
	location := statements.Location{Partition: at.partition, Region: at.region, AccountId: at.accountId}
	return documentOf(
		statements.EnableIamKeyAdministration(location),
		statements.AllowServices(location, statements.Serve("AlertsToTopic", at.arn("sns", s.topicName()), at.arn("sns", s.criticalTopicName()))),
		statements.DenyEarlyKeyDeletion(deletionWindowDays),
		statements.DenyPolicyLockoutBypass(),
	)
}

// topicPolicy lets the audit's rules and alarms publish to a topic. See the
// EventBridge User Guide, "Using resource-based policies for Amazon EventBridge",
// and "Cross-service confused deputy prevention".
func (s settings) topicPolicy(at awsPlace, name string) keypolicy.Document {
	topic := at.arn("sns", name)
	publish := func(sid, service, source string) []keypolicy.Statement {
		return []keypolicy.Statement{{
			Sid: sid, Effect: keypolicy.Allow,
			Principals: []keypolicy.Principal{keypolicy.ServicePrincipal(service + ".amazonaws.com")},
			Actions:    []string{"sns:Publish"}, Resources: []string{topic},
			Conditions: []keypolicy.Condition{{Operator: "ArnLike", Key: "aws:SourceArn", Values: []string{source}}},
		}}
	}
	return documentOf(
		publish("AllowAuditRules", "events", at.arn("events", "rule/"+s.name()+"-*")),
		publish("AllowAuditAlarms", "cloudwatch", at.arn("cloudwatch", "alarm:"+s.name()+"-*")),
		denyInsecureTransport("sns:Publish", topic),
	)
}

// queuePolicy lets the audit's rules leave what they could not deliver.
func (s settings) queuePolicy(at awsPlace) keypolicy.Document {
	queue := at.arn("sqs", s.queueName())
	return documentOf(
		[]keypolicy.Statement{{
			Sid: "AllowAuditRules", Effect: keypolicy.Allow,
			Principals: []keypolicy.Principal{keypolicy.ServicePrincipal("events.amazonaws.com")},
			Actions:    []string{"sqs:SendMessage"}, Resources: []string{queue},
			Conditions: []keypolicy.Condition{{Operator: "ArnLike", Key: "aws:SourceArn", Values: []string{at.arn("events", "rule/"+s.name()+"-*")}}},
		}},
		denyInsecureTransport("sqs:*", queue),
	)
}

// bucketPolicy lets the trail in and nothing else. See the CloudTrail User
// Guide, "Amazon S3 bucket policy for CloudTrail".
func (s settings) bucketPolicy(at awsPlace) keypolicy.Document {
	bucket := at.bucketArn(s.bucketName(at.accountId))
	byTheTrail := keypolicy.Condition{Operator: "StringEquals", Key: "aws:SourceArn", Values: []string{s.trailArn(at)}}
	cloudTrail := []keypolicy.Principal{keypolicy.ServicePrincipal("cloudtrail.amazonaws.com")}
	policy := documentOf(
		[]keypolicy.Statement{{
			Sid: "AllowTrailToCheckBucket", Effect: keypolicy.Allow, Principals: cloudTrail,
			Actions: []string{"s3:GetBucketAcl"}, Resources: []string{bucket},
			Conditions: []keypolicy.Condition{byTheTrail},
		}, {
			Sid: "AllowTrailToWrite", Effect: keypolicy.Allow, Principals: cloudTrail,
			Actions: []string{"s3:PutObject"}, Resources: s.logFiles(bucket, at),
			Conditions: []keypolicy.Condition{byTheTrail, {Operator: "StringEquals", Key: "s3:x-amz-acl", Values: []string{"bucket-owner-full-control"}}},
		}},
		denyInsecureTransport("s3:*", bucket, bucket+"/*"),
	)
	if s.lockFiles {
		// Object Lock in governance mode yields to whoever has this permission: here
		// nobody has it, unless the policy is changed first, which is alerted.
		policy.Statements = append(policy.Statements, keypolicy.Statement{
			Sid: "DenyUnlockingFiles", Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()},
			Actions: []string{"s3:BypassGovernanceRetention"}, Resources: []string{bucket + "/*"},
		})
	}
	return policy
}

// logFiles are the files that the trail writes. That of an organization writes for
// its management account, and below the organization's id for every account. See
// the CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail".
func (s settings) logFiles(bucket string, at awsPlace) []string {
	if s.organizationId == "" {
		return []string{bucket + "/AWSLogs/" + at.accountId + "/*"}
	}
	return []string{bucket + "/AWSLogs/" + s.trailAccount(at) + "/*", bucket + "/AWSLogs/" + s.organizationId + "/*"}
}

// logsRoleTrust lets the trail alone take the role with which it writes to the
// log group. A trust policy names no resource, which every keypolicy.Document
// does.
func (s settings) logsRoleTrust(at awsPlace) *string {
	type object = map[string]any
	return jsonText(object{"Version": keypolicy.Version, "Statement": object{
		"Effect": keypolicy.Allow, "Action": "sts:AssumeRole",
		"Principal": object{"Service": "cloudtrail.amazonaws.com"},
		"Condition": object{"StringEquals": object{"aws:SourceArn": s.trailArn(at), "aws:SourceAccount": s.trailAccount(at)}},
	}})
}

// logsRolePolicy is all that the role may do. See the CloudTrail User Guide,
// "Role policy document for CloudTrail to use CloudWatch Logs for monitoring".
func (s settings) logsRolePolicy(at awsPlace) keypolicy.Document {
	streams := []string{at.arn("logs", "log-group:"+s.logGroup()+":log-stream:"+s.trailAccount(at)+"_CloudTrail_"+at.region+"*")}
	if s.organizationId != "" {
		streams = append(streams, at.arn("logs", "log-group:"+s.logGroup()+":log-stream:"+s.organizationId+"_*"))
	}
	return documentOf([]keypolicy.Statement{{
		Effect: keypolicy.Allow, Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: streams,
	}})
}

func denyInsecureTransport(action string, resources ...string) []keypolicy.Statement {
	return []keypolicy.Statement{{
		Sid: "DenyInsecureTransport", Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()},
		Actions: []string{action}, Resources: resources,
		Conditions: []keypolicy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
	}}
}

func documentOf(statements ...[]keypolicy.Statement) keypolicy.Document {
	var document keypolicy.Document
	for _, list := range statements {
		document.Statements = append(document.Statements, list...)
	}
	return document
}

// policyText is a policy as one line of JSON. The policies of an audit are short
// and known but for a few tokens, so they need no aws_iam_policy_document each.
func policyText(policy keypolicy.Document) *string { return jsonText(policy) }

func jsonText(value any) *string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("kmsaudit: a policy of strings failed to marshal: %v", err))
	}
	out := hcloutput.Text(string(text))
	return &out
}
