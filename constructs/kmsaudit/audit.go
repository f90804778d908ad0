package kmsaudit

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/site"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// KmsAudit is the trail, the alerts and the rules of one environment. Make it
// with [NewKmsAudit].
type KmsAudit struct {
	constructs.Construct

	settings settings
	trail    trailResources
	channel  alertChannel
}

// NewKmsAudit creates the audit of an environment's keys below a stack, or below
// a construct of one. The id names it within its scope: letters, digits, hyphens
// and underscores.
//
// It returns a [ConfigError] with every problem of the configuration and then
// has created nothing. What is allowed but unusual becomes a warning: a CDKTF
// annotation, and an entry of [KmsAudit.Warnings].
func NewKmsAudit(scope constructs.Construct, id string, given *KmsAuditConfig) (*KmsAudit, error) {
	subject := fmt.Sprintf("KmsAudit %q", id)
	parent := site.At(scope, id)
	if given == nil {
		return nil, config.Refuse(subject, parent.With(keypolicy.Problems{noConfig}))
	}
	s := newSettings(given)
	if problems := parent.With(check(given, s)); len(problems) > 0 {
		return nil, config.Refuse(subject, problems)
	}
	reserved := site.ReservationsOf(parent.Stack)
	if problems := parent.With(s.conflicts(reserved)); len(problems) > 0 {
		return nil, config.Refuse(subject, problems)
	}

	audit := &KmsAudit{settings: s}
	if problems := parent.Create(audit); len(problems) > 0 {
		return nil, config.Refuse(subject, problems)
	}
	reserved.Take(s.reservations())
	at := lookUp(audit, s)
	if s.ownTrail {
		audit.trail = newTrail(audit, s, at)
	}
	audit.channel = newAlertChannel(audit, s, at)
	site.KeepKeyless(parent.Stack, *audit.channel.queue.Node().Path(), "keeps alerts that no key could be used for: it must outlive the alerts key")
	addAlerts(audit, s, at, audit.channel)
	addAlarms(audit, s, at, audit.trail, audit.channel)
	if s.configRules {
		addConfigRules(audit, s)
	}
	if s.guardDuty {
		addGuardDuty(audit, s)
	}
	for _, warning := range s.warnings() {
		cdktf.Annotations_Of(audit).AddWarning(&warning)
	}
	return audit, nil
}

// reservations is what an audit takes of its stack: the names of its rules, topic and
// key begin with it.
func (s settings) reservations() string { return "kmsaudit: " + s.name() }

// conflicts report that another audit of the stack has these names already.
func (s settings) conflicts(reserved site.Reservations) keypolicy.Problems {
	if !reserved[s.reservations()] {
		return nil
	}
	return keypolicy.Problems{{Field: "Environment", Value: fmt.Sprintf("%q", s.environment),
		Reason: fmt.Sprintf("gives the name %s, which another audit of this stack has; change Environment or NamePrefix", s.name())}}
}

// AlertsTopicArn is the ARN of the SNS topic that every alert goes to, for other
// subscriptions than email. It is encrypted with the alerts key: an alarm or a
// service that shall publish to it as well needs that key's policy.
func (a *KmsAudit) AlertsTopicArn() *string { return a.channel.topic.Arn() }

// CriticalTopicArn is the ARN of the SNS topic that critical alerts go to as well:
// subscribe what wakes people up to it. It is encrypted like the other.
func (a *KmsAudit) CriticalTopicArn() *string { return a.channel.criticalArn }

// AlertsKeyArn is the ARN of the key that encrypts the topics. It is not the logs
// key, so that an alert about the logs key does not depend on it.
func (a *KmsAudit) AlertsKeyArn() *string { return a.channel.key.Arn() }

// TrailArn is the ARN of the trail, or nil with an ExistingTrail.
func (a *KmsAudit) TrailArn() *string {
	if a.trail.trail == nil {
		return nil
	}
	return a.trail.trail.Arn()
}

// BucketName is the name of the bucket with the trail's files, or nil with an
// ExistingTrail.
func (a *KmsAudit) BucketName() *string {
	if a.trail.bucket == nil {
		return nil
	}
	return a.trail.bucket.Bucket()
}

// LogGroupName is where the events of the trail can be searched, as text. It is
// "" with an ExistingTrail that writes to no log group here.
func (a *KmsAudit) LogGroupName() string { return a.settings.logGroup() }

// Warnings are the audit's annotations: what is allowed but deserves a look.
func (a *KmsAudit) Warnings() []string { return a.settings.warnings() }
