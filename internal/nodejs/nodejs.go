// Package nodejs is about the Node.js that CDKTF runs on: whether it is there,
// before CDKTF fails in words of its own, and that its process ends cleanly.
package nodejs

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/aws/jsii-runtime-go"
)

// MinimumMajor is the oldest major version of Node.js that CDKTF 0.21 and its
// jsii runtime work with.
const MinimumMajor = 20

const advice = "install Node.js 22 or newer and put it in PATH (https://nodejs.org)"

// Check returns an error that says what to do when Node.js is missing, not in
// PATH, cannot be run or is too old. It looks where jsii looks: at JSII_NODE,
// then in PATH. A runtime of the user's own, in JSII_RUNTIME, is not looked at.
func Check() error {
	if os.Getenv("JSII_RUNTIME") != "" {
		return nil
	}
	// In an app with lazyload JSII_NODE is a starter, of the Node that the other says.
	node := cmp.Or(os.Getenv("KMSTIER_LAZYLOAD_NODE"), os.Getenv("JSII_NODE"), "node")
	path, err := exec.LookPath(node)
	if err != nil {
		return fmt.Errorf("CDKTF needs Node.js, and there is no %q in PATH: %s", node, advice)
	}
	out, err := exec.Command(path, "--version").Output()
	if err != nil {
		detail := err.Error()
		var exit *exec.ExitError
		if errors.As(err, &exit) && len(exit.Stderr) > 0 {
			detail = strings.TrimSpace(string(exit.Stderr))
		}
		return fmt.Errorf("CDKTF needs Node.js, and %s --version failed: %s: %s", path, detail, advice)
	}
	version := strings.TrimSpace(string(out))
	major, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	number, err := strconv.Atoi(major)
	if err != nil {
		return fmt.Errorf("CDKTF needs Node.js, and %s --version says %q, which is no version: %s", path, version, advice)
	}
	if number < MinimumMajor {
		return fmt.Errorf("CDKTF needs Node.js %d or newer, and %s is %s: %s", MinimumMajor, path, version, advice)
	}
	return nil
}

// Close ends the process of Node.js, if there is one, and removes its files. It is
// the last thing that a program does: jsii waits for the process twice and
// complains about the second time on os.Stderr, which is therefore closed for
// good.
func Close() {
	os.Stderr = nil
	jsii.Close()
}
