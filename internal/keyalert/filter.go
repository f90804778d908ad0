package keyalert

import "strings"

// A filter is a metric filter pattern of CloudWatch Logs over the trail's log
// group. See the CloudWatch Logs User Guide, "Filter pattern syntax for metric
// filters". A comparison with a property that the event lacks is false.

// filter is a whole pattern, which all of its terms must hold for.
func filter(terms ...string) string { return "{ " + both(terms...) + " }" }

func both(terms ...string) string { return strings.Join(terms, " && ") }

func either(terms ...string) string { return "(" + strings.Join(terms, " || ") + ")" }

// is compares with a text, in which a star at the end or the beginning stands for
// anything.
func is(property, text string) string { return `($.` + property + ` = "` + text + `")` }

func isNot(property, text string) string { return `($.` + property + ` != "` + text + `")` }

// isOneOf compares with each of some texts.
func isOneOf(property string, texts ...string) string {
	var terms []string
	for _, text := range texts {
		terms = append(terms, is(property, text))
	}
	return either(terms...)
}

// matches compares with a regular expression, of which a log group may have five
// filters, each with two, and none has parentheses. See "Supported regular
// expressions (regex) syntax" in the same guide.
func matches(property, expression string) string {
	return `($.` + property + ` = %` + expression + `%)`
}

func isMissing(property string) string { return `($.` + property + ` NOT EXISTS)` }

// source is that of the service that was called.
func source(service string) string { return is("eventSource", service+".amazonaws.com") }

// wasTried is a call that was made, or refused.
var wasTried = either(isMissing("errorCode"), wasRefused)

var wasRefused = is("errorCode", deniedPrefix+"*")

var wasDone = isMissing("errorCode")

// wasInEarnest leaves out dry runs.
var wasInEarnest = either(isMissing("requestParameters.dryRun"), `($.requestParameters.dryRun IS FALSE)`)
