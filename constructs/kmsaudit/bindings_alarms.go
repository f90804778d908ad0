package kmsaudit

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogmetricfilter"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/keyalert"
)

// alarm is a CloudWatch alarm on one metric.
type alarm struct {
	id, name, description        string
	namespace, metric, statistic string
	dimensions                   map[string]string
	// The alarm goes off when the metric is below or above or equal to the
	// threshold in each of the periods.
	below           bool
	threshold       int
	periodSeconds   int
	periods         int
	whenDataMissing string
}

// alarms are those of the audit.
func (s settings) alarms() []alarm {
	alarms := []alarm{{
		id: "undelivered-alarm", name: "undelivered",
		description: "Alerts about KMS keys could not be delivered. They are in the queue " + s.queueName() + "; the likely causes are the topic " + s.topicName() + " or its key " + s.keyAlias() + ".",
		namespace:   "AWS/SQS", metric: "ApproximateNumberOfMessagesVisible", statistic: "Maximum",
		dimensions: map[string]string{"QueueName": s.queueName()},
		threshold:  1, periodSeconds: 60, periods: 1, whenDataMissing: "notBreaching",
	}}
	if group := s.logGroup(); group != "" {
		alarms = append(alarms, alarm{
			id: "use-denied-alarm", name: "use-denied",
			description: "The use of a KMS key was denied. Who and which key: CloudWatch Logs Insights on " + group + ": " + keyalert.DeniedUseQuery(),
			namespace:   s.metricNamespace(), metric: deniedUseMetric, statistic: "Sum",
			threshold: 1, periodSeconds: 60, periods: 1, whenDataMissing: "notBreaching",
		}, alarm{
			id: "key-loss-alarm", name: "key-loss",
			description: "A KMS key was disabled or scheduled for deletion, or somebody tried to. The alerts key-disabled, key-deletion-scheduled and key-change-refused tell which key and who; if none came, look in the log group " + group + ".",
			namespace:   s.metricNamespace(), metric: keyLossMetric, statistic: "Sum",
			threshold: 1, periodSeconds: 60, periods: 1, whenDataMissing: "notBreaching",
		}, alarm{
			id: "silent-alarm", name: "trail-silent",
			description: "No event has reached the log group " + group + " for a day. The trail was stopped, or it may not write there any more.",
			namespace:   "AWS/Logs", metric: "IncomingLogEvents", statistic: "Sum",
			dimensions: map[string]string{"LogGroupName": group},
			below:      true, threshold: 1, periodSeconds: 3600, periods: 24, whenDataMissing: "breaching",
		})
	}
	for i, key := range s.importedKeyIds {
		id := key
		if aws.IsToken(key) {
			id = fmt.Sprint(i)
		}
		alarms = append(alarms, alarm{
			id: "expiry-alarm-" + id, name: "material-expires-" + key,
			description: "The imported material of the KMS key " + key + " expires within 30 days. Import it again before: without it nothing can be decrypted with the key.",
			namespace:   "AWS/KMS", metric: "SecondsUntilKeyMaterialExpiration", statistic: "Minimum",
			dimensions: map[string]string{"KeyId": key},
			below:      true, threshold: 30 * 24 * 60 * 60, periodSeconds: 300, periods: 1, whenDataMissing: "notBreaching",
		})
	}
	return alarms
}

// The metrics that are counted from the log group, in a namespace of the audit's
// own.
const (
	deniedUseMetric = "KeyUseDenied"
	keyLossMetric   = "KeyDisabledOrDeletionScheduled"
)

func (s settings) metricNamespace() string { return s.name() }

func addAlarms(scope constructs.Construct, s settings, trail trailResources, channel alertChannel) {
	if group := s.logGroup(); group != "" {
		if trail.logGroup != nil {
			group = *trail.logGroup.Name()
		}
		count := func(name, pattern, metric string) {
			cloudwatchlogmetricfilter.NewCloudwatchLogMetricFilter(scope, jsii.String(name+"-filter"), &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterConfig{
				Name: jsii.String(s.name() + "-" + name), LogGroupName: &group, Pattern: &pattern,
				MetricTransformation: &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterMetricTransformation{
					Namespace: jsii.String(s.metricNamespace()), Name: &metric, Value: jsii.String("1"),
				},
			})
		}
		count("use-denied", keyalert.DeniedUseFilter(), deniedUseMetric)
		count("key-loss", keyalert.KeyLossFilter, keyLossMetric)
	}
	for _, a := range s.alarms() {
		var dimensions *map[string]*string
		if a.dimensions != nil {
			dimensions = stringMap(a.dimensions)
		}
		comparison := "GreaterThanOrEqualToThreshold"
		if a.below {
			comparison = "LessThanThreshold"
		}
		cloudwatchmetricalarm.NewCloudwatchMetricAlarm(scope, &a.id, &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			AlarmName: jsii.String(s.name() + "-" + a.name), AlarmDescription: &a.description,
			Namespace: &a.namespace, MetricName: &a.metric, Dimensions: dimensions, Statistic: &a.statistic,
			ComparisonOperator: &comparison, Threshold: jsii.Number(a.threshold),
			Period: jsii.Number(a.periodSeconds), EvaluationPeriods: jsii.Number(a.periods), TreatMissingData: &a.whenDataMissing,
			AlarmActions: &[]*string{channel.topicArn},
			Tags:         s.tagMap(),
		})
	}
}
