package environments

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Every message that a reader of the file may see is worded here, so that all
// of them read alike: what was found, then what is allowed.

// allowed says what a value of each definition of the schema must be.
var allowed = map[string]string{
	"file":                 "a map with the field environments",
	"environments":         "a map with at least one environment, by name",
	"environment":          "a map of the environment's fields",
	"serviceRoles":         "a list of maps, each with the field service, or [] for none",
	"serviceRole":          "a map with the field service",
	"encryptedResources":   "a map of lists of names",
	"guard":                "a map of the fields enforcement and exceptions",
	"enforcement":          "error or warn",
	"guardExceptions":      "a list of maps, each with the fields resource and reason, or [] for none",
	"guardException":       "a map with the fields resource and reason",
	"audit":                "a map of the audit's fields",
	"existingTrail":        "a map of the trail's fields, or {} if nothing more is known",
	"backend":              "a map with exactly one of s3 and local",
	"s3Backend":            "a map with the fields bucket, key and region",
	"localBackend":         "a map with the field path",
	"text":                 "a string, and not empty",
	"literal":              "a literal",
	"texts":                "a list of strings, or [] for none",
	"flag":                 "true or false, without quotes",
	"days":                 "a whole number of days, at least 1, in plain digits without quotes",
	"tags":                 "a map of strings",
	"tag":                  "a string; what looks like a number, true or false needs quotes",
	"slug":                 "a slug: lowercase letters and digits in words joined by single hyphens, a letter first",
	"accountId":            `twelve digits in quotes, like "098765432109"`,
	"region":               "us-east-1 or ca-central-1",
	"accountAccess":        "DelegateToIam or AdministerOnly",
	"localPath":            "the name of a file",
	"relativePath":         "relative to the folder of cdktf.json: an absolute path fits one machine only",
	"descendingPath":       "inside the folder of cdktf.json: no .. in it",
	"pathOutsideSynthesis": "outside cdktf.out: the next synthesis rewrites that folder, and the state in it would be lost",
}

const (
	secondDocument = "a second document starts here: one file holds one document, without --- in between"
	mergeKey       = "<< merges another map: merge keys are not read here, write the fields out"
)

func unreadable(err error) error {
	return fmt.Errorf("cannot read the environments: %w", err)
}

func noContent(data []byte) string {
	found := "the file is empty"
	if len(bytes.TrimSpace(data)) > 0 {
		found = "the file holds no fields"
	}
	return found + ": must be " + allowed["file"]
}

var (
	tabIndent     = regexp.MustCompile(`^[ -]*\t`)
	starValue     = regexp.MustCompile(`(^|[\s\[{,:-])\*`)
	reservedValue = regexp.MustCompile("[:-]\\s+[@`%]")
	parserPrefix  = regexp.MustCompile(`^yaml: (line \d+: )?`)
)

// notYAML explains what broke the parser on a line. Its own words stand where
// no plainer ones are known.
func notYAML(err error, line string) string {
	complaint := parserPrefix.ReplaceAllString(err.Error(), "")
	is := func(part string) bool { return strings.Contains(complaint, part) }
	switch {
	case isOpenQuote(err):
		return "not YAML: a quote opens here and is not closed"
	case (is("cannot start any token") || is("violates indentation")) && tabIndent.MatchString(line):
		return "a tab indents this line: YAML allows spaces only"
	case is("cannot start any token") && reservedValue.MatchString(line):
		return "a value starts with @, ` or %: YAML keeps these for itself, write the value in quotes"
	case (is("unknown anchor") || is("alphabetic or numeric character")) && starValue.MatchString(line):
		return "a value starts with *: YAML takes it for an alias, write the value in quotes"
	case is("did not find expected key"), is("did not find expected '-' indicator"):
		return "not YAML: this line is indented unlike those before it, or a value before it lacks its quotes"
	case is("mapping values are not allowed"):
		return `not YAML: a colon where none may stand: the line is indented too far, or a value with ": " in it lacks its quotes`
	case is("could not find expected ':'"):
		return "not YAML: a field without a colon after its name"
	case is("did not find expected ',' or"):
		return "not YAML: a bracket is not closed, or a value in brackets with { } [ ] or , in it lacks its quotes"
	default:
		return "not YAML: " + complaint
	}
}

// isOpenQuote tells the one error that the parser reports at the end of the
// file, wherever the quote opens.
func isOpenQuote(err error) bool {
	return strings.Contains(err.Error(), "found unexpected end of stream")
}

func anchor(name string) string {
	return fmt.Sprintf("&%s is an anchor: anchors are not read here; write a value that starts with & in quotes", shorten(name))
}

func alias(name string) string {
	return fmt.Sprintf("*%s is an alias: aliases are not read here, write the value out; write one that starts with * in quotes", shorten(name))
}

func typeTag(tag string) string {
	return fmt.Sprintf("%s is a type tag: type tags are not read here; quotes make a string, and a value that starts with ! needs them", shorten(tag))
}

func notAName(key *yaml.Node) string {
	return fmt.Sprintf("got %s as the name of a field: must be a string, in quotes if YAML takes it for something else", describe(key))
}

func duplicate(line int) string {
	return fmt.Sprintf("written twice: the first is on line %d, keep one of them", line)
}

func repeated(value string, line int) string {
	return fmt.Sprintf("got %s twice in one list: the first is on line %d, keep one of them", quote(value), line)
}

func sharedState(state, owner string) string {
	return fmt.Sprintf("got %s, where %s keeps its state: must be a place of its own, or each would destroy the other's keys", quote(state), owner)
}

func missing(definition string) string {
	return "missing: must be " + allowed[definition]
}

func tooFew(definition string) string {
	return "got an empty map: must be " + allowed[definition]
}

func tooMany(definition string) string {
	return "got several fields: must be " + allowed[definition]
}

func badName(name, definition string) string {
	if isReference(name) {
		return reference(name)
	}
	return fmt.Sprintf("got the name %s: must be %s", quote(name), allowed[definition])
}

// badValue says what a value is and must be. The sort of value is worth naming
// where it is what is wrong.
func badValue(node *yaml.Node, definition string, wrongSort bool) string {
	switch {
	case isString(node) && isReference(node.Value):
		return reference(node.Value)
	case definition == "accountId" && isNumber(node):
		return numericAccount(node.Value)
	case wrongSort:
		return fmt.Sprintf("got %s: must be %s", describe(node), allowed[definition])
	default:
		return fmt.Sprintf("got %s: must be %s", show(node), allowed[definition])
	}
}

func isReference(value string) bool {
	return strings.Contains(value, "${") || strings.Contains(value, "%{")
}

func reference(value string) string {
	return fmt.Sprintf("got %s: must be a literal, Terraform's references and templates mean nothing here", quote(value))
}

// numericAccount tells what YAML makes of an account id without quotes: it
// drops a leading zero, or takes it for the mark of an octal number.
func numericAccount(written string) string {
	const digits = len("098765432109")
	octal, err := strconv.ParseInt(written, 8, 64)
	switch whole := regexp.MustCompile(`^\d+$`).MatchString(written); {
	case whole && len(written) == digits && written[0] == '0' && err == nil:
		return fmt.Sprintf("got %s, a number: YAML reads it as octal, %d; write it in quotes: %q", written, octal, written)
	case whole && len(written) == digits && written[0] == '0':
		return fmt.Sprintf("got %s, a number: YAML drops its leading zero; write it in quotes: %q", written, written)
	case whole && len(written) == digits:
		return fmt.Sprintf("got %s, a number: write it in quotes: %q", written, written)
	case whole && len(written) == digits-1:
		return fmt.Sprintf("got %s, a number: YAML dropped its leading zero; write it in quotes, twelve digits, like %q", written, "0"+written)
	default:
		return fmt.Sprintf("got %s, a number: must be %s", shorten(written), allowed["accountId"])
	}
}

// unknownField lists what is allowed instead, and guesses what was meant: a
// misspelled field, or one that belongs elsewhere.
func unknownField(name, definition string) string {
	known := slices.Sorted(maps.Keys(fields(definition)))
	found := "unknown field:"
	if near := nearest(name, known); near != "" {
		found = fmt.Sprintf("unknown field, did you mean %s?", near)
	} else if home := homeOf(name); home != "" {
		found = fmt.Sprintf("unknown field here, it belongs %s;", home)
	}
	return found + " allowed are " + strings.Join(known, ", ")
}

func homeOf(field string) string {
	for _, place := range []struct{ definition, words string }{
		{"file", "at the top of the file"},
		{"environment", "to an environment"},
		{"serviceRole", "to an entry of service_roles"},
		{"encryptedResources", "under encrypted_resources"},
		{"guard", "under guard"},
		{"guardException", "to an entry of guard.exceptions"},
		{"audit", "under audit"},
		{"existingTrail", "under audit.existing_trail"},
		{"s3Backend", "under backend.s3"},
		{"localBackend", "under backend.local"},
		{"backend", "under backend"},
	} {
		if fields(place.definition)[field] != "" {
			return place.words
		}
	}
	return ""
}

// describe shows a value and names its sort.
func describe(node *yaml.Node) string {
	switch {
	case node.Kind != yaml.ScalarNode || node.Tag == "!!null":
		return show(node)
	case isNumber(node):
		return show(node) + ", a number"
	case node.Tag == "!!bool":
		return show(node) + ", a boolean"
	default:
		return show(node) + ", a string"
	}
}

// show writes a value as the file does.
func show(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.MappingNode:
		return "a map"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case node.Kind == yaml.AliasNode:
		return "an alias"
	case node.Tag == "!!null":
		return "no value (null)"
	case isNumber(node), node.Tag == "!!bool":
		return shorten(node.Value)
	default:
		return quote(node.Value)
	}
}

func isNumber(node *yaml.Node) bool { return node.Tag == "!!int" || node.Tag == "!!float" }

func quote(value string) string { return strconv.Quote(shorten(value)) }

// shorten keeps a message in one line. The longest value that is right, an ARN
// of a role with a path, fits.
func shorten(value string) string {
	const most = 200
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}
