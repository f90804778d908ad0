package main

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/access"
	"github.com/neurocipher-io/kmstier/internal/source"
)

func (p program) report(args []string) (int, error) {
	f := p.flags("report")
	format := f.String("format", "table", "`FORMAT`: table, markdown, json or html")
	failOn := f.String("fail-on", "", "exit with status 3 on findings of these `CHECKS`: "+checkNames())
	accounts := f.String("declared-accounts", "", "other accounts that may have access, `IDS` with commas between them")
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
	if err := report.find(file, checks, splitList(*accounts)); err != nil {
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

// find adds the findings of the checks.
func (r *Report) find(file source.File, checks []access.Check, accounts []string) error {
	for i, key := range file.Keys {
		if r.Keys[i].Problem != "" || len(checks) == 0 {
			continue
		}
		findings, err := access.Findings(key.Key, access.Expectation{Accounts: accounts}, checks...)
		if err != nil {
			return fmt.Errorf("%s: %w", key.Address, err)
		}
		r.Findings = append(r.Findings, findings...)
	}
	return nil
}

func checkNames() string {
	var names []string
	for _, check := range access.Checks {
		names = append(names, string(check))
	}
	return strings.Join(names, ",")
}

func parseChecks(text string) ([]access.Check, error) {
	var checks []access.Check
	for _, name := range splitList(text) {
		if err := oneOf("fail-on", name, strings.Split(checkNames(), ",")...); err != nil {
			return nil, err
		}
		checks = append(checks, access.Check(name))
	}
	return checks, nil
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
