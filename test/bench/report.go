package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// results are the samples of a section.
type results struct {
	order   []string            // of the subjects
	samples map[string][]sample // of a subject, in the order of the turns
}

// seconds are the times of a subject, megabytes the memory.
func (r results) seconds(subject string) []float64 {
	return each(r.samples[subject], func(s sample) float64 { return s.time.Seconds() })
}

func (r results) megabytes(subject string) []float64 {
	return each(r.samples[subject], func(s sample) float64 { return float64(s.memory) / 1e6 })
}

func each[T any](values []T, value func(T) float64) []float64 {
	all := make([]float64, len(values))
	for i, v := range values {
		all[i] = value(v)
	}
	return all
}

// slope is, turn by turn, what one more costs, in milliseconds: from few of
// something to many.
func slope(few, many []float64, more int) []float64 {
	costs := make([]float64, len(few))
	for i := range few {
		costs[i] = (many[i] - few[i]) * 1000 / float64(more)
	}
	return costs
}

// median returns the middle of some values, or the mean of the two in the middle.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// ratio returns the median of the ratios of values from the same turn.
func ratio(values, others []float64) float64 {
	ratios := make([]float64, len(values))
	for i := range values {
		ratios[i] = values[i] / others[i]
	}
	return median(ratios)
}

// table writes the head of a table, whose first column is text.
func table(w io.Writer, columns ...string) {
	row(w, columns...)
	rule := []string{"---"}
	for range columns[1:] {
		rule = append(rule, "---:")
	}
	row(w, rule...)
}

func row(w io.Writer, cells ...string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }

// number writes values as a table shows them.
func number(format string, value float64) string { return fmt.Sprintf(format, value) }

// machine names what the numbers depend on.
func machine() string {
	node := os.Getenv("JSII_NODE")
	if node == "" {
		node = "node"
	}
	version, err := exec.Command(node, "--version").Output()
	if err != nil {
		version = []byte("unknown")
	}
	return fmt.Sprintf("%s/%s, %d cores, %s, Node %s, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(),
		runtime.Version(), strings.TrimSpace(string(version)), time.Now().Format(time.DateOnly))
}
