//go:build unix

package lazyload

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// kernels are versions of jsii that the scripts know in full: the oldest one that
// CDKTF's bindings take, the last one that is not minified, the first one that is,
// the first one with an index of its own and the newest. testdata/modules.sum pins
// what they are.
var kernels = []string{"v1.112.0", "v1.119.0", "v1.127.0", "v1.128.0", "v1.130.0", "v1.139.0", "v1.141.0", "v1.142.0"}

// What the scripts make of the text of a kernel is JavaScript, and they find all
// that they look for.
func TestKernelsAreKnown(t *testing.T) {
	t.Parallel()
	const program = `
		const source = require('fs').readFileSync(process.argv[1], 'utf8');
		const usual = [];
		const changed = require(process.argv[2]).change(source, 'hook', (what) => usual.push(what));
		if (changed === undefined) throw new Error('not known');
		new (require('vm').Script)(changed);
		const lines = (text) => text.split('\n').length;
		const calls = ['loadAssembly', 'withoutIndex', 'countKeys', 'piece'].filter((call) => changed.includes('hook.' + call + '('));
		console.log(JSON.stringify({ usual, calls, moved: lines(changed) !== lines(source) }));`
	for _, version := range kernels {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			kernel := filepath.Join(module(t, "github.com/aws/jsii-runtime-go@"+version), "internal", "embedded", "resources", "lib", "program.js")
			scripts, err := filepath.Abs("preload/kernel.cjs")
			if err != nil {
				t.Fatal(err)
			}
			output, err := exec.Command(node(t), "-e", program, kernel, scripts).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			var got struct {
				Usual, Calls []string
				Moved        bool
			}
			if err := json.Unmarshal(output, &got); err != nil {
				t.Fatal(err)
			}
			calls := 3
			if version >= "v1.139" {
				calls = 4
			}
			if len(got.Usual) > 0 || len(got.Calls) != calls || got.Moved {
				t.Errorf("%+v, want %d calls", got, calls)
			}
		})
	}
}

// module returns the folder of a module, which is downloaded if need be.
func module(t *testing.T, path string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module download\n")
	write(t, filepath.Join(dir, "go.sum"), read(t, "testdata/modules.sum"))
	cmd := exec.Command("go", "mod", "download", "-json", path)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	output, err := cmd.Output()
	var downloaded struct{ Dir, Error string }
	if decodeErr := json.Unmarshal(output, &downloaded); err != nil || decodeErr != nil {
		missing(t, "%s is not available: %v %s", path, err, downloaded.Error)
	}
	return downloaded.Dir
}
