package tierapp

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
	"github.com/neurocipher-io/kmstier/internal/environments"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// report prints what an environment's stack holds.
func report(out io.Writer, stack Stack) {
	environment := stack.settings
	fmt.Fprintf(out, "%s: account %s, %s\n", environment.Name, environment.AccountId, environment.Region)
	longest, longestAlias := 0, 24
	for _, key := range stack.Tier.Keys() {
		longest, longestAlias = max(longest, len(key.Purpose())), max(longestAlias, len(key.Alias()))
	}
	for _, key := range stack.Tier.Keys() {
		fmt.Fprintf(out, "  %-*s  %-*s policy %6d of %d bytes\n",
			longest+len(" key"), key.Purpose()+" key", longestAlias, key.Alias(), key.Policy().Size(), keypolicy.MaxSize)
	}
	if len(environment.ReplicaRegions) > 0 {
		fmt.Fprintf(out, "  replicas  in %s: multi-Region keys; on keys that exist and are not, Terraform plans a replacement, with the loss of their data\n", strings.Join(environment.ReplicaRegions, ", "))
	}
	fmt.Fprintf(out, "  rules     %s\n", rules(stack.Tier.Production()))
	warnings := stack.Tier.Warnings()
	fmt.Fprintf(out, "  audit     %s\n", auditLine(stack))
	if stack.Audit != nil {
		warnings = append(warnings, stack.Audit.Warnings()...)
	}
	result := stack.found
	fmt.Fprintf(out, "  guard     %d resources, %d of types that store data: %s\n", result.Resources, result.Storing, verdict(result))
	for _, excepted := range result.Excepted {
		fmt.Fprintf(out, "  %s\n", excepted)
	}
	for _, warning := range warnings {
		fmt.Fprintf(out, "  warning: %s\n", environments.InFileWords(warning))
	}
	for _, finding := range result.Findings {
		fmt.Fprintf(out, "  %s\n", finding)
	}
}

// reportNext prints how to plan an environment's stack.
func reportNext(out io.Writer, stack Stack, outdir string) {
	folder := filepath.Join(outdir, "stacks", stack.Environment)
	fmt.Fprintf(out, "  terraform -chdir=%[1]s init && terraform -chdir=%[1]s plan\n", folder)
}

// rules say which rules hold for an environment's keys.
func rules(production bool) string {
	if production {
		return "production: rotation, 30 days to call a deletion off, no plan that destroys a key"
	}
	return "relaxed: not production, so keys may go without these"
}

func auditLine(stack Stack) string {
	audit := stack.settings.Audit
	switch {
	case stack.Audit == nil:
		return "none: audit.enabled is false"
	case audit.ExistingTrail != nil:
		return "an existing trail, " + alerts(audit.AlertEmails)
	default:
		return "a trail of its own, " + alerts(audit.AlertEmails)
	}
}

func alerts(emails []string) string {
	if len(emails) == 0 {
		return "alerts to a topic without subscriptions"
	}
	return "alerts to " + strings.Join(emails, ", ")
}

func verdict(result *cmkguard.Result) string {
	if len(result.Findings) == 0 && len(result.Excepted) == 0 {
		return "all under customer managed keys"
	}
	return fmt.Sprintf("%d findings, %d excepted", len(result.Findings), len(result.Excepted))
}
