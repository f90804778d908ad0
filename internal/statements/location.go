package statements

import (
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Location is where a key is, to which statements are limited: its
// account and Region. Each field may be a token.
type Location struct {
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
func (l Location) AccountRoot(accountId string) keypolicy.Principal {
	return keypolicy.AwsPrincipal("arn:" + l.Partition + ":iam::" + accountId + ":root")
}

// arn is the ARN of a resource in the key's account and Region.
func (l Location) arn(service, resource string) string {
	return l.arnIn(l.Region, service, resource)
}

func (l Location) arnIn(region, service, resource string) string {
	return strings.Join([]string{"arn", l.Partition, service, region, l.AccountId, resource}, ":")
}

// regionalService is the name of a service in the key's Region, as kms:ViaService
// and Regional service principals spell it.
func (l Location) regionalService(service string) string {
	return service + "." + l.Region + "." + l.DnsSuffix
}

// through are the conditions of a request that a service makes with the caller's
// credentials. Without kms:CallerAccount, kms:ViaService alone would let the
// same service of any other account in.
func (l Location) through(services ...string) []keypolicy.Condition {
	names := make([]string, 0, len(services))
	for _, service := range services {
		names = append(names, l.regionalService(service))
	}
	return []keypolicy.Condition{
		when("StringEquals", keyViaService, names...),
		when("StringEquals", keyCallerAccount, l.AccountId),
	}
}
