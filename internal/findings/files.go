package findings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// ReadExceptions reads a file of exceptions: YAML, or JSON, with a list under
// "exceptions". Its error has all that is wrong with it.
func ReadExceptions(name string, content []byte) ([]Exception, error) {
	var file struct {
		Exceptions []Exception `yaml:"exceptions"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %s", name, strings.ReplaceAll(err.Error(), "yaml: ", ""))
	}
	var problems []error
	for i, exception := range file.Exceptions {
		for _, problem := range exception.problems() {
			problems = append(problems, fmt.Errorf("%s: exceptions[%d].%s", name, i, problem))
		}
	}
	return file.Exceptions, errors.Join(problems...)
}

// Rules are the rules that an exception may name.
var Rules = []Rule{"no-key", "aws-managed-key", "unusable-key", "not-enforced", "other-region", "logs-on-data-key", "key-does-not-serve", "unread", "no-bucket-key"}

func (e Exception) problems() []string {
	var problems []string
	if strings.Trim(e.Resource, "*") == "" && strings.Trim(e.Type, "*") == "" {
		problems = append(problems, `resource is missing; must be an address or a construct path, such as "module.logs.aws_s3_bucket.*", or there must be a type, such as "aws_sqs_queue"; "*" alone excepts everything and is refused`)
	}
	if strings.TrimSpace(e.Reason) == "" {
		problems = append(problems, "reason is missing; must say why a customer managed key is not needed")
	}
	if _, err := time.Parse(DateForm, e.Until); e.Until != "" && err != nil {
		problems = append(problems, fmt.Sprintf("until is %q; must be a date, such as \"2027-03-31\"", e.Until))
	}
	if e.Rule != "" && !slices.Contains(Rules, Rule(e.Rule)) {
		problems = append(problems, fmt.Sprintf("rule is %q; must be one of %v", e.Rule, Rules))
	}
	return problems
}

// baseline is a file of findings that were there before. Address, rule and
// attribute are for people; the id counts.
type baseline struct {
	Version  int             `json:"version"`
	Findings []baselineEntry `json:"findings"`
}

type baselineEntry struct {
	Id        string `json:"id"`
	Rule      Rule   `json:"rule"`
	Address   string `json:"address"`
	Attribute string `json:"attribute,omitempty"`
}

const baselineVersion = 1

// WriteBaseline is a baseline of findings: those that are there now, and those
// that it had before and that still are.
func WriteBaseline(result *Result) []byte {
	file := baseline{Version: baselineVersion, Findings: []baselineEntry{}}
	for _, finding := range slices.Concat(result.Known, result.Findings) {
		if finding.Rule == StaleException || finding.Severity == SeverityAdvice {
			continue
		}
		file.Findings = append(file.Findings, baselineEntry{finding.Id(), finding.Rule, finding.Address, finding.plainAttribute()})
	}
	slices.SortFunc(file.Findings, func(a, b baselineEntry) int {
		return strings.Compare(a.Address+a.Attribute+string(a.Rule), b.Address+b.Attribute+string(b.Rule))
	})
	content, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		panic(err) // texts and numbers can always be marshalled
	}
	return append(content, '\n')
}

// ReadBaseline reads the ids of a baseline.
func ReadBaseline(name string, content []byte) (map[string]bool, error) {
	var file baseline
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("%s: is no baseline: %w", name, err)
	}
	if file.Version != baselineVersion {
		return nil, fmt.Errorf("%s: has the version %d; must be %d, which cmkguard --write-baseline writes", name, file.Version, baselineVersion)
	}
	known := map[string]bool{}
	for i, entry := range file.Findings {
		if entry.Id == "" {
			return nil, fmt.Errorf("%s: findings[%d].id is missing", name, i)
		}
		known[entry.Id] = true
	}
	return known, nil
}
