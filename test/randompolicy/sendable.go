package randompolicy

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Kind is what sort of principal makes a request.
type Kind string

// The kinds.
const (
	Role          Kind = "role"
	Session       Kind = "session"
	User          Kind = "user"
	FederatedUser Kind = "federated user"
	Root          Kind = "root user"
	Service       Kind = "service"
	Anonymous     Kind = "anonymous"
)

// KindOf is the kind of a request's principal.
func KindOf(principal string) Kind {
	switch {
	case principal == evaluation.Anonymous:
		return Anonymous
	case strings.HasSuffix(principal, ":root"):
		return Root
	case strings.Contains(principal, ":assumed-role/"):
		return Session
	case strings.Contains(principal, ":federated-user/"):
		return FederatedUser
	case strings.Contains(principal, ":user/"):
		return User
	case strings.Contains(principal, ":role/"):
		return Role
	}
	return Service
}

// AccountOf is the account of a request's principal, empty for one that has none.
func AccountOf(principal string) string {
	arn, _ := aws.ParseArn(principal)
	return arn.Account
}

// formats are the texts that AWS sends for keys that do not hold any text. See the
// KMS Developer Guide, "AWS KMS condition keys", and the IAM User Guide, "AWS global
// condition context keys", of each key.
var formats = map[string]*regexp.Regexp{
	// A service in the key's own Region; DynamoDB's global tables come from any.
	"kms:viaservice":                             regexp.MustCompile(`^([a-z0-9-]+\.us-east-1|dynamodb\.[a-z0-9-]+)\.amazonaws\.com$`),
	"aws:sourcearn":                              regexp.MustCompile(`^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$`),
	"aws:sourceaccount":                          regexp.MustCompile(`^[0-9]{12}$`),
	"aws:principalservicenameslist":              serviceName,
	"kms:primaryregion":                          regionName,
	"kms:replicaregion":                          regionName,
	"aws:multifactorauthage":                     wholeNumber,
	"kms:schedulekeydeletionpendingwindowindays": wholeNumber,
	"kms:rotationperiodindays":                   wholeNumber,
	"kms:trailingdayswithoutkeyusage":            wholeNumber,
	"aws:multifactorauthpresent":                 trueOrFalse,
	"aws:viaawsservice":                          trueOrFalse,
	"aws:securetransport":                        regexp.MustCompile(`^true$`),
	"kms:grantisforawsresource":                  trueOrFalse,
	"kms:bypasspolicylockoutsafetycheck":         trueOrFalse,
	"kms:reencryptonsamekey":                     trueOrFalse,
	"kms:multiregion":                            trueOrFalse,
	"kms:grantoperations":                        regexp.MustCompile(`^(Decrypt|Encrypt|GenerateDataKey|GenerateDataKeyWithoutPlaintext|CreateGrant|DescribeKey|ReEncryptFrom|ReEncryptTo|RetireGrant|Sign|Verify)$`),
}

var (
	serviceName = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+){1,5}$`)
	regionName  = regexp.MustCompile(`^[a-z0-9-]+$`)
	wholeNumber = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})$`)
	trueOrFalse = regexp.MustCompile(`^(true|false)$`)
)

// dates and addresses are keys that hold one.
var (
	dates     = []string{"aws:currenttime", "aws:tokenissuetime", "kms:validto"}
	addresses = []string{"aws:sourceip", "aws:vpcsourceip", "aws:ec2instancesourceprivateipv4"}
)

// derived keys follow from the principal, the key or the encryption context, so that
// no request can choose them.
var derived = []string{
	"aws:principalarn", "aws:principalaccount", "kms:calleraccount", "aws:principaltype", "aws:principalisawsservice",
	"aws:principalservicename", "aws:username", "aws:requestedregion", "aws:resourceaccount", "kms:encryptioncontextkeys", "aws:epochtime",
}

// callers are the kinds of principal as the list of condition keys has them.
var callers = map[Kind]aws.CallerKinds{
	Role: aws.RoleCallers, Session: aws.RoleCallers, User: aws.UserCallers, FederatedUser: aws.FederatedUserCallers, Root: aws.RootCallers,
	Service: aws.ServiceCallers, Anonymous: aws.AnonymousCallers,
}

// canSend reports whether AWS could send a value of a key in such a request.
func canSend(r *evaluation.Request, key, value string) bool {
	lower := strings.ToLower(key)
	documented, known := aws.FindConditionKey(key)
	action, _ := aws.FindAction(r.Action)
	if !known || !documented.Actions.Has(action) || documented.Callers&callers[KindOf(r.Principal)] == 0 || slices.Contains(derived, lower) {
		return false
	}
	switch {
	case slices.Contains(dates, lower):
		_, isDate := aws.ParseDate(value)
		return isDate
	case slices.Contains(addresses, lower):
		address, err := netip.ParseAddr(value)
		return err == nil && address.String() == value
	case lower == "aws:userid":
		return userId(r.Principal).MatchString(value)
	case strings.Contains(lower, "tag/"), strings.HasPrefix(lower, "kms:encryptioncontext:"):
		return true
	}
	format := formats[lower]
	if format == nil {
		format = formatsOfKinds[documented.Values]
	}
	return value != "" && (format == nil || format.MatchString(value))
}

// formatsOfKinds are those of keys without a format of their own.
var formatsOfKinds = map[aws.ValueKind]*regexp.Regexp{
	aws.BoolValues:            trueOrFalse,
	aws.NumberValues:          wholeNumber,
	aws.ArnValues:             regexp.MustCompile(`^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$`),
	aws.AccountValues:         regexp.MustCompile(`^[0-9]{12}$`),
	aws.ServiceValues:         serviceName,
	aws.RegionalServiceValues: serviceName,
}

// userId is the form of aws:userid. See the IAM User Guide, "IAM policy elements:
// Variables and tags", "Principal key values".
func userId(principal string) *regexp.Regexp {
	switch KindOf(principal) {
	case Role:
		return regexp.MustCompile(`^[A-Z][A-Z0-9]*:[\w+=,.@-]+$`)
	case Session:
		return regexp.MustCompile(`^[A-Z][A-Z0-9]*:` + regexp.QuoteMeta(aws.LastSegment(principal)) + `$`)
	case User:
		return regexp.MustCompile(`^[A-Z][A-Z0-9]*$`)
	case FederatedUser:
		return regexp.MustCompile(`^` + AccountOf(principal) + `:[\w+=,.@-]+$`)
	}
	return regexp.MustCompile(`^` + AccountOf(principal) + `$`)
}

// atTime is a request's time, which no request is without, and which two keys have.
func atTime(r *evaluation.Request, seconds int64) {
	r.Context["aws:CurrentTime"] = []string{time.Unix(seconds, 0).UTC().Format(time.RFC3339)}
	r.Context["aws:EpochTime"] = []string{strconv.FormatInt(seconds, 10)}
}
