package kmstiertest

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/source"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Key is a KMS key of a synthesized stack.
//
// Principals are ARNs, also those that are tokens such as *role.Arn(), and the names of
// AWS services. Actions are those of KMS, such as "kms:Decrypt", without wildcards.
//
// A token is a role that only Terraform makes. It is known by the name that the stack
// gives it; where it may turn out to be the principal of a test, or where a key's account
// or a grant is not known, what must not be allowed is not proven, and the test fails.
type Key struct {
	stack *Stack
	key   source.Key
}

// Can requires that the key policy or a grant lets a principal carry out an action by a
// direct call, with an encryption context or none, without any IAM policy.
func (k *Key) Can(principal, action string, encryptionContext map[string]string) {
	k.stack.t.Helper()
	k.Allows(evaluation.Request{Principal: principal, Action: action, EncryptionContext: encryptionContext})
}

// Allows requires that a request is allowed, by the policies that it comes with. Its Key
// and Grants are those of the key; a call through an AWS service has kms:ViaService in
// its Context.
func (k *Key) Allows(request evaluation.Request) {
	k.stack.t.Helper()
	k.decides(request, true)
}

// Denies requires that a request is not allowed.
func (k *Key) Denies(request evaluation.Request) {
	k.stack.t.Helper()
	k.decides(request, false)
}

func (k *Key) decides(request evaluation.Request, allowed bool) {
	k.stack.t.Helper()
	request.Principal, request.Key, request.Grants = k.stack.resolve(request.Principal), k.key.Arn, k.key.Grants
	callers := []string{request.Principal}
	if !allowed {
		callers = k.everyName(request.Principal)
	}
	for _, caller := range callers {
		request.Principal = caller
		explanation, err := evaluation.Explain(k.key.Policy, request)
		if err != nil {
			k.stack.t.Fatalf("kmstiertest: %s: %v", k.key.Address, err)
		}
		if explanation.Decision.Allowed != allowed {
			k.stack.t.Errorf("kmstiertest: %s: %s by %s is %s", k.key.Address, request.Action, request.Principal, explanation.Decision)
		}
	}
}

// Cannot requires that no request of a principal is allowed, whatever its context and
// whatever its IAM policies say. It passes only if that is proven.
func (k *Key) Cannot(principal string, actions ...string) {
	k.stack.t.Helper()
	k.has(principal, actions, "cannot", func(path analysis.AccessPath) bool { return true })
}

// NeedsIam requires that no request of a principal is allowed unless an IAM policy
// allows it, too. It passes only if that is proven.
func (k *Key) NeedsIam(principal string, actions ...string) {
	k.stack.t.Helper()
	k.has(principal, actions, "needs an IAM policy", func(path analysis.AccessPath) bool { return !path.NeedsIam })
}

// has requires that no path of a principal is of some kind.
func (k *Key) has(principal string, actions []string, promise string, broken func(analysis.AccessPath) bool) {
	k.stack.t.Helper()
	principal = k.stack.resolve(principal)
	if len(actions) == 0 {
		k.stack.t.Fatalf("kmstiertest: %s: no action is given: name those that %s %s", k.key.Address, principal, promise)
	}
	names := k.everyName(principal)
	report, err := analysis.Analyze(k.key.Key, names...)
	if err != nil {
		k.stack.t.Fatalf("kmstiertest: %s: %v", k.key.Address, err)
	}
	var rows []int
	for _, name := range names {
		of := rowsOf(report, name)
		if len(of) == 0 {
			k.stack.t.Fatalf("kmstiertest: %s: principal is %q: must be the ARN of one role, user, session or account, or the name of an AWS service", k.key.Address, name)
		}
		rows = append(rows, of...)
	}
	for _, row := range rows {
		for _, action := range actions {
			answer, known := report.Answers[row][action]
			if !known {
				k.stack.t.Fatalf("kmstiertest: %s: action is %q: must be one action of KMS on a key, such as \"kms:Decrypt\"%s", k.key.Address, action, aws.DidYouMean(aws.NearestAction(action)))
			}
			name := report.Principals[row].Id
			if answer.Why != "" {
				k.stack.t.Errorf("kmstiertest: %s: whether %s can call %s cannot be told: %s", k.key.Address, name, action, answer.Why)
			}
			for _, path := range answer.Paths {
				if broken(path) {
					k.stack.t.Errorf("kmstiertest: %s: %s can call %s %s (allowed by %s), for example %s", k.key.Address, name, action,
						path.Words(), analysis.StatementName(path.Statement), example(report.Example(answer, path)))
				}
			}
		}
	}
}

// rowsOf are the rows of a report that are about a principal; for a role also those
// about sessions of it, whom a statement may name apart.
func rowsOf(report *analysis.Report, principal string) (rows []int) {
	arn, _ := aws.ParseArn(principal)
	sessions := ""
	if _, isRole := strings.CutPrefix(arn.Resource, "role/"); isRole {
		sessions = "arn:" + arn.Partition + ":sts::" + arn.Account + ":assumed-role/" + aws.LastSegment(arn.Resource) + "/"
	}
	for i, row := range report.Principals {
		// Who is in the row of a pattern may be in the row of a name as well.
		if row.Id == principal && row.Kind != analysis.KindPattern || sessions != "" && strings.HasPrefix(row.Id, sessions) {
			rows = append(rows, i)
		}
	}
	return rows
}

// example is a request in a few words.
func example(request evaluation.Request) string {
	text := []string{request.Action}
	if len(request.EncryptionContext) > 0 {
		text = append(text, fmt.Sprintf("with the encryption context %v", request.EncryptionContext))
	}
	if len(request.Context) > 0 {
		text = append(text, fmt.Sprintf("with %v", request.Context))
	}
	return strings.Join(text, " ")
}
