//go:build unix

package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// BenchmarkStackOfTiers says what a tier takes, from 10 tiers on. By processor time,
// since the machine may do other work besides:
//
//	go test ./cmd/kmsaccess -run '^$' -bench StackOfTiers -benchtime 1x
func BenchmarkStackOfTiers(b *testing.B) {
	for _, count := range []int{10, 100, 1000} {
		stack := stackOfTiers(b, count)
		path := b.TempDir() + "/cdk.tf.json"
		if err := os.WriteFile(path, []byte(stack), 0o644); err != nil {
			b.Fatal(err)
		}
		size := len(stack)
		stack = ""
		_ = stack // is garbage from here on
		runtime.GC()
		formats := []string{"table"}
		if count == 1000 {
			formats = []string{"table", "json", "html"}
		}
		for _, format := range formats {
			b.Run(fmt.Sprint(count, "/", format), func(b *testing.B) {
				before := processorTime(b)
				for b.Loop() {
					if status := run([]string{path, "--format", format}, nil, io.Discard, io.Discard); status != exitOk {
						b.Fatalf("status %d", status)
					}
				}
				took := processorTime(b) - before
				b.ReportMetric(took.Seconds()/float64(b.N), "cpu-s/op")
				b.ReportMetric(float64(took.Milliseconds())/float64(b.N*count), "cpu-ms/tier")
				b.ReportMetric(float64(size)/1e6, "MB")
			})
		}
	}
}

func processorTime(tb testing.TB) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
