//go:build unix

package differential

import (
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

// BenchmarkDataKeyPolicy measures how many decisions a second each evaluator
// makes by the data key's policy, on the same requests without other policies.
// For Evaluate it counts besides by the processor's time, which other work on the
// machine does not take away from.
func BenchmarkDataKeyPolicy(b *testing.B) {
	document := realDocuments()[0]
	g := &generator{Rand: rand.New(rand.NewPCG(1, 1))}
	var requests []evaluation.Request
	var questions []simulator.Request
	for range 500 {
		request := g.request(document)
		request = alone(request)
		requests = append(requests, request)
		questions = append(questions, question(Pair{document, request}))
	}
	b.Run("Evaluate", func(b *testing.B) {
		policy, err := evaluation.Compile(document)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		decisions := 0
		before := processorTime(b)
		for b.Loop() {
			for i := range requests {
				if _, err := policy.Evaluate(requests[i]); err != nil {
					b.Fatal(err)
				}
			}
			decisions += len(requests)
		}
		b.ReportMetric(float64(decisions)/b.Elapsed().Seconds(), "decisions/s")
		b.ReportMetric(float64(decisions)/(processorTime(b)-before), "decisions/cpu-s")
		b.ReportMetric(float64(len(document.Statements)), "statements")
	})
	b.Run("simulator", func(b *testing.B) {
		other := simulator.Start(b)
		decisions := 0
		for b.Loop() {
			if _, err := other.Decide(questions); err != nil {
				b.Fatal(err)
			}
			decisions += len(questions)
		}
		b.ReportMetric(float64(decisions)/b.Elapsed().Seconds(), "decisions/s")
	})
}

// processorTime is the seconds that the process has had of the processors.
func processorTime(b *testing.B) float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}
