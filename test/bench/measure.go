package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed memory.js
var memoryScript []byte

// nodeProcesses is how many processes a jsii runtime has: one that hosts the
// kernel and one that forwards its messages.
const nodeProcesses = 2

// A sample is what one run of a subject took.
type sample struct {
	time   time.Duration
	memory int64 // bytes, of the largest Node process
}

// A bench holds the built programs.
type bench struct {
	dir      string
	binaries map[string]string // by program
}

func newBench(dir string, subjects []subject) (*bench, error) {
	b := &bench{dir: dir, binaries: map[string]string{}}
	if err := os.WriteFile(b.path("memory.js"), memoryScript, 0o600); err != nil {
		return nil, err
	}
	for _, s := range subjects {
		if b.binaries[s.program] != "" {
			continue
		}
		binary := b.path(filepath.Base(s.program))
		build := exec.Command("go", "build", "-o", binary, "./"+s.program)
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return nil, fmt.Errorf("cannot build %s: %w", s.program, err)
		}
		b.binaries[s.program] = binary
	}
	return b, nil
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// run starts a subject, and returns when its Node processes are gone as well:
// an app does not wait for them, and they must not slow down the next run.
func (b *bench) run(s subject) (sample, error) {
	work, err := os.MkdirTemp(b.dir, "run")
	if err != nil {
		return sample{}, err
	}
	defer os.RemoveAll(work)
	memory := filepath.Join(work, "memory")
	if err := os.Mkdir(memory, 0o700); err != nil {
		return sample{}, err
	}

	cmd := exec.Command(b.binaries[s.program])
	cmd.Dir = work
	cmd.Env = append(environ("KMSTIER_LAZYLOAD"),
		"BENCH_MEMORY="+memory,
		"NODE_OPTIONS=--max-old-space-size=4069 --require "+strconv.Quote(b.path("memory.js")),
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	cmd.Env = append(cmd.Env, s.env...)
	if s.cold {
		cmd.Env = append(cmd.Env, "XDG_CACHE_HOME="+filepath.Join(work, "cache"))
	}
	var output strings.Builder
	cmd.Stdout, cmd.Stderr = &output, &output

	start := time.Now()
	err = cmd.Run()
	took := time.Since(start)
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w\n%s", s.name, err, output.String())
	}
	peak, err := peakMemory(memory)
	return sample{took, peak}, err
}

// peakMemory waits for what the Node processes say at their end.
func peakMemory(dir string) (int64, error) {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return 0, err
		}
		var peak int64
		var done int
		for _, entry := range entries {
			if filepath.Ext(entry.Name()) == ".tmp" {
				continue
			}
			text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
			if err != nil {
				return 0, err
			}
			kilobytes, err := strconv.ParseInt(string(text), 10, 64)
			if err != nil {
				return 0, err
			}
			peak = max(peak, kilobytes*1024)
			done++
		}
		if done >= nodeProcesses {
			return peak, nil
		}
	}
	return 0, fmt.Errorf("not all Node processes have ended")
}

func environ(without string) []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, without+"=") {
			kept = append(kept, variable)
		}
	}
	return kept
}
