package kmsaudit

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/keyalert"
)

// What the services take. See "Amazon EventBridge quotas" in its User Guide, where
// the size of a pattern is adjustable, InputTransformer in the EventBridge API
// Reference.
const (
	maxPattern  = 2048
	maxTemplate = 8192
)

// length is how long a text is, and which field of the configuration lengthens it.
type length struct {
	field, what  string
	length, most int
	service      string
}

// quotas refuses what makes a pattern, a filter or a message longer than its
// service takes.
func (c *checker) quotas(s settings) {
	for _, list := range []struct {
		field string
		count int
		first func(count int) settings
	}{
		{"TrustedAccountIds", len(s.trustedAccountIds), func(n int) settings { cut := s; cut.trustedAccountIds = cut.trustedAccountIds[:n]; return cut }},
		{"KeyArns", len(s.keyArns), func(n int) settings {
			cut := s
			cut.keyArns = maps.Clone(s.keyArns)
			for _, alias := range slices.Sorted(maps.Keys(s.keyArns))[n:] {
				delete(cut.keyArns, alias)
			}
			return cut
		}},
		{"GrantIds", len(s.grantIds), func(n int) settings { cut := s; cut.grantIds = cut.grantIds[:n]; return cut }},
	} {
		said := s.tooLong(list.field)
		if said == "" {
			continue
		}
		fit := list.count
		for fit > 0 && list.first(fit).tooLong(list.field) != "" {
			fit--
		}
		c.ReportValue(list.field, list.count, fmt.Sprintf("%s; at most %d fit", said, fit))
	}
}

// tooLong says what a field makes longer than its service takes, or "".
func (s settings) tooLong(field string) string {
	for _, l := range s.lengths() {
		if l.field == field && l.length > l.most {
			return fmt.Sprintf("would make %s %d characters long, where %s takes %d", l.what, l.length, l.service, l.most)
		}
	}
	return ""
}

// lengths are those of the texts that lists lengthen.
func (s settings) lengths() []length {
	at := s.measured()
	names := s.names(at)
	var all []length
	for _, alert := range keyalert.Of(names) {
		field := "TrustedAccountIds"
		if alert.Name == "declared-grant-ended" {
			field = "GrantIds"
		}
		all = append(all,
			length{field, "the pattern of the alert " + alert.Name, len(alert.Pattern.JSON()), maxPattern, "EventBridge"},
			length{"KeyArns", "the message of the alert " + alert.Name, len(alert.Template(names)), maxTemplate, "EventBridge"})
	}
	if s.logGroup() == "" {
		return all
	}
	for _, watcher := range keyalert.Watchers(names) {
		for _, name := range slices.Sorted(maps.Keys(watcher.Filters)) {
			all = append(all, length{"TrustedAccountIds", "the filter " + watcher.Name + "-" + name, len(watcher.Filters[name]), keyalert.FilterLimit, "CloudWatch Logs"})
		}
	}
	return all
}

// measured makes what only Terraform knows as long as what it will be, and is the
// account and Region likewise.
func (s *settings) measured() awsPlace {
	as := func(value, likely string) string {
		if value == "" || aws.IsToken(value) {
			return likely
		}
		return value
	}
	each := func(values []string, likely string) []string {
		var all []string
		for _, value := range values {
			all = append(all, as(value, likely))
		}
		return all
	}
	const account = "123456789012"
	s.trustedAccountIds = each(s.trustedAccountIds, account)
	s.grantIds = each(s.grantIds, strings.Repeat("f", 64))
	at := awsPlace{accountId: as(s.accountId, account), region: as(s.region, "ap-southeast-1"), partition: as(s.partition, "aws-us-gov")}
	keys := map[string]string{}
	for alias, arn := range s.keyArns {
		keys[alias] = as(arn, at.arn("kms", "key/mrk-"+strings.Repeat("f", 32)))
	}
	s.keyArns = keys
	return at
}
