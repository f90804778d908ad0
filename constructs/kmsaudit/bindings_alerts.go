package kmsaudit

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/configconfigrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/guarddutydetector"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/hcloutput"
	"github.com/neurocipher-io/kmstier/internal/keyalert"
)

// retryAgeSeconds is how long EventBridge tries to deliver an alert before it
// leaves it in the queue, whose alarm then tells of it.
const retryAgeSeconds = 3600

// addAlerts makes a rule and a target of every alert. They are one resource each
// with for_each over a local value: two calls of jsii instead of two an alert,
// and addresses that name the alert.
func addAlerts(scope constructs.Construct, s settings, at awsPlace, channel alertChannel) {
	values := map[string]any{}
	names := s.names(at)
	for _, alert := range keyalert.Of(names) {
		values[alert.Name] = map[string]any{
			"severity":    string(alert.Severity),
			"description": alert.Headline,
			"pattern":     alert.Pattern.JSON(),
			"state":       alert.State(),
			"paths":       alert.Paths(names),
			"template":    alert.Template(names),
		}
	}
	local := "local." + *cdktf.NewTerraformLocal(scope, jsii.String("alerts"), hcloutput.Value(values)).FriendlyUniqueId()
	alerts := "${" + local + "}"

	rules := cloudwatcheventrule.NewCloudwatchEventRule(scope, jsii.String("alert"), &cloudwatcheventrule.CloudwatchEventRuleConfig{
		Name:         jsii.String(s.name() + "-${each.key}"),
		Description:  jsii.String("${each.value.description}"),
		EventPattern: jsii.String("${each.value.pattern}"),
		State:        jsii.String("${each.value.state}"),
		Tags:         s.tagMap(),
	})
	rules.AddOverride(jsii.String("for_each"), alerts)

	rule := "${aws_cloudwatch_event_rule." + *rules.FriendlyUniqueId() + "[each.key].name}"
	addTargets(scope, "alert-target", "alerts-topic", rule, channel.topicArn, channel).AddOverride(jsii.String("for_each"), alerts)
	// EventBridge gives a message no attributes to be routed by, so critical ones have
	// a topic of their own as well.
	critical := `${{for name, alert in ` + local + ` : name => alert if alert.severity == "` + string(keyalert.Critical) + `"}}`
	addTargets(scope, "critical-target", "critical-topic", rule, channel.criticalArn, channel).AddOverride(jsii.String("for_each"), critical)
}

// addTargets sends the events of rules to a topic, as their messages.
func addTargets(scope constructs.Construct, id, targetId, rule string, topicArn *string, channel alertChannel) cloudwatcheventtarget.CloudwatchEventTarget {
	targets := cloudwatcheventtarget.NewCloudwatchEventTarget(scope, &id, &cloudwatcheventtarget.CloudwatchEventTargetConfig{
		Rule: &rule, TargetId: &targetId, Arn: topicArn,
		InputTransformer: &cloudwatcheventtarget.CloudwatchEventTargetInputTransformer{
			InputTemplate: jsii.String("${each.value.template}"),
		},
		RetryPolicy: &cloudwatcheventtarget.CloudwatchEventTargetRetryPolicy{
			MaximumEventAgeInSeconds: jsii.Number(retryAgeSeconds), MaximumRetryAttempts: jsii.Number(185),
		},
		DeadLetterConfig: &cloudwatcheventtarget.CloudwatchEventTargetDeadLetterConfig{Arn: channel.queueArn},
	})
	targets.AddOverride(jsii.String(hcloutput.Within("input_transformer", "input_paths")), "${each.value.paths}")
	return targets
}

func addConfigRules(scope constructs.Construct, s settings) {
	values := map[string]any{}
	for name, rule := range managedConfigRules {
		value := map[string]any{"identifier": rule.identifier, "description": rule.description}
		if rule.parameters != "" {
			value["parameters"] = rule.parameters
		}
		values[name] = value
	}
	rules := configconfigrule.NewConfigConfigRule(scope, jsii.String("config-rule"), &configconfigrule.ConfigConfigRuleConfig{
		Name:        jsii.String(s.name() + "-${each.key}"),
		Description: jsii.String("${each.value.description}"),
		Source: &configconfigrule.ConfigConfigRuleSource{
			Owner: jsii.String("AWS"), SourceIdentifier: jsii.String("${each.value.identifier}"),
		},
		InputParameters: jsii.String(`${lookup(each.value, "parameters", null)}`),
		Tags:            s.tagMap(),
	})
	rules.AddOverride(jsii.String("for_each"), hcloutput.Value(values))
}

func addGuardDuty(scope constructs.Construct, s settings) {
	guarddutydetector.NewGuarddutyDetector(scope, jsii.String("guardduty"), &guarddutydetector.GuarddutyDetectorConfig{
		Enable: jsii.Bool(true), FindingPublishingFrequency: jsii.String("FIFTEEN_MINUTES"), Tags: s.tagMap(),
	})
}
