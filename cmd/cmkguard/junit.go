package main

import (
	"encoding/xml"

	"github.com/neurocipher-io/kmstier/internal/findings"
)

// The types are JUnit's XML as pipelines read it: a test for each finding, which
// fails for an error and is skipped for what is excepted or known.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		Failure   *junitMessage `xml:"failure,omitempty"`
		Skipped   *junitMessage `xml:"skipped,omitempty"`
		Output    string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

func (r report) junit() ([]byte, error) {
	suite := junitSuite{Name: "cmkguard"}
	add := func(f findings.Finding) *junitCase {
		name := string(f.Rule) + " " + place(f)
		if f.Attribute != "" && f.Attribute != place(f) {
			name += " " + f.Attribute
		}
		suite.Cases = append(suite.Cases, junitCase{Name: name, ClassName: f.Stack})
		return &suite.Cases[len(suite.Cases)-1]
	}
	for _, f := range r.result.Findings {
		one := add(f)
		if f.Severity == findings.SeverityError {
			one.Failure = &junitMessage{Message: f.Problem, Type: string(f.Rule), Text: f.Fix}
			suite.Failures++
		} else {
			one.Output = f.String()
		}
	}
	for _, e := range r.result.Excepted {
		add(e.Finding).Skipped = &junitMessage{Message: "excepted: " + e.Exception.Reason}
		suite.Skipped++
	}
	for _, f := range r.result.Known {
		add(f).Skipped = &junitMessage{Message: "known before"}
		suite.Skipped++
	}
	if len(suite.Cases) == 0 {
		suite.Cases = append(suite.Cases, junitCase{Name: "all data is under customer managed keys", ClassName: "cmkguard"})
	}
	suite.Tests = len(suite.Cases)
	content, err := xml.MarshalIndent(junitSuites{Suites: []junitSuite{suite}}, "", "  ")
	return append(append([]byte(xml.Header), content...), '\n'), err
}
