package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// assemblyOfThree has a queue, a provider that needs its functions, and a topic.
const assemblyOfThree = `{
	"name": "@x/aws", "version": "1.0.0",
	"submodules": {
		"@x/aws.sqsQueue": {"symbolId": "src/sqs-queue/index:"},
		"@x/aws.snsTopic": {"symbolId": "src/sns-topic/index:"},
		"@x/aws.provider": {"symbolId": "src/provider/index:"},
		"@x/aws.providerFunctions": {"symbolId": "src/provider-functions/index:"}
	},
	"types": {
		"@x/aws.sqsQueue.SqsQueue": {"fqn": "@x/aws.sqsQueue.SqsQueue", "base": "cdktf.TerraformResource"},
		"@x/aws.snsTopic.SnsTopic": {"fqn": "@x/aws.snsTopic.SnsTopic"},
		"@x/aws.provider.AwsProvider": {"fqn": "@x/aws.provider.AwsProvider", "properties": [{"type": {"fqn": "@x/aws.providerFunctions.Functions"}}]},
		"@x/aws.providerFunctions.Functions": {"fqn": "@x/aws.providerFunctions.Functions"}
	}}`

func TestPruneLeavesWhatIsUsed(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"sqs-queue", "sns-topic", "provider", "provider-functions"} {
		if err := os.MkdirAll(filepath.Join(folder, "lib", name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, ".jsii")
	if err := os.WriteFile(path, []byte(assemblyOfThree), 0o666); err != nil {
		t.Fatal(err)
	}
	count, err := prune(folder, []string{"sqsqueue", "provider"})
	if err != nil {
		t.Fatal(err)
	}
	if want := (pruned{packages: 3, of: 4}); count != want {
		t.Errorf("kept are %+v, want %+v", count, want)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var left struct {
		Version    string
		Types      map[string]any
		Submodules map[string]any
	}
	if err := json.Unmarshal(content, &left); err != nil {
		t.Fatal(err)
	}
	if left.Version != "1.0.0" {
		t.Errorf("the version is %q", left.Version)
	}
	if got := slices.Sorted(maps.Keys(left.Submodules)); !slices.Equal(got, []string{"@x/aws.provider", "@x/aws.providerFunctions", "@x/aws.sqsQueue"}) {
		t.Errorf("submodules are %q", got)
	}
	if got := slices.Sorted(maps.Keys(left.Types)); !slices.Equal(got, []string{"@x/aws.provider.AwsProvider", "@x/aws.providerFunctions.Functions", "@x/aws.sqsQueue.SqsQueue"}) {
		t.Errorf("types are %q", got)
	}
	folders, err := filepath.Glob(filepath.Join(folder, "lib", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, one := range folders {
		names = append(names, filepath.Base(one))
	}
	if !slices.Equal(names, []string{"index.js", "provider", "provider-functions", "sqs-queue"}) {
		t.Errorf("lib holds %q", names)
	}
	index, err := os.ReadFile(filepath.Join(folder, "lib", "index.js"))
	if err != nil {
		t.Fatal(err)
	}
	if text := string(index); !strings.Contains(text, `exports, "sqsQueue", { enumerable: true, get: () => require("./sqs-queue")`) || strings.Contains(text, "sns-topic") {
		t.Errorf("the index is\n%s", text)
	}
}

func TestPruneNamesWhatIsMissing(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"packages":    {assemblyOfThree, []string{`no package "news"`, `no package "olds"`}},
		"types":       {`{"name": "x", "submodules": {}}`, []string{`no "types"`}},
		"an assembly": {`{"schema": "jsii/file-redirect", "compression": "gzip"}`, []string{"is it a compressed one"}},
		"JSON":        {"x", []string{"invalid character"}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, ".jsii"), []byte(c.content), 0o666); err != nil {
				t.Fatal(err)
			}
			_, err := prune(folder, []string{"news", "sqsqueue", "olds"})
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("the error is %v, want %q", err, want)
				}
			}
		})
	}
}
