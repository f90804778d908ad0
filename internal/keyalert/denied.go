package keyalert

import "strings"

// useOperations are the calls that use a key, and CreateGrant, by which AWS
// services obtain its use. Left out is what only reads about keys: the console
// asks for it on every page, and is refused without any harm.
var useOperations = []string{
	"CreateGrant",
	"Decrypt",
	"DeriveSharedSecret",
	"Encrypt",
	"GenerateDataKey",
	"GenerateDataKeyPair",
	"GenerateDataKeyPairWithoutPlaintext",
	"GenerateDataKeyWithoutPlaintext",
	"GenerateMac",
	"ReEncrypt",
	"Sign",
	"Verify",
	"VerifyMac",
}

// deniedPrefix begins the error code of a call that a policy refused:
// "AccessDenied", in the reports of some services "AccessDeniedException".
const deniedPrefix = "AccessDenied"

// useDenied is a use of a key that a policy refused. Most of these calls count
// as read-only, so the rule must ask for those.
func useDenied() Alert {
	return Alert{
		Name: "key-use-denied", Headline: "The use of a KMS key was denied",
		Pattern:     kmsCalls(useOperations, Pattern{"errorCode": prefix(deniedPrefix)}),
		ReadOnlyToo: true,
		Lines: with(with(keyCall, refusal...),
			"Either a policy lacks something that the caller needs, or the caller tries what it should not.",
		),
	}
}

// DeniedUseFilter is the same as a CloudWatch Logs filter pattern over the
// trail's log group. See the CloudWatch Logs User Guide, "Filter pattern syntax
// for metric filters".
func DeniedUseFilter() string {
	names := make([]string, 0, len(useOperations))
	for _, operation := range useOperations {
		names = append(names, `($.eventName = "`+operation+`")`)
	}
	return `{ ($.eventSource = "kms.amazonaws.com") && ($.errorCode = "` + deniedPrefix + `*") && (` + strings.Join(names, " || ") + `) }`
}

// DeniedUseQuery is a CloudWatch Logs Insights query that tells who was denied
// which key.
func DeniedUseQuery() string {
	return `fields @timestamp, userIdentity.arn, eventName, requestParameters.keyId, errorMessage, sourceIPAddress` +
		` | filter eventSource = "kms.amazonaws.com" and errorCode like /^` + deniedPrefix + `/ | sort @timestamp desc`
}

// KeyLossFilter counts disabled keys and scheduled deletions in the trail's log
// group, worded as Security Hub's control CloudWatch.7 (CIS 4.7) looks for it.
// Their alerts name key and caller; this is a second way, without EventBridge.
const KeyLossFilter = `{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}`
