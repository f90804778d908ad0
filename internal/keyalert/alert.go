package keyalert

import "slices"

// Severity says how soon somebody must look.
type Severity string

// The severities, from the one that wakes people up to the one that can wait.
const (
	// Critical is loss of data, a way out for it, or a blow at the audit itself.
	Critical Severity = "critical"
	// High is a change that may become one of these.
	High Severity = "high"
	// Medium is for working hours.
	Medium Severity = "medium"
)

// Alert is one kind of event and what is said about it: a row of the table that
// [Of] returns.
type Alert struct {
	// Name ends the rule's name and is the heading of the alert's page in
	// docs/kmsaudit-runbook.md, such as "key-disabled"; at most 22 characters.
	Name string
	// Severity is said in the message, and critical alerts have a topic of their own.
	Severity Severity
	// Headline says what happened, in one sentence without its full stop.
	Headline string

	// Pattern chooses the events.
	Pattern Pattern
	// ReadOnlyToo asks for events of calls that only read, which EventBridge
	// otherwise keeps from rules. For KMS, Decrypt and GenerateDataKey are such.
	ReadOnlyToo bool
	// NearMisses are events that look like these and raise nothing, each the name of
	// a case in testdata.
	NearMisses []string
	// SecondWatcher is what sees the same without EventBridge: one of the alarms of
	// [Watchers], or [OwnConsole].
	SecondWatcher string

	// message says which parts of the event the lines of the message show.
	message message
	// Now says what to do, in one or two sentences.
	Now string
}

// OwnConsole is where what no call causes can be seen without EventBridge: the
// console of the service that found it. No log tells of it.
const OwnConsole = "the console of the service that found it"

// Names are those of the resources that an audit consists of.
type Names struct {
	// Environment is said first in every message.
	Environment string
	// NamePrefix begins the names of all keys' aliases.
	NamePrefix string
	// Prefix begins the names of the rules and alarms.
	Prefix string
	// AccountId is the account whose keys are watched. It may be a token, like
	// every other account id and ARN here.
	AccountId string
	// Region is where the audit is.
	Region string
	// Partition is that of the account.
	Partition string
	// TrustedAccountIds are accounts that may get grants.
	TrustedAccountIds []string
	// KeyArns are keys whose aliases the messages say, by alias.
	KeyArns map[string]string
	// GrantIds are grants that must stay.
	GrantIds []string
	// TopicArn is where the alerts go.
	TopicArn string
	// Queue is the name of the queue of undelivered alerts.
	Queue string
	// Bucket, LogGroup and Role are where the trail writes and as whom; empty where
	// they are not the audit's own.
	Bucket, LogGroup, Role string
	// ConfigRules and GuardDuty say whether the audit has them.
	ConfigRules, GuardDuty bool
}

// arn is the ARN of something in the audit's account and Region.
func (n Names) arn(service, resource string) string {
	return "arn:" + n.Partition + ":" + service + ":" + n.Region + ":" + n.AccountId + ":" + resource
}

// State is the state of a rule for the alert. See PutRule in the EventBridge API
// Reference.
func (a Alert) State() string {
	if a.ReadOnlyToo {
		return "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
	}
	return "ENABLED"
}

// Of are the alerts of an audit.
func Of(names Names) []Alert {
	alerts := slices.Concat(
		keyLosses(),
		keyChanges(),
		identityChanges(names),
		grants(names),
		uses(names),
		refusals(),
		native(),
		trail(names),
		channel(names),
		[]Alert{detectorsChanged(names), externalAccess(names)},
	)
	if names.ConfigRules {
		alerts = append(alerts, ruleNotCompliant(names))
	}
	if names.GuardDuty {
		alerts = append(alerts, severeFinding())
	}
	return alerts
}
