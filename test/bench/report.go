package main

import (
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// median returns the middle of some values, or the mean of the two in the middle.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

func seconds(samples []sample) []float64 {
	return each(samples, func(s sample) float64 { return s.time.Seconds() })
}

func megabytes(samples []sample) []float64 {
	return each(samples, func(s sample) float64 { return float64(s.memory) / 1e6 })
}

func each(samples []sample, value func(sample) float64) []float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = value(s)
	}
	return values
}

// ratio returns the median of the ratios of values from the same turn.
func ratio(values, others []float64) float64 {
	ratios := make([]float64, len(values))
	for i := range values {
		ratios[i] = values[i] / others[i]
	}
	return median(ratios)
}

// report writes the table of all samples, which are in the order of their turns.
func report(w io.Writer, subjects []subject, samples map[string][]sample) {
	fmt.Fprintln(w, "| app | median | minimum | Node memory | time to usual | memory to usual | time to bound |")
	fmt.Fprintln(w, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, s := range subjects {
		times, memory := seconds(samples[s.name]), megabytes(samples[s.name])
		fmt.Fprintf(w, "| %s | %.2f s | %.2f s | %.0f MB | %.2f | %.2f | %.2f |\n", s.name,
			median(times), slices.Min(times), median(memory),
			ratio(times, seconds(samples[baseline])),
			ratio(memory, megabytes(samples[baseline])),
			ratio(times, seconds(samples[bound])))
	}
}

// machine names what the numbers depend on.
func machine(node string) string {
	version, err := exec.Command(node, "--version").Output()
	if err != nil {
		version = []byte("unknown")
	}
	return fmt.Sprintf("%s/%s, %d cores, %s, Node %s, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(),
		runtime.Version(), strings.TrimSpace(string(version)), time.Now().Format(time.DateOnly))
}
