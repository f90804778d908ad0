//go:build unix

package lazyload

import (
	"os/exec"
	"strings"
	"testing"
)

// Old versions of Node are told of in one line, at most; jsii's banner is silenced for
// them, and for no other.
func TestOldNodeIsToldOfInALine(t *testing.T) {
	const endOfLife, deprecated = "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION"
	const line = "Node.js 20 has not been maintained since 2026-04-30. CDKTF works with it, and with newer ones: https://nodejs.org"
	tests := map[string]struct{ version, today, env, said, after string }{
		"an old one":                {"20.20.2", "2026-05-01", `{}`, line, `{"` + endOfLife + `":"20","` + deprecated + `":"20"}`},
		"on its last day":           {"20.20.2", "2026-04-30", `{}`, "", `{}`},
		"a new one":                 {"24.1.0", "2026-11-26", `{}`, "", `{}`},
		"one that nobody knows":     {"21.0.0", "2026-11-26", `{}`, "", `{}`},
		"one that was silenced":     {"20.20.2", "2026-11-26", `{"` + endOfLife + `":"18, 20"}`, "", `{"` + endOfLife + `":"18, 20,20","` + deprecated + `":"20"}`},
		"another that was silenced": {"20.20.2", "2026-11-26", `{"` + endOfLife + `":"18"}`, line, `{"` + endOfLife + `":"18,20","` + deprecated + `":"20"}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			program := `const env = ` + test.env + `; let said = '';
				require('./preload/support.cjs').replaceBanner(env, '` + test.version + `', '` + test.today + `', (line) => { said += line; });
				console.log(said); console.log(JSON.stringify(env));`
			output, err := exec.Command(node(t), "-e", program).CombinedOutput()
			if want := test.said + "\n" + test.after + "\n"; err != nil || string(output) != want {
				t.Errorf("%v\ngot  %s\nwant %s", err, output, want)
			}
		})
	}
}

// A person sees the line, and a log nothing. The stand-in for jsii says nothing itself.
func TestOldNodeIsToldToPeople(t *testing.T) {
	folder, err := installScriptsIn(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	version, err := exec.Command(node(t), "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(version), "v20.") {
		t.Skipf("%s is maintained, or will be told of later", strings.TrimSpace(string(version)))
	}
	for terminal, want := range map[string]int{"1": 1, "": 0} {
		command := exec.Command(node(t), "--require", folder+"/"+entryScript, "testdata/kernel/old/bin/jsii-runtime.js")
		command.Env = append(environ("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"), terminalVariable+"="+terminal)
		output, err := command.CombinedOutput()
		if got := strings.Count(string(output), "\n"); err != nil || got != want {
			t.Errorf("terminal %q: %v, %d lines, want %d:\n%s", terminal, err, got, want, output)
		}
	}
}
