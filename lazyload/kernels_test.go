//go:build unix

package lazyload

import (
	"encoding/json"
	"flag"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// kernels are versions of jsii that the scripts know in full: the oldest one that
// CDKTF's bindings take, the last one that is not minified, the first one that is,
// the first one with an index of its own and the newest. testdata/modules.sum pins
// what they are.
var kernels = []string{"v1.112.0", "v1.119.0", "v1.127.0", "v1.128.0", "v1.130.0", "v1.139.0", "v1.141.0", "v1.142.0"}

// .ci/newest-jsii tries the newest one that there is.
var newest = flag.String("jsii", kernels[len(kernels)-1], "a version of jsii-runtime-go that TestNewestKernel tries, such as latest")

func TestKernelsAreKnown(t *testing.T) {
	t.Parallel()
	for _, version := range kernels {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			mustKnow(t, download(t, version))
		})
	}
}

func TestNewestKernel(t *testing.T) {
	jsii := download(t, *newest)
	t.Logf("%s of jsii-runtime-go is %s", *newest, jsii.Version)
	mustKnow(t, jsii)

	want := synthesize(t, build(t, fixture), modeVariable+"=off")
	app := buildWith(t, fixture, "replace "+jsiiModule+" => "+jsiiModule+" "+jsii.Version)
	cache := cacheIn(t.TempDir())
	for range 2 { // the second time, jsii has an index of its own
		got := synthesize(t, app, cache...)
		got.mustBe(t, want)
		got.mustLog(t, provider+": 23208 types by need")
		got.mustLog(t, hostedHere)
		got.mustNotLog(t, "usual")
	}
}

// hostedHere is what is logged where the kernel has no process of its own.
const hostedHere = "the kernel is hosted by the process that jsii starts"

// mustKnow checks that what the scripts make of the text of a kernel is JavaScript,
// line by line, and that they find all that they look for.
func mustKnow(t *testing.T, jsii runtimeModule) {
	t.Helper()
	const program = `
		const source = require('fs').readFileSync(process.argv[1], 'utf8');
		const usual = [];
		const changed = require(process.argv[2]).change(source, 'hook', (what) => usual.push(what));
		if (changed === undefined) throw new Error('not known');
		new (require('vm').Script)(changed);
		const { forwards, speaks } = require(process.argv[4]);
		if (!forwards(require('fs').readFileSync(process.argv[3], 'utf8'))) usual.push('forwards');
		if (!speaks(source)) usual.push('speaks');
		const lines = (text) => text.split('\n').length;
		const calls = ['loadAssembly', 'withoutIndex', 'countKeys', 'piece'].filter((call) => changed.includes('hook.' + call + '('));
		console.log(JSON.stringify({ usual, calls, moved: lines(changed) !== lines(source) }));`
	resources := filepath.Join(jsii.Dir, "internal", "embedded", "resources")
	scripts, err := filepath.Abs("preload")
	if err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command(node(t), "-e", program,
		filepath.Join(resources, "lib", "program.js"), filepath.Join(scripts, "kernel.cjs"),
		filepath.Join(resources, "bin", "jsii-runtime.js"), filepath.Join(scripts, "host.cjs")).CombinedOutput()
	if err != nil {
		t.Fatalf("the kernel of jsii %s: %v\n%s", jsii.Version, err, output)
	}
	var got struct {
		Usual, Calls []string
		Moved        bool
	}
	if err := json.Unmarshal(output, &got); err != nil {
		t.Fatal(err)
	}
	calls := 3
	if hasIndex(t, jsii.Version) {
		calls = 4
	}
	if len(got.Usual) > 0 || len(got.Calls) != calls || got.Moved {
		t.Errorf("the kernel of jsii %s: %+v, want %d calls", jsii.Version, got, calls)
	}
}

// hasIndex tells whether the kernel of a version makes an index of its own.
func hasIndex(t *testing.T, version string) bool {
	t.Helper()
	numbers := strings.Split(strings.TrimPrefix(version, "v"), ".")
	major, err := strconv.Atoi(numbers[0])
	if err != nil {
		t.Fatal(err)
	}
	minor, err := strconv.Atoi(numbers[1])
	if err != nil {
		t.Fatal(err)
	}
	return major > 1 || minor >= 139
}

const jsiiModule = "github.com/aws/jsii-runtime-go"

// A runtimeModule is a version of jsii's runtime in the cache of Go's modules.
type runtimeModule struct{ Version, Dir, Error string }

// download gets a version, if it is not there.
func download(t *testing.T, version string) runtimeModule {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module download\n")
	write(t, filepath.Join(dir, "go.sum"), read(t, "testdata/modules.sum"))
	cmd := exec.Command("go", "mod", "download", "-json", jsiiModule+"@"+version)
	cmd.Dir = dir
	output, err := cmd.Output()
	var jsii runtimeModule
	if decodeErr := json.Unmarshal(output, &jsii); err != nil || decodeErr != nil {
		missing(t, "jsii %s is not available: %v %s", version, err, jsii.Error)
	}
	return jsii
}
