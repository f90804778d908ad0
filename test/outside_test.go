package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/test/emulator"
)

// An app with a go.mod of its own uses the library as its users do: roles of the
// same stack as tokens, late grants, a snapshot test of its own.
func TestAppOutsideTheRepository(t *testing.T) {
	t.Parallel() // waits for Terraform and the emulator, which are other processes
	tools.Require(t, tools.Node)
	folder := t.TempDir()
	source := filepath.Join("testdata", "outside")
	if err := os.CopyFS(folder, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	// The library's own sums cover what the app needs.
	writeFile(t, filepath.Join(folder, "go.sum"), readFile(t, filepath.Join(repository, "go.sum")))
	runGo(t, folder, "mod", "edit", "-replace", "github.com/neurocipher-io/kmstier="+root)
	arguments := []string{"test", "-mod=mod", "-count=1", "./..."}
	if os.Getenv("UPDATE_SNAPS") == "true" {
		arguments = append(arguments, "-kmstiertest.update")
	}
	runGo(t, folder, arguments...)

	golden := readFile(t, filepath.Join(folder, "snapshot.tf.json"))
	if os.Getenv("UPDATE_SNAPS") == "true" {
		writeFile(t, filepath.Join(source, "snapshot.tf.json"), golden)
	}

	// The roles exist only once Terraform applied them, before the keys.
	cloud := emulator.Start(t, "222222222222")
	workspace := terraform.New(t, []byte(golden), terraform.Options{Env: cloud.Env()})
	workspace.Apply()
	workspace.RequireEmptyPlan()
	workspace.Destroy()
}

func runGo(t *testing.T, folder string, arguments ...string) {
	t.Helper()
	command := exec.Command("go", arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOWORK=off", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("go %v: %v\n%s", arguments, err, out)
	}
}
