package emulator

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/neurocipher-io/kmstier/internal/testing/eventbus"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// program is carried in the test binary, because a test runs in the folder of
// its own package and this package must work from all of them.
//
//go:embed aws_emulator.py
var program string

// patience is how long the emulator may take to start. It takes two seconds on
// an idle machine; a busy one must not fail a test.
const patience = 2 * time.Minute

// Emulator is a running AWS with no resources at first.
type Emulator struct {
	endpoint string
	account  string
}

// Start runs an emulator that answers for the account until the test ends. Its
// log is shown when the test fails. The test is skipped where moto is missing.
func Start(tb testing.TB, account string) *Emulator {
	tb.Helper()
	python := tools.Emulator.Path(tb)

	folder := tb.TempDir()
	script := filepath.Join(folder, "aws_emulator.py")
	for path, text := range map[string]string{script: program, filepath.Join(folder, "patterns.py"): eventbus.Patterns} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	command := exec.Command(python, script)
	command.Env = append(os.Environ(), "MOTO_ACCOUNT_ID="+account, "PYTHONUNBUFFERED=1")
	log := &tail{}
	command.Stderr = log
	ownGroup(command)
	// The emulator ends when its standard input does: when this process dies
	// without running its cleanups, by a panic of another test or a signal.
	alive, err := command.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := command.Start(); err != nil {
		tb.Fatalf("start %s: %v", strings.Join(command.Args, " "), err)
	}
	tb.Cleanup(func() {
		alive.Close()
		killGroup(command)
		// The exit status is that of a killed process and says nothing.
		_ = command.Wait()
		if tb.Failed() {
			tb.Logf("log of the AWS emulator:\n%s", log)
		}
	})

	port, err := listening(output)
	if err != nil {
		tb.Fatalf("the AWS emulator did not start: %v", err)
	}
	return &Emulator{endpoint: "http://127.0.0.1:" + port, account: account}
}

// listening waits for the line that says which port the emulator took.
func listening(output io.Reader) (port string, err error) {
	lines := make(chan string, 1)
	go func() {
		defer close(lines)
		if scanner := bufio.NewScanner(output); scanner.Scan() {
			lines <- scanner.Text()
		}
	}()
	select {
	case line := <-lines:
		port, ok := strings.CutPrefix(line, "listening on ")
		if !ok {
			return "", fmt.Errorf(`expected "listening on PORT" as its first line, found %q`, line)
		}
		return port, nil
	case <-time.After(patience):
		return "", fmt.Errorf("it did not say where it listens within %v", patience)
	}
}

// Endpoint returns the emulator's URL.
func (e *Emulator) Endpoint() string { return e.endpoint }

// Account returns the id of the account that the emulator answers for.
func (e *Emulator) Account() string { return e.account }

// Env returns the environment variables that make Terraform, the AWS SDKs and
// the AWS command line talk to the emulator.
func (e *Emulator) Env() map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL":          e.endpoint,
		"AWS_ACCESS_KEY_ID":         accessKey,
		"AWS_SECRET_ACCESS_KEY":     secretKey,
		"AWS_EC2_METADATA_DISABLED": "true",
	}
}
