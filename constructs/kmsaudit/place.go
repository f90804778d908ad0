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

// trailAccount is the account that the trail is of: that of an organization is of
// its management account.
func (s settings) trailAccount(at awsPlace) string {
	if s.managementAccountId != "" {
		return s.managementAccountId
	}
	return at.accountId
}

func (s settings) trailArn(at awsPlace) string {
	at.accountId = s.trailAccount(at)
	return at.arn("cloudtrail", "trail/"+s.name())
}
