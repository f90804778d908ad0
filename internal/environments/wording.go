package environments

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Every message that a reader of the file may see is worded here, so that all
// of them read alike: what was found, then what is allowed.

const (
	secondDocument = "a second document starts here: one file holds one document, without --- in between"
	mergeKey       = "<< merges another map: merge keys are not read here, write the fields out"
)

func noContent(data []byte) string {
	found := "the file is empty"
	if len(bytes.TrimSpace(data)) > 0 {
		found = "the file holds no fields"
	}
	return found + ": must be " + sectionOf[File]().must()
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

func twoSpellings(name string, first spelling) string {
	return fmt.Sprintf("got %s, which differs from %s on line %d in case only: keep one of them", quote(name), quote(first.name), first.line)
}

func notAllowed(region string, allowed []string) string {
	return mustBe(quote(region), strings.Join(allowed, " or ")+", the allowed_regions")
}

func keyTaken(key, owner string) string {
	return fmt.Sprintf("got %s, which %s adopts: a key has the policy of one environment; must be another", key, owner)
}

func settingTaken(owner, other string, place [3]string) string {
	what, account, region := place[0], place[1], place[2]
	return fmt.Sprintf("got true, as %s has: account %s has one %s in %s, which the stacks of both would set; must be true in one of %s and %s only", owner, account, what, region, owner, other)
}

func missing(r rule) string {
	return "missing: must be " + r.must()
}

func mustBe(found, words string) string {
	return fmt.Sprintf("got %s: must be %s", found, words)
}

// wrongSort says what a value is and must be, where its sort is what is wrong.
func wrongSort(value *yaml.Node, r rule) string {
	return mustBe(describe(value), r.must())
}

func badName(name, words string) string {
	return fmt.Sprintf("got the name %s: must be %s", quote(name), words)
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
		return mustBe(shorten(written)+", a number", quotedAccount)
	}
}

// unknownField guesses what was meant: a misspelled field, or one that belongs
// elsewhere. Without a guess it lists all that is allowed.
func unknownField(name string, here *section) string {
	known := here.fieldNames()
	if near := nearest(name, known); near != "" {
		others := alike(name, slices.DeleteFunc(known, func(field string) bool { return field == near }))
		if len(others) == 0 {
			return fmt.Sprintf("unknown field, did you mean %s?", near)
		}
		return fmt.Sprintf("unknown field, did you mean %s? others like it are %s", near, strings.Join(others, ", "))
	}
	if place := placeOf(name); place != "" {
		return "unknown field here, it belongs " + place
	}
	return "unknown field: allowed are " + strings.Join(known, ", ")
}

// placeOf says in which section a field belongs.
func placeOf(field string) string {
	for _, s := range sections() {
		if _, known := s.field(field); known {
			return s.place
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
