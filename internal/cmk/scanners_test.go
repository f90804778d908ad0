package cmk

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// publicScanner is a scanner that the guard is held against.
type publicScanner struct {
	name, version string
	// find runs it over a folder, and gives the addresses of the resources of which it
	// says that a key or encryption at rest is missing.
	find func(t *testing.T, command, folder string) []string
}

var scanners = []publicScanner{{"tfsec", "1.28.14", tfsecFindings}, {"KICS", "2.2.0", kicsFindings}}

// recorded is what a scanner found: of types in each of the ways, and of the
// situations.
type recorded struct {
	Types      map[string][]bool `json:"types"`
	Situations map[string]bool   `json:"situations"`
}

func (s publicScanner) file() string {
	return filepath.Join("testdata", strings.ToLower(s.name)+".json")
}

func (s publicScanner) read(t *testing.T) recorded {
	t.Helper()
	content, err := os.ReadFile(s.file())
	if err != nil {
		t.Fatal(err)
	}
	var found recorded
	if err := json.Unmarshal(content, &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// record runs the scanner over all that the guard is compared by.
func (s publicScanner) record(t *testing.T, command string) {
	t.Helper()
	found := recorded{map[string][]bool{}, map[string]bool{}}
	kinds, configurations := compared()
	for i, configuration := range configurations {
		for _, address := range s.find(t, command, asFolder(t, configuration)) {
			if name, _, _ := strings.Cut(address, "."); slices.Contains(kinds, name) {
				mark(found.Types, name, i)
			}
		}
	}
	for _, one := range situations {
		addresses := s.find(t, command, asFolder(t, one.content(t)))
		found.Situations[one.name] = slices.ContainsFunc(addresses, func(address string) bool { return one.isAt(address) })
	}
	content, err := json.MarshalIndent(found, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	// A type is one line.
	content = regexp.MustCompile(`\[\s+(\w+),\s+(\w+),\s+(\w+)\s+\]`).ReplaceAll(content, []byte("[$1, $2, $3]"))
	if err := os.WriteFile(s.file(), append(content, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// asFolder writes a configuration as HCL: tfsec reads little of blocks in JSON.
func asFolder(t *testing.T, configuration object) string {
	t.Helper()
	written := ""
	for _, section := range []string{"resource", "data"} {
		kinds, _ := configuration[section].(object)
		for kind, named := range kinds {
			for name, values := range named.(object) {
				written += fmt.Sprintf("%s %q %q {\n%s}\n", section, kind, name, asHcl(values.(object)))
			}
		}
	}
	for _, provider := range blocks(asObject(configuration["provider"])["aws"]) {
		written += "provider \"aws\" {\n" + asHcl(provider) + "}\n"
	}
	for name := range asObject(configuration["variable"]) {
		written += fmt.Sprintf("variable %q {}\n", name)
	}
	if locals := asObject(configuration["locals"]); locals != nil {
		written += "locals {\n" + asHcl(locals) + "}\n"
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(written), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

// asHcl writes attributes, and blocks that are lists.
func asHcl(values object) string {
	written := ""
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list, isList := values[name].([]any)
		inner := blocks(list)
		switch {
		case name == "dynamic" && isList:
			for _, dynamic := range inner {
				for label, block := range dynamic {
					written += fmt.Sprintf("dynamic %q {\n%s}\n", label, asHcl(block.(object)))
				}
			}
		case isList && len(inner) > 0:
			for _, block := range inner {
				written += name + " {\n" + asHcl(block) + "}\n"
			}
		default:
			written += name + " = " + asExpression(values[name]) + "\n"
		}
	}
	return written
}

// asExpression writes a value as people do: no quotes around a reference or a truth
// value.
func asExpression(value any) string {
	written, isText := value.(string)
	inner := strings.TrimSuffix(strings.TrimPrefix(written, "${"), "}")
	switch {
	case isText && len(inner) == len(written)-3 && !strings.Contains(inner, "${"):
		return inner
	case written == "true" || written == "false":
		return written
	}
	content, _ := json.Marshal(value)
	return string(content)
}

var asksForEncryption, ofTransit = regexp.MustCompile(`(?i)encrypt|cmk|kms|\bsse\b|customer[- ]managed`), regexp.MustCompile(`(?i)transit|node to node`)

// run gives what a scanner writes; it may fail to say that it has found something.
func run(t *testing.T, report any, from string, command string, arguments ...string) {
	t.Helper()
	out, err := exec.Command(command, arguments...).Output()
	var failed *exec.ExitError
	if err != nil && (!errors.As(err, &failed) || from == "") {
		t.Fatalf("%s: %v", command, err)
	}
	if from != "" {
		if out, err = os.ReadFile(from); err != nil {
			t.Fatal(err)
		}
	}
	if err := json.Unmarshal(out, report); err != nil {
		t.Fatal(err)
	}
}

func tfsecFindings(t *testing.T, command, folder string) []string {
	var report struct {
		Results []struct {
			Rule        string `json:"long_id"`
			Description string `json:"rule_description"`
			Resource    string `json:"resource"`
		} `json:"results"`
	}
	run(t, &report, "", command, "--format", "json", "--no-colour", "--soft-fail", folder)
	var addresses []string
	for _, result := range report.Results {
		if asksForEncryption.MatchString(result.Rule+" "+result.Description) && !ofTransit.MatchString(result.Rule) {
			addresses = append(addresses, result.Resource)
		}
	}
	return addresses
}

// kicsFindings runs the queries of AWS whose name asks for encryption or a key, but
// for those about keys themselves.
func kicsFindings(t *testing.T, command, folder string) []string {
	download := exec.Command("go", "mod", "download", "-json", "github.com/Checkmarx/kics/v2@v2.2.0")
	download.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
	out, err := download.Output()
	if err != nil {
		t.Fatal(err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	assets := filepath.Join(module.Dir, "assets")
	paths, err := fs.Glob(os.DirFS(assets), "queries/terraform/aws/*/metadata.json")
	if err != nil {
		t.Fatal(err)
	}
	var queries []string
	for _, path := range paths {
		content, err := os.ReadFile(filepath.Join(assets, path))
		if err != nil {
			t.Fatal(err)
		}
		var query struct {
			Id   string `json:"id"`
			Name string `json:"queryName"`
		}
		if err := json.Unmarshal(content, &query); err != nil {
			t.Fatal(err)
		}
		if asksForEncryption.MatchString(query.Name) && !ofTransit.MatchString(query.Name) && !aboutOtherThings.MatchString(query.Name) {
			queries = append(queries, query.Id)
		}
	}
	var report struct {
		Failed  int `json:"files_failed_to_scan"`
		Queries []struct {
			Files []struct {
				Type  string `json:"resource_type"`
				Found string `json:"search_key"`
			} `json:"files"`
		} `json:"queries"`
	}
	results := t.TempDir()
	run(t, &report, filepath.Join(results, "results.json"), command, "scan", "-p", folder, "--queries-path", filepath.Join(assets, "queries", "terraform"),
		"--libraries-path", filepath.Join(assets, "libraries"), "--include-queries", strings.Join(queries, ","), "-t", "Terraform",
		"--output-path", results, "--report-formats", "json", "--no-progress", "--silent")
	if report.Failed > 0 {
		t.Fatalf("KICS could not read %s", folder)
	}
	var addresses []string
	for _, query := range report.Queries {
		for _, file := range query.Files {
			addresses = append(addresses, file.Type+"."+searchedName(file.Found))
		}
	}
	return addresses
}

// aboutOtherThings are queries about rotation, policies of keys, alarms and rules
// of Config.
var aboutOtherThings = regexp.MustCompile(`^(CMK Rotation|KMS Key) |Alarm|Config Rule`)

// searchedName is the name in "aws_sqs_queue[name].attribute".
func searchedName(found string) string {
	_, after, _ := strings.Cut(found, "[")
	name, _, _ := strings.Cut(after, "]")
	return strings.Trim(name, "{}")
}
