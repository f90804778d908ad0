package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/source"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

func (p program) report(args []string) (int, error) {
	f := p.flags("report")
	format := f.String("format", "table", "`FORMAT`: table, markdown, json or html")
	failOn := f.String("fail-on", "", "exit with status 3 on findings of these `CHECKS`: "+checkNames())
	accounts := f.String("declared-accounts", "", "other accounts that may have access, `IDS` with commas between them")
	applying := f.String("applying", "", "the `ARN` of the role or user that applies the policies, where the plan does not tell: KMS refuses a policy under which it could not change the policy again")
	only := f.String("key", "", "report on the key with this `ADDRESS` only")
	files, err := p.parse(f, args, 1)
	if err != nil {
		return exitError, err
	}
	if err := oneOf("format", *format, "table", "markdown", "json", "html"); err != nil {
		return exitError, err
	}
	checks, err := parseChecks(*failOn)
	if err != nil {
		return exitError, err
	}
	file, err := p.read(files[0], f.Defaults)
	if err != nil {
		return exitError, err
	}
	if file.Keys, err = selectKeys(file.Keys, *only); err != nil {
		return exitError, err
	}
	report := newReport(files[0], file)
	if err := report.find(file, checks, analysis.Expectation{Accounts: splitList(*accounts), Applying: *applying}); err != nil {
		return exitError, err
	}
	content, err := report.format(*format)
	if err != nil {
		return exitError, err
	}
	if err := p.write(f, content); err != nil {
		return exitError, err
	}
	for _, finding := range report.Findings {
		fmt.Fprintf(p.err, "kmsaccess: %s\n", finding)
	}
	unread := 0
	for _, key := range report.Keys {
		if key.Problem != "" {
			fmt.Fprintf(p.err, "kmsaccess: %s: %s: %s\n", report.Source, key.Address, key.Problem)
			unread++
		}
	}
	switch {
	case len(report.Findings) > 0:
		return exitFinding, nil
	case unread > 0:
		return exitError, nil
	}
	return exitOk, nil
}

func (r *Report) format(name string) (string, error) {
	switch name {
	case "json":
		return r.json()
	case "markdown":
		return r.markdown(), nil
	case "html":
		return r.html()
	}
	return r.table(), nil
}

// keyReplaced finds keys that a plan destroys. It is about plans, not policies.
const keyReplaced analysis.Check = "key-replaced"

// checks are all that --fail-on takes.
var checks = append(slices.Clone(analysis.Checks), keyReplaced)

// find adds the findings of the checks.
func (r *Report) find(file source.File, wanted []analysis.Check, expected analysis.Expectation) error {
	if slices.Contains(wanted, keyReplaced) {
		for _, lost := range file.Lost {
			r.Findings = append(r.Findings, lostKey(lost))
		}
		wanted = slices.DeleteFunc(wanted, func(check analysis.Check) bool { return check == keyReplaced })
	}
	for i, key := range file.Keys {
		if r.Keys[i].Problem != "" || len(wanted) == 0 {
			continue
		}
		of := expected
		if of.Applying == "" {
			of.Applying = key.AppliedBy
		}
		findings, err := analysis.Findings(key.Key, of, wanted...)
		if err != nil {
			return fmt.Errorf("%s: %w", key.Address, err)
		}
		r.Findings = append(r.Findings, findings...)
	}
	return nil
}

func lostKey(lost source.LostKey) analysis.Finding {
	message := "the plan destroys the key"
	if lost.Change == source.Replace {
		message += " and makes another"
	}
	if lost.Arn != "" {
		message += " (" + lost.Arn + ")"
	}
	return analysis.Finding{Check: keyReplaced, Key: lost.Address, Action: "kms:ScheduleKeyDeletion",
		Message: message + ": what is encrypted under it is lost at the end of the waiting period"}
}

func checkNames() string {
	var names []string
	for _, check := range checks {
		names = append(names, string(check))
	}
	return strings.Join(names, ",")
}

func parseChecks(text string) ([]analysis.Check, error) {
	var wanted []analysis.Check
	for _, name := range splitList(text) {
		if err := oneOf("fail-on", name, strings.Split(checkNames(), ",")...); err != nil {
			return nil, err
		}
		wanted = append(wanted, analysis.Check(name))
	}
	return wanted, nil
}

func splitList(text string) []string {
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// selectKeys keeps the key with an address; all for an empty one.
func selectKeys(keys []source.Key, address string) ([]source.Key, error) {
	if address == "" {
		return keys, nil
	}
	var addresses []string
	for _, key := range keys {
		if key.Address == address {
			return []source.Key{key}, nil
		}
		addresses = append(addresses, key.Address)
	}
	return nil, fmt.Errorf("--key is %q; must be one of %s", address, strings.Join(addresses, ", "))
}
