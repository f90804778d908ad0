package main

import (
	"strings"
	"testing"
	"time"
)

func TestReport(t *testing.T) {
	take := func(memory int64, times ...time.Duration) []sample {
		var samples []sample
		for _, time := range times {
			samples = append(samples, sample{time, memory})
		}
		return samples
	}
	var out strings.Builder
	report(&out, []subject{{name: baseline}, {name: "lazy"}, {name: bound}}, map[string][]sample{
		baseline: take(800e6, 4*time.Second, 8*time.Second, 4*time.Second),
		// The middle turn was slow for all, and its ratio is as in the others.
		"lazy": take(100e6, 1*time.Second, 2*time.Second, 1*time.Second),
		bound:  take(80e6, 500*time.Millisecond, 1*time.Second, 500*time.Millisecond),
	})
	want := "| lazy | 1.00 s | 1.00 s | 100 MB | 0.25 | 0.12 | 2.00 |\n"
	if !strings.Contains(out.String(), want) {
		t.Errorf("got\n%s\nwant a line\n%s", out.String(), want)
	}
}

func TestMedian(t *testing.T) {
	if got := median([]float64{9, 1, 2}); got != 2 {
		t.Errorf("of three: %v", got)
	}
	if got := median([]float64{4, 9, 1, 2}); got != 3 {
		t.Errorf("of four: %v", got)
	}
}
