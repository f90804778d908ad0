package kmsaudit

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/configconfigrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/guarddutydetector"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// retryAgeSeconds is how long EventBridge tries to deliver an alert before it
// leaves it in the queue, whose alarm then tells of it.
const retryAgeSeconds = 3600

// addAlerts makes a rule and a target of every alert. They are one resource each
// with for_each over a local value: two calls of jsii instead of two an alert,
// and addresses that name the alert.
func addAlerts(scope constructs.Construct, s settings, at awsPlace, channel alertChannel) {
	values := map[string]any{}
	for _, alert := range s.alerts(at) {
		values[alert.Name] = map[string]any{
			"description": alert.Headline,
			"pattern":     alert.Pattern.JSON(),
			"state":       alert.State(),
			"paths":       alert.Paths(),
			"template":    alert.Template(s.environment),
		}
	}
	alerts := "${local." + *cdktf.NewTerraformLocal(scope, jsii.String("alerts"), values).FriendlyUniqueId() + "}"

	rules := cloudwatcheventrule.NewCloudwatchEventRule(scope, jsii.String("alert"), &cloudwatcheventrule.CloudwatchEventRuleConfig{
		Name:         jsii.String(s.name() + "-${each.key}"),
		Description:  jsii.String("${each.value.description}"),
		EventPattern: jsii.String("${each.value.pattern}"),
		State:        jsii.String("${each.value.state}"),
		Tags:         s.tagMap(),
	})
	rules.AddOverride(jsii.String("for_each"), alerts)

	targets := cloudwatcheventtarget.NewCloudwatchEventTarget(scope, jsii.String("alert-target"), &cloudwatcheventtarget.CloudwatchEventTargetConfig{
		Rule:     jsii.String("${aws_cloudwatch_event_rule." + *rules.FriendlyUniqueId() + "[each.key].name}"),
		TargetId: jsii.String("alerts-topic"),
		Arn:      channel.topicArn,
		InputTransformer: &cloudwatcheventtarget.CloudwatchEventTargetInputTransformer{
			InputTemplate: jsii.String("${each.value.template}"),
		},
		RetryPolicy: &cloudwatcheventtarget.CloudwatchEventTargetRetryPolicy{
			MaximumEventAgeInSeconds: jsii.Number(retryAgeSeconds), MaximumRetryAttempts: jsii.Number(185),
		},
		DeadLetterConfig: &cloudwatcheventtarget.CloudwatchEventTargetDeadLetterConfig{Arn: channel.queueArn},
	})
	targets.AddOverride(jsii.String("input_transformer.input_paths"), "${each.value.paths}")
	targets.AddOverride(jsii.String("for_each"), alerts)
}

func addConfigRules(scope constructs.Construct, s settings) {
	values := map[string]any{}
	for name, rule := range managedConfigRules {
		values[name] = map[string]any{"identifier": rule.identifier, "description": rule.description}
	}
	rules := configconfigrule.NewConfigConfigRule(scope, jsii.String("config-rule"), &configconfigrule.ConfigConfigRuleConfig{
		Name:        jsii.String(s.name() + "-${each.key}"),
		Description: jsii.String("${each.value.description}"),
		Source: &configconfigrule.ConfigConfigRuleSource{
			Owner: jsii.String("AWS"), SourceIdentifier: jsii.String("${each.value.identifier}"),
		},
		Tags: s.tagMap(),
	})
	rules.AddOverride(jsii.String("for_each"), values)
}

func addGuardDuty(scope constructs.Construct, s settings) {
	guarddutydetector.NewGuarddutyDetector(scope, jsii.String("guardduty"), &guarddutydetector.GuarddutyDetectorConfig{
		Enable: jsii.Bool(true), FindingPublishingFrequency: jsii.String("FIFTEEN_MINUTES"), Tags: s.tagMap(),
	})
}
