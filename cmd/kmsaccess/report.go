package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/source"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

func (p program) report(args []string) (int, error) {
	f := p.flags("report")
	format := f.String("format", "table", "`FORMAT`: table, markdown, json or html")
	failOn := f.String("fail-on", "", "exit with status 3 on findings of these `CHECKS`: "+checkNames())
	accounts := f.String("declared-accounts", "", "other accounts that may have access, `IDS` with commas between them")
	applying := f.String("applying", "", "the `ARN` of the role or user that applies the policies, where the plan does not tell: KMS refuses a policy under which it could not change the policy again")
	only := f.String("key", "", "report on the key with this `ADDRESS` only, or a part of it that no other key has")
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
	declared, err := parseAccounts(*accounts)
	if err != nil {
		return exitError, err
	}
	if err := checkApplying(*applying); err != nil {
		return exitError, err
	}
	file, err := p.read(files[0], f.Defaults)
	if err != nil {
		return exitError, err
	}
	if file.Keys, err = selectKeys(file.Keys, *only); err != nil {
		return exitError, err
	}
	r := p.reporter(files[0], file, *format == "json")
	r.find(checks, analysis.Expectation{Accounts: declared, Applying: *applying})
	if err := p.write(f, func(w io.Writer) error { return r.write(w, *format) }); err != nil {
		return exitError, err
	}
	for _, finding := range r.Findings {
		p.say(finding.String())
	}
	for _, problem := range r.problems {
		p.say(r.Source + ": " + problem)
	}
	switch {
	case len(r.Findings) > 0:
		return exitFinding, nil
	case len(r.problems) > 0:
		return exitError, nil
	}
	return exitOk, nil
}

// reporter makes the report key by key, so that no more than one is held at a time.
type reporter struct {
	// Report lacks the keys.
	Report
	file     source.File
	analyzer *analysis.Analyzer
	progress *progress
	// examples tells that each way is told with a request.
	examples bool
	// unchecked are the keys, by place, of which no findings could be made.
	unchecked map[int]error
	// problems are those of the keys without an answer, once all are told.
	problems []string
}

func (p program) reporter(name string, file source.File, examples bool) *reporter {
	if name == "-" {
		name = "standard input"
	}
	return &reporter{
		Report: Report{Version: 1, Source: name, SourceKind: file.Format, Unknown: unknowable, Notes: file.Notes, Keys: []KeyReport{}},
		file:   file, analyzer: analysis.NewAnalyzer(), progress: p.newProgress(len(file.Keys)), examples: examples, unchecked: map[int]error{},
	}
}

// Count is how many keys there are.
func (r *reporter) Count() int { return len(r.file.Keys) }

// Each tells of the keys, each once.
func (r *reporter) Each() iter.Seq2[int, KeyReport] {
	return func(yield func(int, KeyReport) bool) {
		defer r.progress.end()
		for i := range r.file.Keys {
			r.progress.at(i)
			key := newKeyReport(r.file.Keys[i], r.analyzer, r.examples)
			if key.Problem != "" {
				r.problems = append(r.problems, key.Address+": "+key.Problem)
			} else if err := r.unchecked[i]; err != nil {
				r.problems = append(r.problems, fmt.Sprintf("%s: was not checked: %v", key.Address, err))
			}
			r.file.Keys[i] = source.Key{}
			if !yield(i, key) {
				return
			}
		}
	}
}

func (r *reporter) write(w io.Writer, format string) error {
	out := bufio.NewWriter(w)
	var err error
	switch format {
	case "json":
		err = r.json(out)
	case "markdown":
		r.markdown(out)
	case "html":
		err = page.Execute(out, r)
	default:
		r.table(out)
	}
	return errors.Join(err, out.Flush())
}

// keyReplaced finds keys that a plan destroys. It is about plans, not policies.
const keyReplaced analysis.Check = "key-replaced"

// checks are all that --fail-on takes.
var checks = append(slices.Clone(analysis.Checks), keyReplaced)

// find adds the findings of the checks.
func (r *reporter) find(wanted []analysis.Check, expected analysis.Expectation) {
	if slices.Contains(wanted, keyReplaced) {
		for _, lost := range r.file.Lost {
			r.Findings = append(r.Findings, lostKey(lost))
		}
		wanted = slices.DeleteFunc(wanted, func(check analysis.Check) bool { return check == keyReplaced })
	}
	r.Findings = append(r.Findings, leftOut(r.file, wanted)...)
	defer r.progress.end()
	for i, key := range r.file.Keys {
		if key.Problem != "" || len(wanted) == 0 {
			continue
		}
		r.progress.at(i)
		of := expected
		if of.Applying == "" {
			of.Applying = key.AppliedBy
		}
		findings, err := r.analyzer.Findings(key.Key, of, wanted...)
		if err != nil {
			r.unchecked[i] = err
			continue
		}
		r.Findings = append(r.Findings, findings...)
	}
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
		if check := analysis.Check(name); !slices.Contains(wanted, check) {
			wanted = append(wanted, check)
		}
	}
	return wanted, nil
}

// parseAccounts reads account ids with commas between them.
func parseAccounts(text string) ([]string, error) {
	accounts := splitList(text)
	for _, account := range accounts {
		if !isAccountId(account) {
			return nil, fmt.Errorf("--declared-accounts has %q; must be account ids of twelve digits, with commas between them", account)
		}
	}
	return accounts, nil
}

// checkApplying refuses what cannot apply a policy.
func checkApplying(arn string) error {
	principal := keypolicy.AwsPrincipal(arn)
	kinds := []keypolicy.PrincipalKind{keypolicy.AccountKind, keypolicy.RoleKind, keypolicy.UserKind, keypolicy.SessionKind, keypolicy.FederatedUserKind}
	form, reason := principal.Form()
	if arn == "" || reason == "" && strings.HasPrefix(arn, "arn:") && slices.Contains(kinds, form.Kind) {
		return nil
	}
	return fmt.Errorf("--applying is %q; must be the ARN of a role, a session, a user or a root user, such as arn:aws:iam::111122223333:role/Deployer", arn)
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

// selectKeys keeps the key with an address, or the only one with a part of it, since
// CDKTF's addresses end in a hash that nobody types; all for an empty one.
func selectKeys(keys []source.Key, address string) ([]source.Key, error) {
	if address == "" {
		return keys, nil
	}
	var addresses []string
	var with []source.Key
	for _, key := range keys {
		if key.Address == address {
			return []source.Key{key}, nil
		}
		if strings.Contains(key.Address, address) {
			with = append(with, key)
		}
		addresses = append(addresses, key.Address)
	}
	if len(with) == 1 {
		return with, nil
	}
	return nil, fmt.Errorf("--key is %q; must be one of %s, or what only one of them has in it", address, some(addresses))
}

// some names the first of many.
func some(names []string) string {
	const most = 20
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
