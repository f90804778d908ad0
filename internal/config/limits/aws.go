package limits

import (
	"regexp"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// AccountId is the id of an AWS account.
var AccountId = Text{
	Must:     `an account id of twelve digits, such as "123456789012"`,
	Patterns: patterns(`^[0-9]{12}$`),
}

// arnOf begins the ARNs of every partition. Its group is the partition.
var arnOf = "^arn:(" + strings.Join(aws.PartitionIds(), "|") + ")"

// Region is the name of a Region, known or not, that has the form of a partition's.
var Region = Text{
	Must:     `a Region, such as "us-east-1"`,
	Patterns: patterns(aws.RegionPattern()),
}

// PrincipalArn is that of a role or user which a key policy names. The groups of
// its pattern are the partition and the account.
var PrincipalArn = Text{
	Must:     `the ARN of an IAM role or user, such as "arn:aws:iam::123456789012:role/Name"`,
	Patterns: patterns(arnOf + `:iam::([0-9]{12}):(role|user)/([\x21-\x7e]*/)?[\w+=,.@-]{1,64}$`),
	Except:   regexp.MustCompile(`[*?]`),
}

// RoleArn is that of a role which a key policy names.
var RoleArn = Text{
	Must:     `the ARN of an IAM role, such as "arn:aws:iam::123456789012:role/Name"`,
	Patterns: append(patterns(`:role/`), PrincipalArn.Patterns...),
	Except:   PrincipalArn.Except,
}

// RoleArnPattern names several roles of an account, never all. The groups of its
// first pattern are the partition and the account.
var RoleArnPattern = Text{
	Must: `the ARN of IAM roles with wildcards in the name or path only, such as "arn:aws:iam::123456789012:role/etl-*"`,
	Patterns: patterns(
		arnOf+`:iam::([0-9]{12}):role/[\x21-\x7e]+$`,
		`:role/.*[*?]`,
		`:role/.*[^*?/]`,
	),
}

// BucketArn is that of one bucket. The group of its pattern is the partition.
var BucketArn = Text{
	Must:     `the ARN of a bucket without wildcards, such as "arn:aws:s3:::nc-dp-logs-central"`,
	Patterns: patterns(arnOf + `:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`),
}

// TrailArn is that of a CloudTrail trail.
var TrailArn = Text{
	Must:     `the ARN of a trail, such as "arn:aws:cloudtrail:us-east-1:123456789012:trail/organization"`,
	Patterns: patterns(arnOf + `:cloudtrail:[a-z0-9-]+:[0-9]{12}:trail/[A-Za-z0-9][A-Za-z0-9._-]*$`),
}

// KeyId is the id of a KMS key.
var KeyId = Text{
	Must:     `the id of a key, such as "1234abcd-12ab-34cd-56ef-1234567890ab"; no ARN and no alias`,
	Patterns: patterns(`^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`),
}

// KeyArn is that of a KMS key.
var KeyArn = Text{
	Must:     `the ARN of a key, such as "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"`,
	Patterns: patterns(arnOf + `:kms:[a-z0-9-]+:[0-9]{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`),
}

// AliasName is the name of a key's alias: AWS KMS API Reference, CreateAlias. Those of
// the keys that AWS manages begin with alias/aws/.
var AliasName = Text{
	Must:      `an alias, such as "alias/payments": letters, digits and / _ -, at most 256 characters with the prefix alias/`,
	Patterns:  patterns(`^alias/[A-Za-z0-9/_-]+$`),
	MaxLength: 256,
}

// KeyStoreId is the id of a custom key store: AWS KMS API Reference,
// CustomKeyStoresListEntry.
var KeyStoreId = Text{
	Must:     `the id of a custom key store, such as "cks-1234567890abcdef0"`,
	Patterns: patterns(`^cks-[0-9a-f]{17}$`),
}

// XksKeyId is the id of a key in an external key manager: AWS KMS API Reference,
// CreateKey, XksKeyId.
var XksKeyId = Text{
	Must:     "the id of a key in the external key manager: letters, digits, hyphens, underscores and dots, at most 128",
	Patterns: patterns(`^[A-Za-z0-9_.-]{1,128}$`),
}

// BucketName is the name of one bucket.
var BucketName = Text{
	Must:     "the name of a bucket: lower-case letters, digits, dots and hyphens, 3 to 63; no ARN",
	Patterns: patterns(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`),
}

// GrantId is the id of a grant: AWS KMS API Reference, GrantListEntry.
var GrantId = Text{
	Must:     "the id of a grant: 64 hexadecimal digits",
	Patterns: patterns(`^[0-9a-f]{64}$`),
}

// Grantee is who holds a grant, of those that a tier makes.
var Grantee = Text{
	Must:     `the ARN of the role that holds the grant, such as "arn:aws:iam::123456789012:role/Name", or the id of the account where the whole account does, such as "123456789012"`,
	Patterns: patterns(`^([0-9]{12}|` + strings.TrimPrefix(arnOf, "^") + `:iam::[0-9]{12}:(role|user)/([\x21-\x7e]*/)?[\w+=,.@-]{1,64})$`),
	Except:   PrincipalArn.Except,
}

// OrganizationId is the id of an organization: AWS Organizations API Reference,
// Organization.
var OrganizationId = Text{
	Must:     `the id of an organization, such as "o-exampleorgid"`,
	Patterns: patterns(`^o-[a-z0-9]{10,32}$`),
}

// Date is a day that there is.
var Date = Text{
	Must: `a date, such as "2027-03-31"`,
	Patterns: patterns(`^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|` +
		`([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$`),
}

// Resource is a resource that a guard excepts.
var Resource = Text{
	Must:     `the address of one resource, such as "aws_sqs_queue.dead_letters", or its construct path, such as "prod/queues/dead-letters", without wildcards`,
	Patterns: patterns(`^([a-z0-9_]+\.[A-Za-z0-9_-]+|[^/\t\n\f\r *]+(/[^/\t\n\f\r *]+)+)$`),
}

// Reason is why a guard excepts a resource.
var Reason = Text{
	Must:     "why the resource may do without a customer managed key",
	Patterns: patterns(`[^\t-\r\p{Z}\x85]`),
}
