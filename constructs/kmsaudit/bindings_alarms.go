package kmsaudit

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogmetricfilter"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/hcloutput"
	"github.com/neurocipher-io/kmstier/internal/keyalert"
)

func addAlarms(scope constructs.Construct, s settings, at awsPlace, trail trailResources, channel alertChannel) {
	if group := s.logGroup(); group != "" {
		if trail.logGroup != nil {
			group = *trail.logGroup.Name()
		}
		addFilters(scope, s, at, group)
	}
	for _, a := range s.alarms(at) {
		var dimensions *map[string]*string
		if a.dimensions != nil {
			dimensions = stringMap(a.dimensions)
		}
		comparison := "GreaterThanOrEqualToThreshold"
		if a.below {
			comparison = "LessThanThreshold"
		}
		topics := []*string{channel.topicArn}
		if a.severity == keyalert.Critical {
			topics = append(topics, channel.criticalArn)
		}
		cloudwatchmetricalarm.NewCloudwatchMetricAlarm(scope, &a.id, &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			AlarmName: jsii.String(s.name() + "-" + a.name), AlarmDescription: jsii.String(hcloutput.Text(a.description)),
			Namespace: &a.namespace, MetricName: &a.metric, Dimensions: dimensions, Statistic: &a.statistic,
			ComparisonOperator: &comparison, Threshold: jsii.Number(a.threshold),
			Period: jsii.Number(a.periodSeconds), EvaluationPeriods: jsii.Number(a.periods), TreatMissingData: &a.whenDataMissing,
			AlarmActions: &topics,
			Tags:         s.tagMap(),
		})
	}
}

// addFilters makes the metric filters of the watchers. Those that Security Hub or
// a query may look for by name are resources of their own; the others are one
// resource with for_each.
func addFilters(scope constructs.Construct, s settings, at awsPlace, group string) {
	newFilter := func(id, name, pattern, metric string) cloudwatchlogmetricfilter.CloudwatchLogMetricFilter {
		pattern = hcloutput.Text(pattern)
		return cloudwatchlogmetricfilter.NewCloudwatchLogMetricFilter(scope, &id, &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterConfig{
			Name: jsii.String(s.name() + "-" + name), LogGroupName: &group, Pattern: &pattern,
			MetricTransformation: &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterMetricTransformation{
				Namespace: jsii.String(s.metricNamespace()), Name: &metric, Value: jsii.String("1"),
			},
		})
	}
	others := map[string]any{}
	for _, watcher := range keyalert.Watchers(s.names(at)) {
		for name, pattern := range watcher.Filters {
			if name == watcher.Name && len(watcher.Filters) == 1 {
				newFilter(name+"-filter", name, pattern, watcher.Metric)
				continue
			}
			others[watcher.Name+"-"+name] = map[string]any{"pattern": pattern, "metric": watcher.Metric}
		}
	}
	local := "${local." + *cdktf.NewTerraformLocal(scope, jsii.String("watchers"), hcloutput.Value(others)).FriendlyUniqueId() + "}"
	newFilter("watch-filter", "${each.key}", "${each.value.pattern}", "${each.value.metric}").AddOverride(jsii.String("for_each"), local)
}
