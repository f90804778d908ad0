package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed memory.js
var memoryScript []byte

// A subject is something to measure.
type subject struct {
	name string
	run  func() (sample, error)
	// long subjects do not run for warming up.
	long bool
}

// A sample is what one run of a subject took.
type sample struct {
	time   time.Duration
	memory int64 // bytes, of the largest Node process
}

// A bench holds the built programs.
type bench struct {
	dir      string
	binaries map[string]string // by the folder of the main package
}

func newBench(dir string) (*bench, error) {
	b := &bench{dir: dir, binaries: map[string]string{}}
	return b, os.WriteFile(b.path("memory.js"), memoryScript, 0o600)
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// A program is a main package of the repository, with how to run it.
type program struct {
	folder string // from the root of the repository
	args   []string
	env    []string // beside the environment of the command
	input  string   // a file of the repository that it reads in its working folder
	cold   bool     // whether each run has an empty cache of lazyload
}

const programs = "test/bench/programs/"

func (b *bench) build(folder string) (string, error) {
	if built := b.binaries[folder]; built != "" {
		return built, nil
	}
	binary := b.path(fmt.Sprintf("program-%d", len(b.binaries)))
	build := exec.Command("go", "build", "-o", binary, "./"+folder)
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("cannot build %s: %w", folder, err)
	}
	b.binaries[folder] = binary
	return binary, nil
}

// subject is a program as a subject.
func (b *bench) subject(name string, p program) (subject, error) {
	_, err := b.build(p.folder)
	return subject{name: name, run: func() (sample, error) {
		work, err := os.MkdirTemp(b.dir, "run")
		if err != nil {
			return sample{}, err
		}
		defer os.RemoveAll(work)
		return b.run(p, work)
	}}, err
}

// output runs a program and returns the folder that it synthesized into.
func (b *bench) output(p program) (string, error) {
	work, err := os.MkdirTemp(b.dir, "output")
	if err != nil {
		return "", err
	}
	_, err = b.run(p, work)
	return filepath.Join(work, "cdktf.out"), err
}

// run starts a program in an empty folder, and returns when its Node processes
// are gone as well: an app may not wait for them, and they must not slow down the
// next run.
func (b *bench) run(p program, work string) (sample, error) {
	binary, err := b.build(p.folder)
	if err != nil {
		return sample{}, err
	}
	if p.input != "" {
		content, err := os.ReadFile(p.input)
		if err != nil {
			return sample{}, err
		}
		if err := os.WriteFile(filepath.Join(work, p.input), content, 0o600); err != nil {
			return sample{}, err
		}
	}
	memory, err := os.MkdirTemp(b.dir, "memory")
	if err != nil {
		return sample{}, err
	}
	defer os.RemoveAll(memory)

	cmd := exec.Command(binary, p.args...)
	cmd.Dir = work
	cmd.Env = append(environ("KMSTIER_LAZYLOAD"),
		"BENCH_MEMORY="+memory,
		"NODE_OPTIONS=--max-old-space-size=4069 --require "+strconv.Quote(b.path("memory.js")),
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	cmd.Env = append(cmd.Env, p.env...)
	if p.cold {
		cmd.Env = append(cmd.Env, "XDG_CACHE_HOME="+filepath.Join(work, "cache"))
	}
	took, err := timed(cmd)
	if err != nil {
		return sample{}, err
	}
	peak, err := peakMemory(memory)
	return sample{took, peak}, err
}

// timed runs a command and returns how long it took.
func timed(cmd *exec.Cmd) (time.Duration, error) {
	var output strings.Builder
	cmd.Stdout, cmd.Stderr = &output, &output
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	if err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, output.String())
	}
	return took, nil
}

// peakMemory waits for what the Node processes say at their end. All of them run before
// the app ends.
func peakMemory(dir string) (int64, error) {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return 0, err
		}
		runs := func(entry os.DirEntry) bool { return filepath.Ext(entry.Name()) == ".runs" }
		if len(entries) == 0 || slices.ContainsFunc(entries, runs) {
			continue
		}
		var peak int64
		for _, entry := range entries {
			text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
			if err != nil {
				return 0, err
			}
			kilobytes, err := strconv.ParseInt(string(text), 10, 64)
			if err != nil {
				return 0, err
			}
			peak = max(peak, kilobytes*1024)
		}
		return peak, nil
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
