package exact

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
)

// form is what the values of a condition key look like, as AWS sends them.
type form struct {
	kind formKind
	// base is all texts that are sent; of numbers and the like it is not looked at.
	base language.Language
	// open tells that base is any text, or any but the empty one.
	open bool
	// always tells that the key is never absent.
	always bool
}

type formKind int

const (
	textForm formKind = iota
	// wholeForm is a whole number from zero on.
	wholeForm
	// timeForm is a second.
	timeForm
	addressForm
)

var (
	digits     = language.Between('0', '9')
	lowerCase  = language.Between('a', 'z')
	upperCase  = language.Between('A', 'Z')
	labelSet   = lowerCase.Or(digits).Or(language.Only("-"))
	visible    = language.Between('!', '~')
	anyText    = language.Everything()
	filledText = language.Language{join(language.One(language.Any()), language.Star(language.Any()))}
	accountIds = language.One(digits).Times(12)
	labels     = join(language.One(labelSet), language.Star(labelSet))
	arns       = language.Language{join(
		language.Text("arn:"), language.Star(noColon), language.Text(":"), language.Star(noColon), language.Text(":"),
		language.Star(noColon), language.Text(":"), language.Star(noColon), language.Text(":"),
		language.One(language.Any()), language.Star(language.Any()),
	)}
	serviceNames = func() (all language.Language) {
		for count := 2; count <= 6; count++ {
			name := labels
			for range count - 1 {
				name = join(name, language.Text("."), labels)
			}
			all = append(all, name)
		}
		return all
	}()
)

func join(patterns ...language.Pattern) language.Pattern { return slices.Concat(patterns...) }

// forms are the keys whose values are not just any text, by their name in lower
// case. See the IAM User Guide, "AWS global condition context keys", and the KMS
// Developer Guide, "AWS KMS condition keys", "Value type" and examples of each.
var forms = func() map[string]form {
	all := map[string]form{}
	add := func(f form, keys ...string) {
		for _, key := range keys {
			all[strings.ToLower(key)] = f
		}
	}
	text := func(base language.Language) form { return form{base: base} }
	add(text(language.Texts("true", "false")),
		"aws:AssumedRoot", "aws:IsMcpServiceAction", "aws:MultiFactorAuthPresent", "aws:PrincipalIsAWSService", "aws:SecureTransport",
		"aws:ViaAWSMCPService", "aws:ViaAWSService", "kms:BypassPolicyLockoutSafetyCheck", "kms:GrantIsForAWSResource",
		"kms:MultiRegion", "kms:ReEncryptOnSameKey")
	add(form{kind: wholeForm},
		"aws:MultiFactorAuthAge", "kms:RotationPeriodInDays", "kms:ScheduleKeyDeletionPendingWindowInDays", "kms:TrailingDaysWithoutKeyUsage")
	add(form{kind: timeForm}, "aws:TokenIssueTime", "kms:ValidTo")
	add(form{kind: timeForm, always: true}, timeVariable)
	add(form{kind: addressForm}, "aws:SourceIp", "aws:VpcSourceIp", "aws:Ec2InstanceSourcePrivateIPv4")
	add(text(arns),
		"aws:ChatbotSourceArn", "aws:SourceArn", "aws:SourceVpcArn", "codebuild:buildArn", "codebuild:projectArn",
		"ec2:SourceInstanceArn", "kms:GrantConstraintSourceArn", "lambda:SourceFunctionArn", "ssm:SourceInstanceArn")
	add(text(language.Language{accountIds}), "aws:SourceAccount", "aws:VpceAccount")
	add(text(language.Language{labels}), "kms:PrimaryRegion", "kms:ReplicaRegion")
	add(text(serviceNames),
		"aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList",
		"glue:CredentialIssuingService", "glue:RoleAssumedBy", "kms:GranteeServicePrincipal", "kms:RetiringServicePrincipal")
	var operations []string
	for _, name := range aws.GrantableActions.Names() {
		operations = append(operations, strings.TrimPrefix(name, "kms:"))
	}
	add(text(language.Texts(operations...)), "kms:GrantOperations")
	add(text(language.Texts("AssumedRole", "User")), "aws:PrincipalType")
	return all
}()

// possiblyEmpty begin the keys whose value can be the empty text: tags and pairs
// of the encryption context.
var possiblyEmpty = []string{contextKeyPrefix, principalTagLower, "aws:requesttag/", "aws:resourcetag/"}

// formOf is what the values of a key look like in requests of a population.
func (e *Engine) formOf(p *population, key string) form {
	switch key {
	case "kms:viaservice":
		return form{base: e.viaServices()}
	case "aws:userid":
		return form{base: p.userIds()}
	}
	if f, listed := forms[key]; listed {
		return f
	}
	if slices.ContainsFunc(possiblyEmpty, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
		return form{base: anyText, open: true}
	}
	return form{base: filledText, open: true}
}

// viaServices are the names that kms:ViaService has: a service and its Region. See
// the KMS Developer Guide, "kms:ViaService".
func (e *Engine) viaServices() language.Language {
	var suffixes []string
	if partition, known := aws.FindPartition(e.arn.Partition); known {
		suffixes = append(suffixes, partition.DnsSuffix)
	} else {
		for _, id := range aws.PartitionIds() {
			partition, _ := aws.FindPartition(id)
			suffixes = append(suffixes, partition.DnsSuffix)
		}
	}
	var all language.Language
	for _, suffix := range suffixes {
		end := language.Text("." + suffix)
		if e.key.OwnRegion && !aws.IsToken(e.arn.Region) {
			// DynamoDB is shown in AWS's examples with any Region, for its global tables. See
			// the DynamoDB Developer Guide, "DynamoDB encryption at rest: usage notes".
			all = append(all, join(labels, language.Text("."+e.arn.Region), end), join(language.Text("dynamodb."), labels, end))
		} else {
			all = append(all, join(labels, language.Text("."), labels, end))
		}
	}
	return all
}
