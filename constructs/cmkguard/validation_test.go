package cmkguard_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
)

// extender is an aspect that can run only once.
type extender struct{}

func (e *extender) Visit(node constructs.IConstruct) {
	if queue, ok := node.(sqsqueue.SqsQueue); ok && *queue.Node().Id() == "jobs" {
		newQueue(queue, "dead-letters", jsii.String("alias/own"))
	}
}

// Warnings are found when CDKTF has taken the annotations. They join those that
// were there, for stacks within constructs, too, and no aspect runs twice.
func TestWarningsJoinOtherAnnotations(t *testing.T) {
	for name, synth := range map[string]func(cdktf.App, *cmkguard.Guard) string{
		"App.Synth":   func(app cdktf.App, _ *cmkguard.Guard) string { return synthesize(app) },
		"Guard.Synth": func(_ cdktf.App, guard *cmkguard.Guard) string { return fmt.Sprint(guard.Synth()) },
	} {
		app, folder := newApp(t)
		stack, other := newStack(constructs.NewConstruct(app, jsii.String("team")), "dev"), newStack(app, "other")
		guard := newGuard(t, app, cmkguard.Config{Environment: "dev"})
		queue := newQueue(stack, "jobs", nil)
		cdktf.Annotations_Of(queue).AddWarning(jsii.String("one of the app's"))
		cdktf.Annotations_Of(stack).AddInfo(jsii.String("another"))
		cdktf.Annotations_Of(other).AddInfo(jsii.String("a third"))
		cdktf.Aspects_Of(stack).Add(&extender{})
		if failure := synth(app, guard); failure != "" && failure != "<nil>" {
			t.Fatalf("%s: %s", name, failure)
		}
		shown := annotations(t, folder)
		for i := range shown {
			shown[i], _, _ = strings.Cut(shown[i], " (team/dev")
		}
		diff(t, name, []string{"other info: a third", "team/dev info: another", "team/dev warn: warning: aws_sqs_queue.jobs", "team/dev/jobs warn: one of the app's"}, shown)
		written, err := os.ReadFile(filepath.Join(folder, "stacks", "dev", "cdk.tf.json"))
		if err != nil || strings.Count(string(written), "alias/own") != 1 {
			t.Errorf("%s: the stack is %s (%v), want the queue of the aspect once", name, written, err)
		}
	}
}

// Each guard of an app is asked, whatever another has removed.
func TestEveryGuardOfAnAppIsAsked(t *testing.T) {
	app, folder := newApp(t)
	for _, name := range []string{"a", "b", "c"} {
		stack := newStack(app, name)
		newGuard(t, stack, cmkguard.Config{Environment: map[bool]string{true: "dev", false: "prod"}[name == "c"]})
		newQueue(stack, "jobs", nil)
	}
	failure := synthesize(app)
	if !strings.Contains(failure, "(a/jobs)") || !strings.Contains(failure, "(b/jobs)") || strings.Contains(failure, "(c/jobs)") {
		t.Errorf("the failure is %s", failure)
	}
	if files, _ := filepath.Glob(filepath.Join(folder, "*")); len(files) != 1 || filepath.Base(files[0]) != "stacks" {
		t.Errorf("there is %q, want the empty folder of the stacks", files)
	}
}

// What CDKTF writes as HCL is examined as well.
func TestStacksInHclAreExamined(t *testing.T) {
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir()), HclOutput: jsii.Bool(true)})
	newGuard(t, app, cmkguard.Config{Environment: "prod"})
	newQueue(newStack(app, "prod"), "jobs", nil)
	if failure := synthesize(app); !strings.Contains(failure, "(prod/jobs)") {
		t.Errorf("the failure is %q", failure)
	}
}

func TestAGuardOnAnEmptyAppFailsInTheEnd(t *testing.T) {
	app, _ := newApp(t)
	guard := newGuard(t, app, cmkguard.Config{Environment: "prod"})
	newQueue(newStack(app, "late"), "jobs", nil)
	for range 2 {
		if failure := synthesize(app); !strings.Contains(failure, "aws_sqs_queue.jobs (late/jobs)") {
			t.Errorf("synthesis ends with %q", failure)
		}
		if got := len(guard.Result().Errors()); got != 1 {
			t.Errorf("the result has %d errors", got)
		}
	}
}

func TestASecondSynthesisExaminesAnew(t *testing.T) {
	app, _ := newApp(t)
	stack := newStack(app, "prod")
	guard := newGuard(t, app, cmkguard.Config{Environment: "prod"})
	queue := newQueue(stack, "jobs", nil)
	if synthesize(app) == "" {
		t.Error("the first synthesis does not fail")
	}
	queue.SetKmsMasterKeyId(newKey(stack, "key").Arn())
	if failure := synthesize(app); failure != "" || len(guard.Result().Findings) != 0 {
		t.Errorf("the second synthesis ends with %q, and %s", failure, guard.Result())
	}
}

func TestSynthExaminesAnAppThatSkipsValidation(t *testing.T) {
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir()), SkipValidation: jsii.Bool(true)})
	guard := newGuard(t, app, cmkguard.Config{Environment: "prod"})
	newQueue(newStack(app, "late"), "jobs", nil) // after the guard
	var refused *cmkguard.RefusedError
	if err := guard.Synth(); !errors.As(err, &refused) || len(refused.Findings) != 1 {
		t.Errorf("the error is %v", err)
	}
}
