package keyalert

import "slices"

// Alert is one kind of event and what is said about it.
type Alert struct {
	// Name ends the rule's name, such as "key-disabled"; at most 22 characters.
	Name string
	// Headline says what happened, in one sentence without its full stop.
	Headline string
	// Pattern chooses the events.
	Pattern Pattern
	// ReadOnlyToo asks for events of calls that only read, which EventBridge
	// otherwise keeps from rules. For KMS, Decrypt and GenerateDataKey are such.
	ReadOnlyToo bool
	// Lines follow the headline in the message. A name in angle brackets is one of
	// the parts of the event.
	Lines []string
}

// Names are those of the resources that an audit consists of.
type Names struct {
	// Prefix begins the names of the rules and alarms.
	Prefix string
	// AccountId is the account whose keys are watched. It may be a token, like
	// every other account id and ARN here.
	AccountId string
	// Partition is that of the account.
	Partition string
	// TopicArn is where the alerts go.
	TopicArn string
	// Bucket and LogGroup are where the trail writes; empty where they are not the
	// audit's own.
	Bucket, LogGroup string
}

// with appends to the lines of a message and leaves those shared with others
// alone.
func with(lines []string, more ...string) []string { return slices.Concat(lines, more) }

// State is the state of a rule for the alert. See PutRule in the EventBridge API
// Reference.
func (a Alert) State() string {
	if a.ReadOnlyToo {
		return "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
	}
	return "ENABLED"
}

// Of are the alerts of every audit. Grants to the trusted accounts raise none.
func Of(names Names, trustedAccountIds []string) []Alert {
	return append(keyThreats(),
		changeRefused(),
		foreignGrant(names, trustedAccountIds),
		useDenied(),
		materialExpired(),
		keyDeleted(),
		trailChanged(names),
		alertsChanged(names),
	)
}
