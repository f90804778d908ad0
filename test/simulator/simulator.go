package simulator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// Decision is the simulator's answer to a request.
type Decision struct {
	// Allowed says whether the request is allowed.
	Allowed bool
	// Result is the simulator's own word: Allowed, ExplicitlyDenied where a Deny
	// matched, ImplicitlyDenied where nothing allowed the request.
	Result string
}

// String returns the result.
func (d Decision) String() string { return d.Result }

// Simulator is a running Node.js process.
type Simulator struct {
	mutex  sync.Mutex
	input  io.WriteCloser
	output *bufio.Reader
	errors *bytes.Buffer
}

// Start runs a simulator until the test ends. The test is skipped where Node.js
// or the npm packages are missing.
func Start(tb testing.TB) *Simulator {
	tb.Helper()
	tools.Require(tb, tools.Node, tools.PolicySimulator)
	folder, err := tools.Folder()
	if err != nil {
		tb.Fatal(err)
	}
	// Node.js finds the npm packages from the script's own place. It is read here
	// so that "go test" knows of it and repeats the tests when it has changed.
	script := filepath.Join(folder, "simulator", "simulate.mjs")
	if _, err := os.ReadFile(script); err != nil {
		tb.Fatal(err)
	}
	command := exec.Command(tools.Node.Path(tb), script)
	s := &Simulator{errors: &bytes.Buffer{}}
	command.Stderr = s.errors
	if s.input, err = command.StdinPipe(); err != nil {
		tb.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	s.output = bufio.NewReader(output)
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		// It ends with its input, also when this process dies without cleanup.
		s.input.Close()
		_ = command.Wait()
	})
	return s
}

// Decide answers requests in their order. A policy that is no valid policy, an
// action or condition key that KMS does not have and a request that the
// simulator would answer wrongly are errors: none of them is a denial.
func (s *Simulator) Decide(requests []Request) ([]Decision, error) {
	b := newBatch()
	for i, request := range requests {
		if err := b.add(request); err != nil {
			return nil, fmt.Errorf("request %d (%s, %s): %w", i, request.Principal, request.Action, err)
		}
	}
	results, err := s.exchange(b)
	if err != nil {
		return nil, err
	}
	if len(results) != len(requests) {
		return nil, fmt.Errorf("expected %d results of the simulator, found %d", len(requests), len(results))
	}
	decisions := make([]Decision, len(results))
	for i, result := range results {
		decisions[i] = Decision{Allowed: result == "Allowed", Result: result}
	}
	return decisions, nil
}

// exchange sends a batch and waits for its answer.
func (s *Simulator) exchange(b *batch) ([]string, error) {
	line, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if _, err := s.input.Write(append(line, '\n')); err != nil {
		return nil, fmt.Errorf("the simulator does not listen: %w\n%s", err, s.errors)
	}
	text, err := s.output.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("the simulator does not answer: %w\n%s", err, s.errors)
	}
	var answer struct {
		Results []string `json:"results"`
		Error   string   `json:"error"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, fmt.Errorf("the simulator answered %q: %w", text, err)
	}
	if answer.Error != "" {
		return nil, fmt.Errorf("the simulator refused: %s", answer.Error)
	}
	return answer.Results, nil
}
