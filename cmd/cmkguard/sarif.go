package main

import (
	"path/filepath"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/findings"
)

// The types are the parts of SARIF 2.1.0 that are written. See OASIS, "Static
// Analysis Results Interchange Format (SARIF) Version 2.1.0".
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		Id               string         `json:"id"`
		ShortDescription sarifText      `json:"shortDescription"`
		Properties       map[string]any `json:"properties,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleId              string             `json:"ruleId"`
		RuleIndex           int                `json:"ruleIndex"`
		Level               string             `json:"level"`
		Message             sarifText          `json:"message"`
		Locations           []sarifLocation    `json:"locations"`
		PartialFingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions        []sarifSuppression `json:"suppressions,omitempty"`
		BaselineState       string             `json:"baselineState,omitempty"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		Uri string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
)

// ruleWords say what each rule finds.
var ruleWords = map[findings.Rule]string{
	"no-key":                "Data is stored without a customer managed key",
	"aws-managed-key":       "Data is stored under a key that AWS manages",
	"unusable-key":          "Data is stored under a key that cannot encrypt",
	"not-enforced":          "Clients may store data without the key",
	"other-region":          "The key is in another Region than what it encrypts",
	"logs-on-data-key":      "Logs are stored under the key for data",
	"key-does-not-serve":    "The policy of the key does not serve what is stored under it",
	"unread":                "Whether data is under a customer managed key cannot be told",
	"no-bucket-key":         "The bucket asks KMS for every object",
	findings.StaleException: "An exception is for nothing, or has ended",
}

var sarifLevels = map[findings.Severity]string{
	findings.SeverityError: "error", findings.SeverityWarning: "warning", findings.SeverityAdvice: "note",
}

func (r report) sarif() ([]byte, error) {
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "cmkguard", Rules: []sarifRule{}}}, Results: []sarifResult{}}
	index := map[string]int{}
	add := func(f findings.Finding) *sarifResult {
		id := string(f.Rule)
		if f.Type != "" {
			id += "/" + f.Type
		}
		at, known := index[id]
		if !known {
			at = len(run.Tool.Driver.Rules)
			index[id] = at
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{Id: id, ShortDescription: sarifText{ruleWords[f.Rule]}, Properties: properties(f)})
		}
		message := f.Problem
		if f.Fix != "" {
			message += "; " + f.Fix
		}
		run.Results = append(run.Results, sarifResult{RuleId: id, RuleIndex: at, Level: sarifLevels[f.Severity],
			Message: sarifText{message}, Locations: []sarifLocation{r.location(f)}, PartialFingerprints: map[string]string{"cmkguard/v1": f.Id()}})
		return &run.Results[len(run.Results)-1]
	}
	for _, f := range r.result.Findings {
		add(f)
	}
	for _, e := range r.result.Excepted {
		add(e.Finding).Suppressions = []sarifSuppression{{"external", e.Exception.Reason}}
	}
	for _, f := range r.result.Known {
		add(f).BaselineState = "unchanged"
	}
	return indented(sarifLog{"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// properties name the checks of others that ask for the same.
func properties(f findings.Finding) map[string]any {
	tags := f.ScannerIds()
	if f.Control != "" {
		tags = append([]string{"Security Hub " + f.Control}, tags...)
	}
	if len(tags) == 0 {
		return nil
	}
	return map[string]any{"tags": tags}
}

// location is the file and the resource in it. What is written into a file of
// JSON has no line that a person wrote.
func (r report) location(f findings.Finding) sarifLocation {
	var found sarifLocation
	file := f.Stack
	if file == "" && len(r.sources.files) > 0 {
		file = r.sources.files[0].Name
	}
	if file != "" {
		found.Physical = &sarifPhysical{sarifArtifact{uriOf(file)}, sarifRegion{1}}
	}
	if f.Address != "" {
		found.Logical = []sarifLogical{{Name: f.Address, Kind: "resource"}}
	}
	return found
}

// uriOf is a file's name as a reference.
func uriOf(file string) string {
	file = filepath.ToSlash(file)
	return strings.NewReplacer("%", "%25", " ", "%20", "#", "%23", "?", "%3F", "[", "%5B", "]", "%5D", "\\", "%5C").Replace(file)
}
