package keyalert

import (
	"maps"
	"slices"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/eventbus"
)

// prod is the audit that the events of testdata happen to.
var prod = Names{
	Environment: "prod", NamePrefix: "nc-dp", Prefix: "nc-dp-kms-audit-prod",
	AccountId: "123456789012", Region: "us-east-1", Partition: "aws",
	TrustedAccountIds: []string{"098765432109", "111111111111"},
	KeyArns:           map[string]string{"alias/nc-dp-data-prod": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
	GrantIds:          []string{"f120fe75197b93991dc8491d6f19dd3cebb24ee62277a05914386724f3d48758"},
	TopicArn:          "arn:aws:sns:us-east-1:123456789012:nc-dp-kms-audit-prod-alerts", Queue: "nc-dp-kms-audit-prod-undelivered",
	Bucket: "nc-dp-kms-audit-prod-123456789012", LogGroup: "/aws/cloudtrail/nc-dp-kms-audit-prod", Role: "nc-dp-kms-audit-prod",
	ConfigRules: true, GuardDuty: true,
}

func alertNamed(t *testing.T, name string) Alert {
	t.Helper()
	alerts := Of(prod)
	i := slices.IndexFunc(alerts, func(a Alert) bool { return a.Name == name })
	if i < 0 {
		t.Fatalf("there is no alert %s", name)
	}
	return alerts[i]
}

// load reads the cases and adds near misses of every event that raises an alert:
// the same from an application, as another kind of event, of another service and
// of another call.
func load(t *testing.T) []eventbus.Case {
	t.Helper()
	cases := eventbus.Load(t, "testdata/events")
	for _, c := range cases {
		if len(c.Raises) == 0 {
			continue
		}
		miss := func(name string, change func(*eventbus.Event)) {
			near := eventbus.Case{File: c.File, Name: c.Name + ", " + name, Event: c.Event, Counted: []string{}}
			change(&near.Event)
			cases = append(cases, near)
		}
		miss("but by an application", func(e *eventbus.Event) { e.Source = "com.example." + e.Source })
		miss("but another kind of event", func(e *eventbus.Event) { e.DetailType = "AWS Insight via CloudTrail" })
		if c.Event.Detail["eventName"] != nil {
			miss("but of another service", func(e *eventbus.Event) {
				e.Source, e.Detail = "aws.other", maps.Clone(e.Detail)
				e.Detail["eventSource"] = "other.amazonaws.com"
			})
			miss("but another call", func(e *eventbus.Event) {
				e.Detail = maps.Clone(e.Detail)
				e.Detail["eventName"] = "ListTagsOfNothing"
			})
		}
	}
	return cases
}
