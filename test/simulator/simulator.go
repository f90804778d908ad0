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
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/neurocipher-io/kmstier/test/tools"
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

// policy and question are the lines that simulate.mjs reads.
type policy struct {
	Kind     string          `json:"kind"`
	Document json.RawMessage `json:"document"`
}

type question struct {
	KeyPolicy  string         `json:"keyPolicy"`
	Identity   []string       `json:"identity,omitempty"`
	Boundary   []string       `json:"boundary,omitempty"`
	Control    []string       `json:"control,omitempty"`
	Principal  string         `json:"principal"`
	Action     string         `json:"action"`
	Key        string         `json:"key"`
	KeyAccount string         `json:"keyAccount"`
	Context    map[string]any `json:"context"`
}

// Decide answers requests in their order. A policy that is no valid policy, an
// action or condition key that KMS does not have and a request that the
// simulator would answer wrongly are errors: none of them is a denial.
func (s *Simulator) Decide(requests []Request) ([]Decision, error) {
	policies := map[string]policy{}
	name := func(kind, document string) (string, error) {
		if !json.Valid([]byte(document)) {
			return "", fmt.Errorf("the %s policy is not JSON: %.100s", kind, document)
		}
		id := kind + " " + document
		policies[id] = policy{Kind: kind, Document: json.RawMessage(document)}
		return id, nil
	}
	questions := make([]question, len(requests))
	for i, request := range requests {
		asked, err := ask(request, name)
		if err != nil {
			return nil, fmt.Errorf("request %d (%s, %s): %w", i, request.Principal, request.Action, err)
		}
		questions[i] = asked
	}
	results, err := s.exchange(shorten(policies, questions))
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

func ask(r Request, name func(kind, document string) (string, error)) (question, error) {
	if err := r.check(); err != nil {
		return question{}, err
	}
	asked := question{
		Principal: r.Principal, Action: r.Action, Key: r.KeyArn, KeyAccount: accountOf(r.KeyArn),
		Context: map[string]any{},
	}
	for key, values := range r.FullContext() {
		if slices.Contains(multivalued, strings.ToLower(key)) {
			asked.Context[key] = values
		} else {
			asked.Context[key] = values[0]
		}
	}
	var err error
	if asked.KeyPolicy, err = name("resource", r.KeyPolicy); err != nil {
		return question{}, err
	}
	add := func(list *[]string, kind, document string) {
		if document == "" || err != nil {
			return
		}
		var id string
		if id, err = name(kind, document); err == nil {
			*list = append(*list, id)
		}
	}
	add(&asked.Identity, "identity", r.IdentityPolicy)
	add(&asked.Boundary, "identity", r.Boundary)
	for _, document := range r.ControlPolicies {
		add(&asked.Control, "control", document)
	}
	return asked, err
}

// batch is one line to simulate.mjs.
type batch struct {
	Policies map[string]policy `json:"policies"`
	Requests []question        `json:"requests"`
}

// shorten gives every policy a short name: the long one is its whole text.
func shorten(policies map[string]policy, questions []question) batch {
	short := map[string]string{}
	named := map[string]policy{}
	for id, policy := range policies {
		short[id] = fmt.Sprintf("%s%d", policy.Kind, len(short))
		named[short[id]] = policy
	}
	rename := func(ids []string) {
		for i := range ids {
			ids[i] = short[ids[i]]
		}
	}
	for i := range questions {
		questions[i].KeyPolicy = short[questions[i].KeyPolicy]
		rename(questions[i].Identity)
		rename(questions[i].Boundary)
		rename(questions[i].Control)
	}
	return batch{Policies: named, Requests: questions}
}

// exchange sends a batch and waits for its answer.
func (s *Simulator) exchange(b batch) ([]string, error) {
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
