package keypolicy

import "strings"

// Scope is the place that a key's statements are limited to: the key's own
// account and Region. Each field may be a token.
type Scope struct {
	// Partition is the AWS partition: "aws", "aws-cn", "aws-us-gov", ...
	Partition string
	// DnsSuffix ends the names of Regional services: "amazonaws.com", or
	// "amazonaws.com.cn" in China.
	DnsSuffix string
	// Region is the key's Region, such as "us-east-1".
	Region string
	// AccountId is the key's account, twelve digits.
	AccountId string
}

// AccountRoot is the principal that stands for an account of the same
// partition: it delegates to that account's IAM policies and by itself permits
// nobody. See the KMS Developer Guide, "Default key policy".
func (s Scope) AccountRoot(accountId string) Principal {
	return AwsPrincipal("arn:" + s.Partition + ":iam::" + accountId + ":root")
}

// arn is the ARN of a resource in the key's account and Region.
func (s Scope) arn(service, resource string) string {
	return s.arnIn(s.Region, service, resource)
}

func (s Scope) arnIn(region, service, resource string) string {
	return strings.Join([]string{"arn", s.Partition, service, region, s.AccountId, resource}, ":")
}

// regionalService is the name of a service in the key's Region, as kms:ViaService
// and Regional service principals spell it.
func (s Scope) regionalService(service string) string {
	return service + "." + s.Region + "." + s.DnsSuffix
}

// through are the conditions of a request that a service makes with the caller's
// credentials. Without kms:CallerAccount, kms:ViaService alone would let the
// same service of any other account in.
func (s Scope) through(services ...string) []Condition {
	names := make([]string, 0, len(services))
	for _, service := range services {
		names = append(names, s.regionalService(service))
	}
	return []Condition{
		when("StringEquals", keyViaService, names...),
		when("StringEquals", keyCallerAccount, s.AccountId),
	}
}
