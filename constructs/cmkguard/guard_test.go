package cmkguard_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
)

func newApp(t testing.TB) (cdktf.App, string) {
	t.Helper()
	folder := t.TempDir()
	return cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(folder), StackTraces: jsii.Bool(false)}), folder
}

func newStack(app constructs.Construct, id string) cdktf.TerraformStack {
	stack := cdktf.NewTerraformStack(app, jsii.String(id))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})
	return stack
}

func newKey(scope constructs.Construct, id string) kmskey.KmsKey {
	return kmskey.NewKmsKey(scope, jsii.String(id), &kmskey.KmsKeyConfig{})
}

func newQueue(scope constructs.Construct, id string, key *string) sqsqueue.SqsQueue {
	return sqsqueue.NewSqsQueue(scope, jsii.String(id), &sqsqueue.SqsQueueConfig{KmsMasterKeyId: key})
}

func newGuard(t testing.TB, scope constructs.Construct, config cmkguard.Config) *cmkguard.Guard {
	t.Helper()
	guard, err := cmkguard.NewGuard(scope, &config)
	if err != nil {
		t.Fatal(err)
	}
	return guard
}

// synthesize returns what App.Synth panics with, or "".
func synthesize(app cdktf.App) (failure string) {
	defer func() {
		if problem := recover(); problem != nil {
			failure = fmt.Sprint(problem)
		}
	}()
	app.Synth()
	return ""
}

// annotations are those of the manifest, as "stack level: message".
func annotations(t *testing.T, folder string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Stacks map[string]struct {
			Annotations []struct{ ConstructPath, Level, Message string }
		}
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, stack := range manifest.Stacks {
		for _, annotation := range stack.Annotations {
			found = append(found, fmt.Sprintf("%s %s: %s", annotation.ConstructPath, strings.TrimPrefix(annotation.Level, "@cdktf/"), annotation.Message))
		}
	}
	slices.Sort(found)
	return found
}

// summary is a finding as "severity rule address attribute".
func summary(findings []cmkguard.Finding) []string {
	found := []string{}
	for _, f := range findings {
		found = append(found, fmt.Sprintf("%s %s %s/%s %s", f.Severity, f.Rule, f.Stack, f.Address, f.Attribute))
	}
	return found
}

func diff(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestProductionFailsWithEveryFindingOfEveryStack(t *testing.T) {
	app, folder := newApp(t)
	first, second := newStack(app, "first"), newStack(app, "second")
	guard := newGuard(t, app, cmkguard.Config{Environment: "prod"})
	// All of this comes after the guard, one stack included.
	third := newStack(app, "third")
	newQueue(first, "jobs", nil)
	newQueue(first, "good", newKey(first, "key").Arn())
	newQueue(second, "mail", jsii.String("alias/aws/sqs"))
	newQueue(third, "events", nil)

	failure := synthesize(app)
	for _, want := range []string{
		"error: aws_sqs_queue.jobs (first/jobs): stores messages without a customer managed key: kms_master_key_id is not set; set kms_master_key_id to the ARN of a customer managed key, in Go KmsMasterKeyId: tier.DataKey().Arn() [no-key, Security Hub SQS.1]",
		"error: aws_sqs_queue.mail (second/mail): stores messages under a key of AWS, alias/aws/sqs, whose policy nobody can change; set",
		"error: aws_sqs_queue.events (third/events): stores messages without",
		"data must be under customer managed keys in prod: correct the 3 findings above, or name a resource and a reason in cmkguard.Config.Exceptions",
	} {
		if !strings.Contains(failure, want) {
			t.Errorf("the failure has no line\n  %s\nbut\n%s", want, failure)
		}
	}
	if strings.Contains(failure, "good") {
		t.Errorf("the encrypted queue is reported:\n%s", failure)
	}
	if files, _ := filepath.Glob(filepath.Join(folder, "stacks", "*")); len(files) > 0 {
		t.Errorf("stacks were written: %q", files)
	}
	diff(t, "the result", []string{
		"error no-key first/aws_sqs_queue.jobs kms_master_key_id",
		"error aws-managed-key second/aws_sqs_queue.mail kms_master_key_id",
		"error no-key third/aws_sqs_queue.events kms_master_key_id",
	}, summary(guard.Result().Findings))
}

func TestElsewhereFindingsAreWarnings(t *testing.T) {
	app, folder := newApp(t)
	stack := newStack(app, "dev")
	guard := newGuard(t, stack, cmkguard.Config{Environment: "dev"})
	newQueue(stack, "jobs", nil)
	newQueue(newStack(app, "other"), "not-guarded", nil)
	if failure := synthesize(app); failure != "" {
		t.Fatal(failure)
	}
	diff(t, "annotations", []string{
		"dev warn: warning: aws_sqs_queue.jobs (dev/jobs): stores messages without a customer managed key: kms_master_key_id is not set; set kms_master_key_id to the ARN of a customer managed key, in Go KmsMasterKeyId: tier.DataKey().Arn() [no-key, Security Hub SQS.1]",
	}, annotations(t, folder))
	if result := guard.Result(); result.Resources != 1 || result.Storing != 1 || len(result.Warnings()) != 1 {
		t.Errorf("the result is %s", result)
	}
}

func TestEnforcementOverridesTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		environment string
		enforcement cmkguard.Enforcement
		fails       bool
	}{{"prod", cmkguard.Warn, false}, {"dev", cmkguard.Error, true}, {"", "", false}} {
		app, _ := newApp(t)
		stack := newStack(app, "s")
		newGuard(t, app, cmkguard.Config{Environment: c.environment, Enforcement: c.enforcement})
		newQueue(stack, "jobs", nil)
		if failure := synthesize(app); (failure != "") != c.fails {
			t.Errorf("in %q with %q synthesis ends with %q", c.environment, c.enforcement, failure)
		}
	}
}

func TestExceptionsAreListedAndStaleOnesReported(t *testing.T) {
	app, folder := newApp(t)
	stack := newStack(app, "prod")
	guard := newGuard(t, app, cmkguard.Config{Environment: "prod", Exceptions: []cmkguard.Exception{
		{Resource: "aws_sqs_queue.jobs", Reason: "holds ids only"},
		{Resource: "prod/inner/mail", Attribute: "kms_master_key_id", Reason: "moves to a key in May"},
		{Resource: "aws_sqs_queue.gone", Reason: "was there once"},
	}})
	newQueue(stack, "jobs", nil)
	newQueue(constructs.NewConstruct(stack, jsii.String("inner")), "mail", nil)
	if failure := synthesize(app); failure != "" {
		t.Fatal(failure)
	}
	var excepted []string
	for _, e := range guard.Result().Excepted {
		excepted = append(excepted, e.Finding.Path+": "+e.Exception.Reason)
	}
	diff(t, "excepted", []string{"prod/inner/mail: moves to a key in May", "prod/jobs: holds ids only"}, excepted)
	diff(t, "annotations", []string{
		`prod warn: warning: aws_sqs_queue.gone: an exception ("was there once") is for nothing that was found; remove it, or correct its Resource [stale-exception]`,
	}, annotations(t, folder))
}

func TestSynthReturnsWhatTheGuardRefuses(t *testing.T) {
	app, folder := newApp(t)
	first, second := newStack(app, "first"), newStack(app, "second")
	guard := newGuard(t, app, cmkguard.Config{Environment: "prod"})
	queue := newQueue(first, "jobs", nil)
	newQueue(second, "mail", jsii.String("alias/aws/sqs"))
	keyed := newQueue(second, "aspect", nil)
	cdktf.Aspects_Of(keyed).Add(&encrypter{newKey(second, "key").Arn()})

	err := guard.Synth()
	var refused *cmkguard.RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("the error is %v", err)
	}
	diff(t, "refused", []string{
		"error no-key first/aws_sqs_queue.jobs kms_master_key_id",
		"error aws-managed-key second/aws_sqs_queue.mail kms_master_key_id",
	}, summary(refused.Findings))
	const want = "error: aws_sqs_queue.jobs (first/jobs): stores messages without a customer managed key: kms_master_key_id is not set; set kms_master_key_id to the ARN of a customer managed key, in Go KmsMasterKeyId: tier.DataKey().Arn() [no-key, Security Hub SQS.1]\n"
	if !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "correct the 2 findings above") {
		t.Errorf("the error reads\n%s", err)
	}
	if files, _ := filepath.Glob(filepath.Join(folder, "stacks", "*")); len(files) > 0 {
		t.Errorf("stacks are left: %q", files)
	}
	if _, err := os.Stat(filepath.Join(folder, "manifest.json")); err == nil {
		t.Error("the manifest is left")
	}

	queue.SetKmsMasterKeyId(newKey(first, "key").Arn())
	second.Node().TryRemoveChild(jsii.String("mail"))
	if err := guard.Synth(); err != nil || len(guard.Result().Findings) != 0 {
		t.Errorf("when all is right: %v, %s", err, guard.Result())
	}
	if files, _ := filepath.Glob(filepath.Join(folder, "stacks", "*", "cdk.tf.json")); len(files) != 2 {
		t.Errorf("the stacks written are %q", files)
	}
}

func TestSynthAnnotatesAndPassesOnOtherErrors(t *testing.T) {
	app, folder := newApp(t)
	stack := newStack(app, "dev")
	guard := newGuard(t, stack, cmkguard.Config{Environment: "dev", Exceptions: []cmkguard.Exception{{Resource: "aws_sqs_queue.gone", Reason: "x"}}})
	newQueue(stack, "jobs", nil)
	if err := guard.Synth(); err != nil {
		t.Fatal(err)
	}
	if shown := annotations(t, folder); len(shown) != 2 || !strings.Contains(shown[0], "aws_sqs_queue.gone") || !strings.Contains(shown[1], "dev/jobs") {
		t.Errorf("the annotations are %q", shown)
	}
	cdktf.Annotations_Of(stack).AddError(jsii.String("something else"))
	var refused *cmkguard.RefusedError
	if err := guard.Synth(); err == nil || errors.As(err, &refused) || !strings.Contains(err.Error(), "something else") {
		t.Errorf("the error is %v", err)
	}
}

func TestUnreadMayFailAndExceptionsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		config cmkguard.Config
		want   []string
	}{
		"a warning":    {cmkguard.Config{Environment: "prod"}, []string{"warning unread prod/aws_sqs_queue.jobs kms_master_key_id"}},
		"an error":     {cmkguard.Config{Unread: cmkguard.Error}, []string{"error unread prod/aws_sqs_queue.jobs kms_master_key_id"}},
		"excepted yet": {cmkguard.Config{Unread: cmkguard.Error, Exceptions: []cmkguard.Exception{{Resource: "prod/jobs", Rule: "unread", Reason: "x", Until: "2999-12-31"}}}, []string{}},
		"not any more": {cmkguard.Config{Unread: cmkguard.Error, Exceptions: []cmkguard.Exception{{Resource: "prod/jobs", Reason: "x", Until: "2020-12-31"}}},
			[]string{"error unread prod/aws_sqs_queue.jobs kms_master_key_id", "warning stale-exception /prod/jobs "}},
	} {
		found, err := c.config.ExamineSynthesized(map[string][]byte{"prod": []byte(strings.Replace(synthesized, `"name": "jobs"`, `"kms_master_key_id": "${var.key}"`, 1))})
		if err != nil {
			t.Fatal(err)
		}
		diff(t, name, c.want, summary(found.Findings))
	}
	err := (&cmkguard.Config{Unread: "fatal", Exceptions: []cmkguard.Exception{{Resource: "a.b", Reason: "x", Until: "soon", Type: "c", Rule: "d"}}}).Validate()
	for _, want := range []string{`Unread is "fatal"`, `Exceptions[0].Until is "soon": must be a date`, `Exceptions[0].Type is "c"`, `Exceptions[0].Rule is "d": must be one of`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error has no %s: %v", want, err)
		}
	}
}

// encrypter is an aspect that gives queues a key.
type encrypter struct{ key *string }

func (e *encrypter) Visit(node constructs.IConstruct) {
	if queue, ok := node.(sqsqueue.SqsQueue); ok {
		queue.SetKmsMasterKeyId(e.key)
	}
}

func TestAspectsAreHonoured(t *testing.T) {
	app, _ := newApp(t)
	stacks := []cdktf.TerraformStack{newStack(app, "a"), newStack(app, "b")}
	guard := newGuard(t, app, cmkguard.Config{Environment: "prod"})
	for _, stack := range stacks {
		newQueue(stack, "jobs", nil)
		cdktf.Aspects_Of(stack).Add(&encrypter{newKey(stack, "key").Arn()})
	}
	before, err := guard.Examine()
	if err != nil || len(before.Errors()) != 2 {
		t.Errorf("before synthesis, without aspects, the guard finds %v (%v), want two", before, err)
	}
	if failure := synthesize(app); failure != "" {
		t.Errorf("the aspects' keys are not seen: %s", failure)
	}

	// Where one stack fails, the aspects of those after it count as well.
	app, _ = newApp(t)
	bad, good := newStack(app, "bad"), newStack(app, "good")
	newGuard(t, app, cmkguard.Config{Environment: "prod"})
	newQueue(bad, "jobs", nil)
	newQueue(good, "jobs", nil)
	cdktf.Aspects_Of(good).Add(&encrypter{newKey(good, "key").Arn()})
	if failure := synthesize(app); !strings.Contains(failure, "bad/jobs") || strings.Contains(failure, "good/jobs") {
		t.Errorf("synthesis ends with %s", failure)
	}
}

func TestExamineTellsBeforeSynthesis(t *testing.T) {
	app, _ := newApp(t)
	keys, queues := newStack(app, "keys"), newStack(app, "queues")
	guard := newGuard(t, app, cmkguard.Config{Environment: "prod"})
	if guard.Result() != nil {
		t.Error("there is a result before any synthesis")
	}
	newQueue(queues, "good", newKey(keys, "key").Arn()) // through the state of the other stack
	newQueue(queues, "bad", nil)
	result, err := guard.Examine()
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "findings", []string{"error no-key queues/aws_sqs_queue.bad kms_master_key_id"}, summary(result.Findings))
	if want := "3 resources examined, 2 of them of types that store data: 1 errors, 0 warnings, 0 of advice, 0 excepted\n  error: aws_sqs_queue.bad"; !strings.HasPrefix(result.String(), want) {
		t.Errorf("the result reads\n%s\nwant\n%s", result, want)
	}
	if synthesize(app) == "" {
		t.Error("synthesis does not fail after Examine")
	}
}

func TestBadArgumentsAreRefusedAllAtOnce(t *testing.T) {
	app, _ := newApp(t)
	inner := constructs.NewConstruct(newStack(app, "s"), jsii.String("inner"))
	for name, c := range map[string]struct {
		scope  constructs.Construct
		config *cmkguard.Config
		want   string
	}{
		"nil": {nil, nil, `the guard was refused, 2 problems:
  scope: is nil; must be a cdktf.App or a cdktf.TerraformStack
  config: is nil; must be a *Config, which may be empty`},
		"inner": {inner, &cmkguard.Config{Environment: "Prod", Enforcement: "fatal", DataKeys: []string{"", "${TfToken[1]}"}, Exceptions: []cmkguard.Exception{
			{Resource: "aws_sqs_queue.*", Reason: " "}, {}, {Resource: "aws_sqs_queue.a", Reason: "x"}, {Resource: "aws_sqs_queue.a", Reason: "y"}}},
			`the guard was refused, 10 problems:
  scope is "s/inner": is neither an app nor a stack; must be a cdktf.App or a cdktf.TerraformStack
  Environment is "Prod": must be a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters
  Enforcement is "fatal": must be cmkguard.Error ("error"), cmkguard.Warn ("warn"), or empty for the environment's default
  DataKeys[0]: is empty; must be the name of an alias, the address of a key or its ARN
  DataKeys[1] is "${TfToken[1]}": is a token, which matches nothing; must be text, such as "alias/nc-dp-data-prod" or "aws_kms_key.data"
  Exceptions[0].Resource is "aws_sqs_queue.*": must be the address of one resource, such as "aws_sqs_queue.dead_letters", or its construct path, such as "prod/queues/dead-letters", without wildcards
  Exceptions[0].Reason: is missing; must say why the resource may do without a customer managed key
  Exceptions[1].Resource: is missing; must be an address, such as "aws_sqs_queue.dead_letters", or a construct path, such as "prod/queues/dead-letters"
  Exceptions[1].Reason: is missing; must say why the resource may do without a customer managed key
  Exceptions[3].Resource is "aws_sqs_queue.a": is excepted already by Exceptions[2]; must be listed once`},
	} {
		_, err := cmkguard.NewGuard(c.scope, c.config)
		if _, ok := errors.AsType[*cmkguard.ConfigError](err); !ok {
			t.Errorf("%s: the error is %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.want, err.Error()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
