package kmstiertest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/aymanbagabas/go-udiff"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/source"
)

const updateFlag = "kmstiertest.update"

// A name of its own, so that tests can have an -update flag themselves.
var update = flag.Bool(updateFlag, false, "write golden files instead of comparing with them")

// Stack is a stack as it was synthesized.
type Stack struct {
	t     testing.TB
	stack cdktf.TerraformStack
	json  string
	file  source.File
	roles map[string]role
}

// Synthesize synthesizes a stack: its resources, data sources, outputs and provider,
// without what is different on another machine or with another version of CDKTF. The
// stack's validations run; one that finds anything ends the test. What is added to the
// stack afterwards is not in it.
func Synthesize(t testing.TB, stack cdktf.TerraformStack) *Stack {
	t.Helper()
	s := &Stack{t: t, stack: stack}
	s.json = synthesize(t, stack) + "\n"
	file, err := source.Read(*stack.Node().Path(), strings.NewReader(s.json), source.Defaults{})
	if err != nil {
		t.Fatalf("kmstiertest: %v", err)
	}
	s.file = file
	if s.roles, err = rolesOf(s.json); err != nil {
		t.Fatalf("kmstiertest: %v", err)
	}
	return s
}

// synthesize turns the panic with which CDKTF reports what it finds into a failure.
func synthesize(t testing.TB, stack cdktf.TerraformStack) string {
	t.Helper()
	var found any
	text := func() string {
		defer func() { found = recover() }()
		return *cdktf.Testing_Synth(stack, jsii.Bool(true))
	}()
	if found != nil {
		t.Fatalf("kmstiertest: the stack %q cannot be synthesized: %v", *stack.Node().Path(), found)
	}
	return text
}

// JSON is what was synthesized, indented, with a line end.
func (s *Stack) JSON() string { return s.json }

// MatchesGolden compares what was synthesized with a file, such as
// "testdata/prod.tf.json", byte by byte. With the flag -kmstiertest.update it writes the
// file instead, and the folders above it.
func (s *Stack) MatchesGolden(path string) {
	s.t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			s.t.Fatalf("kmstiertest: %v", err)
		}
		if err := os.WriteFile(path, []byte(s.json), 0o644); err != nil {
			s.t.Fatalf("kmstiertest: %v", err)
		}
		return
	}
	want, err := os.ReadFile(path)
	switch {
	case os.IsNotExist(err):
		s.t.Errorf("kmstiertest: there is no %s; write it with: go test -run %s -%s", path, s.t.Name(), updateFlag)
	case err != nil:
		s.t.Fatalf("kmstiertest: %v", err)
	case string(want) != s.json:
		s.t.Errorf("kmstiertest: the stack differs from %s; if it should, write it anew with: go test -run %s -%s\n%s",
			path, s.t.Name(), updateFlag, udiff.Unified("golden", "synthesized", string(want), s.json))
	}
}

// Key is one of the stack's keys, with its policy and grants as they were synthesized.
func (s *Stack) Key(of kmstier.Key) *Key {
	s.t.Helper()
	arn := s.resolve(*of.Arn())
	for _, key := range s.file.Keys {
		if "${"+key.Address+".arn}" == arn {
			if key.Problem != "" {
				s.t.Fatalf("kmstiertest: %s: %s", key.Address, key.Problem)
			}
			return &Key{stack: s, key: key}
		}
	}
	s.t.Fatalf("kmstiertest: the %s key is not in the stack %q", of.Purpose(), *s.stack.Node().Path())
	return nil
}

// resolve is a text with what CDKTF's tokens stand for, as the stack has it.
func (s *Stack) resolve(text string) string {
	resolved, isText := cdktf.Tokenization_Resolve(text, &cdktf.ResolveOptions{
		Scope: s.stack, Resolver: cdktf.NewDefaultTokenResolver(cdktf.NewStringConcat()),
	}).(string)
	if !isText {
		return text
	}
	return resolved
}
