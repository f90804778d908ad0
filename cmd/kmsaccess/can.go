package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/source"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// repeated collects a flag that may be given several times.
type repeated []string

func (r *repeated) String() string         { return strings.Join(*r, ", ") }
func (r *repeated) Set(value string) error { *r = append(*r, value); return nil }

func (p program) can(args []string) (int, error) {
	f := p.flags("can")
	principal := f.String("principal", "", "who asks: the `ARN` of a role, user, session or root, or a service's name")
	action := f.String("action", "", "the `ACTION`, such as kms:Decrypt")
	via := f.String("via", "", "the `SERVICE` through which the request comes, such as s3")
	only := f.String("key", "", "the `ADDRESS` of the key, or a part of it that no other has, where the file has several")
	var context, condition, identity repeated
	f.Var(&context, "context", "a pair of the encryption context, `NAME=VALUE`; may be repeated")
	f.Var(&condition, "condition", "a further condition key, `KEY=VALUE`; may be repeated, also with one key")
	f.Var(&identity, "identity", "a `FILE` with an IAM policy of the principal; may be repeated")
	files, err := p.parse(f, args, 1)
	if err != nil {
		return exitError, err
	}
	if *principal == "" || *action == "" {
		return exitError, errors.New("can: needs --principal and --action")
	}
	file, err := p.read(files[0], f.Defaults)
	if err != nil {
		return exitError, err
	}
	if file.Keys, err = selectKeys(file.Keys, *only); err != nil {
		return exitError, err
	}
	if len(file.Keys) > 1 {
		var addresses []string
		for _, key := range file.Keys {
			addresses = append(addresses, key.Address)
		}
		return exitError, fmt.Errorf("can: %s has %d keys; say which with --key: %s", files[0], len(file.Keys), some(addresses))
	}
	key := file.Keys[0]
	if key.Problem != "" {
		return exitError, fmt.Errorf("%s: %s: %s", files[0], key.Address, key.Problem)
	}
	request := evaluation.Request{
		Principal: *principal, Action: *action, Key: key.Arn, Grants: key.Grants,
		EncryptionContext: map[string]string{}, Context: map[string][]string{},
	}
	for _, pair := range context {
		name, value, found := strings.Cut(pair, "=")
		if !found || name == "" {
			return exitError, fmt.Errorf("--context is %q; must be NAME=VALUE", pair)
		}
		if _, twice := request.EncryptionContext[name]; twice {
			return exitError, fmt.Errorf("--context names %q twice", name)
		}
		request.EncryptionContext[name] = value
	}
	for _, pair := range condition {
		name, value, found := strings.Cut(pair, "=")
		if !found || name == "" {
			return exitError, fmt.Errorf("--condition is %q; must be KEY=VALUE", pair)
		}
		request.Context[name] = append(request.Context[name], value)
	}
	if *via != "" && !strings.Contains(*via, ".") && strings.Contains(key.Arn, source.UnknownRegion) {
		return exitError, fmt.Errorf("--via is %q, but the key's Region is not known; give it with --region, or the whole name such as %s.us-east-1.amazonaws.com", *via, *via)
	}
	if *via != "" {
		request.Context["kms:ViaService"] = []string{viaService(*via, key.Arn)}
	}
	for _, name := range identity {
		policy, notes, err := readPolicy(name)
		if err != nil {
			return exitError, err
		}
		key.Notes = append(key.Notes, notes...)
		request.IdentityPolicies = append(request.IdentityPolicies, policy)
	}
	explanation, err := evaluation.Explain(key.Policy, request)
	if err != nil {
		return exitError, err
	}
	if err := p.write(f, text(explain(key, request, explanation))); err != nil {
		return exitError, err
	}
	switch {
	case len(key.LeftOut) > 0:
		return exitError, fmt.Errorf("%s: the decision is not certain: %s", key.Address, strings.Join(key.LeftOut, "; "))
	case explanation.Decision.Allowed:
		return exitOk, nil
	}
	return exitDenied, nil
}

// viaService completes "s3" to the name of S3 in the key's Region.
func viaService(name, keyArn string) string {
	if strings.Contains(name, ".") {
		return name
	}
	parts := strings.SplitN(keyArn, ":", 5)
	partition, _ := aws.FindPartition(parts[1])
	return name + "." + parts[3] + "." + partition.DnsSuffix
}

// explain puts a decision in words: what decided, and where nothing matched what
// kept the nearest statements from it.
func explain(key source.Key, request evaluation.Request, explanation evaluation.Explanation) string {
	var out strings.Builder
	line := func(format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		plain := strings.TrimLeft(text, " ")
		out.WriteString(text[:len(text)-len(plain)] + terminal(plain) + "\n")
	}
	decision := explanation.Decision
	verdict, may := "DENIED", "may not"
	if decision.Allowed {
		verdict, may = "ALLOWED", "may"
	}
	line("%s: %s %s %s with %s", verdict, request.Principal, may, request.Action, key.Address)
	because := fmt.Sprintf("  because %s", decision.Reason)
	if decision.Statement.Policy != "" {
		because += fmt.Sprintf(": %s", decision.Statement)
	}
	if decision.Identity.Policy != "" {
		because += fmt.Sprintf("; %s", decision.Identity)
	}
	line("%s", because)
	if decision.Reason == evaluation.DeniedByIdentity && len(request.IdentityPolicies) == 0 {
		line("  No IAM policy was given; with one that allows it, the answer may differ (--identity FILE).")
	}
	if decision.Allowed || decision.Reason == evaluation.DeniedByStatement {
		for _, note := range key.Notes {
			line("  note: %s", note)
		}
		return out.String()
	}
	out.WriteString("\nAllows that did not match, the nearest first:\n")
	statements := slices.DeleteFunc(slices.Clone(explanation.Statements), func(s evaluation.StatementExplanation) bool {
		return s.Effect != keypolicy.Allow || s.Matches
	})
	slices.SortStableFunc(statements, func(a, b evaluation.StatementExplanation) int { return cmp.Compare(distance(a), distance(b)) })
	for _, statement := range statements {
		line("  %s", statement)
	}
	for _, grant := range explanation.Grants {
		if !grant.Matches {
			line("  %s", grant)
		}
	}
	for _, note := range key.Notes {
		line("note: %s", note)
	}
	return out.String()
}

// distance is how far a statement is from matching. Another principal or action
// is farther than any number of conditions.
func distance(s evaluation.StatementExplanation) int {
	far := 0
	if !s.Principal {
		far += 100
	}
	if !s.Action {
		far += 100
	}
	if !s.Resource {
		far += 100
	}
	for _, condition := range s.Conditions {
		if !condition.Holds {
			far++
		}
	}
	return far
}
