package keyalert

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/eventbus"
)

// filled is the message about an event, as EventBridge makes it of the template:
// a part that the event lacks stays empty, and an object is JSON.
func filled(t *testing.T, alert Alert, event eventbus.Event) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"account": "123456789012", "region": "us-east-1", "time": "2026-11-25T10:00:00Z",
		"source": event.Source, "detail-type": event.DetailType, "resources": event.Resources, "detail": event.Detail,
	})
	if err != nil {
		t.Fatal(err)
	}
	var whole any
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	message := alert.Template(prod)
	for name, path := range alert.Paths(prod) {
		value := ""
		if found := properties(whole, strings.Split(strings.TrimPrefix(path, "$."), ".")); len(found) > 0 {
			value, _ = found[0].(string)
			if _, isText := found[0].(string); !isText {
				inner, err := json.Marshal(found[0])
				if err != nil {
					t.Fatal(err)
				}
				value = string(inner)
			}
		}
		message = strings.ReplaceAll(message, "<"+name+">", value)
	}
	return message
}

// empty is what a message must not have: a part that was not filled in, or a label
// or a word before a part that is missing.
var empty = regexp.MustCompile(`(?m)<\w+>|\(\)|: *("$|[.,])|\b([Bb]y|[Ff]rom|with|at)( +(from|with|by)\b|[.,]| *"$)`)

// The one on call reads in two lines what happened to what and by whom, and in the
// last what to do now.
func TestAMessageSaysWhatWhoAndWhatNow(t *testing.T) {
	for _, c := range eventbus.Load(t, "testdata/events") {
		for _, name := range c.Raises {
			alert := alertNamed(t, name)
			message := filled(t, alert, c.Event)
			report := func(problem string, details ...any) {
				t.Helper()
				t.Errorf("%s: %s: %s:\n%s", c.File, c.Name, fmt.Sprintf(problem, details...), message)
			}
			lines := strings.Split(message, "\n")
			first, second, last := lines[0], lines[1], lines[len(lines)-1]
			if !strings.HasPrefix(first, `"prod, `+strings.ToUpper(string(alert.Severity))+": "+alert.Headline+": ") || !strings.Contains(first, " in account 123456789012, us-east-1.") {
				report("the first line does not say how bad it is, what happened and where")
			}
			for _, part := range whatHappenedTo(c.Event) {
				if !strings.Contains(first, part) {
					report("the first line does not say %s", part)
				}
			}
			if identity, ok := c.Event.Detail["userIdentity"].(map[string]any); ok {
				for _, part := range []string{"type", "arn", "accountId", "accessKeyId", "invokedBy", "principalId"} {
					if value, ok := identity[part].(string); ok && !strings.Contains(second, value) {
						report("the second line does not say %s", value)
					}
				}
			}
			for _, part := range []string{"eventID", "eventName", "sourceIPAddress", "userAgent", "errorCode", "errorMessage"} {
				if value, ok := c.Event.Detail[part].(string); ok && !strings.Contains(message, value) {
					report("it does not say %s", value)
				}
			}
			for _, part := range c.Shows {
				if !strings.Contains(message, part) {
					report("it does not say %s", part)
				}
			}
			if !strings.HasPrefix(last, `"Now: `+alert.Now) || !strings.HasSuffix(last, "docs/kmsaudit-runbook.md#"+name+`"`) {
				report("the last line does not say what to do")
			}
			// The cases of short.json lack most of what CloudTrail tells.
			if left := empty.FindString(message); left != "" && c.File != "short.json" {
				report("it has an empty part, %q", left)
			}
		}
	}
}

// whatHappenedTo are the names of what a call changed.
func whatHappenedTo(event eventbus.Event) []string {
	var names []string
	for _, path := range []string{
		"resources[0].ARN", "requestParameters.keyId", "requestParameters.aliasName", "requestParameters.customKeyStoreId", "requestParameters.bucketName",
		"requestParameters.logGroupName", "requestParameters.roleName", "requestParameters.name", "requestParameters.rule", "requestParameters.alarmName",
		"requestParameters.topicArn", "requestParameters.queueUrl", "requestParameters.subscriptionArn", "requestParameters.trailName",
	} {
		for _, value := range properties(event.Detail, strings.Split(path, ".")) {
			if name, ok := value.(string); ok {
				names = append(names, name)
			}
		}
	}
	if event.Source == "aws.kms" {
		names = append(names, event.Resources...)
	}
	return names
}

// A message is quoted lines, every one of which EventBridge can fill.
func TestMessagesAreQuotedLines(t *testing.T) {
	line := regexp.MustCompile(`^"[^"\\]+"$`)
	shown := map[string]bool{}
	for _, alert := range Of(prod) {
		template := alert.Template(prod)
		for text := range strings.SplitSeq(template, "\n") {
			if !line.MatchString(text) {
				t.Errorf("%s: %s is no quoted line", alert.Name, text)
			}
		}
		for name, path := range alert.Paths(prod) {
			shown[name] = true
			if !strings.Contains(template, "<"+name+">") || !regexp.MustCompile(`^\$(\.[\w-]+(\[0\])?)+$`).MatchString(path) {
				t.Errorf("%s: <%s> is %s", alert.Name, name, path)
			}
		}
	}
	for name := range parts {
		if !shown[name] {
			t.Errorf("no message shows <%s>", name)
		}
	}
}

// A key about to die says how it is saved, also when the attempt was refused
// because it is pending deletion already.
func TestAKeyAboutToDieSaysHowItIsSaved(t *testing.T) {
	saved := 0
	for _, c := range eventbus.Load(t, "testdata/events") {
		if c.Event.Detail["eventName"] == "ScheduleKeyDeletion" && len(c.Raises) == 1 && c.Raises[0] != "key-change-refused" {
			saved++
			lines := strings.Split(filled(t, alertNamed(t, c.Raises[0]), c.Event), "\n")
			if !strings.Contains(lines[len(lines)-1], "CancelKeyDeletion at once") {
				t.Errorf("%s: the last line is %s", c.Name, lines[len(lines)-1])
			}
		}
	}
	if saved < 3 {
		t.Errorf("%d cases schedule a deletion, want 3 at least", saved)
	}
}

// Aliases stand beside the keys that a message may be about.
func TestAMessageAboutAKeySaysTheAliases(t *testing.T) {
	const want = `"Of prod: alias/nc-dp-data-prod is arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"`
	for name, says := range map[string]bool{"key-disabled": true, "key-deleted": true, "key-use-denied": true, "trail-changed": false} {
		if lines := strings.Split(alertNamed(t, name).Template(prod), "\n"); slices.Contains(lines, want) != says {
			t.Errorf("%s: the lines are %q; with the alias: want %v", name, lines, says)
		}
	}
}

func TestLinksGoToTheConsoleOfThePartition(t *testing.T) {
	for partition, want := range map[string]string{
		"aws": "https://<region>.console.aws.amazon.com/kms/", "aws-cn": "https://<region>.console.amazonaws.cn/kms/",
		"aws-us-gov": "https://<region>.console.amazonaws-us-gov.com/kms/", "${TfToken[TOKEN.1]}": "https://<region>.console.aws.amazon.com/kms/",
	} {
		names := prod
		names.Partition = partition
		if template := alertNamed(t, "key-disabled").Template(names); !strings.Contains(template, want) {
			t.Errorf("%s: the message has no link %s:\n%s", partition, want, template)
		}
	}
}

func TestAPartThatIsNoneIsAMistake(t *testing.T) {
	defer func() {
		if thrown := recover(); thrown == nil || !strings.Contains(fmt.Sprint(thrown), "shows <nothing>") {
			t.Errorf("Paths gave %v, want a panic that names the part", thrown)
		}
	}()
	Alert{Name: "x", message: message{by: "<nothing>"}}.Paths(prod)
}
