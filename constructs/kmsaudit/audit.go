package kmsaudit

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/parent"
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
func NewKmsAudit(scope constructs.Construct, id string, config *KmsAuditConfig) (*KmsAudit, error) {
	subject := fmt.Sprintf("KmsAudit %q", id)
	stack, problems := parent.Check(scope, id)
	if config == nil {
		return nil, refuse(subject, append(problems, noConfig))
	}
	s := newSettings(config)
	problems = append(problems, check(config, s)...)
	if len(problems) > 0 {
		return nil, refuse(subject, problems)
	}
	if problems := claimNames(stack, s); len(problems) > 0 {
		return nil, refuse(subject, problems)
	}

	audit := &KmsAudit{settings: s}
	constructs.NewConstruct_Override(audit, scope, &id)
	at := lookUp(audit, s)
	if s.ownTrail {
		audit.trail = newTrail(audit, s, at)
	}
	audit.channel = newAlertChannel(audit, s, at)
	addAlerts(audit, s, at, audit.channel)
	addAlarms(audit, s, audit.trail, audit.channel)
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

// claimNames refuses names that another audit of the stack has, and else marks
// them as taken by a construct that becomes no resource. One stack is one
// account and Region, in which the names of rules, topics and aliases are unique.
func claimNames(stack cdktf.TerraformStack, s settings) keypolicy.Problems {
	claim := "kmsaudit:" + s.name()
	if stack.Node().TryFindChild(&claim) != nil {
		return keypolicy.Problems{{Field: "Environment", Value: fmt.Sprintf("%q", s.environment),
			Reason: fmt.Sprintf("gives the name %s, which another audit of this stack has; change Environment or NamePrefix", s.name())}}
	}
	constructs.NewConstruct(stack, &claim)
	return nil
}

// AlertsTopicArn is the ARN of the SNS topic that every alert goes to, for other
// subscriptions than email. It is encrypted with the alerts key: an alarm or a
// service that shall publish to it as well needs that key's policy.
func (a *KmsAudit) AlertsTopicArn() *string { return a.channel.topic.Arn() }

// AlertsKeyArn is the ARN of the key that encrypts the topic. It is not the logs
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
