package kmsaudit

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/keyalert"
)

// alarm is a CloudWatch alarm on one metric.
type alarm struct {
	id, name, description string
	severity              keyalert.Severity

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
func (s settings) alarms(at awsPlace) []alarm {
	alarms := []alarm{{
		id: "undelivered-alarm", name: "undelivered", severity: keyalert.Critical,
		description: "Alerts about KMS keys could not be delivered. They are in the queue " + s.queueName() + "; the likely causes are the topics " + s.topicName() + " and " + s.criticalTopicName() + " or their key " + s.keyAlias() + ".",
		namespace:   "AWS/SQS", metric: "ApproximateNumberOfMessagesVisible", statistic: "Maximum",
		dimensions: map[string]string{"QueueName": s.queueName()},
		threshold:  1, periodSeconds: 60, periods: 1, whenDataMissing: "notBreaching",
	}}
	if group := s.logGroup(); group != "" {
		for _, watcher := range keyalert.Watchers(s.names(at)) {
			alarms = append(alarms, alarm{
				id: watcher.Name + "-alarm", name: watcher.Name, severity: watcher.Severity,
				description: asked(watcher, group),
				namespace:   s.metricNamespace(), metric: watcher.Metric, statistic: "Sum",
				threshold: 1, periodSeconds: 60, periods: 1, whenDataMissing: "notBreaching",
			})
		}
		alarms = append(alarms, alarm{
			id: "silent-alarm", name: "trail-silent", severity: keyalert.Critical,
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
			id: "expiry-alarm-" + id, name: "material-expires-" + key, severity: keyalert.High,
			description: "The imported material of the KMS key " + key + " expires within 30 days. Import it again before: without it nothing can be decrypted with the key.",
			namespace:   "AWS/KMS", metric: "SecondsUntilKeyMaterialExpiration", statistic: "Minimum",
			dimensions: map[string]string{"KeyId": key},
			below:      true, threshold: 30 * 24 * 60 * 60, periodSeconds: 300, periods: 1, whenDataMissing: "notBreaching",
		})
	}
	for i := range alarms {
		alarms[i].description += " Runbook: " + keyalert.Runbook + runbookPage(alarms[i].name)
	}
	return alarms
}

// maxDescription is how long an alarm's description may be. See PutMetricAlarm in
// the CloudWatch API Reference.
const maxDescription = 1024

// asked says what a watcher counts, and the query that tells more, unless the
// name of the log group is so long that there is no room for it.
func asked(watcher keyalert.Watcher, group string) string {
	said := watcher.Says + " Who and which key: the alerts tell; if none came, CloudWatch Logs Insights on " + group
	if query := said + ": " + watcher.Query() + "."; len(query) <= maxDescription-200 {
		return query
	}
	return said + "."
}

// runbookPage is the heading of an alarm's page: one for all keys whose material
// expires.
func runbookPage(name string) string {
	if strings.HasPrefix(name, "material-expires-") {
		return "material-expires"
	}
	return name
}

// metricNamespace is of the audit's own.
func (s settings) metricNamespace() string { return s.name() }
