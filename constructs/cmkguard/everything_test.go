package cmkguard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
)

// allStores adds every store to a stack, under a key or not.
func allStores(app cdktf.App, encrypted bool) cdktf.TerraformStack {
	stack := newStack(app, "all")
	own := newKey(stack, "key").Arn()
	for _, store := range stores {
		key := own
		if !encrypted {
			key = nil
		}
		store.add(stack, jsii.String(store.resource), key, own)
	}
	return stack
}

func TestEveryStoreWithoutAKeyIsFound(t *testing.T) {
	app, _ := newApp(t)
	allStores(app, false)
	guard := newGuard(t, app, cmkguard.Config{Environment: "prod"})
	failure := synthesize(app)

	types := map[string]bool{}
	var want, got []string
	for _, store := range stores {
		want = append(want, fmt.Sprintf("error %s all/%s %s", store.rule, store.resource, store.attribute))
	}
	for _, f := range guard.Result().Findings {
		kind, _, _ := strings.Cut(f.Address, ".")
		types[kind] = true
		got = append(got, fmt.Sprintf("%s %s %s %s", f.Severity, f.Rule, f.Path, f.Attribute))
		if !strings.Contains(failure, f.String()) {
			t.Errorf("the failure does not say\n  %s", f)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	diff(t, "findings", want, got)
	if len(types) < 40 {
		t.Errorf("%d types of resources are found, want at least 40", len(types))
	}
	t.Logf("%d types", len(types))
}

func TestEveryStoreUnderAKeyPasses(t *testing.T) {
	app, folder := newApp(t)
	allStores(app, true)
	guard := newGuard(t, app, cmkguard.Config{Environment: "prod"})
	if failure := synthesize(app); failure != "" {
		t.Fatal(failure)
	}
	result := guard.Result()
	diff(t, "findings", []string{}, summary(result.Findings))
	diff(t, "annotations", nil, annotations(t, folder))
	if result.Storing != len(stores) || result.Resources != len(stores)+1 {
		t.Errorf("%s, want %d that store data and a key", result, len(stores))
	}
}

// bareQueues adds queues without a key in the cheapest way.
func bareQueues(stack cdktf.TerraformStack, count int) {
	config := &cdktf.TerraformResourceConfig{TerraformResourceType: jsii.String("aws_sqs_queue")}
	for i := range count {
		cdktf.NewTerraformResource(stack, jsii.String(fmt.Sprintf("q%d", i)), config)
	}
}

// CDKTF overflows its stack when a validation makes some 1,500 calls.
func TestTwoThousandResourcesOverflowNothing(t *testing.T) {
	const count = 2000
	app, folder := newApp(t)
	stack := newStack(app, "many")
	bareQueues(stack, count)
	warning := newGuard(t, stack, cmkguard.Config{Environment: "dev"})
	if failure := synthesize(app); failure != "" {
		t.Fatalf("%.500s", failure)
	}
	if found := len(warning.Result().Warnings()); found != count {
		t.Errorf("%d warnings, want %d", found, count)
	}
	shown := annotations(t, folder)
	if text := strings.Join(shown, "\n"); len(shown) > 300 || strings.Count(text, "kms_master_key_id is not set") != count {
		t.Errorf("%d annotations with %d findings", len(shown), strings.Count(text, "kms_master_key_id is not set"))
	}

	newGuard(t, stack, cmkguard.Config{Environment: "prod"})
	if failure := synthesize(app); strings.Count(failure, "error: aws_sqs_queue.q") != count {
		t.Errorf("the failure has %d findings: %.500s", strings.Count(failure, "error: aws_sqs_queue.q"), failure)
	}
}

func BenchmarkExamine(b *testing.B) {
	for _, count := range []int{100, 2000} {
		b.Run(fmt.Sprintf("resources=%d", count), func(b *testing.B) {
			app, _ := newApp(b)
			stack := newStack(app, "many")
			bareQueues(stack, count)
			guard := newGuard(b, app, cmkguard.Config{})
			b.ResetTimer()
			for b.Loop() {
				if result, err := guard.Examine(); err != nil || len(result.Findings) != count {
					b.Fatal(result, err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N)/float64(count), "ms/resource")
		})
	}
}

// What the guard adds to the synthesis of a whole app: turns without it, with it
// and through it alternate, and medians are compared, so that what else the
// machine does matters little. It may add half.
func BenchmarkSynthesis(b *testing.B) {
	const count, most = 2000, 1.5
	ways := []string{"unguarded", "App.Synth", "Guard.Synth"}
	synth := map[string]func() string{}
	for _, way := range ways {
		app, _ := newApp(b)
		stack := newStack(app, "many")
		key := newKey(stack, "key").Arn()
		for i := range count {
			newQueue(stack, fmt.Sprintf("q%d", i), key)
		}
		synth[way] = func() string { return synthesize(app) }
		if way == "unguarded" {
			continue
		}
		guard := newGuard(b, app, cmkguard.Config{Environment: "prod"})
		if way == "Guard.Synth" {
			synth[way] = func() string {
				if err := guard.Synth(); err != nil {
					return err.Error()
				}
				return ""
			}
		}
	}
	times := map[string][]time.Duration{}
	turn := func() {
		for _, way := range ways {
			start := time.Now()
			if failure := synth[way](); failure != "" {
				b.Fatal(failure)
			}
			times[way] = append(times[way], time.Since(start))
		}
	}
	turn() // is slower, as JavaScript is compiled
	clear(times)
	b.ResetTimer()
	for b.Loop() {
		turn()
	}
	median := func(way string) float64 {
		slices.Sort(times[way])
		return times[way][len(times[way])/2].Seconds()
	}
	for _, way := range ways {
		b.ReportMetric(median(way)*1000/count, way+"-ms/resource")
	}
	for _, way := range ways[1:] {
		times := median(way) / median("unguarded")
		b.ReportMetric(times, way+"-times")
		if times > most && b.N >= 10 {
			b.Errorf("%s takes %.2f times as long as without a guard, want at most %.1f", way, times, most)
		}
	}
}
