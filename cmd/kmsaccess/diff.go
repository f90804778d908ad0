package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/source"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// DiffReport is what diff says.
type DiffReport struct {
	Version int    `json:"version"`
	Old     string `json:"old"`
	New     string `json:"new"`
	Unknown string `json:"unknown"`
	// Notes say what the files may hide.
	Notes []string `json:"notes,omitempty"`
	// LeftOut says what is not known of the files, so that something may change that is
	// not told.
	LeftOut []string  `json:"leftOut,omitempty"`
	Keys    []KeyDiff `json:"keys"`
}

// KeyDiff is one key that differs.
type KeyDiff struct {
	Address string `json:"address"`
	// Change is added, removed, changed or unclear.
	Change string `json:"change"`
	// Problem is set when the change is unclear.
	Problem   string       `json:"problem,omitempty"`
	Decisions []AccessDiff `json:"decisions,omitempty"`
}

// AccessDiff is one decision that differs.
type AccessDiff struct {
	Principal string          `json:"principal"`
	Name      string          `json:"name"`
	Operation string          `json:"operation"`
	Actions   []string        `json:"actions"`
	Effect    analysis.Effect `json:"effect"`
	// Before and After say what was and what is allowed; empty for nothing.
	Before []string `json:"before"`
	After  []string `json:"after"`
	// Example is a request that is decided differently; none where the effect is
	// unclear.
	Example *ExampleJson `json:"example,omitempty"`
	// Why says what could not be told.
	Why string `json:"why,omitempty"`

	about string
}

// ExampleJson is a request that a change decides differently.
type ExampleJson struct {
	RequestJson
	// Allowed tells that it is allowed now, and was not.
	Allowed bool `json:"allowed"`
	// NeedsIam tells that an IAM policy must allow it, too.
	NeedsIam bool `json:"needsIamPolicy,omitempty"`
}

func (p program) diff(args []string) (int, error) {
	f := p.flags("diff")
	format := f.String("format", "text", "`FORMAT`: text, markdown or json")
	files, err := p.parse(f, args, 2)
	if err != nil {
		return exitError, err
	}
	if err := oneOf("format", *format, "text", "markdown", "json"); err != nil {
		return exitError, err
	}
	var inputs [2]source.Input
	for i, name := range files {
		input, close, err := p.open(name)
		if err != nil {
			return exitError, err
		}
		defer func() { _ = close() }() // it was only read
		inputs[i] = input
	}
	old, new, err := source.ReadBoth(inputs[0], inputs[1], f.Defaults)
	if err != nil {
		return exitError, err
	}
	report := compare(files[0], old, files[1], new)
	var content string
	switch *format {
	case "json":
		if content, err = indented(report); err != nil {
			return exitError, err
		}
	case "markdown":
		content = report.markdown()
	default:
		content = report.text()
	}
	if err := p.write(f, text(content)); err != nil {
		return exitError, err
	}
	status := exitOk
	for _, unknown := range report.LeftOut {
		p.say("what changes is not wholly known: " + unknown)
		status = exitError
	}
	for _, key := range report.Keys {
		for _, problem := range key.unclear() {
			p.say(key.Address + ": " + problem)
			status = exitError
		}
	}
	return status, nil
}

// unclear is what could not be told of a key.
func (k KeyDiff) unclear() []string {
	if k.Problem != "" {
		return []string{"no answer: " + k.Problem}
	}
	var all []string
	for _, d := range k.Decisions {
		if d.Why != "" {
			all = append(all, fmt.Sprintf("whether %s may %s otherwise could not be told: %s", d.Name, d.about, d.Why))
		}
	}
	return all
}

func compare(oldName string, old source.File, newName string, new source.File) DiffReport {
	report := DiffReport{Version: 1, Old: oldName, New: newName, Unknown: unknowable, Keys: []KeyDiff{}}
	for _, side := range []struct {
		name string
		file source.File
	}{{"old", old}, {"new", new}} {
		for _, note := range side.file.Notes {
			if !slices.Contains(side.file.LeftOut, note) {
				report.Notes = append(report.Notes, side.name+": "+note)
			}
		}
		for _, text := range side.file.LeftOut {
			report.LeftOut = append(report.LeftOut, side.name+": "+text)
		}
		for _, key := range side.file.Keys {
			for _, text := range key.LeftOut {
				report.LeftOut = append(report.LeftOut, side.name+": "+key.Address+": "+text)
			}
		}
	}
	before := map[string]analysis.Key{}
	for _, key := range old.Keys {
		before[key.Address] = key.Key
	}
	seen := map[string]bool{}
	for _, key := range new.Keys {
		seen[key.Address] = true
		was, existed := before[key.Address]
		diff := KeyDiff{Address: key.Address, Change: "changed"}
		if !existed {
			diff.Change = "added"
			was = analysis.Key{Address: key.Address, Arn: key.Arn}
		}
		diff.decide(was, key.Key)
		if len(diff.Decisions) > 0 || !existed || diff.Problem != "" {
			report.Keys = append(report.Keys, diff)
		}
	}
	for _, key := range old.Keys {
		if !seen[key.Address] {
			report.Keys = append(report.Keys, KeyDiff{Address: key.Address, Change: "removed"})
		}
	}
	return report
}

func (d *KeyDiff) decide(before, after analysis.Key) {
	for _, side := range []struct{ name, problem string }{{"old", before.Problem}, {"new", after.Problem}} {
		if side.problem != "" {
			d.Change, d.Problem = "unclear", side.name+": "+side.problem
			return
		}
	}
	differences, err := analysis.Compare(before, after)
	if err != nil {
		d.Change, d.Problem = "unclear", strings.ReplaceAll(err.Error(), "\n", "; ")
		return
	}
	for _, difference := range differences {
		actions, about := difference.Actions, difference.Operation.Name
		if actions == nil {
			actions = difference.Operation.Actions
		} else {
			about += " (" + strings.ReplaceAll(strings.Join(actions, ", "), "kms:", "") + ")"
		}
		decision := AccessDiff{
			Principal: difference.Principal.Id, Name: difference.Principal.Name, Operation: difference.Operation.Id,
			Actions: actions, Effect: difference.Effect, about: about,
			Before: pathsInWords(difference.Before, difference.Principal), After: pathsInWords(difference.After, difference.Principal),
			Why: difference.Why,
		}
		if difference.Effect != analysis.Unclear {
			decision.Example = &ExampleJson{newRequest(difference.Example), difference.Allowed, difference.NeedsIam}
		}
		d.Decisions = append(d.Decisions, decision)
	}
}

func pathsInWords(answer analysis.Answer, principal analysis.Principal) []string {
	words := []string{}
	for _, path := range answer.Paths {
		words = append(words, fmt.Sprintf("%s [%s]", inWords(path, principal), analysis.StatementName(path.Statement)))
	}
	if answer.Why != "" {
		words = append(words, "undecided: "+answer.Why)
	}
	return words
}
