package kmsaudit

import "strings"

// awsPlace is the account and Region that the audit is in. Each part may be a
// token.
type awsPlace struct{ partition, region, accountId string }

// arn is the ARN of a resource there.
func (p awsPlace) arn(service, resource string) string {
	return strings.Join([]string{"arn", p.partition, service, p.region, p.accountId, resource}, ":")
}

func (p awsPlace) bucketArn(name string) string { return "arn:" + p.partition + ":s3:::" + name }

func (p awsPlace) trailArn(name string) string { return p.arn("cloudtrail", "trail/"+name) }
