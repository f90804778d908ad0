package docs

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// prelude is what the snippets of all pages may use without saying where it comes from.
const prelude = `
var (
	app       cdktf.App
	stack     cdktf.TerraformStack
	tier      *kmstier.KmsTier
	config    *kmstier.KmsTierConfig
	role      iamrole.IamRole
	etlRole   iamrole.IamRole
	embedRole iamrole.IamRole
	text      []byte
	t         *testing.T

	etl, administrator, rogue string
)
`

// known are the packages that snippets use without importing them.
var known = []string{
	"context", "errors", "fmt", "log", "os", "strings", "testing",
	"github.com/aws/jsii-runtime-go",
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsiampolicydocument",
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole",
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy",
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider",
	"github.com/hashicorp/terraform-cdk-go/cdktf",
	"github.com/neurocipher-io/kmstier/constructs/cmkguard",
	"github.com/neurocipher-io/kmstier/constructs/kmsaudit",
	"github.com/neurocipher-io/kmstier/constructs/kmstier",
	"github.com/neurocipher-io/kmstier/constructs/kmstier/kmstiertest",
	"github.com/neurocipher-io/kmstier/keypolicy",
	"github.com/neurocipher-io/kmstier/keypolicy/analysis",
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation",
	"github.com/neurocipher-io/kmstier/tierapp",
}

// All Go in the pages compiles against the library as it is. What is declared in a snippet
// and not used there is what the reader goes on with.
func TestGoCompiles(t *testing.T) {
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	overlay := map[string]string{}
	origin := map[string]string{}
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			if b.language != "go" {
				continue
			}
			name := fmt.Sprintf("snippet%d", len(overlay)+1)
			file := filepath.Join(folder, name+".go")
			if err := os.WriteFile(file, []byte(program(name, b.code)), 0o644); err != nil {
				t.Fatal(err)
			}
			// An overlay places the file in the module without writing it there.
			overlay[filepath.Join(root, "internal", "snippets", name, "snippet.go")] = file
			origin[name] = fmt.Sprintf("%s:%d", p.path, b.line)
		}
	}
	if len(overlay) < 10 {
		t.Fatalf("only %d snippets", len(overlay))
	}
	content, err := json.Marshal(map[string]map[string]string{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	overlayFile := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(overlayFile, content, 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"build", "-gcflags=github.com/neurocipher-io/kmstier/internal/snippets/...=-e", "-overlay", overlayFile}
	for name := range origin {
		args = append(args, "./internal/snippets/"+name)
	}
	build := exec.Command("go", args...)
	build.Dir = root
	out, err := build.CombinedOutput()
	if err == nil {
		return
	}
	wrong := 0
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") || unused.MatchString(line) {
			continue
		}
		wrong++
		for name, place := range origin {
			if strings.Contains(line, "/"+name+"/") || strings.Contains(line, name+".go:") {
				line = place + ": " + line
			}
		}
		t.Error(line)
	}
	if wrong == 0 && !unused.Match(out) {
		t.Errorf("%v\n%s", err, out)
	}
}

var unused = regexp.MustCompile(`declared and not used: |imported and not used|too many errors`)

// program is the code of a snippet as a package: it is one, or declarations, or statements.
func program(name, code string) string {
	switch {
	case strings.HasPrefix(code, "package "):
		return regexp.MustCompile(`^package \w+`).ReplaceAllString(code, "package "+name)
	case regexp.MustCompile(`(?m)^(func|type|import) `).MatchString(code):
	case regexp.MustCompile(`^[A-Z]\w+: `).MatchString(code):
		// Fields of a tier's configuration.
		code = "var _ = kmstier.KmsTierConfig{\n" + strings.TrimSuffix(strings.TrimSpace(code), ",") + ",\n}\n"
	default:
		code = "func _() error {\n" + code + "\nreturn nil\n}\n"
	}
	var imports strings.Builder
	for _, pkg := range known {
		short := filepath.Base(pkg)
		if short == "jsii-runtime-go" {
			short = "jsii"
		}
		if regexp.MustCompile(`\b` + short + `\.`).MatchString(prelude + code) {
			fmt.Fprintf(&imports, "\t%q\n", pkg)
		}
	}
	return "package " + name + "\n\nimport (\n" + imports.String() + ")\n" + prelude + code
}
