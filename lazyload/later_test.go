//go:build unix

package lazyload

import (
	"cmp"
	"os/exec"
	"path/filepath"
	"testing"
)

// A library that CDKTF rarely uses is loaded when it is used, by CDKTF alone, and
// nothing else about it changes.
func TestLibrariesLoadLater(t *testing.T) {
	t.Parallel()
	const (
		library = "globalThis.loaded = 'loaded';\nclass Archive { constructor(kind) { this.kind = kind; } }\n" +
			"module.exports = function archiver(kind) { return new.target ? new Archive('new ' + kind) : new Archive(kind); };\n" +
			"module.exports.version = 7;\n"
		exported = "const archiver = require('archiver');\nmodule.exports = { archiver };\n"
	)
	tests := map[string]struct {
		file, program, want string
	}{
		"not used":            {"cdktf/lib/private/fs.js", "", "later"},
		"called":              {"cdktf/lib/private/fs.js", "archiver('zip').kind", "zip loaded"},
		"constructed":         {"cdktf/lib/private/fs.js", "new archiver('zip').kind", "new zip loaded"},
		"read":                {"cdktf/lib/private/fs.js", "archiver.version", "7 loaded"},
		"written":             {"cdktf/lib/private/fs.js", "(archiver.version = 8, require('archiver').version)", "8 loaded"},
		"listed":              {"cdktf/lib/private/fs.js", "Object.keys(archiver)", "version loaded"},
		"of CDK Terrain":      {"cdktn/lib/private/fs.js", "", "later"},
		"by another file":     {"cdktf/lib/other.js", "", "loaded"},
		"by another package":  {"mine/lib/private/fs.js", "", "loaded"},
		"one that is missing": {"cdktf/lib/private/fs.js", "missing", "missing at once"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			modules := filepath.Join(t.TempDir(), "node_modules")
			write(t, filepath.Join(modules, test.file), exported)
			if test.program != "missing" {
				write(t, filepath.Join(modules, "archiver", "index.js"), library)
			}
			later, err := filepath.Abs("preload/later.cjs")
			if err != nil {
				t.Fatal(err)
			}
			program := `
				require(process.argv[1]).loadLater();
				const say = (value) => console.log([value, globalThis.loaded ?? 'later'].filter((text) => text !== '').join(' '));
				let archiver;
				try {
					({ archiver } = require(process.argv[2]));
				} catch (error) {
					console.log(error.code === 'MODULE_NOT_FOUND' ? 'missing at once' : error);
				}
				if (archiver) say(` + cmp.Or(test.program, "''") + `);`
			cmd := exec.Command(node(t), "-e", program, later, filepath.Join(modules, test.file))
			cmd.Dir = modules
			if output, err := cmd.CombinedOutput(); err != nil || string(output) != test.want+"\n" {
				t.Errorf("%v, got %s, want %s", err, output, test.want)
			}
		})
	}
}
